"""Many students on one server: how soon it answers a key, what a session weighs, and whether anything is lost.

A real `cequiz serve ssh` or `cequiz serve web` in a process of its own serves students who are each in the midst of an
exam of the bundled course, over real lines from this process. Each signs in with a passphrase (Argon2id as always; a
few at a time, and not part of the measured time) and then presses one key a second: down, up, a letter that answers
and saves, and on to the next question. A key is measured from when it was sent to the first bytes that draw anything
but the clock. The bare limit, taken in the same run, is a server of the same library that sends every key back.

    python -m benchmarks.serve_load ssh|web [--students 100] [--seconds 30] [--store sqlite|postgres]
    python -m benchmarks.serve_load finish [--attempts 1000] [--spread 60] [--store sqlite|postgres]
    python -m benchmarks.serve_load peer [--students 15]

`finish` lets attempts be handed in at the same time and counts what is on file afterwards. `peer` compares with
textual-serve, which starts a process for each session, at the same screen of the same program with the same client.
Milliseconds are of this machine and this hour; nothing lost is of the program, and ends in an error where it is not so.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path

from benchmarks.served.database import databases
from benchmarks.served.finishing import measure_finish
from benchmarks.served.lines import SshLine, Student, WebLine, sign_in_at_the_screen
from benchmarks.served.processes import ServerProcess, Use
from benchmarks.served.stage import PASSPHRASE, Candidate, candidates, open_house
from benchmarks.served.telling import quantile, told

from cequiz.frontends.serve.journal import LOG
from cequiz.frontends.tui import mishap

AT_THE_DOOR = 3
"""How many come in at once."""

KEYS = {"\x1b[B": "down", "\x1b[A": "up", "b": "an answer", "n": "the next question"}
"""What a student presses in turns."""

Come = Callable[[Student, int], Awaitable[float]]
"""Brings the n-th student to where they press keys, and returns the seconds that signing in took."""


@dataclass(frozen=True)
class Served:
    """What was measured on one server."""

    signed_in: Sequence[float]
    first: Sequence[float]
    waits: Sequence[tuple[str, float]]
    """Of each key that drew something."""
    unanswered: int
    lost: int
    uses: dict[int, Use]
    """By how many sessions there were."""
    share: float
    """Of one core, while keys were pressed."""
    pressed: int

    @property
    def seconds(self) -> list[float]:
        """From each key to what it drew."""
        return [wait for _, wait in self.waits]


async def bring(come: Come, server: ServerProcess, count: int, *, looks: Sequence[int]) -> tuple[list[Student], Served]:
    """Let students come in, and note what the server weighs when there are so many."""
    students, signed_in, first = [Student() for _ in range(count)], [0.0] * count, [0.0] * count
    uses = {0: await asyncio.to_thread(server.use)}
    door = asyncio.Semaphore(AT_THE_DOOR)

    async def enter(number: int) -> None:
        async with door:
            began = time.perf_counter()
            signed_in[number] = await come(students[number], number)
            painted = students[number].painted
            first[number] = 0.0 if painted is None else painted - began - signed_in[number]

    before = 0
    for upto in sorted({*(look for look in looks if look < count), count}):
        async with asyncio.TaskGroup() as group:
            for number in range(before, upto):
                group.create_task(enter(number))
        await asyncio.sleep(2)  # until what signing in took has been given back
        uses[upto], before = await asyncio.to_thread(server.use), upto
    return students, Served(signed_in, first, (), 0, 0, uses, 0.0, 0)


async def press(students: Sequence[Student], server: ServerProcess, seconds: float, keys: Sequence[str]) -> Served:
    """Let everybody press one key a second, each at a moment of their own in it."""
    pressed = 0

    async def typing(student: Student, number: int) -> None:
        nonlocal pressed
        student.look_away()
        # Each begins elsewhere: a hundred people do not all turn the page in the same second.
        loop, order = asyncio.get_running_loop(), islice(cycle(keys), number % len(keys), None)
        due = loop.time() + number / len(students)
        end = loop.time() + seconds
        while due < end:
            await asyncio.sleep(max(0.0, due - loop.time()))
            student.press(next(order))
            pressed += 1
            due += 1.0
        await asyncio.sleep(1.5)

    for student in students:
        student.waits.clear()
        student.unanswered = 0
    began, before = time.perf_counter(), await asyncio.to_thread(server.use)
    async with asyncio.TaskGroup() as group:
        for number, student in enumerate(students):
            group.create_task(typing(student, number))
    after = await asyncio.to_thread(server.use)
    spent = time.perf_counter() - began
    return Served(
        (),
        (),
        [wait for student in students for wait in student.waits],
        sum(student.unanswered for student in students),
        sum(student.lost for student in students),
        {len(students): after},
        (after.processor - before.processor) / spent,
        pressed,
    )


async def leave(students: Sequence[Student]) -> None:
    """Close every line."""
    for student in students:
        if student.line is not None:
            await student.line.close()


async def run(
    name: str, come: Come, server: ServerProcess, *, count: int, seconds: float, keys: Sequence[str] = tuple(KEYS)
) -> Served:
    """Measure one server and print what was found."""
    students, came = await bring(come, server, count, looks=(1, 30))
    typed = await press(students, server, seconds, keys)
    await leave(students)
    print(f"{name}: {count} sessions, load {os.getloadavg()[0]:.1f}")
    print(f"  signing in                {told(came.signed_in)}")
    print(f"  connected to first paint  {told(came.first)}")
    print(f"  key to repaint            {told(typed.seconds)}")
    for key, what in KEYS.items():
        if key in keys:
            print(f"    {what:24}{told([wait for one, wait in typed.waits if one == key])}")
    print(
        f"  {typed.pressed} keys, {typed.unanswered} drew nothing, {typed.lost} lines lost;"
        f" {typed.share:.0%} of one core, {typed.uses[count]}"
    )
    empty = came.uses[0]
    for sessions, use in came.uses.items():
        if sessions:
            each = (use.uss - empty.uss) / sessions
            print(f"  {sessions:4} sessions: USS {use.uss:7.1f} MiB, {each:6.2f} MiB a session")
    if typed.lost:
        sys.exit(f"{typed.lost} lines were lost")
    return Served(
        came.signed_in,
        came.first,
        typed.waits,
        typed.unanswered,
        typed.lost,
        {**came.uses},
        typed.share,
        typed.pressed,
    )


def ratio(what: str, mine: float, theirs: float) -> None:
    """Print a ratio."""
    print(f"  {what}: {mine / theirs:.2f}" if theirs else f"  {what}: -")


@contextmanager
def database_of(kind: str) -> Iterator[str | None]:
    """Provide the address of a fresh database; None for a file."""
    with ExitStack() as stack:
        yield stack.enter_context(databases()).make() if kind == "postgres" else None


def measure_line(way: str, *, count: int, seconds: float, store: str) -> None:
    """Print a served line beside its bare limit."""
    with tempfile.TemporaryDirectory() as folder, database_of(store) as url:
        home = Path(folder)
        people = filled(home, url, count)
        environment = {"CEQUIZ_HOME": folder, **({} if url is None else {"CEQUIZ_DATABASE_URL": url})}
        command = ["-m", "cequiz", "serve", way, "--host", "127.0.0.1", "--port", "0"]
        command += ["--most", str(2 * count), "--most-from-one", str(2 * count)]
        with ServerProcess(command, environment=environment) as server:

            async def come(student: Student, number: int) -> float:
                return await _enter(way, student, server.port, people[number])

            try:
                mine = asyncio.run(run(f"cequiz serve {way}, {store}", come, server, count=count, seconds=seconds))
            except SystemExit:
                for journal in (home / mishap.LOG, home / LOG):  # what nobody expected, then what happened
                    if journal.exists():
                        print(journal.read_text(encoding="utf-8")[-6000:])
                raise
        answers_on_file(home, url, people)
        with ServerProcess(["-m", "benchmarks.served.echo", way]) as server:

            async def come_to_echo(student: Student, _: int) -> float:
                if way == "ssh":
                    taken = await SshLine.open(student, server.port, user="x", password="x")
                else:
                    taken = await WebLine.open(student, server.port)
                await student.until("ready")
                return taken

            bare = asyncio.run(
                run("bare echo", come_to_echo, server, count=count, seconds=min(seconds, 15), keys=("b", "n"))
            )
    print("ratios")
    for part in (0.5, 0.95):
        ratio(f"key to repaint / key to echo, p{part:.0%}", quantile(mine.seconds, part), quantile(bare.seconds, part))


async def _enter(way: str, student: Student, port: int, who: Candidate) -> float:
    if way == "ssh":
        taken = await SshLine.open(student, port, user=who.email, password=PASSPHRASE)
    else:
        began = time.perf_counter()
        await WebLine.open(student, port)
        await sign_in_at_the_screen(student, email=who.email, passphrase=PASSPHRASE)
        # Whoever loads the page again is back in the exam; that is the line which counts.
        taken = time.perf_counter() - began
        await WebLine.open(student, port, visit=student.told["visit"])
    await student.until("Question", "left")
    return taken


def filled(home: Path, url: str | None, count: int) -> list[Candidate]:
    """Return students who are each in the midst of an exam."""
    house = open_house(home, url)
    try:
        return candidates(house, count)
    finally:
        house.close()


def answers_on_file(home: Path, url: str | None, people: Sequence[Candidate]) -> None:
    """Print how many answers are on file, and refuse chains that are not whole."""
    house = open_house(home, url)
    try:
        store = house.ports().store
        with store.read() as unit:
            answers = sum(event.kind == "answered" for one in people for event in unit.attempts.events(one.attempt_id))
        report = store.verify_chains()
    finally:
        house.close()
    print(f"  on file: {answers} answers; {report.records} records in {report.chains} chains are whole")
    if report.findings:
        sys.exit(f"chains are damaged: {report.findings}")


def measure_peer(*, count: int, seconds: float) -> None:
    """Print the web server beside textual-serve, at the home screen before anybody has signed in."""
    keys = ("\x1b[B", "\x1b[A")

    async def come(student: Student, server: ServerProcess, *, peer: bool) -> float:
        taken = await WebLine.open(student, server.port, peer=peer)
        await student.until("Sign in")
        return taken

    found = []
    for name, peer in (("cequiz serve web", False), ("textual-serve", True)):
        with tempfile.TemporaryDirectory() as folder:
            open_house(Path(folder), None).ports().store.close()
            command = ["-m", "cequiz", "serve", "web", "--port", "0", "--most-from-one", "200"]
            if peer:
                command = ["-m", "benchmarks.served.textual_peer"]
            with ServerProcess(command, environment={"CEQUIZ_HOME": folder}) as server:

                async def enter(student: Student, _: int, server: ServerProcess = server, peer: bool = peer) -> float:
                    return await come(student, server, peer=peer)

                found.append(asyncio.run(run(name, enter, server, count=count, seconds=seconds, keys=keys)))
    mine, theirs = found
    print("ratios, cequiz / textual-serve")
    ratio("first paint, median", statistics.median(mine.first), statistics.median(theirs.first))
    ratio("key to repaint, median", quantile(mine.seconds, 0.5), quantile(theirs.seconds, 0.5))
    ratio("key to repaint, p95", quantile(mine.seconds, 0.95), quantile(theirs.seconds, 0.95))
    each = [(one.uses[count].uss - one.uses[0].uss) / count for one in found]
    ratio("memory a session (USS)", each[0], each[1])


def main() -> None:
    """Measure what is asked for."""
    parser = argparse.ArgumentParser(description="Many students on one server.")
    parser.add_argument("what", choices=["ssh", "web", "finish", "peer"])
    parser.add_argument("--students", type=int, default=0, help="sessions; 100, for the peer 15")
    parser.add_argument("--seconds", type=float, default=30.0, help="how long keys are pressed")
    parser.add_argument("--store", choices=["sqlite", "postgres"], default="sqlite")
    parser.add_argument("--attempts", type=int, default=1000)
    parser.add_argument("--spread", type=float, default=0.0, help="seconds over which attempts finish; 0 for at once")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--threads", type=int, default=8)
    given = parser.parse_args()
    if given.what == "finish":
        with tempfile.TemporaryDirectory() as folder, database_of(given.store) as url:
            measure_finish(
                Path(folder),
                url,
                attempts=given.attempts,
                spread=given.spread,
                processes=given.processes,
                threads=given.threads,
            )
    elif given.what == "peer":
        measure_peer(count=given.students or 15, seconds=given.seconds)
    else:
        measure_line(given.what, count=given.students or 100, seconds=given.seconds, store=given.store)


if __name__ == "__main__":
    main()
