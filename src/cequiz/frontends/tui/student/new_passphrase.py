"""Choosing a new passphrase after a one-time code of the office was right."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.widgets import Input

from cequiz.domain.people.passphrase import SHORTEST_PASSPHRASE
from cequiz.frontends.tui.desk import Desk
from cequiz.frontends.tui.student.form import FormScreen
from cequiz.language import mark, tr
from cequiz.services.signing_in import sign_in


class NewPassphraseScreen(FormScreen):
    """Asks for the new passphrase twice; only then the one-time code is used up."""

    HEADING = mark("Choose a new passphrase")
    INTRODUCTION = mark("The one-time code is right. Choose the passphrase that you sign in with from now on.")
    SEND = mark("Sign in")

    def __init__(self, desk: Desk, *, email: str, code: str) -> None:
        super().__init__(desk)
        self._email = email
        self._code = code

    def compose_fields(self) -> ComposeResult:
        """Lay out the two fields."""
        least = tr("Passphrase, at least {least} characters; a few words are easy to keep", least=SHORTEST_PASSPHRASE)
        yield from self.field("passphrase", least, secret=True)
        yield from self.field("again", tr("The passphrase again"), secret=True)

    async def send(self) -> None:
        """Keep the passphrase, and sign in."""
        self.refuse("")
        new = self.value("passphrase")
        if new != self.value("again"):
            self.refuse(tr("The two passphrases differ."), self.query_one("#again", Input))
            return
        address = self.desk.address
        found = await self.desk.knock(
            lambda ports: sign_in(ports, email=self._email, passphrase=self._code, new=new, address=address)
        )
        self.desk.sign_in(found)
        self.app.pop_screen()
        self.app.pop_screen()
