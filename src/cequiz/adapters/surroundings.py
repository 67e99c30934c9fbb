"""What `cequiz doctor` sees: versions, places, rights, room, fonts and a printer. It looks and changes nothing.

Whatever cannot be looked at is a fact too: the report is needed most where something is odd.
"""

from __future__ import annotations

import os
import platform
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from enum import StrEnum
from importlib import metadata
from pathlib import Path

from cequiz.adapters.store.driver import APPLICATION_ID, GENERATION, best_sqlite, read_only
from cequiz.adapters.store.failures import Translated
from cequiz.adapters.store.moved import moved_to
from cequiz.adapters.store.place import Place, network_kind
from cequiz.errors import CequizError
from cequiz.language import mark, tr

_SAFE_SQLITE = (3, 51, 3)
"""The first SQLite without the WAL-reset bug."""

_LITTLE_ROOM = 256 * 2**20
"""Bytes; less free space than this is worth a warning."""

_LIBRARIES = (
    *("textual", "sqlmodel", "sqlalchemy", "alembic", "pydantic", "pyyaml", "reportlab", "pypdfium2", "typer"),
    *("babel", "fsrs", "textual-image", "resvg-py"),
    *("uharfbuzz", "zxing-cpp", "cryptography", "cbor2", "rfc8785"),
)
_OPTIONAL = {
    "pyhanko": mark("signatures of PDF files"),
    "pyld": mark("credentials for other displayers of badges"),
    "psycopg": mark("records on a database server"),
    "asyncssh": mark("sessions over SSH"),
    "aiohttp": mark("sessions in a browser"),
    "textual-serve": mark("sessions in a browser"),
}
"""Libraries that need not be there, and what for."""

_PATIENCE = 5
"""Seconds in which the printing system should answer."""


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


def look_around(
    *, home: Path, database: Path, key: Path, fonts: Path, other_store: Callable[[], Iterable[Fact]] | None = None
) -> tuple[Fact, ...]:
    """Return every fact about the machine and the places.

    Args:
        home: the folder of everything.
        database: the SQLite file.
        key: the file of the chains' key.
        fonts: the shipped fonts.
        other_store: looks at the store where it is another one than the file.
    """
    looks: tuple[tuple[str, Callable[[], Iterable[Fact]]], ...] = (
        (mark("python"), _versions),
        (mark("sqlite"), _sqlite),
        (mark("home"), lambda: _home(home)),
        (mark("store"), other_store or (lambda: _store(database, key))),
        (mark("file system"), lambda: _file_system(home)),
        (mark("free space"), lambda: _room(home)),
        (mark("rights"), lambda: _rights(home, database, key.parent)),
        (mark("fonts"), lambda: _fonts(fonts)),
        (mark("printer"), _printer),
    )
    return tuple(fact for name, look in looks for fact in guarded(name, look))


def guarded(name: str, look: Callable[[], Iterable[Fact]]) -> Iterator[Fact]:
    """Yield what a look finds; where it cannot look, that is the fact."""
    try:
        yield from look()
    except CequizError as error:
        yield Fact(name, Level.ERROR, error.sentence)
    except OSError as error:
        where = error.filename or name
        yield Fact(name, Level.ERROR, tr("{where} cannot be looked at: {reason}", where=where, reason=error.strerror))


def _versions() -> Iterator[Fact]:
    yield Fact(mark("python"), Level.OK, f"{platform.python_version()} on {platform.system()} {platform.release()}")
    for name in ("cequiz", *_LIBRARIES):
        try:
            yield Fact(name, Level.OK, metadata.version(name))
        except metadata.PackageNotFoundError:
            yield Fact(name, Level.ERROR, tr("is not installed"))
    for name, use in _OPTIONAL.items():
        try:
            yield Fact(name, Level.OK, metadata.version(name))
        except metadata.PackageNotFoundError:
            yield Fact(name, Level.OK, tr("is not installed, and needed for this alone: {use}", use=tr(use)))


def _sqlite() -> Iterator[Fact]:
    version = str(best_sqlite().sqlite_version)
    if tuple(int(part) for part in version.split(".")) < _SAFE_SQLITE:
        words = tr(
            "{version}: has the WAL-reset bug of versions before 3.51.3; the store's own lock keeps it closed",
            version=version,
        )
        yield Fact(mark("sqlite"), Level.WARNING, words)
    else:
        yield Fact(mark("sqlite"), Level.OK, version)


def _home(home: Path) -> Iterator[Fact]:
    place = _existing(home)
    if not place.is_dir():
        yield Fact(
            "home", Level.ERROR, tr("{place} is not a folder: choose another place with CEQUIZ_HOME", place=place)
        )
    elif not os.access(place, os.R_OK | os.W_OK | os.X_OK):
        yield Fact(
            "home",
            Level.ERROR,
            tr("nothing can be written in {place}: check who owns it and its permissions", place=place),
        )
    else:
        yield Fact(mark("home"), Level.OK, str(home))


