"""A stage for the student's UI: a house on fakes with a clock that stands still, and ways to wait without sleeping."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, timedelta
from pathlib import Path
from time import monotonic
from typing import Any

from textual.pilot import Pilot
from textual.screen import ModalScreen, Screen
from textual.widget import Widget
from textual.widgets import Static
from textual.worker import Worker

from cequiz.adapters.rest import FsrsRest
from cequiz.bootstrap import House, bundled_lexicon
from cequiz.domain.bank.bank import Bank
from cequiz.domain.bank.course import Course
from cequiz.domain.people.student import Licence, Student
from cequiz.errors import CequizError, StorageBusy
from cequiz.frontends.tui.app import CequizApp
from cequiz.frontends.tui.desk import Desk
from cequiz.frontends.tui.house_app import HouseApp
from cequiz.frontends.tui.widgets.listing import Listing
from cequiz.frontends.tui.widgets.long_list import LongList
from cequiz.frontends.tui.widgets.page import Cells
from cequiz.services.enrolling import register
from cequiz.services.loading import load
from cequiz.services.ports import Ack, Glance, Ports
from cequiz.services.sitting import Sitting
from cequiz.services.starting import start
from cequiz.settings import Settings
from tests import builders
from tests.fakes import FakeBoards, FakeClock, FakeIds, FakeNotary, FakePassphrases, FakePress, FakePrinter, FakeStore

PASSPHRASE = "correct horse battery"
PATIENCE = 60.0
"""Seconds until a test gives up; a machine that is busy needs some of them."""


class JammedStore(FakeStore):
    """A store whose disk fails while `jammed` is set, and which can be held at the door by a gate."""

    def __init__(self) -> None:
        super().__init__()
        self.jammed = False
        self.tells = False
        """Whether it tells at once of what is written, as one in PostgreSQL does and one in a file does not."""
        self.listeners = 0

    def watch(self, wake: Callable[[str], None]) -> Callable[[], None]:
        """Tell only where a test wants it, and count who listens."""
        end = super().watch(lambda attempt_id: wake(attempt_id) if self.tells else None)
        self.listeners += 1

        def ended() -> None:
            self.listeners -= 1
            end()

        return ended

    def append(self, draft: Any, *, expected_seq: int, standing: Any = None) -> Ack:
        """Fail while jammed."""
        if self.jammed:
            raise StorageBusy("Another program holds the store.", hint="Wait a moment.")
        return super().append(draft, expected_seq=expected_seq, standing=standing)


class StageHouse(House):
    """A house whose ports are at hand."""

    def __init__(self, ports: Ports, home: Path) -> None:
        super().__init__(Settings(home=home, database_url=None, user="tester"), clock=ports.clock)
        self._fakes = ports
        self.broken: CequizError | None = None
        """What opening the store fails with."""

    def glance(self) -> Glance | None:
        """Return nothing: the fake store is quick enough."""
        return None

    def ports(self) -> Ports:
        """Return the fakes."""
        if self.broken is not None:
            raise self.broken
        return self._fakes


class StageDesk(Desk):
    """A desk whose pages are grey paper."""

    async def draw_page(self, pdf: bytes, columns: int, rows: int) -> Cells:
        """Return grey paper."""
        return [[("▀", (120, 120, 120), (130, 130, 130))] * columns] * rows


class Stage:
    """Everything a test of the UI needs."""

    def __init__(self, home: Path) -> None:
        self.clock = FakeClock()
        self.store = JammedStore()
        self.printer = FakePrinter()
        self.ports = Ports(
            store=self.store,
            clock=self.clock,
            ids=FakeIds(),
            passphrases=FakePassphrases(),
            press=FakePress(),
            printer=self.printer,
            folder=home / "certificates",
            lexicon=bundled_lexicon(),
            rest=FsrsRest(),
            notary=FakeNotary(),
            boards=FakeBoards(),
        )
        self.house = StageHouse(self.ports, home)

    def load(self, *, course: Course | None = None, bank: Bank | None = None) -> None:
        """Load a course with its bank."""
        load(self.ports, banks=[bank or builders.bank()], courses=[course or builders.course()], actor="test")

    def student(self, name: str = "Ana Souza", *, email: str = "ana@example.org") -> Student:
        """Register a student who can sign in."""
        return register(
            self.ports,
            name=name,
            email=email,
            licences=(Licence("FL", "MA12345"),),
            passphrase=PASSPHRASE,
            actor="test",
        )

    def start(self, student: Student, exam: str = "course/quiz") -> Sitting:
        """Start an exam behind the UI's back."""
        return start(self.ports, student_id=student.id, exam_ref=exam, attested=True, actor="test")

    def app(self, student: Student | None = None, exam: str | None = None) -> CequizApp:
        """Return the app, with times in UTC and pages as grey paper."""
        app = CequizApp(self.house, student_id=student.id if student else None, exam_ref=exam, zone=UTC)
        app.desk = StageDesk(self.house, zone=UTC)
        app.animation_level = "none"
        return app

    @asynccontextmanager
    async def open(
        self, student: Student | None = None, exam: str | None = None, *, size: tuple[int, int] = (80, 24)
    ) -> AsyncIterator[Pilot[int]]:
        """Run the app and wait until its first screen is complete."""
        async with self.app(student, exam).run_test(size=size) as pilot:
            await settle(pilot)
            yield pilot


