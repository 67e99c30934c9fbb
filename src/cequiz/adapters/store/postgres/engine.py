"""How PostgreSQL is spoken to: every connection is checked before anything is trusted to it.

A server may be told to acknowledge what no disk has yet, for everybody, one database or one user. On such a
connection nothing is written; what was found for the user is pinned, so that no reload of the server's settings takes
it back behind a connection. Transactions begin where the store says so: the driver's and SQLAlchemy's own are off,
so that the begin and its lock go to the server in one journey. Connections from before a failure are not used again.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.pool import QueuePool

from cequiz.adapters.store.postgres.address import Address
from cequiz.adapters.store.postgres.driver import adapt
from cequiz.adapters.store.postgres.patience import ImpatientConnection
from cequiz.domain.exam.events import instant
from cequiz.errors import EnvironmentFailed, StorageDamaged
from cequiz.language import tr

OLDEST = 14_00_00
"""The oldest server that may keep the records, as it counts its versions."""

_CONNECT: Mapping[str, object] = MappingProxyType(
    {
        "autocommit": True,
        "application_name": "cequiz",
        "client_encoding": "utf8",
        "connect_timeout": 4,
        "prepare_threshold": 2,
        "keepalives": 1,
        "keepalives_idle": 10,
        "keepalives_interval": 5,
        "keepalives_count": 3,
        "tcp_user_timeout": 20_000,
    }
)
"""What a connection asks for unless the address says otherwise: a dead line is noticed in seconds, not in hours."""

_DURABLE: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "fsync": frozenset({"on"}),
        "full_page_writes": frozenset({"on"}),
        "synchronous_commit": frozenset({"on", "remote_apply"}),
    }
)
"""What these settings must be, or an acknowledged answer can be lost."""

_SETTINGS = """
    SELECT current_setting('fsync'), current_setting('full_page_writes'), current_setting('synchronous_commit')
"""

# The server must notice as soon as we do that the machine at the other end is gone: it may hold the house's lock.
_LOOK = """
    SELECT current_setting('fsync'), current_setting('full_page_writes'), current_setting('synchronous_commit'),
        current_setting('server_encoding'), current_setting('server_version_num')::bigint,
        set_config('synchronous_commit', current_setting('synchronous_commit'), false),
        set_config('lock_timeout', %s, false), set_config('statement_timeout', %s, false),
        set_config('idle_in_transaction_session_timeout', %s, false), set_config('client_min_messages', 'error', false),
        set_config('jit', 'off', false), set_config('max_parallel_workers_per_gather', '0', false),
        set_config('tcp_keepalives_idle', '10', false), set_config('tcp_keepalives_interval', '3', false),
        set_config('tcp_keepalives_count', '3', false)
"""


@dataclass(frozen=True, kw_only=True)
class PgSettings:
    """What may differ between stores; the defaults are what every store uses, the rest is for tests."""

    lock_ms: int = 15_000
    """How long a statement waits for a lock."""
    statement_ms: int = 60_000
    idle_ms: int = 20_000
    """How long a transaction that writes may do nothing: a program that hangs must not hold the others off."""
    reading_idle_ms: int = 600_000
    """How long one that only reads may: it holds nobody up while something long is drawn from it."""
    connections: int = 20
    """How many connections one process has at most, besides one that listens."""
    journey_ms: int = 5_000
    """How much longer than the server itself we wait for its answer before it is taken for stalled."""

    @property
    def answer_patience(self) -> float:
        """Seconds in which a statement that waits for nothing but a lock is answered."""
        return (self.lock_ms + self.journey_ms) / 1000

    @property
    def patience(self) -> float | None:
        """Seconds in which any statement is answered: the server would have ended it itself; None for no limit."""
        if not self.statement_ms:
            return None
        return (max(self.statement_ms, self.lock_ms) + self.journey_ms) / 1000


class Freshness:
    """From when on a connection may be used: whatever is older has seen a server that may be gone."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._since = time.monotonic()

    def renew(self) -> None:
        """Let no connection be used that was made before now."""
        with self._lock:
            self._since = time.monotonic()

    def refuse(self, made: float) -> None:
        """Refuse a connection that is too old; the pool then makes another.

        Raises:
            DisconnectionError: it is.
        """
        if made < self._since:
            raise DisconnectionError


def make_engine(address: Address, settings: PgSettings, freshness: Freshness) -> Engine:
    """Return an engine on a database; nothing is asked of the server yet."""
    url = make_url(address.url)
    given = {name: value for name, value in _CONNECT.items() if name not in url.query}
    engine = create_engine(
        url,
        connect_args=given,
        poolclass=QueuePool,
        pool_size=min(settings.connections, 8),
        max_overflow=max(settings.connections - 8, 0),
        pool_timeout=settings.lock_ms / 1000,
        pool_use_lifo=True,
        pool_reset_on_return=None,  # whoever lends a connection sees to it that nothing is open on it
        use_native_hstore=False,
        hide_parameters=True,
    )

    @event.listens_for(engine, "do_connect")
    def _open(dialect: Any, record: Any, places: Any, names: Any) -> ImpatientConnection:
        line = ImpatientConnection.connect(*places, **names)
        line.patience = settings.answer_patience
        return line

    @event.listens_for(engine, "connect")
    def _connect(driver: Any, record: Any) -> None:
        record.info["made"] = time.monotonic()
        try:
            adapt(driver)
            configure(driver, settings)
            driver.patience = settings.patience
        except BaseException:
            driver.close()  # the pool has not taken it yet
            raise

    @event.listens_for(engine, "checkout")
    def _checkout(driver: Any, record: Any, proxy: Any) -> None:
        freshness.refuse(record.info["made"])

    return engine


def configure(driver: Any, settings: PgSettings) -> None:
    """Set up a connection of psycopg, and check that its server keeps what it acknowledges.

    Raises:
        StorageDamaged: the server, the database or the user has a setting that loses acknowledged answers.
        EnvironmentFailed: the server is too old, or its database has another encoding.
    """
    limits = (settings.lock_ms, settings.statement_ms, settings.idle_ms)
    found = driver.execute(_LOOK, [str(limit) for limit in limits]).fetchone()
    for (name, wanted), value in zip(_DURABLE.items(), found, strict=False):
        if value not in wanted:
            raise StorageDamaged(
                tr(
                    "The database server runs with {name}={value}: saved answers could be lost.", name=name, value=value
                ),
                hint=tr("Set {name} to on for the server, the database and the user, then try again.", name=name),
            )
    encoding, version = found[3], found[4]
    if encoding != "UTF8":
        raise EnvironmentFailed(
            tr("The database keeps its text as {encoding}.", encoding=encoding),
            hint=tr("Make a database with the encoding UTF8: `createdb --encoding=UTF8 --template=template0 NAME`."),
        )
    if version < OLDEST:
        raise EnvironmentFailed(
            tr("The database server is too old (version {version}).", version=version // 10_000),
            hint=tr("cequiz needs PostgreSQL {version} or newer.", version=OLDEST // 10_000),
        )


def durable(driver: Any) -> bool:
    """Return whether the server still keeps what it acknowledges: a reload of its settings ends no connection."""
    found = driver.execute(_SETTINGS).fetchone()
    return all(value in wanted for wanted, value in zip(_DURABLE.values(), found, strict=True))


def server_time(driver: Any) -> datetime:
    """Return what time it is on the server at this moment (UTC)."""
    return instant(driver.execute(NOW).fetchone()[0])


NOW = "SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint"
"""The server's time in microseconds since 1970; asked after a lock, in a statement of its own."""
