"""A power cut at any moment loses no acknowledged answer.

The writer's system calls are recorded, and at each of them every kind of disk that a power cut may leave behind is
built: nothing that was not flushed survived, all of it did, or any part of it, in any order, torn at a sector. SQLite
opens each, and what had been acknowledged must be there. The same with `synchronous=NORMAL` must be seen to lose
answers, or the simulation would prove nothing.
"""

from __future__ import annotations

import random
import shutil
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.durability.tracing import Call, need_strace, record
from tests.durability.writer import prepare
from tests.storing import open_store

ANSWERS = 32
VARIANTS = 5
SECTOR = 512
LOOK_EVERY = 150
"""Every so many states the real store opens the disk and verifies its chains."""


@dataclass
class Disk:
    """The files of a folder: what is surely on the disk, and what was written since the last flush of each."""

    flushed: dict[str, bytes]
    pending: dict[str, list[Call]] = field(default_factory=dict)

    def do(self, call: Call) -> None:
        """Take a system call into account."""
        if call.name == "create":
            self.flushed.setdefault(call.path, b"")
        elif call.name == "unlink":
            self.flushed.pop(call.path, None)
            self.pending.pop(call.path, None)
        elif call.name == "flush":
            if call.path in self.flushed:
                self.flushed[call.path] = bytes(_applied(self.flushed[call.path], self.pending.pop(call.path, [])))
        else:
            self.pending.setdefault(call.path, []).append(call)

    def states(self, chance: random.Random) -> Iterator[dict[str, bytes]]:
        """Yield what the disk may hold if the power fails now."""
        for variant in range(VARIANTS):
            yield {
                path: bytes(_applied(content, self._survivors(path, variant, chance)))
                for path, content in self.flushed.items()
            }

    def _survivors(self, path: str, variant: int, chance: random.Random) -> list[Call]:
        pending = self.pending.get(path, [])
        if variant == 0:
            return []
        if variant == 1:
            return pending
        return [_torn(call, chance) for call in pending if chance.random() < 0.5]


def _torn(call: Call, chance: random.Random) -> Call:
    if call.name != "pwrite64" or len(call.data) <= SECTOR or chance.random() > 0.3:
        return call
    kept = chance.randrange(0, len(call.data), SECTOR)
    return Call(call.name, call.path, call.data[:kept], call.at)


def _applied(content: bytes, calls: list[Call]) -> bytearray:
    after = bytearray(content)
    for call in calls:
        if call.name == "ftruncate":
            after = after[: call.at].ljust(call.at, b"\0")
        else:
            after = after.ljust(call.at, b"\0")
            after[call.at : call.at + len(call.data)] = call.data
    return after


@dataclass
class Outcome:
    """What was found over all states."""

    states: int = 0
    losing: int = 0
    worst: int = 0
    damaged: list[str] = field(default_factory=list)


def survive(folder: Path, scratch: Path, *, synchronous: str) -> Outcome:
    """Record the writer, cut the power everywhere, and count what is lost."""
    prepare(folder)
    disk = Disk({str(path): path.read_bytes() for path in folder.iterdir() if path.name == "cequiz.db"})
    outcome, acknowledged, ready = Outcome(), 0, False
    chance = random.Random(20261122)
    arguments = ("--answers", str(ANSWERS), "--synchronous", synchronous, "--checkpoint", "20")
    for call in record(folder, scratch / "trace", *arguments):
        if call.name == "write":
            ready = ready or call.data == b"READY\n"
            acknowledged += call.data.startswith(b"ACK")
        elif call.path.startswith(str(folder / "cequiz.db")) and not call.path.endswith(("-shm", ".lock", ".sessions")):
            disk.do(call)
        else:
            continue
        if ready:
            for state in disk.states(chance):
                _judge(state, folder, scratch / "after", acknowledged, outcome)
    assert acknowledged == ANSWERS
    return outcome


def _judge(state: Mapping[str, bytes], folder: Path, after: Path, acknowledged: int, outcome: Outcome) -> None:
    shutil.rmtree(after, ignore_errors=True)
    after.mkdir()
    for path, content in state.items():
        (after / Path(path).name).write_bytes(content)
    outcome.states += 1
    try:
        with closing(sqlite3.connect(after / "cequiz.db")) as database:
            sound = database.execute("PRAGMA integrity_check").fetchone()[0]
            places = [row[0] for row in database.execute("SELECT seq FROM attempt_event ORDER BY seq")]
            heads = database.execute("SELECT head_seq FROM attempt").fetchone()[0]
    except sqlite3.Error as error:
        outcome.damaged.append(str(error))
        return
    if sound != "ok" or places != list(range(1, heads + 1)):
        outcome.damaged.append(f"{sound}, {len(places)} events, head at {heads}")
    lost = acknowledged + 1 - len(places)
    outcome.losing += lost > 0
    outcome.worst = max(outcome.worst, lost)
    if outcome.states % LOOK_EVERY == 0:
        shutil.copytree(folder / "keys", after / "keys")
        with open_store(after) as store:
            assert not store.verify_chains().findings


@pytest.fixture
def scratch(tmp_path: Path) -> Iterator[Path]:
    """Return a folder in memory where there is one: thousands of disks are built in it."""
    memory = Path("/dev/shm")
    made = (memory if memory.is_dir() else tmp_path) / f"cequiz-power-cut-{tmp_path.name}-{random.randrange(10**9)}"
    made.mkdir(mode=0o700)
    yield made
    shutil.rmtree(made, ignore_errors=True)


def test_no_acknowledged_answer_is_lost(tmp_path: Path, scratch: Path) -> None:
    need_strace()
    outcome = survive(tmp_path, scratch, synchronous="FULL")
    assert outcome.states >= 1500
    assert (outcome.losing, outcome.worst, outcome.damaged) == (0, 0, [])


def test_the_simulation_sees_what_a_weaker_setting_loses(tmp_path: Path, scratch: Path) -> None:
    need_strace()
    outcome = survive(tmp_path, scratch, synchronous="NORMAL")
    assert outcome.losing > outcome.states // 10
    assert outcome.worst > 1
