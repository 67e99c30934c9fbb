"""The store: opening it safely, its transactions, and the one path that every answer takes.

One writer connection is held open behind the gate, readers come from a small pool; both may be used from any thread.
Nothing of the database gets out of here but domain values and the house's errors.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from cequiz.adapters.keys import adopt_draft, draft_of, load_key, load_or_make_key
from cequiz.adapters.store import beating, chains, migrate, triggers
from cequiz.adapters.store.append import append_event
from cequiz.adapters.store.driver import GENERATION, best_sqlite, read_only
from cequiz.adapters.store.engine import Settings, make_engine
from cequiz.adapters.store.failures import Translated
from cequiz.adapters.store.gate import Presence, WriteGate
from cequiz.adapters.store.glance import read_home
from cequiz.adapters.store.identity import key_name, other_key
from cequiz.adapters.store.mapping_room import heartbeat_columns
from cequiz.adapters.store.moved import moved_from, moved_to, refuse_moved
from cequiz.adapters.store.place import BALLAST, Place
from cequiz.adapters.store.unit import SqlUnit
from cequiz.domain.exam.events import EventDraft
from cequiz.errors import StorageBusy, StorageDamaged, StorageIO, WrongState
from cequiz.language import tr
from cequiz.services.ports import Ack, ChainReport, Head, Heartbeat, HomeFacts, Standing

_QUICK_CHECK_UP_TO = 16 * 1024 * 1024
"""Bytes of a database that is looked through at every opening; it takes a few milliseconds."""

_DEFAULT = Settings()


def translated() -> Translated:
    """Return the context that lets out only the house's errors."""
    return Translated(SQLAlchemyError, best_sqlite().Error)


def prepare(place: Place, *, key_path: Path, settings: Settings, gate: WriteGate) -> bytes:
    """Make or migrate a database where that is needed, and return its key.

    Where the database is there and current, nothing is locked and nothing is written.

    Raises:
        WrongState: it would have to be migrated, and its records were moved elsewhere.
    """
    if place.exists and migrate.generation(place.database) == GENERATION and key_path.exists():
        return load_key(key_path)
    with gate:
        found = migrate.generation(place.database) if place.exists else 0
        if not found:
            return _create(place, key_path=key_path, settings=settings)
        if not key_path.exists() and draft_of(key_path).exists():
            adopt_draft(key_path)
        key = load_key(key_path)
        if found < GENERATION:
            refuse_moved(moved_from(place.database))
            migrate.keep_copy(place.database, of_generation=found)
            migrate.upgrade(place.database, settings, facts={"key": key_name(key)})
        return key


def _create(place: Place, *, key_path: Path, settings: Settings) -> bytes:
    """Make a new store; the caller holds the gate.

    The key gets its name last. So a creation that was cut short anywhere is done again or finished, and a key that
    has its name says that there were records: without them it is refused.
    """
    place.refuse_lost(key_path)
    key = load_or_make_key(draft_of(key_path))
    place.make()
    migrate.upgrade(place.database, settings, facts={"key": key_name(key)})
    adopt_draft(key_path)
    return key


