"""Moving house: everything goes over, both are proved equal, and nothing goes on where it should not."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import psycopg
import pytest

from cequiz.adapters.store import care, copying
from cequiz.adapters.store.backup import back_up, restore
from cequiz.adapters.store.copying import Contents, Copied, Source, contents
from cequiz.adapters.store.moving import move_in, move_out
from cequiz.adapters.store.postgres import care as server_care
from cequiz.adapters.store.postgres.copying import reading, write_database
from cequiz.adapters.store.postgres.engine import PgSettings
from cequiz.adapters.store.postgres.store import PostgresStore
from cequiz.errors import FoundProblems, NotFound, Stopped, StorageBusy, StorageDamaged, StorageIO, WrongState
from cequiz.services.ports import Head
from tests.adapters.store.postgres.lines import Cut, Line
from tests.adapters.store.test_generations import FOURTH
from tests.builders import NOON
from tests.contract.test_records import certificate
from tests.contract.test_visits import VISIT
from tests.postgres import Databases
from tests.storing import answer, begin, open_store

PICTURE = sha256(b"\0x").hexdigest()

MORE = {
    "download": "INSERT INTO download VALUES ('t', 'S-7', 'CQ-2026-000001', 'b', 1, NULL)",
    "sign_in_tries": "INSERT INTO sign_in_tries VALUES ('account:x', 2, 1, 2, NULL)",
    "item_tally": "INSERT INTO item_tally VALUES ('sample', 'd1-1', 'h', '{}')",
    "figure": f"INSERT INTO figure VALUES ('{PICTURE}', 'image/png', X'0078')",
    "heartbeat": "INSERT INTO heartbeat VALUES ('A-1', 'one', 1, 1, 1, 'boot', 0, 'q-1')",
    "near_miss": "INSERT INTO near_miss VALUES (7, 'A-1', 'i', 'p', 'h', 'Größe', 'x', 'y', 'r', 1)",
    "practice_answer": "INSERT INTO practice_answer VALUES (9, 'S-1', 'c', 'b', '1', 'q', '{}', '1/3', 0, 1)",
    "decision": "INSERT INTO decision VALUES (1, 'e', 'kept', '', 'a', 1)",
    "practice_card": "INSERT INTO practice_card VALUES ('S-1', 'c', 'b', 'q', '{}', -1)",
}
"""Rows for tables that the old backup has none in."""


COPYING = "FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'COPY%'"


@pytest.fixture(scope="session")
def full(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a home with rows in every table, among them a purge's tombstones; to be copied."""
    home = tmp_path_factory.mktemp("full") / "home"
    restore(FOURTH, home, at=NOON)
    with open_store(home) as store, store.write() as unit:
        unit.visits.add(VISIT)
        unit.door.know("S-7", "tag", at=NOON)
    with closing(sqlite3.connect(home / "cequiz.db", isolation_level=None)) as driver:
        for table, sql in MORE.items():
            if not driver.execute(f"SELECT 1 FROM {table}").fetchone():
                driver.execute(sql)
    assert care.check(home / "cequiz.db").sound
    return home


@pytest.fixture
def home(full: Path, tmp_path: Path) -> Path:
    """Return a home of one's own with rows in every table."""
    shutil.copytree(full, tmp_path / "home")
    return tmp_path / "home"


def key(home: Path) -> Path:
    return home / "keys" / "store.key"


def to_server(url: str, home: Path) -> Callable[[Source], Copied]:
    return lambda source: write_database(source, url, key_path=key(home))


def move(home: Path, url: str, *, keep_open: bool = False) -> Copied:
    return move_out(home / "cequiz.db", to_server(url, home), key_path=key(home), keep_open=keep_open)


def of_file(database: Path) -> Contents:
    with copying.FileSource.reading(database) as source:
        return contents(source)


def of_server(url: str) -> Contents:
    with reading(url) as source:
        return contents(source)


