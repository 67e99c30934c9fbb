"""What the disk and the database say when they fail, translated into the house's own errors.

This room knows SQLite's codes and nothing of SQLAlchemy, so that the glance can use it too: an SQLAlchemy error is
recognised by the driver's error that it carries. PostgreSQL's codes are in `postgres/failures.py`.
"""

from __future__ import annotations

import errno
from collections.abc import Callable
from types import TracebackType

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

# https://www.sqlite.org/rescode.html: the low byte of every extended code is the primary one.
_PERM, _BUSY, _LOCKED, _READONLY, _IOERR, _CORRUPT, _FULL, _CANTOPEN, _CONSTRAINT, _NOTADB = (
    3,
    5,
    6,
    8,
    10,
    11,
    13,
    14,
    19,
    26,
)

_BY_CODE: dict[int, tuple[type[CequizError], str, str]] = {
    _FULL: (
        StorageFull,
        mark("The disk is full."),
        mark("Free some space, then try again; what was saved before is safe."),
    ),
    _BUSY: (StorageBusy, mark("Another program holds the store."), mark("Wait a moment and try again.")),
    _LOCKED: (StorageBusy, mark("Another program holds the store."), mark("Wait a moment and try again.")),
    _READONLY: (
        StorageReadOnly,
        mark("The store cannot be written."),
        mark("Check the permissions of the file and of its folder."),
    ),
    _PERM: (
        StorageReadOnly,
        mark("The store cannot be written."),
        mark("Check the permissions of the file and of its folder."),
    ),
    _CANTOPEN: (
        StorageReadOnly,
        mark("The store cannot be opened."),
        mark("Check the permissions of the file and of its folder."),
    ),
    _IOERR: (
        StorageIO,
        mark("The disk failed while the store was in use."),
        mark("Look at the disk and its free space, then try again."),
    ),
    _CORRUPT: (
        StorageDamaged,
        mark("The store is damaged."),
        mark("Run `cequiz db check`; `cequiz db restore FILE` brings back a backup."),
    ),
    _NOTADB: (
        StorageDamaged,
        mark("The file is not a database."),
        mark("Is it the right file? `cequiz db restore FILE` brings back a backup."),
    ),
    _CONSTRAINT: (WrongState, mark("The store already holds such a record, or it refuses to change one."), ""),
}

# For drivers that give no code: the beginnings of SQLite's own messages.
_BY_WORDS = {
    "database or disk is full": _FULL,
    "database is locked": _BUSY,
    "database table is locked": _LOCKED,
    "attempt to write a readonly": _READONLY,
    "disk i/o error": _IOERR,
    "database disk image is malformed": _CORRUPT,
    "file is not a database": _NOTADB,
    "unable to open database file": _CANTOPEN,
    "unique constraint": _CONSTRAINT,
    "foreign key constraint": _CONSTRAINT,
    "not null constraint": _CONSTRAINT,
    "check constraint": _CONSTRAINT,
}

_FULL_ERRNOS = frozenset({errno.ENOSPC, errno.EDQUOT})
_PATH_ERRNOS = frozenset(
    {errno.EROFS, errno.EACCES, errno.EPERM, errno.ENOENT, errno.ENOTDIR}
    | {errno.EISDIR, errno.EEXIST, errno.ENAMETOOLONG, errno.ELOOP, errno.ENXIO}
)
"""Nothing is wrong with the disk: a right is missing, something else stands there, or nothing does."""


def database_failure(error: BaseException) -> CequizError:
    """Return the house's error for an error of the driver, or of SQLAlchemy around one."""
    original = getattr(error, "orig", None) or error
    code = getattr(original, "sqlite_errorcode", None)
    words = str(original)
    if code is None:
        code = next((number for start, number in _BY_WORDS.items() if words.lower().startswith(start)), None)
    known = _BY_CODE.get(code & 0xFF) if code is not None else None
    if known is None:
        return EnvironmentFailed(tr("The database refused: {words}.", words=words), hint=tr("Run `cequiz db check`."))
    kind, sentence, hint = known
    return kind(tr(sentence), hint=tr(hint) or tr("The database said: {words}.", words=words))


def file_failure(error: OSError) -> CequizError:
    """Return the house's error for a failed operation on one of the store's files."""
    if error.errno in _FULL_ERRNOS:
        sentence = tr("The disk is full ({path}).", path=error.filename) if error.filename else tr("The disk is full.")
        return StorageFull(sentence, hint=tr("Free some space, then try again."))
    if error.errno in _PATH_ERRNOS:
        what = error.filename or tr("A file of the store")
        sentence = tr("{path} cannot be used: {reason}.", path=what, reason=error.strerror)
        return StorageReadOnly(sentence, hint=tr("Check the path and its permissions."))
    reason = error.strerror or error
    if error.filename:
        sentence = tr("The disk failed ({path}): {reason}.", path=error.filename, reason=reason)
    else:
        sentence = tr("The disk failed: {reason}.", reason=reason)
    return StorageIO(sentence, hint=tr("Look at the disk, then try again."))


class Translated:
    """A context that lets out nothing of the database but the house's errors; reusable, and safe across threads."""

    def __init__(
        self, *errors: type[BaseException], told: Callable[[BaseException], CequizError] = database_failure
    ) -> None:
        """Remember what is translated.

        Args:
            errors: the errors of the database's libraries.
            told: returns the house's error for one of them.
        """
        self._errors = errors
        self._told = told

    def __enter__(self) -> None:
        return None

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None:
        if error is None or isinstance(error, CequizError):
            return
        if isinstance(error, self._errors):
            raise self._told(error) from error
        if isinstance(error, OSError):
            raise file_failure(error) from error
