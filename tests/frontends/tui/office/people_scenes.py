"""The office's screens about people, each as the keys that lead to it: pictures are taken of them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

from textual.pilot import Pilot
from textual.widgets import Input, TextArea

from cequiz.domain.credential.boards import BoardPack
from cequiz.domain.people.accommodation import Accommodation
from cequiz.domain.people.advisory import Advisory
from cequiz.domain.people.staff import Role
from cequiz.domain.people.student import Licence, parse_licence
from cequiz.errors import NotAllowed
from cequiz.services import accommodating, admitting, coding
from cequiz.services.enrolling import enrol, register
from tests import builders
from tests.fakes import FakeBoards
from tests.frontends.tui.office.stage import NAMES, OfficeStage
from tests.frontends.tui.stage import press, write
from tests.services.earned import earn, issue, pass_exam, set_school

Act = Callable[[OfficeStage, Pilot[Any]], Awaitable[None]]

PEOPLE = (
    ("Ana Maria Souza", "ana@example.org", ("FL:MA12345", "NY:027123")),
    ("Béla Kovács", "bela@example.org", ("FL:MA54321",)),
    ("Chidi Okafor", "chidi@example.org", ()),
    ("Doğan Yılmaz", "dogan@example.org", ("FL:9001",)),
    ("Esther Goldberg-Featherstonehaugh", "esther.goldberg@massage-school.example.org", ("IA:4400",)),
)


FLORIDA = BoardPack(
    id="fl",
    name="Florida",
    required=frozenset(),
    source="sample",
    checked_on=date(2026, 11, 22),
    advisory=Advisory(
        state="FL",
        name="Florida",
        hours=Fraction(5),
        of=Fraction(24),
        about=True,
        deliveries=frozenset({"home-study"}),
        source="sample",
        checked_on=date(2026, 11, 22),
    ),
)
"""A board that limits the hours of home study."""


def set_up(office: OfficeStage) -> None:
    """Fill the office: a few students, one of whom has earned a course, codes, and somebody of each role."""
    office.ports = replace(office.ports, boards=FakeBoards(FLORIDA))
    office.house._fakes = office.ports
    title = "Essential Orthopedic and Osteopathic Assessments"
    office.load(course=builders.course(title=title))
    set_school(office.ports)
    for name, email, held in PEOPLE:
        made = register(office.ports, name=name, email=email, licences=licences(*held), actor="test")
        if name == PEOPLE[0][0]:
            _earned(office, made.id)
    for role in Role:
        office.staff(role)
    _codes(office)


def licences(*written: str) -> list[Licence]:
    """Return licences from `FL:MA12345`."""
    return [parse_licence(one) for one in written]


def _earned(office: OfficeStage, student_id: str) -> None:
    actor = office.staff().actor
    enrol(office.ports, student_id=student_id, course_id="course", actor=actor)
    profile = Accommodation(factor=Fraction(3, 2), breaks=True)
    accommodating.grant(office.ports, student_id=student_id, profile=profile, reason="letter on file", actor=actor)
    pass_exam(office.ports, student_id, answer="a")
    office.clock.advance(timedelta(hours=2))
    earn(office.ports, student_id)
    issue(office.ports, student_id)


def _codes(office: OfficeStage) -> None:
    actor = office.staff().actor
    until = coding.last_moment(office.ports, "2026-12-31")
    coding.create(office.ports, course_id="course", uses=30, valid_until=until, note="November class", actor=actor)
    open_end = coding.create(office.ports, course_id="course", note="for the website", actor=actor)
    coding.redeem(office.ports, student_id="bela@example.org", typed=open_end.code, actor=actor)
    taken = coding.create(office.ports, course_id="course", actor=actor)
    coding.withdraw(office.ports, taken.code, reason="sent to the wrong list", actor=actor)


async def students(office: OfficeStage, pilot: Pilot[Any]) -> None:
    """Everybody."""
    await press(pilot, "s")


async def search(office: OfficeStage, pilot: Pilot[Any]) -> None:
    """Somebody is looked for."""
    await press(pilot, "s", "slash")
    await write(pilot, "kovacs")
    await press(pilot, "down")


async def student(office: OfficeStage, pilot: Pilot[Any]) -> None:
    """A student's file."""
    await press(pilot, "s", "enter")


async def attempt(office: OfficeStage, pilot: Pilot[Any]) -> None:
    """One of their attempts."""
    await press(pilot, "s", "enter", "down", "enter")


async def add(office: OfficeStage, pilot: Pilot[Any]) -> None:
    """A form with one thing wrong."""
    await press(pilot, "s", "a")
    await write(pilot, "Fatima")
    await pilot.press("tab")
    await write(pilot, "fatima at example.org")
    still(pilot)
    await press(pilot, "ctrl+s")


async def plate(office: OfficeStage, pilot: Pilot[Any]) -> None:
    """What will be printed, with a licence that somebody else has."""
    await press(pilot, "s", "enter", "c")
    pilot.app.screen.query_one("#name", Input).value = "Ana Maria de Souza"
    pilot.app.screen.query_one(TextArea).text = "FL:MA54321"
    pilot.app.screen.query_one("#reason", Input).value = "married"
    await press(pilot, "ctrl+s")


