"""Connections to PostgreSQL and the transactions on them: lent, checked, and replaced when the server was gone.

A restart of the server kills every connection of the pool at once, and nothing tells until one is used. So whoever
begins may begin a second time on a fresh one: nothing has been done yet. After that a lost line is the caller's to
know of, and only a commit that was sent leaves a doubt. A server that does not answer is one that is gone.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import Any, TypeVar

import psycopg
from psycopg import generators
from psycopg.pq import TransactionStatus
from sqlalchemy import Connection

from cequiz.adapters.store.postgres.address import Address
from cequiz.adapters.store.postgres.courier import Courier
from cequiz.adapters.store.postgres.engine import Freshness, PgSettings, make_engine
from cequiz.adapters.store.postgres.failures import commit_failure, state_of
from cequiz.adapters.store.postgres.patience import within
from cequiz.errors import StorageBusy, WrongState
from cequiz.language import tr

T = TypeVar("T")

HOUSE = 0x63657175697A
"""The advisory lock of all writing (`cequiz` in ASCII): exclusive for a unit, shared for an answer."""

_WRITE = f"BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE; SELECT pg_advisory_xact_lock({HOUSE})"
_READ = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL idle_in_transaction_session_timeout = {idle}"


_FORGOTTEN = (psycopg.errors.InvalidSqlStatementName, psycopg.errors.FeatureNotSupported)
"""The server no longer knows a prepared statement, or its tables have changed since: a fresh connection helps."""


_ENDED = frozenset({"57P01", "57P02", "57P03", "57P05", "08006", "25P03"})
"""The server shuts down, is starting, or has ended this line for a reason of its own."""


class Connections:
    """A pool of connections to one database, safe across threads."""

    def __init__(self, address: Address, settings: PgSettings) -> None:
        self._freshness = Freshness()
        self.engine = make_engine(address, settings, self._freshness)
        self._read = _READ.format(idle=settings.reading_idle_ms)
        self._patience = settings.answer_patience
        self._closed = False

    def close(self) -> None:
        """Close every connection that is not in use; those that are close when they are given back."""
        self._closed = True
        self.engine.dispose()

    def renew(self) -> None:
        """Let no connection be used that was made before now."""
        self._freshness.renew()

    def refuse_closed(self) -> None:
        """Refuse to go on after `close`."""
        if self._closed:
            raise WrongState(tr("The store is closed."), hint=tr("Start cequiz again."))

    @contextmanager
    def lend(self) -> Iterator[Connection]:
        """Lend a connection; one on which anything is left open is not used again."""
        self.refuse_closed()
        with self.engine.connect() as connection:
            driver = driver_of(connection)
            try:
                yield connection
            finally:
                if self._closed or driver.closed or driver.info.transaction_status != TransactionStatus.IDLE:
                    connection.invalidate()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Lend a connection inside a transaction that sees one state and can write nothing."""
        with ExitStack() as stack:
            connection = self._begun(stack, self._read)
            driver = driver_of(connection)  # asked later, a line that was lost would be made anew
            try:
                yield connection
            except Exception as error:
                self._drop_forgotten(driver, error)
                raise
            finally:
                roll_back(driver)

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Lend a connection inside a transaction that holds the house's lock alone; a clean exit commits.

        Raises:
            StorageIO: whether it was committed is unknown.
        """
        with ExitStack() as stack:
            connection = self._begun(stack, _WRITE)
            driver = driver_of(connection)
            try:
                yield connection
                _commit(driver)
            except Exception as error:
                self._drop_forgotten(driver, error)
                raise
            finally:
                roll_back(driver)

    def _drop_forgotten(self, driver: Any, error: BaseException) -> None:
        """Use no connection again whose prepared statements the server does not know, or not any more as they were.

        A newer program has changed the tables meanwhile, so the other connections are as old; the next try works.
        """
        if any(isinstance(cause, _FORGOTTEN) for cause in _causes(error)):
            driver.close()
            self.renew()

    def answering(self, work: Callable[[Courier], T]) -> T:
        """Let a courier do something, once more where the line was dead before it committed."""

        def send(lent: Connection) -> T:
            with within(driver_of(lent), self._patience):
                return work(Courier(driver_of(lent), lent.info.setdefault("prepared", {})))

        return self._twice(send)

    def asking(self, work: Callable[[Any], T]) -> T:
        """Ask something short on a connection of the driver, once more where the line was dead."""

        def ask(lent: Connection) -> T:
            with within(driver_of(lent), self._patience):
                return work(driver_of(lent))

        return self._twice(ask)

    def examining(self, work: Callable[[Any], T]) -> T:
        """Do something long on a connection of the driver, once more where the line was dead."""
        return self._twice(lambda lent: work(driver_of(lent)))

    def apart(self) -> Any:
        """Return a connection of the driver that is the caller's own, to be closed by them."""
        self.refuse_closed()
        lent = self.engine.raw_connection()
        driver = lent.driver_connection
        lent.detach()
        return driver

    def _twice(self, work: Callable[[Connection], T]) -> T:
        try:
            return self._once(work)
        except _DeadLineError:
            self.renew()
        try:
            return self._once(work)
        except _DeadLineError as error:
            raise error.cause from None

    def _once(self, work: Callable[[Connection], T]) -> T:
        with self.lend() as connection:
            driver = driver_of(connection)
            try:
                return work(connection)
            except psycopg.Error as error:
                if not _dead(driver, error):
                    raise
                driver.close()
                raise _DeadLineError(error) from error
            finally:
                roll_back(driver)

    def _begun(self, stack: ExitStack, beginning: str) -> Connection:
        connection = stack.enter_context(self.lend())
        driver = driver_of(connection)
        try:
            self._begin(driver, beginning)
        except psycopg.OperationalError as error:
            if not _dead(driver, error):
                roll_back(driver)
                raise
            driver.close()
            self.renew()
        else:
            return connection
        connection = stack.enter_context(self.lend())
        try:
            self._begin(driver_of(connection), beginning)
        except psycopg.Error:
            roll_back(driver_of(connection))
            raise
        return connection

    def _begin(self, driver: Any, beginning: str) -> None:
        with within(driver, self._patience):
            driver.execute(beginning, prepare=False)


