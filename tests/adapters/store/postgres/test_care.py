"""Looking through a database on a server, putting it right, and what the doctor sees of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest

from cequiz.adapters.store.copying import contents
from cequiz.adapters.store.driver import GENERATION
from cequiz.adapters.store.postgres import surroundings
from cequiz.adapters.store.postgres.care import Sight, check, look, upgrade
from cequiz.adapters.store.postgres.copying import reading
from cequiz.adapters.store.postgres.store import PostgresStore
from cequiz.adapters.store.postgres.surroundings import look_at_server
from cequiz.adapters.surroundings import Fact, Level
from cequiz.errors import NotFound, StorageBusy, StorageDamaged, StoreTooNew
from tests.storing import answer, begin


def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def url(postgres_made: tuple[str, Path]) -> str:
    """Return the address of a database with an attempt in it."""
    address, key = postgres_made
    with PostgresStore.open(address, key_path=key) as store:
        begin(store)
        store.append(answer(0), expected_seq=1)
    return address


@pytest.fixture
def tool(url: str) -> Iterator[Any]:
    """Return a connection past the program."""
    with closing(psycopg.connect(url.replace("+psycopg", ""), autocommit=True)) as connection:
        yield connection


def test_a_sound_database_is_called_sound(url: str) -> None:
    health = check(url)
    assert (health.sound, health.problems, health.generation) == (True, (), GENERATION)
    assert health.settings["fsync"] == "on"
    assert health.engine.startswith("PostgreSQL ")
    assert health.size > 0


@pytest.mark.parametrize(
    ("deed", "words"),
    [
        ("DROP TABLE visit", "The table visit is missing."),
        ("ALTER TABLE student DROP COLUMN sought CASCADE", "The column sought of student is missing"),
        ("ALTER TABLE score ALTER COLUMN passed TYPE integer", "The column passed of score is missing, or not"),
        ("ALTER TABLE student ALTER COLUMN name DROP NOT NULL", "The column name of student is missing, or not"),
        ("ALTER TABLE award DROP CONSTRAINT fk_award_student_id", "The rule fk_award_student_id of award is missing"),
        (
            "ALTER TABLE award DROP CONSTRAINT fk_award_student_id;"
            " ALTER TABLE award ADD CONSTRAINT fk_award_student_id"
            " FOREIGN KEY (student_id) REFERENCES student (id) NOT VALID",
            "The rule fk_award_student_id of award is missing, or was never enforced.",
        ),
        ("DROP INDEX uq_attempt_event_ending", "The index uq_attempt_event_ending of attempt_event is missing"),
        ("ALTER TABLE attempt DISABLE TRIGGER ALL", "The references of attempt are switched off."),
        ("DROP TRIGGER score_no_update ON score", "The protection score_no_update is missing or was changed."),
        ("SELECT setval('bank_version_position_seq', 1, false)", "The next number of bank_version is taken already."),
        ("ALTER SEQUENCE decision_position_seq CACHE 20", "The numbers of decision_position_seq do not ascend"),
    ],
)
def test_what_is_not_as_it_should_be_is_named(url: str, tool: Any, deed: str, words: str) -> None:
    """Each of them would let records in, or out, that must not be."""
    tool.execute(deed)
    health = check(url)
    assert not health.sound
    assert any(words in problem for problem in health.problems), health.problems


def test_a_server_whose_locks_keep_nobody_out_is_found(url: str, tool: Any) -> None:
    """Such servers exist; two offices on one would give the same certificate number twice."""
    tool.execute("CREATE FUNCTION pg_try_advisory_lock(bigint) RETURNS boolean LANGUAGE sql AS 'SELECT true'")
    tool.execute(f'ALTER DATABASE "{tool.info.dbname}" SET search_path = public, pg_catalog')
    assert check(url).problems == ("The locks of this server keep nobody out: two programs would write at once.",)


def test_a_user_without_the_right_to_change_tables_can_look(url: str, tool: Any) -> None:
    """The program's own user should have no more rights than it needs, and its doctor must work all the same."""
    tool.execute("DROP ROLE IF EXISTS cequiz_looks")
    tool.execute("CREATE ROLE cequiz_looks LOGIN")
    tool.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO cequiz_looks")
    tool.execute("GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO cequiz_looks")
    try:
        theirs = url.replace("postgres@", "cequiz_looks@", 1)
        assert check(theirs).problems == ()
        assert look(theirs, now=now).generation == GENERATION
        assert upgrade(theirs).mended == ()
        with reading(theirs) as source:
            assert contents(source).rows > 0
    finally:
        tool.execute("DROP OWNED BY cequiz_looks")
        tool.execute("DROP ROLE cequiz_looks")


