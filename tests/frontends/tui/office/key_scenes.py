"""The office's screens about changes of keys, each as what leads to it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from textual.pilot import Pilot

from cequiz.domain.house_rules import HouseRules
from cequiz.frontends.tui.office.key_change import KeyChangeScreen
from cequiz.services import proposing, rekeying
from cequiz.services.evaluating import evaluate
from cequiz.services.foreseeing import Request, preview
from cequiz.services.issuing import settle as settle_course
from cequiz.services.providing import set_provider
from tests.builders import bank, course, exam_json
from tests.frontends.tui.office.stage import OfficeStage
from tests.frontends.tui.stage import press, settle, write
from tests.papers import SCHOOL

Act = Callable[[OfficeStage, Pilot[Any]], Awaitable[None]]

PEOPLE: tuple[tuple[str, Mapping[str, str]], ...] = (
    ("Ana Souza", {}),
    ("Bela Lugosi", {"d1-1": "c", "d1-2": "c"}),
    ("Carl Orff", {"d1-4": "a"}),
    ("Dora Maar", {"d1-1": "d"}),
)
"""Who sat, and what they answered beside b, which is right everywhere."""


def set_up(office: OfficeStage) -> None:
    """Four students at one exam of four questions: d1-1 should have had the key C."""
    office.load(
        bank=bank("small", counts={"D1": 4}), course=course(exams=[exam_json(banks=["small"], blueprint={"D1": 4})])
    )
    set_provider(office.ports, SCHOOL, actor="test")
    for place, (name, answers) in enumerate(PEOPLE):
        student = office.student(name, email=f"s{place}@example.org")
        sitting = office.start(student)
        for item in sitting.attempt.form.items:
            sitting.answer(item.key, {"choice": answers.get(item.question, "b")})
        office.clock.advance(timedelta(minutes=3))
        sitting.submit()
        evaluate(office.ports, student_id=student.id, course_id="course", answers=None, actor="test")
        settle_course(office.ports, student_id=student.id, course_id="course", actor="test")


def ask_for_two(office: OfficeStage) -> None:
    """Let the house ask for a second approver."""
    office.ports = replace(office.ports, rules=HouseRules(second_approver=True))
    office.house._fakes = office.ports


def propose(office: OfficeStage, *, actor: str = "os:chief") -> str:
    """Propose the key C and return the proposal's id."""
    question = rekeying.newest(office.ports, "small").question("d1-1")
    change = rekeying.rekeyed(question, bank="small", response={"choice": "c"})
    seen = preview(office.ports, Request(bank="small", changes=(change,)))
    return proposing.submit(office.ports, seen, reason="The textbook changed", actor=actor).proposal.id


async def form(office: OfficeStage, pilot: Pilot[Any]) -> None:
    """The form, as a question's page opens it."""
    app: Any = pilot.app
    app.push_screen(KeyChangeScreen(app.desk, "small", "d1-1"))
    await settle(pilot)


async def foreseen(office: OfficeStage, pilot: Pilot[Any]) -> None:
    """What the key C would do."""
    await form(office, pilot)
    await press(pilot, "tab")
    await write(pilot, "c")
    await press(pilot, "ctrl+s")


async def detail(office: OfficeStage, pilot: Pilot[Any]) -> None:
    """Everything about the first attempt in the list."""
    await foreseen(office, pilot)
    await press(pilot, "end", "enter")


async def proposals(office: OfficeStage, pilot: Pilot[Any]) -> None:
    """What waits for a second person."""
    ask_for_two(office)
    propose(office)
    await press(pilot, "k")


async def waiting(office: OfficeStage, pilot: Pilot[Any]) -> None:
    """What a proposal would do now."""
    await proposals(office, pilot)
    await press(pilot, "enter")


EVERY: tuple[Act, ...] = (form, foreseen, detail, proposals, waiting)
