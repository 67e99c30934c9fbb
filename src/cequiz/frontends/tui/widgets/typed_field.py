"""The field that an answer is typed into: while it is open, letters are text and no commands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import Input

from cequiz.domain.bank.typed import MOST_LETTERS


class TypedField(Input):
    """One line to type in, for one slot of one item at a time."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "close(False)", show=False),
        Binding("pagedown", "screen.scroll_question('pagedown')", show=False),
        Binding("pageup", "screen.scroll_question('pageup')", show=False),
    ]

    @dataclass
    class Typed(Message):
        """A key changed the text."""

        item: str
        slot: str
        text: str

    @dataclass
    class Closed(Message):
        """The field is to be closed."""

        onward: bool
        """Whether by Enter, which goes on to the next open slot."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id, max_length=MOST_LETTERS, compact=True, select_on_focus=False)
        self.item = ""
        self.slot = ""
        """What is typed into; empty while the field is closed."""

    def open(self, item: str, slot: str, text: str) -> None:
        """Type into a slot from now on; its text stands there already."""
        self.item, self.slot = "", ""
        self.value = text
        self.item, self.slot = item, slot
        self.cursor_position = len(text)
        self.focus()

    @property
    def is_open(self) -> bool:
        """Whether something is being typed."""
        return bool(self.slot)

    def shut(self) -> None:
        """Type into nothing any more."""
        self.item, self.slot = "", ""

    def watch_value(self, value: str) -> None:
        """Say what was typed, and for which slot."""
        if self.is_open:
            self.post_message(self.Typed(self.item, self.slot, value))

    def on_blur(self, event: events.Blur) -> None:
        """Close when the student went elsewhere; a window that lost the focus gives it back."""
        if self.is_open and self.app.app_focus and self.screen.is_current:
            self.post_message(self.Closed(onward=False))

    async def action_submit(self) -> None:
        """Close by Enter."""
        self.action_close(True)

    def action_close(self, onward: bool) -> None:
        """Close; what is typed is saved by whoever hears it."""
        self.post_message(self.Closed(onward))
