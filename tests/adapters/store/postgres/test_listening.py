"""Being told at once of what was written to attempts, by any program on the same database."""

from __future__ import annotations

import queue
import threading
import time
from contextlib import closing, suppress
from pathlib import Path

import pytest

from cequiz.adapters.store.postgres.store import PostgresStore
from cequiz.adapters.store.postgres.triggers import CHANNEL
from cequiz.domain.exam.attempt import Status
from cequiz.domain.exam.events import EventKind
from cequiz.services.ports import Standing
from tests.adapters.store.postgres.test_opening import tool
from tests.builders import NOON
from tests.postgres import private_server
from tests.storing import DEADLINE, answer, begin, draft, opening_draft, student

PATIENCE = 60.0


def heard(told: queue.Queue[str]) -> str:
    """Return what is told next."""
    return told.get(timeout=PATIENCE)


def knock(url: str, told: queue.Queue[str]) -> None:
    """Wait until what is said is heard; what was said before has been heard then, too."""
    with closing(tool(url)) as other:
        for turn in range(1000):
            other.execute("SELECT pg_notify(%s, %s)", [CHANNEL, f"knock-{turn}"])
            with suppress(queue.Empty):
                while told.get(timeout=0.1) != f"knock-{turn}":
                    pass
                return
    raise AssertionError


def test_another_program_is_told_of_what_the_office_does_and_not_of_answers(
    postgres_made: tuple[str, Path],
) -> None:
    url, key = postgres_made
    told: queue.Queue[str] = queue.Queue()
    with PostgresStore.open(url, key_path=key) as office, PostgresStore.open(url, key_path=key) as room:
        end = room.watch(told.put)
        knock(url, told)
        begin(office)
        assert heard(told) == "A-1"
        office.append(answer(0), expected_seq=1)
        office.append(draft(EventKind.TIME_ADJUSTED, {"milliseconds": 1, "reason": "x"}, key="t"), expected_seq=2)
        assert heard(told) == "A-1"
        assert told.empty()
        end()
        office.append(draft(EventKind.HELD, {"reason": "x"}, key="h"), expected_seq=3)
        assert told.empty()


def test_nothing_is_told_of_what_was_not_kept(postgres_made: tuple[str, Path]) -> None:
    url, key = postgres_made
    told: queue.Queue[str] = queue.Queue()
    with PostgresStore.open(url, key_path=key) as store:
        store.watch(told.put)
        knock(url, told)
        with pytest.raises(KeyboardInterrupt), store.write() as unit:
            unit.students.add(student(), passphrase_hash=None, at=NOON)
            unit.attempts.start(opening_draft("A-8"), standing=Standing(Status.OPEN, DEADLINE))
            raise KeyboardInterrupt
        begin(store, "A-9")
        assert heard(told) == "A-9"


def test_only_ids_are_told(postgres_made: tuple[str, Path]) -> None:
    url, key = postgres_made
    told: queue.Queue[str] = queue.Queue()
    with PostgresStore.open(url, key_path=key) as store, closing(tool(url)) as stranger:
        store.watch(told.put)
        knock(url, told)
        for payload in ("\x1b[2J", "A-1; DROP TABLE attempt", "", "x" * 200, "[b]A-1[/b]"):
            stranger.execute("SELECT pg_notify(%s, %s)", [CHANNEL, payload])
        stranger.execute("SELECT pg_notify(%s, 'A-1')", [CHANNEL])
        assert heard(told) == "A-1"


def test_it_hears_again_after_the_server_was_restarted(tmp_path: Path) -> None:
    told: queue.Queue[str] = queue.Queue()
    with private_server() as server:
        url = server.address("postgres")
        with PostgresStore.open(url, key_path=tmp_path / "store.key") as store:
            store.watch(told.put)
            knock(url, told)
            server.kill()
            server.start()
            knock(url, told)
            begin(store)
            assert heard(told) == "A-1"


def test_ending_is_quick_also_from_the_thread_that_is_told(postgres_made: tuple[str, Path]) -> None:
    url, key = postgres_made
    told: queue.Queue[str] = queue.Queue()
    ends: list[object] = []
    with PostgresStore.open(url, key_path=key) as store:

        def once(attempt: str) -> None:
            told.put(attempt)
            if attempt == "A-1":
                end()

        end = store.watch(once)
        knock(url, told)
        begin(store)
        assert heard(told) == "A-1"
        ends.append(store.watch(told.put))
        knock(url, told)
        before = time.monotonic()
    assert time.monotonic() - before < 2
    assert not [thread for thread in threading.enumerate() if thread.name == "cequiz-listener" and thread.is_alive()]
