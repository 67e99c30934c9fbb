"""Every type of question in an exam, by keys and by mouse: what is pressed is what is on disk."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest
from textual.pilot import Pilot

from cequiz.domain.canonical import Json
from cequiz.frontends.tui.face import choice_row, slot_row
from cequiz.frontends.tui.widgets import paper as paper_room
from cequiz.frontends.tui.widgets.choices import Choices
from cequiz.frontends.tui.widgets.paper import Paper
from cequiz.services.sitting import Sitting
from tests import samples
from tests.frontends.tui.stage import Stage, notes, pass_time, press, said, settle, write


class Desk:
    """One question of one type, open in the UI."""

    def __init__(self, stage: Stage, sitting: Sitting, pilot: Pilot[int]) -> None:
        self.stage = stage
        self.sitting = sitting
        self.pilot = pilot

    def stored(self) -> dict[str, Json] | None:
        """Return the response on disk."""
        self.sitting.refresh()
        found = self.sitting.attempt.responses.get(self.sitting.attempt.form.items[0].key)
        return None if found is None else dict(found)

    def letter(self, choice: str, slot: str = "") -> str:
        """Return the letter of a choice."""
        order = self.sitting.attempt.form.items[0].order
        key = f"{slot}/{choice}" if slot else choice
        return "abcdefghijk"[[one for one in order if not slot or one.startswith(f"{slot}/")].index(key)]

    async def press(self, *keys: str) -> None:
        """Press keys."""
        await press(self.pilot, *keys)

    async def click(self, row: str) -> None:
        """Click on a row of the list."""
        choices = self.pilot.app.screen.query_one(Choices)
        line = choices._index_to_line[choices.get_option_index(row)]
        await self.pilot.click(Choices, offset=(6, line))
        await settle(self.pilot)

    @property
    def said(self) -> str:
        """What the screen says."""
        return said(self.pilot)

    @property
    def paper(self) -> Paper:
        """The paper."""
        return self.pilot.app.screen.query_one(Paper)


@asynccontextmanager
async def asking(stage: Stage, name: str, **item: Any) -> AsyncIterator[Desk]:
    """Open an exam of one sample question, or of this one."""
    bank = samples.bank(item, only=("nothing",)) if item else samples.bank(only=(name,))
    stage.load(course=samples.course(blueprint={"D1": 1}), bank=bank)
    student = stage.student()
    sitting = stage.start(student)
    sitting.leave()
    async with stage.open(student) as pilot:
        await press(pilot, "enter", "y")
        yield Desk(stage, sitting, pilot)


@pytest.fixture
def prompt_timer(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let what is typed be handed over as soon as the app is idle."""
    monkeypatch.setattr(paper_room, "PAUSE", 0.001)


async def until(happened: Callable[[], bool], pilot: Pilot[int]) -> None:
    """Let the app work until something has happened."""
    for _ in range(200):
        await settle(pilot)
        if happened():
            return
    pytest.fail("It never happened.")


# Matching and labelling ---------------------------------------------------------------------------------------


async def test_letters_fill_the_numbers_one_after_the_other(empty_stage: Stage) -> None:
    async with asking(empty_stage, "q-matching") as desk:
        assert "Match each number with a letter. Each pair counts." in desk.said
        await desk.press(desk.letter("p1"))
        assert desk.stored() == {"pairs": {"p1": "p1"}}
        assert "◐ 1 of 3 filled" in desk.said
        assert "1 partly answered" in desk.said
        await desk.press(desk.letter("p2"), desk.letter("p3"))
        assert desk.stored() == samples.RIGHT["q-matching"]
        assert "filled" not in desk.said
        assert "1 answered" in desk.said


async def test_the_same_letter_empties_a_number_again_and_minus_does_too(empty_stage: Stage) -> None:
    async with asking(empty_stage, "q-matching") as desk:
        await desk.press(desk.letter("p1"), desk.letter("p2"), "up", desk.letter("p2"))
        assert desk.stored() == {"pairs": {"p1": "p1"}}
        await desk.press("up", "-")
        assert desk.stored() is None
        assert "Not answered yet" in desk.said


