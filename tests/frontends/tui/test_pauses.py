"""A person who types is not held up by looks through everything that was loaded at the start."""

from __future__ import annotations

import gc
from datetime import UTC
from pathlib import Path

import pytest

from cequiz.frontends.tui.app import CequizApp
from cequiz.frontends.tui.outside import OverALine
from tests.frontends.tui.stage import Stage, StageDesk, settle


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    """Return a stage with the sample course loaded."""
    found = Stage(tmp_path)
    found.load()
    return found


async def test_a_full_look_for_garbage_leaves_out_what_was_there_when_the_first_screen_stood(stage: Stage) -> None:
    """If this fails, a key waits for a sixth of a second now and then; or what a program leaves stays for ever."""
    before, there = gc.get_threshold(), len(gc.get_objects())
    gc.set_threshold(700, 10, 10)
    try:
        async with stage.open(stage.student()) as pilot:
            await settle(pilot)
            assert gc.get_freeze_count() > there // 2
            assert gc.get_threshold() == (10_000, 10, 10)
        assert gc.get_freeze_count() == 0
        assert gc.get_threshold() == (700, 10, 10)
    finally:
        gc.set_threshold(*before)


async def test_somebody_who_is_served_changes_nothing_for_the_others(stage: Stage) -> None:
    before, frozen = gc.get_threshold(), gc.get_freeze_count()
    desk = StageDesk(stage.house, zone=UTC, outside=OverALine("ssh"), address="192.0.2.7")
    app: CequizApp = CequizApp(stage.house, desk=desk)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert (gc.get_threshold(), gc.get_freeze_count()) == (before, frozen)
