"""Making and changing the tables in PostgreSQL: once, wholly or not at all, with the triggers in their place."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
import pytest

from cequiz.adapters.keys import adopt_draft, draft_of
from cequiz.adapters.store.driver import GENERATION
from cequiz.adapters.store.postgres import migrate, triggers
from cequiz.adapters.store.postgres.driver import PgDriver
from cequiz.adapters.store.postgres.store import PostgresStore
from cequiz.adapters.store.triggers import APPEND_ONLY
from cequiz.domain.exam.attempt import Status
from cequiz.errors import StorageBusy, StorageDamaged
from cequiz.services.ports import Standing
from tests.adapters.store.postgres.test_opening import tool
from tests.builders import NOON
from tests.durability.tracing import ROOT
from tests.storing import DEADLINE, answer, begin, opening_draft

OPENERS = """
import os, sys
from pathlib import Path
from cequiz.adapters.store.postgres.store import PostgresStore
children = []
for _ in range(16):  # what costs time is imported once, so that they meet at the server
    child = os.fork()
    if not child:
        with PostgresStore.open(sys.argv[1], key_path=Path(sys.argv[2])) as store:
            assert store.home(None).courses == ()
        os._exit(0)
    children.append(child)
assert [os.waitpid(child, 0)[1] for child in children] == [0] * 16
"""


def facts(connection: Any) -> dict[str, str]:
    """Return what the store says of itself."""
    return dict(connection.execute("SELECT name, value FROM store_fact").fetchall())


def make_older(connection: Any) -> None:
    """Take away what the newest generation has brought."""
    for table in ("visit", "download", "sign_in_tries", "known_address"):
        connection.execute(f"DROP TABLE {table}")
    connection.execute("ALTER TABLE heartbeat DROP COLUMN item")
    triggers.install(PgDriver(connection), generation=4)
    connection.execute("UPDATE alembic_version SET version_num = '0004'")
    connection.execute("UPDATE store_fact SET value = '4' WHERE name = 'generation'")


def shape(connection: Any) -> list[tuple[object, ...]]:
    """Return every column, index and constraint."""
    found: list[tuple[object, ...]] = connection.execute("""
        SELECT 'column', table_name, column_name, data_type, is_nullable, column_default, collation_name
        FROM information_schema.columns WHERE table_schema = 'public'
        UNION ALL SELECT 'index', tablename, indexname, indexdef, '', '', '' FROM pg_indexes WHERE schemaname = 'public'
        UNION ALL SELECT 'rule', conrelid::regclass::text, conname, pg_get_constraintdef(oid), '', '', ''
        FROM pg_constraint WHERE connamespace = 'public'::regnamespace
        ORDER BY 1, 2, 3
    """).fetchall()
    return found


def test_of_sixteen_programs_on_an_empty_database_one_makes_the_tables(postgres_url: str, tmp_path: Path) -> None:
    command = [sys.executable, "-c", OPENERS, postgres_url, str(tmp_path / "keys" / "store.key")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    with closing(tool(postgres_url)) as connection:
        assert facts(connection)["generation"] == str(GENERATION)
        assert not triggers.missing(PgDriver(connection), generation=GENERATION)
        assert connection.execute("SELECT count(*) FROM alembic_version").fetchone() == (1,)
    assert not draft_of(tmp_path / "keys" / "store.key").exists()


def test_threads_of_one_program_may_open_it_at_once(postgres_url: str, tmp_path: Path) -> None:
    opened: list[PostgresStore] = []

    def open_it() -> None:
        opened.append(PostgresStore.open(postgres_url, key_path=tmp_path / "store.key"))

    threads = [threading.Thread(target=open_it) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(opened) == 6
    for store in opened:
        store.close()


def test_a_creation_that_failed_leaves_nothing_and_is_done_again(
    postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = tmp_path / "store.key"

    def fail(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(triggers, "install", fail)
        with pytest.raises(KeyboardInterrupt):
            PostgresStore.open(postgres_url, key_path=key)
    with closing(tool(postgres_url)) as connection:
        assert connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone() == (0,)
    assert not key.exists()
    with PostgresStore.open(postgres_url, key_path=key) as store:
        begin(store)


def test_a_creation_cut_short_before_the_key_got_its_name_is_finished(
    postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = tmp_path / "store.key"

    def fail(path: Path) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(migrate, "adopt_draft", fail)
        with pytest.raises(KeyboardInterrupt):
            PostgresStore.open(postgres_url, key_path=key)
    assert draft_of(key).exists()
    PostgresStore.open(postgres_url, key_path=key).close()
    assert key.exists()
    assert not draft_of(key).exists()


def test_the_waiting_key_of_another_store_is_not_adopted(postgres_made: tuple[str, Path], tmp_path: Path) -> None:
    url, _ = postgres_made
    key = tmp_path / "store.key"
    draft_of(key).write_text("cd" * 32)
    draft_of(key).chmod(0o600)
    with pytest.raises(StorageDamaged, match="not the one"):
        PostgresStore.open(url, key_path=key)
    assert not key.exists()


def test_an_empty_database_takes_the_key_that_is_there(postgres_url: str, tmp_path: Path) -> None:
    key = tmp_path / "store.key"
    draft_of(key).write_text("cd" * 32)
    draft_of(key).chmod(0o600)
    adopt_draft(key)
    with PostgresStore.open(postgres_url, key_path=key) as store:
        begin(store)
        assert store.verify_chains().findings == ()
    assert key.read_text().strip() == "cd" * 32


def test_an_older_store_is_brought_up_and_is_then_as_a_new_one(postgres_made: tuple[str, Path]) -> None:
    url, key = postgres_made
    with closing(tool(url)) as connection:
        new = shape(connection)
        make_older(connection)
        connection.execute("DROP TRIGGER score_no_update ON score")
        with PostgresStore.open(url, key_path=key) as store:
            begin(store)
            assert store.append(answer(0), expected_seq=1).event.seq == 2
        assert shape(connection) == new
        assert facts(connection)["generation"] == str(GENERATION)


def test_a_migration_that_waits_for_a_backup_lets_everybody_else_write_again_soon(
    postgres_made: tuple[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    url, key = postgres_made
    monkeypatch.setattr(migrate, "_TABLES_MS", 200)
    with closing(tool(url)) as backup:
        make_older(backup)
        before = time.monotonic()
        with backup.transaction():
            backup.execute("SELECT count(*) FROM heartbeat")
            with pytest.raises(StorageBusy):
                PostgresStore.open(url, key_path=key)
        assert time.monotonic() - before < 30
        assert facts(backup)["generation"] == "4"
        PostgresStore.open(url, key_path=key).close()
        assert facts(backup)["generation"] == str(GENERATION)


@pytest.mark.parametrize("table", APPEND_ONLY)
def test_what_auditors_read_cannot_be_changed_deleted_or_emptied(postgres_made: tuple[str, Path], table: str) -> None:
    url, key = postgres_made
    with PostgresStore.open(url, key_path=key) as store:
        begin(store)
    with closing(tool(url)) as careless:
        careless.execute("SET session_replication_role = replica")  # rows of any table, whatever they refer to
        _put_one(careless, table)
        careless.execute("SET session_replication_role = origin")
        (column,) = careless.execute(
            "SELECT column_name FROM information_schema.columns WHERE table_name = %s AND table_schema = 'public'"
            " ORDER BY ordinal_position LIMIT 1",
            [table],
        ).fetchone()
        for deed in (f"UPDATE {table} SET {column} = {column}", f"DELETE FROM {table}", f"TRUNCATE {table} CASCADE"):
            with pytest.raises(psycopg.errors.RestrictViolation, match="append-only"):
                careless.execute(deed)


def test_what_a_tombstone_covers_can_be_deleted_and_nothing_else(postgres_made: tuple[str, Path]) -> None:
    url, key = postgres_made
    with PostgresStore.open(url, key_path=key) as store:
        begin(store)
        begin(store, "A-2", number=2)
    with closing(tool(url)) as purge:
        purge.execute("SET session_replication_role = replica")
        _put_one(purge, "tombstone")
        purge.execute("""UPDATE tombstone SET chain = 'A-1', "first" = 1, "last" = 1""")
        purge.execute("SET session_replication_role = origin")
        purge.execute("DELETE FROM attempt_event WHERE attempt_id = 'A-1'")
        with pytest.raises(psycopg.errors.RestrictViolation):
            purge.execute("DELETE FROM attempt_event WHERE attempt_id = 'A-2'")


def test_a_tombstone_in_a_table_of_ones_own_opens_nothing(postgres_made: tuple[str, Path]) -> None:
    """Whoever may write answers could otherwise take records out that nothing may be taken out of."""
    with PostgresStore.open(postgres_made[0], key_path=postgres_made[1]) as store:
        begin(store)
    with closing(tool(postgres_made[0])) as other:
        other.execute("""CREATE TEMP TABLE tombstone (chain text, "first" bigint, "last" bigint)""")
        other.execute("INSERT INTO tombstone VALUES ('A-1', 1, 999)")
        with pytest.raises(psycopg.errors.RestrictViolation):
            other.execute("DELETE FROM attempt_event")


def test_tables_in_a_schema_of_their_own_are_protected_there(postgres_url: str, tmp_path: Path) -> None:
    """A database that is shared keeps cequiz's tables apart; its protection must look there, and be found there."""
    with closing(tool(postgres_url)) as owner:
        owner.execute('CREATE SCHEMA "Exams of ours"')
        (database,) = owner.execute("SELECT current_database()").fetchone()
        owner.execute(f'ALTER DATABASE "{database}" SET search_path = "Exams of ours"')
    with PostgresStore.open(postgres_url, key_path=tmp_path / "store.key") as store:
        begin(store)
        assert not store.verify_chains().findings
    with closing(tool(postgres_url)) as other, pytest.raises(psycopg.errors.RestrictViolation):
        other.execute("DELETE FROM attempt_event")


