"""However long a story, a stem and the words of a figure are: some of the answer and what is saved stay in sight."""

from __future__ import annotations

from typing import Any

import pytest
from textual import events

from cequiz.frontends.tui.widgets.choices import Choices
from cequiz.frontends.tui.widgets.key_bar import KeyBar
from cequiz.frontends.tui.widgets.place import shares
from cequiz.services.loading import load
from tests import figures, samples
from tests.frontends.tui.stage import Stage, press, settle
from tests.frontends.tui.test_types import asking

LONG = "a text of the length that real banks have, which does not fit into one line of a terminal "
ODD = "[red]no[/red] {x} 山田太郎の大腿四頭筋 مرحبا שלום 👩‍⚕️ é̂̃ "


def case() -> dict[str, Any]:
    """Return a case with a figure, in which everything is long."""
    whole = samples.case()
    for one in whole["questions"]:
        one["stem"] = f"Which {LONG * 6}?"
    first = whole["questions"][0]
    first["options"] = [option | {"text": f"{option['text']} {ODD}{LONG * 2}"} for option in first["options"]]
    return whole | {"vignette": (ODD + LONG) * 12, "figure": samples.PLATE}


def label() -> dict[str, Any]:
    """Return a labelling question with a long stem."""
    return samples.label_figure() | {"stem": LONG * 10}


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (120, 40)], ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("kind", ["case", "label"])
async def test_the_answer_stays_in_sight(empty_stage: Stage, kind: str, size: tuple[int, int]) -> None:
    added = case() if kind == "case" else label()
    load(
        empty_stage.ports,
        banks=[figures.bank(added, only=("none",), alt=LONG * 8)],
        courses=[samples.course(blueprint={"D2": 3} if kind == "case" else {"D1": 1})],
        figures=[figures.FIGURE],
        actor="test",
    )
    student = empty_stage.student()
    empty_stage.start(student).leave()
    async with empty_stage.open(student, size=size) as pilot:
        await press(pilot, "enter", "y")
        await settle(pilot)
        screen = pilot.app.screen
        stem, figure = screen.query_one("#stem-area").region, screen.query_one("#figure").region
        choices, saved = screen.query_one(Choices).region, screen.query_one("#saved").region
        assert stem.height >= 3
        assert figure.y >= stem.bottom
        assert figure.height >= 3
        assert choices.y >= figure.bottom
        assert choices.height >= 4
        assert saved.y >= choices.bottom
        assert saved.bottom <= screen.query_one(KeyBar).region.y
        # A smaller window shares its height anew.
        await pilot.resize_terminal(60, 20)
        await settle(pilot)
        assert screen.query_one(Choices).region.height >= 4
        assert screen.query_one("#saved").region.bottom <= screen.query_one(KeyBar).region.y


def test_long_texts_give_way_to_the_figure_and_no_further_than_three_lines() -> None:
    assert shares(free=30, story=9, stem=9, figure=True).figure == 12
    tight = shares(free=9, story=8, stem=8, figure=True)
    assert (tight.story, tight.stem, tight.figure) == (3, 3, 3)
    assert shares(free=20, story=0, stem=4, figure=False).stem == 4


async def test_an_answer_of_five_hundred_letters_is_not_said_twice_over(empty_stage: Stage) -> None:
    async with asking(empty_stage, "q-short") as desk:
        await desk.press("=")
        desk.pilot.app.post_message(events.Paste("z" * 500))
        await settle(desk.pilot)
        await desk.press("enter")
        screen = desk.pilot.app.screen
        assert "✓ Saved: z" in desk.said
        assert screen.query_one("#saved").region.height <= 3
        assert screen.query_one("#saved").region.bottom <= screen.query_one(KeyBar).region.y
