"""The name and the licences, shown back exactly as they will be printed, before anything is kept."""

from __future__ import annotations

from dataclasses import dataclass, field

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.widgets import Button, Static

from cequiz.domain.people.student import Licence
from cequiz.errors import EnvironmentFailed
from cequiz.frontends.tui.commands import Scope, bindings
from cequiz.frontends.tui.desk import Desk
from cequiz.frontends.tui.screen import HouseScreen
from cequiz.frontends.tui.widgets.plate import plate
from cequiz.language import mark, tr
from cequiz.services.enrolling import register
from cequiz.services.ports import Ports
from cequiz.services.standing import SignedIn, standing


@dataclass(frozen=True, kw_only=True)
class Newcomer:
    """Somebody who wants to register; the passphrase never shows, not even in a log."""

    name: str
    email: str
    licences: tuple[Licence, ...]
    passphrase: str = field(repr=False)


class ConfirmScreen(HouseScreen[None]):
    """Shows what will be printed."""

    SCOPE = Scope.CONFIRM
    BINDINGS = bindings(SCOPE)
    HEADING = mark("Is this right?")

    def __init__(self, desk: Desk, newcomer: Newcomer, *, odd: tuple[str, ...] = ()) -> None:
        super().__init__(desk)
        self._newcomer = newcomer
        self._doubts = odd
        """What looks mistyped; it is kept all the same, for boards change their formats."""

    def compose_body(self) -> ComposeResult:
        """Lay out the piece of certificate."""
        with VerticalScroll(classes="body form", can_focus=False):
            yield Static(tr("This is how your certificate will read:"), markup=False)
            yield from plate(self._newcomer.name, self._newcomer.licences)
            for words in self._doubts:
                yield Static(Content(f"▲ {words}").stylize("bold $warning"))
            yield Static(tr("You sign in with {email}.", email=self._newcomer.email), classes="quiet", markup=False)
            with Horizontal(classes="buttons"):
                yield Button(Content(tr("Yes, it is right (y)")), id="agree", variant="primary")
                yield Button(Content(tr("Change it (n)")), id="change")

    def on_mount(self) -> None:
        """Start on the yes: everything was typed just now."""
        self.query_one("#agree").focus()

    @on(Button.Pressed, "#agree")
    def action_agree(self) -> None:
        """Keep the student, once."""
        if not self.busy("agree"):
            self.attend(self._register, group="agree")

    @on(Button.Pressed, "#change")
    def action_change(self) -> None:
        """Go back to the form."""
        self.app.pop_screen()

    async def _register(self) -> None:
        self.desk.sign_in(await self.desk.knock(self._newly_in))
        self.app.pop_screen()
        self.app.pop_screen()

    def _newly_in(self, ports: Ports) -> SignedIn:
        """Register the student, who is signed in by it."""
        new = self._newcomer
        student = register(
            ports,
            name=new.name,
            email=new.email,
            licences=new.licences,
            passphrase=new.passphrase,
            actor=self.desk.actor,
            address=self.desk.address,
        )
        try:
            stands_on = standing(ports, student.id)
        except EnvironmentFailed:  # they are registered all the same, and a line asks for the passphrase once more
            stands_on = ""
        return SignedIn(student, stands_on)
