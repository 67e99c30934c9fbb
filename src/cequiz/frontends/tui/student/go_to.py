"""Going to a question by its number."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from cequiz.frontends.tui.screen import Once
from cequiz.language import tr


class GoTo(ModalScreen[int | None], Once[int | None]):
    """Takes the rest of a number whose first digit was typed; Enter goes, Esc stays."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "stay", show=False)]

    def __init__(self, digit: str, last: int) -> None:
        super().__init__()
        self._digit = digit
        self._last = last

    def compose(self) -> ComposeResult:
        """Lay out the field."""
        with Vertical(id="box"):
            yield Static(tr("Go to question (1 to {last})", last=self._last), id="box-title", markup=False)
            yield Input(self._digit, type="integer", max_length=3, compact=True, select_on_focus=False)
            yield Static(tr("Enter goes there, Esc stays."), classes="quiet", markup=False)

    def on_mount(self) -> None:
        """Go on after the digit that was typed."""
        field = self.query_one(Input)
        self.set_focus(field)
        field.cursor_position = len(field.value)

    @on(Input.Submitted)
    def submitted(self, event: Input.Submitted) -> None:
        """Go where the number says, if there is such a question."""
        number = int(event.value) if event.value.isdecimal() else 0
        self.dismiss(number if 1 <= number <= self._last else None)

    def action_stay(self) -> None:
        """Stay."""
        self.dismiss(None)
