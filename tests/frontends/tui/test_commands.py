"""The one list of commands: bindings, key line, help and page say the same."""

from __future__ import annotations

import importlib
import pkgutil
from collections import Counter
from inspect import isabstract
from pathlib import Path

import pytest

from cequiz.frontends.tui import commands, office, student
from cequiz.frontends.tui.app import CequizApp
from cequiz.frontends.tui.commands import COMMANDS, Scope
from cequiz.frontends.tui.screen import Dialog, HouseScreen
from cequiz.frontends.tui.student.challenge import ChallengeScreen
from cequiz.frontends.tui.widgets.key_bar import KeyBar
from cequiz.frontends.tui.widgets.listing import Listing
from tests.frontends.tui.stage import Stage, plain, press, said

_ROOT = Path(__file__).parents[3]


def _screens() -> list[type[HouseScreen[object]]]:
    modules = [
        importlib.import_module(f"{package.__name__}.{info.name}")
        for package in (student, office)
        for info in pkgutil.iter_modules(package.__path__)
    ]
    found = {thing for module in modules for thing in vars(module).values() if isinstance(thing, type)}
    # What other screens stand on is not opened itself.
    return [
        thing
        for thing in found
        if issubclass(thing, HouseScreen) and not thing.__subclasses__() and not isabstract(thing)
    ]


def test_the_page_of_keys_is_the_list_of_commands() -> None:
    assert (_ROOT / "docs" / "keys.md").read_text(encoding="utf-8") == commands.keys_page()


def test_a_key_means_one_thing_in_its_place() -> None:
    for scope in Scope:
        keys = Counter(key for command in commands.of(scope) for key in command.key.split(","))
        assert [key for key, count in keys.items() if count > 1] == []


def test_every_command_can_be_done_where_it_is_offered() -> None:
    doers: dict[Scope, list[type]] = {Scope.EVERYWHERE: [CequizApp], Scope.DIALOG: [Dialog], Scope.NOTE: [Dialog]}
    doers[Scope.CHALLENGE] = [ChallengeScreen]
    for screen in _screens():
        if screen.SCOPE is not Scope.EVERYWHERE:
            doers.setdefault(screen.SCOPE, []).append(screen)
    for command in COMMANDS:
        for place in doers[command.scope]:
            # A screen that does not open a line itself leaves it to its list.
            by_list = command.id == "open" and hasattr(Listing, "action_select")
            assert by_list or hasattr(place, f"action_{command.id}"), (command, place)


def test_every_command_has_a_sentence_and_a_key_that_is_written_down() -> None:
    for command in COMMANDS:
        assert command.help.endswith("."), command
        assert command.shown, command


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (120, 40)])
async def test_help_names_every_key_of_the_screen_below(stage: Stage, size: tuple[int, int]) -> None:
    student_ = stage.student()
    stage.start(student_)
    async with stage.open(student_, size=size) as pilot:
        await press(pilot, "enter", "y", "?")
        shown = said(pilot)
        for command in (*commands.of(Scope.EXAM), *commands.of(Scope.EVERYWHERE)):
            assert command.help in shown
        await press(pilot, "escape")
        assert "Question 1 of 4" in said(pilot)


async def test_a_key_in_the_key_line_can_be_clicked(stage: Stage) -> None:
    student_ = stage.student()
    async with stage.open(student_) as pilot:
        assert " o sign out" in said(pilot)
        place = plain(pilot.app.screen.query_one(KeyBar).render()).index("sign out")
        await pilot.click("KeyBar", offset=(place, 0))
        await press(pilot)
        await pilot.pause()
        assert "Sign in, or register" in said(pilot)
