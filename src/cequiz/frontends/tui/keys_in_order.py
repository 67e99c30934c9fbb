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
        if self._exit and isinstance(event, events.InputEvent):
            return  # the app is being left: a key would open a screen that nobody closes any more
        if isinstance(event, events.Key):
            await self._there()  # what ran beside may have opened a screen, which knows no widgets yet
        if not isinstance(event, events.Key) or event.is_forwarded:
            await super().on_event(event)
            return
        focused = self.focused
        readers = _readers(focused, event.key)
        if isinstance(focused, Listing):
            await self._obeyed(event.key)  # a list reads no keys itself: they need not go there and back
        elif not (_is_no_text(focused, event) and await self._obeyed(event.key)):
            await super().on_event(event)
        for reader in readers:
            await _quiet(reader)
        await self._there()

    async def _obeyed(self, key: str) -> bool:
        """Do what a key is bound to, and return whether it is bound to anything."""
        self.app_focus = True
        return await self._check_bindings(key, priority=True) or await self._check_bindings(key)

    async def _there(self) -> None:
        """Wait until the screen that is shown has its widgets, if there is one."""
        with contextlib.suppress(TimeoutError, ScreenStackError):
            await asyncio.wait_for(self.screen._mounted_event.wait(), _LONGEST)


def _is_no_text(focused: Widget | None, event: events.Key) -> bool:
    """Whether a key is nothing that the focused field reads itself.

    On its way back it would be behind the letters that came after it: a passphrase after a Tab would be typed into the
    field above.
    """
    return isinstance(focused, Input) and not focused.check_consume_key(event.key, event.character)


def _readers(focused: Widget | None, key: str) -> tuple[Widget, ...]:
    """Return who has to have read what a key does before the next one is obeyed, in the order in which they read."""
    if not isinstance(focused, Input):
        return ()
    if key != "enter":
        return (focused,)
    # The field tells those around it that it was filled in, one after the other, and one of them leads on.
    return (focused, *(one for one in focused.ancestors_with_self if isinstance(one, Widget)))


async def _quiet(widget: Widget) -> None:
    """Wait until a widget has read what was sent to it."""
    read = asyncio.Event()
    if widget.call_later(read.set):
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(read.wait(), _LONGEST)
