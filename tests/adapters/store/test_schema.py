"""The schema: migrated is as declared, the auditors' tables take additions only, and many may migrate at once."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from cequiz.adapters.store import care, migrate, triggers
from cequiz.adapters.store.driver import GENERATION
from cequiz.adapters.store.engine import Settings
from cequiz.adapters.store.rows import Row
from cequiz.errors import CequizError, StorageDamaged
from cequiz.services.ports import AuditRecord, Decision, Retirement
from tests.builders import NOON
from tests.contract.test_records import AWARD, PROOF, SCORE, certificate
from tests.contract.test_room import GRANTED
from tests.durability.tracing import ROOT
from tests.storing import answer, begin, open_store


def objects(driver: sqlite3.Connection) -> dict[str, list[str]]:
    """Return name and clauses, sorted, of everything in a database but triggers and Alembic's own table."""
    rows = driver.execute("SELECT name, sql FROM sqlite_master WHERE type <> 'trigger' AND sql IS NOT NULL")
    # A table that was recreated has its name in quotes.
    clauses = {
        name: sorted(line.strip().rstrip(", ").replace('"', "") for line in sql.splitlines()) for name, sql in rows
    }
    return {name: lines for name, lines in clauses.items() if name != "alembic_version"}


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """Return the file of a closed store with a record of each kind."""
    with open_store(tmp_path) as store:
        begin(store)
        store.append(answer(0), expected_seq=1)
        with store.write() as unit:
            unit.scores.add(SCORE, actor="a", at=NOON)
            unit.awards.add(AWARD)
            unit.certificates.add(replace(certificate(), proof=PROOF), actor="a")
            unit.audit.add(AuditRecord(at=NOON, actor="a", deed="d", subject="s"))
            unit.accommodations.add(GRANTED)
            unit.queue.decide(Decision(entry="e", outcome="accepted", note="", actor="a", at=NOON))
            unit.retirements.add(
                Retirement(kind="bank", id="sample", version="1", retired=True, reason="r", actor="a", at=NOON)
            )
    with closing(sqlite3.connect(tmp_path / "cequiz.db")) as other, other:
        other.execute("INSERT INTO hold VALUES (1, 'S-1', 1, 'r', 'a', 0)")
        other.execute("INSERT INTO student_merge VALUES (1, 'S-1', 'S-1', 'r', 'a', 0)")
        other.execute(
            "INSERT INTO tombstone VALUES (1, 'A-9', 1, 2, x'00', x'00', '', '{}', 'r', 'a', 0, x'00', x'00')"
        )
    return tmp_path / "cequiz.db"


@pytest.fixture
def driver(database: Path) -> Iterator[sqlite3.Connection]:
    """Return a connection as any tool would open it."""
    with closing(sqlite3.connect(database, isolation_level=None)) as opened:
        yield opened


def test_a_migrated_store_has_the_schema_that_is_declared(driver: sqlite3.Connection, tmp_path: Path) -> None:
    declared = tmp_path / "declared.db"
    engine = create_engine(f"sqlite:///{declared}")
    Row.metadata.create_all(engine)
    engine.dispose()
    with closing(sqlite3.connect(declared)) as other:
        assert objects(driver) == objects(other)


def test_every_constraint_has_a_name() -> None:
    unnamed = [
        (table.name, type(constraint).__name__)
        for table in Row.metadata.sorted_tables
        for constraint in table.constraints
        if constraint.name is None
    ]
    assert unnamed == []


def test_the_generation_is_the_number_of_the_last_migration() -> None:
    names = sorted((Path(migrate.__file__).with_name("migrations") / "versions").glob("[0-9]*.py"))
    assert int(names[-1].name.split("_")[0]) == GENERATION


@pytest.mark.parametrize("table", triggers.APPEND_ONLY)
def test_the_auditors_tables_are_ordinary_and_strict(driver: sqlite3.Connection, table: str) -> None:
    assert driver.execute(f"SELECT rowid FROM {table}").fetchone() is not None
    strict = driver.execute("SELECT strict FROM pragma_table_list WHERE name = ?", (table,)).fetchone()
    assert strict[0] == 1


@pytest.mark.parametrize("table", triggers.APPEND_ONLY)
def test_nothing_in_them_can_be_changed(driver: sqlite3.Connection, table: str) -> None:
    before = driver.execute(f"SELECT * FROM {table}").fetchall()
    assert before
    places = ", ".join("?" * len(before[0]))
    column = driver.execute(f"SELECT name FROM pragma_table_info('{table}')").fetchone()[0]
    for sql, values in (
        (f"UPDATE {table} SET {column} = {column}", ()),
        (f"DELETE FROM {table}", ()),
        (f"INSERT OR REPLACE INTO {table} VALUES ({places})", before[0]),
        (f"REPLACE INTO {table} VALUES ({places})", before[0]),
    ):
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            driver.execute(sql, values)
    assert driver.execute(f"SELECT * FROM {table}").fetchall() == before


