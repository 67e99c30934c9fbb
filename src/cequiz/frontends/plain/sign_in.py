"""Signing in by line: the address, the passphrase that does not show, and a new one after a one-time code."""

from __future__ import annotations

from collections.abc import Callable

from cequiz.domain.people.passphrase import check_passphrase
from cequiz.errors import CequizError, EnvironmentFailed, PassphraseNeeded, Refused
from cequiz.frontends.plain.console import Console, Signal
from cequiz.language import tr
from cequiz.services import signing_in
from cequiz.services.ports import Ports
from cequiz.services.standing import SignedIn

AskSecret = Callable[[str], "str | Signal"]
"""Asks with a prompt for something that does not show while it is typed."""

MOST_TRIES = 5
"""Refusals after which the conversation ends; how often somebody may guess, the house decides."""


def sign_in(console: Console, ports: Ports, *, address: str, ask_secret: AskSecret) -> SignedIn | None:
    """Ask who is there until somebody is let in; None when they gave up or were refused too often.

    Args:
        console: both ends of the conversation.
        ports: the outside world.
        address: where the person comes from; empty for this machine.
        ask_secret: asks for a passphrase.
    """
    console.say(
        tr(
            "Sign in with the e-mail address and the passphrase that you registered with. "
            "A one-time code of the office goes in the place of the passphrase."
        )
    )
    for _ in range(MOST_TRIES):
        email = console.ask(tr("E-mail address: "))
        if isinstance(email, Signal) or email.lower() in {"", "x"}:
            return None
        passphrase = ask_secret(tr("Passphrase: "))
        if isinstance(passphrase, Signal):
            return None
        try:
            return _let_in(console, ports, email=email, passphrase=passphrase, address=address, ask_secret=ask_secret)
        except EnvironmentFailed:
            raise
        except CequizError as error:
            console.say(console.told(error))
    return None


def _let_in(
    console: Console, ports: Ports, *, email: str, passphrase: str, address: str, ask_secret: AskSecret
) -> SignedIn | None:
    """Return the student; after a one-time code, who chose a new passphrase, or None for who did not."""
    try:
        return signing_in.sign_in(ports, email=email, passphrase=passphrase, address=address)
    except PassphraseNeeded:
        console.say(tr("The one-time code is right. Choose the passphrase that you sign in with from now on."))
    while True:
        new = ask_secret(tr("New passphrase: "))
        again = new if isinstance(new, Signal) else ask_secret(tr("The passphrase again: "))
        if isinstance(new, Signal) or isinstance(again, Signal):
            return None
        if new != again:
            console.say(tr("The two passphrases differ."))
            continue
        try:
            check_passphrase(new, email=email)
        except Refused as error:
            console.say(console.told(error))
            continue
        return signing_in.sign_in(ports, email=email, passphrase=passphrase, new=new, address=address)
