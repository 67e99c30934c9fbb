"""What a student sees and can do during an exam."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from tests.frontends.tui.stage import Stage, notes, press, said, settle


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    found = Stage(tmp_path)
    found.load()
    return found


async def test_a_letter_is_saved_and_the_screen_says_so(stage: Stage) -> None:
    student = stage.student()
    sitting = stage.start(student)
    async with stage.open(student) as pilot:
        await press(pilot, "enter", "y")
        assert "Question 1 of 4" in said(pilot)
        assert "Not answered yet" in said(pilot)
        await press(pilot, "b")
        assert "✓ Saved: B." in said(pilot)
        assert "1 answered" in said(pilot)
    with stage.store.read() as unit:
        kinds = [event.kind for event in unit.attempts.events(sitting.attempt.id)]
    assert kinds == ["started", "resumed", "answered"]


async def test_the_whole_walk_from_the_briefing_to_the_result(stage: Stage) -> None:
    student = stage.student()
    async with stage.open(student, "course/quiz") as pilot:
        assert "75 %" in said(pilot)
        await press(pilot, "s")
        assert "Accept with a" in said(pilot)
        await press(pilot, "a", "s")
        for number in range(4):
            option = pilot.app.screen.item.order.index("b")  # type: ignore[attr-defined] # the exam screen
            await press(pilot, "abcd"[option], "n")
            assert number < 4
        assert "All 4 questions are answered and saved" in said(pilot)
        await press(pilot, "s", "y")
        assert "✓ PASSED" in said(pilot)
        assert "4 of 4 points, 100 %" in said(pilot)
        assert "Receipt" in said(pilot)
        await press(pilot, "e")
        assert "Clear?" in said(pilot)
        await press(pilot, "5", "ctrl+s")
        assert "SPECIMEN" in said(pilot)
        assert "Ana Souza" in said(pilot)
        await press(pilot, "p")
        assert "went to the fake printer" in notes(pilot)


async def test_the_time_runs_out_and_the_result_says_what_was_counted(stage: Stage) -> None:
    student = stage.student()
    stage.start(student)
    async with stage.open(student) as pilot:
        await press(pilot, "enter", "y", "b")
        stage.clock.advance(timedelta(minutes=9))
        pilot.app.screen.tick()  # type: ignore[attr-defined] # the exam screen
        await settle(pilot)
        assert "The last minute of your time began." in notes(pilot)
        assert "▲ 1:00 left, last minute" in said(pilot)
        stage.clock.advance(timedelta(minutes=1))
        pilot.app.screen.tick()  # type: ignore[attr-defined] # the exam screen
        await settle(pilot)
        assert "The time ran out. What was saved counts: 1 of 4 questions answered." in said(pilot)
        assert "✗ NOT PASSED" in said(pilot)


async def test_an_answer_that_cannot_be_written_says_not_saved_until_it_is(stage: Stage) -> None:
    student = stage.student()
    stage.start(student)
    async with stage.open(student) as pilot:
        await press(pilot, "enter", "y")
        stage.store.jammed = True
        await press(pilot, "c")
        assert "! NOT SAVED: C. Another program holds the store. Trying again." in said(pilot)
        assert "1 not saved" in said(pilot)
        stage.store.jammed = False
        pilot.app.screen.try_again()  # type: ignore[attr-defined] # the exam screen
        await settle(pilot)
        assert "✓ Saved: C." in said(pilot)
