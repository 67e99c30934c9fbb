"""How long the office's big deeds hold the store among 100,000 students: for so long every answer waits to be saved.

The store is that of `office_store`, and a key is changed that thousands of attempts were marked by, which are made for
it. Each deed is told with the time it took, the longest time for which it held the store, and the processor time of
that: where the machine has other things to do only the last says something. `--keep` keeps the store for the next run;
what is changed is a copy of it.

    python -m benchmarks.office_locks [--keep FOLDER] [--people N] [--attempts N]
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.office_attempts import add_marked
from benchmarks.office_store import open_house

from cequiz.adapters.store.store import SqliteStore
from cequiz.bootstrap import House
from cequiz.domain.exam.remark import Drop
from cequiz.domain.people.roll import read_roll
from cequiz.services import foreseeing, merging, proposing, rekeying, rolling
from cequiz.services.ports import Ports, Window
from cequiz.services.reports import ce_broker

MARK = 1.0
"""Seconds for which no deed should hold the store."""


@dataclass
class Watch:
    """Stands in the place of a store's gate, and takes down how long each transaction was inside."""

    gate: Any
    walls: list[float] = field(default_factory=list)
    cpus: list[float] = field(default_factory=list)
    began: tuple[float, float] = (0.0, 0.0)

    def __enter__(self) -> None:
        self.gate.__enter__()
        self.began = (time.perf_counter(), time.thread_time())

    def __exit__(self, *how: Any) -> None:
        wall, cpu = self.began
        self.walls.append(time.perf_counter() - wall)
        self.cpus.append(time.thread_time() - cpu)
        self.gate.__exit__(*how)

    def close(self) -> None:
        """Close the gate."""
        self.gate.close()


@contextmanager
def watched(house: House) -> Iterator[tuple[Ports, Watch]]:
    """Return the ports of a house with a watch at its store's gate."""
    ports = house.ports()
    assert isinstance(ports.store, SqliteStore)
    watch = Watch(ports.store._gate)
    ports.store._gate = watch  # type: ignore[assignment]  # it does what the gate does
    yield ports, watch


def told(what: str, watch: Watch, deed: Callable[[], object]) -> None:
    """Do something and print how long it held the store."""
    watch.walls, watch.cpus = [], []
    start = time.perf_counter()
    deed()
    took = time.perf_counter() - start
    cpu = max(watch.cpus)
    mark = "ok" if cpu <= MARK else "TOO LONG"
    print(
        f"  {what:<44} took {took:6.2f}  held {max(watch.walls):6.3f}  cpu {cpu:6.3f}  in {len(watch.walls)}  {mark}",
        flush=True,
    )


def roll(count: int) -> str:
    """Return a roll of so many people with licences, all of whom go into the course."""
    lines = (f"Person {one},new{one}@example.net,FL:MA{one + 500_000},essential-assessments" for one in range(count))
    return "\n".join(("name,email,licences,course", *lines))


def measure(ports: Ports, watch: Watch, *, people: int, item: str) -> None:
    """Print every figure."""
    newcomers, _ = read_roll(roll(people))
    told(f"import of {people:,} students", watch, lambda: rolling.take_in(ports, newcomers, actor="bench"))
    bank, question = item.split("/")
    request = foreseeing.Request(bank=bank, changes=(rekeying.dropped(question, bank=bank, drop=Drop.CREDIT),))
    seen = foreseeing.preview(ports, request)
    told(
        f"key of {len(seen.changed):,} attempts",
        watch,
        lambda: proposing.submit(ports, seen, reason="sample", actor="bench"),
    )
    told("CE Broker export", watch, lambda: ce_broker.export(ports, actor="bench"))
    with ports.store.read() as unit:
        one, other = (line.id for line in unit.listings.students("", Window(offset=3_000, limit=2)).rows)
    told("merge of two", watch, lambda: merging.merge(ports, from_id=one, into_id=other, reason="x", actor="bench"))


def main() -> None:
    """Make the store where need be, measure on a copy, and print."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--keep", type=Path)
    asked.add_argument("--people", type=int, default=5_000)
    asked.add_argument("--attempts", type=int, default=2_000)
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        kept, home = given.keep or Path(folder) / "office", Path(folder) / "copy"
        open_house(kept).close()
        shutil.copytree(kept, home)
        with closing(open_house(home)) as house, watched(house) as (ports, watch):
            item = add_marked(ports, home / "cequiz.db", given.attempts)
            print(f"seconds; the store should be held for {MARK:.0f} s at most:")
            measure(ports, watch, people=given.people, item=item)


if __name__ == "__main__":
    main()
