"""How much a durable answer costs: the store's append against the same transaction in bare sqlite3.

    python benchmarks/durable_answer.py [--seconds 1.0] [--rounds 7] [--folder DIR] [--real-only]

Both sides work on stores that were made by cequiz (same schema, same triggers, WAL and `synchronous=FULL`) and do the
same: look the idempotency key up, read the head, HMAC, insert the event, upsert the answer, update the head, commit.
Rounds alternate, so that whatever else the machine does falls on both; the ratio is the median of the rounds' ratios.
The second table is the same on a modelled disk whose flush takes 1 ms: memory, and a small library that sleeps in
fsync and fdatasync (needs gcc and LD_PRELOAD).
"""

from __future__ import annotations

import argparse
import hmac
import json
import os
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cequiz.adapters.keys import load_key
from cequiz.adapters.store.engine import Settings, configure
from cequiz.adapters.store.store import SqliteStore
from cequiz.domain.exam.attempt import Status
from cequiz.domain.exam.events import EventDraft, EventKind
from cequiz.domain.exam.timekeeping import Stamp
from cequiz.domain.people.student import Student
from cequiz.services.ports import Standing

NOW = datetime.now(UTC)
ITEMS = 40

SHIM = """
#include <time.h>
static int wait_ms(void) { struct timespec t = {0, 1000000}; nanosleep(&t, 0); return 0; }
int fsync(int fd) { (void)fd; return wait_ms(); }
int fdatasync(int fd) { (void)fd; return wait_ms(); }
"""

Append = Callable[[int], None]
"""Appends the n-th answer."""


def opened(folder: Path) -> SqliteStore:
    """Return a store with one attempt under way."""
    store = SqliteStore.open(folder / "cequiz.db", key_path=folder / "keys" / "store.key", settings=Settings(ballast=0))
    payload = {"student": "S-1", "course": "c", "course_version": "1", "exam": "e", "number": 1}
    with store.write() as unit:
        unit.students.add(Student(id="S-1", name="Sample", email="s@example.org"), passphrase_hash=None, at=NOW)
        first = draft(0, EventKind.STARTED, payload)
        unit.attempts.start(first, standing=Standing(Status.OPEN, NOW + timedelta(days=1)))
    return store


def draft(number: int, kind: EventKind = EventKind.ANSWERED, payload: dict[str, object] | None = None) -> EventDraft:
    """Return the n-th answer as a sitting would send it."""
    sent = payload or {"item": f"neck-anatomy/question-{number % ITEMS}", "response": {"choice": "abcd"[number % 4]}}
    stamp = Stamp(NOW, 123_456_789_012 + number, "0c4de1e2-7c5f-4a57-8f2a-54e5ed2c1f11")
    return EventDraft(
        attempt_id="A-1",
        kind=kind,
        payload=sent,  # type: ignore[arg-type]  # plain JSON
        at=NOW,
        stamp=stamp,
        actor="student:S-1",
        session="5d3f2c1b0a9e8d7c6b5a493827160f5e",
        key=f"{number:032x}",
    )


def by_store(folder: Path) -> Append:
    """Return the store's own append."""
    store = opened(folder)

    def append(number: int) -> None:
        store.append(draft(number + 1), expected_seq=number + 1)

    return append


def by_bare_sqlite3(folder: Path) -> Append:
    """Return the same transaction, written by hand as tightly as it goes."""
    opened(folder).close()
    key = load_key(folder / "keys" / "store.key")
    driver = sqlite3.connect(folder / "cequiz.db", isolation_level=None)
    configure(driver, Settings())
    now, deadline = time.time_ns() // 1000, 2**53

    def append(number: int) -> None:
        name = f"{number + 1:032x}"
        response = {"choice": "abcd"[number % 4]}
        item = f"neck-anatomy/question-{number % ITEMS}"
        payload = json.dumps({"item": item, "response": response}, separators=(",", ":"))
        driver.execute("BEGIN IMMEDIATE")
        sql = "SELECT seq FROM attempt_event WHERE attempt_id = ? AND idem_key = ?"
        assert driver.execute(sql, ("A-1", name)).fetchone() is None
        sql = "SELECT status, deadline_us, head_seq, head_hash FROM attempt WHERE id = ?"
        status, _, seq, head = driver.execute(sql, ("A-1",)).fetchone()
        assert status == "open"
        assert now <= deadline
        fields = ["A-1", seq + 1, name, "answered", now, now, number, "boot", "session" * 4, "student:S-1"]
        text = json.dumps([1, *fields, payload], separators=(",", ":"))
        hashed = hmac.digest(key, head + text.encode(), "sha256")
        driver.execute(
            "INSERT INTO attempt_event VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", (*fields, payload, head, hashed)
        )
        driver.execute(
            "INSERT INTO answer VALUES (?, ?, ?, ?) ON CONFLICT (attempt_id, item) DO UPDATE"
            " SET event_seq = excluded.event_seq, response = excluded.response",
            ("A-1", item, seq + 1, json.dumps(response)),
        )
        sql = "UPDATE attempt SET head_seq = ?, head_hash = ? WHERE id = ? AND head_seq = ?"
        assert driver.execute(sql, (seq + 1, hashed, "A-1", seq)).rowcount == 1
        driver.execute("COMMIT")

    return append