class SqliteStore:
    """The records in one SQLite file."""

    def __init__(self, place: Place, *, key: bytes, settings: Settings, gate: WriteGate, presence: Presence) -> None:
        """Take a prepared database; use `open`."""
        self._place = place
        self._key = key
        self._settings = settings
        self._gate = gate
        self._presence = presence
        self._translated = translated()
        self._engine = self._fresh_engine()
        self._writer: Connection | None = None
        self._closed = False
        self._unprotected: tuple[str, ...] = ()
        """Triggers that were missing when the store was opened."""
        self._moved_to = ""
        """Where the records went, if this file is the past."""
        self._doubtful = False
        """Whether a failure of unknown outcome has not been settled yet."""

    @classmethod
    def open(cls, database: Path, *, key_path: Path, settings: Settings = _DEFAULT) -> SqliteStore:
        """Open the store, made or migrated where that is needed.

        A store whose triggers are missing can be read and verified, but refuses to be written.

        Args:
            database: the file; its folder is made (0700) where it is missing.
            key_path: the file of the chains' key; made with a new store, required by one with records.
            settings: for measurements; every store uses the defaults.

        Raises:
            StorageDamaged: the file or its key is not that of a sound store.
            StoreTooNew: a newer cequiz has written it.
            StorageReadOnly: the place cannot be written.
            WrongState: the place is on a network file system.
            StorageBusy: the store is being replaced, or somebody holds it for too long.
        """
        place = Place(database)
        gate, presence = WriteGate(place.gate, patience=settings.busy_ms / 1000), Presence(place.presence)
        with translated():
            place.refuse_unsafe()
            place.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            presence.share()
            store: SqliteStore | None = None
            try:
                key = prepare(place, key_path=key_path, settings=settings, gate=gate)
                place.tighten()
                place.load_ballast(BALLAST if settings.ballast is None else settings.ballast)
                store = cls(place, key=key, settings=settings, gate=gate, presence=presence)
                store._check()
            except BaseException:
                if store is not None:
                    store._drop()
                presence.leave()
                gate.close()
                raise
        return store

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close every connection, in the gate: the last one to leave folds the log into the database."""
        if self._closed:
            return
        with self._translated, self._gate:
            self._closed = True
            self._drop()
        self._gate.close()
        self._presence.leave()

    @contextmanager
    def write(self) -> Iterator[SqlUnit]:
        """Open a transaction that holds the write lock; it commits on a clean exit and rolls back on any error."""
        with self._writing(), self._translated:
            connection = self._connection()
            with connection.begin():
                yield SqlUnit(connection, self._key, self._translated)

    @contextmanager
    def read(self) -> Iterator[SqlUnit]:
        """Open a consistent read; nothing written in it is kept."""
        with self._translated, self._reading() as connection:
            yield SqlUnit(connection, self._key, self._translated)

    def append(self, draft: EventDraft, *, expected_seq: int, standing: Standing | None = None) -> Ack:
        """Append one event in a transaction of its own, durably; see `services.ports.Store.append`."""
        with self._writing(), self._translated:
            driver: Any = self._connection().connection.driver_connection
            if driver.in_transaction:  # Ctrl-C fell between a failure and its rollback
                driver.execute("ROLLBACK")
            driver.execute("BEGIN IMMEDIATE")
            try:
                ack = append_event(driver, draft, key=self._key, expected_seq=expected_seq, standing=standing)
                driver.execute("COMMIT")
            except BaseException:
                if driver.in_transaction:
                    driver.execute("ROLLBACK")
                raise
            return ack

    def beat(self, heartbeat: Heartbeat) -> None:
        """Keep the newest sign of life of an attempt; see `services.ports.Store.beat`."""
        with self._writing(), self._translated:
            connection = self._connection()
            with connection.begin():
                driver: Any = connection.connection.driver_connection
                driver.execute(beating.statement(), heartbeat_columns(heartbeat))

    def recover(self) -> None:
        """Drop every connection and open the store anew, after an unknown outcome."""
        with self._writing(), self._translated:
            self._drop()
            self._doubtful = True
            self._unprotected = triggers.missing(self._connection().connection.driver_connection)

    def make_room(self) -> bool:
        """Give the ballast's space back to a full disk; False when it was already given."""
        with self._translated:
            return self._place.drop_ballast()

    def home(self, student_id: str | None) -> HomeFacts:
        """Return what the home screen is computed from; without a student just the courses."""
        with self._translated, self._reading() as connection:
            return read_home(connection.connection.driver_connection, student_id)

    def verify_chains(
        self,
        *,
        anchors: Sequence[Head] = (),
        progress: Callable[[int, int], None] | None = None,
        stop: Callable[[], bool] | None = None,
    ) -> ChainReport:
        """Recompute every chain and compare it with its head and with anchors kept outside."""
        with self._translated, closing(read_only(self._place.database)) as driver:
            report = chains.verify(driver, key=self._key, anchors=anchors, progress=progress, stop=stop)
            return triggers.with_open_tables(report, triggers.missing(driver))

    def heads(self) -> Sequence[Head]:
        """Return the head of every attempt's chain, to be kept outside the store."""
        with self._translated, self._reading() as connection:
            return chains.heads(connection.connection.driver_connection)

    def watch(self, wake: Callable[[str], None]) -> Callable[[], None]:
        """Tell nobody: programs that share a file do not hear of each other."""
        return _nothing

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """Hold the gate; after a failure of unknown outcome the writer's connection is not used again."""
        with self._gate:
            self._refuse_closed()
            triggers.refuse(self._unprotected)
            refuse_moved(self._moved_to)
            try:
                yield
            except StorageIO:
                self._doubtful = True
                self._drop()
                raise

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        self._refuse_closed()
        reader = self._engine.execution_options(sqlite_begin="DEFERRED")
        with reader.connect() as connection:
            transaction = connection.begin()
            try:
                yield connection
            finally:
                transaction.rollback()

    def _connection(self) -> Connection:
        """Return the writer's connection; the caller holds the gate."""
        if self._writer is None:
            writer = self._engine.connect()
            try:
                self._settle(writer.connection.driver_connection)
            except BaseException:
                writer.invalidate()
                writer.close()
                raise
            self._writer = writer
        return self._writer

    def _settle(self, driver: Any) -> None:
        """Make sure that what is found in the log is on the disk, before anyone is told so.

        A flush that failed may leave a whole transaction in the log that the disk never got: it is found there later,
        by us or by the next program, but flushing the log again would not write it. Folding the log into the database
        does. After a failure of ours nothing else will do; otherwise whatever other sessions' reading allows.
        """
        how = "FULL" if self._doubtful else "PASSIVE"
        busy, _, _ = driver.execute(f"PRAGMA wal_checkpoint({how})").fetchone()
        if self._doubtful and busy:
            raise StorageBusy(tr("Another program reads the store."), hint=tr("Wait a moment and try again."))
        self._doubtful = False

    def _drop(self) -> None:
        """Close every connection, whatever state it is in; the engine opens new ones when they are needed."""
        if self._writer is not None:
            with suppress(SQLAlchemyError, best_sqlite().Error):
                self._writer.invalidate()
                self._writer.close()
            self._writer = None
        self._engine.dispose()

    def _refuse_closed(self) -> None:
        if self._closed:
            raise WrongState(tr("The store is closed."), hint=tr("Start cequiz again."))

    def _fresh_engine(self) -> Engine:
        return make_engine(self._place.database, self._settings)

    def _check(self) -> None:
        """Refuse a database that is not sound, as far as a quick look can tell."""
        with self._reading() as connection:
            driver: Any = connection.connection.driver_connection
            if self._place.database.stat().st_size <= _QUICK_CHECK_UP_TO:
                words = driver.execute("PRAGMA quick_check(1)").fetchone()[0]
                if words != "ok":
                    raise StorageDamaged(
                        tr("The store is damaged: {words}.", words=words),
                        hint=tr("`cequiz db restore FILE` brings back a backup."),
                    )
            self._unprotected = triggers.missing(driver)
            self._moved_to = moved_to(driver)
            known = driver.execute("SELECT value FROM store_fact WHERE name = 'key'").fetchone()
        if known is None or known[0] != key_name(self._key):
            raise other_key(tr("Bring the right one back from a backup: `cequiz db restore FILE`."))


def _nothing() -> None:
    """End what never began."""
