"""Practice on the screens: every type answered, told and kept; the five of a day; home's rows; what to study."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from cequiz.domain.bank.bank import Bank
from cequiz.domain.people.accommodation import Accommodation
from cequiz.domain.practice import Drill
from cequiz.frontends.tui.app import CequizApp
from cequiz.frontends.tui.student.exam_figures import FigureScreen
from cequiz.frontends.tui.student.home import HomeScreen
from cequiz.frontends.tui.student.practice import PracticeScreen
from cequiz.services import loading
from cequiz.services.accommodating import grant
from cequiz.services.enrolling import students
from cequiz.services.practising import begin, status
from cequiz.services.standing import SignedIn
from tests import builders, samples
from tests.fakes import FakeStore, FakeUnit
from tests.frontends.stuck import StuckStore
from tests.frontends.tui import scenes
from tests.frontends.tui.stage import Stage, StageHouse, notes, press, said, settle, write


def load(stage: Stage, *added: dict[str, Any], only: tuple[str, ...] = (), **policy: Any) -> None:
    """Load a course whose bank for practice has a question of every type, or only some."""
    every = Bank.from_json({**samples.bank_json(*added, only=only), "id": "every"})
    practice = {"enabled": True, "banks": ["every"], **policy}
    loading.load(stage.ports, banks=[builders.bank(), every], courses=[builders.course(practice=practice)], actor="t")


def standing(stage: Stage) -> tuple[int, int, Drill]:
    """Return how many questions are new, how many answers were given, and the drill, as they are on disk."""
    [student] = students(stage.ports)
    found = status(stage.ports, student_id=student.id, course_id="course")
    return found.new, found.answered, found.drill


def with_store(stage: Stage, store: FakeStore) -> Stage:
    """Return the stage with another store."""
    stage.ports = replace(stage.ports, store=store)
    stage.house = StageHouse(stage.ports, stage.house.settings.home)
    return stage


async def to_practice(pilot: Pilot[Any], row: str = "Practice") -> None:
    """Open a row of home."""
    listing = pilot.app.screen.query_one("#doors")
    for _ in range(6):
        if row in str(listing.highlighted_option.prompt.plain):  # type: ignore[attr-defined] # the list of home
            break
        await press(pilot, "down")
    await press(pilot, "enter")


def feedback(pilot: Pilot[Any]) -> str:
    """Return what is told of the last answer."""
    shown = pilot.app.screen.query_one("#feedback").visual  # type: ignore[attr-defined] # a Static
    return str(getattr(shown, "plain", ""))


ANSWERS: dict[str, tuple[str, ...]] = {
    "q-single": ("b",),
    "q-multiple": ("a", "c"),
    "q-true-false": ("true",),
    "q-matching": ("p1", "p2", "p3"),
    "q-ordering": ("i1", "i2", "i3", "i4"),
    "q-label": ("sq", "ci"),
}
"""Ids of the choices that are pressed one after the other."""


def letters(pilot: Pilot[Any], kind: str) -> list[str]:
    """Return the letters of the right choices in the order in which they are shown."""
    screen = pilot.app.screen
    assert isinstance(screen, PracticeScreen)
    assert screen.asked is not None
    return ["abcdefghijk"[screen.asked.order.index(choice)] for choice in ANSWERS[kind]]


@pytest.mark.parametrize("kind", list(ANSWERS))
async def test_every_lettered_type_is_answered_and_told(empty_stage: Stage, kind: str) -> None:
    load(empty_stage, only=(kind,))
    async with empty_stage.open(empty_stage.student()) as pilot:
        await to_practice(pilot)
        await press(pilot, *letters(pilot, kind))
        assert "Check it with s." in said(pilot)
        assert standing(empty_stage)[1] == 0
        await press(pilot, "s")
        assert "✓ Saved.  This question comes back: 12:10 UTC." in feedback(pilot)
        assert "right, 1 of 1" in feedback(pilot)
        assert "Source: Sample reference" in feedback(pilot)
        assert standing(empty_stage)[:2] == (0, 1)


async def test_who_needs_room_gets_a_blank_line_between_the_options(empty_stage: Stage) -> None:
    load(empty_stage, only=("q-single",))
    student = empty_stage.student()
    async with empty_stage.open(student) as pilot:
        await to_practice(pilot)
        assert not pilot.app.screen.has_class("-spacious")
        close = pilot.app.screen.query_one("#choices").virtual_size.height
    grant(empty_stage.ports, student_id=student.id, profile=Accommodation(spacious=True), reason="letter", actor="x")
    async with empty_stage.open(student) as pilot:
        await to_practice(pilot)
        assert pilot.app.screen.has_class("-spacious")
        assert pilot.app.screen.query_one("#choices").virtual_size.height == 2 * close


async def test_questions_in_another_language_are_announced(empty_stage: Stage) -> None:
    load(empty_stage, only=("q-single",))
    async with empty_stage.open(empty_stage.student()) as pilot:
        await to_practice(pilot)
        assert "The questions are in" not in said(pilot)
        await press(pilot, "escape")
        other = {**samples.bank_json(only=("q-single",)), "id": "every", "version": "2", "language": "es-MX"}
        loading.load(empty_stage.ports, banks=[Bank.from_json(other)], actor="t")
        await to_practice(pilot)
        assert "1 question is new. The questions are in Spanish." in said(pilot)


@pytest.mark.parametrize(("kind", "typed"), [("q-short", "axillary nerve"), ("q-numeric", "42")])
async def test_typed_answers_are_checked_as_they_stand(empty_stage: Stage, kind: str, typed: str) -> None:
    load(empty_stage, only=(kind,))
    async with empty_stage.open(empty_stage.student()) as pilot:
        await to_practice(pilot)
        await press(pilot, "=")
        await write(pilot, typed)
        await press(pilot, "enter", "s")
        assert "right, 1 of 1" in feedback(pilot)
        assert standing(empty_stage)[:2] == (0, 1)


async def test_a_cloze_is_filled_by_letter_and_by_typing(empty_stage: Stage) -> None:
    load(empty_stage, only=("q-cloze",))
    async with empty_stage.open(empty_stage.student()) as pilot:
        await to_practice(pilot)
        screen = pilot.app.screen
        assert isinstance(screen, PracticeScreen)
        assert screen.asked is not None
        await press(pilot, "abc"[screen.asked.order.index("n1/a")], "=")
        await write(pilot, "spiral groove")
        await press(pilot, "enter", "s")
        assert "right, 1 of 1" in feedback(pilot)


async def test_a_near_miss_is_named(empty_stage: Stage) -> None:
    near = samples.item("near", "short_answer", accept=[{"text": "hip abduction"}], spelling="tolerant")
    load(empty_stage, near, only=("near",))
    async with empty_stage.open(empty_stage.student()) as pilot:
        await to_practice(pilot)
        await press(pilot, "=")
        await write(pilot, "hip adduction")
        await press(pilot, "enter", "s")
        assert "Close to hip abduction, but hip adduction means something else." in feedback(pilot)


async def test_what_is_no_answer_yet_is_not_checked(empty_stage: Stage) -> None:
    load(empty_stage, only=("q-numeric",))
    async with empty_stage.open(empty_stage.student()) as pilot:
        await to_practice(pilot)
        await press(pilot, "=")
        await write(pilot, "many")
        await press(pilot, "enter", "s")
        assert "What is typed is not an answer to this question yet." in notes(pilot)
        assert standing(empty_stage)[1] == 0


async def test_part_of_an_answer_can_be_checked_and_says_which_part_is_right(empty_stage: Stage) -> None:
    load(empty_stage, only=("q-matching",))
    async with empty_stage.open(empty_stage.student()) as pilot:
        await to_practice(pilot)
        await press(pilot, letters(pilot, "q-matching")[0], "s")
        assert "partly right, 0.33 of 1" in feedback(pilot)
        assert "no answer; right answer: Second" in feedback(pilot)


async def test_who_does_not_know_is_asked_before_the_answer_is_shown(empty_stage: Stage) -> None:
    load(empty_stage, only=("q-single",))
    async with empty_stage.open(empty_stage.student()) as pilot:
        await to_practice(pilot)
        await press(pilot, "s")
        assert "It counts as not known" in said(pilot)
        await press(pilot, "n")
        assert standing(empty_stage)[1] == 0
        await press(pilot, "s", "y")
        assert "not answered, 0 of 1" in feedback(pilot)
        assert standing(empty_stage)[1] == 1


async def test_enter_goes_on_and_n_leaves_a_question_for_later(empty_stage: Stage) -> None:
    load(empty_stage, only=("q-single", "q-true-false"))
    async with empty_stage.open(empty_stage.student()) as pilot:
        await to_practice(pilot)
        assert "Sample question of the type single." in said(pilot)
        await press(pilot, "n")
        assert "Sample statements are artificial." in said(pilot)
        await press(pilot, "a", "s", "enter")
        assert "Sample question of the type single." in said(pilot)
        await press(pilot, "n")
        assert "This is the only question that is left now." in notes(pilot)
        await press(pilot, "b", "s", "enter")
        assert "✓ You have practised everything that waits." in feedback(pilot)
        assert "Nothing is due before 12:10 UTC." in said(pilot)
        await press(pilot, "x")
        assert isinstance(pilot.app.screen, HomeScreen)


async def test_the_answer_can_be_clicked(empty_stage: Stage) -> None:
    load(empty_stage, only=("q-single",))
    async with empty_stage.open(empty_stage.student()) as pilot:
        await to_practice(pilot)
        await pilot.click("#choices", offset=(4, 1))
        await settle(pilot)
        assert "Your answer: B. Check it with s." in said(pilot)


async def test_leaving_says_that_an_answer_was_not_checked(empty_stage: Stage) -> None:
    load(empty_stage, only=("q-single",))
    async with empty_stage.open(empty_stage.student()) as pilot:
        await to_practice(pilot)
        await press(pilot, "b", "escape")
        assert isinstance(pilot.app.screen, HomeScreen)
        assert "Your last answer was not checked, and is not kept." in notes(pilot)


async def test_five_today_counts_and_offers_more_afterwards(empty_stage: Stage) -> None:
    load(empty_stage)
    async with empty_stage.open(empty_stage.student()) as pilot:
        assert "Five today  0 of 5 done. Streak: 0 days." in said(pilot)
        await to_practice(pilot, "Five today")
        for done in range(1, 6):
            await press(pilot, "s", "y")
            assert f"Five today: {done} of 5." in said(pilot)
            await press(pilot, "enter")
        assert "The five of today are done." in feedback(pilot)
        assert standing(empty_stage)[2] == Drill(5, 1)
        await press(pilot, "enter")
        assert "7 questions are new." in said(pilot)
        await press(pilot, "s", "y")
        assert standing(empty_stage)[1:] == (6, Drill(5, 1))
        await press(pilot, "escape")
        assert "Five today  5 of 5 done. Streak: 1 day." in said(pilot)


async def test_home_says_what_is_due_and_waits_for_an_open_exam(empty_stage: Stage) -> None:
    load(empty_stage)
    student = empty_stage.student()
    begin(empty_stage.ports, student_id=student.id, course_id="course").check(None)
    empty_stage.clock.advance(timedelta(minutes=2))
    async with empty_stage.open(student) as pilot:
        assert "Practice  1 question is due. 11 questions are new." in said(pilot)
        empty_stage.start(student)
        await scenes.again(pilot)
        assert "Practice  waits until your exam has ended" in said(pilot)
        assert "Five today" not in said(pilot)


async def test_where_nothing_may_be_practised_home_has_no_row_for_it(empty_stage: Stage) -> None:
    load(empty_stage, banks=["sample"])
    async with empty_stage.open(empty_stage.student()) as pilot:
        assert "Sample exam" in said(pilot)
        assert "Practice" not in said(pilot)


async def test_an_answer_that_cannot_be_written_is_not_told(empty_stage: Stage) -> None:
    store = StuckStore()
    stage = with_store(empty_stage, store)
    load(stage, only=("q-single",))
    async with stage.open(stage.student()) as pilot:
        await to_practice(pilot)
        await press(pilot, "b")
        store.stick()
        await press(pilot, "s")
        assert "NOT SAVED: Another program holds the store. Try again with s." in said(pilot)
        assert "Saved." not in feedback(pilot)
        store.free()
        await press(pilot, "s")
        assert "✓ Saved." in feedback(pilot)


class SlowStore(FakeStore):
    """A store whose writes wait at a door while it is closed."""

    def __init__(self) -> None:
        super().__init__()
        self.door = threading.Event()
        self.door.set()

    @contextmanager
    def write(self) -> Iterator[FakeUnit]:
        """Wait at the door."""
        assert self.door.wait(timeout=30)
        with super().write() as unit:
            yield unit


@pytest.mark.parametrize("key", ["x", "escape"])
async def test_leaving_while_an_answer_is_written_waits_and_says_that_it_is_saved(empty_stage: Stage, key: str) -> None:
    store = SlowStore()
    stage = with_store(empty_stage, store)
    load(stage, only=("q-single", "q-true-false"))
    async with stage.open(stage.student()) as pilot:
        await to_practice(pilot)
        await press(pilot, "b")
        store.door.clear()
        await pilot.press("s", "n", key)
        screen = pilot.app.screen
        assert isinstance(screen, PracticeScreen)
        assert screen.asked is not None
        assert screen.asked.question.id == "q-single"  # going on waits as well
        store.door.set()
        await settle(pilot)
        assert isinstance(pilot.app.screen, HomeScreen)
        assert "Saved." in notes(pilot)
        assert "not kept" not in notes(pilot)
        assert standing(stage)[1] == 1


async def test_at_the_end_enter_looks_again(empty_stage: Stage) -> None:
    load(empty_stage, only=("q-single",))
    async with empty_stage.open(empty_stage.student()) as pilot:
        await to_practice(pilot)
        await press(pilot, "b", "s", "enter", "enter")
        assert "✓ You have practised everything that waits." in feedback(pilot)
        empty_stage.clock.advance(timedelta(minutes=11))
        await press(pilot, "enter")
        assert "Sample question of the type single." in said(pilot)


async def test_after_midnight_the_five_of_the_new_day_begin(empty_stage: Stage) -> None:
    load(empty_stage)
    async with empty_stage.open(empty_stage.student()) as pilot:
        await to_practice(pilot, "Five today")
        for _ in range(5):
            await press(pilot, "s", "y", "enter")
        assert "The five of today are done." in feedback(pilot)
        empty_stage.clock.advance(timedelta(hours=12))
        await press(pilot, "enter")
        assert "Five today: 0 of 5. Streak: 1 day." in said(pilot)
        await press(pilot, "s", "y")
        assert standing(empty_stage)[2] == Drill(1, 1)


async def test_an_exam_that_is_opened_elsewhere_ends_practice(empty_stage: Stage) -> None:
    load(empty_stage, only=("q-single",))
    student = empty_stage.student()
    async with empty_stage.open(student) as pilot:
        await to_practice(pilot)
        empty_stage.start(student)
        await press(pilot, "b", "s")
        assert isinstance(pilot.app.screen, HomeScreen)
        assert "practice waits until it has ended" in notes(pilot)


async def test_the_practice_named_on_the_command_line_opens_at_once(empty_stage: Stage) -> None:
    load(empty_stage)
    student = empty_stage.student()
    app = CequizApp(empty_stage.house, student_id=student.id, practice=("course", True))
    async with app.run_test() as pilot:
        await settle(pilot)
        assert isinstance(app.screen, PracticeScreen)
        assert "Five today: 0 of 5." in said(pilot)


async def test_a_figure_is_shown_in_words_and_over_the_whole_screen(empty_stage: Stage) -> None:
    load(empty_stage, only=("q-label",))
    async with empty_stage.open(empty_stage.student()) as pilot:
        await to_practice(pilot)
        assert "Figure: A square on the left and a circle on the right." in said(pilot)
        await press(pilot, "v")
        assert isinstance(pilot.app.screen, FigureScreen)
        assert "A square on the left and a circle on the right." in said(pilot)
        await press(pilot, "escape", "a", "s", "v")
        assert isinstance(pilot.app.screen, FigureScreen)


async def test_text_of_a_bank_is_text(empty_stage: Stage) -> None:
    marked = samples.single() | {"id": "marked", "stem": "[red]Which[/] [@click=app.quit]one?", "rationale": "[b]So[/]"}
    load(empty_stage, marked, only=("marked",))
    async with empty_stage.open(empty_stage.student()) as pilot:
        await to_practice(pilot)
        assert "[red]Which[/] [@click=app.quit]one?" in said(pilot)
        await press(pilot, "b", "s")
        assert "[b]So[/]" in feedback(pilot)


async def test_after_a_fail_the_result_says_what_to_study(stage: Stage) -> None:
    student = stage.student()
    sitting = stage.start(student)
    for item in sitting.attempt.form.items:
        sitting.answer(item.key, {"choice": "b" if item.objective == "D1" else "a"})
    async with stage.open(student) as pilot:
        await press(pilot, "enter", "y", "s", "s", "y")
        assert "What to study, the weakest first:\n1. Objective D2\n   Sample reference" in said(pilot)
        assert "Which option" not in said(pilot)


async def failed(pilot: Pilot[Any], stage: Stage) -> None:
    """Hand an exam in that is not passed, and look at its result."""
    app, student = pilot.app, stage.student()
    assert isinstance(app, CequizApp)
    app.desk.sign_in(SignedIn(student, ""))
    sitting = stage.start(student)
    for item in sitting.attempt.form.items:
        sitting.answer(item.key, {"choice": "a"})
    sitting.submit()
    home = pilot.app.screen
    assert isinstance(home, HomeScreen)
    home.open_result(sitting.attempt.id)
    await settle(pilot)


async def test_the_result_leads_to_practice_where_the_course_has_it(empty_stage: Stage) -> None:
    load(empty_stage)
    async with empty_stage.open() as pilot:
        await failed(pilot, empty_stage)
        assert "Practice (p)  12 questions are new." in said(pilot)
        await press(pilot, "p")
        assert "A new question." in said(pilot)
        await press(pilot, "escape")
        assert isinstance(pilot.app.screen, HomeScreen)


@pytest.mark.parametrize("policy", [{"enabled": False}, {"banks": ["sample"]}])
async def test_the_result_offers_no_practice_where_there_is_none(empty_stage: Stage, policy: dict[str, Any]) -> None:
    load(empty_stage, **policy)
    async with empty_stage.open() as pilot:
        await failed(pilot, empty_stage)
        assert "NOT PASSED" in said(pilot)
        assert "Practice" not in said(pilot)
        screen = pilot.app.screen
        await press(pilot, "p")
        assert pilot.app.screen is screen


# Pictures ---------------------------------------------------------------------------------------------------------

Compare = Callable[..., bool]
SIZES = [(60, 20), (80, 24)]


@pytest.fixture
def still(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Stage:
    """Return a stage whose files have the same short paths everywhere."""
    monkeypatch.chdir(tmp_path)
    return Stage(Path())


async def told(pilot: Pilot[Any]) -> None:
    """One answer is told."""
    await to_practice(pilot)
    await press(pilot, "a", "s")


async def matched(pilot: Pilot[Any]) -> None:
    """A matching is answered in part."""
    await to_practice(pilot, "Five today")
    await press(pilot, "a", "b")


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize(
    ("name", "kind", "act"), [("told", "q-case", told), ("matched", "q-matching", matched), ("home", "q-single", None)]
)
def test_pictures(still: Stage, snap_compare: Compare, name: str, kind: str, act: Any, size: tuple[int, int]) -> None:
    load(still, only=(kind,))
    app = still.app(still.student())

    async def run_before(pilot: Pilot[Any]) -> None:
        await settle(pilot)
        if act is not None:
            await act(pilot)
        for field in pilot.app.screen.query(Input):
            field.cursor_blink = False
        await settle(pilot)

    assert snap_compare(app, terminal_size=size, run_before=run_before)
