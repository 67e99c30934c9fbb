"""Watching files behind a screen: it is told when something was saved, and reads anew."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from cequiz.bootstrap import watch_files

if TYPE_CHECKING:
    from textual.timer import Timer

    from cequiz.adapters.bank_files.watching import FileWatch
    from cequiz.frontends.tui.screen import HouseScreen

BEAT = 0.5
"""Seconds between two looks at the files."""


class Watcher:
    """Looks at files for one screen, in a thread, as long as it is on."""

    def __init__(self, screen: HouseScreen[None], changed: Callable[[], None]) -> None:
        """Prepare it.

        Args:
            screen: whose timer and workers are used.
            changed: called on the screen's loop after a change.
        """
        self._screen = screen
        self._changed = changed
        self._watch: FileWatch | None = None
        self._timer: Timer | None = None

    @property
    def on(self) -> bool:
        """Whether files are watched."""
        return self._watch is not None

    async def begin(self, paths: Sequence[str]) -> None:
        """Watch these files and folders from now on, and no others.

        Raises:
            NotFound: a path leads nowhere.
        """
        self._watch = await asyncio.to_thread(watch_files, paths)
        if self._timer is None:
            self._timer = self._screen.set_interval(BEAT, self.look)

    def end(self) -> None:
        """Watch nothing any more."""
        self._watch = None
        if self._timer is not None:
            self._timer.stop()
            self._timer = None

    def look(self) -> None:
        """Look now, unless a look is still under way."""
        if self._watch is not None and not self._screen.busy("watch"):
            self._screen.attend(self._look, group="watch")

    async def _look(self) -> None:
        watch = self._watch
        if watch is not None and await asyncio.to_thread(watch.changed) and watch is self._watch:
            self._changed()
