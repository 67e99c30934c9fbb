"""A look that began before a deed and ends after it: the screen shows what is, whichever look ends last."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from textual.pilot import Pilot

from cequiz.domain.people.staff import Role
from cequiz.frontends.tui.office import live_attempt, live_board
from cequiz.frontends.tui.office.banks import BanksScreen
from cequiz.frontends.tui.office.challenges import ChallengesScreen
from cequiz.frontends.tui.office.item_page import ItemScreen
from cequiz.frontends.tui.office.live_attempt import LiveAttemptScreen
from cequiz.frontends.tui.office.live_board import LiveBoardScreen
from cequiz.frontends.tui.office.live_outages import OutagesScreen
from cequiz.frontends.tui.office.search_list import SearchListScreen
from cequiz.frontends.tui.office.staff import StaffScreen
from cequiz.services import admitting, queueing
from cequiz.services.queueing import Outcome
from cequiz.services.starting import resume
from tests.builders import course, exam_json
from tests.frontends.tui.office import bank_scenes
from tests.frontends.tui.office.live_scenes import MINUTE, sit
from tests.frontends.tui.office.stage import NAMES, OfficeStage, StageOfficeDesk
from tests.frontends.tui.stage import notes, press, said, settle, write


@pytest.fixture
def filled(empty_office: OfficeStage) -> OfficeStage:
    bank_scenes.set_up(empty_office)
    return empty_office


@pytest.fixture(autouse=True)
def no_second_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no board look of itself: one below another screen would be held in the place of the look that is meant."""
    for module in (live_board, live_attempt):
        monkeypatch.setattr(module, "_LOOK", 3600.0)


def desk_of(pilot: Pilot[Any]) -> StageOfficeDesk:
    desk = pilot.app.desk  # type: ignore[attr-defined]
    assert isinstance(desk, StageOfficeDesk)
    return desk


async def until(pilot: Pilot[Any], true: Callable[[], bool]) -> None:
    """Wait until something is so; `settle` would wait for the looks that are held as well."""
    async with asyncio.timeout(60):
        while not true():
            await pilot.pause(0.01)


async def held(pilot: Pilot[Any], look: Callable[[], None], *, looks: int = 1) -> asyncio.Event:
    """Begin a look that has read but does not answer until the gate is opened; later looks go through."""
    desk = desk_of(pilot)
    before, gate = desk.held, asyncio.Event()
    desk.gate = gate
    look()
    await until(pilot, lambda: desk.held == before + looks)
    desk.gate = None
    return gate


async def both_held(pilot: Pilot[Any], screen: SearchListScreen[None]) -> asyncio.Event:
    """Hold as many looks of a list as may be on their way at once."""

    def twice() -> None:
        screen.again()
        screen.again()

    return await held(pilot, twice, looks=2)


async def test_a_version_that_was_retired_meanwhile_is_shown_as_retired(filled: OfficeStage) -> None:
    async with filled.enter(Role.ADMINISTRATOR, "b", "down") as pilot:
        screen = pilot.app.screen
        assert isinstance(screen, BanksScreen)
        await press(pilot, "x")
        await write(pilot, "wrong key")
        gate = await both_held(pilot, screen)
        await pilot.press("enter")
        await until(pilot, lambda: "✓ sample@2 is retired." in notes(pilot))
        gate.set()
        await settle(pilot)
        assert "✗ retired" in said(pilot)


async def test_an_entry_that_was_decided_meanwhile_is_gone(filled: OfficeStage) -> None:
    async with filled.enter(Role.ADMINISTRATOR, "h") as pilot:
        screen = pilot.app.screen
        assert isinstance(screen, ChallengesScreen)
        entries = queueing.entries(filled.ports)
        assert screen.list.total == len(entries)
        gate = await both_held(pilot, screen)
        for one in entries:
            queueing.decide(filled.ports, entry_id=one.id, outcome=Outcome.DECLINED, note="no", actor="os:me")
        screen.action_reload()
        gate.set()
        await settle(pilot)
        assert "Nothing waits for a decision." in said(pilot)


