"""The field that an answer is typed into: while it is open, letters are text and no commands."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import ClassVar, Protocol

from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import Input

from cequiz.domain.bank.typed import MOST_LETTERS
from cequiz.domain.text import UNSAFE_IN_LINE

_ENDS = frozenset({"enter", "escape"})
"""The keys that end the typing."""


class OneLine(Input):
    """One line to type in; what is pasted becomes one line of visible signs, as much of it as fits."""

    class Cut(Message):
        """Not all of what was pasted fitted."""

    def _on_paste(self, event: events.Paste) -> None:
        """Take all lines: Textual itself takes the first one, and none at all of what is too long."""
        event.stop()
        event.prevent_default()
        text = _visible(event.text)
        room = len(text) if not self.max_length else self.max_length - len(self.value) + len(self.selected_text)
        self.replace(text[:room], *sorted(self.selection))
        if len(text) > room:
            self.post_message(self.Cut())


class Closed(Protocol):
    """Hears that the field is to be closed."""

    def __call__(self, *, onward: bool) -> None:
        """Close it; `onward` says whether by Enter, which goes on to the next open slot."""


class TypedField(OneLine):
    """A line for one slot of one item at a time.

    What is typed is said at once, and so is the end of it: the next key may be a command.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "close(False)", show=False),
        Binding("pagedown", "screen.scroll_question('pagedown')", show=False),
        Binding("pageup", "screen.scroll_question('pageup')", show=False),
    ]

    def __init__(self, *, typed: Callable[[str], None], closed: Closed, id: str | None = None) -> None:
        super().__init__(id=id, max_length=MOST_LETTERS, compact=True, select_on_focus=False)
        self._say_typed = typed
        self._say_closed = closed
        self.item = ""
        self.slot = ""
        """What is typed into; empty while the field is closed."""

    def open(self, item: str, slot: str, text: str) -> None:
        """Type into a slot from now on; its text stands there already."""
        self.item, self.slot = "", ""
        self.value = text
        self.item, self.slot = item, slot
        self.cursor_position = len(text)
        self.screen.set_focus(self)

    @property
    def is_open(self) -> bool:
        """Whether something is being typed."""
        return bool(self.slot)

    def shut(self) -> None:
        """Type into nothing any more."""
        self.item, self.slot = "", ""

    def watch_value(self, value: str) -> None:
        """Say what was typed."""
        if self.is_open:
            self._say_typed(value)

    def check_consume_key(self, key: str, character: str | None) -> bool:
        """Whether the field reads a key itself, as it does letters and what ends the typing."""
        return key in _ENDS or super().check_consume_key(key, character)

    async def _on_key(self, event: events.Key) -> None:
        """End the typing by Enter or Esc."""
        if event.key in _ENDS and self.is_open:
            event.stop()
            event.prevent_default()
            self._say_closed(onward=event.key == "enter")

    def on_blur(self, event: events.Blur) -> None:
        """Close when the student went elsewhere; a window that lost the focus gives it back."""
        if self.is_open and self.app.app_focus and self.screen.is_current and self.screen.focused is not self:
            self._say_closed(onward=False)


def _visible(text: str) -> str:
    """Return a text on one line, without signs that nobody sees."""
    return UNSAFE_IN_LINE.sub("", re.sub(r"\s+", " ", text.rstrip("\r\n")))