async def test_minus_never_takes_more_than_the_highlighted_part(empty_stage: Stage) -> None:
    async with asking(empty_stage, "q-matching") as desk:
        await desk.press(desk.letter("p1"), desk.letter("p2"), "-")
        assert "This part is empty already." in notes(desk.pilot)
        assert desk.stored() == {"pairs": {"p1": "p1", "p2": "p2"}}


async def test_numbers_are_filled_with_the_mouse_alone(empty_stage: Stage) -> None:
    async with asking(empty_stage, "q-matching") as desk:
        await desk.click(slot_row("p2"))
        await desk.click(choice_row("x1"))
        assert desk.stored() == {"pairs": {"p2": "x1"}}
        await desk.click(choice_row("p3"))
        assert desk.stored() == {"pairs": {"p2": "x1", "p3": "p3"}}
        await desk.click(slot_row("p2"))
        await desk.click(choice_row("p2"))
        assert desk.stored() == {"pairs": {"p2": "p2", "p3": "p3"}}


async def test_numbers_are_filled_with_arrows_and_enter_alone(empty_stage: Stage) -> None:
    async with asking(empty_stage, "q-label") as desk:
        first, second = desk.sitting.attempt.form.items[0].order[:2]
        await desk.press("enter", "enter")
        assert desk.stored() == {"points": {"A": first}}
        await desk.press("down", "enter")
        assert desk.stored() == {"points": {"A": first, "B": second}}
        assert "Point 1  → A" in desk.said


async def test_a_figure_has_its_place_above_the_choices(empty_stage: Stage) -> None:
    async with asking(empty_stage, "q-label") as desk:
        parts = [child.id for child in desk.paper.children]
        assert parts.index("figure") == parts.index("choices") - 1


# Ordering -----------------------------------------------------------------------------------------------------


async def test_letters_are_appended_in_their_order_and_taken_out_again(empty_stage: Stage) -> None:
    async with asking(empty_stage, "q-ordering") as desk:
        await desk.press(desk.letter("i2"), desk.letter("i1"))
        assert desk.stored() == {"order": ["i2", "i1"]}
        assert "◐ 2 of 4 placed" in desk.said
        await desk.press(desk.letter("i2"))
        assert desk.stored() == {"order": ["i1"]}
        await desk.press("-")
        assert desk.stored() is None


async def test_what_is_placed_can_be_moved(empty_stage: Stage) -> None:
    async with asking(empty_stage, "q-ordering") as desk:
        await desk.press(*(desk.letter(one) for one in ("i1", "i2", "i4", "i3")), "[")
        assert desk.stored() == samples.RIGHT["q-ordering"]
        await desk.press("shift+up", "shift+up", "shift+up")
        assert desk.stored() == {"order": ["i3", "i1", "i2", "i4"]}
        await desk.press("]", "shift+down")
        assert desk.stored() == {"order": ["i1", "i2", "i3", "i4"]}


async def test_an_order_is_made_with_the_mouse_alone(empty_stage: Stage) -> None:
    async with asking(empty_stage, "q-ordering") as desk:
        for one in ("i3", "i1", "i3", "i2"):
            await desk.click(choice_row(one))
        assert desk.stored() == {"order": ["i1", "i2"]}


# Typing -------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("prompt_timer")
async def test_what_is_typed_is_saved_by_itself_and_not_said_before(empty_stage: Stage) -> None:
    async with asking(empty_stage, "q-short") as desk:
        await desk.press("=")
        await write(desk.pilot, "axillary nerve")
        await until(lambda: desk.stored() is not None, desk.pilot)
        assert desk.stored() == {"text": "axillary nerve"}
        assert "✓ Saved: axillary nerve." in desk.said


