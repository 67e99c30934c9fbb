"""Time on the screens: the clock waits for a key, a machine that slept is told, the office's deeds arrive at once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from textual.pilot import Pilot

from cequiz.domain.exam.attempt import Attempt
from cequiz.domain.people.accommodation import Accommodation
from cequiz.frontends.tui.student.exam import ExamScreen
from cequiz.frontends.tui.student.standstill import StandstillScreen
from cequiz.services.accommodating import grant
from cequiz.services.grading import load_attempt
from cequiz.services.sitting import Sitting
from cequiz.services.timing import adjust_time
from tests.frontends.tui.stage import Stage, course, notes, press, said, settle

MINUTE = timedelta(minutes=1)


@pytest.fixture
def giving(empty_stage: Stage) -> Stage:
    """A stage whose course gives five minutes back."""
    empty_stage.load(course=course(resume={"clock": "runs", "outage_credit": "5m"}))
    return empty_stage


def stored(stage: Stage, sitting: Sitting) -> Attempt:
    with stage.store.read() as unit:
        return load_attempt(unit, sitting.attempt.id)


async def tick(pilot: Pilot[int]) -> None:
    """Let the second pass at which the exam looks at the clock."""
    for screen in pilot.app.screen_stack:
        if isinstance(screen, ExamScreen):
            screen.tick()
    await settle(pilot)


async def test_after_an_interruption_the_clock_waits_and_the_key_does_nothing_else(giving: Stage) -> None:
    student = giving.student()
    sitting = giving.start(student)
    giving.clock.advance(4 * MINUTE)
    async with giving.open(student) as pilot:
        await press(pilot, "enter", "y")
        assert isinstance(pilot.app.screen, StandstillScreen)
        shown = said(pilot)
        assert "The exam was interrupted from 12:00:00 UTC to 12:04:00 UTC: 4 minutes." in shown
        assert "Time left: 10 minutes." in shown
        assert "The clock stands still. Press a key to go on." in shown
        giving.clock.advance(MINUTE - timedelta(seconds=1))
        await press(pilot, "b")
        assert isinstance(pilot.app.screen, ExamScreen)
        assert "Not answered yet" in said(pilot)
        assert "10:00 left" in said(pilot)
        assert not stored(giving, sitting).ledger.waits
        await press(pilot, "b")
        assert "✓ Saved: B." in said(pilot)


async def test_who_waits_too_long_is_told_that_the_clock_runs(giving: Stage) -> None:
    student = giving.student()
    giving.start(student)
    giving.clock.advance(4 * MINUTE)
    async with giving.open(student) as pilot:
        await press(pilot, "enter", "y")
        giving.clock.advance(2 * MINUTE)
        screen = pilot.app.screen
        assert isinstance(screen, StandstillScreen)
        screen.look()
        assert "What can be given back is used up, and the clock runs." in said(pilot)
        await press(pilot, "space")
        assert "The provider is asked about the other 1 minute." in notes(pilot)
        assert "9:00 left" in said(pilot)


async def test_time_that_runs_out_at_the_gate_ends_the_exam(giving: Stage) -> None:
    student = giving.student()
    giving.start(student)
    giving.clock.advance(4 * MINUTE)
    async with giving.open(student) as pilot:
        await press(pilot, "enter", "y")
        giving.clock.advance(11 * MINUTE + timedelta(seconds=1))
        await tick(pilot)
        assert "time" in said(pilot).lower()
        assert not isinstance(pilot.app.screen, StandstillScreen)
        assert "12:15" in said(pilot) or "0 of 4" in said(pilot)


async def test_a_laptop_that_slept_shows_the_gate_when_it_wakes(giving: Stage) -> None:
    student = giving.student()
    sitting = giving.start(student)
    async with giving.open(student) as pilot:
        await press(pilot, "enter", "y")
        await tick(pilot)
        giving.clock.advance(3 * MINUTE)
        await tick(pilot)
        assert isinstance(pilot.app.screen, StandstillScreen)
        assert "3 minutes" in said(pilot)
        await press(pilot, "enter")
        await tick(pilot)
        assert "10:00 left" in said(pilot)
        assert [outage.credit for outage in stored(giving, sitting).ledger.outages] == [3 * MINUTE]


async def test_a_gap_on_a_jammed_disk_is_written_as_soon_as_it_can_be(giving: Stage) -> None:
    student = giving.student()
    sitting = giving.start(student)
    async with giving.open(student) as pilot:
        await press(pilot, "enter", "y")
        await tick(pilot)
        giving.store.jammed = True
        giving.clock.advance(3 * MINUTE)
        await tick(pilot)
        await press(pilot, "enter")
        assert "10:00 left" in said(pilot)
        giving.store.jammed = False
        await press(pilot, "b")
        assert "✓ Saved: B." in said(pilot)
        assert [outage.credit for outage in stored(giving, sitting).ledger.outages] == [3 * MINUTE]


async def test_extra_time_reaches_a_running_exam(giving: Stage) -> None:
    student = giving.student()
    sitting = giving.start(student)
    async with giving.open(student) as pilot:
        await press(pilot, "enter", "y")
        adjust_time(
            giving.ports, attempt_id=sitting.attempt.id, amount=5 * MINUTE, reason="fire alarm", actor="os:admin"
        )
        screen = pilot.app.screen
        assert isinstance(screen, ExamScreen)
        screen.look()
        await settle(pilot)
        assert "15:00 left" in said(pilot)
        assert "Your deadline is now" in notes(pilot)
        await press(pilot, "t")
        assert "fire alarm (by the provider)" in said(pilot)


async def test_an_end_from_outside_is_an_outage_and_leaving_is_none(giving: Stage) -> None:
    student = giving.student()
    sitting = giving.start(student)
    async with giving.open(student) as pilot:
        await press(pilot, "enter", "y")
        pilot.app._ended_from_outside("SIGTERM")  # type: ignore[attr-defined]  # the app of the house
        await settle(pilot)
    giving.clock.advance(2 * MINUTE)
    async with giving.open(student) as pilot:
        await press(pilot, "enter", "y")
        assert isinstance(pilot.app.screen, StandstillScreen)
        await press(pilot, "enter", "x", "y")
        giving.clock.advance(2 * MINUTE)
        await press(pilot, "enter", "y")
        assert isinstance(pilot.app.screen, ExamScreen)
    assert len(stored(giving, sitting).ledger.outages) == 1


async def test_who_needs_room_gets_a_blank_line_between_the_options(giving: Stage) -> None:
    student = giving.student()
    async with giving.open(student) as pilot:
        await press(pilot, "enter", "a", "s")
        assert not pilot.app.screen.has_class("-spacious")
        close = pilot.app.screen.query_one("#choices").virtual_size.height
        await press(pilot, "x", "y")
    profile = Accommodation(spacious=True, plain=True)
    grant(giving.ports, student_id=student.id, profile=profile, reason="letter", actor="x")
    async with giving.open(student) as pilot:
        await press(pilot, "enter")
        assert "--plain" not in said(pilot)
        await press(pilot, "y")
        assert pilot.app.screen.has_class("-spacious")
        assert pilot.app.screen.query_one("#choices").virtual_size.height == 2 * close


async def test_the_briefing_names_the_line_mode_for_who_prefers_it(giving: Stage) -> None:
    student = giving.student()
    grant(giving.ports, student_id=student.id, profile=Accommodation(plain=True), reason="letter", actor="x")
    async with giving.open(student, "course/quiz") as pilot:
        assert f"cequiz sit course/quiz --student {student.id} --plain" in said(pilot).replace("\n", " ")


async def test_an_exam_that_ran_out_during_an_interruption_says_so_in_its_result(giving: Stage) -> None:
    student = giving.student()
    giving.start(student)
    giving.clock.advance(15 * MINUTE + timedelta(seconds=1))
    async with giving.open(student) as pilot:
        await press(pilot, "enter", "s")
        shown = said(pilot)
        assert "Its time ended on 22 November 2026, 12:15:00 UTC, before you went on with it." in shown
        assert "The provider is asked about the 10 minutes that you still had." in shown
    giving.clock.advance(timedelta(days=3))
    async with giving.open(student) as pilot:
        await press(pilot, "enter")
        assert "Its time ended on 22 November 2026, 12:15:00 UTC" in " ".join(said(pilot).split())


async def test_who_takes_the_exam_over_is_told_that_another_window_has_it_open(giving: Stage) -> None:
    student = giving.student()
    giving.start(student).beat()
    async with giving.open(student, "course/quiz") as pilot:
        assert "It is open in another window; once you continue here, that one can only read." in said(pilot)
        await press(pilot, "s")
        assert isinstance(pilot.app.screen, ExamScreen)
        assert "This exam is open in another window; that one can only read from now on." in notes(pilot)


async def test_who_continues_an_exam_that_was_left_is_told_of_no_other_window(giving: Stage) -> None:
    student = giving.student()
    giving.start(student).leave()
    async with giving.open(student, "course/quiz") as pilot:
        assert "another window" not in said(pilot)
        await press(pilot, "s")
        assert "another window" not in notes(pilot)
