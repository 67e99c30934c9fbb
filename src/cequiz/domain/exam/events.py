"""Attempt events: the only record of what happened in an attempt.

Append-only. State, review, audit and re-marking are functions of the list; see `attempt.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from cequiz.domain.canonical import Json, canonical
from cequiz.domain.exam.timekeeping import Anchor, Stamp

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class EventKind(StrEnum):
    """What can happen in an attempt."""

    STARTED = "started"
    ANSWERED = "answered"
    CLEARED = "cleared"
    FLAGGED = "flagged"
    UNFLAGGED = "unflagged"
    MOVED = "moved"
    """In a forward-only exam: the questions before a place were left behind."""
    CHALLENGED = "challenged"
    SUSPENDED = "suspended"
    RESUMED = "resumed"
    """Another session, or the same person later, took the attempt up: it holds the pen from here on."""
    OUTAGE = "outage"
    """A session was found to have gone without leaving: since when, and how much of it the course gives back."""
    CONTINUED = "continued"
    """The student pressed a key: an outage, or a clock that stood still, ends here."""
    TIME_ADJUSTED = "time_adjusted"
    HELD = "held"
    """The office suspended the exam: its clock stands still, and nothing can be answered."""
    RELEASED = "released"
    """The office let a suspended exam go on."""
    MESSAGED = "messaged"
    """The office wrote to the student."""
    CLOCK_MOVED = "clock_moved"
    """The wall clock was seen to be moved; the deadline stays."""
    SUBMITTED = "submitted"
    EXPIRED = "expired"
    VOIDED = "voided"


FINAL = frozenset({EventKind.SUBMITTED, EventKind.EXPIRED})
"""The endings; an attempt has at most one of them."""

ENDINGS = FINAL | {EventKind.VOIDED}
"""The kinds that change an attempt's status."""


@dataclass(frozen=True, kw_only=True)
class EventDraft:
    """An event before the store has given it its place in the chain."""

    attempt_id: str
    kind: EventKind
    payload: Mapping[str, Json]
    at: datetime
    """When it happened, reckoned (UTC)."""
    stamp: Stamp
    """What the machine's clocks showed."""
    actor: str
    session: str
    """Which running program wrote it."""
    key: str
    """Idempotency key: the same key is the same event, however often it is sent."""


@dataclass(frozen=True, kw_only=True)
class AttemptEvent(EventDraft):
    """An event in its place: number, the hash before it, its own hash."""

    seq: int
    previous: bytes
    hash: bytes

    @property
    def anchor(self) -> Anchor:
        """The instant and the clocks, for whoever takes the attempt up next."""
        return Anchor(self.at, self.stamp)


def late(*, counts: datetime, written: datetime) -> dict[str, Json]:
    """Return what the payload of an ending says of an end that counts before the instant at which it is written."""
    return {} if counts == written else {"finished_us": microseconds(counts)}


def ends_at(draft: EventDraft) -> datetime:
    """Return when an ending counts: at its own instant, if it says nothing else."""
    told = draft.payload.get("finished_us")
    return draft.at if told is None else instant(int(str(told)))


def message(draft: EventDraft, *, seq: int) -> bytes:
    """Return the canonical bytes of an event that its hash covers: every field, format version first."""
    return canonical(
        [
            1,
            draft.attempt_id,
            seq,
            draft.key,
            microseconds(draft.at),
            microseconds(draft.stamp.wall),
            draft.stamp.boot_us,
            draft.stamp.boot_id,
            draft.session,
            draft.actor,
            str(draft.kind),
            dict(draft.payload),
        ]
    )


def microseconds(instant: datetime) -> int:
    """Return an aware instant as whole microseconds since 1970 UTC."""
    return (instant - _EPOCH) // timedelta(microseconds=1)


def instant(value: int) -> datetime:
    """Return microseconds since 1970 as an aware UTC instant."""
    return _EPOCH + timedelta(microseconds=value)