def _store(database: Path, key: Path) -> Iterator[Fact]:
    place = Place(database)
    place.refuse_odd()
    if not place.exists:
        place.refuse_lost(key)
        yield Fact(
            mark("store"), Level.OK, tr("{database} (the first command that needs it makes it)", database=database)
        )
    elif not os.access(database, os.R_OK | os.W_OK):
        yield Fact(
            "store",
            Level.ERROR,
            tr("{database} cannot be written: check who owns it and its permissions", database=database),
        )
    elif (wrong := _strange(database)) is not None:
        yield Fact(mark("store"), Level.ERROR, wrong)
    elif gone := _gone(database):
        yield Fact(
            mark("store"),
            Level.WARNING,
            tr("{database}: the records were moved to {place}", database=database, place=gone),
        )
    else:
        yield Fact(mark("store"), Level.OK, f"{database}, {database.stat().st_size // 1024} KiB")


def _strange(database: Path) -> str | None:
    """Return why this cequiz cannot use the database, read with the standard library alone; None where it can."""
    with Translated(best_sqlite().Error), closing(read_only(database)) as driver:
        made_by = driver.execute("PRAGMA application_id").fetchone()[0]
        found = driver.execute("PRAGMA user_version").fetchone()[0]
    if made_by != APPLICATION_ID and (made_by or found):
        return tr(
            "{database} is a database of another program: choose another place with CEQUIZ_HOME", database=database
        )
    if found > GENERATION:
        return tr(
            "{database} was written by a newer cequiz (generation {found}, this one knows {known}): "
            "install the newer cequiz",
            database=database,
            found=found,
            known=GENERATION,
        )
    return None


def _gone(database: Path) -> str:
    """Return where the records were moved to; empty where they are in the database."""
    with Translated(best_sqlite().Error), closing(read_only(database)) as driver:
        kept = driver.execute("SELECT 1 FROM sqlite_master WHERE name = 'store_fact'").fetchone()
        return moved_to(driver) if kept else ""


def _file_system(home: Path) -> Iterator[Fact]:
    kind = network_kind(_existing(home))
    if kind is None:
        yield Fact(mark("file system"), Level.OK, tr("on this computer"))
        return
    words = tr(
        "{kind} over the network, where records can be lost: set CEQUIZ_HOME to a folder on this computer", kind=kind
    )
    yield Fact(mark("file system"), Level.ERROR, words)


def _room(home: Path) -> Iterator[Fact]:
    free = shutil.disk_usage(_existing(home)).free
    level = Level.OK if free >= _LITTLE_ROOM else Level.WARNING
    yield Fact(mark("free space"), level, f"{free // 2**20} MiB")


def _rights(home: Path, database: Path, keys: Path) -> Iterator[Fact]:
    if sys.platform == "win32" or (home.exists() and not home.is_dir()):
        return  # what stands there instead is not ours
    for path in (home, keys, database, *sorted(keys.glob("*.key"))):
        if not path.exists():
            continue
        mode = stat.S_IMODE(path.stat().st_mode)
        if mode & 0o077:
            wanted = "700" if path.is_dir() else "600"
            words = tr(
                "{path} can be read by others ({mode:o}): chmod {wanted} {path}", path=path, mode=mode, wanted=wanted
            )
            # A key that others read no longer proves anything.
            yield Fact(mark("rights"), Level.ERROR if path.suffix == ".key" else Level.WARNING, words)
            return
    yield Fact(mark("rights"), Level.OK, tr("nobody else can read the store"))


def _fonts(fonts: Path) -> Iterator[Fact]:
    count = len(list(fonts.glob("*.ttf")))
    yield Fact(
        mark("fonts"), Level.OK if count else Level.ERROR, tr("{number} in {folder}", number=count, folder=fonts)
    )


def _printer() -> Iterator[Fact]:
    found = tr("the system's own viewer prints") if sys.platform == "win32" else shutil.which("lp")
    if found is None:
        yield Fact(
            mark("printer"), Level.WARNING, tr("there is no `lp`: certificates can be shown and kept, not printed")
        )
    elif sys.platform == "win32" or (lpstat := shutil.which("lpstat")) is None:
        yield Fact(mark("printer"), Level.OK, found)
    else:
        yield _destination(lpstat)


def _destination(lpstat: str) -> Fact:
    """Return where `lp` prints by itself; only names and colons are read, because the words are in any language."""
    try:
        default, printers = _asked(lpstat, "-d"), _asked(lpstat, "-e").split()
    except subprocess.TimeoutExpired:
        return Fact(mark("printer"), Level.WARNING, tr("the printing system does not answer"))
    _, _, name = default.partition(":")
    if name.strip():
        return Fact(mark("printer"), Level.OK, tr("{name} is the default printer", name=name.strip()))
    if printers:
        words = tr(
            "there is no default printer: `cequiz certificate print --printer NAME` takes one of {names}",
            names=", ".join(printers),
        )
        return Fact(mark("printer"), Level.WARNING, words)
    return Fact(mark("printer"), Level.WARNING, tr("no printer is set up: certificates can be shown and kept"))


def _asked(lpstat: str, option: str) -> str:
    done = subprocess.run(  # noqa: S603 - a fixed program with arguments as a list
        [lpstat, option],
        capture_output=True,
        text=True,
        errors="replace",
        timeout=_PATIENCE,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    return "" if done.returncode else done.stdout


def _existing(path: Path) -> Path:
    return next(place for place in (path, *path.parents) if place.exists())
