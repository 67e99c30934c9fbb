"""What the office does to an attempt: giving or taking time, and voiding it, with a reason and on record.

An exam that runs elsewhere learns of it when its face next looks at the records, about a second later.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from cequiz.domain.canonical import Json
from cequiz.domain.exam.attempt import Attempt, Status
from cequiz.domain.exam.events import EventDraft, EventKind, late
from cequiz.domain.exam.timekeeping import Stamp, observe
from cequiz.domain.people.student import clean_words
from cequiz.errors import NotAllowed, WrongState
from cequiz.language import tr
from cequiz.services.grading import load_attempt, standing_after
from cequiz.services.outages import silence, with_outage
from cequiz.services.ports import AuditRecord, Ports, Unit

OFFICE = "office"
"""The session that stands in events which nobody wrote who sits the exam."""

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
    milliseconds, why = amount // timedelta(milliseconds=1), clean_words(reason, what=tr("reason"))
    if not milliseconds:
        raise NotAllowed(tr("No time was given or taken."), hint=tr("Say how much, such as 10m or -5m."))
    stamp = ports.clock.read()
    with ports.store.write() as unit:
        attempt = load_attempt(unit, attempt_id)
        now = observe(attempt.last, stamp)
        present = with_outage(attempt, silence(unit, attempt, now))
        present.check_open(now)
        if not attempt.ledger.timed:
            raise WrongState(tr("This attempt has no time limit."), hint=tr("There is nothing to give or to take."))
        draft = _draft(
            ports,
            attempt,
            kind=EventKind.TIME_ADJUSTED,
            payload={"milliseconds": milliseconds, "reason": why},
            now=now,
            stamp=stamp,
            actor=actor,
        )
        if abs(sum((one.amount for one in attempt.ledger.adjustments), amount)) > LONGEST:
            raise NotAllowed(tr("That is more than ten years."), hint=tr("Nothing was changed."))
        left = present.ledger_after(draft).left(now)
        if milliseconds < 0 and left is not None and not left:
            raise NotAllowed(
                tr("That would end the exam at once."),
                hint=tr("Take less time, or void the attempt; its answers are kept either way."),
            )
        ack = unit.attempts.append(draft, expected_seq=attempt.seq, standing=standing_after(attempt, draft))
        _record(unit, draft, deed="attempt.time_adjusted", at=stamp.wall)
        return attempt.apply(ack.event)


def void(ports: Ports, *, attempt_id: str, reason: str, actor: str) -> Attempt:
    """Declare an attempt void, open or ended: it earns nothing and does not count as one; return its state.

    Its answers stay on record. A certificate that rests on it is revoked by a deed of its own.

    Raises:
        NotFound: there is no such attempt.
        InvalidText: the reason is empty, or holds a character that could deceive.
        WrongState: it is void already.
    """
    why, stamp = clean_words(reason, what=tr("reason")), ports.clock.read()
    with ports.store.write() as unit:
        attempt = load_attempt(unit, attempt_id)
        if attempt.status is Status.VOIDED:
            raise WrongState(tr("This attempt is void already."), hint=tr("Nothing was changed."))
        now = observe(attempt.last, stamp)
        now = max(now, attempt.last.instant)
        payload: dict[str, Json] = {"reason": why, **late(counts=attempt.finish(now), written=now)}
        draft = _draft(ports, attempt, kind=EventKind.VOIDED, payload=payload, now=now, stamp=stamp, actor=actor)
        ack = unit.attempts.append(draft, expected_seq=attempt.seq, standing=standing_after(attempt, draft))
        _record(unit, draft, deed="attempt.voided", at=stamp.wall)
        return attempt.apply(ack.event)


def _draft(
    ports: Ports,
    attempt: Attempt,
    *,
    kind: EventKind,
    payload: Mapping[str, Json],
    now: datetime,
    stamp: Stamp,
    actor: str,
) -> EventDraft:
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


def _record(unit: Unit, draft: EventDraft, *, deed: str, at: datetime) -> None:
    details = {name: value for name, value in draft.payload.items() if name != "finished_us"}
    unit.audit.add(AuditRecord(at=at, actor=draft.actor, deed=deed, subject=draft.attempt_id, details=details))
