"""A question that waits for a line of text, such as the reason of a deed."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, Input, Static

from cequiz.frontends.tui.commands import Scope
from cequiz.frontends.tui.screen import Once
from cequiz.language import tr


class OfficeQuestion(ModalScreen[str | None], Once[str | None]):
    """Asks for one line; an empty one is no answer."""

    SCOPE = Scope.FORM
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", show=False, id="everywhere.back"),
        Binding("pageup", "scroll_body('page_up')", show=False),
        Binding("pagedown", "scroll_body('page_down')", show=False),
    ]

    def __init__(self, title: str, body: str, *, label: str, yes: str, expect: str = "", value: str = "") -> None:
        """Prepare the question.

        Args:
            title: what is going to be done.
            body: what that means.
            label: what is to be typed.
            yes: the words on the button that does it.
            expect: what must be typed exactly, for deeds that cannot be taken back; empty for any text.
            value: what stands in the field at first.
        """
        super().__init__()
        self._words = (title, body, label, yes)
        self._expect = expect
        self._value = value

    def compose(self) -> ComposeResult:
        """Lay out the box."""
        title, body, label, yes = self._words
        with Vertical(id="box"):
            yield Static(title, id="box-title", markup=False)
            with VerticalScroll(id="box-body", can_focus=False):
                yield Static(body, markup=False)
            yield Static(label, classes="label", markup=False)
            yield Input(self._value, id="answer", compact=True, select_on_focus=False)
            yield Static("", id="refusal", markup=False)
            with Horizontal(id="box-buttons"):
                yield Button(Content(yes), id="yes", variant="primary")
                yield Button(Content(tr("Close")), id="no")

    def on_mount(self) -> None:
        """Start in the field."""
        self.query_one("#answer").focus()

    def action_scroll_body(self, way: str) -> None:
        """Move through a text that is longer than its box, without leaving the field."""
        getattr(self.query_one("#box-body"), f"scroll_{way}")(animate=False)

    @on(Input.Submitted)
    @on(Button.Pressed, "#yes")
    def answer(self) -> None:
        """Return what was typed, if it will do."""
        text = self.query_one("#answer", Input).value.strip()
        if not text:
            self._refuse(tr("Type something first."))
        elif self._expect and text != self._expect:
            self._refuse(tr("Type {words} to go on.", words=self._expect))
        else:
            self.dismiss(text)

    def _refuse(self, words: str) -> None:
        self.query_one("#refusal", Static).update(Content(f"✗ {words}"))

    @on(Button.Pressed, "#no")
    def action_back(self) -> None:
        """Return nothing."""
        self.dismiss(None)
