"""Ending and marking attempts: every ending goes through one `finish`.

Whoever notices that an attempt is over (its own session, a sweep, the office) calls the same function, which writes
the ending and the score in one transaction. An attempt that ran out is closed with the deadline as its finish time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from cequiz.domain.bank.question import Question
from cequiz.domain.chain import receipt
from cequiz.domain.exam.attempt import Attempt, Status, replay
from cequiz.domain.exam.events import EventDraft, EventKind
from cequiz.domain.exam.ledger import Explanation, explain
from cequiz.domain.exam.marking import Score, mark
from cequiz.domain.exam.review import Review, review
from cequiz.domain.exam.timekeeping import Stamp, arrive, reckon
from cequiz.errors import CequizError, NotFound, StorageDamaged, WrongState
from cequiz.services.ports import AttemptHeader, Ports, Standing, Unit

SWEEP_GRACE = timedelta(seconds=2)
"""How long after a deadline a sweep by others waits: an answer received in time may still be on its way to the disk."""

SWEEPER = "system:sweep"


@dataclass(frozen=True)
class Result:
    """An ended attempt as its student may see it."""

    attempt: Attempt
    review: Review
    receipt: str
    """The head of the attempt's chain, as a code to keep."""


def load_attempt(unit: Unit, attempt_id: str) -> Attempt:
    """Return an attempt's state.

    Raises:
        NotFound: there is no such attempt.
    """
    events = unit.attempts.events(attempt_id)
    if not events:
        raise NotFound(f"There is no attempt {attempt_id}.", hint="`cequiz attempt list` shows what there is.")
    return replay(events)


def questions_of(unit: Unit, attempt: Attempt) -> dict[str, Question]:
    """Return the very questions an attempt was drawn from, by item key.

    Raises:
        StorageDamaged: a bank version is missing or is not what the form names.
    """
    banks = {(item.bank, item.bank_version) for item in attempt.form.items}
    loaded = {pair: unit.banks.get(*pair) for pair in banks}
    found: dict[str, Question] = {}
    for item in attempt.form.items:
        bank = loaded[item.bank, item.bank_version]
        if bank is None:
            raise StorageDamaged(f"The bank {item.bank} {item.bank_version} of attempt {attempt.id} is missing.")
        question = bank.question(item.question)
        if question.content_hash() != item.content_hash:
            raise StorageDamaged(f"The question {item.key} is not the one that was shown in attempt {attempt.id}.")
        found[item.key] = question
    return found


def finish(
    ports: Ports,
    *,
    attempt_id: str,
    cause: EventKind,
    at: datetime,
    stamp: Stamp,
    actor: str,
    session: str,
    expected_seq: int | None = None,
) -> Score:
    """End an attempt and mark it, in one transaction; an ended attempt answers with the score it has.

    Args:
        ports: the outside world.
        attempt_id: which attempt.
        cause: `submitted` or `expired`; a submit that comes after the deadline is an expiry.
        at: when it happened (UTC, reckoned).
        stamp: what the machine's clocks showed.
        actor: who did it.
        session: which running program did it.
        expected_seq: the last event the writer has seen; None for a sweep, which ends whatever is there.

    Raises:
        OpenElsewhere: another session has written since `expected_seq`.
        WrongState: the attempt was voided, or it should expire and its time is not over.
    """
    with ports.store.write() as unit:
        attempt = load_attempt(unit, attempt_id)
        if attempt.status is Status.VOIDED:
            raise WrongState("This attempt was voided.", hint="Ask the provider why.")
        if attempt.status is not Status.OPEN:
            return _marked(ports, unit, attempt, actor=actor, at=at)
        deadline = attempt.ledger.deadline
        if attempt.overdue(at) and deadline is not None:
            cause, at = EventKind.EXPIRED, deadline
        elif cause is EventKind.EXPIRED:
            raise WrongState("The time of this exam is not over.", hint="It may have been extended meanwhile.")
        draft = EventDraft(
            attempt_id=attempt_id,
            kind=cause,
            payload={"answered": len(attempt.responses), "items": len(attempt.form.items)},
            at=max(at, attempt.last.instant),
            stamp=stamp,
            actor=actor,
            session=session,
            key=ports.ids.token(),
        )
        status = Status.SUBMITTED if cause is EventKind.SUBMITTED else Status.EXPIRED
        ack = unit.attempts.append(
            draft,
            expected_seq=attempt.seq if expected_seq is None else expected_seq,
            standing=Standing(status, deadline, draft.at),
        )
        return _marked(ports, unit, attempt.apply(ack.event), actor=actor, at=stamp.wall)