async def accommodate(office: OfficeStage, pilot: Pilot[Any]) -> None:
    """What is granted."""
    await press(pilot, "s", "enter", "a")
    still(pilot)


async def enrolment(office: OfficeStage, pilot: Pilot[Any]) -> None:
    """The courses to enrol in."""
    await press(pilot, "s", "down", "down", "enter", "e")


async def enrolling(office: OfficeStage, pilot: Pilot[Any]) -> None:
    """The question before an enrolment."""
    await press(pilot, "s", "down", "down", "down", "enter", "e", "enter")


async def codes(office: OfficeStage, pilot: Pilot[Any]) -> None:
    """Every code."""
    await press(pilot, "n")


async def code(office: OfficeStage, pilot: Pilot[Any]) -> None:
    """Who came in with a code."""
    await press(pilot, "n", "down", "enter")


async def make_code(office: OfficeStage, pilot: Pilot[Any]) -> None:
    """The form for a code."""
    await press(pilot, "n", "n")
    still(pilot)


async def staff(office: OfficeStage, pilot: Pilot[Any]) -> None:
    """Everybody in the office; one of them is locked out."""
    for _ in range(5):
        try:
            admitting.sign_in(office.ports, name=NAMES[Role.PROCTOR], passphrase="wrong passphrase")
        except NotAllowed:
            office.clock.advance(timedelta(seconds=30))
    await press(pilot, "f", "down", "down")


async def add_staff(office: OfficeStage, pilot: Pilot[Any]) -> None:
    """The form for somebody new."""
    await press(pilot, "f", "a")
    still(pilot)


async def role(office: OfficeStage, pilot: Pilot[Any]) -> None:
    """The form for another role, after a try without a reason."""
    await press(pilot, "f", "down", "r", "right")
    still(pilot)
    await press(pilot, "ctrl+s")


async def staff_passphrase(office: OfficeStage, pilot: Pilot[Any]) -> None:
    """The form for a new passphrase, after a try without a reason."""
    await press(pilot, "f", "down", "p")
    for name in ("passphrase", "again"):
        pilot.app.screen.query_one(f"#{name}", Input).value = "four plain words"
    still(pilot)
    await press(pilot, "ctrl+s")


async def unlock(office: OfficeStage, pilot: Pilot[Any]) -> None:
    """The question before somebody who was locked out is let in."""
    await staff(office, pilot)
    await press(pilot, "u")


async def renew(office: OfficeStage, pilot: Pilot[Any]) -> None:
    """The question before the next cycle."""
    await press(pilot, "s", "enter", "w")


async def roll(office: OfficeStage, pilot: Pilot[Any]) -> None:
    """A file with problems, each beside its line."""
    lines = [
        "name,email,licences",
        "Fatima Zahra,fatima@example.org,FL:MA1",
        "Gita,gita at example.org,",
        "Ana,ana@x,FL",
    ]
    await _check(pilot, lines)


async def roll_good(office: OfficeStage, pilot: Pilot[Any]) -> None:
    """A file that can be taken in, with one thing that is odd."""
    lines = [
        "name,email,licences,course",
        "Fatima Zahra,fatima@example.org,FL:MA54321,course",
        "Gita Rao,gita@example.org,,",
    ]
    await _check(pilot, lines)


async def _check(pilot: Pilot[Any], lines: list[str]) -> None:
    Path("class.csv").write_text("\n".join(lines), encoding="utf-8")
    await press(pilot, "s", "i")
    await write(pilot, "class.csv")
    await press(pilot, "enter")


async def touched(office: OfficeStage, pilot: Pilot[Any]) -> None:
    """The certificates that show the old name."""
    await plate(office, pilot)
    await press(pilot, "y")


async def passphrase(office: OfficeStage, pilot: Pilot[Any]) -> None:
    """The question before a one-time code."""
    await press(pilot, "s", "enter", "p")


async def transcript(office: OfficeStage, pilot: Pilot[Any]) -> None:
    """What somebody took, sat and earned."""
    await press(pilot, "s", "enter", "t")


async def twin(office: OfficeStage, pilot: Pilot[Any]) -> None:
    """Everybody of the same name."""
    _add_twin(office)
    await press(pilot, "s", "enter", "m")


async def merge(office: OfficeStage, pilot: Pilot[Any]) -> None:
    """What a merge would do."""
    _add_twin(office)
    await press(pilot, "s", "enter", "m", "down", "down", "enter")


def _add_twin(office: OfficeStage) -> None:
    made = register(office.ports, name="Ana Maria Souza", email="ana.souza@example.org", actor="test")
    enrol(office.ports, student_id=made.id, course_id="course", actor="test")


def still(pilot: Pilot[Any]) -> None:
    """Let no cursor blink in the picture."""
    for field in (*pilot.app.screen.query(Input), *pilot.app.screen.query(TextArea)):
        field.cursor_blink = False


EVERY: tuple[Act, ...] = (
    students,
    search,
    student,
    attempt,
    add,
    plate,
    accommodate,
    enrolment,
    enrolling,
    codes,
    code,
    make_code,
    staff,
    add_staff,
    role,
    staff_passphrase,
    unlock,
    renew,
    roll,
    roll_good,
    touched,
    passphrase,
    transcript,
    twin,
    merge,
)
