"""A file whose records were moved away is not written by a newer program, and a copy takes no file's place."""

from __future__ import annotations

import errno
import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from cequiz.adapters.store import care, migrate
from cequiz.adapters.store.backup import restore
from cequiz.adapters.store.copying import FileSource
from cequiz.adapters.store.moved import MOVED
from cequiz.adapters.store.moving import move_in
from cequiz.errors import WrongState
from tests.adapters.store.test_generations import FOURTH
from tests.builders import NOON
from tests.storing import begin, open_store


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Return a home with a small store."""
    with open_store(tmp_path / "home") as store:
        begin(store)
    return tmp_path / "home"


def mark(database: Path) -> None:
    with closing(sqlite3.connect(database, isolation_level=None)) as driver:
        driver.execute("INSERT INTO store_fact VALUES (?, 'postgresql://exams.example.org/cequiz')", (MOVED,))


def test_a_moved_file_is_not_migrated(tmp_path: Path) -> None:
    """Whoever starts a newer program without the database's address must not write into the past."""
    home = tmp_path / "old"
    restore(FOURTH, home, at=NOON)
    database = home / "cequiz.db"
    mark(database)
    before = database.read_bytes()
    with pytest.raises(WrongState, match=r"moved to postgresql://exams\.example\.org/cequiz"):
        open_store(home)
    with pytest.raises(WrongState, match="moved to"):
        care.upgrade(database, key_path=home / "keys" / "store.key")
    assert (migrate.generation(database), database.read_bytes()) == (4, before)
    assert not migrate.copy_name(database, of_generation=4).exists()


def test_the_protection_of_a_moved_file_is_not_mended(home: Path) -> None:
    database = home / "cequiz.db"
    mark(database)
    with closing(sqlite3.connect(database)) as driver:
        driver.execute("DROP TRIGGER score_no_update")
    with pytest.raises(WrongState, match="moved to"):
        care.upgrade(database, key_path=home / "keys" / "store.key")
    assert not care.check(database).sound


@pytest.mark.parametrize("links", [True, False], ids=["links", "no links"])
def test_a_file_that_appears_during_the_copy_is_not_replaced(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, links: bool
) -> None:
    """The file that is there may be the only one."""
    target = tmp_path / "copy.db"

    def appear(_bytes: int) -> None:
        target.write_text("precious", encoding="ascii")

    if not links:
        without_links(monkeypatch)
    with FileSource.reading(home / "cequiz.db") as source, pytest.raises(WrongState, match="exists already"):
        move_in(source, target, key_path=home / "keys" / "store.key", told=appear)
    assert target.read_text(encoding="ascii") == "precious"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["copy.db", "home"]


def test_a_copy_gets_its_name_where_a_file_has_only_one(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A stick with an old file system knows no links."""
    without_links(monkeypatch)
    target = tmp_path / "copy.db"
    with FileSource.reading(home / "cequiz.db") as source:
        move_in(source, target, key_path=home / "keys" / "store.key")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["copy.db", "home"]
    assert care.check(target).sound


def without_links(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(source: Path, target: Path) -> None:
        raise OSError(errno.EPERM, os.strerror(errno.EPERM))

    monkeypatch.setattr(os, "link", refuse)