async def settle(pilot: Pilot[Any]) -> None:
    """Wait until nothing is under way: workers, the writing thread, messages, repaints.

    Work of a screen that has put a question above itself waits for a person, and is not waited for.
    """
    app = pilot.app
    assert isinstance(app, HouseApp)
    began = monotonic()
    while monotonic() - began < PATIENCE:
        tasks = [worker._task for worker in app.workers if not worker.is_finished and not _asks(app, worker)]
        known = [task for task in tasks if task is not None]
        if known:
            await asyncio.wait(known, timeout=0.05, return_when=asyncio.FIRST_COMPLETED)
        else:
            await pilot.pause()  # what is on its way to the screen may have something written
            if app.is_running:
                await app.desk.idle()
        await pilot.pause()
        # What a worker did last is drawn after it has finished, so one more round finds nothing under way.
        if not known and all(worker.is_finished or _asks(app, worker) for worker in app.workers):
            return
    raise AssertionError("the screen is still at work")


def _asks(app: HouseApp, worker: Worker[Any]) -> bool:
    """Whether a worker belongs to a screen below a question."""
    node, top = worker.node, app.screen
    return isinstance(top, ModalScreen) and isinstance(node, Widget | Screen) and node.screen is not top


async def press(pilot: Pilot[Any], *keys: str) -> None:
    """Press keys and wait for what they cause after each."""
    for key in keys:
        await pilot.press(key)
        await settle(pilot)


async def write(pilot: Pilot[Any], text: str) -> None:
    """Type a text."""
    await pilot.press(*("space" if character == " " else character for character in text))


def pass_time(stage: Stage, pilot: Pilot[Any], by: timedelta) -> None:
    """Let time pass as in a program that runs: in steps, each seen; one long step would be a machine that slept."""
    screen: Any = pilot.app.screen
    while by > timedelta():
        step = min(by, timedelta(seconds=20))
        stage.clock.advance(step)
        screen.tick()
        by -= step


def said(pilot: Pilot[Any]) -> str:
    """Return the text of everything the top screen shows, as plain as it is."""
    parts: list[str] = []
    for widget in pilot.app.screen.walk_children(Widget):
        if not widget.display:
            continue
        if isinstance(widget, Listing):
            parts.extend(plain(option.prompt) for option in widget.options)
        elif isinstance(widget, LongList):
            parts.extend(widget.render_line(y).text for y in range(widget.size.height))
        elif isinstance(widget, Static):
            parts.append(plain(widget.visual))
        elif not widget.is_container:
            parts.append(plain(widget.render()))
    return "\n".join(parts)


def notes(pilot: Pilot[Any]) -> str:
    """Return the text of every notification that shows."""
    return "\n".join(note.message for note in pilot.app._notifications)


def plain(visual: object) -> str:
    """Return a visual's text; nothing for what has none."""
    text = getattr(visual, "plain", "")
    return text if isinstance(text, str) else ""


def course(**exam: Any) -> Course:
    """Return the sample course with an exam of other terms."""
    return builders.course(exams=[builders.exam_json(**exam)])


def with_questions(*questions: Mapping[str, Any]) -> Bank:
    """Return the sample bank with these questions added to it."""
    data = builders.bank_json()
    return Bank.from_json({**data, "questions": [*data["questions"], *questions]})