def tables_there(url: str) -> int:
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        row = connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone()
        assert row is not None
        return int(row[0])


def test_every_table_is_there_to_be_moved(full: Path) -> None:
    """A table that no test has a row of could be forgotten by the copy without anybody noticing."""
    empty = [one.table for one in of_file(full / "cequiz.db").tables if not one.rows]
    assert empty == ["store_fact"]  # which has facts of this one file only


def test_everything_goes_over_and_both_are_the_same(home: Path, postgres_url: str) -> None:
    """A certificate, a tombstone or a visit that stayed behind would be lost with the old file."""
    before = of_file(home / "cequiz.db")
    done = move(home, postgres_url)
    assert done.contents == before == of_server(postgres_url) == of_file(home / "cequiz.db")
    with open_store(home) as old, PostgresStore.open(postgres_url, key_path=key(home)) as new:
        ours, theirs = old.verify_chains(), new.verify_chains()
        assert (theirs.findings, theirs.records) == ((), ours.records)
        assert (done.chains, done.records) == (theirs.chains, theirs.records)
        assert new.heads() == old.heads()
        assert new.verify_chains(anchors=old.heads()).findings == ()
        with old.read() as one, new.read() as other:
            assert other.students.all() == one.students.all()
            assert other.certificates.all() == one.certificates.all()
            assert other.retention.purged() == one.retention.purged()
    assert server_care.check(postgres_url).problems == ()


def test_the_moved_store_is_written_on(home: Path, postgres_url: str) -> None:
    """The next row would otherwise get a number that is taken already."""
    move(home, postgres_url)
    with PostgresStore.open(postgres_url, key_path=key(home)) as store:
        begin(store, "A-77", number=77)
        store.append(answer(0, attempt="A-77"), expected_seq=1)
        with store.write() as unit:
            unit.awards.add(replace(unit.awards.all()[0], id="W-77", cycle=77))
            unit.certificates.add(replace(certificate("CQ-2026-000077"), award_id="W-77"), actor="a")
            unit.students.add(
                replace(unit.students.all()[0], id="S-77", email="77@example.org"), passphrase_hash=None, at=NOON
            )
        assert store.verify_chains().findings == ()


def test_the_old_file_says_where_its_records_are_and_is_written_no_more(home: Path, postgres_url: str) -> None:
    """An answer that is saved into the old file is lost to everybody else."""
    done = move(home, postgres_url)
    with open_store(home) as store:
        assert store.verify_chains().findings == ()
        with pytest.raises(WrongState, match="moved to") as caught, store.write():
            pass
        assert done.target in caught.value.sentence
        assert "CEQUIZ_DATABASE_URL" in caught.value.hint
        with pytest.raises(WrongState, match="moved to"):
            store.append(answer(0), expected_seq=1)
    with pytest.raises(WrongState, match="moved to"):
        move(home, postgres_url)


def test_a_restored_backup_of_the_old_file_is_used_again(home: Path, postgres_url: str, tmp_path: Path) -> None:
    """Whoever moved by mistake must get back to work."""
    move(home, postgres_url)
    saved = back_up(home, tmp_path / "b.zip", at=NOON)
    restore(saved.path, home, at=NOON)
    with open_store(home) as store:
        begin(store, "A-77", number=77)


def test_a_rehearsal_leaves_the_file_in_use(home: Path, postgres_url: str) -> None:
    """Whoever tries the copy on a Monday goes on with exams on Tuesday."""
    with open_store(home) as store:
        begin(store, "A-77", number=77)
        done = move(home, postgres_url, keep_open=True)
        store.append(answer(0, attempt="A-77"), expected_seq=1)
    assert done.contents == of_server(postgres_url)


def test_a_store_that_is_in_use_is_not_moved(home: Path, postgres_url: str) -> None:
    """What an open program saves after the copy would be lost."""
    with open_store(home), pytest.raises(WrongState, match="in use"):
        move(home, postgres_url)
    assert tables_there(postgres_url) == 0


