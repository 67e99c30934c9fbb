"""What SQLite and PostgreSQL spell differently, written once: the repositories' statements are the same for both."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, ClassVar

from sqlalchemy import BigInteger, ColumnElement, Connection, Table, Text, literal
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from cequiz.adapters.store.postgres.driver import PgDriver

POSTGRESQL = "postgresql"
"""SQLAlchemy's name of the dialect."""


def driver_of(connection: Connection) -> Any:
    """Return the driver's own connection, in the same transaction, as the house's plain SQL wants it."""
    raw: Any = connection.connection.driver_connection
    return PgDriver(raw) if connection.dialect.name == POSTGRESQL else raw


def upsert(connection: Connection, table: Table) -> sqlite.Insert | postgresql.Insert:
    """Return an insertion that can say what is done where the row is there already."""
    return postgresql.insert(table) if connection.dialect.name == POSTGRESQL else sqlite.insert(table)


def holds(column: ColumnElement[str], word: str) -> ColumnElement[bool]:
    """Return that a text has a word in it, character for character."""
    return _Place(column, literal(word, Text)) > 0


def latest(instants: Sequence[ColumnElement[int]]) -> ColumnElement[int]:
    """Return the last of some instants, none of which is null."""
    return _Greatest(*instants) if len(instants) > 1 else instants[0]


def one_of(column: ColumnElement[str], values: Sequence[str]) -> ColumnElement[bool]:
    """Return that a column is one of thousands of texts: as one parameter, since binding them takes the longest."""
    return _OneOf(column, literal(json.dumps(values), Text))


class _Spelt(FunctionElement[Any]):
    """A function that each of the two databases has, under its own name."""

    inherit_cache = True
    here: ClassVar[str]
    there: ClassVar[str]
    """How it is spelt on SQLite and on PostgreSQL; `{all}` are the arguments, `{0}` is the first of them."""


class _Place(_Spelt):
    type = BigInteger()
    inherit_cache = True
    here, there = "instr({all})", "strpos({all})"


class _Greatest(_Spelt):
    type = BigInteger()
    inherit_cache = True
    here, there = "max({all})", "greatest({all})"


class _OneOf(_Spelt):
    """A condition; it has no type, or SQLite would be asked whether it equals 1, and use no index for it."""

    inherit_cache = True
    here = "{0} IN (SELECT value FROM json_each({1}))"
    # An array is looked up in an index, also beside another condition; what a subquery finds is not.
    there = "{0} = ANY (ARRAY(SELECT json_array_elements_text(CAST({1} AS json))))"


@compiles(_Spelt)
def _spell(element: _Spelt, compiler: SQLCompiler, **how: Any) -> str:
    spelling = element.there if compiler.dialect.name == POSTGRESQL else element.here
    parts = [compiler.process(part, **how) for part in element.clauses]
    return spelling.format(*parts, all=", ".join(parts))
