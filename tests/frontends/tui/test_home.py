"""What home shows, and the ways in."""

from __future__ import annotations

from datetime import timedelta

from cequiz.errors import StorageBusy
from cequiz.services.enrolling import students
from tests.frontends.tui.stage import PASSPHRASE, Stage, course, notes, press, said, settle, write


async def test_somebody_new_registers_sees_the_name_as_printed_and_is_home(stage: Stage) -> None:
    async with stage.open() as pilot:
        assert "Sign in, or register" in said(pilot)
        await press(pilot, "down", "enter")
        for text in ("Zoë O'Neill", "zoe@example.org", "FL:MA12345", "long enough words", "long enough words"):
            await write(pilot, text)
            await pilot.press("tab")
        await press(pilot, "ctrl+s")
        assert "This is how your certificate will read:" in said(pilot)
        assert "Zoë O'Neill" in said(pilot)
        assert "FL MA12345" in said(pilot)
        assert students(stage.ports) == ()
        await press(pilot, "y")
        assert "Welcome, Zoë O'Neill." in said(pilot)
    [student] = students(stage.ports)
    assert (student.name, [str(one) for one in student.licences]) == ("Zoë O'Neill", ["FL:MA12345"])


async def test_a_form_says_what_is_wrong_and_keeps_nothing(stage: Stage) -> None:
    async with stage.open() as pilot:
        await press(pilot, "down", "enter")
        for text in ("Ana", "ana@example.org", "", "long enough words", "another one"):
            await write(pilot, text)
            await pilot.press("tab")
        await press(pilot, "ctrl+s")
        assert "✗ The two passphrases differ." in said(pilot)
        assert students(stage.ports) == ()


async def test_a_name_that_cannot_be_printed_is_refused_with_its_code_point(stage: Stage) -> None:
    async with stage.open() as pilot:
        await press(pilot, "down", "enter")
        for text in ("山", "ana@example.org", "", "long enough words", "long enough words"):
            await write(pilot, text)
            await pilot.press("tab")
        await press(pilot, "ctrl+s")
        assert "U+5C71" in said(pilot)


async def test_signing_in_needs_the_right_passphrase(stage: Stage) -> None:
    stage.student()
    async with stage.open() as pilot:
        await press(pilot, "enter")
        await write(pilot, "ana@example.org")
        await pilot.press("enter")
        await write(pilot, "wrong one")
        await press(pilot, "enter")
        assert "The e-mail address or the passphrase is wrong." in said(pilot)
        await pilot.press(*["backspace"] * len("wrong one"))
        await write(pilot, PASSPHRASE)
        await press(pilot, "enter")
        assert "Welcome, Ana Souza." in said(pilot)
        await press(pilot, "o")
        assert "Sign in, or register" in said(pilot)


async def test_a_running_exam_comes_first_and_is_continued_after_a_question(stage: Stage) -> None:
    student = stage.student()
    stage.start(student)
    async with stage.open(student) as pilot:
        assert "An exam of yours is running." in said(pilot)
        assert "Continue Sample exam  running, until 12:10 UTC" in said(pilot)
        await press(pilot, "enter")
        assert "that one becomes read-only" in said(pilot)
        await press(pilot, "n")
        assert "An exam of yours is running." in said(pilot)
        await press(pilot, "enter", "y")
        assert "Question 1 of 4" in said(pilot)


async def test_an_exam_that_ran_out_meanwhile_shows_its_result(stage: Stage) -> None:
    student = stage.student()
    stage.start(student)
    async with stage.open(student) as pilot:
        await press(pilot, "enter")
        stage.clock.advance(timedelta(minutes=11))
        await press(pilot, "y")
        assert "The time ran out. What was saved counts: 0 of 4 questions answered." in said(pilot)


async def test_waiting_and_used_up_attempts_are_named_with_their_instant(stage: Stage) -> None:
    student = stage.student()
    stage.start(student).submit()
    async with stage.open(student) as pilot:
        assert "Sample exam  waiting until 13:00 UTC" in said(pilot)
        assert "attempts: 1 used, 1 left" in said(pilot)
        await press(pilot, "enter")
        assert "The waiting time after your last attempt ends on 22 November 2026, 13:00 UTC." in said(pilot)
        await press(pilot, "a", "s")
        assert "The waiting time" in said(pilot)
        await press(pilot, "escape")
        stage.clock.advance(timedelta(hours=2))
        stage.start(student).submit()
        pilot.app.screen.reload()  # type: ignore[attr-defined] # the home screen
        await settle(pilot)
        assert "Sample exam  attempts used up" in said(pilot)
        await press(pilot, "enter")
        assert "✗ NOT PASSED" in said(pilot)


async def test_the_exam_named_on_the_command_line_opens_its_briefing(stage: Stage) -> None:
    student = stage.student()
    async with stage.open(student, "course/quiz") as pilot:
        assert "If you start now, the deadline is 22 November 2026, 12:10 UTC." in said(pilot)
        assert "· Time limit of the exam, 10 minutes" in said(pilot)


async def test_the_briefing_of_an_exam_that_runs_offers_to_continue_it(stage: Stage) -> None:
    student = stage.student()
    stage.start(student)
    async with stage.open(student, "course/quiz") as pilot:
        assert "This exam is running. Continue with s." in said(pilot)
        assert " s continue " in said(pilot)
        assert " s start " not in said(pilot)
        await press(pilot, "s")
        assert "Question 1 of 4" in said(pilot)


async def test_an_accommodation_is_a_reason_of_the_deadline(empty_stage: Stage) -> None:
    empty_stage.load(course=course(time_limit="20m"))
    student = empty_stage.student()
    async with empty_stage.open(student, "course/quiz") as pilot:
        assert "Time limit of the exam, 20 minutes" in said(pilot)
        assert notes(pilot) == ""


async def test_a_store_that_cannot_be_opened_is_said_and_can_be_tried_again(stage: Stage) -> None:
    stage.house.broken = StorageBusy("Another program holds the store.", hint="Wait a moment.")
    async with stage.open() as pilot:
        assert "✗ Another program holds the store. Wait a moment." in said(pilot)
        assert "Try again with r." in said(pilot)
        stage.house.broken = None
        await press(pilot, "r")
        assert "Sign in, or register" in said(pilot)
