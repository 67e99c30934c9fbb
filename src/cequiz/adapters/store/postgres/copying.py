"""A database on a server as one end of a copy: filled under the house's lock and read back, or read as one state.

While it is filled, and until it is proved, the lock of all writing is held: whoever opens the database meanwhile waits
to write, and no record of theirs is lost when the copy turns out wrong and is taken away.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psycopg
from sqlalchemy import Table

from cequiz.adapters.store import chains
from cequiz.adapters.store.copying import (
    Copied,
    Row,
    Source,
    Told,
    contents,
    copy_rows,
    kind_of,
    refuse_difference,
    refuse_findings,
    select,
    tables,
)
from cequiz.adapters.store.postgres.address import Address
from cequiz.adapters.store.postgres.connections import HOUSE, Connections
from cequiz.adapters.store.postgres.driver import PgDriver
from cequiz.adapters.store.postgres.engine import PgSettings
from cequiz.adapters.store.postgres.failures import commit_failure, reached, translated
from cequiz.adapters.store.postgres.migrate import prepare
from cequiz.errors import FoundProblems, WrongState
from cequiz.language import tr
from cequiz.services.ports import Head

_PATIENT = PgSettings(statement_ms=0, idle_ms=0, reading_idle_ms=0, connections=2)
"""Whoever copies everything may take as long as it takes."""

_BYTEWISE = ' COLLATE "C"'
_TYPES = {int: "int8", str: "text", bytes: "bytea"}
_AT_ONCE = 100
"""Rows that are fetched together; a certificate's holds its whole file."""


class PgSource:
    """A database that is read in one transaction."""

    def __init__(self, driver: PgDriver, told: str) -> None:
        """Take a connection inside a transaction; use `reading`."""
        self._driver = driver
        self.told = told

    def rows(self, table: Table) -> Iterator[Row]:
        """Return every row in the order of its key."""
        with self._driver.connection.cursor(name="cequiz_copy", binary=True) as cursor:
            cursor.itersize = _AT_ONCE
            cursor.execute(select(table, collate=_BYTEWISE).encode())
            yield from cursor

    def heads(self) -> tuple[Head, ...]:
        """Return the head of every chain."""
        return chains.heads(self._driver)

    def size(self) -> int:
        """Return how many bytes all tables take, about."""
        found = self._driver.execute(
            "SELECT sum(pg_table_size(oid))::bigint FROM pg_class WHERE relkind = 'r' AND pg_table_is_visible(oid)"
            " AND relname = ANY(?)",
            ([table.name for table in tables()],),
        )
        return int(found.fetchone()[0] or 0)


class PgTarget:
    """A database that is filled in one transaction."""

    def __init__(self, driver: PgDriver) -> None:
        self._driver = driver

    def take(self, table: Table, rows: Iterator[Row]) -> None:
        """Put rows into a table, and let its own numbers go on after theirs."""
        names = ", ".join(f'"{column.name}"' for column in table.columns)
        sql = f'COPY "{table.name}" ({names}) FROM STDIN (FORMAT BINARY)'
        with self._driver.connection.cursor() as cursor, cursor.copy(sql.encode()) as sink:
            sink.set_types([_TYPES[kind_of(column)] for column in table.columns])
            for row in rows:
                sink.write_row(row)
        counted = table.autoincrement_column
        if counted is not None:
            self._driver.execute(
                f'SELECT setval(pg_get_serial_sequence(?, ?), greatest(max("{counted.name}"), 1),'  # noqa: S608 - names of ours
                f' max("{counted.name}") IS NOT NULL) FROM "{table.name}"',
                (table.name, counted.name),
            )


@contextmanager
def reading(url: str, *, alone: bool = False) -> Iterator[PgSource]:
    """Open a database as one state; what others write meanwhile is not seen.

    Args:
        url: where it is; see `Address.read`.
        alone: let nobody write meanwhile.

    Raises:
        StorageBusy: somebody writes for long, and nobody should.
    """
    address = Address.read(url)
    with translated(), _patient(address) as connections, _apart(connections) as driver, ExitStack() as stack:
        if alone:
            stack.enter_context(_held(stack.enter_context(_apart(connections))))
        driver.execute("BEGIN")
        yield PgSource(driver, address.told)


def write_database(source: Source, url: str, *, key_path: Path, told: Told | None = None) -> Copied:
    """Fill an empty database with a store, prove that both are equal, and return what was proved.

    Args:
        source: where from.
        url: where to; the tables are made where they are missing.
        key_path: the file of the chains' key, which stays where it is.
        told: follows the work.

    Raises:
        WrongState: the database has records, or the source holds what it cannot keep.
        FoundProblems: the copy is not the same; nothing is kept of it.
        StorageDamaged: the chains do not verify; nothing is kept of the copy.
    """
    address = Address.read(url)
    with translated(), _patient(address) as connections:
        with reached(address.told), connections.lend():
            pass
        key = prepare(connections.engine, key_path=key_path, told=address.told)
        with _apart(connections) as driver, _held(driver):
            _refuse_records(driver, address.told)
            driver.execute("BEGIN IMMEDIATE")
            went_over = copy_rows(source, PgTarget(driver), told=told)
            _commit(driver)
            try:
                with _apart(connections) as fresh:
                    fresh.execute("BEGIN")
                    refuse_difference(went_over, contents(PgSource(fresh, address.told)))
                    fresh.execute("ROLLBACK")
                    report = chains.verify(fresh, key=key)
                refuse_findings(report)
            except BaseException:
                _take_away(driver, address.told)
                raise
            for table in tables():
                driver.execute(f'ANALYZE "{table.name}"')
    return Copied(source.told, address.told, went_over, report.chains, report.records)


def _commit(driver: PgDriver) -> None:
    try:
        driver.execute("COMMIT")
    except psycopg.Error as error:
        raise commit_failure(error) from error


@contextmanager
def _patient(address: Address) -> Iterator[Connections]:
    connections = Connections(address, _PATIENT)
    try:
        yield connections
    finally:
        connections.close()


@contextmanager
def _apart(connections: Connections) -> Iterator[PgDriver]:
    connection = connections.apart()
    try:
        yield PgDriver(connection)
    finally:
        connection.close()  # and with it goes whatever is open on it


@contextmanager
def _held(driver: PgDriver) -> Iterator[None]:
    """Hold the lock of all writing, across transactions."""
    driver.execute("SELECT pg_advisory_lock(?)", (HOUSE,))
    yield
    driver.execute("SELECT pg_advisory_unlock(?)", (HOUSE,))


def _refuse_records(driver: PgDriver, told: str) -> None:
    for table in tables():
        any_row = f'SELECT 1 FROM "{table.name}" LIMIT 1'  # noqa: S608 - names of ours
        if table.name != "store_fact" and driver.execute(any_row).fetchone():
            raise WrongState(
                tr("{database} has records already.", database=told),
                hint=tr("A copy goes into an empty database: make a new one with `createdb NAME`."),
            )


def _take_away(driver: PgDriver, told: str) -> None:
    """Remove the tables: nothing else takes records out that nothing may be taken out of.

    Raises:
        FoundProblems: the user may not, or the line is gone.
    """
    names = ", ".join(f'"{table.name}"' for table in tables())
    try:
        driver.execute(f"DROP TABLE {names}, alembic_version")
    except psycopg.Error as error:
        raise FoundProblems(
            tr("What was copied into {database} is not proved, and could not be removed.", database=told),
            hint=tr(
                "Remove that database yourself (`dropdb`), and use it for nothing; the records are where they were."
            ),
        ) from error
