"""Care of a database on a server: looking it through, bringing it up to date, and what is seen of the server.

A server keeps the structure of its files itself; what is looked at here is what it was told to keep: the tables, the
rules and references that are enforced, the triggers, the numbers that go on, and the settings that a promise rests on.
Nothing but `upgrade` changes anything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from time import perf_counter
from typing import Any

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql

from cequiz.adapters.store.care import ServerHealth, Upgrade
from cequiz.adapters.store.copying import kind_of, tables
from cequiz.adapters.store.driver import GENERATION
from cequiz.adapters.store.postgres import migrate, triggers
from cequiz.adapters.store.postgres.address import Address
from cequiz.adapters.store.postgres.connections import HOUSE, Connections, driver_of
from cequiz.adapters.store.postgres.driver import PgDriver
from cequiz.adapters.store.postgres.engine import PgSettings, server_time
from cequiz.adapters.store.postgres.failures import reached, translated
from cequiz.errors import NotFound
from cequiz.language import tr

SETTINGS = (
    *("fsync", "full_page_writes", "synchronous_commit", "synchronous_standby_names"),
    *("data_checksums", "max_connections"),
)
"""What is told of the server's settings."""

_FEW = PgSettings(connections=2)
_TYPES = {int: "bigint", str: "text", bytes: "bytea"}
_TRIAL = HOUSE + 2
"""An advisory lock that is only tried."""

_ROUNDS = 15
"""How often the way to the server and back is measured; the middle one counts."""


@dataclass(frozen=True)
class Sight:
    """What is seen of a server and its database from here."""

    told: str
    """The database's address, without a password."""
    version: str
    generation: int
    """0 where there are no tables of ours yet."""
    size: int
    """Bytes of the whole database."""
    settings: dict[str, str]
    round_trip: timedelta
    ahead: timedelta
    """How far this machine's clock is ahead of the server's; negative when it is behind."""
    encrypted: bool
    local: bool
    """Whether the line stays on this machine."""
    connected: int
    """How many connections the server has at this moment, those of other programs too."""


def check(url: str) -> ServerHealth:
    """Look the whole database through: its tables, rules, references, protection and settings.

    Args:
        url: where it is; see `Address.read`.

    Raises:
        NotFound: there are no tables of ours yet.
        StorageBusy: the server cannot be reached.
        StorageDamaged: it would lose what it acknowledges, or holds tables of another program.
        StoreTooNew: a newer cequiz has written it.
    """
    with _connected(url) as (driver, told):
        found = migrate.generation(driver, told)
        if not found:
            raise _nothing(told)
        with _connected(url) as (other, _):
            problems = [*_older(found), *_locks(driver, other)]
        driver.execute("BEGIN")
        problems += [*_columns(driver), *_rules(driver), *_numbers(driver)]
        problems += [
            tr("The protection {name} is missing or was changed.", name=name)
            for name in triggers.missing(driver, generation=found)
        ]
        return ServerHealth(tuple(problems), found, _size(driver), _version(driver), _settings(driver), told)


def upgrade(url: str) -> Upgrade:
    """Bring a database to the newest generation, and put missing triggers back.

    Args:
        url: where it is, for a user that may change tables.

    Raises:
        NotFound: there are no tables of ours yet.
    """
    with _connected(url) as (driver, told):
        before = migrate.generation(driver, told)
        if not before:
            raise _nothing(told)
        gone = triggers.missing(driver, generation=before)
        if before == GENERATION and not gone:
            return Upgrade(before, before, None, ())
        connections = Connections(Address.read(url), _FEW)
        try:
            migrate.upgrade(connections.engine, told=told)
        finally:
            connections.close()
        return Upgrade(before, GENERATION, None, gone if before == GENERATION else ())


def look(url: str, *, now: Callable[[], datetime]) -> Sight:
    """Return what is seen of a server; nothing is made where there is nothing yet.

    Args:
        url: where it is; see `Address.read`.
        now: returns what time it is on this machine (UTC).
    """
    with _connected(url) as (driver, told):
        info = driver.connection.info
        took, ahead = _times(driver, now)
        return Sight(
            told=told,
            version=_version(driver),
            generation=migrate.generation(driver, told),
            size=_size(driver),
            settings=_settings(driver),
            round_trip=took,
            ahead=ahead,
            encrypted=bool(driver.connection.pgconn.ssl_in_use),
            local=info.host.startswith("/") or info.hostaddr in {"", "127.0.0.1", "::1"},
            connected=int(driver.execute("SELECT count(*) FROM pg_stat_activity").fetchone()[0]),
        )


@contextmanager
def _connected(url: str) -> Iterator[tuple[PgDriver, str]]:
    """Yield one checked connection, and the address for people."""
    address = Address.read(url)
    connections = Connections(address, _FEW)
    try:
        with reached(address.told), connections.lend():
            pass
        with translated(), connections.lend() as connection:
            yield PgDriver(driver_of(connection)), address.told
    finally:
        connections.close()


def _nothing(told: str) -> NotFound:
    return NotFound(
        tr("There is no store at {database}.", database=told),
        hint=tr("The first command that needs it makes it."),
    )


def _older(found: int) -> Iterator[str]:
    if found < GENERATION:
        yield tr("The tables are of generation {found}, and this cequiz knows {known}.", found=found, known=GENERATION)


