"""What PostgreSQL says when it fails, translated into the house's own errors by SQLSTATE.

A lost connection is the one failure whose meaning depends on the moment: before the commit was sent nothing was kept
and it can simply be done again; after that nobody knows, and only the store's next answer tells.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from cequiz.adapters.store.failures import Translated
from cequiz.errors import (
    CequizError,
    EnvironmentFailed,
    StorageBusy,
    StorageDamaged,
    StorageFull,
    StorageIO,
    StorageReadOnly,
    WrongState,
)
from cequiz.language import mark, tr

_Kind = tuple[type[CequizError], str, str]

_BUSY: _Kind = (
    StorageBusy,
    mark("Another program holds the store."),
    mark("Wait a moment and try again."),
)
_AWAY: _Kind = (
    StorageBusy,
    mark("The database server is not there at the moment."),
    mark("Wait a moment and try again; what was saved before is safe."),
)
_FULL: _Kind = (
    StorageFull,
    mark("The disk of the database server is full."),
    mark("Free some space there, then try again; what was saved before is safe."),
)
_READ_ONLY: _Kind = (
    StorageReadOnly,
    mark("The database does not let this user write."),
    mark("Is it a standby, or does the user of CEQUIZ_DATABASE_URL lack a right? Ask whoever runs it."),
)
_DAMAGED: _Kind = (
    StorageDamaged,
    mark("The database server says that the store is damaged."),
    mark("Run `cequiz db check`; a backup of the database brings it back."),
)
_REFUSED: _Kind = (WrongState, mark("The store already holds such a record, or it refuses to change one."), "")
_UNKNOWN_USER: _Kind = (
    EnvironmentFailed,
    mark("The database server does not let this user in."),
    mark("Check user and password in CEQUIZ_DATABASE_URL."),
)
_NO_DATABASE: _Kind = (
    EnvironmentFailed,
    mark("The database server has no such database."),
    mark("Check the name in CEQUIZ_DATABASE_URL, or make it with `createdb`."),
)

# https://www.postgresql.org/docs/current/errcodes-appendix.html: five characters, of which two are the class.
_BY_STATE: dict[str, _Kind] = {
    "0A000": _BUSY,  # a prepared statement's tables have changed since: a fresh connection helps
    "25006": _READ_ONLY,  # a transaction on a standby, or one set read only
    "25P03": _AWAY,  # idle_in_transaction_session_timeout: the server has let go of us
    "26000": _BUSY,  # a prepared statement that the server has forgotten
    "3D000": _NO_DATABASE,
    "40001": _BUSY,
    "40P01": _BUSY,
    "42501": _READ_ONLY,
    "53100": _FULL,
    "53200": _BUSY,
    "53300": _BUSY,
    "55P03": _BUSY,  # lock_timeout
    "57014": _BUSY,  # statement_timeout
    "57P04": _NO_DATABASE,
    "58030": _AWAY,
    "58P01": _DAMAGED,
    "P0001": _REFUSED,
}
_BY_CLASS: dict[str, _Kind] = {
    "08": _AWAY,
    "23": _REFUSED,
    "28": _UNKNOWN_USER,
    "54": _REFUSED,  # longer than an index takes: nobody's name is
    "57": _AWAY,
    "XX": _DAMAGED,
}
_LONGEST = 300
"""Characters of what a library says that a person is shown."""

_UNSETTLED = ("08", "57P", "58030")
"""With these the answer to a commit says nothing about whether it was kept."""


_ENDING = frozenset({"FATAL", "PANIC"})
"""How grave an error is that ends the line, or the server."""


def translated() -> Translated:
    """Return the context that lets out only the house's errors; a lost connection means that nothing was kept."""
    return Translated(SQLAlchemyError, psycopg.Error, told=postgres_failure)


def postgres_failure(error: BaseException) -> CequizError:
    """Return the house's error for an error of the driver, or of SQLAlchemy around one, before any commit."""
    if isinstance(error, PoolTimeout):
        return _made(_BUSY, "")
    original = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
    state, words = state_of(original), words_of(original)
    known = _BY_STATE.get(state) or _BY_CLASS.get(state[:2])
    if known is None and isinstance(original, psycopg.OperationalError | psycopg.InterfaceError):
        known = _AWAY
    if known is None:
        return EnvironmentFailed(tr("The database refused: {words}.", words=words), hint=tr("Run `cequiz db check`."))
    return _made(known, words)


@contextmanager
def reached(told: str) -> Iterator[None]:
    """Say of which database it is that its server cannot be reached, or lets nobody in.

    Args:
        told: the database's address without a password.
    """
    try:
        yield
    except (SQLAlchemyError, psycopg.Error) as error:
        original = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
        words = " ".join(str(original).removeprefix("connection failed: ").split())[:_LONGEST]
        raise StorageBusy(
            tr("The database {database} cannot be reached: {words}", database=told, words=words),
            hint=tr("Is its server running, and is CEQUIZ_DATABASE_URL right?"),
        ) from error


def commit_failure(error: psycopg.Error, *, repeatable: bool = False) -> CequizError:
    """Return the house's error for a commit that was not acknowledged.

    Args:
        error: what the driver said.
        repeatable: what was committed has a key of its own, and is there once however often it is sent.
    """
    if not _unsettled(error):
        return postgres_failure(error)
    return StorageIO(
        tr("The connection to the database was lost while something was saved."),
        hint=tr("Whether it was kept shows when the server is there again; trying again is safe.")
        if repeatable
        else tr("When the server is there again, look whether it was kept before you do it again."),
    )


def _unsettled(error: psycopg.Error) -> bool:
    """Whether an error says nothing about what became of a commit: the line or the server ended with it."""
    state = state_of(error)
    return not state or state.startswith(_UNSETTLED) or error.diag.severity_nonlocalized in _ENDING


def state_of(error: BaseException) -> str:
    """Return the SQLSTATE of an error of the driver; empty where the server said nothing."""
    return str(getattr(error, "sqlstate", None) or "")


def words_of(error: BaseException) -> str:
    """Return what the server said in its first line, without the values of anybody's record."""
    primary = error.diag.message_primary if isinstance(error, psycopg.Error) else None
    lines = (primary or str(error)).strip().splitlines()
    return lines[0].rstrip(".") if lines else type(error).__name__


def _made(kind: _Kind, words: str) -> CequizError:
    make, sentence, hint = kind
    told = tr(hint) if hint else ""
    return make(tr(sentence), hint=told or (tr("The database said: {words}.", words=words) if words else ""))
