"""Passphrases through Argon2id, with the library's parameters (RFC 9106, second recommended choice).

A hash takes 64 MiB while it is worked out, so two at most are worked out at once in a process, whoever asks: a hundred
students who sign in together wait for one another, and neither the memory nor whoever answers a question does.
"""

from __future__ import annotations

import unicodedata
from functools import cached_property
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_NOBODY = "nobody has this passphrase"

AT_ONCE = 2
"""Hashes of one process that are worked out side by side."""

_room = BoundedSemaphore(AT_ONCE)


class Argon2Passphrases:
    """Hashes and checks passphrases; checking one for an unknown person takes as long as a real check."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()

    @cached_property
    def _decoy(self) -> str:
        return self._hasher.hash(_NOBODY)

    def hash(self, passphrase: str) -> str:
        """Return an encoded Argon2id hash with its own salt.

        The passphrase is composed first (Unicode's form NFC), so that it is the same from every keyboard.
        """
        with _room:
            return self._hasher.hash(_octets(unicodedata.normalize("NFC", passphrase)))

    def verify(self, stored: str | None, passphrase: str) -> bool:
        """Whether the passphrase is the one; None and what is no hash never are, and take as long."""
        composed = unicodedata.normalize("NFC", passphrase)
        with _room:
            decoy = self._decoy
            # What was hashed before passphrases were composed is looked at as it was typed.
            found = [self._matches(stored, decoy, one) for one in dict.fromkeys((composed, passphrase))]
        return any(found)

    def _matches(self, stored: str | None, decoy: str, typed: str) -> bool:
        try:
            self._hasher.verify(stored or decoy, _octets(typed))
        except InvalidHashError:
            return self._matches(None, decoy, typed)
        except VerificationError:
            return False
        return stored is not None


def _octets(passphrase: str) -> bytes:
    """Return the bytes that are hashed; half a character, which some systems hand over, is a wrong one."""
    return passphrase.encode("utf-8", "surrogatepass")
