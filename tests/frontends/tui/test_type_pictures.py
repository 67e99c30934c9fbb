"""Pictures of every type of question in an exam, and of their review, at the three sizes.

`--snapshot-update` takes them anew. Look at them then.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from cequiz.domain.bank.bank import Bank
from cequiz.frontends.tui.app import CequizApp
from tests import samples
from tests.frontends.tui.stage import Stage, press, settle
from tests.frontends.tui.test_review import ANSWERS, MISS

Compare = Callable[..., bool]

KEYS: Mapping[str, tuple[str, ...]] = {
    "q-single": ("b",),
    "q-multiple": ("a", "c"),
    "q-true-false": ("a",),
    "q-matching": ("a", "b"),
    "q-ordering": ("c", "a", "d", "["),
    "q-short": ("=", *"axil"),
    "q-numeric": ("=", *"4x"),
    "q-cloze": ("a", "enter", *"spiral"),
    "q-label": ("b",),
    "q-case": ("n", "a"),
}
WIDEST = ("q-matching", "q-ordering", "q-cloze", "q-case")

_LONG = "a text of the length that real banks have, which does not fit into one line of a terminal of 80 columns"


def long_case() -> dict[str, Any]:
    """Return a case whose story, stems and choices are long."""
    case = samples.case()
    first, *rest = case["questions"]
    options = [option | {"text": f"{option['text']}: {_LONG}"} for option in first["options"]]
    first |= {"stem": f"Which of these is {_LONG}?", "options": options}
    return case | {"questions": [first, *rest], "vignette": f"A 31-year-old sample person. {_LONG.capitalize()}. " * 6}


def long_matching() -> dict[str, Any]:
    """Return a matching question with eleven choices, long and odd texts."""
    odd = ["[red]no[/red]", "山田太郎の大腿四頭筋", _LONG, "Alpha", "Beta", "Gamma", "Delta"]
    pairs = [{"id": f"p{number}", "left": f"{text} left", "right": text} for number, text in enumerate(odd)]
    spare = [f"Spare {number}" for number in range(11 - len(pairs))]
    return samples.item("long", "matching", pairs=pairs, distractors=spare, scoring={"method": "per-pair"})


def begun(stage: Stage, bank: Bank, *, case: bool) -> CequizApp:
    """Load a bank of one question, or of one case, and start the exam."""
    stage.load(course=samples.course(blueprint={"D2": 3} if case else {"D1": 1}), bank=bank)
    student = stage.student()
    stage.start(student).leave()
    return stage.app(student)


def keys(*after: str) -> Callable[[Pilot[Any]], Any]:
    """Return what continues the exam and presses these keys."""

    async def run_before(pilot: Pilot[Any]) -> None:
        await settle(pilot)
        await press(pilot, "enter", "y")
        for field in pilot.app.screen.query(Input):
            field.cursor_blink = False
        await press(pilot, *after)

    return run_before


@pytest.fixture
def still(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Stage:
    """Return a stage whose files have the same short paths everywhere."""
    monkeypatch.chdir(tmp_path)
    return Stage(Path())


@pytest.mark.parametrize("name", KEYS)
def test_every_type_at_the_usual_size(still: Stage, snap_compare: Compare, name: str) -> None:
    app = begun(still, samples.bank(only=(name,)), case=name == "q-case")
    assert snap_compare(app, terminal_size=(80, 24), run_before=keys(*KEYS[name]))


@pytest.mark.parametrize("name", [name for name in KEYS if name not in WIDEST])
def test_the_other_types_at_the_smallest_size(still: Stage, snap_compare: Compare, name: str) -> None:
    app = begun(still, samples.bank(only=(name,)), case=False)
    assert snap_compare(app, terminal_size=(60, 20), run_before=keys(*KEYS[name]))


@pytest.mark.parametrize("size", [(60, 20), (120, 40)], ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("name", WIDEST)
def test_the_widest_types(still: Stage, snap_compare: Compare, name: str, size: tuple[int, int]) -> None:
    app = begun(still, samples.bank(only=(name,)), case=name == "q-case")
    assert snap_compare(app, terminal_size=size, run_before=keys(*KEYS[name]))


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (120, 40)], ids=lambda size: f"{size[0]}x{size[1]}")
def test_a_long_case(still: Stage, snap_compare: Compare, size: tuple[int, int]) -> None:
    app = begun(still, samples.bank(long_case(), only=("none",)), case=True)
    assert snap_compare(app, terminal_size=size, run_before=keys("b"))


@pytest.mark.parametrize("size", [(60, 20), (80, 24)], ids=lambda size: f"{size[0]}x{size[1]}")
def test_eleven_long_choices(still: Stage, snap_compare: Compare, size: tuple[int, int]) -> None:
    app = begun(still, samples.bank(long_matching(), only=("none",)), case=False)
    assert snap_compare(app, terminal_size=size, run_before=keys("k", "a"))


def test_a_number_that_is_none(still: Stage, snap_compare: Compare) -> None:
    app = begun(still, samples.bank(only=("q-numeric",)), case=False)
    assert snap_compare(app, terminal_size=(80, 24), run_before=keys("=", "4", "x", "escape"))


def test_saying_what_is_wrong(still: Stage, snap_compare: Compare) -> None:
    app = begun(still, samples.bank(only=("q-single",)), case=False)
    assert snap_compare(app, terminal_size=(60, 20), run_before=keys("!", *"Two", "enter"))


def test_the_review_of_every_type(still: Stage, snap_compare: Compare) -> None:
    full = {"after_pass": "full", "after_fail": "full"}
    still.load(
        course=samples.course(blueprint={"D1": 10, "D2": 3}, pass_mark="1", review=full), bank=samples.bank(MISS)
    )
    student = still.student()
    sitting = still.start(student)
    sitting.leave()
    for item in sitting.attempt.form.items:
        sitting.answer(item.key, ANSWERS[item.question])
    app = still.app(student)
    assert snap_compare(app, terminal_size=(120, 130), run_before=keys("s", "s", "y", "v"))
