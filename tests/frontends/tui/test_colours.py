"""The colours that somebody chose are there again at the next start, at the machine itself and nowhere else."""

from __future__ import annotations

from datetime import UTC
from pathlib import Path

import pytest

from cequiz.frontends.tui import colours
from cequiz.frontends.tui.app import CequizApp
from cequiz.frontends.tui.outside import OverALine
from cequiz.frontends.tui.themes import THEMES
from tests.frontends.tui.office.stage import OfficeStage
from tests.frontends.tui.stage import StageDesk, press, settle


@pytest.fixture
def stage(tmp_path: Path) -> OfficeStage:
    made = OfficeStage(tmp_path)
    made.load()
    return made


async def test_a_choice_lasts_in_the_office_and_for_students(stage: OfficeStage) -> None:
    async with stage.office().run_test() as pilot:
        await settle(pilot)
        await press(pilot, "f2")
        chosen = pilot.app.theme
    assert chosen == THEMES[1].name
    assert stage.office().theme == chosen
    assert stage.app().theme == chosen
    assert (stage.house.settings.home / colours.NAME).stat().st_mode & 0o077 == 0


async def test_over_a_line_everybody_begins_with_the_same_colours(stage: OfficeStage) -> None:
    colours.remember(stage.house.settings.home, THEMES[2].name)
    desk = StageDesk(stage.house, zone=UTC, outside=OverALine("ssh"), address="192.0.2.7")
    app = CequizApp(stage.house, desk=desk)
    assert app.theme == THEMES[0].name
    async with app.run_test() as pilot:
        await settle(pilot)
        await press(pilot, "f2")
    assert colours.remembered(stage.house.settings.home) == THEMES[2].name


@pytest.mark.parametrize("content", [b"", b"no such theme", b"\xff\xfe", b"cequiz-light" * 1000])
def test_a_file_that_says_anything_else_is_no_choice(tmp_path: Path, content: bytes) -> None:
    (tmp_path / colours.NAME).write_bytes(content)
    assert colours.remembered(tmp_path) == THEMES[0].name


def test_where_nothing_can_be_kept_nobody_is_bothered(tmp_path: Path) -> None:
    colours.remember(tmp_path / "nowhere", THEMES[1].name)
    (tmp_path / colours.NAME).mkdir()
    colours.remember(tmp_path, THEMES[1].name)
    assert colours.remembered(tmp_path) == THEMES[0].name
