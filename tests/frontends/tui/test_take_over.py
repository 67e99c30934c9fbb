"""The same attempt in two windows: one writes, the other reads at once, and nothing of either is lost unsaid."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from textual.pilot import Pilot

from cequiz.domain.canonical import Json
from cequiz.domain.people.student import Student
from cequiz.frontends.tui.student import exam_endings
from cequiz.services.sitting import Sitting
from tests import samples
from tests.frontends.tui.stage import Stage, course, press, said, settle

LOOK = exam_endings._LOOK
"""Seconds between two looks, as they are outside of tests."""


def begun(stage: Stage, name: str) -> tuple[Student, Sitting]:
    """Start an exam of one sample question."""
    stage.load(course=samples.course(blueprint={"D1": 1}), bank=samples.bank(only=(name,)))
    student = stage.student()
    return student, stage.start(student)


@asynccontextmanager
async def windows(stage: Stage, student: Student) -> AsyncIterator[tuple[Pilot[int], Pilot[int]]]:
    """Open two windows of one student; the first is in the exam."""
    async with stage.open(student) as one:
        await press(one, "enter", "y")
        async with stage.open(student) as two:
            yield one, two


async def look(pilot: Pilot[Any]) -> None:
    """Let a window look at what others wrote, as it does every second."""
    screen: Any = pilot.app.screen
    screen.look()
    await settle(pilot)


def stored(sitting: Sitting) -> dict[str, Json] | None:
    """Return the response on disk."""
    sitting.refresh()
    found = sitting.attempt.responses.get(sitting.attempt.form.items[0].key)
    return None if found is None else dict(found)


def test_a_window_looks_every_second() -> None:
    assert LOOK == 1.0


async def test_text_that_was_not_sent_stays_says_not_saved_and_comes_back(empty_stage: Stage) -> None:
    student, sitting = begun(empty_stage, "q-short")
    async with windows(empty_stage, student) as (one, two):
        await press(one, "=", "a", "x")
        await press(two, "enter", "y", "=", "b", "enter")
        await look(one)
        assert "This exam is open elsewhere. Here you can only read." in said(one)
        assert "! NOT SAVED: ax" in said(one)
        await press(one, "=", "y", "-", "!")
        assert "! NOT SAVED: ax" in said(one)
        assert stored(sitting) == {"text": "b"}
        await press(one, "r")
        assert "! NOT SAVED: ax Press = and Enter to save it, or - to drop it." in said(one)
        assert "✓ Saved: b." in said(one)
        assert stored(sitting) == {"text": "b"}
        await press(one, "=", "enter")
        assert stored(sitting) == {"text": "ax"}
        assert "✓ Saved: ax." in said(one)
        await look(two)
        assert "This exam is open elsewhere." in said(two)


async def test_text_that_was_refused_on_its_way_stays_too_and_can_be_dropped(empty_stage: Stage) -> None:
    student, sitting = begun(empty_stage, "q-short")
    async with windows(empty_stage, student) as (one, two):
        await press(two, "enter", "y", "=", "b", "enter")
        await press(one, "=", "a", "enter")
        assert "! NOT SAVED: a. This exam is open elsewhere." in said(one)
        await press(one, "r")
        assert "! NOT SAVED: a" in said(one)
        await press(one, "-")
        assert "NOT SAVED" not in said(one)
        assert "✓ Saved: b." in said(one)
        assert stored(sitting) == {"text": "b"}


async def test_the_exam_comes_back_at_the_question_where_it_was_taken(stage: Stage) -> None:
    student = stage.student()
    stage.start(student)
    async with windows(stage, student) as (one, two):
        await press(one, "n", "n")
        await press(two, "enter", "y", "b")
        await look(one)
        await press(one, "r")
        assert "Question 3 of 4" in said(one)
        assert "open elsewhere" not in said(one)


async def test_one_that_moves_forward_only_comes_back_where_the_other_window_left_it(empty_stage: Stage) -> None:
    empty_stage.load(course=course(navigation="forward-only"))
    student = empty_stage.student()
    empty_stage.start(student)
    async with windows(empty_stage, student) as (one, two):
        await press(two, "enter", "y", "b", "n")
        await look(one)
        assert "Question 1 of 4" in said(one)
        await press(one, "r")
        assert "Question 2 of 4" in said(one)


async def test_a_letter_that_was_refused_is_said_to_be_not_saved(empty_stage: Stage) -> None:
    student, sitting = begun(empty_stage, "q-single")
    async with windows(empty_stage, student) as (one, two):
        await press(two, "enter", "y", "c")
        kept = stored(sitting)
        await press(one, "a")
        assert "! NOT SAVED: A. This exam is open elsewhere." in said(one)
        await press(one, "b")
        assert "! NOT SAVED: A." in said(one)
        assert stored(sitting) == kept
        await press(one, "r")
        assert "✓ Saved: C." in said(one)
