"""Care of the database: looking it through, and bringing it up to date.

`backup.py` has the backups. What is said here is for `cequiz db` and `cequiz doctor`; nothing is printed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cequiz.adapters.store import migrate, triggers
from cequiz.adapters.store.driver import GENERATION, best_sqlite, read_only
from cequiz.adapters.store.engine import Settings, configure
from cequiz.adapters.store.following import checking_stopped
from cequiz.adapters.store.gate import Presence, WriteGate
from cequiz.adapters.store.moved import moved_from, refuse_moved
from cequiz.adapters.store.place import Place
from cequiz.adapters.store.store import prepare, translated
from cequiz.errors import NotFound
from cequiz.language import tr

_OFTEN = 50_000
"""Steps of SQLite's machine between two questions whether to stop: a few milliseconds."""

SAFE_SQLITE = (3, 51, 3)
"""The first SQLite without the WAL-reset bug."""


@dataclass(frozen=True)
class Health:
    """What a look through the database found."""

    problems: tuple[str, ...]
    """Sentences; empty when the database is sound."""
    generation: int
    size: int
    """Bytes of the database file."""
    sqlite: str
    """Version of the SQLite library that was used."""
    journal: str
    """How the database writes: `wal`, as it should be."""

    @property
    def sound(self) -> bool:
        """Whether nothing was found."""
        return not self.problems

    @property
    def engine(self) -> str:
        """What keeps the database, and its version."""
        return f"SQLite {self.sqlite}"


@dataclass(frozen=True)
class ServerHealth:
    """What a look through a database on a server found."""

    problems: tuple[str, ...]
    """Sentences; empty when the database is sound."""
    generation: int
    size: int
    """Bytes of the whole database."""
    server: str
    """Version of the server."""
    settings: Mapping[str, str]
    """The server's settings that a promise rests on."""
    database: str
    """Its address, without a password."""

    @property
    def sound(self) -> bool:
        """Whether nothing was found."""
        return not self.problems

    @property
    def engine(self) -> str:
        """What keeps the database, and its version."""
        return f"PostgreSQL {self.server}"


@dataclass(frozen=True)
class Upgrade:
    """What an upgrade did."""

    before: int
    after: int
    copy: Path | None
    """The complete copy that was kept from before; None when nothing had to be migrated."""
    mended: tuple[str, ...]
    """The triggers that were put back."""


def check(database: Path, *, stop: Callable[[], bool] | None = None) -> Health:
    """Look the whole database through: its structure, its references, its protection.

    Args:
        database: the file.
        stop: asked now and then whether to stop.

    Raises:
        NotFound: there is no database.
        Stopped: it was stopped.
        StorageDamaged: it is not one of cequiz, or too damaged to be read.
        StoreTooNew: a newer cequiz has written it.
    """
    with translated():
        _require(Place(database))
        found = migrate.generation(database)
        with closing(read_only(database)) as driver, _stoppable(driver, stop):
            driver.execute("BEGIN")
            journal = str(driver.execute("PRAGMA journal_mode").fetchone()[0])
            problems = [
                tr("SQLite says: {words}", words=row[0])
                for row in driver.execute("PRAGMA integrity_check")
                if row[0] != "ok"
            ]
            problems += [
                tr("A row of {table} refers to one of {parent} that is not there.", table=table, parent=parent)
                for table, _row, parent, _key in driver.execute("PRAGMA foreign_key_check").fetchall()
            ]
            problems += [
                tr("The protection {name} is missing or was changed.", name=name) for name in triggers.missing(driver)
            ]
            if journal != "wal":
                problems.append(tr("The database writes in the mode {journal}, not in wal.", journal=journal))
        return Health(tuple(problems), found, database.stat().st_size, str(best_sqlite().sqlite_version), journal)


@contextmanager
def _stoppable(driver: Any, stop: Callable[[], bool] | None) -> Iterator[None]:
    """Let somebody stop what SQLite does in one statement, as its own check of a large file is."""
    if stop is None:
        yield
        return
    driver.set_progress_handler(stop, _OFTEN)
    try:
        yield
    except best_sqlite().OperationalError:
        if stop():
            raise checking_stopped() from None
        raise
    finally:
        driver.set_progress_handler(None, 0)


def upgrade(database: Path, *, key_path: Path, settings: Settings | None = None) -> Upgrade:
    """Bring the database to the newest generation, after a copy, and put missing triggers back.

    Raises:
        NotFound: there is no database.
        StorageBusy: another program holds the store.
        WrongState: its records were moved elsewhere: what is the past stays as it is.
    """
    chosen = settings or Settings()
    place = Place(database)
    gate, presence = WriteGate(place.gate, patience=chosen.busy_ms / 1000), Presence(place.presence)
    with translated():
        if not place.exists:
            place.refuse_lost(key_path)
        _require(place)
        presence.share()
        try:
            before = migrate.generation(database)
            refuse_moved(moved_from(database))
            prepare(place, key_path=key_path, settings=chosen, gate=gate)
            if before < GENERATION:
                copy = migrate.copy_name(database, of_generation=before)
                return Upgrade(before, GENERATION, copy if copy.exists() else None, ())
            with gate:
                return Upgrade(before, before, None, _mend(database, chosen))
        finally:
            gate.close()
            presence.leave()


def _mend(database: Path, settings: Settings) -> tuple[str, ...]:
    """Put missing triggers back; the caller holds the gate."""
    with closing(best_sqlite().connect(str(database), isolation_level=None)) as opened:
        driver: Any = opened
        configure(driver, settings)
        gone = triggers.missing(driver)
        if gone:
            driver.execute("BEGIN IMMEDIATE")
            triggers.install(driver.execute)
            driver.execute("COMMIT")
        return gone


def _require(place: Place) -> None:
    place.refuse_unsafe()
    if not place.exists:
        raise NotFound(
            tr("There is no store at {database}.", database=place.database),
            hint=tr("The first command that needs it makes it."),
        )
