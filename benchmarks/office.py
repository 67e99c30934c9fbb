"""The office at full size: how soon its lists show, answer a search, and come to their end; and what they weigh.

Screens run headless in the real app on the real store (see `office_store`), 120 columns by 40 rows. A time is taken
from what a person does to the moment at which the app has painted the answer; on a machine that has other things to do
the processor time beside it says more. Bare limits are taken in the same run:
the same question to SQLite alone, and a screen that shows nothing but a word; the ratios against them are firmer than
milliseconds. Making the store takes a minute or two; `--keep` keeps it for the next run.

    python -m benchmarks.office [--keep FOLDER] [--rounds N] [--memory]
"""

from __future__ import annotations

import argparse
import asyncio
import os
import resource
import statistics
import sys
import tempfile
import time
import tracemalloc
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path

from benchmarks.office_store import open_house
from textual.app import ComposeResult
from textual.widgets import Input, Static

from cequiz.adapters.store.driver import read_only
from cequiz.bootstrap import House
from cequiz.domain.people.staff import Role
from cequiz.frontends.tui.commands import Scope
from cequiz.frontends.tui.office.app import OfficeApp
from cequiz.frontends.tui.office.audit_log import AuditLogScreen
from cequiz.frontends.tui.office.certificates import CertificatesScreen
from cequiz.frontends.tui.office.live_board import LiveBoardScreen
from cequiz.frontends.tui.office.screen import OfficeScreen
from cequiz.frontends.tui.office.search_list import SearchListScreen
from cequiz.frontends.tui.office.students import StudentsScreen
from cequiz.frontends.tui.widgets.long_list import LongList
from cequiz.services import admitting
from cequiz.services.reports.results import results

SIZE = (120, 40)
PAINT, ANSWER = 200.0, 50.0
"""Milliseconds: the first paint of a list, and the answer to a keystroke of a search."""

_REST = 1.0
"""Seconds between two measurements of a screen: what it still counts in the background comes to its end."""

Screens = dict[str, Callable[[OfficeApp], OfficeScreen[None]]]
LISTS: Screens = {
    "students": lambda app: StudentsScreen(app.desk),
    "certificates (due)": lambda app: CertificatesScreen(app.desk),
    "audit log": lambda app: AuditLogScreen(app.desk),
    "live board (200)": lambda app: LiveBoardScreen(app.desk),
}
TYPED = {
    "students": ("garcia", "ana", "ma1234", "xyzzy"),
    "certificates (all)": ("garcia", "000123"),
    "audit log": ("student.", "certificate.issued"),
}
BARE = {
    "students": (
        "SELECT id, name, email, licences FROM student INDEXED BY ix_student_sort_name_id_sought_merged_into"
        " WHERE instr(sought, ?) > 0 AND merged_into IS NULL ORDER BY sort_name, id LIMIT 100"
    ),
    "certificates (all)": (
        "SELECT number, status, holder FROM certificate_standing WHERE instr(sought, ?) > 0"
        " ORDER BY position DESC LIMIT 100"
    ),
    "audit log": "SELECT * FROM audit_record WHERE deed BETWEEN ? AND 'zz' ORDER BY seq DESC LIMIT 100",
}
"""The same questions as plain SQL, for one page and without the number of all."""


class Word(OfficeScreen[None]):
    """A screen with one word on it: what any screen costs."""

    SCOPE = Scope.EVERYWHERE
    HEADING = "Bare"

    def compose_body(self) -> ComposeResult:
        """Lay out the word."""
        yield Static("word", classes="body")


@asynccontextmanager
async def running(house: House) -> AsyncIterator[OfficeApp]:
    """Run the office with somebody signed in."""
    ports = house.ports()
    staff = next((seat.staff for seat in admitting.seats(ports)), None) or admitting.create(
        ports, name="Bench", role=Role.ADMINISTRATOR, passphrase="correct horse battery", actor="bench"
    )
    app = OfficeApp(house)
    app.animation_level = "none"
    app.desk.take_seat(staff)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause(0.5)
        yield app


async def painted(app: OfficeApp) -> None:
    """Wait until what has changed is on the screen."""
    done = asyncio.Event()
    app.screen.call_after_refresh(done.set)
    await done.wait()


async def until(there: Callable[[], bool]) -> None:
    """Wait for something, looking a thousand times a second."""
    while not there():
        await asyncio.sleep(0.001)


def rows_of(app: OfficeApp) -> LongList:
    """Return the list of the screen on top."""
    return app.screen.query_one(LongList)


def answered(rows: LongList) -> bool:
    """Whether the list has an answer to what it was asked last."""
    return rows.total is not None and not rows._shelf.unanswered


@dataclass(frozen=True)
class Took:
    """Milliseconds of something, by the clock on the wall and of processor time in all threads."""

    wall: float
    cpu: float


async def timed(work: Callable[[], Awaitable[None]]) -> Took:
    """Return how long something takes."""
    start, used = time.perf_counter(), time.process_time()
    await work()
    return Took((time.perf_counter() - start) * 1000, (time.process_time() - used) * 1000)


async def first_paint(app: OfficeApp, make: Callable[[OfficeApp], OfficeScreen[None]]) -> Took:
    """Open a screen until its first rows are painted, and close it again."""

    async def work() -> None:
        await app.push_screen(make(app))
        lists = app.screen.query(LongList)
        if lists:
            await until(lambda: answered(lists.first()))
        await painted(app)

    took = await timed(work)
    await close(app)
    return took


async def close(app: OfficeApp) -> None:
    """Close the screen on top and let everything come to rest."""
    await app.pop_screen()
    await app.workers.wait_for_complete()
    await asyncio.sleep(_REST)


