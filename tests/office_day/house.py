"""Harbour School: a real house in a folder, those who work in it, its command line and its students' screens."""

from __future__ import annotations

import io
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, timedelta
from pathlib import Path
from typing import Any

from textual.pilot import Pilot
from textual.widgets import Input

from cequiz.bootstrap import House
from cequiz.domain.canonical import Json
from cequiz.domain.exam.attempt import Attempt
from cequiz.domain.people.student import Student
from cequiz.frontends.cli.app import run
from cequiz.frontends.cli.desk import Desk
from cequiz.frontends.tui.app import CequizApp
from cequiz.frontends.tui.office.app import OfficeApp
from cequiz.services import enrolling
from cequiz.services.evaluating import evaluate
from cequiz.services.grading import load_attempt
from cequiz.services.issuing import settle as settle_course
from cequiz.services.ports import AuditRecord, Ports
from cequiz.services.sitting import Sitting
from cequiz.services.starting import start
from cequiz.settings import Settings
from tests.fakes import FakeClock, FakePrinter
from tests.frontends.desks import Ran
from tests.frontends.tui.stage import notes, press, said, settle, write
from tests.office_day.papers import ANSWERS

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
COURSE, EXAM = "harbour-course", "harbour-course/quiz"
ADA, BRUNO, PAUL, ALMA = "Ada Office", "Bruno Second", "Paul Watch", "Alma Reader"
"""Two administrators, a proctor and an auditor."""
PASSPHRASE = "correct horse battery"
TERMINAL = "os:harbour"
"""Who the records name as the doer at the command line."""


class DayHouse(House):
    """A real house whose printer remembers instead of using paper."""

    def __init__(self, settings: Settings, *, clock: FakeClock, printer: FakePrinter) -> None:
        super().__init__(settings, clock=clock)
        self._printer = printer

    def ports(self) -> Ports:
        """Return the real ports with that printer."""
        return replace(super().ports(), printer=self._printer)