def test_a_database_that_has_records_is_left_alone(home: Path, postgres_url: str) -> None:
    """Two providers' records must not be stirred together."""
    with PostgresStore.open(postgres_url, key_path=key(home)) as store:
        begin(store)
    before = of_server(postgres_url)
    with pytest.raises(WrongState, match="has records already"):
        move(home, postgres_url)
    assert of_server(postgres_url) == before
    with open_store(home) as old:
        begin(old, "A-77", number=77)


def test_a_database_with_tables_and_no_records_is_filled(home: Path, postgres_url: str) -> None:
    """The owner may have made the tables, so that the program needs no right to."""
    PostgresStore.open(postgres_url, key_path=key(home)).close()
    assert move(home, postgres_url).contents == of_server(postgres_url)


def test_a_copy_whose_last_word_was_lost_is_called_unknown_and_not_undone(home: Path, postgres_url: str) -> None:
    """Who is told that nothing was kept would wonder at a database that has records."""
    PostgresStore.open(postgres_url, key_path=key(home)).close()
    with Line(postgres_url) as line:
        line.cut = Cut.AFTER_COMMIT
        with pytest.raises(StorageIO) as unknown:
            move(home, line.url)
    assert "look whether it was kept" in unknown.value.hint
    assert of_server(postgres_url) == of_file(home / "cequiz.db")
    open_store(home).close()


def test_another_key_is_refused(home: Path, postgres_made: tuple[str, Path]) -> None:
    """Records of one key in a database of another would never verify."""
    with pytest.raises(StorageDamaged, match="key"):
        move(home, postgres_made[0])


def test_records_that_do_not_verify_are_not_moved(home: Path, postgres_url: str) -> None:
    """What somebody changed must be seen where it happened, not be carried to a new place as if it were sound."""
    with closing(sqlite3.connect(home / "cequiz.db", isolation_level=None)) as driver:
        driver.execute("UPDATE answer SET response = '{}'")
    with pytest.raises(StorageDamaged, match="do not verify"):
        move(home, postgres_url)
    assert tables_there(postgres_url) == 0


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("'a' || char(0) || 'b'", "U\\+0000"),
        ("CAST(X'61ff' AS TEXT)", "bytes that are no text"),
        ("CAST(X'61eda080' AS TEXT)", "bytes that are no text"),
        ("X'61'", "no value of its kind"),
    ],
)
def test_what_a_server_cannot_keep_is_named_with_its_row(home: Path, postgres_url: str, value: str, words: str) -> None:
    """A person must learn which record it is, before anything has happened."""
    with closing(sqlite3.connect(home / "cequiz.db", isolation_level=None)) as driver:
        driver.execute(f"UPDATE store_fact SET value = {value} WHERE name = 'odd'")
        driver.execute(f"INSERT INTO store_fact VALUES ('odd', {value})")
    with pytest.raises(WrongState, match=rf"row name='odd' of store_fact .* column value .*{words}"):
        move(home, postgres_url)
    assert of_server(postgres_url).rows == 0
    with open_store(home) as store:
        begin(store, "A-77", number=77)


