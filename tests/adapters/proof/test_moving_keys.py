"""A provider that moves to another machine signs on with the same key."""

from __future__ import annotations

from pathlib import Path

from cequiz import upkeep
from cequiz.adapters.keys import load_or_make_key
from cequiz.adapters.proof.cose import open_code
from cequiz.adapters.proof.notary import KeyNotary
from cequiz.adapters.store.store import SqliteStore
from cequiz.settings import Settings
from tests.adapters.proof.provers import AT, proof


def house(folder: Path) -> Settings:
    return Settings(home=folder, database_url=None, user="tester")


def test_a_backup_carries_the_keys_and_what_opens_them(tmp_path: Path) -> None:
    old, new = house(tmp_path / "old"), house(tmp_path / "new")
    SqliteStore.open(old.database, key_path=old.keys / "store.key").close()
    load_or_make_key(old.keys / "store.key")
    signs = KeyNotary(old.keys)
    signs.make_key(at=AT)
    signs.rotate(at=AT)
    before = proof(signs)
    backup = tmp_path / "backup.zip"
    upkeep.back_up(old, backup, at=AT)
    upkeep.restore(new, backup, at=AT)
    moved = KeyNotary(new.keys)
    assert moved.keys() == signs.keys()
    assert proof(moved) == before
    assert open_code(before.code, moved.keys()).good
    assert b"PRIVATE" not in (new.keys / "store.key").read_bytes()
