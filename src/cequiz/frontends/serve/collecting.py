"""Python's collector of garbage, tuned for a process with many screens.

A full collection looks at every object there is and holds everybody meanwhile: a second with 100 sessions, and as it
comes by itself, in the middle of somebody's typing. So what has lasted is frozen: the program itself, the screens of
those who are here. What came since, the screens that were opened and closed, is few, and is looked through twice
a second, once: with what had lasted through an earlier look it took a tenth of a second, for next to nothing. Where it
is many at once, as while many people come, it is frozen unseen.

What was frozen and has gone since, ended sessions and closed screens, is looked for where nobody notices it: when
nobody is here, or when nobody has touched a key for long; where much has gathered, for a moment. While somebody types
only where far too much has: a rare pause is better than a full memory.

Objects are counted by the interpreter's own counters and never listed: a list of them (`gc.get_objects`) holds what
other threads are about to build as well, and the interpreter ends a tuple that somebody else holds in the midst of its
building with a `SystemError`. That thread may be writing somebody's answer.
"""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager

THRESHOLDS = (50_000, 1_000_000, 1_000_000)
"""Objects between two collections of the youngest; the older ones are never collected by themselves."""

LOOK = 0.5
"""Seconds between two looks at whether to collect."""

FEW = 5_000
"""New objects that are not worth a look; a screen has about as many."""

MANY = 30_000
"""New objects that take too long to look through: more than half a tenth of a second."""

LASTING = 30_000
"""Objects that have lasted through a look, after which they are frozen: who looks at them all would take long."""

SILENCE = 30.0
"""Seconds without a key after which nobody types."""

PAUSE = 2.0
"""Seconds without a key that do where much has gathered."""

SETTLING = 6.0
"""Seconds after which nothing holds an ended session any more: timers that were cancelled keep theirs that long."""

MOST_ENDED = 64
"""Ended sessions that are much; each is about four megabytes."""

MOST_LEFT = 400_000
"""Frozen objects beyond those of whoever is here that are much: of closed screens, some forty megabytes."""

EACH = 16_000
"""Objects of one session in an exam."""

CENSUS = 15.0
"""Seconds between two counts of what is frozen: counting takes some hundredths of a second."""

LONGEST = 900.0
"""Seconds after which much must have gathered in any case: a few closed screens are frozen too."""

_YOUNG = 1
"""The generation that looks at what is new, and not once more at what has lasted through a look."""

TOO_MUCH = 4
"""How many times much is collected whoever types: one person with quick fingers must not fill the memory."""


class Collector:
    """Decides when to look through everything."""

    def __init__(self, now: Callable[[], float], *, here: Callable[[], int], last_key: Callable[[], float]) -> None:
        """Make a collector; it works within `tuned`.

        Args:
            now: seconds of a clock that is only good for differences.
            here: how many sessions there are.
            last_key: when somebody who is signed in pressed a key last, by that clock.
        """
        self._now = now
        self._here = here
        self._last_key = last_key
        self._ended = 0
        self._last = now()
        self._lasting = 0
        self._frozen = self._frozen_then = self._here_then = 0
        """What is frozen by the last count, what was after the last full collection, and how many were here then."""
        self._counted = now()
        self._held = False
        """Whether something may still hold what ended before the last time."""
        self._handle: asyncio.TimerHandle | None = None

    @contextmanager
    def tuned(self) -> Iterator[None]:
        """Keep the interpreter's collector quiet while the context lasts; everything is as before afterwards."""
        before = gc.get_threshold()
        self._collect_all()
        gc.set_threshold(*THRESHOLDS)
        self._look_later()
        try:
            yield
        finally:
            self.rest()
            gc.set_threshold(*before)
            gc.unfreeze()

    def rest(self) -> None:
        """Look no more: what a process that ends leaves behind goes with it, and nobody is to wait for it."""
        if self._handle is not None:
            self._handle.cancel()

    def ended(self) -> None:
        """Count a session that has ended."""
        self._ended += 1

    @property
    def due(self) -> bool:
        """Whether now is the time to look through everything, frozen or not."""
        now = self._now()
        gathered = max(self._ended / MOST_ENDED, self._left / MOST_LEFT, (now - self._last) / LONGEST)
        if not self._here():
            return self._ended > 0 or (self._held and now - self._last >= SETTLING)
        if gathered >= TOO_MUCH:
            return True
        much = gathered >= 1
        return (much or self._ended > 0) and now - self._last_key() >= (PAUSE if much else SILENCE)

    def look(self) -> None:
        """Collect what is due, else what is new."""
        if self._now() - self._counted >= CENSUS:
            self._count()
        if self.due:
            self._collect_all()
            return
        new = _new()
        if new >= MANY:
            self._freeze()
        elif new >= FEW:
            self._lasting += max(new - gc.collect(_YOUNG), 0)
            if self._lasting >= LASTING:
                self._freeze()

    def _collect_all(self) -> None:
        gc.unfreeze()
        gc.collect()
        self._freeze()
        self._held = self._ended > 0
        self._ended = 0
        self._last = self._now()
        self._count()
        self._frozen_then, self._here_then = self._frozen, self._here()

    @property
    def _left(self) -> int:
        """About how many frozen objects nobody has any more."""
        came = max(self._here() - self._here_then, 0)
        return self._frozen - self._frozen_then - EACH * came

    def _count(self) -> None:
        self._frozen, self._counted = gc.get_freeze_count(), self._now()

    def _freeze(self) -> None:
        """Look at nothing again that is there now."""
        gc.freeze()
        self._lasting = 0

    def _look_later(self) -> None:
        self._handle = asyncio.get_running_loop().call_later(LOOK, self._look_again)

    def _look_again(self) -> None:
        self.look()
        self._look_later()


def _new() -> int:
    """Return how many objects there are that no collection has looked at yet, or about as many as were looked at."""
    young, looks, _ = gc.get_count()
    return young + looks * gc.get_threshold()[0]
