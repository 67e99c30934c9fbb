"""Whether the store answers: what a proxy or a watchman asks, as often as it likes.

Anybody may ask, so it costs one look a second at most, in the threads in which answers are written: what is told is
whether somebody's answer would be. Nobody who reads waits for those who ask.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor

_SECONDS_TO_LOOK = 3.0
"""How long a look may take; one that takes longer is bad news, and the next who ask wait for the same one."""

_GOOD_FOR = 1.0
"""Seconds for which what was found is told again."""


class Health:
    """Looks whether the store answers, once for everybody who asks."""

    def __init__(self, look: Callable[[], bool], threads: Executor) -> None:
        """Make it; nothing is looked at before somebody asks.

        Args:
            look: whether the store answers; runs in a thread, and may take long.
            threads: where it runs.
        """
        self._look = look
        self._threads = threads
        self._looking: asyncio.Future[bool] | None = None
        self._found = False
        self._good_until = 0.0

    async def well(self) -> bool:
        """Return whether the store answers, or did a moment ago."""
        loop = asyncio.get_running_loop()
        if loop.time() < self._good_until:
            return self._found
        if self._looking is None or self._looking.done():
            self._looking = loop.run_in_executor(self._threads, self._look)
        done, _ = await asyncio.wait({self._looking}, timeout=_SECONDS_TO_LOOK)
        self._found = bool(done) and next(iter(done)).result()
        self._good_until = loop.time() + _GOOD_FOR
        return self._found
