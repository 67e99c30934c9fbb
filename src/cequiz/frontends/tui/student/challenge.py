"""Disputing a question: the reason, and the source that says so. Nothing is written here, and no clock stands still."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, Input, Static

from cequiz.domain.people.student import clean_words
from cequiz.errors import CequizError
from cequiz.frontends.tui.commands import Scope, bindings
from cequiz.frontends.tui.screen import Once
from cequiz.frontends.tui.widgets.typed_field import OneLine
from cequiz.language import mark, tr


@dataclass(frozen=True)
class Challenge:
    """What a student says against a question."""

    reason: str
    source: str


class ChallengeScreen(ModalScreen[Challenge | None], Once[Challenge | None]):
    """Asks for reason and source; returns None when it is closed without sending."""

    SCOPE = Scope.CHALLENGE
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(SCOPE), Binding("escape", "back", show=False)]

    def __init__(self, number: int) -> None:
        super().__init__()
        self._number = number

    def compose(self) -> ComposeResult:
        """Lay out the two fields."""
        with Vertical(id="box"):
            title = tr("What is wrong with question {number}?", number=self._number)
            yield Static(title, id="box-title", markup=False)
            yield Static(tr("Reason"), classes="quiet", markup=False)
            yield OneLine(id="reason", compact=True)
            yield Static(tr("Source, such as a book with its page (may stay empty)"), classes="quiet", markup=False)
            yield OneLine(id="source", compact=True)
            yield Static("", id="refusal", markup=False)
            note = tr("The provider reads it with your answer. The exam and its clock go on.")
            yield Static(note, classes="quiet", markup=False)
            with Horizontal(id="box-buttons"):
                yield Button(Content(tr("Send (Ctrl-S)")), id="send", variant="primary")
                yield Button(Content(tr("Close (Esc)")), id="close")

    @property
    def begun(self) -> bool:
        """Whether something was written that is not sent."""
        return any(field.value.strip() for field in self.query(Input))

    def on_mount(self) -> None:
        """Start with the reason."""
        self.set_focus(self.query_one("#reason"))

    @on(Input.Submitted, "#reason")
    def go_on(self) -> None:
        """Go to the source."""
        self.set_focus(self.query_one("#source"))

    @on(Input.Submitted, "#source")
    @on(Button.Pressed, "#send")
    def action_send(self) -> None:
        """Send, if there is a reason that can be written down."""
        reason, source = (self.query_one(f"#{name}", Input).value for name in ("reason", "source"))
        try:
            clean_words(reason, what=mark("reason"))
            if source.strip():
                clean_words(source, what=mark("source"))
        except CequizError as error:
            self.query_one("#refusal", Static).update(Content(f"✗ {error.sentence} {error.hint}".strip()))
            return
        self.dismiss(Challenge(reason, source))

    @on(Button.Pressed, "#close")
    def action_back(self) -> None:
        """Close without sending."""
        self.dismiss(None)
