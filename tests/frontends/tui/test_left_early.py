"""A screen that is left, or whose app ends, while it opens: that is nobody's fault, and nobody is told of one."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from textual import events
from textual.screen import Screen

from cequiz.frontends.tui.app import CequizApp
from cequiz.frontends.tui.commands import Scope
from cequiz.frontends.tui.mishap import LOG
from cequiz.frontends.tui.screen import Dialog
from cequiz.frontends.tui.student.exam import ExamScreen
from cequiz.frontends.tui.student.help import HelpScreen
from cequiz.frontends.tui.student.home import HomeScreen
from tests.frontends.tui.stage import Stage, press, settle


@pytest.mark.parametrize("which", ["help", "dialog"])
async def test_a_screen_that_is_left_before_it_is_filled_leads_back(stage: Stage, tmp_path: Path, which: str) -> None:
    async with stage.open(stage.student()) as pilot:
        app = pilot.app
        opened: Screen[None] | Screen[bool]
        opened = HelpScreen(stage.app().desk, Scope.HOME) if which == "help" else Dialog("Title", "Words")

        def open_and_leave() -> None:
            app.push_screen(opened)
            app.pop_screen()

        app.call_later(open_and_leave)
        await settle(pilot)
        assert isinstance(app.screen, HomeScreen)
        assert not opened.is_running, "nothing of it is left over"
        await press(pilot, "question_mark")
        assert isinstance(app.screen, HelpScreen)
    assert not (tmp_path / LOG).exists()


async def test_a_key_behind_the_one_that_leaves_opens_nothing(stage: Stage, tmp_path: Path) -> None:
    student = stage.student()
    async with stage.open(student) as pilot:
        app = pilot.app

        def leave_with_more_keys() -> None:
            app.exit()
            for _ in range(3):
                app.post_message(events.Key("question_mark", "?"))

        app.call_later(leave_with_more_keys)
        async with asyncio.timeout(20):
            while app.is_running:
                await asyncio.sleep(0)
        assert not any(isinstance(screen, HelpScreen) for screen in app.screen_stack)
    assert not (tmp_path / LOG).exists()


async def test_a_screen_that_opens_while_the_app_ends_ends_with_it(stage: Stage, tmp_path: Path) -> None:
    late = HelpScreen(stage.app().desk, Scope.HOME)
    async with stage.open(stage.student()) as pilot:
        app = pilot.app

        def leave_and_open() -> None:
            app.exit()
            app.push_screen(late)

        app.call_later(leave_and_open)
        async with asyncio.timeout(20):
            while app.is_running or late.is_running:
                await asyncio.sleep(0)
    assert not (tmp_path / LOG).exists()


async def test_an_exam_whose_screen_is_gone_already_is_put_down_as_any_other(stage: Stage) -> None:
    student = stage.student()
    stage.start(student)
    async with stage.open(student) as pilot:
        await press(pilot, "enter", "y")
        app = pilot.app
        assert isinstance(app.screen, ExamScreen)
        await app.screen.remove_children()
        assert isinstance(app, CequizApp)
        assert "goes on until" in await app.put_down()
