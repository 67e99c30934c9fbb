"""Many at once: no update is lost, nobody starves, nobody waits for ever, and one thread cannot lock itself out."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from cequiz.adapters.store.driver import best_sqlite
from cequiz.adapters.store.engine import Settings
from cequiz.adapters.store.gate import WriteGate
from cequiz.adapters.store.store import SqliteStore
from cequiz.domain.exam.events import EventKind
from cequiz.errors import OpenElsewhere, StorageBusy
from cequiz.services.ports import AuditRecord
from tests.builders import NOON
from tests.durability.tracing import ROOT
from tests.storing import answer, begin, draft, open_store


def count_up(store: SqliteStore, times: int) -> None:
    """Read how many records there are and write the next number: an update that is easily lost."""
    for _ in range(times):
        with store.write() as unit:
            number = len(unit.audit.all())
            unit.audit.add(AuditRecord(at=NOON, actor="a", deed="count", subject=str(number)))


def numbers(store: SqliteStore) -> list[int]:
    with store.read() as unit:
        return [int(record.subject) for record in unit.audit.all()]


def test_threads_lose_no_update(tmp_path: Path) -> None:
    with open_store(tmp_path) as first, open_store(tmp_path) as second:
        threads = [threading.Thread(target=count_up, args=(store, 15)) for store in (first, first, second, second)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert numbers(first) == list(range(60))
        assert first.verify_chains().findings == ()


COUNTER = """
import sys
from pathlib import Path
from tests.adapters.store.test_concurrency import count_up
from tests.storing import open_store
with open_store(Path(sys.argv[1])) as store:
    count_up(store, 40)
"""


def test_programs_lose_no_update(tmp_path: Path) -> None:
    open_store(tmp_path).close()
    running = [subprocess.Popen([sys.executable, "-c", COUNTER, str(tmp_path)], cwd=ROOT) for _ in range(3)]
    assert [process.wait(timeout=60) for process in running] == [0, 0, 0]
    with open_store(tmp_path) as store:
        assert numbers(store) == list(range(120))


def test_two_sessions_at_one_attempt_are_told_apart(tmp_path: Path) -> None:
    with open_store(tmp_path) as one, open_store(tmp_path) as other:
        begin(one)
        one.append(answer(0), expected_seq=1)
        with pytest.raises(OpenElsewhere):
            other.append(answer(1), expected_seq=1)
        taken = other.append(draft(EventKind.RESUMED, key="take over"), expected_seq=2)
        with pytest.raises(OpenElsewhere):
            one.append(answer(1), expected_seq=2)
        assert other.append(answer(1), expected_seq=taken.event.seq).event.seq == 4


def test_reading_goes_on_while_somebody_writes(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        begin(store)
        inside, seen = threading.Event(), []

        def look() -> None:
            inside.wait(10)
            with store.read() as unit:
                seen.append(len(unit.attempts.events("A-1")))

        reader = threading.Thread(target=look)
        reader.start()
        with store.write() as unit:
            unit.attempts.append(answer(0), expected_seq=1)
            inside.set()
            reader.join(10)
        assert seen == [1]


def test_whoever_holds_the_gate_too_long_is_not_waited_for_for_ever(tmp_path: Path) -> None:
    with open_store(tmp_path, Settings(ballast=0, busy_ms=200)) as store:
        begin(store)
        holder = os.open(tmp_path / "cequiz.db.lock", os.O_RDWR)
        fcntl.flock(holder, fcntl.LOCK_EX)
        start = time.monotonic()
        with pytest.raises(StorageBusy) as caught:
            store.append(answer(0), expected_seq=1)
        assert 0.15 < time.monotonic() - start < 5
        assert caught.value.hint
        os.close(holder)  # gone, as when its program was killed
        assert store.append(answer(0), expected_seq=1).event.seq == 2


def test_a_thread_that_holds_the_gate_too_long_is_not_waited_for_for_ever(tmp_path: Path) -> None:
    gate = WriteGate(tmp_path / "lock", patience=0.1)
    held, enough = threading.Event(), threading.Event()

    def hold() -> None:
        with gate:
            held.set()
            enough.wait(10)

    holder = threading.Thread(target=hold)
    holder.start()
    held.wait(10)
    with pytest.raises(StorageBusy), gate:
        pass
    enough.set()
    holder.join()
    with gate:
        pass
    gate.close()


def test_a_unit_inside_a_unit_is_a_mistake_of_ours_and_not_a_deadlock(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        begin(store)
        with pytest.raises(RuntimeError, match="already inside"), store.write(), store.write():
            pass
        with pytest.raises(RuntimeError, match="already inside"), store.write():
            store.append(answer(0), expected_seq=1)
        assert store.append(answer(0), expected_seq=1).event.seq == 2


def test_a_database_locked_by_another_tool_says_busy(tmp_path: Path) -> None:
    with open_store(tmp_path, Settings(ballast=0, busy_ms=100)) as store:
        begin(store)
        tool = best_sqlite().connect(tmp_path / "cequiz.db", isolation_level=None)
        tool.execute("BEGIN IMMEDIATE")
        with pytest.raises(StorageBusy):
            store.append(answer(0), expected_seq=1)
        with pytest.raises(StorageBusy), store.write():
            pass
        tool.close()
        assert store.append(answer(0), expected_seq=1).event.seq == 2
