"""What the doctor sees of a place."""

from __future__ import annotations

import os
import shutil
import sqlite3
import sys
from collections.abc import Callable, Iterable
from contextlib import closing
from importlib import metadata
from pathlib import Path
from typing import NamedTuple

import pytest

from cequiz.adapters.store.driver import APPLICATION_ID, GENERATION
from cequiz.adapters.surroundings import Fact, Level, look_around
from cequiz.errors import StorageBusy


class Usage(NamedTuple):
    """A disk."""

    total: int
    used: int
    free: int


def seen(home: Path, *, other_store: Callable[[], Iterable[Fact]] | None = None) -> dict[str, Fact]:
    """Look around a home."""
    found = look_around(
        home=home,
        database=home / "cequiz.db",
        key=home / "keys" / "store.key",
        fonts=home / "fonts",
        other_store=other_store,
    )
    return {fact.name: fact for fact in found}


def a_database(home: Path, *, made_by: int = APPLICATION_ID, generation: int = GENERATION) -> Path:
    """Make a database that says by whom and for which schema it was written; return its path."""
    home.mkdir(exist_ok=True)
    with closing(sqlite3.connect(home / "cequiz.db")) as driver:
        driver.execute(f"PRAGMA application_id = {made_by}")
        driver.execute(f"PRAGMA user_version = {generation}")
    return home / "cequiz.db"


def test_a_home_that_is_not_there_yet_is_nothing_wrong(tmp_path: Path) -> None:
    facts = seen(tmp_path / "deep" / "home")
    assert facts["rights"].level is Level.OK
    assert "first command" in facts["store"].words
    assert not (tmp_path / "deep").exists()


def test_missing_fonts_are_wrong(tmp_path: Path) -> None:
    assert seen(tmp_path)["fonts"].level is Level.ERROR


def a_file(home: Path) -> None:
    home.touch()


def a_folder_for_a_database(home: Path) -> None:
    (home / "cequiz.db").mkdir(parents=True)


def a_pipe_for_a_database(home: Path) -> None:
    home.mkdir()
    os.mkfifo(home / "cequiz.db")


def a_link_that_leads_nowhere(home: Path) -> None:
    home.mkdir()
    (home / "cequiz.db").symlink_to(home / "nowhere")


def a_key_without_records(home: Path) -> None:
    (home / "keys").mkdir(parents=True, mode=0o700)
    (home / "keys" / "store.key").touch(0o600)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pipes of this kind")
@pytest.mark.parametrize(
    ("make", "words"),
    [
        (a_file, "not a folder"),
        (a_folder_for_a_database, "not a file"),
        (a_pipe_for_a_database, "not a file"),
        (a_link_that_leads_nowhere, "symbolic link"),
        (a_key_without_records, "records are gone"),
    ],
)
def test_a_place_where_no_store_can_be_is_wrong(tmp_path: Path, make: Callable[[Path], None], words: str) -> None:
    make(tmp_path / "home")
    fact = seen(tmp_path / "home")["store"]
    assert fact.level is Level.ERROR
    assert words in fact.words


