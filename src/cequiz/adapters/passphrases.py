"""Passphrases through Argon2id, with the library's parameters (RFC 9106, second recommended choice)."""

from __future__ import annotations

from functools import cached_property

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_NOBODY = "nobody has this passphrase"


class Argon2Passphrases:
    """Hashes and checks passphrases; checking one for an unknown person takes as long as a real check."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()

    @cached_property
    def _decoy(self) -> str:
        return self._hasher.hash(_NOBODY)

    def hash(self, passphrase: str) -> str:
        """Return an encoded Argon2id hash with its own salt."""
        return self._hasher.hash(passphrase)

    def verify(self, stored: str | None, passphrase: str) -> bool:
        """Whether the passphrase is the one; None never is."""
        try:
            self._hasher.verify(stored or self._decoy, passphrase)
        except (VerificationError, InvalidHashError):
            return False
        return stored is not None
