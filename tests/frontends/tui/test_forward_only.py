"""A forward-only exam: what was left behind stays behind, and nothing is left open without a question."""

from __future__ import annotations

from typing import Any

import pytest

from cequiz.domain.people.student import Student
from cequiz.frontends.tui.widgets.navigator import Navigator
from cequiz.services.enrolling import students
from cequiz.services.sitting import Sitting
from cequiz.services.starting import resume
from tests import samples
from tests.frontends.tui.stage import Stage, course, notes, plain, press, said, settle

GONE = "This exam moves forward only: what was left behind cannot be opened again."


@pytest.fixture
def sitting(empty_stage: Stage) -> Sitting:
    """Return a running forward-only exam."""
    empty_stage.load(course=course(navigation="forward-only"))
    return empty_stage.start(empty_stage.student())


def student_of(stage: Stage) -> Student:
    """Return the one student there is."""
    [student] = students(stage.ports)
    return student


def the_map(pilot: Any) -> str:
    """Return what the map shows."""
    return plain(pilot.app.screen.query_one(Navigator).render())


async def test_an_answered_question_is_left_without_a_question_and_for_good(
    empty_stage: Stage, sitting: Sitting
) -> None:
    async with empty_stage.open(student_of(empty_stage)) as pilot:
        await press(pilot, "enter", "y", "a", "n")
        assert "Question 2 of 4" in said(pilot)
        assert "previous" not in said(pilot)
        assert "‹ 1●" in the_map(pilot)
        assert "1 left behind" in the_map(pilot)
        for keys in (["p"], ["left"], ["1", "enter"], ["l", "home", "enter"]):
            pilot.app.clear_notifications()
            await press(pilot, *keys)
            assert notes(pilot) == GONE
            assert "Question 2 of 4" in said(pilot)
    sitting.refresh()
    assert sitting.attempt.reached == 1


async def test_an_open_question_is_left_behind_only_after_a_yes(empty_stage: Stage, sitting: Sitting) -> None:
    async with empty_stage.open(student_of(empty_stage)) as pilot:
        await press(pilot, "enter", "y", "n")
        assert "1 question would stay open and score 0" in said(pilot)
        await press(pilot, "n")
        assert "Question 1 of 4" in said(pilot)
        await press(pilot, "3", "enter")
        assert "2 questions would stay open and score 0" in said(pilot)
        await press(pilot, "y")
        assert "Question 3 of 4" in said(pilot)
        assert "2 left behind" in the_map(pilot)
    sitting.refresh()
    assert (sitting.attempt.reached, sitting.attempt.responses) == (2, {})


async def test_an_exam_goes_on_where_it_was_and_not_at_what_was_skipped(empty_stage: Stage, sitting: Sitting) -> None:
    async with empty_stage.open(student_of(empty_stage)) as pilot:
        await press(pilot, "enter", "y", "n", "y", "b", "x", "y")
        await press(pilot, "enter", "y")
        assert "Question 2 of 4" in said(pilot)
        assert "✓ Saved: B." in said(pilot)
        await press(pilot, "p")
        assert notes(pilot).endswith(GONE)


async def test_the_list_names_what_was_left_behind_and_shows_no_other_question(
    empty_stage: Stage, sitting: Sitting
) -> None:
    async with empty_stage.open(student_of(empty_stage)) as pilot:
        await press(pilot, "enter", "y", "n", "y", "l")
        shown = said(pilot)
        assert "open, left behind" in shown
        stems = [question.stem for question in sitting.questions.values() if question.stem in shown]
        assert stems == [sitting.questions[sitting.attempt.form.items[1].key].stem]


async def test_a_move_on_a_jammed_disk_waits_and_is_no_lost_answer(empty_stage: Stage, sitting: Sitting) -> None:
    async with empty_stage.open(student_of(empty_stage)) as pilot:
        await press(pilot, "enter", "y", "a")
        empty_stage.store.jammed = True
        await press(pilot, "n", "p")
        assert "Question 2 of 4" in said(pilot)
        await press(pilot, "b", "x")
        assert "NOT SAVED: 1 of your last answers or flags." in said(pilot)
        await press(pilot, "n")
        empty_stage.store.jammed = False
        screen: Any = pilot.app.screen
        screen.try_again()
        await settle(pilot)
        assert "✓ Saved: B." in said(pilot)
    sitting.refresh()
    assert (sitting.attempt.reached, len(sitting.attempt.responses)) == (1, 2)


async def test_who_only_reads_cannot_look_ahead(empty_stage: Stage, sitting: Sitting) -> None:
    async with empty_stage.open(student_of(empty_stage)) as pilot:
        await press(pilot, "enter", "y", "a")
        resume(empty_stage.ports, attempt_id=sitting.attempt.id, actor="test")
        screen: Any = pilot.app.screen
        screen.look()
        await settle(pilot)
        await press(pilot, "n", "right", "l", "down", "enter")
        assert "Question 1 of 4" in said(pilot)


async def test_a_question_answered_in_part_is_left_behind_only_after_a_yes(empty_stage: Stage) -> None:
    bank = samples.bank(only=("q-matching", "q-numeric"))
    empty_stage.load(course=samples.course(blueprint={"D1": 2}, navigation="forward-only"), bank=bank)
    sitting = empty_stage.start(empty_stage.student())
    first = sitting.attempt.form.items[0].question
    async with empty_stage.open(student_of(empty_stage)) as pilot:
        await press(pilot, "enter", "y")
        await press(pilot, *(["a"] if first == "q-matching" else ["=", "4", "enter", "=", "x", "enter"]), "n")
        words = "is answered in part only" if first == "q-matching" else "NOT SAVED: 1."
        assert words in said(pilot)
        await press(pilot, "n")
        assert "Question 1 of 2" in said(pilot)
        await press(pilot, "n", "y")
        assert "Question 2 of 2" in said(pilot)
