"""The time of the database server, read as cheaply as a machine's own clock.

Several hosts that write into one database must agree what time it is, and none of them may be believed. The server is
asked now and then; in between, what the machine's boot clock counted is added. The machine's wall clock decides
nothing once the server has been asked. An answer that took long says little: the time of an exam must not move because
a server was slow for a moment. This room knows no database: whoever keeps a connection tells it how to ask.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from cequiz.domain.exam.timekeeping import Stamp
from cequiz.errors import CequizError
from cequiz.services.ports import Clock

EVERY = 20.0
"""Seconds between two questions to the server."""

_TRIES = 3
"""How often it is asked each time; the quickest answer is the best one."""

_DRIFT_PPM = 500
"""The most by which a kernel lets its clocks run fast or slow: after 20 seconds 10 milliseconds."""


@dataclass(frozen=True, kw_only=True)
class _Anchor:
    """What the server's clock showed at a moment of the boot clock, and how far that may be off."""

    wall: datetime
    boot_us: int
    error_us: int

    def error_at(self, boot_us: int) -> int:
        """Return how far it may be off later, when nobody has asked since, in microseconds."""
        return self.error_us + (boot_us - self.boot_us) * _DRIFT_PPM // 1_000_000


class ServerClock:
    """A clock whose wall is the server's; before the server was asked the first time it is the machine's."""

    def __init__(self, base: Clock) -> None:
        """Take the machine's clocks, of which only the boot clock counts later."""
        self._base = base
        self._anchor: _Anchor | None = None

    def read(self) -> Stamp:
        """Return the server's time and the machine's boot clock at one moment."""
        stamp, anchor = self._base.read(), self._anchor
        if anchor is None:
            return stamp
        return replace(stamp, wall=anchor.wall + timedelta(microseconds=stamp.boot_us - anchor.boot_us))

    @property
    def settled(self) -> bool:
        """Whether the server has been asked."""
        return self._anchor is not None

    @property
    def ahead(self) -> timedelta:
        """How far the machine's own wall clock is ahead of the server's; negative when it is behind."""
        return self._base.read().wall - self.read().wall

    def settle(self, ask: Callable[[], datetime]) -> timedelta:
        """Ask the server what time it is, and go by that; return by how much the best answer may be off.

        The server read its clock at some moment while it was being asked: the middle is taken, so the error is at
        most half of the time it took. Where that is more than what was known before may be off by now, that stays.

        Args:
            ask: returns the server's time (UTC), on a line that is the caller's already: whatever it has to wait for
                besides the server makes the answer worse.
        """
        found = min((self._asked(ask) for _ in range(_TRIES)), key=lambda one: one.error_us)
        if self._anchor is None or found.error_us <= self._anchor.error_at(found.boot_us):
            self._anchor = found
        return timedelta(microseconds=found.error_us)

    def _asked(self, ask: Callable[[], datetime]) -> _Anchor:
        before = self._base.read().boot_us
        wall = ask()
        after = self._base.read().boot_us
        return _Anchor(wall=wall, boot_us=(before + after) // 2, error_us=(after - before + 1) // 2)


class ClockKeeper:
    """Keeps a server's clock right from a thread of its own, until it is told to stop."""

    def __init__(self, settle: Callable[[], object], *, every: float = EVERY) -> None:
        """Begin.

        Args:
            settle: asks the server and sets the clock; its refusals are waited out.
            every: seconds between two questions.
        """
        self._settle = settle
        self._every = every
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True, name="cequiz-clock")
        self._thread.start()

    def stop(self) -> None:
        """Stop, after at most one more answer of the server."""
        self._ended.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._ended.wait(self._every):
            try:
                self._settle()
            except CequizError:
                continue  # the server is away: what the boot clock counts is good for a long time
