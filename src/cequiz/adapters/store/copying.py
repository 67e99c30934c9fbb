"""Moving the records from one database into another, and proving that both hold the same.

Whatever the two databases are, the same is done: one state of the source is read table by table, whatever a table
refers to before it; every row is looked at, counted and digested on its way; then the target is read back in a
transaction of its own, and everything is compared. This room knows a database as something that hands out rows or
takes them, and what a file is; the room of the server knows the server.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import Integer, LargeBinary, Table

from cequiz.adapters.store import chains, migrate
from cequiz.adapters.store.driver import best_sqlite, read_only
from cequiz.adapters.store.engine import Settings, configure
from cequiz.adapters.store.identity import key_name
from cequiz.adapters.store.moved import MOVED
from cequiz.adapters.store.rows_office import StaffRow
from cequiz.adapters.store.rows_visits import VisitRow
from cequiz.errors import FoundProblems, StorageDamaged, WrongState
from cequiz.language import tr
from cequiz.services.ports import ChainReport, Head

Row = tuple[Any, ...]
Told = Callable[[int], None]
"""Is told how many bytes more were read; may raise `Stopped`."""

_OWN = frozenset({"key", "generation", MOVED})
"""Facts of one database, not of the records in it."""


class Source(Protocol):
    """One state of a store, held still while it is read."""

    @property
    def told(self) -> str:
        """Where it is, for people."""
        ...

    def rows(self, table: Table) -> Iterable[Row]:
        """Return every row in the order of its key, the columns in their declared order."""
        ...

    def heads(self) -> tuple[Head, ...]:
        """Return the head of every chain."""
        ...


class Target(Protocol):
    """An empty store, inside a transaction that is kept only when all of it was taken."""

    def take(self, table: Table, rows: Iterator[Row]) -> None:
        """Put rows into a table."""
        ...


@dataclass(frozen=True)
class Tally:
    """What a table holds."""

    table: str
    rows: int
    digest: str
    """SHA-256 over every value of every row in the order of its key, in hexadecimal."""


@dataclass(frozen=True)
class Contents:
    """What a store holds: equal contents are equal stores."""

    tables: tuple[Tally, ...]
    heads: tuple[Head, ...]

    @property
    def rows(self) -> int:
        """How many rows all tables have."""
        return sum(one.rows for one in self.tables)


@dataclass(frozen=True)
class Copied:
    """A copy that was proved."""

    source: str
    target: str
    contents: Contents
    chains: int
    """How many chains were recomputed in the target, and found whole."""
    records: int
    """How many records those chains have."""


def tables() -> tuple[Table, ...]:
    """Return every table, whatever one refers to before it."""
    assert VisitRow.metadata is StaffRow.metadata  # noqa: S101 - every room of tables is loaded
    return tuple(StaffRow.metadata.sorted_tables)


def copy_rows(source: Source, target: Target, *, told: Told | None = None) -> Contents:
    """Put every row of a store into another, and return what went over.

    Args:
        source: where from.
        target: where to; nothing is committed.
        told: follows the work.

    Raises:
        WrongState: the source holds something that no database of the other kind can keep; the row is named.
    """
    found = []
    for table in tables():
        counter = _Counter(source, table, told)
        target.take(table, counter.rows())
        found.append(counter.tally())
    return Contents(tuple(found), source.heads())


def contents(source: Source) -> Contents:
    """Return what a store holds, read from end to end."""
    found = []
    for table in tables():
        counter = _Counter(source, table, None)
        for _ in counter.rows():
            pass
        found.append(counter.tally())
    return Contents(tuple(found), source.heads())


def refuse_difference(there: Contents, here: Contents) -> None:
    """Refuse a copy that is not what was copied.

    Raises:
        FoundProblems: the first difference is named.
    """
    for one, other in zip(there.tables, here.tables, strict=True):
        if one != other:
            raise FoundProblems(
                tr(
                    "The copy differs in {table}: {there} rows there, {here} here, and not the same.",
                    table=one.table,
                    there=one.rows,
                    here=other.rows,
                ),
                hint=tr("Nothing was kept of the copy; the records are where they were."),
            )
    if there.heads != here.heads:
        raise FoundProblems(
            tr("The copy differs in the heads of its chains."),
            hint=tr("Nothing was kept of the copy; the records are where they were."),
        )


def select(table: Table, *, collate: str = "") -> str:
    """Return the statement that reads a table in the order of its key.

    Args:
        table: the table.
        collate: what makes text stand in the order of its bytes, where that is not so by itself.
    """
    names = ", ".join(f'"{column.name}"' for column in table.columns)
    order = ", ".join(
        f'"{column.name}"{collate if kind_of(column) is str else ""}' for column in table.primary_key.columns
    )
    return f'SELECT {names} FROM "{table.name}" ORDER BY {order}'  # noqa: S608 - names of ours


def kind_of(column: Any) -> type[int | str | bytes]:
    """Return of which kind a column's values are: `int`, `str` or `bytes`."""
    if isinstance(column.type, LargeBinary):
        return bytes
    return int if isinstance(column.type, Integer) else str