async def test_what_is_known_of_a_row_is_as_new_as_the_row(office: OfficeStage) -> None:
    paul = office.staff(Role.PROCTOR)
    async with office.enter(Role.ADMINISTRATOR, "f") as pilot:
        screen = pilot.app.screen
        assert isinstance(screen, StaffScreen)
        while screen.list.row is None or screen.list.row.cells[0] != NAMES[Role.PROCTOR]:
            await press(pilot, "down")
        gate = await held(pilot, screen.again)
        admitting.set_active(office.ports, staff_id=paul.id, active=False, reason="left", actor="os:me")
        screen.again()
        await until(pilot, lambda: "✗ left the office" in said(pilot))
        gate.set()
        await settle(pilot)
        assert "let in" in said(pilot)


@pytest.mark.parametrize("near", [False, True])
async def test_a_voided_attempt_leaves_the_board_without_waiting_for_the_next_second(
    office: OfficeStage, *, near: bool
) -> None:
    sit(office, "Ana")
    sit(office, "Bo")
    office.staff(Role.PROCTOR)
    async with office.enter(Role.PROCTOR, "l", *(["enter"] if near else [])) as pilot:
        screen = pilot.app.screen
        assert isinstance(screen, LiveAttemptScreen if near else LiveBoardScreen)
        await press(pilot, "v")
        await write(pilot, "left the room")
        gate = await held(pilot, screen.look)
        await pilot.press("enter")
        await until(pilot, lambda: "is void." in notes(pilot))
        gate.set()
        await settle(pilot)
        assert ("voided" if near else "1 exam in progress") in said(pilot)


async def test_a_second_that_passes_while_the_board_is_being_read_asks_for_no_more(office: OfficeStage) -> None:
    sit(office, "Ana")
    office.staff(Role.PROCTOR)
    async with office.enter(Role.PROCTOR, "l") as pilot:
        screen = pilot.app.screen
        assert isinstance(screen, LiveBoardScreen)
        gate = await held(pilot, screen.look)
        looks = desk_of(pilot).looks
        screen.tick()
        await pilot.pause()
        gate.set()
        await settle(pilot)
        assert desk_of(pilot).looks == looks


async def test_an_outage_that_was_decided_does_not_come_back(empty_office: OfficeStage) -> None:
    office = empty_office
    office.load(course=course(exams=[exam_json(time_limit="60m")]))
    office.staff(Role.PROCTOR)
    sitting = sit(office, "Ana")
    office.clock.advance(4 * MINUTE)
    resume(office.ports, attempt_id=sitting.attempt.id, actor="test")
    async with office.enter(Role.PROCTOR, "l", "o") as pilot:
        screen = pilot.app.screen
        assert isinstance(screen, OutagesScreen)
        await press(pilot, "d")
        await write(pilot, "nobody else lost power")
        gate = await held(pilot, screen.look)
        looks = desk_of(pilot).looks
        await pilot.press("enter")
        await until(pilot, lambda: "No time was given back." in notes(pilot))
        for _ in range(20):  # a second look beside the one that is held would have its time to end first
            await pilot.pause(0.01)
        assert desk_of(pilot).looks == looks
        gate.set()
        await settle(pilot)
        assert "No outage waits for a decision." in said(pilot)


async def test_the_next_question_is_shown_though_the_one_before_was_still_being_read(filled: OfficeStage) -> None:
    async with filled.enter(Role.ADMINISTRATOR, "b", "down", "enter", "enter") as pilot:
        screen = pilot.app.screen
        assert isinstance(screen, ItemScreen)
        first = screen.top.where
        gate = await held(pilot, screen.counted)
        await pilot.press("n")
        await pilot.pause()
        gate.set()
        await settle(pilot)
        assert screen.top.where != first