def test_an_event_cannot_be_replaced_by_way_of_any_of_its_keys(driver: sqlite3.Connection) -> None:
    driver.execute("PRAGMA foreign_keys=OFF")
    columns = [row[1] for row in driver.execute("PRAGMA table_info(attempt_event)")]
    event = dict(zip(columns, driver.execute("SELECT * FROM attempt_event WHERE seq = 2").fetchone(), strict=True))
    fresh = {**event, "attempt_id": "A-9", "seq": 9, "idem_key": "fresh"}
    places = ", ".join("?" * len(columns))
    sql = f"INSERT OR REPLACE INTO attempt_event (rowid, {', '.join(columns)}) VALUES (?, {places})"
    for row, rowid in (
        ({**fresh, "attempt_id": "A-1", "seq": 2}, None),
        ({**fresh, "attempt_id": "A-1", "idem_key": event["idem_key"]}, None),
        (fresh, 2),
    ):
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            driver.execute(sql, (rowid, *row.values()))
    ending = {**fresh, "kind": "submitted"}
    driver.execute(sql, (None, *ending.values()))
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        driver.execute(sql, (None, *{**ending, "seq": 10, "idem_key": "other", "kind": "expired"}.values()))


def test_a_store_without_its_protection_is_refused_reported_and_mended(
    database: Path, driver: sqlite3.Connection
) -> None:
    driver.execute("DROP TRIGGER score_no_update")
    driver.execute("DROP TRIGGER audit_record_no_delete")
    driver.execute("CREATE TRIGGER audit_record_no_delete BEFORE DELETE ON audit_record BEGIN SELECT 1; END")
    with open_store(database.parent) as store:
        with pytest.raises(StorageDamaged, match="score_no_update") as caught:
            store.append(answer(1), expected_seq=2)
        assert "db upgrade" in caught.value.hint
        with pytest.raises(StorageDamaged), store.write():
            pass
        assert store.home("S-1").attempts  # what is there can still be read
    assert not care.check(database).sound
    key_path = database.parent / "keys" / "store.key"
    done = care.upgrade(database, key_path=key_path)
    assert set(done.mended) == {"score_no_update", "audit_record_no_delete"}
    assert care.upgrade(database, key_path=key_path).mended == ()
    with open_store(database.parent) as store:
        store.append(answer(1), expected_seq=2)


def test_a_migration_that_fails_at_its_end_leaves_nothing(tmp_path: Path) -> None:
    database = tmp_path / "cequiz.db"
    database.touch()
    with pytest.raises(Exception, match=r"supported|parameter"):
        migrate.upgrade(database, Settings(), facts={"key": object()})  # type: ignore[dict-item]  # cannot be stored
    with closing(sqlite3.connect(database)) as driver:
        assert driver.execute("SELECT count(*) FROM sqlite_master").fetchone()[0] == 0
        assert driver.execute("PRAGMA user_version").fetchone()[0] == 0
    with open_store(tmp_path) as store:
        begin(store)


OPENER = """
import sys, time
from pathlib import Path
from tests.storing import open_store
from cequiz.adapters.store.store import translated
folder, start = Path(sys.argv[1]), float(sys.argv[2])
time.sleep(max(0, start - time.time()))
with open_store(folder) as store, store.write() as unit:
    unit.audit.all()
print("opened")
"""


def test_sixteen_programs_may_open_an_empty_folder_at_once(tmp_path: Path) -> None:
    start = str(time.time() + 6)
    command = [sys.executable, "-c", OPENER, str(tmp_path / "home"), start]
    running = [
        subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(16)
    ]
    said = [process.communicate(timeout=90) for process in running]
    assert [out for out, _ in said] == ["opened\n"] * 16, [error[-800:] for _, error in said if error]
    assert care.check(tmp_path / "home" / "cequiz.db").sound
    with open_store(tmp_path / "home") as store:
        assert store.verify_chains().findings == ()


def test_a_copy_of_a_store_in_use_is_complete(tmp_path: Path) -> None:
    with open_store(tmp_path / "home") as store:
        begin(store)
        store.append(answer(0), expected_seq=1)
        migrate.copy_to(tmp_path / "home" / "cequiz.db", tmp_path / "copy.db")
    with closing(sqlite3.connect(tmp_path / "copy.db")) as copied:
        assert copied.execute("SELECT count(*) FROM attempt_event").fetchone()[0] == 2
        assert copied.execute("PRAGMA user_version").fetchone()[0] == GENERATION
    assert (tmp_path / "copy.db").stat().st_mode & 0o077 == 0
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_looking_for_a_store_that_is_not_there_makes_none(tmp_path: Path) -> None:
    for look in (
        lambda: care.check(tmp_path / "cequiz.db"),
        lambda: care.upgrade(tmp_path / "cequiz.db", key_path=tmp_path / "keys" / "store.key"),
    ):
        with pytest.raises(CequizError, match="no store"):
            look()
    assert not list(tmp_path.iterdir())
