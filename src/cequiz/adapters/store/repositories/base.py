"""What every repository does with a connection: select, insert, and grow a chain.

Repositories live inside one unit of work. They use Core statements on the SQLModel tables: no identity map, so that
what they read is what is in the database, and no mapper to configure before the first question is shown.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from sqlalchemy import Connection, Executable, RowMapping, Table, insert, select, update

from cequiz.adapters.store.chains import record_message
from cequiz.adapters.store.failures import Translated
from cequiz.adapters.store.repositories.speech import driver_of, upsert
from cequiz.adapters.store.rows import ChainHeadRow, Row, table_of
from cequiz.domain.chain import START, link

Value = TypeVar("Value")

_HEADS = table_of(ChainHeadRow)


class Repository:
    """A connection inside a transaction, and how to speak to it."""

    def __init__(self, connection: Connection, key: bytes, translated: Translated) -> None:
        self._connection = connection
        self._key = key
        self._translated = translated

    @property
    def _driver(self) -> Any:
        """The driver's own connection, in the same transaction."""
        return driver_of(self._connection)

    def _one(self, statement: Executable, build: Callable[[RowMapping], Value]) -> Value | None:
        """Return the first row as a value, or None."""
        with self._translated:
            row = self._connection.execute(statement).mappings().first()
        return None if row is None else build(row)

    def _many(self, statement: Executable, build: Callable[[RowMapping], Value]) -> Sequence[Value]:
        """Return every row as a value."""
        with self._translated:
            rows = self._connection.execute(statement).mappings().all()
        return tuple(build(row) for row in rows)

    def _add(self, row: type[Row], **columns: object) -> None:
        """Insert a row."""
        self._run(insert(table_of(row)).values(columns))

    def _add_all(self, row: type[Row], rows: Sequence[Mapping[str, Any]]) -> None:
        """Insert rows that have the same columns, with one statement for all of them."""
        if rows:
            with self._translated:
                self._connection.execute(insert(table_of(row)), rows)

    def _put(self, row: type[Row], columns: Mapping[str, object]) -> None:
        """Insert a row, or put it in the place of the one with its primary key."""
        table = table_of(row)
        keys = [column.name for column in table.primary_key]
        statement = upsert(self._connection, table).values(columns)
        rest = {name: statement.excluded[name] for name in columns if name not in keys}
        self._run(statement.on_conflict_do_update(index_elements=keys, set_=rest))

    def _run(self, statement: Executable) -> None:
        """Execute a change."""
        with self._translated:
            self._connection.execute(statement)

    def _grow(self, row: type[Row], **columns: object) -> int:
        """Append a record to the chain that runs through a table, and return its place."""
        return self._grow_all(row, [columns])

    def _grow_all(self, row: type[Row], records: Sequence[Mapping[str, Any]]) -> int:
        """Append records to the chain that runs through a table, and return the place of the last."""
        table: Table = table_of(row)
        where = _HEADS.c.chain == table.name
        head = self._one(select(_HEADS).where(where), dict)
        seq, digest = (int(head["seq"]), bytes(head["hash"])) if head else (0, START)
        rows = []
        for columns in records:
            seq, previous = seq + 1, digest
            digest = link(key=self._key, previous=previous, message=record_message(table.name, seq, columns))
            rows.append({**columns, "seq": seq, "prev_hash": previous, "hash": digest})
        self._add_all(row, rows)
        if head:
            self._run(update(_HEADS).where(where).values(seq=seq, hash=digest))
        elif rows:
            self._add(ChainHeadRow, chain=table.name, seq=seq, hash=digest)
        return seq
