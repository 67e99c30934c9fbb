"""PostgreSQL spoken to the way SQLite is: the house's plain SQL runs unchanged on either driver's connection.

What the records' rooms write by hand (`append`, `chains`, `glance`, `retention`) has places written `?` or `:name`, and
wants of a connection what Python's `sqlite3` gives. This room knows how psycopg writes the same; it does not import
psycopg, which is an extra, and it knows nothing of the tables.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from psycopg import Connection

_TOKEN = re.compile(
    r"""
    (?P<kept> '(?:[^']|'')*' | "(?:[^"]|"")*" | :: )
    | (?P<percent> % )
    | (?P<next> \? )
    | : (?P<name> [A-Za-z_][A-Za-z0-9_]* )
    """,
    re.VERBOSE,
)

_BEGINNINGS = {
    "BEGIN": "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
    "BEGIN IMMEDIATE": "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE",
}
"""A transaction that sees one state from its beginning to its end, and one that writes."""

_IDLE = 0
"""libpq's PQTRANS_IDLE: no transaction is open."""


class PgDriver:
    """A connection of psycopg that answers as one of `sqlite3` does; cheap to make, and it owns nothing.

    A transaction of its own (`BEGIN`) needs a connection in autocommit mode; on any other, what is executed is part
    of the transaction that psycopg or SQLAlchemy keeps.
    """

    dialect = "postgresql"

    text_factory: object = str
    """Of no effect: this server hands out no text that is not UTF-8."""

    def __init__(self, connection: Connection[Any]) -> None:
        self.connection = connection

    def execute(self, sql: str, parameters: Sequence[object] | Mapping[str, object] = ()) -> Any:
        """Run one statement and return its cursor: rows are tuples, binary columns bytes, whole numbers int.

        Args:
            sql: the statement, with places written `?` (a sequence of parameters) or `:name` (a mapping).
            parameters: the values of the places; a mapping may hold more than is named.
        """
        cursor = self.connection.cursor(binary=True)
        cursor.execute(translated(sql), parameters)
        return cursor

    @property
    def in_transaction(self) -> bool:
        """Whether a transaction is open, also one that has failed."""
        return int(self.connection.info.transaction_status) != _IDLE


@lru_cache(maxsize=1024)
def translated(sql: str) -> bytes:
    """Return a statement with its places written as psycopg writes them; what is quoted stays as it is."""
    return (_BEGINNINGS.get(sql) or _TOKEN.sub(_spelt, sql)).encode()


def _spelt(token: re.Match[str]) -> str:
    if token["kept"]:
        return token["kept"].replace("%", "%%")
    if token["percent"]:
        return "%%"
    return "%s" if token["next"] else f"%({token['name']})s"


def adapt(connection: Connection[Any]) -> None:
    """Let a connection send every whole number in 64 bits, as the columns have them.

    Otherwise the size of a number decides its type, and a statement is prepared once for each.
    """
    from psycopg.types.numeric import Int8BinaryDumper, Int8Dumper  # noqa: PLC0415 - an extra

    connection.adapters.register_dumper(int, Int8Dumper)
    connection.adapters.register_dumper(int, Int8BinaryDumper)