async def keystrokes(app: OfficeApp, words: str) -> list[Took]:
    """Type words into the search of the screen on top, and return what each letter took until it was painted."""
    field, rows = app.screen.query_one("#search", Input), rows_of(app)
    field.focus()
    took = []
    for letter in words:

        async def work(letter: str = letter) -> None:
            asked = rows._shelf._question
            field.insert_text_at_cursor(letter)
            await until(lambda: rows._shelf._question > asked and answered(rows))
            await painted(app)

        took.append(await timed(work))
        await asyncio.sleep(0.03)
    field.value = ""
    await asyncio.sleep(0.2)
    return took


async def to_the_end(app: OfficeApp) -> tuple[Took, Took]:
    """Return what the End key takes, and on average each of a hundred page-ups after it."""
    rows = rows_of(app)

    async def shown() -> None:
        await until(lambda: rows.row is not None)
        await painted(app)

    async def end() -> None:
        rows.action_last()
        await shown()

    async def pages() -> None:
        for _ in range(100):
            rows.action_leaf(-1)
            await shown()

    rows.focus()
    last, leaves = await timed(end), await timed(pages)
    return last, Took(leaves.wall / 100, leaves.cpu / 100)


def bare(home: Path, sql: str, words: str) -> float:
    """Return the milliseconds of a question to SQLite alone, on a connection that is open; the best of five."""
    with closing(read_only(home / "cequiz.db")) as driver:
        times = []
        for _ in range(5):
            start = time.perf_counter()
            driver.execute(sql, (words,)).fetchall()
            times.append((time.perf_counter() - start) * 1000)
    return min(times)


def told(what: str, times: list[Took], *, limit: float, against: float) -> None:
    """Print median, best and worst, the processor time, the ratio to a bare limit, and whether the mark is kept."""
    walls = [one.wall for one in times]
    middle, cpu = statistics.median(walls), statistics.median(one.cpu for one in times)
    mark = "ok" if middle <= limit else "TOO SLOW"
    print(
        f"  {what:<36} median {middle:6.1f}  best {min(walls):6.1f}  worst {max(walls):6.1f}  cpu {cpu:6.1f}"
        f"  ratio {middle / against:5.1f}  {mark}",
        flush=True,
    )


async def measure(house: House, home: Path, rounds: int) -> None:
    """Print every figure."""
    async with running(house) as app:
        await first_paint(app, lambda app: Word(app.desk))  # libraries are loaded once
        words = [await first_paint(app, lambda app: Word(app.desk)) for _ in range(rounds)]
        floor = statistics.median(one.wall for one in words)
        print(f"load of the machine: {os.getloadavg()[0]:.1f}; beside two or more of it the processor time counts")
        print(f"a screen with one word: {floor:.1f} ms; first paint of lists, at most {PAINT:.0f} ms:")
        for name, make in LISTS.items():
            cold = await first_paint(app, make)
            times = [await first_paint(app, make) for _ in range(rounds)]
            told(f"{name} (first {cold.wall:.0f}, cpu {cold.cpu:.0f})", times, limit=PAINT, against=floor)
        print(f"a keystroke in a search until it is painted, at most {ANSWER:.0f} ms; ratio to SQLite alone:")
        for name, texts in TYPED.items():
            await open_list(app, name)
            for text in texts:
                times = [one for _ in range(rounds) for one in await keystrokes(app, text)]
                told(f"{name}: {text}", times, limit=ANSWER, against=bare(home, BARE[name], text))
            end, leaf = await to_the_end(app)
            print(f"  {name}: End {end.wall:.1f} ms, page-up {leaf.wall:.1f} ms each (cpu {leaf.cpu:.1f})", flush=True)
            await close(app)
    ports = house.ports()
    start = time.perf_counter()
    found = results(ports)
    took = (time.perf_counter() - start) * 1000
    print(f"report of results over {found.summary.get('attempts')} attempts: {took:.0f} ms")


async def open_list(app: OfficeApp, name: str) -> None:
    """Open the screen of a list and wait for its rows."""
    makes = {**LISTS, "certificates (all)": LISTS["certificates (due)"]}
    await app.push_screen(makes[name](app))
    if name == "certificates (all)":
        screen = app.screen
        assert isinstance(screen, CertificatesScreen)
        screen.action_filter("7")
    assert isinstance(app.screen, SearchListScreen)
    await until(lambda: answered(rows_of(app)))
    await app.workers.wait_for_complete()


async def weigh(house: House) -> None:
    """Print what the app weighs with the students' list open, and after a walk through it."""
    async with running(house) as app:
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        tracemalloc.start()
        await open_list(app, "students")
        opened = tracemalloc.get_traced_memory()[1] / 2**20
        await to_the_end(app)
        for text in TYPED["students"]:
            await keystrokes(app, text)
        walked = tracemalloc.get_traced_memory()[1] / 2**20
        after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"memory: {before:.0f} MB before the list, {after:.0f} MB at most after it (RSS);"
        f" Python's own peak {opened:.1f} MiB when it is open, {walked:.1f} MiB after a walk and four searches"
    )


def main() -> None:
    """Make the store where need be, measure, and print."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--keep", type=Path)
    asked.add_argument("--rounds", type=int, default=5)
    asked.add_argument("--memory", action="store_true", help="weigh instead, which slows everything down")
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = given.keep or Path(folder) / "office"
        with closing(open_house(home)) as house:
            asyncio.run(weigh(house) if given.memory else measure(house, home, given.rounds))
    sys.exit(0)


if __name__ == "__main__":
    main()
