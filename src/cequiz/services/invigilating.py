"""The live board: everybody who sits an exam at this moment, how far they are, and whether they are there.

It is read every second while somebody watches, so nothing is replayed but time; of the answers it knows how many there
are. It must not know what was answered.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from cequiz.domain.canonical import Json
from cequiz.domain.exam.attempt import Attempt
from cequiz.domain.exam.events import AttemptEvent, EventKind
from cequiz.domain.exam.ledger import Explanation, Hold, explain
from cequiz.domain.exam.timekeeping import Anchor, Stamp, observe
from cequiz.services.grading import load_attempt, sweep
from cequiz.services.outages import BEAT, SILENCE, broken_off, silence, with_outage
from cequiz.services.ports import OpenAttempt, Ports, Unit
from cequiz.services.queueing import id_of, of_event


class Connection(StrEnum):
    """Whether somebody is there."""

    CONNECTED = "connected"
    """The session gave its sign of life in time."""
    QUIET = "quiet"
    """It missed one; a slow disk may be all there is to it."""
    LEFT = "left"
    """It was left in good order."""
    BROKEN_OFF = "broken-off"
    """It is gone without having left."""


@dataclass(frozen=True, kw_only=True)
class LiveAttempt:
    """One open attempt as it stands at this moment."""

    id: str
    student_id: str
    student: str
    """The student's name."""
    exam: str
    """`COURSE/EXAM`."""
    number: int
    started_at: datetime
    now: datetime
    """What time it is for this attempt (UTC)."""
    items: int
    answered: int
    flagged: int
    deadline: datetime | None
    """None while the clock stands still, and where there is no time limit."""
    left: timedelta | None
    """By the ledger, never below zero; None where there is no deadline to come."""
    stands_still: bool
    """Whether the clock stands still now, for whatever reason."""
    hold: Hold | None
    """For which the office has suspended it."""
    saved_at: datetime | None
    """When the newest answer on record was given (UTC)."""
    connection: Connection
    silent: timedelta
    """Since the last sign of life."""
    waiting: tuple[str, ...]
    """The entries of the review queue that wait for a decision."""


def board(ports: Ports) -> tuple[LiveAttempt, ...]:
    """Return everybody who sits an exam now, the least time left first; those without a deadline last, by name.

    Attempts that ran out while nobody was there are closed first.
    """
    sweep(ports)
    stamp = ports.clock.read()
    with ports.store.read() as unit:
        found = unit.live.attempts()
        waiting = _waiting(unit, found)
    lines = (_live(one, stamp, waiting.get(one.header.id, ())) for one in found)
    return tuple(sorted(lines, key=_urgency))


@dataclass(frozen=True, kw_only=True)
class NearView:
    """One attempt from near: open or ended, with its time explained and what happened; never what was answered."""

    attempt: Attempt
    student: str
    live: LiveAttempt | None
    """As on the board; None once the attempt has ended."""
    time: Explanation
    events: tuple[AttemptEvent, ...]
    """Oldest first. Those of answers say which question; what was chosen is left out."""


def near(ports: Ports, attempt_id: str) -> NearView:
    """Return one attempt from near.

    Raises:
        NotFound: there is no such attempt.
    """
    stamp = ports.clock.read()
    with ports.store.read() as unit:
        attempt = load_attempt(unit, attempt_id)
        events = unit.attempts.events(attempt_id)
        student = unit.students.get(attempt.student_id)
        found = unit.live.attempts(attempt_id)
        waiting = _waiting(unit, found)
        now = observe(attempt.last, stamp)
        time = explain(with_outage(attempt, silence(unit, attempt, now)).ledger)
    live = next((_live(one, stamp, waiting.get(attempt_id, ())) for one in found), None)
    return NearView(
        attempt=attempt,
        student=attempt.student_id if student is None else student.name,
        live=live,
        time=time,
        events=tuple(replace(event, payload=_seen(event)) for event in events),
    )


def _seen(event: AttemptEvent) -> Mapping[str, Json]:
    """Return what of an event somebody who watches may see."""
    hidden = ("form", "terms") if event.kind is EventKind.STARTED else ("response", "content_hash")
    return {name: value for name, value in event.payload.items() if name not in hidden}


def _urgency(line: LiveAttempt) -> tuple[bool, timedelta, str, str]:
    return (line.left is None, line.left or timedelta(), line.student.casefold(), line.id)


def _live(found: OpenAttempt, stamp: Stamp, waiting: Sequence[str]) -> LiveAttempt:
    attempt, beat = found.state, found.heartbeat
    signs = (attempt.seen, found.saved_at, None if beat is None else beat.at)
    seen = max((one for one in signs if one is not None), default=found.header.started_at)
    now = observe(_newest(found), stamp)
    left_orderly = beat is not None and beat.left and beat.session == attempt.session
    gap = None if left_orderly or beat is None else broken_off(attempt, since=seen, at=now)
    ledger = with_outage(attempt, gap).ledger
    outage = ledger.outage
    covered = outage is not None and ledger.elapsed(outage.since, now) < outage.allowed
    header = found.header
    return LiveAttempt(
        id=header.id,
        student_id=header.student_id,
        student=found.student,
        exam=f"{header.course_id}/{header.exam_id}",
        number=header.number,
        started_at=header.started_at,
        now=now,
        items=found.items,
        answered=found.answered,
        flagged=len(attempt.flags),
        deadline=ledger.deadline,
        left=ledger.left(now),
        stands_still=ledger.suspended or ledger.held is not None or covered,
        hold=ledger.held,
        saved_at=found.saved_at,
        connection=_connection(left=left_orderly, silent=now - seen),
        silent=max(now - seen, timedelta()),
        waiting=tuple(waiting),
    )


def _newest(found: OpenAttempt) -> Anchor:
    """Return the last moment that is settled for an attempt."""
    beat = found.heartbeat
    if beat is None or beat.at <= found.last.instant:
        return found.last
    return Anchor(beat.at, beat.stamp)


def _connection(*, left: bool, silent: timedelta) -> Connection:
    if left:
        return Connection.LEFT
    if silent > SILENCE:
        return Connection.BROKEN_OFF
    return Connection.CONNECTED if silent <= BEAT + BEAT / 2 else Connection.QUIET


def _waiting(unit: Unit, found: Sequence[OpenAttempt]) -> Mapping[str, tuple[str, ...]]:
    """Return by attempt which of its challenges and outages nobody has decided."""
    entries = {id_of(event): event.attempt_id for line in found for event in line.events if of_event(event) is not None}
    if not entries:
        return {}
    decided = {decision.entry for decision in unit.queue.decisions()}
    waiting: dict[str, tuple[str, ...]] = {}
    for entry, attempt_id in entries.items():
        if entry not in decided:
            waiting[attempt_id] = (*waiting.get(attempt_id, ()), entry)
    return waiting