class _DeadLineError(Exception):
    """The line was dead before anything was committed on it."""

    def __init__(self, cause: psycopg.Error) -> None:
        super().__init__()
        self.cause = cause


class Pen:
    """The one right of this process to ask for the house's lock; a thread that has it cannot ask again.

    Those who wait here hold no connection, so that readers and answers find one.
    """

    def __init__(self, patience: float) -> None:
        """Make it.

        Args:
            patience: seconds to wait before `StorageBusy`.
        """
        self._lock = threading.Lock()
        self._owner: int | None = None
        self._patience = patience

    def refuse_mine(self) -> None:
        """Refuse a thread that has the pen: it would wait for itself."""
        if self._owner == threading.get_ident():
            msg = "this thread is already inside a write transaction"
            raise RuntimeError(msg)

    def __enter__(self) -> None:
        self.refuse_mine()
        if not self._lock.acquire(timeout=self._patience):
            raise StorageBusy(
                tr("Another part of this program holds the store."), hint=tr("Wait a moment and try again.")
            )
        self._owner = threading.get_ident()

    def __exit__(self, *_: object) -> None:
        self._owner = None
        self._lock.release()


def driver_of(connection: Connection) -> Any:
    """Return psycopg's own connection."""
    return connection.connection.driver_connection


def roll_back(driver: Any) -> None:
    """End a transaction that is still open; the server ends that of a line which is dead.

    Past psycopg, which would let the server forget every statement it has prepared: no table has changed here.
    """
    if not driver.closed and driver.info.transaction_status != TransactionStatus.IDLE:
        with suppress(psycopg.Error):
            driver.pgconn.send_query(b"ROLLBACK")
            driver.wait(generators.execute(driver.pgconn))


def _dead(driver: Any, error: psycopg.Error) -> bool:
    """Whether a line is of no use any more, though a fresh one may be: the server ends lines before it goes."""
    return driver.closed or isinstance(error, _FORGOTTEN) or state_of(error) in _ENDED


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Return an error and what it was raised from: the house's own, SQLAlchemy's, the driver's."""
    found: BaseException | None = error
    while found is not None:
        yield found
        found = found.__cause__


def _commit(driver: Any) -> None:
    if driver.info.transaction_status == TransactionStatus.INERROR:
        msg = "a refusal of the database was passed over; what came with it cannot be kept"
        raise RuntimeError(msg)
    try:
        driver.commit()
    except psycopg.Error as error:
        raise commit_failure(error) from error
