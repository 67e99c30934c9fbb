"""The review queue: what an administrator has to look at, and what was decided of it.

Three things wait there: challenged items, outages longer than the course gives back by itself, and typed answers that
came near to an accepted one but named its opposite or neighbour. The first two are read from the attempts' own events,
so that nothing is kept twice. Deciding changes no score: it says what was found, and a re-mark is a deed of its own
with its own record. Only the time that an outage took can be given back together with the decision.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from cequiz.domain.canonical import Json
from cequiz.domain.exam.events import AttemptEvent, EventKind, instant
from cequiz.domain.people.student import clean_words
from cequiz.errors import AttemptClosed, NotAllowed, NotFound, WrongState
from cequiz.language import mark, tr
from cequiz.services.ports import AttemptHeader, AuditRecord, Decision, NearMissRecord, Ports, Unit
from cequiz.services.timing import adjust


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


_WRITTEN = {
    EventKind.CHALLENGED: Kind.CHALLENGE,
    EventKind.CONTINUED: Kind.OUTAGE,
    EventKind.EXPIRED: Kind.OUTAGE,
}
"""Which events bring which entries."""


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


def entries(ports: Ports, *, open_only: bool = True, kinds: Collection[Kind] = tuple(Kind)) -> tuple[Entry, ...]:
    """Return the queue, oldest first.

    Args:
        ports: the outside world.
        open_only: leave out what was decided.
        kinds: which kinds of entries; nothing else is read.
    """
    with ports.store.read() as unit:
        found = _all(unit, kinds)
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
        WrongState: the time of an outage was given back already, so it cannot be declined any more.
        InvalidText: the note is empty or holds a character that could deceive.
    """
    words, now = clean_words(note, what=mark("note")), ports.clock.read().wall
    with ports.store.write() as unit:
        found = _one(unit, entry_id)
        if outcome is Outcome.DECLINED and _is_given(unit, found):
            raise _given()
        return _decide(unit, found, outcome=outcome, words=words, actor=actor, at=now)


def _decide(unit: Unit, found: Entry, *, outcome: Outcome, words: str, actor: str, at: datetime) -> Entry:
    decision = Decision(entry=found.id, outcome=str(outcome), note=words, actor=actor, at=at)
    unit.queue.decide(decision)
    details: dict[str, Json] = {"note": words}
    unit.audit.add(AuditRecord(at=at, actor=actor, deed=f"queue.{outcome}", subject=found.id, details=details))
    return replace(found, decision=decision)


def give_back(ports: Ports, *, entry_id: str, note: str, actor: str) -> Entry:
    """Accept an outage and give back, in the same transaction, the time that the course did not.

    Args:
        ports: the outside world.
        entry_id: which outage.
        note: why; the student sees it among the reasons for the deadline.
        actor: who decides.

    Raises:
        NotFound: the queue has no such entry.
        NotAllowed: it is no outage.
        WrongState: its time was given back already, or there is no time limit.
        AttemptClosed: the attempt has ended: no time can be given to it any more.
        InvalidText: the note is empty or holds a character that could deceive.
    """
    words, stamp = clean_words(note, what=mark("note")), ports.clock.read()
    with ports.store.write() as unit:
        found = _one(unit, entry_id)
        if found.kind is not Kind.OUTAGE:
            raise NotAllowed(tr("Only for an outage time is given back."), hint=tr("Nothing was decided."))
        if _is_given(unit, found):
            raise _given()
        amount = timedelta(milliseconds=int(str(found.details["uncredited_ms"])))
        said: dict[str, Json] = {"reason": words, "entry": found.id}
        try:
            adjust(ports, unit, attempt_id=found.attempt_id, amount=amount, payload=said, stamp=stamp, actor=actor)
        except AttemptClosed as error:
            hint = tr(
                "Void the attempt, so that it does not count and another one is allowed, or accept without giving time."
            )
            raise AttemptClosed(tr("This attempt has ended: no time can be given back to it."), hint=hint) from error
        return _decide(unit, found, outcome=Outcome.ACCEPTED, words=words, actor=actor, at=stamp.wall)


def _is_given(unit: Unit, found: Entry) -> bool:
    """Whether the time of an outage was given back; the attempt itself says so."""
    if found.kind is not Kind.OUTAGE:
        return False
    return any(event.payload.get("entry") == found.id for event in unit.attempts.events(found.attempt_id))


def _given() -> WrongState:
    return WrongState(
        tr("The time of this outage was given back already."),
        hint=tr("Nothing was changed. `cequiz attempt adjust-time` takes time away."),
    )


def _one(unit: Unit, entry_id: str) -> Entry:
    kind = entry_id.partition(":")[0]
    for found in _all(unit, [Kind(kind)] if kind in tuple(Kind) else tuple(Kind)):
        if found.id in (entry_id, f"{entry_id}:"):  # the part at the end is empty where a question has one part
            return found
    raise NotFound(
        tr("There is no entry {entry} in the review queue.", entry=entry_id),
        hint=tr("`cequiz queue list --all` shows what there is."),
    )


def _all(unit: Unit, kinds: Collection[Kind]) -> list[Entry]:
    written = [event for event, kind in _WRITTEN.items() if kind in kinds]
    events = [event for event in unit.attempts.of_kind(*written) if of_event(event) in kinds] if written else []
    misses = unit.queue.near_misses() if Kind.NEAR_MISS in kinds else ()
    # Few attempts have anything in the queue: looking all of them up would take longer than everything else.
    wanted = {event.attempt_id for event in events} | {one.attempt_id for one in misses}
    headers = {name: header for name in wanted if (header := unit.attempts.header(name)) is not None}
    decisions = {one.entry: one for one in unit.queue.decisions()}
    found = [*(_from_event(one, headers) for one in events), *(_near_miss(one, headers) for one in misses)]
    return sorted((replace(one, decision=decisions.get(one.id)) for one in found), key=lambda one: (one.at, one.id))


def _from_event(event: AttemptEvent, headers: Mapping[str, AttemptHeader]) -> Entry:
    if of_event(event) is Kind.OUTAGE:
        return _entry(event, headers, kind=Kind.OUTAGE, details=_outage(event.payload))
    kept = ("content_hash", "response", "reason", "source")
    details = {name: event.payload.get(name) for name in kept}
    return _entry(event, headers, kind=Kind.CHALLENGE, details=details)


def of_event(event: AttemptEvent) -> Kind | None:
    """Return why an event of an attempt waits in the queue; None where it does not."""
    if event.kind is EventKind.CHALLENGED:
        return Kind.CHALLENGE
    ends = event.kind in (EventKind.CONTINUED, EventKind.EXPIRED)
    return Kind.OUTAGE if ends and int(str(event.payload.get("uncredited_ms", 0))) > 0 else None


def id_of(event: AttemptEvent) -> str:
    """Return the id of the entry that an event makes."""
    return f"{of_event(event)}:{event.attempt_id}:{event.seq}"


def _entry(
    event: AttemptEvent, headers: Mapping[str, AttemptHeader], *, kind: Kind, details: Mapping[str, Json]
) -> Entry:
    header = headers[event.attempt_id]
    return Entry(
        id=id_of(event),
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
