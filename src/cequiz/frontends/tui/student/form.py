"""What the forms have in common: fields with labels, Enter goes on, the last Enter or Ctrl-S sends."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Button, Input, Static

from cequiz.errors import CequizError
from cequiz.frontends.tui.commands import Scope, bindings
from cequiz.frontends.tui.screen import HouseScreen
from cequiz.language import mark, tr


class FormScreen(HouseScreen[None]):
    """A form; a refusal stands in the form until the next try."""

    SCOPE = Scope.FORM
    BINDINGS = bindings(SCOPE)
    INTRODUCTION = ""
    SEND = mark("Send")

    def compose_body(self) -> ComposeResult:
        """Lay out introduction, fields, refusal and button."""
        with VerticalScroll(classes="body form", can_focus=False):
            yield Static(tr(self.INTRODUCTION), classes="quiet", markup=False)
            yield from self.compose_fields()
            yield Static("", id="refusal", markup=False)
            yield Button(Content(tr(self.SEND)), id="send", variant="primary")

    def compose_fields(self) -> ComposeResult:
        """Lay out the fields."""
        yield from ()

    def field(self, name: str, label: str, *, hint: str = "", secret: bool = False) -> ComposeResult:
        """Lay out one line to type in, below its label."""
        yield Static(label, classes="label", markup=False)
        yield Input(id=name, placeholder=hint, password=secret, compact=True, select_on_focus=False)

    def value(self, name: str) -> str:
        """Return what was typed."""
        return self.query_one(f"#{name}", Input).value

    @on(Input.Submitted)
    def go_on(self, event: Input.Submitted) -> None:
        """Go to the next field, and send from the last one."""
        fields = list(self.query(Input))
        if event.input is fields[-1]:
            self.action_send()
        else:
            self.focus_next()

    @on(Button.Pressed, "#send")
    def pressed(self) -> None:
        """Send by button."""
        self.action_send()

    def action_send(self) -> None:
        """Send the form; a second press while it is on its way does nothing."""
        if not self.busy("send"):
            self.attend(self.send, group="send")

    async def send(self) -> None:
        """Do what the form is for."""

    def refuse(self, words: str, field: Widget | None = None) -> None:
        """Say what is wrong, in the form, and go to the field."""
        line = self.query_one("#refusal", Static)
        line.update(Content(f"✗ {words}" if words else ""))
        # Only after it is laid out anew it is known how many lines the words take.
        self.call_after_refresh(line.scroll_visible, animate=False)
        if field is not None:
            field.focus()

    def complain(self, error: CequizError) -> None:
        """Show a refusal in the form."""
        self.refuse(self.desk.told(error))
