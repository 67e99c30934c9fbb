"""The review queue: what an administrator has to look at, and what was decided of it.

Three things wait there: challenged items, outages longer than the course gives back by itself, and typed answers that
came near to an accepted one but named its opposite or neighbour. The first two are read from the attempts' own events,
so that nothing is kept twice. Deciding changes no score and no deadline: it says what was found, and a re-mark, or time
that is given, is a deed of its own with its own record.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from cequiz.domain.canonical import Json
from cequiz.domain.exam.events import AttemptEvent, EventKind, instant
from cequiz.domain.people.student import clean_words
from cequiz.errors import NotFound
from cequiz.language import mark, tr
from cequiz.services.ports import AttemptHeader, AuditRecord, Decision, NearMissRecord, Ports, Unit


class Kind(StrEnum):
    """Why something waits in the queue."""

    CHALLENGE = "challenge"
    """A student disputes an item."""
    OUTAGE = "outage"
    """A session was gone for longer than the course gives back by itself."""
    NEAR_MISS = "near-miss"
    """A typed answer named an opposite or a neighbour of an accepted one."""


class Outcome(StrEnum):
    """What an administrator decided."""

    ACCEPTED = "accepted"
    DECLINED = "declined"


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One thing that waits, or waited, for an administrator."""

    id: str
    """`challenge:ATTEMPT:SEQ`, `outage:ATTEMPT:SEQ`, or `near-miss:ATTEMPT:ITEM:PART`."""
    kind: Kind
    attempt_id: str
    student_id: str
    exam: str
    """`COURSE/EXAM`."""
    item: str
    """`bank/question`; empty for an outage."""
    at: datetime
    details: Mapping[str, Json]
    """What the kind has to say.

    challenge: content_hash, response, reason, source. outage: since and until (ISO-8601, UTC), credited_ms,
    uncredited_ms. near-miss: content_hash, part, given, accepted, pair (as typed, as accepted), rule.
    """
    decision: Decision | None = None
    """The newest decision."""


def entries(ports: Ports, *, open_only: bool = True) -> tuple[Entry, ...]:
    """Return the queue, oldest first.

    Args:
        ports: the outside world.
        open_only: leave out what was decided.
    """
    with ports.store.read() as unit:
        found = _all(unit)
    return tuple(one for one in found if not open_only or one.decision is None)


def entry(ports: Ports, entry_id: str) -> Entry:
    """Return one entry, decided or not.

    Raises:
        NotFound: the queue has no such entry.
    """
    with ports.store.read() as unit:
        return _one(unit, entry_id)


def decide(ports: Ports, *, entry_id: str, outcome: Outcome, note: str, actor: str) -> Entry:
    """Keep what was decided of an entry; a later decision takes the place of an earlier one, and both stay on record.

    No score is changed: a re-mark is another deed.

    Args:
        ports: the outside world.
        entry_id: which entry.
        outcome: accepted or declined.
        note: why, in a sentence.
        actor: who decides.

    Raises:
        NotFound: the queue has no such entry.
        InvalidText: the note is empty or holds a character that could deceive.
    """
    words, now = clean_words(note, what=mark("note")), ports.clock.read().wall
    with ports.store.write() as unit:
        found = _one(unit, entry_id)
        decision = Decision(entry=found.id, outcome=str(outcome), note=words, actor=actor, at=now)
        unit.queue.decide(decision)
        details: dict[str, Json] = {"note": words}
        unit.audit.add(AuditRecord(at=now, actor=actor, deed=f"queue.{outcome}", subject=found.id, details=details))
        return replace(found, decision=decision)


def _one(unit: Unit, entry_id: str) -> Entry:
    for found in _all(unit):
        if found.id in (entry_id, f"{entry_id}:"):  # the part at the end is empty where a question has one part
            return found
    raise NotFound(
        tr("There is no entry {entry} in the review queue.", entry=entry_id),
        hint=tr("`cequiz queue list --all` shows what there is."),
    )


def _all(unit: Unit) -> list[Entry]:
    headers = {one.id: one for one in unit.attempts.headers()}
    decisions = {one.entry: one for one in unit.queue.decisions()}
    found = [*_from_events(unit, headers), *(_near_miss(one, headers) for one in unit.queue.near_misses())]
    return sorted((replace(one, decision=decisions.get(one.id)) for one in found), key=lambda one: (one.at, one.id))


def _from_events(unit: Unit, headers: Mapping[str, AttemptHeader]) -> Iterator[Entry]:
    for event in unit.attempts.of_kind(EventKind.CHALLENGED, EventKind.CONTINUED, EventKind.EXPIRED):
        if event.kind is EventKind.CHALLENGED:
            kept = ("content_hash", "response", "reason", "source")
            details = {name: event.payload.get(name) for name in kept}
            yield _entry(event, headers, kind=Kind.CHALLENGE, details=details)
        elif int(str(event.payload.get("uncredited_ms", 0))) > 0:
            yield _entry(event, headers, kind=Kind.OUTAGE, details=_outage(event.payload))


def _entry(
    event: AttemptEvent, headers: Mapping[str, AttemptHeader], *, kind: Kind, details: Mapping[str, Json]
) -> Entry:
    header = headers[event.attempt_id]
    return Entry(
        id=f"{kind}:{event.attempt_id}:{event.seq}",
        kind=kind,
        attempt_id=header.id,
        student_id=header.student_id,
        exam=f"{header.course_id}/{header.exam_id}",
        item=str(event.payload.get("item", "")),
        at=event.at,
        details=details,
    )


def _outage(payload: Mapping[str, Json]) -> dict[str, Json]:
    since, until = (instant(int(str(payload[name]))).isoformat() for name in ("since_us", "until_us"))
    return {
        "since": since.replace("+00:00", "Z"),
        "until": until.replace("+00:00", "Z"),
        "credited_ms": payload["credited_ms"],
        "uncredited_ms": payload["uncredited_ms"],
    }


def _near_miss(record: NearMissRecord, headers: Mapping[str, AttemptHeader]) -> Entry:
    header, miss = headers[record.attempt_id], record.miss
    return Entry(
        id=f"{Kind.NEAR_MISS}:{record.attempt_id}:{record.item}:{miss.part}",
        kind=Kind.NEAR_MISS,
        attempt_id=header.id,
        student_id=header.student_id,
        exam=f"{header.course_id}/{header.exam_id}",
        item=record.item,
        at=record.at,
        details={
            "content_hash": record.content_hash,
            "part": miss.part,
            "given": miss.given,
            "accepted": miss.accepted,
            "pair": list(miss.pair),
            "rule": miss.rule,
        },
    )
