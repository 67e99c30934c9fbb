"""Asking for a new passphrase: typed twice at a terminal, else one line of the input."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cequiz.language import tr

if TYPE_CHECKING:
    from cequiz.frontends.cli.desk import Desk


def new_passphrase(desk: Desk) -> str:
    """Return a passphrase that is long enough.

    Raises:
        WrongUsage: none was given, the two are not the same, or it is not text.
        Refused: it is too short or too long.
    """
    from cequiz.domain.people.passphrase import check_passphrase
    from cequiz.errors import WrongUsage

    try:
        typed = _typed(desk)
        typed.encode("utf-8")  # some systems hand over bytes that are none as half characters
    except UnicodeError:
        hint = tr("Nothing was changed. Try again.")
        raise WrongUsage(tr("The passphrase is not UTF-8 text."), hint=hint) from None
    return check_passphrase(typed)


def _typed(desk: Desk) -> str:
    from cequiz.errors import WrongUsage

    if desk.stdin is None or not desk.stdin.isatty():
        line = desk.stdin.readline() if desk.stdin is not None else ""
        if not line:
            hint = tr("Type it at a terminal, or pipe it in as one line.")
            raise WrongUsage(tr("No passphrase was given."), hint=hint)
        return line.rstrip("\r\n")
    from getpass import getpass

    first = getpass(tr("New passphrase: "), stream=desk.err)
    if getpass(tr("The same again: "), stream=desk.err) != first:
        raise WrongUsage(tr("The two passphrases are not the same."), hint=tr("Nothing was changed. Try again."))
    return first