def test_what_may_not_be_written_is_wrong(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    database = a_database(tmp_path)
    assert seen(tmp_path)["store"].level is Level.OK
    # The answer of the system to somebody who is not the administrator: tests may be run by that one.
    monkeypatch.setattr(os, "access", lambda path, mode: path not in {tmp_path, database} or not mode & os.W_OK)
    facts = seen(tmp_path)
    assert (facts["home"].level, facts["store"].level) == (Level.ERROR, Level.ERROR)
    assert seen(tmp_path / "deep" / "home")["home"].level is Level.ERROR


@pytest.mark.parametrize(
    ("made_by", "generation", "words"),
    [
        (APPLICATION_ID, GENERATION + 1, f"newer cequiz (generation {GENERATION + 1}, this one knows {GENERATION})"),
        (APPLICATION_ID, 99, "newer cequiz (generation 99"),
        (7, GENERATION, "another program"),
        (0, 99, "another program"),
    ],
)
def test_a_database_that_this_version_cannot_use_is_wrong_and_left_as_it_is(
    tmp_path: Path, made_by: int, generation: int, words: str
) -> None:
    database = a_database(tmp_path, made_by=made_by, generation=generation)
    before = database.read_bytes()
    fact = seen(tmp_path)["store"]
    assert fact.level is Level.ERROR
    assert words in fact.words
    assert database.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["cequiz.db"]


@pytest.mark.parametrize("generation", [GENERATION - 1, GENERATION])
def test_a_database_of_this_or_an_older_version_is_right(tmp_path: Path, generation: int) -> None:
    a_database(tmp_path, generation=generation)
    assert seen(tmp_path)["store"].level is Level.OK


def test_a_file_that_is_no_database_is_wrong(tmp_path: Path) -> None:
    (tmp_path / "cequiz.db").write_bytes(b"junk" * 1000)
    fact = seen(tmp_path)["store"]
    assert (fact.level, fact.words) == (Level.ERROR, "The file is not a database.")


def test_another_store_than_the_file_is_looked_at_instead(tmp_path: Path) -> None:
    def away() -> Iterable[Fact]:
        raise StorageBusy("The server is not there.")

    (tmp_path / "cequiz.db").write_bytes(b"junk" * 1000)
    assert seen(tmp_path, other_store=lambda: [Fact("store", Level.OK, "there")])["store"].words == "there"
    missed = seen(tmp_path, other_store=away)["store"]
    assert (missed.level, missed.words) == (Level.ERROR, "The server is not there.")


def test_what_cannot_be_looked_at_is_a_fact_and_no_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    facts = seen(tmp_path / ("x" * 300))
    assert facts["store"].level is Level.ERROR
    assert "cannot be looked at: File name too long" in facts["store"].words
    assert {"python", "sqlite", "printer"} <= facts.keys()
    if sys.platform == "linux":
        assert seen(Path(os.fsdecode(bytes(tmp_path) + b"/h\xff")))["store"].level is Level.OK


def test_little_room_is_a_warning(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda path: Usage(10**9, 10**9 - 2**20, 2**20))
    fact = seen(tmp_path)["free space"]
    assert (fact.level, fact.words) == (Level.WARNING, "1 MiB")


def test_libraries_that_nobody_needs_may_be_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def version(name: str) -> str:
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "version", version)
    facts = seen(tmp_path)
    assert {facts[name].level for name in ("uharfbuzz", "zxing-cpp", "cryptography", "cbor2", "rfc8785")} == {
        Level.ERROR
    }
    assert {facts[name].level for name in ("pyhanko", "pyld")} == {Level.OK}
    assert "signatures of PDF files" in facts["pyhanko"].words


@pytest.mark.skipif(sys.platform == "win32", reason="Windows prints through the system's viewer")
@pytest.mark.parametrize(
    ("default", "names", "level", "words"),
    [
        ("system default destination: Office", "Office", Level.OK, "Office is the default printer"),
        ("voreingestelltes Ziel: Office", "Office", Level.OK, "Office is the default printer"),
        ("no system default destination", "Office Den", Level.WARNING, "takes one of Office, Den"),
        ("no system default destination", "", Level.WARNING, "no printer is set up"),
    ],
)
def test_a_default_printer_is_named_or_missed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, default: str, names: str, level: Level, words: str
) -> None:
    answers = f'#!/bin/sh\ncase "$1" in -d) echo "{default}";; -e) printf "%s\\n" {names};; esac\n'
    for program in ("lp", "lpstat"):
        (tmp_path / program).write_text(answers, encoding="utf-8")
        (tmp_path / program).chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    fact = seen(tmp_path)["printer"]
    assert (fact.level, words in fact.words) == (level, True), fact.words


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
