"""Keys are obeyed one after the other, however fast they come: each one where the one before has led.

Textual hands every key that has arrived to what has the focus at that moment, and obeys it when it comes back from
there. Of the keys of one burst (a slow line, quick fingers, a pasted text) those after the first would be obeyed on a
screen, or with a focus, that the first one has left: letters of an answer would be commands. Knows no screen and no
command.
"""

from __future__ import annotations

import asyncio
import contextlib

from textual import events
from textual.app import App, ReturnType, ScreenStackError
from textual.widget import Widget
from textual.widgets import Input

from cequiz.frontends.tui.widgets.listing import Listing

_LONGEST = 2.0
"""Seconds that a key waits for the one before it, at most."""


class KeysInOrder(App[ReturnType]):
    """An app whose keys wait for each other."""

    async def on_event(self, event: events.Event) -> None:
        """Obey a key, and let nothing else happen before that is done."""
        if isinstance(event, events.Key):
            await self._there()  # what ran beside may have opened a screen, which knows no widgets yet
        if not isinstance(event, events.Key) or event.is_forwarded:
            await super().on_event(event)
            return
        focused = self.focused
        if isinstance(focused, Listing):
            # A list reads no keys itself: they need not go there and back.
            self.app_focus = True
            if not await self._check_bindings(event.key, priority=True):
                await self._check_bindings(event.key)
        else:
            await super().on_event(event)
            if isinstance(focused, Input):
                await _quiet(focused)
        await self._there()

    async def _there(self) -> None:
        """Wait until the screen that is shown has its widgets, if there is one."""
        with contextlib.suppress(TimeoutError, ScreenStackError):
            await asyncio.wait_for(self.screen._mounted_event.wait(), _LONGEST)


async def _quiet(widget: Widget) -> None:
    """Wait until a widget has read what was sent to it."""
    read = asyncio.Event()
    if widget.call_later(read.set):
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(read.wait(), _LONGEST)
