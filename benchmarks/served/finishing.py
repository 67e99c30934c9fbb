"""A thousand attempts that are handed in in the same minute, by several processes on one store.

Every process has attempts of its own and several threads, as a server has; each attempt is answered to the end and
then handed in, at once or at its moment in the minute. Afterwards a process that took no part counts: every attempt is
handed in and scored, every answer that was acknowledged is there and is the one that was marked, and every chain is
whole. The bare limit of the same run is one process that does nothing but commit an answer, again and again: on SQLite
the bare library, on PostgreSQL pgbench.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from benchmarks.durable_answer import by_bare_sqlite3
from benchmarks.postgres_append import by_pgbench, filled, script
from benchmarks.served.stage import candidates, load_course, open_house
from benchmarks.served.telling import told
from tests.postgres import Databases

from cequiz.domain.exam.attempt import Status
from cequiz.services.grading import load_attempt
from cequiz.services.starting import resume

ANSWERS = 10
"""Questions that are answered in each attempt."""


@dataclass(frozen=True)
class Part:
    """What one process does."""

    home: Path
    url: str | None
    first: int
    count: int
    of: int
    """How many attempts there are in all."""
    threads: int
    spread: float


@dataclass(frozen=True)
class Done:
    """What one process found."""

    handed_in: dict[str, int]
    """The number of answers that each attempt was acknowledged to have."""
    waits: list[float]
    began: float
    ended: float
    preparing: float


def work(part: Part, gate: Any, results: Any) -> None:
    """Prepare the attempts of one process, wait for the others, and hand in."""
    began = time.perf_counter()
    house = open_house(part.home, part.url)
    try:
        ports = house.ports()
        people = candidates(house, part.count, first=part.first)

        def sit(number: int) -> Any:
            who = people[number]
            sitting = resume(ports, attempt_id=who.attempt_id, actor=f"student:{who.student_id}")
            for turn, (key, question) in enumerate(list(sitting.questions.items())[:ANSWERS]):
                choices = question.choices()
                sitting.answer(key, {"choice": choices[turn % len(choices)].id})
            return sitting

        with ThreadPoolExecutor(part.threads) as pool:
            sittings = list(pool.map(sit, range(part.count)))
            preparing = time.perf_counter() - began
            gate.wait()
            start = time.monotonic()  # the same clock for every process of this machine

            def hand_in(number: int) -> float:
                due = start
                if part.spread:
                    due += (part.first + number) * part.spread / part.of
                    time.sleep(max(0.0, due - time.monotonic()))
                else:
                    due = time.monotonic()
                sittings[number].submit()
                return time.monotonic() - due

            waits = list(pool.map(hand_in, range(part.count)))
            ended = time.monotonic()
        counts = {one.attempt.id: len(one.attempt.responses) for one in sittings}
        results.put(Done(counts, waits, start, ended, preparing))
    finally:
        house.close()


def measure_finish(home: Path, url: str | None, *, attempts: int, spread: float, processes: int, threads: int) -> None:
    """Let attempts be handed in, print how fast that was, and refuse a store in which anything is missing."""
    load_course(house := open_house(home, url))
    house.close()
    bare = bare_rate(url)
    context = multiprocessing.get_context("spawn")
    gate, results = context.Barrier(processes), context.Queue()
    firsts = [turn * attempts // processes for turn in range(processes + 1)]
    shares = [Part(home, url, first, behind - first, attempts, threads, spread) for first, behind in pairwise(firsts)]
    running = [context.Process(target=work, args=(share, gate, results)) for share in shares]
    for process in running:
        process.start()
    found: list[Done] = [results.get(timeout=1800) for _ in running]
    for process in running:
        process.join()
    spent = max(one.ended for one in found) - min(one.began for one in found)
    waits = [wait for one in found for wait in one.waits]
    bare = (bare + bare_rate(url)) / 2
    how = f"spread over {spread:.0f} s" if spread else "as fast as it goes"
    kind = "sqlite" if url is None else "postgres"
    print(f"finish, {kind}: {attempts} attempts, {processes} processes of {threads} threads, {how}")
    print(f"  load {os.getloadavg()[0]:.1f}; preparing took {max(one.preparing for one in found):.0f} s")
    print(f"  {attempts / spent:.1f} attempts handed in a second, {spent:.1f} s in all")
    print(f"  handing in  {told(waits)}")
    print(f"  bare commits {bare:.0f} /s; one attempt handed in costs {bare * spent / attempts:.1f} of them")
    count_on_file(home, url, {key: answers for one in found for key, answers in one.handed_in.items()})


def bare_rate(url: str | None, seconds: float = 2.0) -> float:
    """Return how many answers a second one client commits that does nothing else, on the same disk or server."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if url is not None:
            address = Databases(url).make()
            filled(address, folder / "store.key").close()
            return by_pgbench(address, script(pipelined=False), folder)(seconds)
        append = by_bare_sqlite3(folder)
        began, count = time.perf_counter(), 0
        while (spent := time.perf_counter() - began) < seconds:
            append(count)
            count += 1
        return count / spent


def count_on_file(home: Path, url: str | None, acknowledged: dict[str, int]) -> None:
    """Compare the store with what was acknowledged; ends the program where anything is missing."""
    house = open_house(home, url)
    wrong = []
    try:
        store = house.ports().store
        with store.read() as unit:
            for attempt_id, answers in acknowledged.items():
                attempt, scores = load_attempt(unit, attempt_id), unit.scores.of(attempt_id)
                if attempt.status is not Status.SUBMITTED or len(scores) != 1 or len(attempt.responses) != answers:
                    wrong.append(attempt_id)
        report = store.verify_chains()
    finally:
        house.close()
    print(
        f"  on file: {len(acknowledged) - len(wrong)} of {len(acknowledged)} attempts handed in, scored, with all"
        f" {sum(acknowledged.values())} answers; {report.records} records in {report.chains} chains,"
        f" {len(report.findings)} not whole"
    )
    if wrong or report.findings:
        sys.exit(f"lost: {wrong}, {report.findings}")