class _Counter:
    """Counts, looks at and digests the rows of one table on their way."""

    def __init__(self, source: Source, table: Table, told: Told | None) -> None:
        self._source = source
        self._table = table
        self._told = told
        self._kinds = tuple((kind_of(column), bool(column.nullable)) for column in table.columns)
        self._digest = hashlib.sha256()
        self._count = 0

    def rows(self) -> Iterator[Row]:
        """Yield every row that belongs to the records."""
        facts = self._table.name == "store_fact"
        for row in self._source.rows(self._table):
            if facts and row[0] in _OWN:
                continue
            self._count += 1
            written = self._written(row)
            self._digest.update(written)
            if self._told is not None:
                self._told(len(written))
            yield row

    def tally(self) -> Tally:
        """Return what was seen."""
        return Tally(self._table.name, self._count, self._digest.hexdigest())

    def _written(self, row: Row) -> bytes:
        """Return a row as bytes that no other row has: kind, length and content of each value."""
        parts = []
        for place, (value, (kind, nullable)) in enumerate(zip(row, self._kinds, strict=True)):
            if value is None and nullable:
                parts.append(b"-")
            elif not isinstance(value, kind):
                raise self._refused(row, place, tr("no value of its kind"))
            elif isinstance(value, int):
                parts.append(b"i%d;" % value)
            elif isinstance(value, bytes):
                parts.append(b"b%d:%s" % (len(value), value))
            else:
                octets = self._text(row, place, value)
                parts.append(b"s%d:%s" % (len(octets), octets))
        return b"".join(parts)

    def _text(self, row: Row, place: int, value: str) -> bytes:
        if "\0" in value:
            raise self._refused(row, place, tr("the character U+0000"))
        try:
            return value.encode()
        except UnicodeEncodeError:
            raise self._refused(row, place, tr("bytes that are no text")) from None

    def _refused(self, row: Row, place: int, what: str) -> WrongState:
        names = [column.name for column in self._table.columns]
        key = ", ".join(
            f"{name}={value!r}"
            for name, value in zip(names, row, strict=True)
            if name in self._table.primary_key.columns
        )
        return WrongState(
            tr(
                "The row {key} of {table} has in its column {column} {what}: no cequiz writes that, and PostgreSQL"
                " cannot keep it.",
                key=key,
                table=self._table.name,
                column=names[place],
                what=what,
            ),
            hint=tr("Nothing was copied. `cequiz audit verify` shows what else was changed past the program."),
        )


class FileSource:
    """A file that is read in one transaction."""

    def __init__(self, driver: Any, told: str) -> None:
        """Take a connection inside a transaction; use `reading`."""
        self._driver = driver
        self.told = told

    @classmethod
    @contextmanager
    def reading(cls, database: Path, *, told: str = "") -> Iterator[FileSource]:
        """Open a file; what others write meanwhile is not seen."""
        with closing(read_only(database)) as driver:
            # What is no UTF-8 is refused by its row, and not by the driver.
            driver.text_factory = lambda stored: stored.decode("utf-8", "surrogateescape")
            driver.execute("BEGIN")
            yield cls(driver, told or str(database))

    def rows(self, table: Table) -> Iterator[Row]:
        """Return every row in the order of its key."""
        yield from self._driver.execute(select(table))

    def heads(self) -> tuple[Head, ...]:
        """Return the head of every chain."""
        return chains.heads(self._driver)


class FileTarget:
    """A new file."""

    def __init__(self, driver: Any) -> None:
        self._driver = driver

    def take(self, table: Table, rows: Iterator[Row]) -> None:
        """Put rows into a table."""
        places = ", ".join("?" for _ in table.columns)
        self._driver.executemany(f'INSERT INTO "{table.name}" VALUES ({places})', rows)  # noqa: S608 - a name of ours


def write_file(source: Source, target: Path, *, key: bytes, told: Told | None = None) -> Contents:
    """Write a store into a new file, prove that both are equal, and return what both hold.

    The file is made as the program makes its own: the same revisions, the same triggers. It writes as a copy does that
    is moved as one file; whoever opens it in a home lets it write as a store does.

    Args:
        source: where from.
        target: the file to make; the caller removes it when this fails.
        key: the key of its chains.
        told: follows the work.

    Raises:
        FoundProblems: the copy is not the same.
        StorageDamaged: the key is not that of the records, or their chains do not verify.
    """
    settings = Settings(ballast=0)
    target.touch(mode=0o600, exist_ok=False)
    migrate.upgrade(target, settings, facts={"key": key_name(key)})
    with closing(best_sqlite().connect(str(target), isolation_level=None)) as driver:
        configure(driver, settings)
        driver.execute("BEGIN IMMEDIATE")
        went_over = copy_rows(source, FileTarget(driver), told=told)
        driver.execute("COMMIT")
        driver.execute("PRAGMA journal_mode = delete").fetchall()
    with FileSource.reading(target) as copy:
        refuse_difference(went_over, contents(copy))
    return went_over


def proved(database: Path, key: bytes) -> tuple[int, int]:
    """Return how many chains and records a file has, all of them whole.

    Raises:
        StorageDamaged: they are not.
    """
    with closing(read_only(database)) as driver:
        report = chains.verify(driver, key=key)
    refuse_findings(report)
    return report.chains, report.records


def refuse_findings(report: ChainReport) -> None:
    """Refuse records whose chains do not verify.

    Raises:
        StorageDamaged: the first difference is named.
    """
    if report.findings:
        first = report.findings[0]
        raise StorageDamaged(
            tr(
                "The records do not verify: {chain}, place {place}: {words}.",
                chain=first.chain,
                place=first.place,
                words=first.words,
            ),
            hint=tr("`cequiz audit verify` shows every difference."),
        )
