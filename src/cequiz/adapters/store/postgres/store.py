"""The store in PostgreSQL: units, reads, and the path every answer takes.

A unit that writes holds the house's lock alone, so that services see the world they see on a file: one writer at a
time, and heads of chains that nobody else moves. An answer holds the same lock together with other answers, and its
attempt's own row for itself: many students save side by side. Readers see one state from beginning to end and hold
nobody up. Nothing of the database gets out of here but domain values and the house's errors.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from psycopg import Connection

from cequiz.adapters.store import chains
from cequiz.adapters.store.driver import GENERATION
from cequiz.adapters.store.glance import read_home
from cequiz.adapters.store.postgres import triggers
from cequiz.adapters.store.postgres.address import Address
from cequiz.adapters.store.postgres.append import Appending, beat
from cequiz.adapters.store.postgres.connections import Connections, Pen, driver_of
from cequiz.adapters.store.postgres.driver import PgDriver
from cequiz.adapters.store.postgres.engine import PgSettings, durable, server_time
from cequiz.adapters.store.postgres.failures import reached, translated
from cequiz.adapters.store.postgres.listening import Listener
from cequiz.adapters.store.postgres.migrate import prepare, upgrade
from cequiz.adapters.store.postgres.server_clock import ClockKeeper, ServerClock
from cequiz.adapters.store.triggers import refuse, with_open_tables
from cequiz.adapters.store.unit import SqlUnit
from cequiz.domain.exam.events import EventDraft
from cequiz.services.ports import Ack, ChainReport, Head, Heartbeat, HomeFacts, Standing

_DEFAULT = PgSettings()


class PostgresStore:
    """The records in one PostgreSQL database."""

    def __init__(self, address: Address, *, settings: PgSettings, clock: ServerClock | None) -> None:
        """Take an address; use `open`."""
        self.told = address.told
        """Where the records are, for people: without a password."""
        self._clock = clock
        self._connections = Connections(address, settings)
        self._translated = translated()
        self._pen = Pen(settings.lock_ms / 1000)
        self._listener = Listener(self._connections.apart)
        self._keeper: ClockKeeper | None = None
        self._key = b""
        self._closed = False
        self._unprotected: tuple[str, ...] = ()
        """Triggers that were missing when the store was opened."""

    @classmethod
    def open(
        cls, url: str, *, key_path: Path, clock: ServerClock | None = None, settings: PgSettings = _DEFAULT
    ) -> PostgresStore:
        """Open the store, made or migrated where that is needed.

        A store whose triggers are missing can be read and verified, but refuses to be written.

        Args:
            url: where it is; see `Address.read`.
            key_path: the file of the chains' key, the same on every host; made with a new store.
            clock: is set by the server's and kept right; then no event is taken from the future. None where events
                tell times of their own, as in tests.
            settings: for tests; every store uses the defaults.

        Raises:
            StorageBusy: the server cannot be reached.
            StorageDamaged: it would lose what it acknowledges, or the database or the key is not that of a store.
            StoreTooNew: a newer cequiz has written it.
        """
        store = cls(Address.read(url), settings=settings, clock=clock)
        try:
            store._begin(key_path)
        except BaseException:
            store.close()
            raise
        return store

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close every connection, and end what listens and what keeps the clock."""
        if self._closed:
            return
        self._closed = True
        self._listener.close()
        if self._keeper is not None:
            self._keeper.stop()
        self._connections.close()

    @contextmanager
    def write(self) -> Iterator[SqlUnit]:
        """Open a transaction that holds the write lock; it commits on a clean exit and rolls back on any error."""
        with self._pen, self._translated:
            self._connections.refuse_closed()
            refuse(self._unprotected)
            with self._connections.writing() as connection:
                yield SqlUnit(connection, self._key, self._translated)

    @contextmanager
    def read(self) -> Iterator[SqlUnit]:
        """Open a consistent read; nothing can be written in it."""
        with self._translated, self._connections.reading() as connection:
            yield SqlUnit(connection, self._key, self._translated)

    def append(self, draft: EventDraft, *, expected_seq: int, standing: Standing | None = None) -> Ack:
        """Append one event in a transaction of its own, durably; see `services.ports.Store.append`.

        Where the server's clock counts, what claims to be ahead of it by more than two seconds happens now.
        """
        self._pen.refuse_mine()
        self._connections.refuse_closed()
        refuse(self._unprotected)
        judged = self._clock is not None
        appending = Appending(draft=draft, key=self._key, expected_seq=expected_seq, standing=standing, judged=judged)
        with self._translated:
            return self._connections.answering(appending.run)

    def beat(self, heartbeat: Heartbeat) -> None:
        """Keep the newest sign of life of an attempt, beside answers; see `services.ports.Store.beat`."""
        self._pen.refuse_mine()
        self._connections.refuse_closed()
        refuse(self._unprotected)
        with self._translated:
            self._connections.answering(lambda courier: beat(courier, heartbeat))

    def recover(self) -> None:
        """Let every connection be made anew, after an unknown outcome, and see that the server is there."""
        self._connections.renew()
        with self._translated:
            self._look()

    def make_room(self) -> bool:
        """Give nothing: there is no ballast on another machine's disk."""
        return False

    def home(self, student_id: str | None) -> HomeFacts:
        """Return what the home screen is computed from; without a student just the courses."""
        with self._translated, self._connections.reading() as connection:
            return read_home(PgDriver(driver_of(connection)), student_id)

    def verify_chains(
        self,
        *,
        anchors: Sequence[Head] = (),
        progress: Callable[[int, int], None] | None = None,
        stop: Callable[[], bool] | None = None,
    ) -> ChainReport:
        """Recompute every chain and compare it with its head and with anchors kept outside."""

        def verify(connection: Connection[Any]) -> ChainReport:
            driver = PgDriver(connection)
            report = chains.verify(driver, key=self._key, anchors=anchors, progress=progress, stop=stop)
            return with_open_tables(report, triggers.missing(driver, generation=GENERATION))

        with self._translated:
            return self._connections.examining(verify)

    def heads(self) -> Sequence[Head]:
        """Return the head of every chain, to be kept outside the store."""
        with self._translated, self._connections.reading() as connection:
            return chains.heads(PgDriver(driver_of(connection)))

    def watch(self, wake: Callable[[str], None]) -> Callable[[], None]:
        """Tell at once of what is written to attempts, by any program on any host; return what ends it."""
        self._connections.refuse_closed()
        return self._listener.add(wake)

    def upgrade(self) -> int:
        """Bring the tables to the newest generation, put the triggers back, and return the generation before.

        The user that the address names needs the right to change tables.
        """
        with self._translated:
            found = upgrade(self._connections.engine, told=self.told)
            self._look()
            return found

    def server_time(self) -> datetime:
        """Return what time it is on the server (UTC)."""
        with self._translated:
            return self._connections.asking(server_time)

    def settle(self, clock: ServerClock) -> None:
        """Set a clock by the server's; waiting for a connection is no part of what is measured."""
        with self._translated:
            self._connections.asking(lambda driver: clock.settle(lambda: server_time(driver)))

    def keep(self, clock: ServerClock) -> None:
        """Set a clock by the server's, and see that the server still keeps what it acknowledges.

        Where it does not, every connection is made anew, and `configure` refuses to.
        """
        self.settle(clock)
        with self._translated:
            if not self._connections.asking(durable):
                self._connections.renew()

    def _begin(self, key_path: Path) -> None:
        with reached(self.told), self._connections.lend():
            pass
        with self._translated:
            self._key = prepare(self._connections.engine, key_path=key_path, told=self.told)
            self._look()
        if self._clock is not None:
            self.settle(self._clock)
            self._keeper = ClockKeeper(partial(self.keep, self._clock))

    def _look(self) -> None:
        """Note which triggers are missing."""
        with self._connections.reading() as connection:
            self._unprotected = triggers.missing(PgDriver(driver_of(connection)), generation=GENERATION)
