"""Retention on the screen: who is due, holds with a reason, and a purge that is typed out before it is done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from cequiz.adapters.house_files import FolderFiles
from cequiz.domain.people.staff import Role
from cequiz.services import retaining
from cequiz.services.enrolling import register
from tests.frontends.tui.office.stage import OfficeStage
from tests.frontends.tui.stage import StageHouse, notes, press, said, settle, write
from tests.services.earned import deeds, earn, issue, join, set_school

Compare = Callable[..., bool]

SIZES = [(60, 20), (80, 24), (120, 40)]


def fill(office: OfficeStage, *, years: int = 8) -> list[str]:
    """Fill the office with three students, and let the years pass; then a fourth comes."""
    set_school(office.ports)
    people = []
    for name, email in (("Ana Souza", "ana@example.org"), ("Béla Kovács", "bela@example.org")):
        people.append(join(office.ports, name=name, email=email))
        earn(office.ports, people[-1])
        issue(office.ports, people[-1])
    people.append(register(office.ports, name="Chidi Okafor", email="chidi@example.org", actor="test").id)
    retaining.hold(office.ports, student=people[2], reason="case 12/34", actor="test")
    now = office.clock.read().wall
    office.clock.advance(datetime(now.year + years, 1, 3, 9, tzinfo=UTC) - now)
    people.append(register(office.ports, name="Doğan Yılmaz", email="dogan@example.org", actor="test").id)
    return people


async def answer(pilot: Pilot[Any], text: str) -> None:
    """Type an answer and send it."""
    await write(pilot, text)
    await press(pilot, "enter")


async def test_who_is_due_stands_there_and_everybody_with_one_key(office: OfficeStage) -> None:
    fill(office)
    async with office.enter(Role.ADMINISTRATOR, "t") as pilot:
        shown = said(pilot)
        assert "Ana Souza" in shown and "■ held" in shown and "○ may go" in shown
        assert "Doğan" not in shown
        await press(pilot, "d")
        assert "Doğan Yılmaz" in said(pilot) and "· kept" in said(pilot)
        await press(pilot, "/")
        await write(pilot, "bela")
        await settle(pilot)
        assert "Béla" in said(pilot) and "Ana" not in said(pilot)


async def test_a_purge_says_what_goes_asks_why_and_wants_the_id_typed(office: OfficeStage) -> None:
    ana, *_ = fill(office)
    async with office.enter(Role.ADMINISTRATOR, "t") as pilot:
        await press(pilot, "p")
        assert "CQ-2026-000001" in said(pilot) and "name, address, licences" in said(pilot)
        await answer(pilot, "the years are over")
        await answer(pilot, "yes")
        assert f"Type {ana} to go on." in said(pilot)
        assert "retention.purged" not in deeds(office.ports)
        pilot.app.screen.query_one(Input).value = ""
        await answer(pilot, ana)
        assert f"The records of {ana} were purged." in notes(pilot)
        assert "Ana" not in said(pilot)
    with office.store.read() as unit:
        record = unit.audit.all()[-1]
    assert (record.deed, record.details["reason"]) == ("retention.purged", "the years are over")
    assert record.actor == office.staff().actor


async def test_files_that_a_purge_does_not_reach_are_named_before_and_after_it(office: OfficeStage) -> None:
    ana, *_ = fill(office)
    letters = office.ports.folder.parent / "letters"
    letters.mkdir(parents=True)
    (letters / "to-ana.txt").write_text("Dear Ana Souza", encoding="utf-8")
    office.ports = replace(office.ports, files=FolderFiles(letters.parent, backups=letters))
    office.house = StageHouse(office.ports, office.house.settings.home)
    async with office.enter(Role.ADMINISTRATOR, "t") as pilot:
        await press(pilot, "p")
        assert "It does not reach: " in said(pilot)
        await answer(pilot, "the years are over")
        await answer(pilot, ana)
        assert "to-ana.txt: a file that names the person" in said(pilot)


async def test_what_is_held_is_not_purged(office: OfficeStage) -> None:
    fill(office)
    async with office.enter(Role.ADMINISTRATOR, "t", "end", "p") as pilot:
        assert "A legal hold lies on the records" in notes(pilot)
    assert "retention.purged" not in deeds(office.ports)


async def test_a_hold_is_placed_and_lifted_with_a_reason(office: OfficeStage) -> None:
    ana, *_ = fill(office)
    async with office.enter(Role.ADMINISTRATOR, "t", "h") as pilot:
        await press(pilot, "enter")
        assert "Type something first." in said(pilot)
        await answer(pilot, "case 99")
        assert {one.student_id for one in retaining.holds(office.ports)} >= {ana}
        await press(pilot, "l")
        await answer(pilot, "closed")
        assert ana not in {one.student_id for one in retaining.holds(office.ports)}


async def test_everybody_who_is_due_goes_after_the_word_was_typed(office: OfficeStage) -> None:
    people = fill(office)
    async with office.enter(Role.ADMINISTRATOR, "t", "P") as pilot:
        assert "The records of 2 students go." in said(pilot) and "1 stays" in said(pilot)
        await answer(pilot, "the years are over")
        await answer(pilot, "purge 2")
        assert "The records of 2 students were purged." in notes(pilot)
        assert "Chidi" in said(pilot) and "Ana" not in said(pilot)
    with office.store.read() as unit:
        assert unit.retention.purged() == set(people[:2])


async def test_an_auditor_sees_everything_and_can_do_nothing(office: OfficeStage) -> None:
    fill(office)
    async with office.enter(Role.AUDITOR, "t", "p") as pilot:
        assert "Ana Souza" in said(pilot) and "purge" not in said(pilot)
        await press(pilot, "enter")
        assert "A purge removes:" in said(pilot)


SCREENS: dict[str, tuple[str, ...]] = {
    "due": ("t",),
    "everybody": ("t", "d"),
    "what_goes": ("t", "enter"),
    "purge": ("t", "p"),
    "hold": ("t", "h"),
}


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("name", SCREENS)
def test_at_every_size(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, snap_compare: Compare, name: str, size: tuple[int, int]
) -> None:
    monkeypatch.chdir(tmp_path)
    stage = OfficeStage(Path())
    stage.load()
    fill(stage)

    async def run_before(pilot: Pilot[Any]) -> None:
        await settle(pilot)
        await press(pilot, *SCREENS[name])

    assert snap_compare(stage.office(), terminal_size=size, run_before=run_before)
