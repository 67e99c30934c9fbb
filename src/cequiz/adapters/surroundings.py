"""What `cequiz doctor` sees: versions, places, rights, room, fonts and a printer. It looks and changes nothing."""

from __future__ import annotations

import platform
import shutil
import stat
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from importlib import metadata
from pathlib import Path

from cequiz.adapters.store.driver import best_sqlite
from cequiz.adapters.store.place import network_kind

_SAFE_SQLITE = (3, 51, 3)
"""The first SQLite without the WAL-reset bug."""

_LITTLE_ROOM = 256 * 2**20
"""Bytes; less free space than this is worth a warning."""

_LIBRARIES = ("textual", "sqlmodel", "sqlalchemy", "alembic", "pydantic", "pyyaml", "reportlab", "pypdfium2", "typer")


class Level(StrEnum):
    """How a fact is to be taken."""

    OK = "ok"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True)
class Fact:
    """One thing that was looked at."""

    name: str
    level: Level
    words: str


def look_around(*, home: Path, database: Path, keys: Path, fonts: Path) -> tuple[Fact, ...]:
    """Return every fact about the machine and the places.

    Args:
        home: the folder of everything.
        database: the SQLite file.
        keys: the folder of keys.
        fonts: the shipped fonts.
    """
    return (
        *_versions(),
        _sqlite(),
        Fact("home", Level.OK, str(home)),
        _store(database),
        _file_system(home),
        _room(home),
        *_rights(home, database, keys),
        _fonts(fonts),
        _printer(),
    )


def _versions() -> Iterator[Fact]:
    yield Fact("python", Level.OK, f"{platform.python_version()} on {platform.system()} {platform.release()}")
    for name in ("cequiz", *_LIBRARIES):
        try:
            yield Fact(name, Level.OK, metadata.version(name))
        except metadata.PackageNotFoundError:
            yield Fact(name, Level.ERROR, "is not installed")


def _sqlite() -> Fact:
    version = str(best_sqlite().sqlite_version)
    if tuple(int(part) for part in version.split(".")) < _SAFE_SQLITE:
        words = f"{version}: has the WAL-reset bug of versions before 3.51.3; the store's own lock keeps it closed"
        return Fact("sqlite", Level.WARNING, words)
    return Fact("sqlite", Level.OK, version)


def _store(database: Path) -> Fact:
    if database.is_file():
        return Fact("store", Level.OK, f"{database}, {database.stat().st_size // 1024} KiB")
    return Fact("store", Level.OK, f"{database} (the first command that needs it makes it)")


def _file_system(home: Path) -> Fact:
    kind = network_kind(_existing(home))
    if kind is None:
        return Fact("file system", Level.OK, "on this computer")
    words = f"{kind} over the network, where records can be lost: set CEQUIZ_HOME to a folder on this computer"
    return Fact("file system", Level.ERROR, words)


def _room(home: Path) -> Fact:
    free = shutil.disk_usage(_existing(home)).free
    level = Level.OK if free >= _LITTLE_ROOM else Level.WARNING
    return Fact("free space", level, f"{free // 2**20} MiB")


def _rights(home: Path, database: Path, keys: Path) -> Iterator[Fact]:
    if sys.platform == "win32":
        return
    for path in (home, keys, database, *sorted(keys.glob("*.key"))):
        if not path.exists():
            continue
        mode = stat.S_IMODE(path.stat().st_mode)
        if mode & 0o077:
            wanted = "700" if path.is_dir() else "600"
            words = f"{path} can be read by others ({mode:o}): chmod {wanted} {path}"
            # A key that others read no longer proves anything.
            yield Fact("rights", Level.ERROR if path.suffix == ".key" else Level.WARNING, words)
            return
    yield Fact("rights", Level.OK, "nobody else can read the store")


def _fonts(fonts: Path) -> Fact:
    count = len(list(fonts.glob("*.ttf")))
    return Fact("fonts", Level.OK if count else Level.ERROR, f"{count} in {fonts}")


def _printer() -> Fact:
    if sys.platform == "win32":
        return Fact("printer", Level.OK, "the system's own viewer prints")
    found = shutil.which("lp")
    if found is None:
        return Fact("printer", Level.WARNING, "there is no `lp`: certificates can be shown and kept, not printed")
    return Fact("printer", Level.OK, found)


def _existing(path: Path) -> Path:
    return next(place for place in (path, *path.parents) if place.exists())
