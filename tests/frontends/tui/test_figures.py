"""Figures on the exam's screen: drawn where there is room and colour, in words always, and never in the way."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from cequiz.adapters.viewer import Viewer
from cequiz.frontends.tui.student.exam_figures import FigureScreen
from cequiz.frontends.tui.widgets.choices import Choices
from cequiz.frontends.tui.widgets.figure import Blocks, Figure, Picture
from cequiz.services.loading import load
from cequiz.services.ports import FigureFile
from tests import figures, samples
from tests.frontends.tui.stage import Stage, notes, press, said, settle


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    """Return a house with an exam of one question that has a figure."""
    made = Stage(tmp_path)
    put(made, figure=figures.FIGURE)
    return made


def put(stage: Stage, *, figure: FigureFile | None, alt: str = figures.ALT) -> None:
    load(
        stage.ports,
        banks=[figures.bank(alt=alt)],
        courses=[samples.course(blueprint={"D1": 1})],
        figures=[figure] if figure else [],
        actor="test",
    )


@asynccontextmanager
async def exam(stage: Stage, *, size: tuple[int, int] = (80, 24)) -> AsyncIterator[Pilot[int]]:
    """Open the exam."""
    student = stage.student()
    stage.start(student).leave()
    async with stage.open(student, size=size) as pilot:
        await press(pilot, "enter", "y")
        await settle(pilot)
        yield pilot


def text(pilot: Pilot[int]) -> str:
    """Return what the half blocks show."""
    return "\n".join("".join(segment.text for segment in strip) for strip in pilot.app.screen.query_one(Blocks)._rows)


async def test_a_figure_is_drawn_with_its_numbers_beside_its_words(stage: Stage) -> None:
    async with exam(stage) as pilot:
        drawn = text(pilot)
        assert "▀" in drawn
        assert [sign for sign in drawn if sign.isalnum()] == ["1", "2"]
        assert figures.ALT in said(pilot).replace("\n", " ")


@pytest.mark.parametrize("size", [(80, 24), (100, 30), (120, 40)])
async def test_question_picture_and_answers_are_on_the_screen_together(stage: Stage, size: tuple[int, int]) -> None:
    async with exam(stage, size=size) as pilot:
        screen = pilot.app.screen
        picture, choices, stem = screen.query_one(Blocks), screen.query_one(Choices), screen.query_one("#stem-area")
        assert picture.region.height <= size[1] * 3 // 8
        assert stem.region.bottom <= picture.region.y
        assert picture.region.bottom <= choices.region.y
        assert choices.region.height >= 4
        assert choices.region.bottom <= size[1] - 2


async def test_a_small_terminal_has_words_and_the_way_to_the_picture(stage: Stage) -> None:
    async with exam(stage, size=(60, 20)) as pilot:
        assert not pilot.app.screen.query(Blocks)
        words = said(pilot)
        assert figures.ALT in words
        assert "o opens the picture" in words
        assert pilot.app.screen.query_one(Figure).region.height <= 4


async def test_without_colours_there_are_words_only(stage: Stage) -> None:
    student = stage.student()
    stage.start(student).leave()
    app = stage.app(student)
    app.no_color = True
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "enter", "y")
        assert not pilot.app.screen.query(Blocks)
        assert figures.ALT in said(pilot)


async def test_v_and_a_click_show_all_of_it_and_esc_goes_back(stage: Stage) -> None:
    async with exam(stage) as pilot:
        small = pilot.app.screen.query_one(Blocks).size
        for keys in (["v"], []):
            if not keys:
                await pilot.click(Figure)
                await settle(pilot)
            await press(pilot, *keys)
            assert isinstance(pilot.app.screen, FigureScreen)
            whole = pilot.app.screen.query_one(Blocks)
            assert whole.size.width > 2 * small.width
            assert whole.region.bottom <= 22
            assert figures.CREDIT in said(pilot)
            await press(pilot, "escape" if keys else "v")
            assert pilot.app.screen.query(Choices)


class Seen(Viewer):
    """A viewer that remembers what it was to show."""

    def __init__(self) -> None:
        super().__init__(desktop=True)
        self.paths: list[Path] = []

    def show(self, path: Path) -> bool:
        """Remember the path."""
        self.paths.append(path)
        return True


async def test_o_opens_a_picture_of_ours_outside_and_nothing_of_it_stays(stage: Stage) -> None:
    viewer = stage.house._viewer = Seen()
    async with exam(stage) as pilot:
        await press(pilot, "o")
        assert "viewer" in notes(pilot)
        await press(pilot, "v", "o")
    first, second = viewer.paths
    assert first == second
    assert first.read_bytes().startswith(b"\x89PNG")
    assert first.parent.stat().st_mode & 0o077 == 0
    assert samples.PLATE not in first.name
    stage.house.close()
    assert not first.parent.exists()


async def test_where_no_viewer_is_the_place_of_the_picture_is_said(stage: Stage) -> None:
    async with exam(stage) as pilot:
        await press(pilot, "o")
        assert "no viewer" in notes(pilot)
    stage.house.close()


@pytest.mark.parametrize("kept", [None, replace(figures.FIGURE, content=b"<svg")])
async def test_a_picture_that_is_missing_or_broken_shows_its_words(tmp_path: Path, kept: FigureFile | None) -> None:
    stage = Stage(tmp_path)
    put(stage, figure=kept)
    async with exam(stage) as pilot:
        assert not pilot.app.screen.query_one(Picture).display
        assert figures.ALT in said(pilot).replace("\n", " ")
        await press(pilot, "v")
        assert figures.ALT in said(pilot).replace("\n", " ")
        await press(pilot, "o")
        assert "picture" in notes(pilot)


async def test_words_that_look_like_markup_are_words(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    put(stage, figure=figures.FIGURE, alt="[red]C1[/red] and [link=x]C2")
    async with exam(stage, size=(60, 20)) as pilot:
        assert "[red]C1[/red] and [link=x]C2" in said(pilot)


async def test_a_picture_follows_the_size_of_the_terminal(stage: Stage) -> None:
    async with exam(stage) as pilot:
        before = pilot.app.screen.query_one(Blocks).size
        await pilot.resize_terminal(120, 40)
        await settle(pilot)
        assert pilot.app.screen.query_one(Blocks).size.height > before.height
        await pilot.resize_terminal(60, 20)
        await settle(pilot)
        assert not pilot.app.screen.query_one(Picture).display


async def test_a_question_without_a_figure_has_no_place_for_one(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    load(
        stage.ports,
        banks=[figures.bank(only=("q-single", "q-label"))],
        courses=[samples.course(blueprint={"D1": 2})],
        figures=[figures.FIGURE],
        actor="test",
    )
    async with exam(stage) as pilot:
        seen = set()
        for _ in range(2):
            place = pilot.app.screen.query_one("#figure")
            seen.add((place.display, "v" in {key for key in pilot.app.screen.active_bindings if key == "v"}))
            await press(pilot, "n")
        assert {display for display, _ in seen} == {True, False}


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
def test_a_figure_looks_as_it_did(stage: Stage, size: tuple[int, int], snap_compare: Callable[..., bool]) -> None:
    student = stage.student()
    stage.start(student).leave()

    async def act(pilot: Pilot[Any]) -> None:
        await settle(pilot)
        await press(pilot, "enter", "y")
        await settle(pilot)

    assert snap_compare(stage.app(student), run_before=act, terminal_size=size)
