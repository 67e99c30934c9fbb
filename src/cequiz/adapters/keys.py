"""The store's own secret: the key of the hash chains, in a file of its own beside the database.

The key is not in the database, so that whoever gets hold of the database alone cannot recompute a chain. It knows
nothing of what it is used for.
"""

from __future__ import annotations

import os
import secrets
import stat
import sys
from collections.abc import Callable
from pathlib import Path

from cequiz.errors import StorageDamaged, StorageReadOnly
from cequiz.language import mark, tr

_BYTES = 32
_LOST = mark("Bring it back from a backup: `cequiz db restore FILE`. Without it the records cannot be checked.")


def load_key(path: Path) -> bytes:
    """Return the key (32 bytes).

    Raises:
        StorageDamaged: the file is missing, is not an ordinary file, or does not hold a key.
        StorageReadOnly: it cannot be read, or everyone can.
    """
    try:
        file = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
    except FileNotFoundError:
        raise StorageDamaged(tr("The store's key {path} is missing.", path=path), hint=tr(_LOST)) from None
    except PermissionError:
        raise StorageReadOnly(
            tr("The store's key {path} cannot be read.", path=path), hint=tr("Check who owns it.")
        ) from None
    except OSError as error:
        raise StorageDamaged(
            tr("The store's key {path} cannot be opened: {reason}.", path=path, reason=error.strerror), hint=tr(_LOST)
        ) from error
    found = os.fstat(file).st_mode
    if not stat.S_ISREG(found):
        os.close(file)
        raise StorageDamaged(tr("The store's key {path} is not a file.", path=path), hint=tr(_LOST))
    with os.fdopen(file, "r", encoding="ascii", errors="replace") as stream:
        if sys.platform != "win32" and stat.S_IMODE(found) & 0o077:
            raise StorageReadOnly(
                tr("Others can read the store's key {path}.", path=path), hint=tr("Run `chmod 600 {path}`.", path=path)
            )
        text = stream.read(4 * _BYTES).strip()
    try:
        key = bytes.fromhex(text)
    except ValueError:
        key = b""
    if len(key) != _BYTES:
        raise StorageDamaged(tr("{path} does not hold a key.", path=path), hint=tr(_LOST))
    return key


def load_or_make_key(path: Path, *, random: Callable[[int], bytes] = secrets.token_bytes) -> bytes:
    """Return the key, made now (folder 0700, file 0600) if there is none; processes that race get the same one."""
    if not path.exists() and not path.is_symlink():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _make(path, random(_BYTES))
    return load_key(path)


def draft_of(path: Path) -> Path:
    """Return where the key of a store that is being made waits, until the store is there."""
    return path.with_name(f".{path.name}.new")


def adopt_draft(path: Path) -> None:
    """Give the waiting key its name, durably: from now on, a key without records means that records are gone."""
    draft_of(path).replace(path)
    _flush(path.parent)


def _make(path: Path, key: bytes) -> None:
    """Write the key aside, make it durable, then give it its name, unless somebody was faster."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.unlink(missing_ok=True)
    file = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        os.write(file, key.hex().encode("ascii") + b"\n")
        os.fsync(file)
    finally:
        os.close(file)
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    _flush(path.parent)


def _flush(folder: Path) -> None:
    if sys.platform != "win32":
        file = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(file)
        finally:
            os.close(file)
