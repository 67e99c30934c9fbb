"""Looks of a screen: never two side by side, and once more where something asked while one was under way."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from cequiz.errors import CequizError, StorageBusy
from cequiz.frontends.tui.commands import Scope
from cequiz.frontends.tui.screen import HouseScreen
from cequiz.frontends.tui.student.help import HelpScreen
from tests.frontends.tui.stage import Stage, notes, settle


class Looks:
    """Looks that begin, and end when the way is free."""

    def __init__(self) -> None:
        self.begun: list[str] = []
        self.ended: list[str] = []
        self.open = asyncio.Event()
        self.refusal: CequizError | None = None

    async def look(self, name: str) -> None:
        """Look."""
        self.begun.append(name)
        await self.open.wait()
        self.ended.append(name)
        refusal, self.refusal = self.refusal, None
        if refusal is not None:
            raise refusal


@pytest.fixture
async def pilot(tmp_path: Path) -> AsyncIterator[Pilot[Any]]:
    async with Stage(tmp_path).open() as found:
        yield found


def top(pilot: Pilot[Any]) -> HouseScreen[Any]:
    screen = pilot.app.screen
    assert isinstance(screen, HouseScreen)
    return screen


async def test_one_look_at_a_time_and_the_last_one_asked_for_comes_after_it(pilot: Pilot[Any]) -> None:
    looks, screen = Looks(), top(pilot)
    screen.freshen(lambda: looks.look("first"), group="test")
    await pilot.pause()
    screen.freshen(lambda: looks.look("second"), group="test")
    screen.freshen(lambda: looks.look("third"), group="test")
    await pilot.pause()
    assert looks.begun == ["first"]
    looks.open.set()
    await settle(pilot)
    assert looks.begun == looks.ended == ["first", "third"]
    screen.freshen(lambda: looks.look("fourth"), group="test")
    await settle(pilot)
    assert looks.ended == ["first", "third", "fourth"]


async def test_looks_of_other_groups_do_not_wait(pilot: Pilot[Any]) -> None:
    looks, screen = Looks(), top(pilot)
    screen.freshen(lambda: looks.look("one"), group="one")
    screen.freshen(lambda: looks.look("two"), group="two")
    await pilot.pause()
    assert looks.begun == ["one", "two"]
    looks.open.set()
    await settle(pilot)


async def test_a_refusal_is_told_and_the_next_look_comes_all_the_same(pilot: Pilot[Any]) -> None:
    looks, screen = Looks(), top(pilot)
    pilot.app.push_screen(HelpScreen(screen.desk, Scope.HOME))
    await settle(pilot)
    screen = top(pilot)
    looks.refusal = StorageBusy("Another program holds the store.")
    screen.freshen(lambda: looks.look("first"), group="test")
    await pilot.pause()
    screen.freshen(lambda: looks.look("second"), group="test")
    looks.open.set()
    await settle(pilot)
    assert looks.ended == ["first", "second"]
    assert "Another program holds the store." in notes(pilot)


async def test_a_screen_that_is_gone_looks_no_more(pilot: Pilot[Any]) -> None:
    looks = Looks()
    pilot.app.push_screen(HelpScreen(top(pilot).desk, Scope.HOME))
    await settle(pilot)
    screen = top(pilot)

    async def leave() -> None:
        await looks.look("first")
        pilot.app.pop_screen()

    screen.freshen(leave, group="test")
    await pilot.pause()
    screen.freshen(lambda: looks.look("second"), group="test")
    looks.open.set()
    await settle(pilot)
    assert top(pilot) is not screen
    assert looks.begun == ["first"]
