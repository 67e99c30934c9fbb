"""A store that tells: what happens in an exam is on the board without waiting for the look by the clock."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from textual.pilot import Pilot

from cequiz.domain.people.staff import Role
from cequiz.frontends.tui.office import live_attempt, live_board
from cequiz.services.timing import adjust_time
from tests.frontends.tui.office.live_scenes import sit
from tests.frontends.tui.office.stage import OfficeStage
from tests.frontends.tui.stage import press, said, settle


@pytest.fixture(autouse=True)
def no_second_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no screen look by the clock."""
    for module in (live_board, live_attempt):
        monkeypatch.setattr(module, "_LOOK", 3600.0)


async def until(pilot: Pilot[Any], true: Callable[[], bool]) -> None:
    """Wait until something is so."""
    async with asyncio.timeout(30):
        while not true():
            await settle(pilot)


@pytest.mark.parametrize("tells", [True, False])
async def test_an_exam_that_begins_or_ends_is_on_the_board_at_once_where_the_store_tells(
    office: OfficeStage, *, tells: bool
) -> None:
    office.store.tells = tells
    async with office.enter(Role.ADMINISTRATOR, "l") as pilot:
        ana = sit(office, "Ana")
        if not tells:
            await settle(pilot)
            assert "Nobody sits an exam now." in said(pilot)
            return
        await until(pilot, lambda: "Ana" in said(pilot))
        ana.submit()
        await until(pilot, lambda: "Nobody sits an exam now." in said(pilot))


async def test_the_view_from_near_follows_its_own_exam_and_ends_listening(office: OfficeStage) -> None:
    office.store.tells = True
    ana = sit(office, "Ana")
    async with office.enter(Role.ADMINISTRATOR, "l", "enter") as pilot:
        assert office.store.listeners == 2
        minutes = timedelta(minutes=5)
        adjust_time(office.ports, attempt_id=ana.attempt.id, amount=minutes, reason="late bus", actor="os:me")
        await until(pilot, lambda: "late bus" in said(pilot))
        await press(pilot, "escape")
        assert office.store.listeners == 1
        await press(pilot, "escape")
        assert office.store.listeners == 0
