"""What a student sees and can do during an exam."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from cequiz.domain.bank.bank import Bank
from cequiz.domain.canonical import Json
from cequiz.domain.exam.attempt import Status
from cequiz.domain.exam.events import EventDraft, EventKind
from cequiz.frontends.tui.widgets.navigator import Navigator
from cequiz.services.grading import load_attempt
from cequiz.services.ports import Standing
from cequiz.services.starting import resume
from tests import builders
from tests.frontends.tui.stage import Stage, course, notes, pass_time, press, said, settle


def give_time(stage: Stage, attempt_id: str, *, minutes: int, reason: str) -> None:
    """Give an attempt more time, as the office does."""
    with stage.store.read() as unit:
        deadline = load_attempt(unit, attempt_id).ledger.deadline
    assert deadline is not None
    payload: dict[str, Json] = {"milliseconds": minutes * 60_000, "reason": reason}
    standing = Standing(Status.OPEN, deadline + timedelta(minutes=minutes))
    write_as_office(stage, attempt_id, EventKind.TIME_ADJUSTED, payload, standing)


def write_as_office(
    stage: Stage, attempt_id: str, kind: EventKind, payload: Mapping[str, Json], standing: Standing
) -> None:
    """Write an event of the office into a running attempt."""
    with stage.store.read() as unit:
        attempt = load_attempt(unit, attempt_id)
    stamp = stage.clock.read()
    draft = EventDraft(
        attempt_id=attempt_id,
        kind=kind,
        payload=payload,
        at=stamp.wall,
        stamp=stamp,
        actor="office",
        session="office",
        key=f"office-{kind}",
    )
    stage.store.append(draft, expected_seq=attempt.seq, standing=standing)


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


async def test_who_comes_back_is_at_the_question_they_left_answered_or_not(stage: Stage) -> None:
    student = stage.student()
    stage.start(student)
    for lost in (False, True):
        async with stage.open(student) as pilot:
            await press(pilot, "enter", "y")
            if lost:
                assert "Question 2 of 4" in said(pilot)
                assert "✓ Saved: B." in said(pilot)
                await press(pilot, "p")
            else:
                await press(pilot, "n", "b", "n", "p", "x", "y")
                assert "Sample exam" in said(pilot)
    async with stage.open(student) as pilot:
        await press(pilot, "enter", "y")
        assert "Question 1 of 4" in said(pilot), "the terminal was closed there"


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
        assert "▲ time is over" in said(pilot)
        stage.clock.advance(timedelta(seconds=1))
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


async def test_letters_of_a_multiple_question_toggle_and_none_takes_the_answer_back(empty_stage: Stage) -> None:
    many = builders.question(
        "many", objective="D3", type="multiple", scoring={"method": "all-or-nothing"}, shuffle=False
    )
    data = builders.bank_json()
    data["objectives"]["D3"] = "Several"
    data["questions"].append(many)
    empty_stage.load(course=course(blueprint={"D3": 1}), bank=Bank.from_json(data))
    student = empty_stage.student()
    empty_stage.start(student)
    async with empty_stage.open(student) as pilot:
        await press(pilot, "enter", "y", "a", "c")
        assert "Choose all that are right. All or nothing." in said(pilot)
        assert "✓ Saved: A C." in said(pilot)
        await press(pilot, "a", "c")
        assert "Not answered yet" in said(pilot)


async def test_a_statement_is_judged_by_letter(empty_stage: Stage) -> None:
    judged = builders.question("judged", objective="D3")
    del judged["options"]
    data = builders.bank_json()
    data["objectives"]["D3"] = "Statements"
    data["questions"].append({**judged, "type": "true_false", "answer": True, "rationale": "So it is."})
    empty_stage.load(course=course(blueprint={"D3": 1}), bank=Bank.from_json(data))
    student = empty_stage.student()
    empty_stage.start(student)
    async with empty_stage.open(student) as pilot:
        await press(pilot, "enter", "y", "b")
        assert "Is this statement true or false?" in said(pilot)
        assert "✓ Saved: B." in said(pilot)
        await press(pilot, "c")
        assert "✓ Saved: B." in said(pilot)


async def test_arrows_enter_and_the_mouse_answer_too(stage: Stage) -> None:
    student = stage.student()
    stage.start(student)
    async with stage.open(student) as pilot:
        await press(pilot, "enter", "y", "down", "enter")
        assert "✓ Saved: B." in said(pilot)
        await press(pilot, "right")
        assert "Question 2 of 4" in said(pilot)
        await pilot.click("#choices", offset=(3, 2))
        await settle(pilot)
        assert "✓ Saved: C." in said(pilot)


async def test_flag_clear_and_going_by_number(stage: Stage) -> None:
    student = stage.student()
    sitting = stage.start(student)
    async with stage.open(student) as pilot:
        await press(pilot, "enter", "y", "a", "*")
        assert "⚑ flagged" in said(pilot)
        assert "1 flagged" in said(pilot)
        await press(pilot, "-")
        assert "Not answered yet" in said(pilot)
        await press(pilot, "3", "enter")
        assert "Question 3 of 4" in said(pilot)
        await press(pilot, "9", "enter")
        assert "Question 3 of 4" in said(pilot)
        await press(pilot, "l", "up", "enter")
        assert "Question 2 of 4" in said(pilot)
    sitting.refresh()
    assert sitting.attempt.responses == {}
    assert sitting.attempt.flags == {sitting.attempt.form.items[0].key}


async def test_a_click_on_the_map_goes_there(stage: Stage) -> None:
    student = stage.student()
    stage.start(student)
    async with stage.open(student) as pilot:
        await press(pilot, "enter", "y")
        await pilot.click(Navigator, offset=(1 + 2 * 6, 1))
        await settle(pilot)
        assert "Question 3 of 4" in said(pilot)


async def test_nothing_is_handed_in_without_a_yes(stage: Stage) -> None:
    student = stage.student()
    sitting = stage.start(student)
    async with stage.open(student) as pilot:
        await press(pilot, "enter", "y", "a", "s")
        assert "▲ 3 open, 0 flagged of 4 questions. An open question scores 0." in said(pilot)
        await press(pilot, "s", "n", "escape")
        assert "Question 1 of 4" in said(pilot)
        await press(pilot, "s", "down", "enter")
        assert "Question 3 of 4" in said(pilot)
    sitting.refresh()
    assert sitting.attempt.status == "open"


async def test_the_end_of_the_time_closes_what_is_on_top(stage: Stage) -> None:
    student = stage.student()
    stage.start(student)
    async with stage.open(student) as pilot:
        await press(pilot, "enter", "y", "a")
        screen: Any = pilot.app.screen
        await press(pilot, "s", "s")
        stage.clock.advance(timedelta(minutes=10, seconds=1))
        screen.tick()
        await settle(pilot)
        assert "The time ran out" in said(pilot)


async def test_an_answer_received_after_the_deadline_does_not_count(stage: Stage) -> None:
    student = stage.student()
    sitting = stage.start(student)
    async with stage.open(student) as pilot:
        await press(pilot, "enter", "y", "a", "n")
        stage.clock.advance(timedelta(minutes=10, seconds=1))
        await press(pilot, "b")
        assert "What was saved counts: 1 of 4 questions answered." in said(pilot)
    sitting.refresh()
    assert len(sitting.attempt.responses) == 1


async def test_another_terminal_takes_over_and_gives_it_back(stage: Stage) -> None:
    student = stage.student()
    sitting = stage.start(student)
    async with stage.open(student) as pilot:
        await press(pilot, "enter", "y", "a")
        resume(stage.ports, attempt_id=sitting.attempt.id, actor="test")
        screen: Any = pilot.app.screen
        screen.look()
        await settle(pilot)
        assert "This exam is open elsewhere. Here you can only read." in said(pilot)
        await press(pilot, "b", "-", "*", "s")
        assert "✓ Saved: A." in said(pilot)
        await press(pilot, "r")
        assert "open elsewhere" not in said(pilot)
        await press(pilot, "n", "n", "p", "b")
        assert "✓ Saved: B." in said(pilot)


async def test_a_write_into_an_exam_taken_over_elsewhere_is_refused_and_said(stage: Stage) -> None:
    student = stage.student()
    sitting = stage.start(student)
    async with stage.open(student) as pilot:
        await press(pilot, "enter", "y")
        resume(stage.ports, attempt_id=sitting.attempt.id, actor="test")
        await press(pilot, "a")
        assert "This exam is open elsewhere." in said(pilot)
        assert "Saved: A" not in said(pilot)


async def test_extra_time_shows_at_once_with_its_reason(stage: Stage) -> None:
    student = stage.student()
    sitting = stage.start(student)
    async with stage.open(student) as pilot:
        await press(pilot, "enter", "y")
        give_time(stage, sitting.attempt.id, minutes=5, reason="The fire alarm rang")
        screen: Any = pilot.app.screen
        screen.look()
        await settle(pilot)
        assert "Your deadline is now 22 November 2026, 12:15 UTC." in notes(pilot)
        assert "15:00 left" in said(pilot)
        await press(pilot, "t")
        assert "The fire alarm rang (by the provider), 5 minutes" in said(pilot)


async def test_time_given_at_the_last_moment_is_learnt_and_the_exam_goes_on(stage: Stage) -> None:
    student = stage.student()
    sitting = stage.start(student)
    async with stage.open(student) as pilot:
        await press(pilot, "enter", "y", "a")
        pass_time(stage, pilot, timedelta(minutes=9, seconds=50))
        give_time(stage, sitting.attempt.id, minutes=5, reason="The fire alarm rang")
        pass_time(stage, pilot, timedelta(seconds=11))
        await settle(pilot)
        await settle(pilot)
        assert "Your deadline is now 22 November 2026, 12:15 UTC." in notes(pilot)
        assert "4:59 left" in said(pilot)
        await press(pilot, "n", "b")
        assert "✓ Saved: B." in said(pilot)


async def test_an_exam_voided_in_its_last_second_shows_that_it_was(stage: Stage) -> None:
    student = stage.student()
    sitting = stage.start(student)
    async with stage.open(student) as pilot:
        await press(pilot, "enter", "y", "a")
        payload: dict[str, Json] = {"reason": "Started in error"}
        write_as_office(stage, sitting.attempt.id, EventKind.VOIDED, payload, Standing(Status.VOIDED, None))
        stage.clock.advance(timedelta(minutes=10, seconds=1))
        screen: Any = pilot.app.screen
        screen.tick()
        await settle(pilot)
        await settle(pilot)
        assert "This attempt was voided and does not count." in said(pilot)


async def test_leaving_says_until_when_the_exam_goes_on(stage: Stage) -> None:
    student = stage.student()
    stage.start(student)
    async with stage.open(student) as pilot:
        await press(pilot, "enter", "y", "x")
        assert "Sample exam goes on until 22 November 2026, 12:10 UTC. Come back before that." in said(pilot)
        await press(pilot, "y")
        assert "Continue Sample exam" in said(pilot)


async def test_leaving_stops_the_clock_where_the_course_says_so(empty_stage: Stage) -> None:
    empty_stage.load(course=course(resume={"clock": "pauses", "outage_credit": "0s"}))
    student = empty_stage.student()
    empty_stage.start(student)
    async with empty_stage.open(student) as pilot:
        await press(pilot, "enter", "y", "x", "y")
        assert "the clock stands still until you come back" in notes(pilot)
        empty_stage.clock.advance(timedelta(hours=3))
        await press(pilot, "enter", "y")
        assert "The clock stands still. Press a key to go on." in said(pilot)
        assert "Question 1 of 4" not in said(pilot)
        await press(pilot, "d")
        assert "10:00 left" in said(pilot)
        assert "Not answered yet" in said(pilot)  # the key itself was not obeyed


async def test_handing_in_on_a_jammed_disk_is_said_and_the_exam_stays_open(stage: Stage) -> None:
    student = stage.student()
    stage.start(student)
    async with stage.open(student) as pilot:
        await press(pilot, "enter", "y")
        stage.store.jammed = True
        await press(pilot, "a", "s")
        assert "NOT SAVED: 1." in said(pilot)
        await press(pilot, "s", "y")
        assert "Another program holds the store." in notes(pilot)
        assert "NOT SAVED: A." in said(pilot)
        stage.store.jammed = False
        await press(pilot, "s", "s", "y")
        assert "Result" in said(pilot) or "NOT PASSED" in said(pilot)


async def test_leaving_with_something_unsaved_says_so_before_and_after(stage: Stage) -> None:
    student = stage.student()
    stage.start(student)
    async with stage.open(student) as pilot:
        await press(pilot, "enter", "y")
        stage.store.jammed = True
        await press(pilot, "a", "x")
        assert "NOT SAVED: 1 of your last answers or flags." in said(pilot)
        await press(pilot, "y")
        assert "Continue Sample exam" in said(pilot)
        assert "NOT SAVED: 1" in notes(pilot)
