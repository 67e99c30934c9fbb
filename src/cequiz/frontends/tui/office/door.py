"""The office's door: signing in, and the first administrator of an empty office. Nothing of it is remembered."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.widgets import Input

from cequiz.domain.people.passphrase import SHORTEST_PASSPHRASE
from cequiz.errors import CequizError
from cequiz.frontends.tui.office.desk import OfficeDesk
from cequiz.frontends.tui.student.form import FormScreen
from cequiz.language import mark, tr
from cequiz.services import admitting


class OfficeSignInScreen(FormScreen):
    """Asks who is there."""

    HEADING = mark("Sign in to the office")
    INTRODUCTION = mark("With the name and the passphrase that an administrator gave you.")
    SEND = mark("Sign in")
    desk: OfficeDesk

    def __init__(self, desk: OfficeDesk) -> None:
        super().__init__(desk)

    def compose_fields(self) -> ComposeResult:
        """Lay out the two fields."""
        yield from self.field("name", tr("Name"))
        yield from self.field("passphrase", tr("Passphrase"), secret=True)

    async def send(self) -> None:
        """Check the two, in the writing thread: the check is slow on purpose."""
        name, passphrase = self.value("name"), self.value("passphrase")
        self.refuse("")
        staff = await self.desk.write(lambda ports: admitting.sign_in(ports, name=name, passphrase=passphrase))
        self.query_one("#passphrase", Input).value = ""
        self.desk.take_seat(staff)
        self.app.pop_screen()

    def complain(self, error: CequizError) -> None:
        """Show a refusal, and let the passphrase be typed again."""
        super().complain(error)
        field = self.query_one("#passphrase", Input)
        field.value = ""
        field.focus()


class FirstScreen(FormScreen):
    """Asks for the first administrator."""

    HEADING = mark("The first administrator")
    INTRODUCTION = mark("You will be the administrator of this office. Everything you do here is kept with your name.")
    SEND = mark("Come in")
    desk: OfficeDesk

    def __init__(self, desk: OfficeDesk) -> None:
        super().__init__(desk)

    def compose_fields(self) -> ComposeResult:
        """Lay out the three fields."""
        yield from self.field("name", tr("Your name"))
        least = tr("Passphrase (at least {least} characters)", least=SHORTEST_PASSPHRASE)
        yield from self.field("passphrase", least, secret=True)
        yield from self.field("again", tr("Passphrase again"), secret=True)

    async def send(self) -> None:
        """Take them in, and seat them."""
        name, passphrase = self.value("name"), self.value("passphrase")
        if passphrase != self.value("again"):
            self.refuse(tr("The two passphrases differ."), self.query_one("#again"))
            return
        self.refuse("")
        actor = self.desk.house.settings.actor
        staff = await self.desk.write(
            lambda ports: admitting.create_first(ports, name=name, passphrase=passphrase, actor=actor)
        )
        self.desk.take_seat(staff)
        self.app.pop_screen()
