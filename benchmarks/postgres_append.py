r"""A durable answer on PostgreSQL: the store's append against pgbench running the same transaction.

Both have one client on the same server, on databases with the same tables and triggers, and run the same statements,
prepared: begin, the house's lock, the attempt's row, the time, how it stands, the event, the answer, the head, commit.
pgbench runs them as it does any script, one journey each, and once more with as few journeys as it can
(`\startpipeline`); it hashes nothing and checks nothing. Rounds alternate, so that whatever else the machine does
falls on all; the ratio is the median of the rounds' ratios. The server is the tests' own (see `tests.postgres`), with
every flush asked for; where its files lie in memory a flush costs nothing, which is the hardest case for a program.

    python -m benchmarks.postgres_append [--seconds 3] [--rounds 7]
"""

from __future__ import annotations

import argparse
import os
import re
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.durable_answer import NOW as TODAY
from benchmarks.durable_answer import draft
from benchmarks.served.database import databases, programs
from sqlalchemy import make_url

from cequiz.adapters.store.append import statements
from cequiz.adapters.store.postgres.append import _BEGIN, _BESIDE_OTHERS, _OWN_ROW
from cequiz.adapters.store.postgres.engine import NOW
from cequiz.adapters.store.postgres.store import PostgresStore
from cequiz.domain.exam.attempt import Status
from cequiz.domain.exam.events import EventKind
from cequiz.domain.people.student import Student
from cequiz.services.ports import Standing

TARGET = 0.6
ITEMS = 40

Round = Callable[[float], float]
"""Works for so many seconds and returns the answers a second."""


def filled(address: str, key: Path) -> PostgresStore:
    """Return a store with one attempt under way."""
    store = PostgresStore.open(address, key_path=key)
    payload = {"student": "S-1", "course": "c", "course_version": "1", "exam": "e", "number": 1}
    with store.write() as unit:
        unit.students.add(Student(id="S-1", name="Sample", email="s@example.org"), passphrase_hash=None, at=TODAY)
        first = draft(0, EventKind.STARTED, payload)
        unit.attempts.start(first, standing=Standing(Status.OPEN, None))
    return store


def by_store(store: PostgresStore) -> Round:
    """Return the store's own append."""
    done = 0

    def work(seconds: float) -> float:
        nonlocal done
        start, before = time.perf_counter(), done
        while (spent := time.perf_counter() - start) < seconds:
            done += 1
            store.append(draft(done), expected_seq=done)
        return (done - before) / spent

    return work


def script(*, pipelined: bool) -> str:
    """Return the same transaction as pgbench reads it."""
    run = statements()
    before = [_BEGIN, _BESIDE_OTHERS, _OWN_ROW, NOW]
    after = [run.add.sql, run.answer.sql, run.move.sql, "COMMIT"]
    look = " ".join(run.look.sql.split())
    lines = ["\\set key 10000000000000000 + :last", f"\\set item random(0, {ITEMS - 1})"]

    def together(some: list[str]) -> list[str]:
        said = [f"{' '.join(one.split())};" for one in some]
        return ["\\startpipeline", *said, "\\endpipeline"] if pipelined else said

    lines += [*together(before), f"{look} \\gset seen_"]
    lines += ["\\set old :seen_head_seq", "\\set new :seen_head_seq + 1", "\\set last :new", *together(after)]
    # Every place has the name of its statement's; what the other statements call the same thing is the same here.
    same = {"seq": "new", "event_seq": "new", "idem_key": "key", "attempt_id": "attempt", "prev_hash": "seen_head_hash"}
    same |= {"head": "hash"}
    spelt = re.compile(r"(?<!:):([a-z_]+)")
    return "\n".join(spelt.sub(lambda found: f":{same.get(found[1], found[1])}", line) for line in lines) + "\n"


def by_pgbench(address: str, text: str, folder: Path) -> Round:
    """Return pgbench with a script of ours."""
    file = folder / f"{len(list(folder.iterdir()))}.sql"
    file.write_text(text, encoding="utf-8")
    url = make_url(address)
    now = str(time.time_ns() // 1000)
    given = {
        "attempt": "A-1",
        "kind": "answered",
        "at_us": now,
        "wall_us": now,
        "boot_us": "123456789012",
        "boot_id": "0c4de1e2-7c5f-4a57-8f2a-54e5ed2c1f11",
        "session": "5d3f2c1b0a9e8d7c6b5a493827160f5e",
        "actor": "student:S-1",
        "payload": '{"item":"neck-anatomy/question-17","response":{"choice":"a"}}',
        "response": '{"choice":"a"}',
        "hash": "\\x" + "5a" * 32,
    }
    last = 1

    def work(seconds: float) -> float:
        nonlocal last
        command = [str(programs() / "pgbench"), "-n", "-M", "prepared", "-c", "1", "-T", str(max(1, round(seconds)))]
        command += [part for name, value in given.items() for part in ("-D", f"{name}={value}")]
        command += ["-D", f"last={last}", "-f", str(file), "-h", str(url.query["host"]), "-U", str(url.username)]
        done = subprocess.run([*command, str(url.database)], capture_output=True, text=True, check=False)
        rate = re.search(r"tps = ([0-9.]+) \(without", done.stdout)
        count = re.search(r"actually processed: ([0-9]+)", done.stdout)
        if done.returncode or rate is None or count is None:
            raise RuntimeError(done.stdout + done.stderr)
        last += int(count[1])
        return float(rate[1])

    return work


def measure(*, rounds: int, seconds: float) -> None:
    """Print rates and ratios."""
    with databases() as made, tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        key = folder.parent / f"{folder.name}.key"
        stores = [filled(made.make(), key) for _ in range(3)]
        addresses = [store._connections.engine.url.render_as_string(hide_password=False) for store in stores]
        ways: dict[str, Round] = {
            "store.append": by_store(stores[0]),
            "pgbench": by_pgbench(addresses[1], script(pipelined=False), folder),
            "pgbench pipelined": by_pgbench(addresses[2], script(pipelined=True), folder),
        }
        rates: dict[str, list[float]] = {way: [] for way in ways}
        for turn in range(rounds + 1):
            for way, work in ways.items():
                rate = work(seconds if turn else 1.0)
                if turn:  # the first round warms up
                    rates[way].append(rate)
        for store in stores:
            store.close()
        key.unlink(missing_ok=True)
    for way, found in rates.items():
        middle = statistics.median(found)
        print(f"  {way:18} {middle:7.0f} /s  {1e6 / middle:6.0f} us")
    for base in ("pgbench", "pgbench pipelined"):
        ratios = [mine / theirs for mine, theirs in zip(rates["store.append"], rates[base], strict=True)]
        print(
            f"  store.append / {base}: {statistics.median(ratios):.2f}"
            f"  (rounds {min(ratios):.2f}-{max(ratios):.2f}; wanted with pgbench: {TARGET})"
        )


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description="A durable answer on PostgreSQL against pgbench.")
    parser.add_argument("--seconds", type=float, default=3.0, help="length of a round")
    parser.add_argument("--rounds", type=int, default=7)
    given = parser.parse_args()
    print(f"durable answers, one client, {given.rounds} rounds of {given.seconds} s, load {os.getloadavg()[0]:.1f}")
    measure(rounds=given.rounds, seconds=given.seconds)


if __name__ == "__main__":
    main()
