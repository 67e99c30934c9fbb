"""Disputing a question: a reason is required, it is said to be saved only when it is, and the clock goes on."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from cequiz.services.starting import resume
from tests.frontends.tui.stage import Stage, notes, press, said, settle, write

SAVED = "Your challenge is saved."


async def test_a_challenge_is_kept_with_reason_source_and_answer_and_the_clock_goes_on(stage: Stage) -> None:
    student = stage.student()
    sitting = stage.start(student)
    deadline = sitting.attempt.ledger.deadline
    async with stage.open(student) as pilot:
        await press(pilot, "enter", "y", "b", "!")
        assert "What is wrong with question 1?" in said(pilot)
        await write(pilot, "Two are right")
        await press(pilot, "enter")
        await write(pilot, "Atlas, p. 9")
        stage.clock.advance(timedelta(minutes=1))
        await press(pilot, "ctrl+s")
        assert SAVED in notes(pilot)
        assert "Question 1 of 4" in said(pilot)
        pilot.app.screen.tick()  # type: ignore[attr-defined] # the exam screen
        assert "9:00 left" in said(pilot)
    sitting.refresh()
    [challenge] = sitting.attempt.challenges
    item = sitting.attempt.form.items[0]
    assert challenge["reason"] == "Two are right"
    assert challenge["source"] == "Atlas, p. 9"
    assert challenge["item"] == item.key
    assert challenge["content_hash"] == item.content_hash
    assert challenge["response"] == sitting.attempt.responses[item.key]
    assert sitting.attempt.ledger.deadline == deadline


async def test_a_challenge_needs_a_reason_and_can_be_given_up(stage: Stage) -> None:
    student = stage.student()
    sitting = stage.start(student)
    async with stage.open(student) as pilot:
        await press(pilot, "enter", "y", "!", "ctrl+s")
        assert "✗" in said(pilot)
        await press(pilot, "escape")
        assert "Question 1 of 4" in said(pilot)
        assert SAVED not in notes(pilot)
    sitting.refresh()
    assert sitting.attempt.challenges == ()


async def test_a_challenge_on_a_jammed_disk_is_not_said_to_be_saved_until_it_is(stage: Stage) -> None:
    student = stage.student()
    sitting = stage.start(student)
    async with stage.open(student) as pilot:
        await press(pilot, "enter", "y", "!", "x")
        stage.store.jammed = True
        await press(pilot, "ctrl+s")
        assert SAVED not in notes(pilot)
        assert "NOT SAVED: your challenge." in notes(pilot)
        stage.store.jammed = False
        pilot.app.screen.try_again()  # type: ignore[attr-defined] # the exam screen
        await settle(pilot)
        assert SAVED in notes(pilot)
    sitting.refresh()
    assert len(sitting.attempt.challenges) == 1


async def test_who_only_reads_cannot_challenge_and_nothing_sent_meanwhile_is_lost_unsaid(stage: Stage) -> None:
    student = stage.student()
    sitting = stage.start(student)
    async with stage.open(student) as pilot:
        await press(pilot, "enter", "y")
        screen: Any = pilot.app.screen
        await press(pilot, "!", "x")
        resume(stage.ports, attempt_id=sitting.attempt.id, actor="test")
        screen.look()
        await settle(pilot)
        await press(pilot, "ctrl+s")
        assert "NOT SAVED: your challenge." in notes(pilot)
        assert SAVED not in notes(pilot)
        await press(pilot, "!")
        assert "What is wrong with question" not in said(pilot)


async def test_a_challenge_that_cannot_be_written_stays_said_and_the_answer_is_not_doubted(stage: Stage) -> None:
    student = stage.student()
    stage.start(student)
    async with stage.open(student) as pilot:
        await press(pilot, "enter", "y", "b", "!", "x")
        stage.store.jammed = True
        await press(pilot, "ctrl+s")
        pilot.app.clear_notifications()
        await settle(pilot)
        assert "▲ NOT SAVED: your challenge. Another program holds the store. Trying again." in said(pilot)
        assert "✓ Saved: B." in said(pilot)
        await press(pilot, "x")
        assert "NOT SAVED: your challenge." in said(pilot)
        assert "answers or flags" not in said(pilot)
        await press(pilot, "n")
        stage.store.jammed = False
        pilot.app.screen.try_again()  # type: ignore[attr-defined] # the exam screen
        await settle(pilot)
        assert "NOT SAVED" not in said(pilot)


async def test_a_challenge_that_was_being_written_when_the_time_ended_is_said_to_be_lost(stage: Stage) -> None:
    student = stage.student()
    stage.start(student)
    async with stage.open(student) as pilot:
        await press(pilot, "enter", "y")
        exam: Any = pilot.app.screen
        await press(pilot, "!", "x")
        for _ in range(40):
            stage.clock.advance(timedelta(seconds=20))
            exam.tick()
        stage.clock.advance(timedelta(minutes=60))
        exam.time_over()
        await settle(pilot)
        assert "NOT SAVED: your challenge. The exam ended before it was sent." in notes(pilot)