def raw_flush(folder: Path) -> Append:
    """Return what no database can beat: 12 KiB written over and flushed."""
    file = os.open(folder / "raw", os.O_RDWR | os.O_CREAT, 0o600)
    os.pwrite(file, bytes(12_288 * 200), 0)
    os.fsync(file)
    flush = getattr(os, "fdatasync", os.fsync)

    def append(number: int) -> None:
        os.pwrite(file, bytes([number % 256]) * 12_288, (number % 200) * 12_288)
        flush(file)

    return append


def measure(folder: Path, *, rounds: int, seconds: float) -> None:
    """Print rates and the ratio on the disk that `folder` is on."""
    ways: dict[str, Append] = {}
    for name, make in (("raw flush", raw_flush), ("bare sqlite3", by_bare_sqlite3), ("store.append", by_store)):
        (folder / name).mkdir()
        ways[name] = make(folder / name)
    done = dict.fromkeys(ways, 0)
    rates: dict[str, list[float]] = {name: [] for name in ways}
    for turn in range(rounds + 1):
        for name, append in ways.items():
            start, count = time.perf_counter(), 0
            while (spent := time.perf_counter() - start) < seconds or not count:
                append(done[name])
                done[name] += 1
                count += 1
            if turn:  # the first round warms up
                rates[name].append(count / spent)
    for name, found in rates.items():
        middle = statistics.median(found)
        print(f"  {name:14} {middle:8.0f} /s  {1e6 / middle:7.0f} us   ({done[name]} answers)")
    for name, base in (("store.append", "bare sqlite3"), ("bare sqlite3", "raw flush")):
        ratios = [mine / theirs for mine, theirs in zip(rates[name], rates[base], strict=True)]
        spread = f"{min(ratios):.2f}-{max(ratios):.2f}"
        print(f"  {name} / {base}: {statistics.median(ratios):.2f}  (rounds {spread})")
    size = (folder / "store.append" / "cequiz.db").stat().st_size
    print(f"  {size / done['store.append']:.0f} bytes of database an answer, {size} in all")


def model(arguments: list[str]) -> None:
    """Run the measurement again where a flush takes 1 ms."""
    memory = Path("/dev/shm")
    compiler = shutil.which("gcc") or shutil.which("cc")
    if sys.platform != "linux" or compiler is None or not memory.is_dir():
        print("\nno modelled disk: it needs Linux, gcc and /dev/shm")
        return
    print("\non a modelled disk with a flush of 1 ms")
    with tempfile.TemporaryDirectory(dir=memory) as folder:
        (Path(folder) / "shim.c").write_text(SHIM, encoding="ascii")
        library = Path(folder) / "shim.so"
        subprocess.run([compiler, "-shared", "-fPIC", "-O2", "-o", library, Path(folder) / "shim.c"], check=True)
        command = [sys.executable, __file__, "--real-only", "--folder", folder, *arguments]
        subprocess.run(command, env={**os.environ, "LD_PRELOAD": str(library)}, check=True)


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description="A durable answer against the same transaction in bare sqlite3.")
    parser.add_argument("--seconds", type=float, default=1.0, help="length of a round")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--folder", type=Path, default=None, help="where to write; a temporary folder by default")
    parser.add_argument("--real-only", action="store_true", help="leave the modelled disk out")
    given = parser.parse_args()
    if not given.real_only:
        print(f"durable answers, SQLite {sqlite3.sqlite_version}, {given.rounds} rounds of {given.seconds} s")
    with tempfile.TemporaryDirectory(dir=given.folder) as folder:
        measure(Path(folder), rounds=given.rounds, seconds=given.seconds)
    if not given.real_only:
        model(["--seconds", str(given.seconds), "--rounds", str(given.rounds)])


if __name__ == "__main__":
    main()
