"""Registering: the name as on the licence, the licences, an address, a passphrase typed twice."""

from __future__ import annotations

import re

from textual.app import ComposeResult
from textual.widgets import Input, Static, TextArea

from cequiz.domain.people.passphrase import SHORTEST_PASSPHRASE, check_passphrase
from cequiz.domain.people.student import clean_email, clean_name, parse_licence
from cequiz.errors import CequizError
from cequiz.frontends.tui.student.confirm import ConfirmScreen, Newcomer
from cequiz.frontends.tui.student.form import FormScreen
from cequiz.language import mark, tr
from cequiz.services import licensing
from cequiz.services.enrolling import check_printable


class RegisterScreen(FormScreen):
    """Takes somebody new in; what will be printed is shown back before anything is kept."""

    HEADING = mark("Register")
    INTRODUCTION = mark("Your name and your licences will stand on your certificates exactly as you write them here.")
    SEND = mark("Go on")

    def compose_fields(self) -> ComposeResult:
        """Lay out the fields."""
        yield from self.field("name", tr("Name, as on your licence"))
        yield from self.field("email", tr("E-mail address"), hint="name@example.org")
        yield Static(
            tr("Licences, one a line, such as FL:MA12345 (none: leave it empty)"), classes="label", markup=False
        )
        yield TextArea(id="licences", compact=True, tab_behavior="focus", soft_wrap=False)
        least = tr("Passphrase, at least {least} characters; a few words are easy to keep", least=SHORTEST_PASSPHRASE)
        yield from self.field("passphrase", least, secret=True)
        yield from self.field("again", tr("The passphrase again"), secret=True)

    async def send(self) -> None:
        """Check every field, then show back what will be printed."""
        self.refuse("")
        newcomer = self._checked()
        if newcomer is None:
            return
        await self.desk.read(lambda ports: check_printable(ports, newcomer.name))
        odd = await self.desk.read(lambda ports: licensing.odd(ports, newcomer.licences))
        await self.app.push_screen(ConfirmScreen(self.desk, newcomer, odd=odd))

    def _checked(self) -> Newcomer | None:
        area = self.query_one("#licences", TextArea)
        written = [one.strip() for one in re.split(r"[\n,;]", area.text) if one.strip()]
        field: Input | TextArea = self.query_one("#name", Input)
        try:
            name = clean_name(self.value("name"))
            field = self.query_one("#email", Input)
            email = clean_email(self.value("email"))
            field = area
            licences = tuple(parse_licence(one) for one in written)
            field = self.query_one("#passphrase", Input)
            passphrase = check_passphrase(self.value("passphrase"), email=email)
        except CequizError as error:
            self.refuse(self.desk.told(error), field)
            return None
        if passphrase != self.value("again"):
            self.refuse(tr("The two passphrases differ."), self.query_one("#again", Input))
            return None
        return Newcomer(name=name, email=email, licences=licences, passphrase=passphrase)
