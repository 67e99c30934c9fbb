"""What is drawn in parts is what would be drawn whole: else a person would see the answer before, or a hole."""

from __future__ import annotations

import random
from itertools import pairwise

from textual._compositor import Compositor
from textual.app import App, ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.geometry import Region
from textual.screen import Screen
from textual.widgets import Static

from cequiz.frontends.tui.frames import Frames
from cequiz.frontends.tui.widgets.navigator import Cell, Navigator


class Crowded(Screen[None]):
    """Widgets beside, below and above each other, some of them longer than their place."""

    DEFAULT_CSS = """
    #bar { dock: top; height: 1; } #side { dock: right; width: 17; border: round white; }
    #area { height: 7; padding: 1 2; } #above { layer: high; width: 13; height: 4; offset: 9 5; }
    Crowded { layers: low high; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._compositor = Frames()

    def compose(self) -> ComposeResult:
        """Lay them out."""
        yield Static("a bar", id="bar")
        yield Static("beside\n" * 30, id="side")
        with Vertical():
            with VerticalScroll(id="area"):
                yield Static("a long text " * 60)
            yield Static("below it")
        yield Static("above all of it", id="above")


async def test_a_part_of_a_screen_is_drawn_as_with_the_whole() -> None:
    chance = random.Random(7)
    app = App[None]()
    async with app.run_test(size=(60, 20)) as pilot:
        await app.push_screen(Crowded())
        await pilot.pause()
        frames = app.screen._compositor
        for _ in range(200):
            x, y = chance.randrange(60), chance.randrange(20)
            crop = Region(x, y, chance.randint(1, 60 - x), chance.randint(1, 20 - y))
            rows = set(chance.sample(range(crop.y, crop.bottom), chance.randint(1, crop.height)))
            part = frames._render_chops(crop, rows.__contains__)
            whole = Compositor._render_chops(frames, crop, rows.__contains__)
            for row in rows:
                cuts = frames.cuts[row]
                for begin, end in pairwise(cuts):
                    if begin < crop.right and end > crop.x:
                        assert list(part[row][begin]) == list(whole[row][begin])


class Mapped(App[None]):
    """Shows a map alone."""

    CSS = "Navigator { height: 1fr; }"

    def compose(self) -> ComposeResult:
        """Lay it out."""
        yield Navigator()


async def test_a_map_that_changes_line_by_line_shows_the_newest_state_of_every_question() -> None:
    chance = random.Random(3)
    app = Mapped()
    async with app.run_test(size=(33, 20)) as pilot:
        navigator = app.query_one(Navigator)
        for count in (7, 20, 120):
            cells = [Cell()] * count
            for _ in range(12):
                state = [chance.random() < 0.5 for _ in range(4)]
                cells[chance.randrange(count)] = Cell(answered=state[0], flagged=state[1], unsaved=state[2])
                navigator.cells, navigator.here = tuple(cells), chance.randrange(count)
                await pilot.pause()
                drawn = [strip.text.rstrip() for strip in app.screen._compositor.render_strips()]
                assert (
                    "\n".join(drawn).rstrip()
                    == "\n".join(line.rstrip() for line in navigator.render().plain.split("\n")).rstrip()
                )


async def test_an_answer_on_its_way_to_the_disk_draws_nothing_on_the_map_and_a_saved_one_its_line_only() -> None:
    app = Mapped()
    async with app.run_test(size=(33, 20)) as pilot:
        navigator = app.query_one(Navigator)
        navigator.cells = (Cell(answered=True),) * 20
        await pilot.pause()
        navigator.cells = (Cell(answered=True, saving=True), *navigator.cells[1:])
        assert not navigator._exchange_repaint_regions()
        navigator.cells = (Cell(answered=True, flagged=True), *navigator.cells[1:])
        drawn = {region.y for region in navigator._exchange_repaint_regions()}
        flagged = next(y for y, line in enumerate(navigator.render().plain.split("\n")) if "1 flagged" in line)
        assert drawn == {0, flagged}
