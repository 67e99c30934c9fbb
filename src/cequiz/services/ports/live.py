"""The attempts that are open now, as a live board needs them: cheap enough to be asked for every second."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from cequiz.domain.exam.attempt import Attempt, replay
from cequiz.domain.exam.events import ENDINGS, AttemptEvent, EventKind
from cequiz.domain.exam.timekeeping import Anchor
from cequiz.services.ports.records import AttemptHeader, Heartbeat

LIVE_KINDS = frozenset(
    {
        EventKind.STARTED,
        EventKind.SUSPENDED,
        EventKind.RESUMED,
        EventKind.OUTAGE,
        EventKind.CONTINUED,
        EventKind.TIME_ADJUSTED,
        EventKind.HELD,
        EventKind.RELEASED,
        EventKind.FLAGGED,
        EventKind.UNFLAGGED,
        EventKind.CHALLENGED,
    }
)
"""What of an attempt's events a board needs: time, flags, and what waits for a decision. No answer is among them."""

TOLD_KINDS = ENDINGS | {
    EventKind.STARTED,
    EventKind.SUSPENDED,
    EventKind.RESUMED,
    EventKind.TIME_ADJUSTED,
    EventKind.HELD,
    EventKind.RELEASED,
    EventKind.MESSAGED,
}
"""What `Store.watch` tells of: what the student must see at once when the office does it, and the other way round."""


@dataclass(frozen=True, kw_only=True)
class OpenAttempt:
    """One open attempt on a live board."""

    header: AttemptHeader
    student: str
    """The student's name."""
    items: int
    answered: int
    saved_at: datetime | None
    """When the newest of the answers on record was given (UTC, reckoned); None while there is none."""
    last: Anchor
    """Of the last event, whichever it was."""
    heartbeat: Heartbeat | None
    events: tuple[AttemptEvent, ...]
    """Those of `LIVE_KINDS` in order; `started` comes with an empty form, so that they can be replayed cheaply."""

    @property
    def state(self) -> Attempt:
        """The attempt as far as its time, its flags and its place in the chain go; it has neither form nor answers."""
        return replace(replay(self.events), seq=self.header.seq, head=self.header.head, last=self.last)


class LiveRoom(Protocol):
    """The open attempts."""

    def open_ids(self) -> Sequence[str]:
        """Return the ids of the open attempts, the oldest first."""
        ...

    def attempts(self, attempt_id: str | None = None) -> Sequence[OpenAttempt]:
        """Return the open attempts, the oldest first, or the one with this id where it is open."""
        ...
