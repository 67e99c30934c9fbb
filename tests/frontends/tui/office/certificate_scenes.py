"""The office's screens about certificates, each as the keys that lead to it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from textual.pilot import Pilot

from cequiz.domain.credential.boards import BoardPack
from cequiz.domain.credential.lifecycle import Life
from cequiz.domain.people.student import Licence
from cequiz.services import correcting, earning
from cequiz.services.enrolling import enrol, register
from tests import builders
from tests.fakes import FakeBoards, FakeNotary
from tests.frontends.tui.office.stage import OfficeStage
from tests.frontends.tui.stage import StageHouse, press, settle, write
from tests.services.earned import earn, issue, join, set_school

Act = Callable[[OfficeStage, Pilot[Any]], Awaitable[None]]

FLORIDA = BoardPack(
    id="florida",
    name="Florida Board of Massage Therapy",
    required=frozenset({"name", "course", "hours", "number"}),
    licence_states=("FL",),
    source="64B7-28.0042, F.A.C.",
    checked_on=date(2026, 11, 20),
)
"""A board that asks for a licence of its own state."""

APPROVAL = {"board": "florida", "title": "Sample Course", "hours": "16", "from": "2026-01-01", "to": "2027-12-31"}

ISSUED, SUSPENDED = "CQ-2026-000001", "CQ-2026-000002"
"""Of Ana Souza and of Ben Ito."""


def set_up(office: OfficeStage, home: Path) -> None:
    """Load a course that Florida approved; two certificates are issued, of which one is suspended, and two are due.

    Dora has no licence of Florida; Emil has not looked at his result, so that nobody has made his award.
    """
    office.ports = replace(office.ports, boards=FakeBoards(FLORIDA))
    office.house = StageHouse(office.ports, home)
    office.load(course=builders.course(approvals=[APPROVAL]))
    ports = office.ports
    set_school(ports)
    for name in ("Ana Souza", "Ben Ito"):
        student = join(ports, name=name, email=f"{name[:3].lower()}@example.org")
        earn(ports, student)
        issue(ports, student)
    correcting.move(ports, SUSPENDED, to=Life.SUSPENDED, reason="complaint under review", actor="test")
    office.clock.advance(timedelta(minutes=30))
    dora = register(ports, name="Dora Lang", email="dora@example.org", licences=[Licence("CA", "9")], actor="test").id
    enrol(ports, student_id=dora, course_id="course", actor="test")
    earn(ports, dora)
    earning.earn(ports, student_id=dora, course_id="course", actor="test")
    emil = join(ports, name="Emil Novak", email="emil@example.org")
    earn(ports, emil)


def lock(office: OfficeStage) -> None:
    """Lock the provider's key."""
    notary = office.ports.notary
    assert isinstance(notary, FakeNotary)
    notary.locked = True


async def due(office: OfficeStage, pilot: Pilot[Any]) -> None:
    """Show what is due."""
    await press(pilot, "c")


async def locked(office: OfficeStage, pilot: Pilot[Any]) -> None:
    """Show what is due while the key is locked."""
    lock(office)
    await press(pilot, "c")


async def every(office: OfficeStage, pilot: Pilot[Any]) -> None:
    """Show all that were issued."""
    await press(pilot, "c", "7")


async def found(office: OfficeStage, pilot: Pilot[Any]) -> None:
    """Search."""
    await press(pilot, "c", "7", "/")
    await write(pilot, "ito")
    await settle(pilot)


async def view(office: OfficeStage, pilot: Pilot[Any]) -> None:
    """Open one that is in force."""
    await press(pilot, "c", "2", "enter")


async def page(office: OfficeStage, pilot: Pilot[Any]) -> None:
    """Show how it looks."""
    await press(pilot, "c", "2", "enter", "v")


async def suspended(office: OfficeStage, pilot: Pilot[Any]) -> None:
    """Open one that is suspended."""
    await press(pilot, "c", "4", "enter", "end")


async def revoking(office: OfficeStage, pilot: Pilot[Any]) -> None:
    """Ask why one is revoked."""
    await press(pilot, "c", "2", "enter", "k")


async def hindered(office: OfficeStage, pilot: Pilot[Any]) -> None:
    """Open what a board would reject."""
    await press(pilot, "c", "enter")


async def ready(office: OfficeStage, pilot: Pilot[Any]) -> None:
    """Open what nothing stands in the way of."""
    await press(pilot, "c", "down", "enter")


async def all_issued(office: OfficeStage, pilot: Pilot[Any]) -> None:
    """Issue all that is due."""
    await press(pilot, "c", "a", "y")


async def batch(office: OfficeStage, pilot: Pilot[Any]) -> None:
    """Show the form for a whole course."""
    await press(pilot, "c", "b")


EVERY = [due, locked, every, found, view, page, suspended, revoking, hindered, ready, all_issued, batch]