@pytest.mark.parametrize(
    "harm",
    [
        "DROP TRIGGER audit_record_no_delete ON audit_record",
        "ALTER TABLE audit_record DISABLE TRIGGER audit_record_no_delete",
        "DROP TRIGGER audit_record_no_delete ON audit_record; CREATE TRIGGER audit_record_no_delete"
        " BEFORE DELETE ON audit_record FOR EACH ROW WHEN (OLD.seq < 0) EXECUTE FUNCTION cequiz_refuse()",
        "DROP TRIGGER audit_record_no_delete ON audit_record; CREATE TRIGGER audit_record_no_delete"
        " BEFORE INSERT ON audit_record FOR EACH ROW EXECUTE FUNCTION cequiz_refuse()",
        "CREATE OR REPLACE FUNCTION cequiz_refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN OLD; END'",
        "ALTER FUNCTION cequiz_refuse() RESET search_path",
        "ALTER FUNCTION cequiz_refuse() SET search_path = pg_temp, public",
    ],
)
def test_a_trigger_that_was_taken_away_or_bent_is_noticed_and_put_back(
    postgres_made: tuple[str, Path], harm: str
) -> None:
    url, key = postgres_made
    with closing(tool(url)) as connection:
        connection.execute(harm)
        driver = PgDriver(connection)
        assert "audit_record_no_delete" in triggers.missing(driver, generation=GENERATION)
        with PostgresStore.open(url, key_path=key) as store:
            with pytest.raises(StorageDamaged), store.write():
                pass
            store.upgrade()
            begin(store)
        assert not triggers.missing(driver, generation=GENERATION)