def test_missing_triggers_are_put_back(url: str, tool: Any) -> None:
    tool.execute("DROP TRIGGER score_no_update ON score")
    done = upgrade(url)
    assert (done.before, done.after, done.copy, done.mended) == (GENERATION, GENERATION, None, ("score_no_update",))
    assert check(url).sound
    assert upgrade(url).mended == ()


def test_nothing_is_made_by_looking(postgres_url: str, tmp_path: Path) -> None:
    """A doctor that makes a store has made one for nobody."""
    for deed in (check, upgrade):
        with pytest.raises(NotFound, match="no store"):
            deed(postgres_url)
    assert look(postgres_url, now=now).generation == 0
    with closing(psycopg.connect(postgres_url.replace("+psycopg", ""))) as connection:
        assert connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone() == (0,)


def test_what_is_not_ours_to_look_through_is_said(url: str, tool: Any, postgres_url: str) -> None:
    tool.execute("UPDATE store_fact SET value = '99' WHERE name = 'generation'")
    with pytest.raises(StoreTooNew):
        check(url)
    with closing(psycopg.connect(postgres_url.replace("+psycopg", ""), autocommit=True)) as other:
        other.execute("CREATE TABLE student (id int)")
    with pytest.raises(StorageDamaged, match="another program"):
        check(postgres_url)


def facts(url: str, tmp_path: Path, *, at: datetime | None = None) -> dict[str, Fact]:
    """Look at a server from a machine with a key, whose clock shows a moment."""
    key = tmp_path / "store.key"
    key.touch()
    found = look_at_server(url, key=key, file=tmp_path / "cequiz.db", now=lambda: at or now())
    return {fact.name: fact for fact in found}


def test_the_doctor_tells_which_store_and_how_it_is_kept(url: str, tmp_path: Path) -> None:
    found = facts(url.replace("postgres@", "postgres:secret@"), tmp_path)
    assert {fact.level for fact in found.values()} == {Level.OK}
    assert not any("secret" in fact.words for fact in found.values())
    assert "fsync=on" in found["database settings"].words
    assert "ms there and back" in found["way to the database"].words
    assert found["line to the database"].words == "on this machine"
    assert found["store"].words.startswith("postgresql://")


@pytest.mark.parametrize(("off", "words"), [(timedelta(hours=1), "ahead of"), (timedelta(hours=-1), "behind")])
def test_a_clock_that_is_wrong_is_a_warning(url: str, tmp_path: Path, off: timedelta, words: str) -> None:
    """Its log lines would not fit the records' times."""
    fact = facts(url, tmp_path, at=now() + off)["clock"]
    assert fact.level is Level.WARNING
    assert words in fact.words


def test_the_file_that_is_not_used_is_named(url: str, tmp_path: Path) -> None:
    (tmp_path / "cequiz.db").write_bytes(b"x")
    assert "is not used" in facts(url, tmp_path)["file of before"].words


def test_a_host_without_the_key_is_told(url: str, tmp_path: Path) -> None:
    found = next(iter(look_at_server(url, key=tmp_path / "no.key", file=tmp_path / "no.db", now=now)))
    assert (found.name, found.level) == ("store", Level.ERROR)
    assert "copy it from a host" in found.words


def test_a_database_that_nobody_has_used_yet_is_right(postgres_url: str, tmp_path: Path) -> None:
    fact = facts(postgres_url, tmp_path)["store"]
    assert fact.level is Level.OK
    assert "first command" in fact.words


def test_a_server_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(StorageBusy, match="cannot be reached"):
        look(f"postgresql+psycopg://postgres@/x?host={tmp_path}", now=now)


@pytest.mark.parametrize(
    ("change", "name", "words"),
    [
        ({"generation": GENERATION - 1}, "store", "db upgrade"),
        ({"round_trip": timedelta(milliseconds=80)}, "way to the database", "80.0 ms there and back: put"),
        ({"local": False}, "line to the database", "sslmode=verify-full"),
        ({"settings": {"data_checksums": "off"}}, "database checksums", "data_checksums=off"),
        ({"settings": {"max_connections": "100"}, "connected": 90}, "database connections", "90 of 100"),
    ],
)
def test_what_a_server_should_be_better_at_is_a_warning(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: dict[str, Any], name: str, words: str
) -> None:
    """Servers like these cannot be had here: what was seen is changed instead."""
    seen: Sight = replace(look(url, now=now), **change)
    monkeypatch.setattr(surroundings, "look", lambda url, *, now: seen)
    fact = facts(url, tmp_path)[name]
    assert fact.level is Level.WARNING
    assert words in fact.words
    encrypted = replace(seen, encrypted=True)
    monkeypatch.setattr(surroundings, "look", lambda url, *, now: encrypted)
    assert facts(url, tmp_path)["line to the database"].words == "encrypted"
