"""What time it is for an attempt, when clocks can be moved.

Until the machine is restarted the boot-time clock, which counts sleep, measures what has elapsed, in one process and
between two; only after a restart UTC is asked. So a wall clock set back gains nothing, and one set forward costs
nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

JUMP = timedelta(seconds=2)
"""A wall clock that departs further than this from what elapsed has been moved."""


@dataclass(frozen=True)
class Stamp:
    """One reading of a machine's clocks."""

    wall: datetime
    """The wall clock, UTC."""
    boot_us: int
    """Microseconds since the machine started, sleep included."""
    boot_id: str
    """Which start of which machine `boot_us` counts from."""


@dataclass(frozen=True)
class Anchor:
    """An instant that is settled, and what the clocks showed then."""

    instant: datetime
    stamp: Stamp


def reckon(anchor: Anchor, now: Stamp) -> datetime:
    """Return the instant inside one process: the anchor's plus what the boot clock measured since."""
    return anchor.instant + timedelta(microseconds=now.boot_us - anchor.stamp.boot_us)


def arrive(last: Anchor | None, now: Stamp) -> Anchor:
    """Return the anchor of a process that takes an attempt up.

    Where the machine has not been restarted since the last event, what the boot clock counted since decides alone:
    a wall clock that was moved in between neither ends a running exam nor gains anything. After a restart only UTC is
    left. Never is it earlier than the last event.
    """
    if last is None:
        return Anchor(now.wall, now)
    same_start = last.stamp.boot_id == now.boot_id
    return Anchor(max(reckon(last, now) if same_start else now.wall, last.instant), now)


def observe(last: Anchor, now: Stamp) -> datetime:
    """Return what time it is for an attempt to somebody who looks at it without taking it up.

    Somebody else may be sitting it at this moment, by the same clock.
    """
    return arrive(last, now).instant


def drift(anchor: Anchor, now: Stamp) -> timedelta:
    """Return how far the wall clock stands from the reckoned instant; positive when it is ahead."""
    return now.wall - reckon(anchor, now)
