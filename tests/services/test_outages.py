"""Interruptions: what a session that broke off gets back, what it does not, and that the clock waits for a key."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from cequiz.domain.exam.attempt import Attempt, Status
from cequiz.domain.exam.events import AttemptEvent, EventDraft, EventKind
from cequiz.domain.exam.ledger import ReasonKind
from cequiz.errors import DeadlinePassed
from cequiz.frontends.dates import deadline_words
from cequiz.services import queueing
from cequiz.services.briefing import brief
from cequiz.services.enrolling import register
from cequiz.services.grading import SWEEP_GRACE, attempts, load_attempt, result, sweep
from cequiz.services.loading import load
from cequiz.services.outages import ended_away
from cequiz.services.ports import Ports
from cequiz.services.reporting import ExamState, home
from cequiz.services.sitting import Sitting
from cequiz.services.starting import resume, start
from cequiz.services.timing import adjust_time, void
from tests.builders import NOON, course, exam_json
from tests.fakes import FakeClock

B = {"choice": "b"}
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


@pytest.fixture
def student(ports: Ports) -> str:
    return register(ports, name="Sample Student", email="s@example.org", actor="test").id


def begin(ports: Ports, student: str, *, credit: str = "5m", clock: str = "runs", **changes: Any) -> Sitting:
    """Start a ten-minute exam whose course gives so much back."""
    exam = exam_json(resume={"clock": clock, "outage_credit": credit}, **changes)
    load(ports, courses=[course("lasting", exams=[exam])], actor="test")
    return start(ports, student_id=student, exam_ref="lasting/quiz", attested=True, actor=f"student:{student}")


def live(sitting: Sitting, clock: FakeClock, span: timedelta) -> None:
    """Let time pass while the program runs as it should: a look every second, a sign of life every ten."""
    for second in range(int(span.total_seconds())):
        clock.advance(SECOND)
        assert not sitting.tick()
        if second % 10 == 9:
            sitting.beat()


def again(ports: Ports, sitting: Sitting) -> Sitting:
    return resume(ports, attempt_id=sitting.attempt.id, actor="x")


def items(sitting: Sitting) -> list[str]:
    return [item.key for item in sitting.attempt.form.items]


def events(ports: Ports, sitting: Sitting) -> Sequence[AttemptEvent]:
    with ports.store.read() as unit:
        return unit.attempts.events(sitting.attempt.id)


def kinds(ports: Ports, sitting: Sitting) -> list[str]:
    return [str(event.kind) for event in events(ports, sitting)]


def stored(ports: Ports, sitting: Sitting) -> Attempt:
    with ports.store.read() as unit:
        return load_attempt(unit, sitting.attempt.id)


def deadline_on_file(ports: Ports, sitting: Sitting) -> datetime | None:
    with ports.store.read() as unit:
        header = unit.attempts.header(sitting.attempt.id)
    assert header is not None
    return header.standing.deadline


def test_an_outage_below_the_limit_costs_nothing_and_the_clock_waits_for_a_key(
    ports: Ports, student: str, clock: FakeClock
) -> None:
    sitting = begin(ports, student)
    live(sitting, clock, 2 * MINUTE)
    clock.advance(3 * MINUTE)  # killed
    back = again(ports, sitting)
    assert back.time_left() == 8 * MINUTE
    assert back.waits
    clock.advance(MINUTE)  # still looking for the chair
    assert back.stands_still
    assert back.time_left() == 8 * MINUTE
    back.go_on()
    assert not back.attempt.ledger.waits
    clock.advance(MINUTE)
    assert back.time_left() == 7 * MINUTE
    assert kinds(ports, sitting) == ["started", "outage", "resumed", "continued"]
    told = next(reason for reason in back.explain().reasons if reason.kind is ReasonKind.OUTAGE)
    assert (told.at, told.until, told.amount) == (NOON + 2 * MINUTE, NOON + 6 * MINUTE, 4 * MINUTE)
    assert deadline_on_file(ports, sitting) == NOON + 14 * MINUTE


def test_an_outage_above_the_limit_gets_the_limit_and_the_rest_is_asked_of_the_provider(
    ports: Ports, student: str, clock: FakeClock
) -> None:
    sitting = begin(ports, student)
    live(sitting, clock, 2 * MINUTE)
    clock.advance(7 * MINUTE)
    back = again(ports, sitting)
    assert not back.waits  # nothing is left to give: the clock runs, and waiting would only cost time
    assert back.time_left() == 6 * MINUTE
    assert back.absence is not None
    assert (back.absence.given, back.absence.asked) == (5 * MINUTE, 2 * MINUTE)
    payload = events(ports, sitting)[-1].payload
    assert (payload["credited_ms"], payload["uncredited_ms"]) == (300_000, 120_000)


def test_who_waits_at_the_gate_for_longer_than_the_limit_loses_the_rest(
    ports: Ports, student: str, clock: FakeClock
) -> None:
    sitting = begin(ports, student)
    live(sitting, clock, 2 * MINUTE)
    clock.advance(4 * MINUTE)
    back = again(ports, sitting)
    clock.advance(3 * MINUTE)
    assert not back.stands_still
    back.go_on()
    assert back.time_left() == 6 * MINUTE
    assert back.absence is not None
    assert back.absence.asked == 2 * MINUTE


def test_two_outages_share_the_limit(ports: Ports, student: str, clock: FakeClock) -> None:
    sitting = begin(ports, student)
    for gap, left in ((3 * MINUTE, 9 * MINUTE), (3 * MINUTE, 7 * MINUTE)):
        live(sitting, clock, MINUTE)
        clock.advance(gap)
        sitting = again(ports, sitting)
        if sitting.waits:
            sitting.go_on()
        assert sitting.time_left() == left
    assert [outage.credit for outage in sitting.attempt.ledger.outages] == [3 * MINUTE, 2 * MINUTE]


def test_a_course_without_credit_gives_nothing_back_and_still_asks_the_provider(
    ports: Ports, student: str, clock: FakeClock
) -> None:
    sitting = begin(ports, student, credit="0s")
    live(sitting, clock, MINUTE)
    clock.advance(2 * MINUTE)
    back = again(ports, sitting)
    assert not back.waits
    assert back.time_left() == 7 * MINUTE
    assert events(ports, sitting)[-1].payload["uncredited_ms"] == 120_000


def test_a_deadline_that_passes_during_an_outage_is_not_the_end(ports: Ports, student: str, clock: FakeClock) -> None:
    sitting = begin(ports, student)
    sitting.answer(items(sitting)[0], B)
    live(sitting, clock, 9 * MINUTE)
    clock.advance(4 * MINUTE)
    assert sweep(ports) == ()
    (line,) = attempts(ports)
    assert line.standing.status is Status.OPEN
    back = again(ports, sitting)
    assert back.time_left() == MINUTE
    back.go_on()
    back.answer(items(back)[1], B)
    assert len(stored(ports, back).responses) == 2
    clock.advance(MINUTE + SECOND)
    score = back.expire()
    assert score.finished_at == NOON + 14 * MINUTE
    assert score.earned == 2


def test_what_credit_cannot_cover_any_more_is_over_for_everybody(ports: Ports, student: str, clock: FakeClock) -> None:
    sitting = begin(ports, student)
    live(sitting, clock, 9 * MINUTE)
    clock.advance(6 * MINUTE + SWEEP_GRACE)
    assert sweep(ports) == ()
    clock.advance(SECOND)
    assert sweep(ports) == (sitting.attempt.id,)
    with pytest.raises(DeadlinePassed):
        resume(ports, attempt_id=begin_late(ports, clock).attempt.id, actor="x")


def begin_late(ports: Ports, clock: FakeClock) -> Sitting:
    """Return an exam of somebody else that was over before anybody came back."""
    other = register(ports, name="Other Student", email="o@example.org", actor="test").id
    sitting = start(ports, student_id=other, exam_ref="lasting/quiz", attested=True, actor="x")
    live(sitting, clock, 9 * MINUTE)
    clock.advance(7 * MINUTE)
    return sitting


def shown(ports: Ports, student: str) -> ExamState:
    card = next(one for one in home(ports.store, ports.clock, student_id=student).courses if one.course.id == "lasting")
    return card.exams[0].state


def test_home_waits_for_a_session_that_broke_off_and_for_no_other(ports: Ports, student: str, clock: FakeClock) -> None:
    sitting = begin(ports, student)
    live(sitting, clock, 9 * MINUTE)
    clock.advance(2 * MINUTE)
    assert shown(ports, student) is ExamState.RUNNING
    again(ports, sitting).leave()
    assert shown(ports, student) is ExamState.RUNNING
    clock.advance(4 * MINUTE)
    assert shown(ports, student) is ExamState.WAITING  # left in good order: nothing is given back any more


@pytest.mark.parametrize("finder", ["sweep", "student"])
def test_an_exam_that_ran_out_during_an_outage_says_so_whoever_finds_it(
    ports: Ports, student: str, clock: FakeClock, finder: str
) -> None:
    sitting = begin(ports, student)
    live(sitting, clock, 9 * MINUTE)
    clock.advance(30 * MINUTE)
    if finder == "sweep":
        assert sweep(ports) == (sitting.attempt.id,)
    else:
        with pytest.raises(DeadlinePassed):
            again(ports, sitting)
    assert kinds(ports, sitting) == ["started", "outage", "expired"]
    ended = result(ports, sitting.attempt.id).attempt
    assert ended.finished_at == ended.ledger.deadline == deadline_on_file(ports, sitting) == NOON + 15 * MINUTE
    away = ended_away(ended)
    assert away is not None
    assert (away.since, away.until) == (NOON + 9 * MINUTE, NOON + 15 * MINUTE)
    assert (away.given, away.asked) == (5 * MINUTE, MINUTE)  # the minute that was left when it broke off
    (entry,) = queueing.entries(ports)
    assert (entry.kind, entry.attempt_id) == (queueing.Kind.OUTAGE, sitting.attempt.id)
    assert entry.details["uncredited_ms"] == 60_000
    briefing = brief(ports, student_id=student, exam_ref="lasting/quiz")
    assert briefing.away == away


def test_a_window_that_closed_cuts_off_what_an_outage_gives_back(ports: Ports, student: str, clock: FakeClock) -> None:
    sitting = begin(ports, student, window={"closes": "2026-11-22T12:12:00Z"})
    live(sitting, clock, 9 * MINUTE)
    clock.advance(30 * MINUTE)
    sweep(ports)
    away = ended_away(stored(ports, sitting))
    assert away is not None
    assert (away.until, away.given, away.asked) == (NOON + 12 * MINUTE, 2 * MINUTE, MINUTE)


def test_time_that_ran_out_before_a_key_was_pressed_is_asked_of_the_provider_once(
    ports: Ports, student: str, clock: FakeClock
) -> None:
    sitting = begin(ports, student)
    live(sitting, clock, 9 * MINUTE)
    clock.advance(2 * MINUTE)
    back = again(ports, sitting)
    clock.advance(4 * MINUTE + SECOND)
    back.expire()
    assert kinds(ports, sitting) == ["started", "outage", "resumed", "expired"]
    assert len(queueing.entries(ports)) == 1
    assert ended_away(back.attempt) is not None


def test_who_was_there_or_had_left_when_the_time_ran_out_is_not_said_to_have_been_cut_off(
    ports: Ports, student: str, clock: FakeClock
) -> None:
    sitting = begin(ports, student)
    live(sitting, clock, 9 * MINUTE)
    sitting.leave()
    clock.advance(30 * MINUTE)
    sweep(ports)
    assert kinds(ports, sitting) == ["started", "expired"]
    assert ended_away(stored(ports, sitting)) is None
    assert queueing.entries(ports) == ()
    assert brief(ports, student_id=student, exam_ref="lasting/quiz").away is None


def test_a_crash_just_before_the_deadline_gets_its_seconds_back(ports: Ports, student: str, clock: FakeClock) -> None:
    """Who comes back after 20 seconds must not stand worse than who comes back after a minute."""
    sitting = begin(ports, student)
    live(sitting, clock, 9 * MINUTE + 50 * SECOND)
    clock.advance(20 * SECOND)
    back = again(ports, sitting)
    assert back.waits
    assert back.time_left() == 10 * SECOND


def test_a_sweep_closes_what_a_wall_clock_set_back_cannot_hide(ports: Ports, student: str, clock: FakeClock) -> None:
    sitting = begin(ports, student)
    live(sitting, clock, 9 * MINUTE)
    clock.advance(7 * MINUTE)
    clock.set_wall(timedelta(minutes=-3))  # past the deadline on file, before what the credit could cover
    assert sweep(ports) == (sitting.attempt.id,)


def test_an_attempt_that_is_voided_late_ended_at_its_deadline(ports: Ports, student: str, clock: FakeClock) -> None:
    sitting = begin(ports, student)
    clock.advance(11 * MINUTE)
    ended = void(ports, attempt_id=sitting.attempt.id, reason="sat by somebody else", actor="os:admin")
    assert ended.finished_at == NOON + 10 * MINUTE
    with ports.store.read() as unit:
        header = unit.attempts.header(sitting.attempt.id)
    assert header is not None
    assert header.standing.finished_at == stored(ports, sitting).finished_at == ended.finished_at


def test_time_that_ran_out_at_the_gate_ends_the_exam(ports: Ports, student: str, clock: FakeClock) -> None:
    sitting = begin(ports, student)
    live(sitting, clock, 9 * MINUTE)
    clock.advance(2 * MINUTE)
    back = again(ports, sitting)
    clock.advance(4 * MINUTE)
    assert not back.over()
    clock.advance(SECOND)
    assert back.over()
    assert back.expire().finished_at == NOON + 15 * MINUTE


def test_the_closing_window_ends_everything(ports: Ports, student: str, clock: FakeClock) -> None:
    sitting = begin(ports, student, window={"closes": "2026-11-22T12:11:00Z"})
    live(sitting, clock, 5 * MINUTE)
    clock.advance(5 * MINUTE)
    back = again(ports, sitting)
    assert back.time_left() == MINUTE
    clock.advance(MINUTE + SECOND)
    assert back.over()


def test_a_session_that_was_there_when_the_time_ran_out_gets_nothing_back(
    ports: Ports, student: str, clock: FakeClock
) -> None:
    sitting = begin(ports, student)
    live(sitting, clock, 10 * MINUTE)
    clock.advance(MINUTE)
    assert sweep(ports) == (sitting.attempt.id,)
    assert result(ports, sitting.attempt.id).attempt.finished_at == NOON + 10 * MINUTE


def test_a_short_silence_is_no_outage(ports: Ports, student: str, clock: FakeClock) -> None:
    sitting = begin(ports, student)
    live(sitting, clock, MINUTE)
    clock.advance(30 * SECOND)
    back = again(ports, sitting)
    assert not back.waits
    assert back.absence is None
    assert back.time_left() == 8 * MINUTE + 30 * SECOND
    assert kinds(ports, back) == ["started", "resumed"]


def test_who_left_in_good_order_gets_nothing_back_and_who_was_cut_off_does(
    ports: Ports, student: str, clock: FakeClock
) -> None:
    sitting = begin(ports, student)
    live(sitting, clock, MINUTE)
    sitting.leave()
    clock.advance(3 * MINUTE)
    back = again(ports, sitting)
    assert back.time_left() == 6 * MINUTE
    live(back, clock, MINUTE)
    back.leave(orderly=False)  # the terminal was closed
    clock.advance(3 * MINUTE)
    assert again(ports, back).time_left() == 5 * MINUTE


def test_a_restart_of_the_machine_is_an_outage_like_any_other(ports: Ports, student: str, clock: FakeClock) -> None:
    sitting = begin(ports, student)
    sitting.answer(items(sitting)[0], B)
    live(sitting, clock, 2 * MINUTE)
    clock.advance(4 * MINUTE)
    clock.reboot()
    back = again(ports, sitting)
    assert back.time_left() == 8 * MINUTE
    assert back.attempt.responses == {items(back)[0]: B}
    back.go_on()
    clock.advance(MINUTE)
    assert back.time_left() == 7 * MINUTE


def test_a_second_crash_at_the_gate_is_part_of_the_same_outage(ports: Ports, student: str, clock: FakeClock) -> None:
    sitting = begin(ports, student)
    live(sitting, clock, 2 * MINUTE)
    clock.advance(2 * MINUTE)
    again(ports, sitting)
    clock.advance(2 * MINUTE)
    back = again(ports, sitting)
    assert back.waits
    assert back.time_left() == 8 * MINUTE
    back.go_on()
    assert kinds(ports, back).count("outage") == 1
    assert [outage.credit for outage in back.attempt.ledger.outages] == [4 * MINUTE]


def test_an_untimed_exam_knows_no_outage(ports: Ports, student: str, clock: FakeClock) -> None:
    sitting = begin(ports, student, time_limit="none")
    clock.advance(timedelta(hours=5))
    back = again(ports, sitting)
    assert not back.waits
    assert back.absence is None


def test_a_script_that_answers_at_once_lets_the_clock_run_and_is_obeyed(
    ports: Ports, student: str, clock: FakeClock
) -> None:
    sitting = begin(ports, student)
    live(sitting, clock, 2 * MINUTE)
    clock.advance(3 * MINUTE)
    back = again(ports, sitting)
    back.answer(items(back)[0], B)
    assert not back.waits
    assert kinds(ports, back)[-2:] == ["continued", "answered"]


def test_coming_back_to_a_paused_exam_waits_for_the_student(ports: Ports, student: str, clock: FakeClock) -> None:
    sitting = begin(ports, student, clock="pauses")
    live(sitting, clock, 2 * MINUTE)
    sitting.leave()
    clock.advance(timedelta(days=2))
    back = again(ports, sitting)
    assert back.waits
    clock.advance(timedelta(hours=1))
    assert back.time_left() == 8 * MINUTE
    assert deadline_on_file(ports, back) is None
    back.go_on()
    assert deadline_on_file(ports, back) == clock.read().wall + 8 * MINUTE
    assert back.attempt.ledger.deadline == deadline_on_file(ports, back)
    assert not any(event.payload.get("uncredited_ms") for event in events(ports, back))


def test_leaving_at_the_gate_of_a_paused_exam_leaves_the_clock_where_it_stands(
    ports: Ports, student: str, clock: FakeClock
) -> None:
    sitting = begin(ports, student, clock="pauses")
    sitting.leave()
    clock.advance(MINUTE)
    again(ports, sitting).leave()
    clock.advance(MINUTE)
    assert again(ports, sitting).time_left() == 10 * MINUTE
    assert kinds(ports, sitting) == ["started", "suspended", "resumed", "resumed"]


def test_an_attempt_of_an_earlier_version_replays_as_it_did(ports: Ports, student: str, clock: FakeClock) -> None:
    sitting = begin(ports, student, clock="pauses")
    sitting.leave()
    clock.advance(5 * MINUTE)
    with ports.store.write() as unit:
        last = unit.attempts.events(sitting.attempt.id)[-1]
        draft = EventDraft(
            attempt_id=last.attempt_id,
            kind=EventKind.RESUMED,
            payload={},
            at=NOON + 5 * MINUTE,
            stamp=clock.read(),
            actor=last.actor,
            session="an earlier cequiz",
            key="old",
        )
        unit.attempts.append(draft, expected_seq=last.seq)
    assert stored(ports, sitting).ledger.deadline == NOON + 15 * MINUTE


def test_a_suspended_laptop_is_found_out_and_the_time_comes_back(ports: Ports, student: str, clock: FakeClock) -> None:
    sitting = begin(ports, student)
    live(sitting, clock, 2 * MINUTE)
    clock.advance(4 * MINUTE)  # the lid was closed; the boot clock counted on
    assert sitting.tick()
    assert sitting.time_left() == 8 * MINUTE
    absence = sitting.mend()
    assert absence is not None
    assert absence.length == 4 * MINUTE
    assert sitting.waits
    sitting.go_on()
    live(sitting, clock, MINUTE)
    assert sitting.time_left() == 7 * MINUTE
    assert kinds(ports, sitting) == ["started", "outage", "continued"]


def test_a_laptop_that_slept_over_the_deadline_is_not_late(ports: Ports, student: str, clock: FakeClock) -> None:
    sitting = begin(ports, student)
    live(sitting, clock, 9 * MINUTE)
    clock.advance(4 * MINUTE)
    assert sitting.tick()
    assert not sitting.over()
    sitting.answer(items(sitting)[0], B)
    assert sitting.time_left() == MINUTE
    assert kinds(ports, sitting) == ["started", "outage", "continued", "answered"]


def test_a_laptop_that_slept_for_too_long_is_over_at_its_deadline(ports: Ports, student: str, clock: FakeClock) -> None:
    sitting = begin(ports, student)
    live(sitting, clock, 9 * MINUTE)
    clock.advance(timedelta(hours=2))
    sitting.tick()
    assert sitting.over()
    score = sitting.expire()
    assert score.cause is Status.EXPIRED
    assert score.finished_at <= NOON + 15 * MINUTE


def test_a_thinking_student_is_no_outage(ports: Ports, student: str, clock: FakeClock) -> None:
    sitting = begin(ports, student)
    live(sitting, clock, 5 * MINUTE)
    sitting.answer(items(sitting)[0], B)
    assert kinds(ports, sitting) == ["started", "answered"]
    assert sitting.time_left() == 5 * MINUTE


@pytest.mark.parametrize(
    "moved", [timedelta(hours=-2), timedelta(minutes=-1), timedelta(minutes=1), timedelta(hours=2)]
)
def test_a_wall_clock_that_is_moved_gains_and_costs_nothing(
    ports: Ports, student: str, clock: FakeClock, moved: timedelta
) -> None:
    sitting = begin(ports, student)
    live(sitting, clock, 2 * MINUTE)
    clock.set_wall(moved)
    live(sitting, clock, 2 * MINUTE)
    assert sitting.time_left() == 6 * MINUTE
    assert sweep(ports) == ()
    sitting.answer(items(sitting)[0], B)
    assert sitting.attempt.ledger.deadline == NOON + 10 * MINUTE


@pytest.mark.parametrize("moved", [timedelta(hours=-2), timedelta(minutes=3), timedelta(hours=2)])
def test_who_takes_up_after_the_wall_clock_was_moved_was_away_for_as_long_as_really_passed(
    ports: Ports, student: str, clock: FakeClock, moved: timedelta
) -> None:
    first = begin(ports, student)
    live(first, clock, MINUTE)
    clock.set_wall(moved)
    second = again(ports, first)
    assert second.absence is None
    assert second.time_left() == 9 * MINUTE
    live(second, clock, MINUTE)
    clock.set_wall(timedelta())
    clock.advance(2 * MINUTE)
    third = again(ports, second)
    assert third.absence is not None
    assert third.absence.length == 2 * MINUTE
    assert third.time_left() == 8 * MINUTE


def test_extra_time_reaches_an_exam_whose_wall_clock_was_set_forward(
    ports: Ports, student: str, clock: FakeClock
) -> None:
    sitting = begin(ports, student)
    live(sitting, clock, 2 * MINUTE)
    clock.set_wall(timedelta(hours=3))
    adjust_time(ports, attempt_id=sitting.attempt.id, amount=5 * MINUTE, reason="fire alarm", actor="os:admin")
    assert sitting.refresh()
    assert sitting.time_left() == 13 * MINUTE
    sitting.answer(items(sitting)[0], B)  # its instant is not the office's wrong one


@pytest.mark.parametrize("folded", [False, True])
def test_a_change_of_daylight_saving_time_moves_no_deadline(
    ports: Ports, student: str, clock: FakeClock, *, folded: bool
) -> None:
    zone = ZoneInfo("America/New_York")
    begins = datetime(2026, 11, 1, 1, 55, tzinfo=zone) if folded else datetime(2026, 3, 8, 1, 55, tzinfo=zone)
    clock.advance(begins - NOON)
    sitting = begin(ports, student)
    clock.advance(9 * MINUTE)
    assert sitting.time_left() == MINUTE
    shown = deadline_words(sitting.attempt.ledger.deadline, zone)
    assert shown.endswith("01:05:00 EST" if folded else "03:05:00 EDT")


def test_a_plain_take_over_waits_for_nobody_and_loses_no_answer(ports: Ports, student: str, clock: FakeClock) -> None:
    first = begin(ports, student)
    live(first, clock, MINUTE)
    first.answer(items(first)[0], B)
    second = again(ports, first)
    assert not second.waits
    second.answer(items(second)[1], B)
    assert first.refresh()
    assert first.taken_over
    first.beat()
    assert not first.tick()
    assert len(stored(ports, first).responses) == 2
    # The sign of life of the one that lost the exam must not hide that the other broke off.
    clock.advance(2 * MINUTE)
    assert again(ports, second).time_left() == 9 * MINUTE


def test_a_save_that_was_received_in_time_counts_although_the_time_ran_out_meanwhile(
    ports: Ports, student: str, clock: FakeClock
) -> None:
    sitting = begin(ports, student)
    live(sitting, clock, 10 * MINUTE)
    pressed = sitting.receive()
    clock.advance(SECOND)
    assert sitting.over()
    sitting.answer(items(sitting)[0], B, received=pressed)
    assert sitting.expire().earned == 1
