"""Exams in progress: the board stays up to date, and every deed reaches the exam with its reason."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from textual.pilot import Pilot

from cequiz.domain.exam.attempt import Attempt, Status
from cequiz.domain.people.staff import Role
from cequiz.frontends.tui.office.live_board import LiveBoardScreen
from cequiz.frontends.tui.widgets.long_list import LongList
from cequiz.services import queueing
from cequiz.services.grading import load_attempt
from cequiz.services.sitting import Sitting
from cequiz.services.starting import resume
from cequiz.services.timing import adjust_time, hold
from tests.builders import course, exam_json
from tests.frontends.tui.office.live_scenes import sit
from tests.frontends.tui.office.stage import OfficeStage
from tests.frontends.tui.stage import notes, press, said, settle, write

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


@pytest.fixture
def room(office: OfficeStage) -> OfficeStage:
    """Return an office with somebody of each role."""
    for role in Role:
        office.staff(role)
    return office


def stored(office: OfficeStage, sitting: Sitting) -> Attempt:
    with office.store.read() as unit:
        return load_attempt(unit, sitting.attempt.id)


def highlighted(pilot: Pilot[Any]) -> str:
    row = pilot.app.screen.query_one(LongList).row
    return "" if row is None else row.cells[0]


async def look(pilot: Pilot[Any]) -> None:
    """Let the second pass at which the board looks at the records."""
    screen = pilot.app.screen
    assert isinstance(screen, LiveBoardScreen)
    screen.look()
    await settle(pilot)


async def answer(pilot: Pilot[Any], text: str) -> None:
    """Type into a question and send it."""
    await write(pilot, text)
    await press(pilot, "enter")


async def test_the_board_follows_the_exams_and_the_highlight_stays_on_its_student(room: OfficeStage) -> None:
    ana, bo = sit(room, "Ana"), sit(room, "Bo")
    async with room.enter(Role.PROCTOR, "l", "down") as pilot:
        assert highlighted(pilot) == "Bo"
        ana.answer(ana.attempt.form.items[0].key, {"choice": "b"})
        adjust_time(room.ports, attempt_id=bo.attempt.id, amount=-5 * MINUTE, reason="late", actor="os:me")
        await look(pilot)
        lines = said(pilot).splitlines()
        assert [line.split()[0] for line in lines if "connected" in line] == ["Bo", "Ana"]
        assert "1/4" in said(pilot)
        assert "5:00" in said(pilot)
        assert highlighted(pilot) == "Bo"
        await press(pilot, "n")
        assert "by name" in said(pilot)
        assert highlighted(pilot) == "Bo"
        bo.submit()
        await look(pilot)
        assert "1 exam in progress" in said(pilot)
        assert highlighted(pilot) == "Ana"


async def test_nobody_there_is_said_and_nothing_is_offered(room: OfficeStage) -> None:
    async with room.enter(Role.PROCTOR, "l") as pilot:
        assert "Nobody sits an exam now." in said(pilot)
        await press(pilot, "s", "enter", "t")
        assert isinstance(pilot.app.screen, LiveBoardScreen)


async def test_a_proctor_suspends_an_exam_and_lets_it_go_on(room: OfficeStage) -> None:
    ana = sit(room, "Ana")
    room.clock.advance(MINUTE)
    async with room.enter(Role.PROCTOR, "l", "s") as pilot:
        await press(pilot, "enter")
        assert "Type something first." in said(pilot)
        await answer(pilot, "fire alarm")
        held = stored(room, ana).ledger.held
        assert held is not None
        assert (held.reason, held.actor) == ("fire alarm", room.staff(Role.PROCTOR).actor)
        assert "The exam of Ana is suspended." in notes(pilot)
        assert "suspended, " in said(pilot)
        room.clock.advance(4 * MINUTE)
        await look(pilot)
        assert "9:00" in said(pilot)
        await press(pilot, "r")
        await answer(pilot, "all clear")
        assert stored(room, ana).ledger.held is None
        assert "The exam of Ana goes on." in notes(pilot)


async def test_a_fire_alarm_suspends_everybody(room: OfficeStage) -> None:
    sittings = [sit(room, name) for name in ("Ana", "Bo")]
    async with room.enter(Role.PROCTOR, "l", "f") as pilot:
        await answer(pilot, "fire alarm")
        assert "2 exams were changed." in notes(pilot)
        assert "2 suspended" in said(pilot)
        await press(pilot, "g")
        await answer(pilot, "all clear")
        assert "2 suspended" not in said(pilot)
    assert all(len(stored(room, one).ledger.holds) == 1 for one in sittings)


async def test_time_is_given_with_a_reason_and_nonsense_is_refused(room: OfficeStage) -> None:
    ana = sit(room, "Ana")
    async with room.enter(Role.PROCTOR, "l", "t") as pilot:
        await answer(pilot, "a bit")
        assert "'a bit' is not an amount of time." in notes(pilot)
        await press(pilot, "t")
        await answer(pilot, "10m")
        await answer(pilot, "late bus")
        assert "Ana has time until 22 November 2026, 12:20 UTC." in notes(pilot)
        assert [one.amount for one in stored(room, ana).ledger.adjustments] == [10 * MINUTE]


async def test_messages_reach_one_or_everybody(room: OfficeStage) -> None:
    ana, bo = sit(room, "Ana"), sit(room, "Bo")
    async with room.enter(Role.PROCTOR, "l", "m") as pilot:
        await answer(pilot, "Sit down.")
        assert "Your message to Ana is sent." in notes(pilot)
        await press(pilot, "a")
        await answer(pilot, "Lunch is at one.")
        assert "2 students were told." in notes(pilot)
    texts = [[one.text for one in stored(room, sitting).messages] for sitting in (ana, bo)]
    assert texts == [["Sit down.", "Lunch is at one."], ["Lunch is at one."]]


async def test_from_near_one_sees_the_time_and_the_events_but_no_answer(room: OfficeStage) -> None:
    ana = sit(room, "Ana")
    room.clock.advance(MINUTE)
    ana.answer(ana.attempt.form.items[1].key, {"choice": "b"})
    hold(room.ports, attempt_id=ana.attempt.id, reason="fire alarm", actor=room.staff(Role.PROCTOR).actor)
    async with room.enter(Role.PROCTOR, "l", "enter") as pilot:
        shown = said(pilot)
        assert "answered question 2" in shown
        assert "suspended: fire alarm (Paul Watch)" in shown
        assert "Suspended by the provider since 12:01:00 UTC: fire alarm" in shown
        assert "1 of 4 answered" in shown
        assert "choice" not in shown
        await press(pilot, "v")
        await answer(pilot, "sat by somebody else")
        assert stored(room, ana).status is Status.VOIDED
        assert "declared void: sat by somebody else" in said(pilot)
        await press(pilot, "escape")
        assert "Nobody sits an exam now." in said(pilot)


async def test_an_auditor_only_looks(room: OfficeStage) -> None:
    ana = sit(room, "Ana")
    async with room.enter(Role.AUDITOR, "l") as pilot:
        for key in ("s", "t", "m", "a", "v", "f", "g"):
            await press(pilot, key)
            assert isinstance(pilot.app.screen, LiveBoardScreen)
        await press(pilot, "enter")
        assert "What happened" in said(pilot)
        await press(pilot, "s", "v")
        assert "What happened" in said(pilot)
    assert stored(room, ana).seq == 1


async def test_an_outage_is_given_back_or_declined(empty_office: OfficeStage) -> None:
    office = empty_office
    office.load(course=course(exams=[exam_json(time_limit="60m")]))
    office.staff(Role.PROCTOR)
    first, second = sit(office, "Ana"), sit(office, "Bo")
    office.clock.advance(4 * MINUTE)
    for sitting in (first, second):
        resume(office.ports, attempt_id=sitting.attempt.id, actor="test")
    async with office.enter(Role.PROCTOR, "l", "o") as pilot:
        assert said(pilot).count("4 minutes") == 2
        assert highlighted(pilot) == "Ana"
        await press(pilot, "a")
        assert "Give 4 minutes back to Ana" in said(pilot)
        await answer(pilot, "power cut")
        assert "The time was given back." in notes(pilot)
        assert highlighted(pilot) == "Bo"
        await press(pilot, "d")
        await answer(pilot, "nobody else lost power")
        assert "No outage waits for a decision." in said(pilot)
    assert [one.amount for one in stored(office, first).ledger.adjustments] == [4 * MINUTE]
    assert stored(office, second).ledger.adjustments == ()
    assert queueing.entries(office.ports) == ()


async def test_an_outage_of_an_exam_that_has_ended_can_only_be_accepted(room: OfficeStage) -> None:
    ana = sit(room, "Ana")
    room.clock.advance(4 * MINUTE)
    resume(room.ports, attempt_id=ana.attempt.id, actor="test").submit()
    async with room.enter(Role.PROCTOR, "l", "o", "a") as pilot:
        await answer(pilot, "power cut")
        assert "no time can be given back to it" in notes(pilot)
        await press(pilot, "k")
        await answer(pilot, "power cut")
        assert "No outage waits for a decision." in said(pilot)
    (entry,) = queueing.entries(room.ports, open_only=False)
    assert entry.decision is not None
    assert entry.decision.outcome == "accepted"
    assert stored(room, ana).ledger.adjustments == ()


async def test_an_exam_that_ended_meanwhile_is_refused_in_words(room: OfficeStage) -> None:
    ana = sit(room, "Ana")
    async with room.enter(Role.PROCTOR, "l", "s") as pilot:
        ana.submit()
        await answer(pilot, "fire alarm")
        assert "This attempt has ended." in notes(pilot)


async def test_a_board_that_is_left_while_the_records_are_read_is_no_mishap(room: OfficeStage) -> None:
    """If this fails, the office falls down when somebody leaves a screen at the wrong moment."""
    async with room.enter(Role.PROCTOR, "l") as pilot:
        board = pilot.app.screen
        assert isinstance(board, LiveBoardScreen)

        async def answer_too_late() -> None:
            await board.query_children().remove()
            pilot.app.pop_screen()
            board.query_one(LongList)

        board.attend(answer_too_late)
        await settle(pilot)
        assert "What is there to do?" in said(pilot)
