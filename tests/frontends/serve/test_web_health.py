"""What a watchman is told: soon, and without asking the store more than once a second."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from cequiz.frontends.serve import web_health
from cequiz.frontends.serve.web_health import Health


@pytest.fixture
def threads() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(4) as made:
        yield made


class Store:
    """A store that is looked at."""

    def __init__(self) -> None:
        self.looks = 0
        self.well = True
        self.free = threading.Event()
        self.free.set()

    def look(self) -> bool:
        """Answer, as soon as it is free."""
        self.looks += 1
        self.free.wait()
        return self.well


async def test_whoever_asks_without_end_costs_one_look_a_second(threads: ThreadPoolExecutor) -> None:
    store = Store()
    health = Health(store.look, threads)
    for _ in range(100):
        assert await health.well()
    assert store.looks == 1


async def test_what_was_found_is_not_told_for_ever(
    threads: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(web_health, "_GOOD_FOR", 0.0)
    store = Store()
    health = Health(store.look, threads)
    assert await health.well()
    store.well = False
    assert not await health.well()


async def test_a_store_that_hangs_is_unwell_and_holds_one_thread(
    threads: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(web_health, "_SECONDS_TO_LOOK", 0.02)
    monkeypatch.setattr(web_health, "_GOOD_FOR", 0.0)
    store = Store()
    store.free.clear()
    health = Health(store.look, threads)
    try:
        for _ in range(5):
            assert not await health.well()
        assert store.looks == 1
    finally:
        store.free.set()
    monkeypatch.setattr(web_health, "_SECONDS_TO_LOOK", 20.0)
    assert await health.well()
