"""The notary: signs certificates with the provider's key.

The libraries of signing are loaded with the first key that is asked for: a program that shows screens does not wait
for them.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from cequiz.domain.canonical import Json
from cequiz.domain.credential.facts import Facts
from cequiz.domain.credential.proof import Proof, PublicKey

if TYPE_CHECKING:
    from cequiz.adapters.proof.keyring import Keyring
    from cequiz.adapters.proof.pades_cms import CmsSigner


class KeyNotary:
    """Implements the `Notary` port with keys in a folder."""

    def __init__(self, folder: Path, *, passphrase: str = "") -> None:
        """Remember where the keys are.

        Args:
            folder: the folder of keys, with the store's key in it; the provider's keys are below it.
            passphrase: of a provider's key that was made with one; empty where nobody gave it.
        """
        self._folder = folder
        self._passphrase = passphrase
        self._pdf_signer: CmsSigner | None = None

    @cached_property
    def keyring(self) -> Keyring:
        """The provider's keys."""
        from cequiz.adapters.proof.keyring import Keyring  # noqa: PLC0415 - 60 ms, see above

        store_key = self._folder / "store.key"
        return Keyring(self._folder / "provider", store_key=store_key, passphrase=self._passphrase)

    def keys(self) -> tuple[PublicKey, ...]:
        """Return every key the provider ever had, the one in use last."""
        return self.keyring.keys()

    def make_key(self, *, at: datetime, passphrase: str | None = None) -> PublicKey:
        """Return the key in use, made now where there is none."""
        return self.keyring.make(at=at, passphrase=passphrase or "")

    def rotate(self, *, at: datetime, passphrase: str | None = None) -> PublicKey:
        """Return a new key; the one before is retired and kept."""
        return self.keyring.rotate(at=at, passphrase=passphrase or "")

    def prove(self, facts: Facts, *, index: int, at: datetime, verify_at: str) -> Proof:
        """Sign a certificate: the code on the page, and the credential."""
        from cequiz.adapters.proof import signing  # noqa: PLC0415 - see above

        return signing.prove(self.keyring, facts, index=index, at=at, verify_at=verify_at)

    def make_pdf_key(self, *, provider: str, at: datetime) -> str:
        """Make the key that signs PDF files, and return the SHA-256 of its root's certificate in hexadecimal."""
        from cequiz.adapters.proof import pades, pades_key  # noqa: PLC0415 - see above

        pades.require_pyhanko()
        secret = self.keyring.secret(salt=pades_key.SALT)
        return pades_key.make_pdf_key(self._folder / "pdf", provider=provider, secret=secret, at=at)

    def sign_file(self, pdf: bytes, *, at: datetime) -> bytes:
        """Return the PDF, with a PAdES signature where the provider has a key for that."""
        from cequiz.adapters.proof import pades, pades_key  # noqa: PLC0415 - see above

        if self._pdf_signer is None:
            secrets = self.keyring.secrets(salt=pades_key.SALT)
            self._pdf_signer = pades_key.open_pdf_key(self._folder / "pdf", secrets=secrets)
        return pades.sign(pdf, self._pdf_signer, at=at) if self._pdf_signer else pdf

    def sign_bytes(self, content: bytes) -> tuple[PublicKey, bytes]:
        """Return the key in use and its plain Ed25519 signature over some bytes."""
        key, private = self.keyring.unlocked()
        return key, private.sign(content)

    def seal(self, statement: Mapping[str, Json]) -> Mapping[str, Json]:
        """Return a statement as a signed credential of the provider."""
        from cequiz.adapters.proof import signing  # noqa: PLC0415 - see above

        return signing.seal(self.keyring, statement)
