"""What a passphrase must be: long, and not one that everybody tries first.

NIST SP 800-63B-4 asks for fifteen characters where nothing but the passphrase is asked for, for no rules on the kinds
of characters, and for a look at those that are guessed first. Passphrases of before stay good until they are changed.
How they are kept is nothing this room knows.
"""

from __future__ import annotations

from cequiz.errors import Refused
from cequiz.language import tr

SHORTEST_PASSPHRASE = 15
LONGEST_PASSPHRASE = 256
"""Characters, spaces included; longer than anybody types."""

LONGEST_KEPT = 1_000
"""What was allowed before, in characters: whoever has such a passphrase signs in with it."""

_ROWS = ("1234567890" * 26, "abcdefghijklmnopqrstuvwxyz" * 10, "qwertyuiopasdfghjklzxcvbnm" * 10)
"""Keys and letters in a row, as far as a passphrase may be long."""

_FIRST_GUESSES = frozenset(
    {
        "correcthorsebatterystaple",
        "fourwordsalluppercase",
        "iloveyouforever",
        "letmeinletmeinplease",
        "mypasswordispassword",
        "passwordpassword1",
        "thisismypassphrase",
        "thisismypassword",
        "1q2w3e4r5t6y7u8i9o0p",
        "qazwsxedcrfvtgbyhn",
    }
)
"""Long ones that stand on lists of what is guessed, without spaces."""


def check_passphrase(passphrase: str, *, email: str = "") -> str:
    """Return the passphrase when it may be somebody's new one.

    Args:
        passphrase: as it was typed; every character counts, spaces too.
        email: the person's address, which must not be it.

    Raises:
        Refused: it is too short, too long, or one that is guessed first.
    """
    if len(passphrase) > LONGEST_PASSPHRASE:
        raise Refused(tr("A passphrase has at most {most} characters.", most=LONGEST_PASSPHRASE))
    if len(passphrase) < SHORTEST_PASSPHRASE or passphrase.isspace():
        raise Refused(
            tr("A passphrase has at least {least} characters.", least=SHORTEST_PASSPHRASE),
            hint=tr("A few words are easy to keep."),
        )
    if _obvious(passphrase, email):
        raise Refused(
            tr("Others would try this passphrase first."), hint=tr("A few words that do not belong together are good.")
        )
    return passphrase


def _obvious(passphrase: str, email: str) -> bool:
    plain = "".join(passphrase.casefold().split())
    repeated = (plain + plain).find(plain, 1) < len(plain)  # it is the same few characters again and again
    in_a_row = any(plain in row or plain[::-1] in row for row in _ROWS)
    return repeated or in_a_row or plain in _FIRST_GUESSES or plain == email.strip().casefold()
