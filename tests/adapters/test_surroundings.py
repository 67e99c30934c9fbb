"""What the doctor sees of a place."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from cequiz.adapters.surroundings import Fact, Level, look_around


class Usage(NamedTuple):
    """A disk."""

    total: int
    used: int
    free: int


def seen(home: Path) -> dict[str, Fact]:
    """Look around a home."""
    found = look_around(home=home, database=home / "cequiz.db", keys=home / "keys", fonts=home / "fonts")
    return {fact.name: fact for fact in found}


def test_a_home_that_is_not_there_yet_is_nothing_wrong(tmp_path: Path) -> None:
    facts = seen(tmp_path / "deep" / "home")
    assert facts["rights"].level is Level.OK
    assert "first command" in facts["store"].words
    assert not (tmp_path / "deep").exists()


def test_missing_fonts_are_wrong(tmp_path: Path) -> None:
    assert seen(tmp_path)["fonts"].level is Level.ERROR


def test_little_room_is_a_warning(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda path: Usage(10**9, 10**9 - 2**20, 2**20))
    fact = seen(tmp_path)["free space"]
    assert (fact.level, fact.words) == (Level.WARNING, "1 MiB")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes")
def test_what_others_can_read_is_named(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    assert seen(tmp_path)["rights"].level is Level.WARNING
    tmp_path.chmod(0o700)
    (tmp_path / "keys").mkdir(mode=0o700)
    key = tmp_path / "keys" / "store.key"
    key.write_bytes(b"k")
    key.chmod(0o640)
    fact = seen(tmp_path)["rights"]
    assert fact.level is Level.ERROR
    assert f"chmod 600 {key}" in fact.words
