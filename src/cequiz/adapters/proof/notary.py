"""The notary: signs certificates with the provider's key."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from cequiz.domain.canonical import Json
from cequiz.domain.credential.facts import Facts
from cequiz.domain.credential.proof import Proof, PublicKey
from cequiz.errors import NotAllowed
from cequiz.language import tr


class KeyNotary:
    """Implements the `Notary` port with keys in a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keys(self) -> tuple[PublicKey, ...]:
        """Return every key the provider ever had."""
        return ()

    def prove(self, facts: Facts, *, index: int, at: datetime, verify_at: str) -> Proof:
        """Sign a certificate."""
        raise NotAllowed(tr("The provider has no key yet."), hint=tr("`cequiz keys create` makes one."))

    def sign_file(self, pdf: bytes) -> bytes:
        """Return the PDF."""
        return pdf

    def seal(self, statement: Mapping[str, Json]) -> Mapping[str, Json]:
        """Sign a statement."""
        raise NotAllowed(tr("The provider has no key yet."), hint=tr("`cequiz keys create` makes one."))