async def test_letters_are_text_while_the_field_is_open_and_commands_after(empty_stage: Stage) -> None:
    async with asking(empty_stage, "q-short") as desk:
        await desk.press("enter", "n", "s", "x", "?", "1")
        assert "… Typing" in desk.said
        assert "Saved" not in desk.said
        assert desk.stored() is None
        await desk.press("escape")
        assert desk.stored() == {"text": "nsx?1"}
        assert "✓ Saved: nsx?1." in desk.said
        await desk.press("s")
        assert "Before you hand in" in desk.pilot.app.screen.query_one("TopBar").where  # type: ignore[attr-defined]


async def test_enter_saves_and_the_field_opens_with_what_is_there(empty_stage: Stage) -> None:
    async with asking(empty_stage, "q-short") as desk:
        await desk.press("=", "a", "enter", "=", "b", "enter")
        assert desk.stored() == {"text": "ab"}
        await desk.press("=", "backspace", "backspace", "enter")
        assert desk.stored() is None
        assert "Not answered yet" in desk.said


async def test_a_click_into_the_list_ends_the_typing_and_saves_it(empty_stage: Stage) -> None:
    async with asking(empty_stage, "q-cloze") as desk:
        await desk.press("down", "=", "a", "b")
        await desk.click(slot_row("n1"))
        assert desk.stored() == {"blanks": {"g1": "ab"}}
        await desk.press("*")
        assert "⚑ flagged" in desk.said


async def test_a_click_on_the_map_saves_what_was_typed(empty_stage: Stage) -> None:
    async with asking(empty_stage, "q-short") as desk:
        await desk.press("=", "a", "b")
        await desk.pilot.click("Navigator", offset=(2, 1))
        await settle(desk.pilot)
        assert desk.stored() == {"text": "ab"}


async def test_no_number_is_not_saved_and_says_so_until_it_is_one(empty_stage: Stage) -> None:
    async with asking(empty_stage, "q-numeric") as desk:
        assert "Press = and type a number, in mg." in desk.said
        await desk.press("=", "4", "2", "enter")
        assert desk.stored() == {"text": "42"}
        await desk.press("=", "x", "x")
        desk.paper.save_typed()
        await settle(desk.pilot)
        assert "▲ Not a number yet." in desk.said
        assert "✓ Saved" not in desk.said
        await desk.press("escape")
        assert "! NOT SAVED: " in desk.said
        assert desk.stored() == {"text": "42"}
        await desk.press("s")
        assert "NOT SAVED: 1." in said(desk.pilot)
        await desk.press("escape", "=", "backspace", "backspace", "backspace", "1", "enter")
        assert desk.stored() == {"text": "41"}
        assert "✓ Saved: 41." in desk.said


async def test_what_was_typed_in_the_last_moment_counts(empty_stage: Stage) -> None:
    async with asking(empty_stage, "q-short") as desk:
        pass_time(desk.stage, desk.pilot, timedelta(minutes=9, seconds=50))
        await desk.press("=", "a", "b")
        pass_time(desk.stage, desk.pilot, timedelta(seconds=11))
        await settle(desk.pilot)
        assert "What was saved counts: 1 of 1 " in said(desk.pilot)
        assert desk.stored() == {"text": "ab"}


async def test_leaving_the_program_saves_what_was_typed(empty_stage: Stage) -> None:
    async with asking(empty_stage, "q-short") as desk:
        await desk.press("=", "a", "b")
        await desk.pilot.press("ctrl+q")
        await desk.pilot.pause()
        await settle(desk.pilot)
        assert desk.stored() == {"text": "ab"}


async def test_what_was_typed_on_a_jammed_disk_says_not_saved_until_it_is(empty_stage: Stage) -> None:
    async with asking(empty_stage, "q-short") as desk:
        desk.stage.store.jammed = True
        await desk.press("=", "a", "enter")
        assert "! NOT SAVED: a. Another program holds the store. Trying again." in desk.said
        desk.stage.store.jammed = False
        desk.pilot.app.screen.try_again()  # type: ignore[attr-defined] # the exam screen
        await settle(desk.pilot)
        assert "✓ Saved: a." in desk.said


# Cloze --------------------------------------------------------------------------------------------------------


