"""What the office does to an attempt: giving or taking time, suspending it, letting it go on, and voiding it.

Each with a reason, or in answer to one, and on record. An exam that runs elsewhere learns of it when its face next
looks at the records, about a second later. What the student received, or handed in, before the store knew of it counts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from cequiz.domain.canonical import Json
from cequiz.domain.exam.attempt import Attempt, Status
from cequiz.domain.exam.events import EventDraft, EventKind, late
from cequiz.domain.exam.timekeeping import Stamp, observe
from cequiz.domain.people.student import clean_words
from cequiz.errors import NotAllowed, WrongState
from cequiz.language import mark, tr
from cequiz.services.consequences import Consequence, Outcome, of_void
from cequiz.services.forfeiting import forfeit
from cequiz.services.grading import load_attempt, standing_after
from cequiz.services.outages import silence, with_outage
from cequiz.services.ports import AuditRecord, Ports, Unit
from cequiz.services.reports.periods import House, house

OFFICE = "office"
"""The session that stands in events which nobody wrote who sits the exam."""

VOIDED = mark("attempt voided")
"""Why a certificate is revoked with an attempt; records of certificates are English."""

LONGEST = timedelta(days=3_650)
"""How long an exam may last with all that was given; more is a slip of the hand, and no calendar is endless."""


def adjust_time(ports: Ports, *, attempt_id: str, amount: timedelta, reason: str, actor: str) -> Attempt:
    """Give time to an open attempt (positive) or take it (negative), and return its new state.

    Args:
        ports: the outside world.
        attempt_id: which attempt.
        amount: how much; counted in whole milliseconds.
        reason: why; the student sees it among the reasons for the deadline.
        actor: who does it.

    Raises:
        NotFound: there is no such attempt.
        InvalidText: the reason is empty, or holds a character that could deceive.
        AttemptClosed: the attempt has ended, or its time is over.
        WrongState: it has no time limit.
        NotAllowed: it would end the exam at once, or the amount is nothing, or more than ten years.
    """
    why, stamp = clean_words(reason, what=mark("reason")), ports.clock.read()
    with ports.store.write() as unit:
        return adjust(
            ports, unit, attempt_id=attempt_id, amount=amount, payload={"reason": why}, stamp=stamp, actor=actor
        )


def adjust(
    ports: Ports,
    unit: Unit,
    *,
    attempt_id: str,
    amount: timedelta,
    payload: Mapping[str, Json],
    stamp: Stamp,
    actor: str,
) -> Attempt:
    """Give or take time inside a transaction; the payload says why, in `reason`. Errors as in `adjust_time`."""
    milliseconds = amount // timedelta(milliseconds=1)
    if not milliseconds:
        raise NotAllowed(tr("No time was given or taken."), hint=tr("Say how much, such as 10m or -5m."))
    attempt = load_attempt(unit, attempt_id)
    standing, now = present(unit, attempt, stamp)
    if not attempt.ledger.timed:
        raise WrongState(tr("This attempt has no time limit."), hint=tr("There is nothing to give or to take."))
    said: dict[str, Json] = {"milliseconds": milliseconds, **payload}
    draft = office_draft(ports, attempt, kind=EventKind.TIME_ADJUSTED, payload=said, now=now, stamp=stamp, actor=actor)
    if abs(sum((one.amount for one in attempt.ledger.adjustments), amount)) > LONGEST:
        raise NotAllowed(tr("That is more than ten years."), hint=tr("Nothing was changed."))
    left = standing.ledger_after(draft).left(now)
    if milliseconds < 0 and left is not None and not left:
        raise NotAllowed(
            tr("That would end the exam at once."),
            hint=tr("Take less time, or void the attempt; its answers are kept either way."),
        )
    return write(unit, attempt, draft, deed="attempt.time_adjusted")


def hold(ports: Ports, *, attempt_id: str, reason: str, actor: str) -> Attempt:
    """Suspend an open attempt and return its state: its clock stands still, and nothing can be answered.

    What the student pressed before that counts, also when it is written after.

    Raises:
        NotFound: there is no such attempt.
        InvalidText: the reason is empty, or holds a character that could deceive; the student sees it.
        AttemptClosed: the attempt has ended, or its time is over.
        WrongState: it is suspended already.
    """
    why = clean_words(reason, what=mark("reason"))
    with ports.store.write() as unit:
        return _hold(ports, unit, load_attempt(unit, attempt_id), why=why, actor=actor)


def hold_all(ports: Ports, *, reason: str, actor: str) -> tuple[str, ...]:
    """Suspend every exam that runs, in one transaction, and return the ids of those that were; errors as in `hold`."""
    return _every(ports, _hold, reason=reason, actor=actor)


def _hold(ports: Ports, unit: Unit, attempt: Attempt, *, why: str, actor: str) -> Attempt:
    stamp = ports.clock.read()
    _, now = present(unit, attempt, stamp)
    if attempt.ledger.held is not None:
        raise WrongState(tr("This attempt is suspended already."), hint=tr("Nothing was changed."))
    payload: dict[str, Json] = {"reason": why}
    draft = office_draft(ports, attempt, kind=EventKind.HELD, payload=payload, now=now, stamp=stamp, actor=actor)
    return write(unit, attempt, draft, deed="attempt.held")


def release(ports: Ports, *, attempt_id: str, reason: str, actor: str) -> Attempt:
    """Let a suspended attempt go on at once and return its state.

    Where the student had left and that stops the clock, it stands still until they come back.

    Raises:
        NotFound: there is no such attempt.
        InvalidText: the reason is empty, or holds a character that could deceive.
        AttemptClosed: the attempt has ended.
        WrongState: it is not suspended.
    """
    why = clean_words(reason, what=mark("reason"))
    with ports.store.write() as unit:
        return _release(ports, unit, load_attempt(unit, attempt_id), why=why, actor=actor)


def release_all(ports: Ports, *, reason: str, actor: str) -> tuple[str, ...]:
    """Let every suspended exam go on, in one transaction, and return the ids of those that do; errors as `release`."""
    return _every(ports, _release, reason=reason, actor=actor)


def _release(ports: Ports, unit: Unit, attempt: Attempt, *, why: str, actor: str) -> Attempt:
    stamp = ports.clock.read()
    _, now = present(unit, attempt, stamp)
    if attempt.ledger.held is None:
        raise WrongState(tr("This attempt is not suspended."), hint=tr("Nothing was changed."))
    payload: dict[str, Json] = {"reason": why}
    draft = office_draft(ports, attempt, kind=EventKind.RELEASED, payload=payload, now=now, stamp=stamp, actor=actor)
    return write(unit, attempt, draft, deed="attempt.released")


def _every(ports: Ports, deed: Callable[..., Attempt], *, reason: str, actor: str) -> tuple[str, ...]:
    """Do something to every open attempt that it can be done to."""
    why, done = clean_words(reason, what=mark("reason")), []
    with ports.store.write() as unit:
        for found in unit.live.attempts():
            try:
                deed(ports, unit, found.state, why=why, actor=actor)
            except WrongState:
                continue  # its time is over, or it stands as it should already
            done.append(found.header.id)
    return tuple(done)


@dataclass(frozen=True)
class Stake:
    """What somebody has earned by an attempt, and would lose with it, or keep by another one that was passed too."""

    number: str
    """Of the certificate that would be revoked or corrected; empty where none is in force, or stays true."""
    course_id: str
    boards: tuple[str, ...]
    """What boards must be told then, as sentences."""
    outcome: Outcome
    """Revoked or lost; superseded or rescored where another attempt carries it from then on."""
    day: date | None = None
    """The day of that other attempt, in the provider's time zone."""