class School:
    """A home of its own, seen by two programs: one draws the screens, the other one is the command line."""

    def __init__(self, home: Path, *, clock: FakeClock | None = None) -> None:
        self.clock = clock or FakeClock()
        self.printer = FakePrinter()
        self.home = home
        self.desktop = home.parent
        """Where papers lie, and where files are written that somebody hands on."""
        settings = replace(Settings.read({"CEQUIZ_HOME": str(home)}), user=TERMINAL.removeprefix("os:"))
        self.house = DayHouse(settings, clock=self.clock, printer=self.printer)
        self._terminal = DayHouse(settings, clock=self.clock, printer=self.printer)

    @property
    def ports(self) -> Ports:
        """The ports behind the screens."""
        return self.house.ports()

    def close(self) -> None:
        """Close both programs."""
        self.house.close()
        self._terminal.close()

    def paper(self, name: str, text: str) -> Path:
        """Lay a file on the desktop, in the place of one of this name."""
        path = self.desktop / name
        path.write_text(text, encoding="utf-8")
        return path

    def command(self, *arguments: str | Path, typed: str | None = None, code: int = 0) -> Ran:
        """Run a command line that must end with this exit code."""
        out, err = io.StringIO(), io.StringIO()
        stdin = None if typed is None else io.StringIO(typed)
        desk = Desk(house=self._terminal, out=out, err=err, stdin=stdin)
        ended = run([str(one) for one in arguments], desk)
        assert ended == code, f"{arguments}: {ended}\n{out.getvalue()}\n{err.getvalue()}"
        return Ran(ended, out.getvalue(), err.getvalue())

    def document(self, *arguments: str | Path) -> Any:
        """Return the JSON document of a command."""
        return json.loads(self.command(*arguments, "--json").out)

    def student(self, email: str) -> Student:
        """Return a student."""
        return enrolling.student(self.ports, email)

    def audit(self) -> list[AuditRecord]:
        """Return the audit record."""
        with self.ports.store.read() as unit:
            return list(unit.audit.all())

    def attempt(self, attempt_id: str) -> Attempt:
        """Return an attempt as the store has it."""
        with self.ports.store.read() as unit:
            return load_attempt(unit, attempt_id)

    def sit(self, email: str) -> Sitting:
        """Let a student begin the exam."""
        found = self.student(email)
        return start(self.ports, student_id=found.id, exam_ref=EXAM, attested=True, actor=f"student:{found.id}")

    def complete(self, email: str, *, clear: int) -> str:
        """Let a student evaluate the course, and return the number of the certificate that it earns."""
        found = self.student(email)
        actor = f"student:{found.id}"
        answers: dict[str, Json] = {"clear": clear, "comment": f"Noted by {found.name}."}
        evaluate(self.ports, student_id=found.id, course_id=COURSE, answers=answers, actor=actor)
        record = settle_course(self.ports, student_id=found.id, course_id=COURSE, actor=actor).certificate
        assert record is not None
        return record.number

    def numbers(self) -> dict[str, str]:
        """Return the state of every certificate, by its number."""
        return {one["number"]: one["status"] for one in self.document("certificate", "list")}

    @asynccontextmanager
    async def office(self, name: str, *keys: str) -> AsyncIterator[Pilot[Any]]:
        """Come into the office through its door, and press keys there."""
        async with self.door() as pilot:
            await press(pilot, "enter")
            fill(pilot, name=name, passphrase=PASSPHRASE)
            await press(pilot, "ctrl+s")
            shows(pilot, name, "What is there to do?")
            await press(pilot, *keys)
            yield pilot

    @asynccontextmanager
    async def door(self) -> AsyncIterator[Pilot[Any]]:
        """Open the office, with nobody in it."""
        app = OfficeApp(self.house, zone=UTC)
        app.animation_level = "none"
        async with app.run_test(size=(120, 40)) as pilot:
            await settle(pilot)
            yield pilot

    @asynccontextmanager
    async def at_home(self, email: str) -> AsyncIterator[Pilot[Any]]:
        """Let a student sign in to their own screens; the first passphrase that is typed becomes theirs."""
        app = CequizApp(self.house, zone=UTC)
        app.animation_level = "none"
        async with app.run_test(size=(120, 40)) as pilot:
            await settle(pilot)
            await press(pilot, "enter")
            fill(pilot, email=email, passphrase=PASSPHRASE)
            await press(pilot, "ctrl+s")
            yield pilot


@dataclass
class Day:
    """The school, and what people carry from one hour into the next."""

    school: School
    sittings: dict[str, Sitting] = field(default_factory=dict)


def fill(pilot: Pilot[Any], **texts: str) -> None:
    """Put texts into the fields of a form."""
    for name, text in texts.items():
        pilot.app.screen.query_one(f"#{name}", Input).value = text


async def reply(pilot: Pilot[Any], text: str) -> None:
    """Answer the question that is open, in the place of what stands there."""
    fill(pilot, answer=text)
    await press(pilot, "enter")


async def search(pilot: Pilot[Any], text: str) -> None:
    """Look for something in the list that is shown, and go to what was found."""
    await press(pilot, "slash")
    fill(pilot, search="")
    await write(pilot, text)
    await press(pilot, "enter")


def shows(pilot: Pilot[Any], *words: str) -> None:
    """Make sure that these words are on the screen, or in what it tells."""
    painted = "\n".join(strip.text for strip in pilot.app.screen._compositor.render_strips())
    text = f"{said(pilot)}\n{painted}\n{notes(pilot)}"
    for one in words:
        assert one in text, f"{one!r} is not in:\n{text}"


def lacks(pilot: Pilot[Any], *words: str) -> None:
    """Make sure that these words are not on the screen."""
    text = said(pilot)
    for one in words:
        assert one not in text, f"{one!r} is in:\n{text}"


def answer(sitting: Sitting, **other: str) -> None:
    """Answer every question by the keys of the first print, but for those that are named."""
    for item in sitting.attempt.form.items:
        sitting.answer(item.key, {"choice": other.get(item.question, ANSWERS[item.question])})