async def test_blanks_are_chosen_and_typed_and_the_text_shows_them(empty_stage: Stage) -> None:
    async with asking(empty_stage, "q-cloze") as desk:
        assert "The [1] ____ nerve lies in the [2] ____." in desk.said
        await desk.press(desk.letter("a", "n1"))
        assert "The [1] radial nerve lies in the [2] ____." in desk.said
        await desk.press("enter", *"spiral", "space", *"groove", "enter")
        assert "The [1] radial nerve lies in the [2] spiral groove." in desk.said
        assert desk.stored() == samples.RIGHT["q-cloze"]
        await desk.press("-")
        assert desk.stored() == {"blanks": {"n1": "a"}}


async def test_blanks_are_filled_with_the_mouse(empty_stage: Stage) -> None:
    async with asking(empty_stage, "q-cloze") as desk:
        await desk.click(choice_row("b"))
        assert desk.stored() == {"blanks": {"n1": "b"}}
        await desk.click(slot_row("g1"))
        await write(desk.pilot, "groove")
        await desk.press("enter")
        assert desk.stored() == {"blanks": {"n1": "b", "g1": "groove"}}


# Cases --------------------------------------------------------------------------------------------------------


async def test_each_question_of_a_case_stands_below_its_story(empty_stage: Stage) -> None:
    empty_stage.load(course=samples.course(blueprint={"D2": 3}), bank=samples.bank(only=("q-case",)))
    student = empty_stage.student()
    empty_stage.start(student).leave()
    async with empty_stage.open(student) as pilot:
        await press(pilot, "enter", "y")
        for place in (1, 2, 3):
            assert f"Part {place} of 3 of a case" in said(pilot)
            assert "A 31-year-old sample person" in said(pilot)
            await press(pilot, "n")


async def test_a_long_story_scrolls_and_leaves_room_for_the_choices(empty_stage: Stage) -> None:
    case = samples.case() | {"vignette": "A long story. " * 200}
    empty_stage.load(course=samples.course(blueprint={"D2": 3}), bank=samples.bank(case, only=("nothing",)))
    student = empty_stage.student()
    empty_stage.start(student).leave()
    async with empty_stage.open(student, size=(60, 20)) as pilot:
        await press(pilot, "enter", "y")
        story = pilot.app.screen.query_one("#vignette-area")
        assert story.size.height < story.virtual_size.height
        await press(pilot, "pagedown")
        assert story.scroll_y > 0
        await press(pilot, "a")
        assert "✓ Saved: A." in said(pilot)


# Long and odd texts -------------------------------------------------------------------------------------------

ODD = [
    "[red]no[/red]",
    "[@click=app.quit]x[/]",
    "山田太郎の大腿四頭筋",
    "$primary \\[b]",
    "w" * 120,
    "A long text. " * 20,
]


async def test_eleven_choices_with_odd_texts_are_shown_as_they_are(empty_stage: Stage) -> None:
    pairs = [{"id": f"p{n}", "left": f"{text} left", "right": f"{text} right"} for n, text in enumerate(ODD)]
    item = samples.item(
        "odd",
        "matching",
        pairs=pairs,
        distractors=[f"Spare {n}" for n in range(11 - len(pairs))],
        scoring={"method": "all-or-nothing"},
        stem="Match [C2] and [/].",
        rationale="So.",
    )
    async with asking(empty_stage, "", **item) as desk:
        assert "All or nothing." in desk.said
        assert "a-k answer" in desk.said
        for text in ODD:
            assert f"{text} left" in desk.said
        await desk.press("k", "j")
        stored = desk.stored()
        assert stored is not None and len(stored["pairs"]) == 2  # type: ignore[arg-type] # a mapping


async def test_text_that_looks_like_markup_can_be_typed(empty_stage: Stage) -> None:
    async with asking(empty_stage, "q-short") as desk:
        await desk.press("=")
        await write(desk.pilot, "[/] [red]x")
        await desk.press("enter")
        assert desk.stored() == {"text": "[/] [red]x"}
        assert "✓ Saved: [/] [red]x." in desk.said
