"""Reading the screens without colours, and by following the terminal's cursor."""

from __future__ import annotations

import pytest
from textual.geometry import Offset
from textual.pilot import Pilot

from cequiz.frontends.tui.widgets.listing import Listing
from tests import samples
from tests.frontends.tui.stage import Stage, press, said


def line_at_cursor(pilot: Pilot[int]) -> str:
    """Return the text of the screen line that the terminal's cursor stands on, from the cursor on."""
    x, y = pilot.app.cursor_position
    strips = pilot.app.screen._compositor.render_strips()
    return "".join(segment.text for segment in strips[y])[x:].split("  ● ")[0].rstrip()


async def test_the_cursor_stands_on_the_slot_and_on_the_choice_that_are_highlighted(empty_stage: Stage) -> None:
    empty_stage.load(course=samples.course(blueprint={"D1": 1}), bank=samples.bank(only=("q-matching",)))
    student = empty_stage.student()
    empty_stage.start(student).leave()
    async with empty_stage.open(student) as pilot:
        await press(pilot, "enter", "y")
        assert "1  Alpha" in line_at_cursor(pilot)
        await press(pilot, "b")
        assert "2  Beta" in line_at_cursor(pilot)
        await press(pilot, "down", "down")
        assert "A  " in line_at_cursor(pilot)


async def test_the_cursor_follows_a_list_that_scrolls(empty_stage: Stage) -> None:
    pairs = [{"id": f"p{n}", "left": f"Left {n}", "right": f"Right {n}"} for n in range(11)]
    item = samples.item("many", "matching", pairs=pairs, scoring={"method": "per-pair"}, rationale="So.")
    empty_stage.load(course=samples.course(blueprint={"D1": 1}), bank=samples.bank(item, only=("nothing",)))
    student = empty_stage.student()
    empty_stage.start(student).leave()
    async with empty_stage.open(student, size=(60, 20)) as pilot:
        await press(pilot, "enter", "y", "end")
        assert "K  Right" in line_at_cursor(pilot)
        await press(pilot, "home")
        assert "1  Left 0" in line_at_cursor(pilot)


async def test_the_cursor_follows_every_list(stage: Stage) -> None:
    student = stage.student()
    async with stage.open(student) as pilot:
        for keys in ((), ("enter", "a", "s", "a", "l"), ("escape", "s")):
            await press(pilot, *keys)
            listing = pilot.app.screen.query_one(Listing)
            highlighted = listing.highlighted
            assert highlighted is not None
            line = listing._index_to_line[highlighted] - listing.scroll_offset.y
            assert pilot.app.cursor_position == listing.content_region.offset + Offset(0, line)


async def test_the_cursor_is_shown_while_a_list_has_it_and_hidden_elsewhere(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    student = stage.student()
    written: list[str] = []
    async with stage.open(student) as pilot:
        driver = pilot.app._driver
        assert driver is not None
        monkeypatch.setattr(driver, "write", written.append)
        await press(pilot, "enter")
        assert [one for one in written if "?25" in one][-1] == "\x1b[?25l"
        await press(pilot, "escape")
        assert [one for one in written if "?25" in one][-1] == "\x1b[?25h"


def colours(pilot: Pilot[int]) -> set[tuple[int, int, int]]:
    """Return every colour on the screen that is no grey."""
    styles = [
        segment.style for strip in pilot.app.screen._compositor.render_strips() for segment in strip if segment.style
    ]
    found = {colour.triplet for style in styles for colour in (style.color, style.bgcolor) if colour is not None}
    return {tuple(one) for one in found if one is not None and len(set(one)) > 1}  # type: ignore[misc] # of three


async def test_with_colours_there_are_some(stage: Stage) -> None:
    async with stage.open(stage.student()) as pilot:
        assert colours(pilot)


async def test_without_colours_nothing_is_coloured_and_every_state_is_still_said(
    empty_stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    empty_stage.load(course=samples.course(), bank=samples.bank())
    student = empty_stage.student()
    sitting = empty_stage.start(student)
    places = {item.question: str(place) for place, item in enumerate(sitting.attempt.form.items, start=1)}
    async with empty_stage.open(student) as pilot:
        assert pilot.app.no_color
        await press(pilot, "enter", "y", *_number(places["q-single"]), "a", "*")
        assert "⚑ flagged" in said(pilot) and "✓ Saved: A." in said(pilot)
        await press(pilot, *_number(places["q-matching"]), "a")
        assert "◐ 1 of 3 filled" in said(pilot) and "1 partly answered" in said(pilot)
        empty_stage.store.jammed = True
        await press(pilot, *_number(places["q-true-false"]), "a")
        assert "! NOT SAVED" in said(pilot)
        assert colours(pilot) == set()


def _number(number: str) -> list[str]:
    return [*number, "enter"]