@pytest.mark.parametrize("change", ["UPDATE student SET name = name || '.'", "DELETE FROM practice_card"])
def test_a_copy_that_differs_is_taken_away(
    home: Path, postgres_url: str, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    """A copy that nobody can trust must not be opened by accident."""
    from cequiz.adapters.store.postgres import copying as server

    def altered(source: Source) -> Contents:
        # Somebody past the program, between the copy and the look at it.
        with psycopg.connect(postgres_url.replace("+psycopg", ""), autocommit=True) as other:
            other.execute(change.encode())
        with reading(postgres_url) as fresh:
            return contents(fresh)

    monkeypatch.setattr(server, "contents", altered)
    with pytest.raises(FoundProblems, match=r"differs in (student|practice_card)"):
        move(home, postgres_url)
    assert tables_there(postgres_url) == 0
    with open_store(home) as store:
        begin(store, "A-77", number=77)


def test_a_copy_that_differs_and_cannot_be_taken_away_is_called_unproved(
    home: Path, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever only reads that something differed would believe that nothing was left."""
    from cequiz.adapters.store.postgres import copying as server

    def nothing(source: Source) -> Contents:
        with psycopg.connect(postgres_url.replace("+psycopg", ""), autocommit=True) as other:
            other.execute("CREATE VIEW somebodys AS SELECT name FROM student")  # which keeps the table
        return replace(contents(source), heads=())

    monkeypatch.setattr(server, "contents", nothing)
    with pytest.raises(FoundProblems, match="not proved, and could not be removed"):
        move(home, postgres_url)


def test_an_older_store_is_upgraded_before_it_is_moved(postgres_url: str, tmp_path: Path) -> None:
    """Its tables would lack what the server's have."""
    restore(FOURTH, tmp_path / "old", at=NOON)
    with pytest.raises(WrongState, match="older generation") as caught:
        move(tmp_path / "old", postgres_url)
    assert "db upgrade" in caught.value.hint
    assert tables_there(postgres_url) == 0


def test_heads_that_differ_are_seen() -> None:
    """The same rows with other heads would be chains that nobody can go on."""
    one = Contents((), (Head("score", 1, "aa"),))
    with pytest.raises(FoundProblems, match="heads"):
        copying.refuse_difference(one, Contents((), (Head("score", 2, "bb"),)))


@pytest.mark.skipif(os.name != "posix", reason="there is no SIGKILL")
def test_a_copy_that_is_killed_leaves_nothing_and_is_simply_done_again(home: Path, postgres_url: str) -> None:
    """A power cut in the middle must cost nothing but the time."""
    PostgresStore.open(postgres_url, key_path=key(home)).close()
    with closing(psycopg.connect(postgres_url.replace("+psycopg", ""))) as blocker:
        blocker.execute("LOCK TABLE visit IN EXCLUSIVE MODE")  # it can be read; whoever fills it waits
        program = subprocess.Popen(
            [sys.executable, "-m", "cequiz", "db", "copy", "--to", postgres_url],
            env={**os.environ, "CEQUIZ_HOME": str(home), "CEQUIZ_DATABASE_URL": ""},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            until(blocker, f"SELECT count(*) = 1 {COPYING} AND wait_event_type = 'Lock'")
        finally:
            program.kill()
            program.wait()
        blocker.rollback()
        until(blocker, f"SELECT count(*) = 0 {COPYING}")
    assert of_server(postgres_url).rows == 0
    assert move(home, postgres_url).contents == of_server(postgres_url)


def until(connection: psycopg.Connection[tuple[object, ...]], question: str) -> None:
    """Wait until the server says yes; some seconds at most."""
    for _ in range(2000):
        if connection.execute(question.encode()).fetchone() == (True,):
            return
        connection.execute("SELECT pg_stat_clear_snapshot(), pg_sleep(0.01)")
    pytest.fail(question)


def test_nobody_writes_into_a_copy_before_it_is_proved(
    home: Path, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What somebody saved there would go with a copy that is taken away."""
    from cequiz.adapters.store.postgres import copying as server
    from cequiz.adapters.store.postgres.engine import PgSettings
    from cequiz.errors import StorageBusy

    tried = []

    def look(source: Source) -> Contents:
        impatient = PgSettings(lock_ms=100)
        with PostgresStore.open(postgres_url, key_path=key(home), settings=impatient) as store:
            with pytest.raises(StorageBusy), store.write():
                pass
            tried.append(True)
        return contents(source)

    monkeypatch.setattr(server, "contents", look)
    move(home, postgres_url)
    assert tried == [True]


def test_the_way_back_gives_the_same_file(home: Path, postgres_url: str, tmp_path: Path) -> None:
    """Whoever leaves the server takes everything along."""
    move(home, postgres_url)
    target = tmp_path / "back" / "cequiz.db"
    target.parent.mkdir()
    with reading(postgres_url) as source:
        done = move_in(source, target, key_path=key(home))
    assert [path.name for path in target.parent.iterdir()] == ["cequiz.db"]
    assert done.contents == of_server(postgres_url) == of_file(target)
    assert target.stat().st_mode & 0o077 == 0
    assert care.check(target).problems == ()
    shutil.copytree(home / "keys", target.parent / "keys")
    with open_store(target.parent) as store:
        assert store.verify_chains().findings == ()
        begin(store, "A-77", number=77)
        store.append(answer(0, attempt="A-77"), expected_seq=1)


def test_a_file_is_never_replaced_and_needs_a_folder(postgres_made: tuple[str, Path], tmp_path: Path) -> None:
    """The file that is there may be the only one."""
    url, its_key = postgres_made
    (tmp_path / "cequiz.db").write_text("precious", encoding="ascii")
    with reading(url) as source:
        with pytest.raises(WrongState, match="exists already"):
            move_in(source, tmp_path / "cequiz.db", key_path=its_key)
        with pytest.raises(NotFound, match="no folder"):
            move_in(source, tmp_path / "nowhere" / "cequiz.db", key_path=its_key)
    assert (tmp_path / "cequiz.db").read_text(encoding="ascii") == "precious"


def test_from_server_to_server(home: Path, postgres_url: str, postgres_databases: Databases) -> None:
    """A new server takes over from an old one."""
    move(home, postgres_url)
    other = postgres_databases.make()
    try:
        with reading(postgres_url) as source:
            done = write_database(source, other, key_path=key(home))
        assert done.contents == of_server(postgres_url) == of_server(other)
    finally:
        postgres_databases.drop(other)


def test_nothing_is_written_behind_a_copy_that_leaves_a_server(postgres_made: tuple[str, Path]) -> None:
    url, key = postgres_made
    with PostgresStore.open(url, key_path=key, settings=PgSettings(lock_ms=200)) as store:
        begin(store)
        with reading(url, alone=True), pytest.raises(StorageBusy):
            store.append(answer(0), expected_seq=1)
        with reading(url):  # a rehearsal holds nobody up
            assert not store.append(answer(0), expected_seq=1).repeated


def test_a_backup_of_a_server_is_restored_as_a_home(home: Path, postgres_url: str, tmp_path: Path) -> None:
    """A backup is one file of one format, wherever the records were."""
    move(home, postgres_url)
    told: list[tuple[int, int]] = []
    with PostgresStore.open(postgres_url, key_path=key(home)) as store:
        begin(store, "A-77", number=77)
        with reading(postgres_url) as source:
            store.append(answer(0, attempt="A-77"), expected_seq=1)
            made = back_up(
                home,
                tmp_path / "b.zip",
                at=NOON,
                source=source,
                progress=lambda done, of: told.append((done, of)),
            )
        expected = store.verify_chains().records
    assert told == sorted(told)
    assert told[-1][0] == told[-1][1]
    done = restore(made.path, tmp_path / "there", at=NOON + timedelta(hours=1))
    assert done.records == made.records == expected
    with open_store(tmp_path / "there") as restored, restored.read() as unit:
        assert len(unit.attempts.events("A-77")) == 2
    assert of_file(tmp_path / "there" / "cequiz.db") == of_server(postgres_url)


def test_a_backup_of_a_server_that_is_stopped_leaves_nothing(home: Path, postgres_url: str, tmp_path: Path) -> None:
    """Half a backup looks like a whole one."""
    move(home, postgres_url)
    before = sorted(tmp_path.iterdir())
    with reading(postgres_url) as source, pytest.raises(Stopped):
        back_up(home, tmp_path / "b.zip", at=NOON, source=source, stop=lambda: True)
    assert sorted(tmp_path.iterdir()) == before
