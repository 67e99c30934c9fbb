"""The office's screens about exams in progress, each as the keys that lead to it: pictures are taken of them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

from textual.pilot import Pilot
from textual.widgets import Input

from cequiz.domain.people.staff import Role
from cequiz.services.enrolling import register
from cequiz.services.messaging import message
from cequiz.services.sitting import Sitting
from cequiz.services.starting import resume, start
from cequiz.services.timing import adjust_time, hold
from tests.builders import course, exam_json
from tests.frontends.tui.office.stage import OfficeStage
from tests.frontends.tui.stage import press, write

Act = Callable[[OfficeStage, Pilot[Any]], Awaitable[None]]

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


def sit(office: OfficeStage, name: str, exam: str = "course/quiz") -> Sitting:
    """Let somebody begin an exam."""
    email = f"{name.split(maxsplit=1)[0].lower()}@example.org"
    student = register(office.ports, name=name, email=email, actor="test")
    return start(office.ports, student_id=student.id, exam_ref=exam, attested=True, actor=f"student:{student.id}")


def set_up(office: OfficeStage) -> None:
    """Fill the room: exams of every state, a challenge and an outage to decide on."""
    lasting = exam_json("final", time_limit="60m", resume={"clock": "runs", "outage_credit": "2m"})
    free = exam_json("free", time_limit="none")
    office.load(course=course(exams=[exam_json(), lasting, free]))
    for role in Role:
        office.staff(role)
    broken = sit(office, "Doğan Yılmaz", "course/final")
    office.clock.advance(7 * MINUTE)
    resume(office.ports, attempt_id=broken.attempt.id, actor="test").leave()
    gone = sit(office, "Esther Goldberg-Featherstonehaugh", "course/final")
    gone.challenge(gone.attempt.form.items[0].key, reason="Two options are right.")
    held = sit(office, "Béla Kovács")
    office.clock.advance(MINUTE)
    hold(office.ports, attempt_id=held.attempt.id, reason="fire alarm", actor=office.staff(Role.PROCTOR).actor)
    sit(office, "Chidi Okafor", "course/free")
    ana = sit(office, "Ana Maria Souza")
    office.clock.advance(MINUTE)
    for item in ana.attempt.form.items[:2]:
        ana.answer(item.key, {"choice": "b"})
    ana.flag(ana.attempt.form.items[2].key)
    adjust_time(office.ports, attempt_id=ana.attempt.id, amount=5 * MINUTE, reason="late bus", actor="os:me")
    message(office.ports, attempt_id=ana.attempt.id, text="You have five minutes more.", actor="os:me")


async def board(office: OfficeStage, pilot: Pilot[Any]) -> None:
    """Everybody who sits an exam."""
    await press(pilot, "l")


async def near(office: OfficeStage, pilot: Pilot[Any]) -> None:
    """One of them from near."""
    await press(pilot, "l", "home", "down", "enter")


async def held(office: OfficeStage, pilot: Pilot[Any]) -> None:
    """One who is suspended."""
    await press(pilot, "l", "home", "enter")


async def why(office: OfficeStage, pilot: Pilot[Any]) -> None:
    """The question before an exam is suspended."""
    await press(pilot, "l", "down", "s")
    await write(pilot, "fire alarm")
    for field in pilot.app.screen.query(Input):
        field.cursor_blink = False


async def outages(office: OfficeStage, pilot: Pilot[Any]) -> None:
    """What outages took."""
    await press(pilot, "l", "o")


EVERY: tuple[Act, ...] = (board, near, held, why, outages)