def at_stake(ports: Ports, attempt_id: str) -> tuple[Stake, ...]:
    """Return what would be lost, or would rest on another attempt, if an attempt was voided now."""
    with ports.store.read() as unit:
        found = of_void(unit, attempt_id)
        here = house(ports, unit)
    return tuple(_stake(one, here) for one in found)


def _stake(one: Consequence, here: House) -> Stake:
    moved = one.outcome in {Outcome.SUPERSEDED, Outcome.RESCORED} and one.completed_at is not None
    return Stake(
        number="" if one.outcome is Outcome.RESCORED else one.number,
        course_id=one.course_id,
        boards=one.boards,
        outcome=one.outcome,
        day=here.day(one.completed_at) if moved and one.completed_at else None,
    )


def void(ports: Ports, *, attempt_id: str, reason: str, actor: str, take_away: bool = False) -> Attempt:
    """Declare an attempt void, open or ended: it earns nothing and does not count as one; return its state.

    Its answers stay on record. What was earned by it ends in the same transaction, and nothing is drawn anew for it.
    Where another attempt was passed too, the award moves to that one; `correcting.catch_up` corrects its certificate.

    Args:
        ports: the outside world.
        attempt_id: which attempt.
        reason: why; it is kept, with the certificate that is revoked too.
        actor: who does it.
        take_away: whether a certificate in force that rests on it is revoked, or must be corrected; see `at_stake`.

    Raises:
        NotFound: there is no such attempt.
        InvalidText: the reason is empty, or holds a character that could deceive.
        WrongState: it is void already.
        NotAllowed: a certificate rests on it, and nobody said that it is taken away.
    """
    why, stamp = clean_words(reason, what=mark("reason")), ports.clock.read()
    with ports.store.write() as unit:
        attempt = load_attempt(unit, attempt_id)
        if attempt.status is Status.VOIDED:
            raise WrongState(tr("This attempt is void already."), hint=tr("Nothing was changed."))
        follows = of_void(unit, attempt_id)
        if not take_away:
            _refuse_revoking(follows)
        now = max(observe(attempt.last, stamp), attempt.last.instant)
        payload: dict[str, Json] = {"reason": why, **late(counts=attempt.finish(now), written=now)}
        draft = office_draft(ports, attempt, kind=EventKind.VOIDED, payload=payload, now=now, stamp=stamp, actor=actor)
        after = write(unit, attempt, draft, deed="attempt.voided")
        for one in follows:
            forfeit(ports, unit, one, because=VOIDED, reason=why, actor=actor)
        return after


