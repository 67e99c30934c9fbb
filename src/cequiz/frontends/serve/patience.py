"""How long somebody is waited for: a clock that stands still while they wait for the server, and not it for them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class Patience:
    """Seconds for one person."""

    def __init__(self, seconds: float, over: Callable[[], None]) -> None:
        """Make a clock; it stands still until `run`.

        Args:
            seconds: how long is waited in all.
            over: called in the loop when that is over.
        """
        self._left = seconds
        self._over = over
        self._ended = False
        self._handle: asyncio.TimerHandle | None = None
        self.working = False
        """Whether the person waits for the server."""

    def run(self) -> None:
        """Wait, unless nobody is waited for any more."""
        if not self._ended and self._handle is None:
            self._handle = asyncio.get_running_loop().call_later(self._left, self._over)

    def end(self) -> None:
        """Wait no more."""
        self._ended = True
        self._stop()

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Let the clock stand still while the context lasts."""
        self._stop()
        self.working = True
        try:
            yield
        finally:
            self.working = False
            self.run()

    def _stop(self) -> None:
        if self._handle is not None:
            self._left = max(0.0, self._handle.when() - asyncio.get_running_loop().time())
            self._handle.cancel()
            self._handle = None