def _locks(one: PgDriver, other: PgDriver) -> Iterator[str]:
    """Yield whether two programs would write at once: there are servers that take such a lock from everybody."""
    taken = [driver.execute("SELECT pg_try_advisory_lock(?)", (_TRIAL,)).fetchone()[0] for driver in (one, other)]
    one.execute("SELECT pg_advisory_unlock(?)", (_TRIAL,))
    # Where the first cannot have it, somebody else is trying at this moment.
    if taken == [True, True]:
        yield tr("The locks of this server keep nobody out: two programs would write at once.")


def _columns(driver: PgDriver) -> Iterator[str]:
    """Yield what is wrong with tables and columns."""
    rows = driver.execute("""
        SELECT relname::text, attname::text, format_type(atttypid, NULL)::text, NOT attnotnull
        FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid
        WHERE relkind IN ('r', 'p') AND attnum > 0 AND NOT attisdropped AND pg_table_is_visible(pg_class.oid)
    """).fetchall()
    found = {(table, column): (kind, nullable) for table, column, kind, nullable in rows}
    there = {table for table, _ in found}
    for table in tables():
        if table.name not in there:
            yield tr("The table {table} is missing.", table=table.name)
            continue
        for column in table.columns:
            if found.get((table.name, column.name)) != (_TYPES[kind_of(column)], bool(column.nullable)):
                yield tr(
                    "The column {column} of {table} is missing, or not as it should be.",
                    column=column.name,
                    table=table.name,
                )


def _rules(driver: PgDriver) -> Iterator[str]:
    """Yield what is wrong with keys, references, rules and indexes."""
    rules = dict(
        driver.execute("""
            SELECT conname::text, convalidated FROM pg_constraint JOIN pg_class ON pg_class.oid = conrelid
            WHERE contype IN ('p', 'u', 'f', 'c') AND pg_table_is_visible(pg_class.oid)
        """).fetchall()
    )
    indexes = dict(
        driver.execute("""
            SELECT relname::text, indisvalid AND indisready FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
            WHERE pg_table_is_visible(pg_class.oid)
        """).fetchall()
    )
    for table in tables():
        for name in _rule_names(table):
            if not rules.get(name):
                yield tr("The rule {name} of {table} is missing, or was never enforced.", name=name, table=table.name)
        for name in _index_names(table):
            if not indexes.get(name):
                yield tr("The index {name} of {table} is missing or cannot be used.", name=name, table=table.name)
    switched_off = driver.execute("""
        SELECT DISTINCT relname::text FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid
        WHERE tgisinternal AND tgenabled NOT IN ('O', 'A') AND pg_table_is_visible(pg_class.oid) ORDER BY 1
    """).fetchall()
    for (name,) in switched_off:
        yield tr("The references of {table} are switched off.", table=name)


def _numbers(driver: PgDriver) -> Iterator[str]:
    """Yield the tables whose next number of their own is taken already."""
    for table in tables():
        column = table.autoincrement_column
        if column is None:
            continue
        last, most = driver.execute(
            f"SELECT pg_sequence_last_value(pg_get_serial_sequence(?, ?)::regclass),"  # noqa: S608 - names of ours
            f' (SELECT max("{column.name}") FROM "{table.name}")',
            (table.name, column.name),
        ).fetchone()
        if (last or 0) < (most or 0):
            yield tr("The next number of {table} is taken already.", table=table.name)
    # Rows stand in the order of their numbers, which are drawn under the house's lock.
    ahead = driver.execute("""
        SELECT relname::text FROM pg_sequence JOIN pg_class ON pg_class.oid = seqrelid
        WHERE (seqcache > 1 OR seqincrement <> 1 OR seqcycle) AND pg_table_is_visible(pg_class.oid) ORDER BY 1
    """).fetchall()
    for (name,) in ahead:
        yield tr("The numbers of {sequence} do not ascend one by one: two programs would mix them up.", sequence=name)


def _spelling() -> Any:
    return postgresql.dialect().identifier_preparer  # type: ignore[no-untyped-call]  # SQLAlchemy has no type for it


def _rule_names(table: Table) -> Iterator[str]:
    spelling = _spelling()
    for rule in table.constraints:
        yield spelling.format_constraint(rule).strip('"')


def _index_names(table: Table) -> Iterator[str]:
    spelling = _spelling()
    for index in table.indexes:
        yield spelling.format_index(index).strip('"')


def _size(driver: PgDriver) -> int:
    return int(driver.execute("SELECT pg_database_size(current_database())").fetchone()[0])


def _version(driver: PgDriver) -> str:
    return str(driver.execute("SELECT current_setting('server_version')").fetchone()[0])


def _settings(driver: PgDriver) -> dict[str, str]:
    found = {}
    for name in SETTINGS:
        value = driver.execute("SELECT current_setting(?, true)", (name,)).fetchone()[0]
        if value is not None:
            found[name] = str(value)
    return found


def _times(driver: PgDriver, now: Callable[[], datetime]) -> tuple[timedelta, timedelta]:
    """Return how long the way there and back takes, and how far this machine's clock is ahead."""
    took, ahead = [], []
    for _ in range(_ROUNDS):
        began, before = perf_counter(), now()
        there = server_time(driver)
        took.append(perf_counter() - began)
        ahead.append(before - there + timedelta(seconds=took[-1]) / 2)
    return timedelta(seconds=median(took)), min(ahead, key=abs)