def _refuse_revoking(follows: Sequence[Consequence]) -> None:
    """Refuse to void what a certificate rests on: it is named, so that whoever means it can say so."""
    resting = [one for one in follows if one.outcome in {Outcome.REVOKED, Outcome.SUPERSEDED}]
    if not resting:
        return
    hint = tr("Nothing was changed. With --take-away the attempt is voided and the certificate is revoked.")
    if all(one.outcome is Outcome.SUPERSEDED for one in resting):
        hint = tr(
            "Nothing was changed. Another attempt has passed too: with --take-away this one is voided, and "
            "`cequiz certificate issue` corrects the certificate."
        )
    numbers = ", ".join(one.number for one in resting)
    raise NotAllowed(tr("The certificate {number} rests on this attempt.", number=numbers), hint=hint)


def office_draft(
    ports: Ports,
    attempt: Attempt,
    *,
    kind: EventKind,
    payload: Mapping[str, Json],
    now: datetime,
    stamp: Stamp,
    actor: str,
) -> EventDraft:
    """Return an event of the office, never before the attempt's last one."""
    return EventDraft(
        attempt_id=attempt.id,
        kind=kind,
        payload=payload,
        at=max(now, attempt.last.instant),
        stamp=stamp,
        actor=actor,
        session=OFFICE,
        key=ports.ids.token(),
    )


def write(unit: Unit, attempt: Attempt, draft: EventDraft, *, deed: str) -> Attempt:
    """Write an event of the office and its audit record, and return the attempt after it."""
    ack = unit.attempts.append(draft, expected_seq=attempt.seq, standing=standing_after(attempt, draft))
    details = {name: value for name, value in draft.payload.items() if name != "finished_us"}
    unit.audit.add(
        AuditRecord(at=draft.stamp.wall, actor=draft.actor, deed=deed, subject=draft.attempt_id, details=details)
    )
    return attempt.apply(ack.event)


def present(unit: Unit, attempt: Attempt, stamp: Stamp) -> tuple[Attempt, datetime]:
    """Return an open attempt as it stands with an outage that nobody has written down yet, and its time (UTC).

    Raises:
        AttemptClosed: it has ended, or its time is over.
    """
    now = observe(attempt.last, stamp)
    standing = with_outage(attempt, silence(unit, attempt, now))
    standing.check_open(now)
    return standing, now
