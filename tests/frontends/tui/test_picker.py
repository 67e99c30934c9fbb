"""One of a few in one line of a form: what keys and clicks choose."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from textual.app import App, ComposeResult

from cequiz.frontends.tui.widgets.picker import Picker

FRUIT = [(1, "apple"), (2, "banana"), (3, "[b]cherry[/b]")]


class PickerApp(App[None]):
    """One line, and how often it said that something else is chosen."""

    def __init__(self, picker: Callable[[], Picker[int]]) -> None:
        super().__init__()
        self._make = picker
        self.changes = 0

    def compose(self) -> ComposeResult:
        """Lay out the line."""
        yield self._make()

    def on_picker_changed(self) -> None:
        """Count."""
        self.changes += 1


@pytest.mark.parametrize(
    ("keys", "value"),
    [
        ((), 1),
        (("right",), 2),
        (("left",), 3),
        (("space", "space", "space"), 1),
        (("end",), 3),
        (("end", "home"), 1),
        (("b",), 2),
        (("z",), 1),
    ],
)
async def test_keys_turn_it(keys: tuple[str, ...], value: int) -> None:
    app = PickerApp(lambda: Picker(FRUIT))
    async with app.run_test(size=(40, 3)) as pilot:
        app.query_one(Picker).focus()
        await pilot.press(*keys)
        assert app.query_one(Picker).value == value
        assert app.changes == (0 if not keys or keys == ("z",) else len(keys))


async def test_a_click_turns_it_and_one_on_the_first_arrow_turns_it_back() -> None:
    app = PickerApp(lambda: Picker(FRUIT, chosen=2))
    async with app.run_test(size=(40, 3)) as pilot:
        await pilot.click(Picker, offset=(12, 0))
        assert app.query_one(Picker).value == 3
        await pilot.click(Picker, offset=(1, 0))
        assert app.query_one(Picker).value == 2


async def test_words_are_text_and_are_cut_where_there_is_no_room() -> None:
    app = PickerApp(lambda: Picker(FRUIT, chosen=3))
    async with app.run_test(size=(40, 3)):
        assert "[b]cherry[/b]" in app.query_one(Picker).render().plain
    async with PickerApp(lambda: Picker(FRUIT, chosen=3)).run_test(size=(16, 3)) as pilot:
        assert "…" in pilot.app.query_one(Picker).render().plain


async def test_without_choices_it_says_so_and_no_key_breaks_it() -> None:
    app = PickerApp(lambda: Picker([]))
    async with app.run_test(size=(40, 3)) as pilot:
        app.query_one(Picker).focus()
        await pilot.press("right", "left", "end", "b")
        assert app.query_one(Picker).value is None
        assert app.query_one(Picker).render().plain == "There is nothing to choose from."


async def test_a_value_that_is_not_offered_changes_nothing() -> None:
    app = PickerApp(lambda: Picker(FRUIT, chosen=9))
    async with app.run_test(size=(40, 3)):
        picker = app.query_one(Picker)
        assert picker.value == 1
        picker.choose(3)
        picker.choose(9)
        assert picker.value == 3
