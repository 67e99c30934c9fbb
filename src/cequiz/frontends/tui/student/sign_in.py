"""Signing in: address and passphrase, or a one-time code of the office. Nothing of it is remembered."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.widgets import Input, Static

from cequiz.errors import PassphraseNeeded
from cequiz.frontends.tui.student.form import FormScreen
from cequiz.frontends.tui.student.new_passphrase import NewPassphraseScreen
from cequiz.language import mark, tr
from cequiz.services.signing_in import sign_in


class SignInScreen(FormScreen):
    """Asks who is there."""

    HEADING = mark("Sign in")
    INTRODUCTION = mark(
        "With the e-mail address and the passphrase that you registered with. "
        "A one-time code of the office goes in the place of the passphrase."
    )
    SEND = mark("Sign in")

    def compose_fields(self) -> ComposeResult:
        """Lay out the two fields."""
        yield from self.field("email", tr("E-mail address"), hint="name@example.org")
        yield from self.field("passphrase", tr("Passphrase"), secret=True)
        if not self.desk.outside.here:
            words = tr("You have no passphrase yet? Ask the office for a one-time code.")
            yield Static(words, classes="quiet", markup=False)

    async def send(self) -> None:
        """Check the two; the check is slow on purpose and may set a first passphrase."""
        email, passphrase = self.value("email"), self.value("passphrase")
        self.refuse("")
        try:
            address = self.desk.address
            found = await self.desk.knock(
                lambda ports: sign_in(ports, email=email, passphrase=passphrase, address=address)
            )
        except PassphraseNeeded:
            self.query_one("#passphrase", Input).value = ""
            await self.app.push_screen(NewPassphraseScreen(self.desk, email=email, code=passphrase))
            return
        self.query_one("#passphrase", Input).value = ""
        self.desk.sign_in(found)
        self.app.pop_screen()
