"""A key press in the exam against one on a blank Textual screen with as many widgets, headless, in turns.

Measured from the key's event to the first drawing after it. In the exam a letter chooses: the list, the map and the
line below change, and the answer is on its way to a real store. The blank screen has the same number of widgets in
the same depth, one of them Textual's own list with rows of the same texts; a key highlights a row and changes one
line, which is the least that any screen with choices does. Frames are drawn as soon as there is something to draw, so
that waiting for Textual's frame clock is not measured. Processor time of the drawing thread is firmer than the wall
clock where other programs run; ratios are firmer than milliseconds.

    python benchmarks/exam_key.py [ROUNDS]
"""

from __future__ import annotations

import asyncio
import os

os.environ["TEXTUAL_FPS"] = "2000"
os.environ["TEXTUAL_ANIMATIONS"] = "none"

import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from textual import events
from textual.app import App, ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

ROUNDS = 10
KEYS = 40
WARM = 10
SIZE = (80, 24)


class BlankScreen(Screen[None]):
    """So many widgets; a key changes two of them."""

    BINDINGS = [("a", "change(0)"), ("b", "change(1)")]  # noqa: RUF012 - Textual's own way

    def __init__(self, count: int, texts: Sequence[str]) -> None:
        super().__init__()
        self._count = count
        self._texts = texts

    def compose(self) -> ComposeResult:
        """Lay the widgets out, as deep as the exam's."""
        with Vertical(), Vertical():
            yield OptionList(*(Option(Content(text)) for text in self._texts), markup=False)
            for number in range(self._count - 3):
                yield Static(f"Line {number}", id=f"line-{number}", markup=False)

    def action_change(self, row: int) -> None:
        """Change two of them."""
        self.query_one(OptionList).highlighted = row
        self.query_one("#line-0", Static).update(f"The row {row}", layout=False)


class Blank(App[None]):
    """Shows the blank screen."""

    CSS = "Static { height: 1; } OptionList { height: 12; }"

    def __init__(self, count: int, texts: Sequence[str]) -> None:
        super().__init__()
        self._count = count
        self._texts = texts

    def on_mount(self) -> None:
        """Show it."""
        self.push_screen(BlankScreen(self._count, self._texts))


@dataclass
class Times:
    """Milliseconds from keys to drawings."""

    wall: list[float] = field(default_factory=list)
    thread: list[float] = field(default_factory=list)

    def add(self, other: Times) -> None:
        """Take in the times of another round."""
        self.wall += other.wall
        self.thread += other.thread


class Watch:
    """Notes when an app has drawn something after a key."""

    def __init__(self, app: App[Any]) -> None:
        self._app = app
        self._display = app._display
        self._drawn = asyncio.Event()
        self._wall = self._thread = 0.0
        app._display = self._note  # type: ignore[method-assign] # the point of the measurement

    def _note(self, screen: Screen[Any], renderable: Any) -> None:
        self._display(screen, renderable)
        if renderable is not None and not self._drawn.is_set():
            self._wall, self._thread = time.perf_counter(), time.thread_time()
            self._drawn.set()

    async def drawn(self, key: str) -> tuple[float, float]:
        """Press a key; return the milliseconds until the first drawing, by the wall and of this thread."""
        self._drawn.clear()
        wall, thread = time.perf_counter(), time.thread_time()
        self._app.post_message(events.Key(key, key))
        await asyncio.wait_for(self._drawn.wait(), 5)
        return (self._wall - wall) * 1000, (self._thread - thread) * 1000


async def timed(pilot: Pilot[Any], rest: Callable[[], Awaitable[object]]) -> Times:
    """Return the times of the keys of one round."""
    watch, times = Watch(pilot.app), Times()
    for number in range(KEYS + WARM):
        await rest()
        wall, thread = await watch.drawn("ab"[number % 2])
        if number >= WARM:
            times.wall.append(wall)
            times.thread.append(thread)
    return times


def prepare(home: str) -> tuple[Any, str]:
    """Make a store with the bundled course and a student; return the house and the student's id."""
    from cequiz.bootstrap import House
    from cequiz.services.enrolling import register
    from cequiz.settings import Settings

    house = House(Settings(home=Path(home), database_url=None, user="bench"))
    student = register(house.ports(), name="Sample Student", email="sample@example.org", actor="bench")
    return house, student.id


async def exam(house: Any, student_id: str) -> tuple[int, tuple[str, ...], Times]:
    """Return how many widgets the exam's screen has, the texts of its rows, and its times."""
    from cequiz.frontends.tui.app import CequizApp
    from cequiz.frontends.tui.student.exam import ExamScreen
    from cequiz.services.starting import start

    ports = house.ports()
    with ports.store.read() as unit:
        [course] = unit.courses.versions()
    sitting = start(ports, student_id=student_id, exam_ref=f"{course.id}/neck-anatomy", attested=True, actor="bench")
    app = CequizApp(house, student_id=student_id)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        screen = ExamScreen(app.desk, sitting)
        await app.push_screen(screen)
        await pilot.pause()
        for place, item in enumerate(sitting.attempt.form.items):
            if len(item.order) == 4 and sitting.questions[item.key].max_choices == 1:
                screen.go(place)
                break

        async def rest() -> None:
            await app.desk.idle()
            await pilot.pause()

        count = len(list(screen.walk_children(Widget)))
        texts = tuple(choice.text for choice in screen.question.choices())
        return count, texts, await timed(pilot, rest)


async def blank(count: int, texts: Sequence[str]) -> Times:
    """Return the times of a blank screen with so many widgets and these rows."""
    async with Blank(count, texts).run_test(size=SIZE) as pilot:
        await pilot.pause()
        return await timed(pilot, pilot.pause)


def best_half(times: Sequence[float]) -> float:
    """Return the median of the faster half."""
    return statistics.median(sorted(times)[: max(len(times) // 2, 1)])


def main() -> None:
    """Print the medians and the ratios."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS
    count, ours, floor = 0, Times(), Times()
    for _ in range(rounds):
        with tempfile.TemporaryDirectory() as home:
            house, student_id = prepare(home)
            count, texts, times = asyncio.run(exam(house, student_id))
            ours.add(times)
            floor.add(asyncio.run(blank(count, texts)))
            house.close()
    for name, times in ((f"blank Textual screen, {count} widgets", floor), ("exam screen", ours)):
        wall, thread = best_half(times.wall), best_half(times.thread)
        print(f"{name}: {wall:.2f} ms from key to drawing, {thread:.2f} ms of them at work (median of the faster half)")
    print(f"ratio by the wall {best_half(ours.wall) / best_half(floor.wall):.2f}", end=", ")
    print(f"ratio of the work {best_half(ours.thread) / best_half(floor.thread):.2f}")


if __name__ == "__main__":
    main()
