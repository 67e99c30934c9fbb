"""What the doctor sees before the day on which certificates are due."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from cequiz.adapters.equipment import Folders, look_at_equipment
from cequiz.adapters.proof.notary import KeyNotary
from cequiz.adapters.surroundings import Fact, Level
from tests.adapters.pdf.made_fonts import korean_font
from tests.adapters.proof.provers import AT, keys_folder, notary
from tests.papers import CERTIFICATES


def seen(home: Path) -> dict[str, Fact]:
    """Look at a house; of several facts with one name the last."""
    folders = Folders(
        keys=home / "keys" / "provider",
        fonts=home / "fonts",
        templates=(CERTIFICATES / "templates", home / "templates"),
        boards=(CERTIFICATES / "boards", home / "boards"),
    )
    found = look_at_equipment(folders, KeyNotary(home / "keys").keyring)
    return {fact.name: fact for fact in reversed(found)}


def test_a_house_without_anything_of_its_own_is_well(tmp_path: Path) -> None:
    facts = seen(tmp_path / "home")
    assert {fact.level for fact in facts.values()} == {Level.OK}
    assert "none yet" in facts["provider key"].words
    assert facts["templates"].words.startswith("3 ")
    assert not (tmp_path / "home").exists(), "looking makes nothing"


def test_a_key_that_signs_is_named(tmp_path: Path) -> None:
    (key,) = notary(tmp_path / "keys").keys()
    fact = seen(tmp_path)["provider key"]
    assert (fact.level, fact.words) == (Level.OK, f"{key.id} is ready to sign")


def test_a_locked_key_is_a_warning_and_says_what_opens_it(tmp_path: Path) -> None:
    KeyNotary(keys_folder(tmp_path / "keys")).make_key(at=AT, passphrase="correct horse")
    fact = seen(tmp_path)["provider key"]
    assert fact.level is Level.WARNING
    assert "CEQUIZ_KEY_PASSPHRASE" in fact.words


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes")
def test_a_key_that_others_can_read_is_wrong_though_it_is_retired(tmp_path: Path) -> None:
    keys = notary(tmp_path / "keys")
    (old,) = keys.keys()
    keys.rotate(at=AT)
    private = tmp_path / "keys" / "provider" / f"{old.id}.pem"
    private.chmod(0o644)
    fact = seen(tmp_path)["provider key"]
    assert fact.level is Level.ERROR
    assert f"chmod 600 {private}" in fact.words


def test_a_missing_key_is_wrong(tmp_path: Path) -> None:
    (key,) = notary(tmp_path / "keys").keys()
    (tmp_path / "keys" / "provider" / f"{key.id}.pem").unlink()
    fact = seen(tmp_path)["provider key"]
    assert (fact.level, "is missing" in fact.words) == (Level.ERROR, True)


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("added fonts", "fonts/a.ttf"),
        ("templates", "templates/a.yaml"),
        ("boards", "boards/a.yaml"),
        ("boards", "boards/licences.yaml"),
    ],
)
def test_a_file_that_cannot_be_used_is_named(tmp_path: Path, name: str, file: str) -> None:
    (tmp_path / file).parent.mkdir()
    (tmp_path / file).write_text("junk: [", encoding="utf-8")
    fact = seen(tmp_path)[name]
    assert fact.level is Level.ERROR
    assert Path(file).name in fact.words


def test_an_added_font_is_counted(tmp_path: Path) -> None:
    (tmp_path / "fonts").mkdir()
    korean_font(tmp_path / "fonts")
    assert seen(tmp_path)["added fonts"] == Fact("added fonts", Level.OK, "1 can be used")
