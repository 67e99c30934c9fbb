"""The time of a store in PostgreSQL is its server's, whatever the clocks of the hosts say."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import event
from sqlalchemy.pool import QueuePool

from cequiz.adapters.store.postgres.engine import PgSettings
from cequiz.adapters.store.postgres.server_clock import ClockKeeper, ServerClock
from cequiz.adapters.store.postgres.store import PostgresStore
from cequiz.clock import SystemClock
from cequiz.domain.exam.timekeeping import Stamp
from cequiz.errors import StorageBusy
from tests.builders import NOON
from tests.fakes import FakeClock

HOUR = timedelta(hours=1)


class WrongClock:
    """A host whose wall clock is wrong, and whose boot clock counts from somewhere else."""

    def __init__(self, by: timedelta, *, boot: timedelta = timedelta(0)) -> None:
        self._by = by
        self._boot = boot // timedelta(microseconds=1)
        self._base = SystemClock()

    def read(self) -> Stamp:
        """Return both clocks."""
        true = self._base.read()
        return Stamp(true.wall + self._by, true.boot_us + self._boot, f"boot {self._boot}")


class FarServer:
    """A server whose answers take a while, on whose clock so much passes as on the host's boot clock."""

    def __init__(self, base: FakeClock) -> None:
        self._base = base
        self._ahead = HOUR
        self.there = self.back = timedelta(0)
        """How long the way there and the way back take."""

    @property
    def now(self) -> datetime:
        """What time it is there."""
        return self._base.read().wall + self._ahead

    def step(self, by: timedelta) -> None:
        """Run ahead of the host's boot clock."""
        self._ahead += by

    def ask(self) -> datetime:
        """Tell it."""
        self._base.advance(self.there)
        told = self.now
        self._base.advance(self.back)
        return told


def test_hosts_with_wrong_clocks_agree_on_the_servers_time(postgres_made: tuple[str, Path]) -> None:
    url, key = postgres_made
    early, late = ServerClock(WrongClock(-HOUR)), ServerClock(WrongClock(HOUR, boot=7 * HOUR))
    with (
        PostgresStore.open(url, key_path=key, clock=early) as one,
        PostgresStore.open(url, key_path=key, clock=late),
    ):
        truth = one.server_time()
        first, second = early.read(), late.read()
    assert abs(first.wall - truth) < timedelta(seconds=1)
    assert abs(second.wall - first.wall) < timedelta(milliseconds=100)
    assert first.boot_id != second.boot_id
    assert abs(early.ahead + HOUR) < timedelta(seconds=1)


def test_before_the_server_was_asked_the_machine_counts_down() -> None:
    clock = ServerClock(FakeClock())
    assert clock.read() == FakeClock().read()
    assert not clock.settled


def test_a_wall_clock_that_is_moved_afterwards_changes_nothing() -> None:
    base = FakeClock()
    clock = ServerClock(base)
    clock.settle(lambda: NOON + HOUR)
    base.set_wall(timedelta(days=3))
    base.advance(timedelta(seconds=5))
    assert clock.read().wall == NOON + HOUR + timedelta(seconds=5)
    assert clock.read().boot_us == base.read().boot_us


def test_the_quickest_answer_counts_and_its_middle_is_taken() -> None:
    base = FakeClock()
    clock = ServerClock(base)
    waits = iter([2.0, 0.2, 4.0])
    true = {"wall": NOON}

    def ask() -> datetime:
        half = timedelta(seconds=next(waits)) / 2
        base.advance(half)
        true["wall"] += half
        told = true["wall"]
        base.advance(half)
        true["wall"] += half
        return told

    assert clock.settle(ask) == timedelta(seconds=0.1)
    assert clock.read().wall == true["wall"]


def test_a_server_that_is_slow_for_a_moment_does_not_move_the_time_of_an_exam() -> None:
    """A student's remaining time would otherwise jump by seconds whenever the database is busy."""
    base = FakeClock()
    clock, true = ServerClock(base), FarServer(base)
    clock.settle(true.ask)
    true.back = timedelta(seconds=4)
    assert clock.settle(true.ask) == timedelta(seconds=2)
    assert clock.read().wall == true.now


def test_what_is_known_grows_old_and_then_a_slower_answer_is_better_than_none() -> None:
    """A host whose boot clock runs wrong must not stay wrong because the way there has become longer."""
    base = FakeClock()
    clock, true = ServerClock(base), FarServer(base)
    clock.settle(true.ask)
    true.there = true.back = timedelta(seconds=0.1)
    true.step(timedelta(seconds=1))
    clock.settle(true.ask)
    assert clock.read().wall == true.now - timedelta(seconds=1)
    base.advance(timedelta(minutes=5))
    clock.settle(true.ask)
    assert clock.read().wall == true.now


def test_waiting_for_a_connection_is_not_taken_for_the_way_to_the_server(postgres_made: tuple[str, Path]) -> None:
    """When every connection is in use the time must not be read off the moment one was given back."""
    base = FakeClock()
    clock = ServerClock(base)

    def wait(*_: object) -> None:
        base.advance(timedelta(hours=3))

    with PostgresStore.open(postgres_made[0], key_path=postgres_made[1], clock=clock) as store:
        event.listen(QueuePool, "checkout", wait)
        try:
            store.settle(clock)
        finally:
            event.remove(QueuePool, "checkout", wait)
        assert abs(clock.read().wall - store.server_time()) < timedelta(minutes=1)


def test_while_no_connection_is_to_be_had_the_clock_goes_on_as_it_was(postgres_made: tuple[str, Path]) -> None:
    """A crowd must not stop the clock, nor move it."""
    base = FakeClock()
    clock = ServerClock(base)
    few = PgSettings(lock_ms=200, connections=1)
    with PostgresStore.open(postgres_made[0], key_path=postgres_made[1], clock=clock, settings=few) as store:
        before = clock.read().wall
        with store.read(), pytest.raises(StorageBusy):
            store.settle(clock)
        base.advance(timedelta(seconds=3))
        assert clock.read().wall == before + timedelta(seconds=3)


def test_the_clock_is_set_again_and_again_and_survives_an_absent_server() -> None:
    clock = ServerClock(SystemClock())
    asked = threading.Semaphore(0)
    answers = iter([None, NOON])

    def ask() -> datetime:
        asked.release()
        told = next(answers, NOON + HOUR)
        if told is None:
            raise StorageBusy("away")
        return told

    keeper = ClockKeeper(lambda: clock.settle(ask), every=0.001)
    for _ in range(12):
        assert asked.acquire(timeout=30)
    keeper.stop()
    assert abs(clock.read().wall - (NOON + HOUR)) < timedelta(minutes=1)
    assert datetime.now(UTC) != clock.read().wall
