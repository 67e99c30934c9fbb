"""Statements that go to the server together, and answers that come back together.

A transaction of nine statements waits nine times for the server, or twice. psycopg's own pipeline sends every
statement as soon as it is written; here they wait for the first answer that somebody reads, and travel in one packet.
A courier answers `execute` as a connection does, so that the house's statements run on it unchanged. It speaks libpq
through psycopg's public `pq` layer: text parameters, statements prepared once a connection.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Mapping, MutableMapping
from contextlib import suppress
from functools import lru_cache
from types import MappingProxyType, TracebackType
from typing import Any, Self

import psycopg
from psycopg import generators
from psycopg.errors import error_from_result
from psycopg.pq import ExecStatus

from cequiz.errors import CequizError

_PLACE = re.compile(r"(?<!:):([a-z_]+)")

_GOOD = frozenset({ExecStatus.COMMAND_OK, ExecStatus.TUPLES_OK})

_READ: Mapping[int, Callable[[bytes], object]] = MappingProxyType(
    {17: lambda value: bytes.fromhex(value[2:].decode("ascii")), 20: int, 21: int, 23: int}
)
"""How a column is read, by the object id of its type (bytea, int8, int2, int4); everything else is text."""


class Letter:
    """One statement on its way; it is read like a cursor, and reading it sends whatever waits."""

    rowcount = -1
    """Unknown: nobody waits for it."""

    def __init__(self, courier: Courier, prepares: str = "") -> None:
        self._courier = courier
        self._result: Any = None
        self._row = 0
        self.prepares = prepares
        """The statement that this one prepares; empty for one that is run."""

    def arrive(self, result: Any) -> None:
        """Take the answer."""
        self._result = result

    @property
    def description(self) -> list[tuple[str]]:
        """The names of the columns, each in a tuple as cursors have them."""
        result = self._settled()
        return [(result.fname(column).decode(),) for column in range(result.nfields)]

    def fetchone(self) -> tuple[Any, ...] | None:
        """Return the next row, None after the last one."""
        result = self._settled()
        if self._row >= result.ntuples:
            return None
        self._row += 1
        return tuple(_value(result, self._row - 1, column) for column in range(result.nfields))

    def _settled(self) -> Any:
        if self._result is None:
            self._courier.go()
        return self._result


class Courier:
    """One transaction's statements on a connection; a context manager that ends with a transaction closed.

    What is raised inside rolls the transaction back; a clean exit has sent everything and read every answer, so a
    `COMMIT` that was executed last is acknowledged.
    """

    def __init__(self, connection: psycopg.Connection[Any], prepared: MutableMapping[str, bytes]) -> None:
        """Take a connection that nobody else uses.

        Args:
            connection: idle, in autocommit mode.
            prepared: the statements that are prepared on it and their names there; kept with the connection.
        """
        self._connection = connection
        self._line = connection.pgconn
        self._prepared = prepared
        self._waiting: list[Letter] = []
        self._forgotten = False
        """Whether the line holds less than is noted of it: it is closed, and another one is used."""

    def __enter__(self) -> Self:
        self._line.enter_pipeline_mode()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None:
        if error is not None and not isinstance(error, CequizError | psycopg.Error):
            self._connection.close()  # an interruption: nobody knows what is still to come on this line
            return
        if self._connection.closed:
            return
        try:
            if error is None:
                self.go(last=True)
            else:
                self._take_back()
        except psycopg.Error:
            self._take_back()
            raise
        finally:
            self._leave()

    def execute(self, sql: str, values: Mapping[str, object] = MappingProxyType({})) -> Letter:
        """Let a statement wait to be sent.

        Args:
            sql: one statement of ours, with places written `:name`; the same text is prepared once.
            values: text, whole numbers, bytes or None for the places.
        """
        text, names = _numbered(sql)
        name = self._prepared.get(sql)
        if name is None:
            name = f"cequiz_{len(self._prepared)}".encode()
            self._prepared[sql] = name
            self._line.send_prepare(name, text)
            self._waiting.append(Letter(self, prepares=sql))
        self._line.send_query_prepared(name, [_parameter(values[place]) for place in names])
        letter = Letter(self)
        self._waiting.append(letter)
        return letter

    def go(self, *, last: bool = False) -> None:
        """Send what waits and read every answer.

        Args:
            last: nothing follows.

        Raises:
            psycopg.Error: the first of the statements that failed; those after it were not run.
        """
        if last:
            self._line.pipeline_sync()
        else:
            self._line.send_flush_request()
        self._connection.wait(self._exchange(last))

    def _exchange(self, last: bool) -> Generator[Any, Any, None]:
        failed: psycopg.Error | None = None
        yield from generators.send(self._line)
        waiting, self._waiting = self._waiting, []
        for letter in waiting:
            result = yield from generators.fetch(self._line)
            yield from generators.fetch(self._line)  # the end of this statement's answers
            if result is not None and result.status in _GOOD:
                letter.arrive(result)
                continue
            if letter.prepares:
                self._forgotten = True
            if failed is None and result is not None:
                failed = error_from_result(result)
        if last:
            yield from generators.fetch(self._line)
        if failed is not None:
            raise failed

    def _take_back(self) -> None:
        """Roll back; after a failure the server passes everything over up to where the pipeline ends."""
        with suppress(psycopg.Error):
            self.go(last=True)
        with suppress(psycopg.Error):
            self.execute("ROLLBACK")
            self.go(last=True)

    def _leave(self) -> None:
        try:
            if not self._connection.closed:
                self._line.exit_pipeline_mode()
        except psycopg.Error:
            self._forgotten = True
        if self._forgotten:
            self._connection.close()


@lru_cache(maxsize=64)
def _numbered(sql: str) -> tuple[bytes, tuple[str, ...]]:
    """Return a statement with numbered places, and their names in order."""
    names = tuple(dict.fromkeys(_PLACE.findall(sql)))
    return _PLACE.sub(lambda found: f"${names.index(found[1]) + 1}", sql).encode(), names


def _parameter(value: object) -> bytes | None:
    """Return a value as the server reads it in text."""
    if value is None:
        return None
    if isinstance(value, bytes):
        return b"\\x" + value.hex().encode("ascii")
    text = str(value).encode()
    if b"\0" in text:
        msg = "text cannot hold a NUL"
        raise psycopg.DataError(msg)
    return text


def _value(result: Any, row: int, column: int) -> Any:
    value = result.get_value(row, column)
    if value is None:
        return None
    return _READ.get(result.ftype(column), bytes.decode)(value)
