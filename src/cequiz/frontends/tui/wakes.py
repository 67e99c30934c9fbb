"""Looking at once: a screen that shows running exams is told when somebody writes to them, where the store can tell.

It only makes looking sooner. A screen looks by the clock as well, so nothing depends on being told.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from contextvars import copy_context
from typing import TYPE_CHECKING

from cequiz.errors import CequizError

if TYPE_CHECKING:
    from cequiz.frontends.tui.screen import HouseScreen
    from cequiz.services.ports import Ports


class Wakes:
    """Has a screen look as soon as something is told, as long as it is mounted; a burst of news is one look."""

    def __init__(self, screen: HouseScreen[None], look: Callable[[], None], *, attempt_id: str | None = None) -> None:
        """Prepare it.

        Args:
            screen: whose desk and workers are used.
            look: called in the screen's loop.
            attempt_id: the only attempt that matters; None for all.
        """
        self._screen = screen
        self._look = look
        self._attempt_id = attempt_id
        self._stop: Callable[[], None] | None = None
        self._ended = False
        self._lock = threading.Lock()
        self._told = False
        """Whether a look is on its way."""

    def begin(self) -> None:
        """Listen from now on; called in the screen's loop."""
        # Whoever writes has a context of their own; a look belongs to the screen's.
        self._loop, self._context = asyncio.get_running_loop(), copy_context()
        self._screen.attend(self._begin, group="wakes")

    def end(self) -> None:
        """Listen no more."""
        with self._lock:
            self._ended = True
            stop, self._stop = self._stop, None
        if stop is None:
            return
        try:
            self._screen.desk.submit(stop)  # it may wait for the network, which the screens must not
        except RuntimeError:  # the desk is closed already
            stop()

    async def _begin(self) -> None:
        with suppress(CequizError):  # whatever is wrong with the store, the look by the clock says it
            await self._screen.desk.read(self._listen)

    def _listen(self, ports: Ports) -> None:
        """Listen; in a thread, which nobody may wait for any more when it is done."""
        stop = ports.store.watch(self._wake)
        with self._lock:
            if not self._ended:
                self._stop = stop
                return
        stop()

    def _wake(self, attempt_id: str) -> None:
        """Ask for a look; called in any thread."""
        if self._told or self._ended or self._attempt_id not in (None, attempt_id):
            return
        self._told = True
        with suppress(RuntimeError):  # the loop is closed: the program ends
            self._loop.call_soon_threadsafe(self._look_now, context=self._context)

    def _look_now(self) -> None:
        self._told = False
        if not self._ended:
            self._look()
