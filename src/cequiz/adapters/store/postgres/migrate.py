"""Bringing a PostgreSQL database to the newest schema: under one lock, in one transaction, whoever comes first.

Sixteen programs on many hosts may start at once on an empty database; one of them makes the tables and the others find
it done. A new database is made from the tables as this program knows them; what is older is brought up by the same
revisions as a file. Once it is current nothing is locked, and the user that programs come as needs no right to change
tables.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine

from cequiz.adapters.keys import adopt_draft, draft_of, load_key, load_or_make_key
from cequiz.adapters.store import migrate
from cequiz.adapters.store.driver import GENERATION
from cequiz.adapters.store.identity import key_name, other_key
from cequiz.adapters.store.postgres import triggers
from cequiz.adapters.store.postgres.connections import HOUSE, driver_of
from cequiz.adapters.store.postgres.driver import PgDriver
from cequiz.adapters.store.rows import Row
from cequiz.adapters.store.rows_office import StaffRow
from cequiz.errors import StorageDamaged, StoreTooNew
from cequiz.language import tr

_MIGRATION = HOUSE + 1
"""The advisory lock of whoever makes or changes the tables."""

_PATIENCE_MS = 120_000
"""How long others wait for that."""

_TABLES_MS = 5_000
"""How long a table may be waited for while nobody can write: a backup that reads them all takes longer."""


def prepare(engine: Engine, *, key_path: Path, told: str) -> bytes:
    """Make or migrate the tables where that is needed, and return the store's key.

    Where the database is there and current, nothing is locked and nothing is written. The key gets its name last, so
    that a creation which was cut short anywhere is finished by whoever comes next.

    Args:
        engine: connections to the database.
        key_path: the file of the chains' key, the same on every host.
        told: the database's address, for sentences.

    Raises:
        StorageDamaged: it holds other people's tables, or the key is missing or another one.
        StoreTooNew: a newer cequiz has written it.
    """
    with engine.connect() as connection:
        driver = PgDriver(driver_of(connection))
        found = generation(driver, told)
        if found == GENERATION and key_path.exists():
            return _checked(driver, load_key(key_path))
        with _alone(connection):
            found = generation(driver, told)
            if not found:
                return _create(connection, key_path=key_path)
            if not key_path.exists() and draft_of(key_path).exists():
                _checked(driver, load_key(draft_of(key_path)))
                adopt_draft(key_path)
            key = _checked(driver, _existing_key(key_path))
            if found < GENERATION:
                _upgrade(connection)
            return key


def upgrade(engine: Engine, *, told: str) -> int:
    """Bring a database that has our tables to the newest schema, put its triggers back, and return what it was.

    Args:
        engine: connections to the database, as a user that may change tables.
        told: the database's address, for sentences.
    """
    with engine.connect() as connection:
        driver = PgDriver(driver_of(connection))
        with _alone(connection):
            found = generation(driver, told)
            if found:
                _upgrade(connection)
            return found


def generation(driver: PgDriver, told: str) -> int:
    """Return the generation of the schema, 0 where there are no tables of ours yet.

    Raises:
        StorageDamaged: it holds other people's tables of the names that ours have.
        StoreTooNew: a newer cequiz has written it.
    """
    there = {name for (name,) in driver.execute("SELECT relname::text FROM pg_class WHERE pg_table_is_visible(oid)")}
    facts = driver.execute("SELECT value FROM store_fact WHERE name = 'generation'") if "store_fact" in there else None
    row = facts.fetchone() if facts is not None else None
    if row is None:
        if there.isdisjoint(Row.metadata.tables):
            return 0
        raise StorageDamaged(
            tr("{database} holds tables of another program.", database=told),
            hint=tr("Make a database of its own for cequiz; this one was left as it is."),
        )
    found = int(row[0])
    if found > GENERATION:
        raise StoreTooNew(
            tr(
                "{database} was written by a newer cequiz (generation {found}, this one knows {generation}).",
                database=told,
                found=found,
                generation=GENERATION,
            ),
            hint=tr("Install the newer cequiz; the records were left as they are."),
        )
    return found


@contextmanager
def _alone(connection: Connection) -> Iterator[None]:
    """Be the only one who changes tables; a connection that ends gives the lock back."""
    driver = PgDriver(driver_of(connection))
    try:
        driver.execute("SELECT set_config('lock_timeout', ?, false)", (str(_PATIENCE_MS),))
        driver.execute("SELECT set_config('statement_timeout', '0', false)")
        driver_of(connection).patience = None
        driver.execute("SELECT pg_advisory_lock(?)", (_MIGRATION,))
        yield
    finally:
        connection.invalidate()  # it is closed, and with it go the lock and the long patience


def _create(connection: Connection, *, key_path: Path) -> bytes:
    """Make the tables; the caller holds the lock."""
    waiting = draft_of(key_path)
    key = load_key(key_path) if key_path.exists() else load_or_make_key(waiting)
    driver = PgDriver(driver_of(connection))
    with _transaction(driver):
        StaffRow.metadata.create_all(connection)
        migrate.run_revisions(connection, stamp=True)
        triggers.install(driver, generation=GENERATION)
        for name, value in {"key": key_name(key), "generation": str(GENERATION)}.items():
            driver.execute("INSERT INTO store_fact (name, value) VALUES (?, ?)", (name, value))
    if not key_path.exists():
        adopt_draft(key_path)
    return key


def _upgrade(connection: Connection) -> None:
    driver = PgDriver(driver_of(connection))
    with _transaction(driver):
        driver.execute("SELECT pg_advisory_xact_lock(?)", (HOUSE,))
        driver.execute(f"SET LOCAL lock_timeout = {_TABLES_MS}")
        migrate.run_revisions(connection)
        _compare_by_bytes(driver)
        triggers.install(driver, generation=GENERATION)
        driver.execute("UPDATE store_fact SET value = ? WHERE name = 'generation'", (str(GENERATION),))


def _compare_by_bytes(driver: PgDriver) -> None:
    """Let text columns that a revision has brought be compared by their bytes, as a file compares them everywhere."""
    found = driver.execute("""
        SELECT table_name::text, column_name::text FROM information_schema.columns
        WHERE table_schema = current_schema() AND data_type = 'text' AND collation_name IS DISTINCT FROM 'C'
    """)
    for table, column in found.fetchall():
        if table in Row.metadata.tables:
            driver.execute(f'ALTER TABLE {table} ALTER COLUMN "{column}" TYPE text COLLATE "C"')


@contextmanager
def _transaction(driver: PgDriver) -> Iterator[None]:
    driver.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        if not driver.connection.closed:
            driver.execute("ROLLBACK")
        raise
    driver.execute("COMMIT")


def _existing_key(path: Path) -> bytes:
    if path.exists() or path.is_symlink():
        return load_key(path)
    raise StorageDamaged(
        tr("The store's key {path} is missing.", path=path),
        hint=tr("Copy keys/store.key from a host that uses this database: it is the same on every host."),
    )


def _checked(driver: PgDriver, key: bytes) -> bytes:
    """Return a key that is the store's own.

    Raises:
        StorageDamaged: it is another one.
    """
    row = driver.execute("SELECT value FROM store_fact WHERE name = 'key'").fetchone()
    if row is None or row[0] != key_name(key):
        raise other_key(tr("Copy keys/store.key from a host that uses this database: it is the same on every host."))
    return key
