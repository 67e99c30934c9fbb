"""The office's screens about reports, each as the keys that lead to it: pictures are taken of them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from textual.pilot import Pilot

from cequiz.domain.canonical import Json
from cequiz.domain.people.staff import Role
from cequiz.domain.people.student import Licence
from cequiz.services import evaluating
from cequiz.services.reports import batches, ce_broker
from tests.builders import course
from tests.fakes import FakeBoards
from tests.frontends.tui.office.stage import OfficeStage
from tests.frontends.tui.stage import StageHouse, press
from tests.services.earned import set_school
from tests.services.reports.conftest import APPROVAL, FLORIDA, NATIONAL, School

Act = Callable[[OfficeStage, Pilot[Any]], Awaitable[None]]


def school_in(office: OfficeStage, home: Path) -> School:
    """Return a school with Florida's approval in an office whose files go below a home."""
    office.ports = replace(office.ports, boards=FakeBoards(FLORIDA, NATIONAL))
    office.house = StageHouse(office.ports, home)
    title = "Essential Orthopedic and Osteopathic Assessments"
    basis = {"rule": "ncbtmb", "words": 72000, "media_minutes": 600}
    office.load(course=course(title=title, hours_basis=basis, approvals=[{**APPROVAL, "title": title}]))
    set_school(office.ports)
    for role in Role:
        office.staff(role)
    return School(office.ports, office.clock)


def set_up(office: OfficeStage) -> None:
    """Fill the office: completions of a few weeks, one batch that was posted, one person to report and one left out."""
    school = school_in(office, Path("/office"))
    school.complete("Ana Maria Souza")
    school.complete("Béla Kovács", (Licence("FL", "MA54321"), Licence("NY", "027123")))
    batch = ce_broker.export(office.ports, actor="os:me").batch
    assert batch is not None
    batches.post(office.ports, batch_id=batch.id, actor="os:me")
    office.clock.advance(timedelta(days=9))
    school.complete("Esther Goldberg-Featherstonehaugh", (Licence("FL", "MA777"),))
    school.complete("Chidi Okafor", (Licence("GA", "MT-1"),), issue=False)
    student = school.join("Doğan Yılmaz")
    school.sit(student, right=3, minutes=8)
    answers: dict[str, Json] = {"clear": 4, "comment": "Keep the [videos], drop the <b>reading</b>."}
    evaluating.evaluate(office.ports, student_id=student, course_id="course", answers=answers, actor="test")
    school.sit(school.join("Françoise Lefèvre"), right=1, minutes=9)


async def every_report(office: OfficeStage, pilot: Pilot[Any]) -> None:
    """The list of reports."""
    await press(pilot, "r")


async def due(office: OfficeStage, pilot: Pilot[Any]) -> None:
    """What is due."""
    await press(pilot, "r", "home", "enter")


async def results_form(office: OfficeStage, pilot: Pilot[Any]) -> None:
    """The parameters of exam results."""
    await press(pilot, "r", "home", "down", "enter")


async def results(office: OfficeStage, pilot: Pilot[Any]) -> None:
    """Exam results."""
    await press(pilot, "r", "home", "down", "enter", "ctrl+s")


async def roster(office: OfficeStage, pilot: Pilot[Any]) -> None:
    """The roster."""
    await press(pilot, "r", "home", "down", "down", "enter", "ctrl+s")


async def row(office: OfficeStage, pilot: Pilot[Any]) -> None:
    """A whole row of the roster."""
    await press(pilot, "r", "home", "down", "down", "enter", "ctrl+s", "down", "enter")


async def items(office: OfficeStage, pilot: Pilot[Any]) -> None:
    """Item statistics."""
    await press(pilot, "r", "home", *["down"] * 4, "enter", "ctrl+s")


async def evaluations(office: OfficeStage, pilot: Pilot[Any]) -> None:
    """Evaluations."""
    await press(pilot, "r", "home", *["down"] * 5, "enter", "ctrl+s")


async def hours(office: OfficeStage, pilot: Pilot[Any]) -> None:
    """The hours dossier."""
    await press(pilot, "r", "home", *["down"] * 6, "enter", "ctrl+s")


async def write_pdf(office: OfficeStage, pilot: Pilot[Any]) -> None:
    """The question where a file goes."""
    await press(pilot, "r", "home", "enter", "p")


async def broker(office: OfficeStage, pilot: Pilot[Any]) -> None:
    """Who would be reported."""
    await press(pilot, "r", "home", *["down"] * 7, "enter")


async def broker_write(office: OfficeStage, pilot: Pilot[Any]) -> None:
    """The question before the files are written."""
    await press(pilot, "r", "home", *["down"] * 7, "enter", "w")


async def left_out(office: OfficeStage, pilot: Pilot[Any]) -> None:
    """Who is left out."""
    await press(pilot, "r", "home", *["down"] * 7, "enter", "l")


async def batch_list(office: OfficeStage, pilot: Pilot[Any]) -> None:
    """What was reported."""
    await press(pilot, "r", "home", *["down"] * 8, "enter")


async def batch(office: OfficeStage, pilot: Pilot[Any]) -> None:
    """One batch."""
    await press(pilot, "r", "home", *["down"] * 8, "enter", "enter")


EVERY = (
    every_report,
    due,
    results_form,
    results,
    roster,
    row,
    items,
    evaluations,
    hours,
    write_pdf,
    broker,
    broker_write,
    left_out,
    batch_list,
    batch,
)
