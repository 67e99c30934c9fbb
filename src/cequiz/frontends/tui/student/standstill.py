"""The clock stands still: the question is covered until the student presses a key, which does nothing else.

It is shown after an exam that was interrupted, or left where that stops the clock. It knows no time: whoever opens it
says what to show.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.events import Click, Key
from textual.screen import ModalScreen
from textual.widgets import Static

from cequiz.language import mark, tr


class StandstillScreen(ModalScreen[None]):
    """Waits for any key, or a click."""

    HEADING: ClassVar[str] = mark("You are back")

    def __init__(self, words: Callable[[], str]) -> None:
        super().__init__()
        self._words = words

    def compose(self) -> ComposeResult:
        """Lay out the box."""
        with Vertical(id="box"):
            yield Static(tr(self.HEADING), id="box-title", markup=False)
            yield Static("", id="standstill", markup=False)

    def on_mount(self) -> None:
        """Show the words, and bring them up to date: what can be given back may be used up meanwhile."""
        self.look()
        self.set_interval(1.0, self.look)

    def look(self) -> None:
        """Show the words of this moment."""
        self.query_one("#standstill", Static).update(Content(self._words()))

    def on_key(self, event: Key) -> None:
        """Let any key end it; the key itself is not obeyed."""
        event.stop()
        event.prevent_default()
        self.dismiss()

    def on_click(self, event: Click) -> None:
        """Let a click end it too."""
        event.stop()
        self.dismiss()
