"""A notary on a folder of its own, for tests of signatures."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from cequiz.adapters.proof.notary import KeyNotary
from cequiz.domain.credential.proof import Proof
from tests.papers import facts

PAGE = "https://example.org/V"
AT = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def keys_folder(folder: Path) -> Path:
    """Return a folder of keys that has a store's key."""
    folder.mkdir(parents=True, exist_ok=True)
    store_key = folder / "store.key"
    store_key.touch(mode=0o600)
    store_key.write_text("5a" * 32, encoding="ascii")
    return folder


def notary(folder: Path) -> KeyNotary:
    """Return a notary with a key."""
    made = KeyNotary(keys_folder(folder))
    made.make_key(at=AT)
    return made


def proof(of: KeyNotary, *, index: int = 7, verify_at: str = PAGE) -> Proof:
    """Return the proof of the sample certificate."""
    return of.prove(facts().frozen(), index=index, at=AT, verify_at=verify_at)