def _marked(ports: Ports, unit: Unit, attempt: Attempt, *, actor: str, at: datetime) -> Score:
    score = unit.scores.latest(attempt.id)
    if score is None:
        score = mark(attempt, questions_of(unit, attempt))
        unit.scores.add(score, actor=actor, at=at)
    return score


def sweep(ports: Ports) -> tuple[str, ...]:
    """Close every attempt whose time ran out while nobody was there; return their ids.

    One attempt that cannot be closed never stops the others; it stays due for the next sweep.
    """
    stamp = ports.clock.read()
    with ports.store.read() as unit:
        overdue = unit.attempts.overdue(stamp.wall - SWEEP_GRACE)
    closed = []
    for attempt_id in overdue:
        if _clocks_differ(ports, attempt_id, stamp):
            continue
        try:
            finish(
                ports,
                attempt_id=attempt_id,
                cause=EventKind.EXPIRED,
                at=stamp.wall,
                stamp=stamp,
                actor=SWEEPER,
                session=SWEEPER,
            )
        except CequizError:
            continue
        closed.append(attempt_id)
    return tuple(closed)


def _clocks_differ(ports: Ports, attempt_id: str, stamp: Stamp) -> bool:
    """Whether only a wall clock that was set forward makes an attempt overdue.

    On a machine that was not restarted the boot clock knows what elapsed. Somebody may be sitting the exam at this
    moment, and a sweep must not end it because a clock was wrong for a minute.
    """
    with ports.store.read() as unit:
        attempt = load_attempt(unit, attempt_id)
    return attempt.last.stamp.boot_id == stamp.boot_id and not attempt.overdue(reckon(attempt.last, stamp))


def result(ports: Ports, attempt_id: str) -> Result:
    """Return an ended attempt with what its student may see.

    Raises:
        NotFound: there is no such attempt.
        WrongState: it has not ended.
    """
    with ports.store.read() as unit:
        attempt = load_attempt(unit, attempt_id)
        if attempt.status is Status.OPEN:
            raise WrongState("This attempt has not ended.", hint="Continue it, or wait for its deadline.")
        score = unit.scores.latest(attempt_id)
        return Result(attempt, review(attempt, score, questions_of(unit, attempt)), receipt(attempt.head))


def explain_time(ports: Ports, attempt_id: str) -> tuple[Attempt, Explanation, datetime]:
    """Return an attempt, its deadline with every reason, and what time it is for it now (UTC)."""
    with ports.store.read() as unit:
        attempt = load_attempt(unit, attempt_id)
    return attempt, explain(attempt.ledger), arrive(attempt.last, ports.clock.read()).instant


def attempts(ports: Ports, *, student_id: str | None = None) -> tuple[AttemptHeader, ...]:
    """Return attempts, oldest first, after a sweep."""
    sweep(ports)
    now = ports.clock.read().wall
    with ports.store.read() as unit:
        return tuple(_as_it_stands(header, now) for header in unit.attempts.headers(student_id=student_id))


def _as_it_stands(header: AttemptHeader, now: datetime) -> AttemptHeader:
    """Return the line of an attempt whose deadline has passed as ended, closed by a sweep or not."""
    standing = header.standing
    if standing.status is not Status.OPEN or standing.deadline is None or now <= standing.deadline:
        return header
    return replace(header, standing=Standing(Status.EXPIRED, standing.deadline, standing.deadline))


def attempt(ports: Ports, attempt_id: str) -> tuple[Attempt, Score | None, Mapping[str, Question]]:
    """Return everything of one attempt, for the office."""
    with ports.store.read() as unit:
        found = load_attempt(unit, attempt_id)
        return found, unit.scores.latest(attempt_id), questions_of(unit, found)
