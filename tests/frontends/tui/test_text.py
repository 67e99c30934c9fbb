"""Text from banks and people shows as it was typed: nothing in it is markup, an action or a terminal sequence."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from textual.content import Content
from textual.geometry import Offset
from textual.widgets.option_list import Option

from cequiz.domain.bank.bank import Bank
from cequiz.domain.exam.form import FormItem
from cequiz.errors import Refused
from cequiz.frontends.tui.face import Row
from cequiz.frontends.tui.widgets.choices import Choices, prompt
from cequiz.frontends.tui.widgets.hanging import Hanging
from tests import builders
from tests.frontends.tui.stage import Stage, course, notes, press, said, settle

NASTY = ["C2 [C2] and [/]", "[@click=app.quit]x[/]", "[red]no[/red] a[0]", "$primary \\[b]", "👩‍⚕️ 山 " + "w" * 200]

texts = st.text(st.characters(blacklist_categories=["Cc", "Cs"]), min_size=1, max_size=80) | st.sampled_from(NASTY)


@given(texts)
def test_an_option_reads_as_it_is_in_the_bank(text: str) -> None:
    assert prompt(Row("choice:a", "◉", "A", text, chosen=True)).plain == text


@given(texts, texts)
def test_a_slot_reads_as_it_is_in_the_bank_and_as_it_was_typed(label: str, filled: str) -> None:
    shown = prompt(Row("slot:a", "●", "1", label, chosen=True, filled=filled), lead=True).plain
    assert shown.startswith(label) and shown.endswith(filled)


@given(texts)
def test_hanging_text_loses_no_character_but_space(text: str) -> None:
    shown = Hanging(Content("○ A  "), Content(text))
    lines = shown.text.wrap(30)
    assert "".join("".join(line.plain.split()) for line in lines) == "".join(text.split())
    assert shown.get_height({}, 35) == len(lines)


def _nasty_bank() -> Bank:
    data = builders.bank_json(counts={"D1": 1})
    options = [
        {"id": name, "text": text, **({"correct": True} if name == "b" else {})}
        for name, text in zip("abcd", NASTY, strict=False)
    ]
    data["questions"][0] |= {"stem": "Why [C2], [/] and [@click=app.quit]x[/]?", "options": options}
    data["objectives"]["D1"] = "Landmarks [C2]"
    return Bank.from_json(data)


async def test_an_exam_with_markup_in_its_text_shows_it_everywhere(empty_stage: Stage) -> None:
    empty_stage.load(course=course(title="[bold]Exam[/] [C2]", blueprint={"D1": 1}), bank=_nasty_bank())
    student = empty_stage.student("Ana [/] Souza [@click=app.quit]x[/]")
    async with empty_stage.open(student) as pilot:
        assert "Welcome, Ana [/] Souza [@click=app.quit]x[/]." in said(pilot)
        assert "[bold]Exam[/] [C2]" in said(pilot)
        await press(pilot, "enter", "a", "s")
        assert "Why [C2], [/] and [@click=app.quit]x[/]?" in said(pilot)
        for text in NASTY[:4]:
            assert text in said(pilot)
        item: FormItem = pilot.app.screen.item  # type: ignore[attr-defined] # the exam screen
        await press(pilot, "abcd"[item.order.index("b")], "s", "s", "y")
        assert "Landmarks [C2]" in said(pilot)
        await press(pilot, "v")
        assert "Why [C2], [/] and [@click=app.quit]x[/]?" in said(pilot)


async def test_a_refusal_with_markup_in_it_is_shown_as_text(stage: Stage) -> None:
    async with stage.open() as pilot:
        screen: Any = pilot.app.screen
        screen.complain(Refused("There is no exam [/] [C2].", hint="[@click=app.quit]x[/]"))
        await settle(pilot)
        assert notes(pilot) == "There is no exam [/] [C2].\n[@click=app.quit]x[/]"
        assert pilot.app.is_running


async def test_the_cursor_of_the_terminal_stands_on_the_highlighted_row(stage: Stage) -> None:
    student = stage.student()
    stage.start(student)
    async with stage.open(student) as pilot:
        await press(pilot, "enter", "y")
        choices = pilot.app.screen.query_one(Choices)
        first = pilot.app.cursor_position
        assert first == choices.content_region.offset
        await press(pilot, "down")
        assert pilot.app.cursor_position == first + Offset(0, 1)
        assert [option for option in choices.options if isinstance(option, Option)][1].id == choices.options[1].id
