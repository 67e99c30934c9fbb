"""Who holds the loop: a thread looks now and then whether the loop still turns, and notes in which functions it stands.

Everybody's screens wait while one handler works. Only names of functions are noted, never a value.
"""

from __future__ import annotations

import asyncio
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

LIMIT = 0.1
"""Seconds that the loop may be held before it is noted."""

_BEAT = 0.05
_DEEPEST = 6


@contextmanager
def watched(tell: Callable[[str], None], *, limit: float = LIMIT) -> Iterator[None]:
    """Watch the running loop, which must be that of this thread.

    Args:
        tell: takes a line for each time the loop was held; called in another thread.
        limit: seconds that are nothing to tell of.
    """
    watch = _Watch(asyncio.get_running_loop(), tell, limit)
    thread = threading.Thread(target=watch.look, name="cequiz-watch", daemon=True)
    watch.beat()
    thread.start()
    try:
        yield
    finally:
        watch.stop()
        thread.join()


class _Watch:
    """The loop's heartbeat, and the thread that listens to it."""

    def __init__(self, loop: asyncio.AbstractEventLoop, tell: Callable[[str], None], limit: float) -> None:
        self._loop = loop
        self._log = tell
        self._limit = limit
        self._thread = threading.get_ident()
        self._over = threading.Event()
        self._last = time.monotonic()
        self._handle: asyncio.TimerHandle | None = None

    def beat(self) -> None:
        """Show that the loop turns."""
        self._last = time.monotonic()
        self._handle = self._loop.call_later(_BEAT, self.beat)

    def stop(self) -> None:
        """Watch no more."""
        self._over.set()
        if self._handle is not None:
            self._handle.cancel()

    def look(self) -> None:
        """Look until the watch is over; in a thread of its own."""
        held, where = 0.0, ""
        while not self._over.wait(_BEAT):
            last = self._last
            late = time.monotonic() - last - _BEAT
            if late > self._limit:
                if held != last:
                    held, where = last, _place(sys._current_frames().get(self._thread))
            elif held:
                self._log(f"the loop was held for {self._last - held - _BEAT:.2f} s in {where}")
                held = 0.0


def _place(frame: FrameType | None) -> str:
    """Return the innermost functions of a stack, our own first of all."""
    names: list[str] = []
    while frame is not None:
        module = frame.f_globals.get("__name__", "?")
        names.append(f"{module}.{frame.f_code.co_qualname}")
        frame = frame.f_back
    ours = [name for name in names if name.startswith("cequiz.")][:_DEEPEST]
    inner = names[:_DEEPEST]
    return " < ".join(dict.fromkeys([*inner, *ours]))
