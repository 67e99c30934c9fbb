"""Suspending an exam: its clock stands still, nobody answers, and what was answered before counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from cequiz.domain.exam.attempt import Attempt, Status
from cequiz.domain.exam.events import AttemptEvent, EventKind
from cequiz.domain.exam.ledger import ReasonKind
from cequiz.errors import AttemptClosed, AttemptHeld, InvalidText, StorageBusy, WrongState
from cequiz.services.enrolling import register
from cequiz.services.grading import attempts, explain_time, load_attempt, sweep
from cequiz.services.loading import load
from cequiz.services.messaging import message
from cequiz.services.ports import Ack, Ports
from cequiz.services.reporting import ExamState, home
from cequiz.services.sitting import Sitting
from cequiz.services.starting import resume, start
from cequiz.services.timing import hold, hold_all, release, release_all, void
from tests.builders import NOON, bank, course, exam_json
from tests.fakes import FakeClock, FakeStore

B = {"choice": "b"}
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


@pytest.fixture
def student(ports: Ports) -> str:
    return register(ports, name="Sample Student", email="s@example.org", actor="test").id


def begin(ports: Ports, student: str, *, clock: str = "runs", credit: str = "0s", **changes: Any) -> Sitting:
    """Start a ten-minute exam."""
    exam = exam_json(resume={"clock": clock, "outage_credit": credit}, **changes)
    load(ports, courses=[course("held", exams=[exam])], actor="test")
    return start(ports, student_id=student, exam_ref="held/quiz", attested=True, actor=f"student:{student}")


def suspend(ports: Ports, sitting: Sitting, reason: str = "fire alarm") -> Attempt:
    return hold(ports, attempt_id=sitting.attempt.id, reason=reason, actor="os:admin")


def go_on(ports: Ports, sitting: Sitting) -> Attempt:
    return release(ports, attempt_id=sitting.attempt.id, reason="all clear", actor="os:admin")


def item(sitting: Sitting, place: int = 0) -> str:
    return sitting.attempt.form.items[place].key


def events(ports: Ports, sitting: Sitting) -> Sequence[AttemptEvent]:
    with ports.store.read() as unit:
        return unit.attempts.events(sitting.attempt.id)


def stored(ports: Ports, sitting: Sitting) -> Attempt:
    with ports.store.read() as unit:
        return load_attempt(unit, sitting.attempt.id)


def live(sitting: Sitting, clock: FakeClock, span: timedelta) -> None:
    """Let time pass while the program runs: a look every second, a sign of life every ten."""
    for second in range(int(span.total_seconds())):
        clock.advance(SECOND)
        sitting.tick()
        sitting.refresh()
        if second % 10 == 9:
            sitting.beat()


def test_the_clock_stands_still_and_the_ledger_says_for_how_long_and_why(
    ports: Ports, student: str, clock: FakeClock
) -> None:
    sitting = begin(ports, student)
    live(sitting, clock, 2 * MINUTE)
    suspend(ports, sitting)
    live(sitting, clock, 4 * MINUTE)
    assert sitting.held is not None
    assert sitting.stands_still
    assert sitting.time_left() == 8 * MINUTE
    assert sitting.explain().deadline is None
    go_on(ports, sitting)
    live(sitting, clock, MINUTE)
    assert sitting.time_left() == 7 * MINUTE
    told = next(one for one in sitting.explain().reasons if one.kind is ReasonKind.HELD)
    assert (told.amount, told.at, told.until) == (4 * MINUTE, NOON + 2 * MINUTE, NOON + 6 * MINUTE)
    assert told.words == "Suspended by the provider: fire alarm"
    with ports.store.read() as unit:
        header = unit.attempts.header(sitting.attempt.id)
        deeds = [(one.deed, one.actor, one.details["reason"]) for one in unit.audit.all()[-2:]]
    assert header is not None
    assert header.standing.deadline == NOON + 14 * MINUTE
    assert deeds == [("attempt.held", "os:admin", "fire alarm"), ("attempt.released", "os:admin", "all clear")]


def test_nothing_can_be_done_until_it_goes_on_and_then_everything_can(
    ports: Ports, student: str, clock: FakeClock
) -> None:
    sitting = begin(ports, student)
    suspend(ports, sitting)
    clock.advance(SECOND)
    sitting.refresh()
    key = item(sitting)
    for deed in (
        lambda: sitting.answer(key, B),
        lambda: sitting.clear(key),
        lambda: sitting.flag(key),
        lambda: sitting.challenge(key, reason="wrong"),
        sitting.go_on,
        sitting.submit,
    ):
        with pytest.raises(AttemptHeld, match="fire alarm"):
            deed()
    assert not sitting.pending
    go_on(ports, sitting)
    clock.advance(SECOND)
    sitting.refresh()
    sitting.answer(key, B)
    assert sitting.submit().earned == 1


def test_the_one_who_was_first_in_the_store_wins_and_the_other_is_told(
    ports: Ports, student: str, clock: FakeClock
) -> None:
    sitting = begin(ports, student)
    suspend(ports, sitting)
    clock.advance(SECOND)
    with pytest.raises(AttemptHeld):  # this program has not looked yet
        sitting.answer(item(sitting), B)
    assert sitting.held is not None
    assert not sitting.taken_over
    assert sitting.attempt.responses == {}
    go_on(ports, sitting)
    suspend(ports, sitting, "second alarm")
    clock.advance(SECOND)
    with pytest.raises(AttemptHeld, match="second alarm"):
        sitting.submit()
    assert stored(ports, sitting).status is Status.OPEN
    go_on(ports, sitting)
    clock.advance(SECOND)
    sitting.submit()
    with pytest.raises(AttemptClosed):
        suspend(ports, sitting)


class Slow(FakeStore):
    """A store that cannot be written by a sitting while it is busy."""

    busy = False

    def append(self, draft: Any, *, expected_seq: int, standing: Any = None) -> Ack:
        if self.busy:
            raise StorageBusy("Another program holds the store.")
        return super().append(draft, expected_seq=expected_seq, standing=standing)


@pytest.fixture
def slow(ports: Ports) -> Ports:
    """Return ports on a store that can be busy, with the sample bank and course loaded."""
    made = replace(ports, store=Slow())
    load(made, banks=[bank()], courses=[course()], actor="test")
    return made


def jam(ports: Ports, *, busy: bool) -> None:
    assert isinstance(ports.store, Slow)
    ports.store.busy = busy


def begin_on(slow: Ports, **changes: Any) -> Sitting:
    student = register(slow, name="Sample Student", email="s@example.org", actor="test").id
    return begin(slow, student, **changes)


def test_an_answer_that_was_received_before_counts_although_it_is_written_after(slow: Ports, clock: FakeClock) -> None:
    sitting = begin_on(slow)
    first, second, third = (item(sitting, place) for place in range(3))
    clock.advance(MINUTE)
    jam(slow, busy=True)
    with pytest.raises(StorageBusy):
        sitting.answer(first, B)
    clock.advance(SECOND)
    suspend(slow, sitting)
    clock.advance(SECOND)
    for key in (second, third):
        with pytest.raises(StorageBusy):
            sitting.answer(key, B)  # pressed after it was suspended, unknown to this program
    jam(slow, busy=False)
    with pytest.raises(AttemptHeld):
        sitting.save_pending()
    assert sitting.attempt.responses == {first: B}
    assert not sitting.pending
    kinds = [(event.kind, event.at - NOON) for event in events(slow, sitting)]
    assert kinds[1:] == [(EventKind.HELD, MINUTE + SECOND), (EventKind.ANSWERED, MINUTE)]


def test_it_counts_also_where_the_program_has_heard_of_the_suspension_and_more(
    ports: Ports, student: str, clock: FakeClock
) -> None:
    sitting = begin(ports, student)
    clock.advance(MINUTE)
    pressed = sitting.receive()
    clock.advance(SECOND)
    suspend(ports, sitting)
    clock.advance(SECOND)
    message(ports, attempt_id=sitting.attempt.id, text="Leave the room.", actor="os:admin")
    sitting.refresh()
    sitting.answer(item(sitting), B, received=pressed)
    assert sitting.attempt.responses == {item(sitting): B}
    assert events(ports, sitting)[-1].at == NOON + MINUTE + SECOND  # the instant of the suspension, not of the message


def test_leaving_with_an_answer_that_came_too_late_is_no_trap(slow: Ports, clock: FakeClock) -> None:
    sitting = begin_on(slow, clock="pauses")
    clock.advance(MINUTE)
    suspend(slow, sitting)
    clock.advance(SECOND)
    jam(slow, busy=True)
    with pytest.raises(StorageBusy):
        sitting.answer(item(sitting), B)
    jam(slow, busy=False)
    sitting.leave()
    assert stored(slow, sitting).responses == {}
    assert stored(slow, sitting).ledger.suspended
    go_on(slow, sitting)
    clock.advance(MINUTE)
    assert resume(slow, attempt_id=sitting.attempt.id, actor="x").time_left() == 9 * MINUTE


def test_a_sweep_leaves_it_alone_and_home_says_that_it_is_suspended(
    ports: Ports, student: str, clock: FakeClock
) -> None:
    sitting = begin(ports, student)
    suspend(ports, sitting)
    clock.advance(timedelta(days=2))
    assert sweep(ports) == ()
    assert attempts(ports)[0].standing.status is Status.OPEN
    card = home(ports.store, clock, student_id=student).running[0]
    assert card.state is ExamState.RUNNING
    assert card.held
    with pytest.raises(WrongState, match="not over"):
        sitting.expire()
    go_on(ports, sitting)
    assert not home(ports.store, clock, student_id=student).running[0].held
    clock.advance(11 * MINUTE)
    assert sweep(ports) == (sitting.attempt.id,)
    assert stored(ports, sitting).finished_at == NOON + timedelta(days=2) + 10 * MINUTE


def test_a_crash_while_suspended_changes_nothing(ports: Ports, student: str, clock: FakeClock) -> None:
    sitting = begin(ports, student, credit="5m")
    live(sitting, clock, MINUTE)
    suspend(ports, sitting)
    clock.advance(30 * MINUTE)  # killed, and taken up again while it is still suspended
    back = resume(ports, attempt_id=sitting.attempt.id, actor="x")
    assert back.held is not None
    assert back.absence is None
    assert back.time_left() == 9 * MINUTE
    clock.advance(MINUTE)  # killed again
    go_on(ports, sitting)
    clock.advance(10 * SECOND)
    third = resume(ports, attempt_id=sitting.attempt.id, actor="x")
    assert not third.waits
    assert third.time_left() == 9 * MINUTE - 10 * SECOND
    assert stored(ports, sitting).ledger.outages == ()


def test_an_outage_around_it_costs_only_what_it_took_itself(ports: Ports, student: str, clock: FakeClock) -> None:
    sitting = begin(ports, student, credit="5m")
    live(sitting, clock, MINUTE)
    clock.advance(2 * MINUTE)  # killed
    suspend(ports, sitting)
    clock.advance(20 * MINUTE)
    go_on(ports, sitting)
    clock.advance(MINUTE)
    back = resume(ports, attempt_id=sitting.attempt.id, actor="x")
    assert back.absence is not None
    assert (back.absence.length, back.absence.given, back.absence.held) == (3 * MINUTE, 3 * MINUTE, 20 * MINUTE)
    back.go_on()
    assert back.time_left() == 9 * MINUTE
    assert [one.credit for one in back.attempt.ledger.outages] == [3 * MINUTE]
    assert back.attempt.credit_left == 2 * MINUTE


def test_who_had_left_where_that_stops_the_clock_finds_it_still_standing(
    ports: Ports, student: str, clock: FakeClock
) -> None:
    sitting = begin(ports, student, clock="pauses")
    clock.advance(MINUTE)
    sitting.leave()
    clock.advance(MINUTE)
    suspend(ports, sitting)
    clock.advance(MINUTE)
    go_on(ports, sitting)
    clock.advance(MINUTE)
    back = resume(ports, attempt_id=sitting.attempt.id, actor="x")
    assert back.waits
    assert back.time_left() == 9 * MINUTE
    back.go_on()
    clock.advance(MINUTE)
    assert back.time_left() == 8 * MINUTE
    told = explain_time(ports, sitting.attempt.id)[1]
    assert told.deadline == NOON + 13 * MINUTE
    amounts = {one.kind: one.amount for one in told.reasons}
    assert (amounts[ReasonKind.HELD], amounts[ReasonKind.SUSPENDED]) == (MINUTE, 2 * MINUTE)


def test_a_fire_alarm_suspends_everybody_at_once(ports: Ports, student: str, clock: FakeClock) -> None:
    first = begin(ports, student)
    others = [
        start(
            ports,
            student_id=register(ports, name="Sample", email=f"{name}@example.org", actor="test").id,
            exam_ref="held/quiz",
            attested=True,
            actor="x",
        )
        for name in "ab"
    ]
    others[0].submit()
    suspend(ports, others[1], "alone before")
    assert hold_all(ports, reason="fire alarm", actor="os:admin") == (first.attempt.id,)
    clock.advance(30 * MINUTE)
    assert set(release_all(ports, reason="all clear", actor="os:admin")) == {first.attempt.id, others[1].attempt.id}
    for sitting in (first, others[1]):
        assert stored(ports, sitting).ledger.deadline == NOON + 40 * MINUTE
    with pytest.raises(InvalidText):
        hold_all(ports, reason="", actor="os:admin")


def test_one_may_leave_and_come_back_meanwhile(ports: Ports, student: str, clock: FakeClock) -> None:
    for mode, waits in (("runs", False), ("pauses", True)):
        exam = exam_json(resume={"clock": mode, "outage_credit": "0s"})
        load(ports, courses=[course(f"leaving-{mode}", exams=[exam])], actor="test")
        sitting = start(ports, student_id=student, exam_ref=f"leaving-{mode}/quiz", attested=True, actor="x")
        clock.advance(MINUTE)
        suspend(ports, sitting)
        clock.advance(MINUTE)
        sitting.refresh()
        sitting.leave()
        clock.advance(MINUTE)
        back = resume(ports, attempt_id=sitting.attempt.id, actor="x")
        assert back.held is not None
        go_on(ports, sitting)
        clock.advance(MINUTE)
        back.refresh()
        assert back.waits is waits
        assert back.time_left() == (9 * MINUTE if waits else 8 * MINUTE)


def test_an_exam_without_a_limit_and_one_that_moves_forward_only(ports: Ports, student: str, clock: FakeClock) -> None:
    sitting = begin(ports, student, time_limit="none", navigation="forward-only")
    suspend(ports, sitting)
    clock.advance(4 * MINUTE)
    sitting.refresh()
    with pytest.raises(AttemptHeld):
        sitting.move_to(1)
    assert sitting.attempt.reached == 0
    assert sitting.time_left() is None
    go_on(ports, sitting)
    clock.advance(SECOND)
    sitting.refresh()
    sitting.move_to(1)
    told = [one for one in sitting.explain().reasons if one.kind is ReasonKind.HELD]
    assert [one.amount for one in told] == [4 * MINUTE]


def test_the_closing_window_moves_by_as_long(ports: Ports, student: str, clock: FakeClock) -> None:
    closes = NOON + 5 * MINUTE
    sitting = begin(ports, student, window={"closes": closes.isoformat()})
    clock.advance(4 * MINUTE)
    suspend(ports, sitting)
    clock.advance(30 * MINUTE)
    assert sweep(ports) == ()
    go_on(ports, sitting)
    sitting.refresh()
    assert sitting.time_left() == MINUTE


def test_nonsense_is_refused_and_writes_nothing(ports: Ports, student: str, clock: FakeClock) -> None:
    sitting = begin(ports, student)
    with pytest.raises(WrongState, match="not suspended"):
        go_on(ports, sitting)
    with pytest.raises(InvalidText):
        suspend(ports, sitting, " ")
    suspend(ports, sitting)
    with pytest.raises(WrongState, match="suspended already"):
        suspend(ports, sitting)
    assert [event.kind for event in events(ports, sitting)] == [EventKind.STARTED, EventKind.HELD]
    void(ports, attempt_id=sitting.attempt.id, reason="cheating", actor="os:admin")
    with pytest.raises(AttemptClosed):
        go_on(ports, sitting)


def test_an_exam_whose_time_is_over_is_not_suspended(ports: Ports, student: str, clock: FakeClock) -> None:
    sitting = begin(ports, student)
    clock.advance(10 * MINUTE + SECOND)
    with pytest.raises(AttemptClosed):
        suspend(ports, sitting)
