"""What the office does to an exam that runs on the screens: it is covered and uncovered, and messages are read."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.screen import Screen

from cequiz.domain.exam.attempt import Attempt
from cequiz.frontends.tui.screen import Dialog
from cequiz.frontends.tui.student import held as held_module
from cequiz.frontends.tui.student.exam import ExamScreen
from cequiz.frontends.tui.student.held import HeldScreen, MessageNote
from cequiz.frontends.tui.student.home import HomeScreen
from cequiz.frontends.tui.student.result import ResultScreen
from cequiz.frontends.tui.student.standstill import StandstillScreen
from cequiz.services.grading import load_attempt
from cequiz.services.messaging import message
from cequiz.services.sitting import Sitting
from cequiz.services.timing import hold, release, void
from tests import samples
from tests.frontends.tui.stage import Stage, course, notes, pass_time, press, said, settle, write

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


def suspend(stage: Stage, sitting: Sitting) -> None:
    hold(stage.ports, attempt_id=sitting.attempt.id, reason="fire alarm", actor="os:admin")
    stage.clock.advance(SECOND)


def go_on(stage: Stage, sitting: Sitting) -> None:
    release(stage.ports, attempt_id=sitting.attempt.id, reason="all clear", actor="os:admin")
    stage.clock.advance(SECOND)


def say(stage: Stage, sitting: Sitting, text: str = "The room closes at five.") -> None:
    message(stage.ports, attempt_id=sitting.attempt.id, text=text, actor="os:admin")


def stored(stage: Stage, sitting: Sitting) -> Attempt:
    with stage.store.read() as unit:
        return load_attempt(unit, sitting.attempt.id)


def shows(pilot: Pilot[int], kind: type[Screen[Any]]) -> bool:
    """Whether a screen of this kind lies on top."""
    return isinstance(pilot.app.screen, kind)


async def look(pilot: Pilot[int]) -> None:
    """Let the second pass at which the exam looks at the records."""
    for screen in pilot.app.screen_stack:
        if isinstance(screen, ExamScreen):
            screen.look()
    await settle(pilot)
    await settle(pilot)


async def test_a_suspended_exam_is_covered_and_keys_do_nothing(stage: Stage) -> None:
    student = stage.student()
    sitting = stage.start(student)
    async with stage.open(student) as pilot:
        await press(pilot, "enter", "y")
        pass_time(stage, pilot, 2 * MINUTE)
        suspend(stage, sitting)
        await look(pilot)
        assert shows(pilot, HeldScreen)
        shown = said(pilot)
        assert "The provider has suspended this exam: fire alarm" in shown
        assert "Time left: 8 minutes." in shown
        assert "Question 1" not in shown
        stage.clock.advance(4 * MINUTE)
        await press(pilot, "b", "enter", "space", "s")
        assert shows(pilot, HeldScreen)
        assert stored(stage, sitting).responses == {}
        go_on(stage, sitting)
        await look(pilot)
        assert shows(pilot, ExamScreen)
        assert "The exam goes on until 22 November 2026, 12:14 UTC." in notes(pilot)
        await press(pilot, "b")
        assert "✓ Saved: B." in said(pilot)
        await press(pilot, "t")
        assert "Suspended by the provider for 4 minutes 1 second" in said(pilot)


async def test_an_answer_pressed_unknowingly_is_refused_with_the_reason(stage: Stage) -> None:
    student = stage.student()
    sitting = stage.start(student)
    async with stage.open(student) as pilot:
        await press(pilot, "enter", "y")
        suspend(stage, sitting)
        await press(pilot, "b")
        assert "This exam is suspended by the provider: fire alarm" in notes(pilot)
        await look(pilot)
        assert shows(pilot, HeldScreen)
        go_on(stage, sitting)
        await look(pilot)
        assert "Not answered yet." in said(pilot)


async def test_what_was_typed_unknowingly_waits_for_its_enter(empty_stage: Stage) -> None:
    empty_stage.load(bank=samples.bank(only=("q-short",)), course=samples.course(blueprint={"D1": 1}))
    student = empty_stage.student()
    sitting = empty_stage.start(student)
    async with empty_stage.open(student) as pilot:
        await press(pilot, "enter", "y", "=")
        suspend(empty_stage, sitting)
        await write(pilot, "axillary")
        await look(pilot)
        assert shows(pilot, HeldScreen)
        go_on(empty_stage, sitting)
        await look(pilot)
        assert "NOT SAVED: axillary" in said(pilot)
        await press(pilot, "=", "enter")
        assert stored(empty_stage, sitting).responses


async def test_one_may_leave_a_suspended_exam_and_come_back(stage: Stage) -> None:
    student = stage.student()
    sitting = stage.start(student)
    async with stage.open(student) as pilot:
        await press(pilot, "enter", "y")
        suspend(stage, sitting)
        await look(pilot)
        await press(pilot, "x")
        assert shows(pilot, Dialog)
        assert "is suspended by the provider" in said(pilot)
        await press(pilot, "n")
        assert shows(pilot, HeldScreen)
        await press(pilot, "x", "y")
        assert shows(pilot, HomeScreen)
        assert "suspended by the provider; its clock stands still" in said(pilot)
        await press(pilot, "enter", "y")
        assert shows(pilot, HeldScreen)
        go_on(stage, sitting)
        await look(pilot)
        assert shows(pilot, ExamScreen)


async def test_where_leaving_stops_the_clock_the_gate_follows_the_cover(empty_stage: Stage) -> None:
    empty_stage.load(course=course(resume={"clock": "pauses", "outage_credit": "0s"}))
    student = empty_stage.student()
    sitting = empty_stage.start(student)
    sitting.leave()
    suspend(empty_stage, sitting)
    async with empty_stage.open(student) as pilot:
        await press(pilot, "enter", "y")
        assert shows(pilot, HeldScreen)
        go_on(empty_stage, sitting)
        await look(pilot)
        assert shows(pilot, StandstillScreen)
        assert not shows(pilot, HeldScreen)
        await press(pilot, "enter")
        assert shows(pilot, ExamScreen)
        assert not stored(empty_stage, sitting).ledger.waits


async def test_a_suspended_exam_that_is_voided_shows_its_end(stage: Stage) -> None:
    student = stage.student()
    sitting = stage.start(student)
    async with stage.open(student) as pilot:
        await press(pilot, "enter", "y")
        suspend(stage, sitting)
        await look(pilot)
        void(stage.ports, attempt_id=sitting.attempt.id, reason="cheating", actor="os:admin")
        await look(pilot)
        assert shows(pilot, ResultScreen)


async def test_a_message_lies_over_the_exam_until_it_is_closed_and_is_kept(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(held_module, "UNREAD", 3600.0)
    student = stage.student()
    sitting = stage.start(student)
    async with stage.open(student) as pilot:
        await press(pilot, "enter", "y")
        say(stage, sitting)
        await look(pilot)
        note = pilot.app.screen
        assert isinstance(note, MessageNote)
        assert "The room closes at five." in said(pilot)
        await press(pilot, "enter", "space", "b")
        assert shows(pilot, MessageNote), "a key that was meant for the exam wiped the message away"
        note.may_close()
        await press(pilot, "enter")
        assert shows(pilot, ExamScreen)
        assert "Not answered yet." in said(pilot)
        await press(pilot, "t")
        assert "Message from the provider, 12:00:00 UTC: The room closes at five." in said(pilot)


async def test_the_end_of_a_long_message_is_reached_on_a_small_terminal(stage: Stage) -> None:
    """Somebody would close a message of which the last sentence matters, and never know that there was more."""
    student = stage.student()
    sitting = stage.start(student)
    async with stage.open(student, size=(60, 20)) as pilot:
        await press(pilot, "enter", "y")
        say(stage, sitting, "word " * 398 + "LASTWORD")
        await look(pilot)
        assert "LASTWORD" not in pilot.app.export_screenshot()
        await press(pilot, "end")
        assert "LASTWORD" in pilot.app.export_screenshot()
        await press(pilot, "pageup", "home")
        assert "12:00:00" in pilot.app.export_screenshot()


async def test_a_message_and_a_pending_answer_do_not_disturb_each_other(stage: Stage) -> None:
    student = stage.student()
    sitting = stage.start(student)
    async with stage.open(student) as pilot:
        await press(pilot, "enter", "y")
        stage.store.jammed = True
        await press(pilot, "b")
        assert "NOT SAVED" in said(pilot)
        say(stage, sitting)
        stage.store.jammed = False
        await press(pilot, "n", "b")
        await look(pilot)
        assert shows(pilot, MessageNote)
        assert len(stored(stage, sitting).responses) == 2


async def test_who_was_away_reads_it_on_coming_back(stage: Stage) -> None:
    student = stage.student()
    sitting = stage.start(student)
    stage.clock.advance(MINUTE)
    say(stage, sitting, "[b]Look[/b] at question 3.")
    async with stage.open(student) as pilot:
        await press(pilot, "enter", "y")
        assert shows(pilot, MessageNote)
        assert "[b]Look[/b] at question 3." in said(pilot)