def test_a_copied_event_is_refused_by_its_place_and_its_key(postgres_made: tuple[str, Path]) -> None:
    url, key = postgres_made
    with PostgresStore.open(url, key_path=key) as store:
        begin(store)
        with store.write() as unit:
            again = unit.attempts.start(opening_draft(), standing=Standing(Status.OPEN, DEADLINE))
        assert again.repeated
    with closing(tool(url)) as careless:
        with pytest.raises(psycopg.errors.UniqueViolation):
            careless.execute("INSERT INTO attempt_event SELECT * FROM attempt_event")
        with pytest.raises(psycopg.errors.RestrictViolation):
            careless.execute(
                "INSERT INTO attempt_event SELECT * FROM attempt_event ON CONFLICT (attempt_id, seq)"
                " DO UPDATE SET at_us = excluded.at_us + 1"
            )
        assert careless.execute("SELECT at_us FROM attempt_event").fetchone() == (int(NOON.timestamp()) * 1_000_000,)


def _put_one(connection: Any, table: str) -> None:
    """Put a row of nothing in particular into a table that may be empty."""
    if connection.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchone():
        return
    columns = connection.execute(
        "SELECT column_name, data_type FROM information_schema.columns"
        " WHERE table_name = %s AND table_schema = 'public'",
        [table],
    ).fetchall()
    values = {"bigint": "1", "text": "'x'", "bytea": "'\\x00'"}
    names = ", ".join(f'"{name}"' for name, _ in columns)
    connection.execute(f"INSERT INTO {table} ({names}) VALUES ({', '.join(values[kind] for _, kind in columns)})")
