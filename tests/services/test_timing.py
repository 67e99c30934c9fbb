"""Extra time and voiding: what the office does reaches the exam, with a reason, and is on record."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from cequiz.domain.exam.attempt import Status
from cequiz.errors import AttemptClosed, InvalidText, NotAllowed, NotFound, OpenElsewhere, WrongState
from cequiz.frontends.dates import deadline_words
from cequiz.services.briefing import brief
from cequiz.services.enrolling import register
from cequiz.services.grading import sweep
from cequiz.services.loading import load
from cequiz.services.ports import Ports
from cequiz.services.reporting import home
from cequiz.services.sitting import Sitting
from cequiz.services.starting import resume, start
from cequiz.services.timing import adjust_time, void
from tests.builders import NOON, course, exam_json
from tests.fakes import FakeClock

B = {"choice": "b"}
MINUTE = timedelta(minutes=1)


@pytest.fixture
def student(ports: Ports) -> str:
    return register(ports, name="Sample Student", email="s@example.org", actor="test").id


def begin(ports: Ports, student: str, **changes: Any) -> Sitting:
    load(ports, courses=[course("timed", exams=[exam_json(**changes)])], actor="test")
    return start(ports, student_id=student, exam_ref="timed/quiz", attested=True, actor="x")


def adjust(ports: Ports, sitting: Sitting, amount: timedelta, reason: str = "fire alarm") -> None:
    adjust_time(ports, attempt_id=sitting.attempt.id, amount=amount, reason=reason, actor="os:admin")


def test_time_is_given_and_taken_with_a_reason_that_the_student_sees(ports: Ports, student: str) -> None:
    sitting = begin(ports, student)
    adjust(ports, sitting, 5 * MINUTE)
    adjust(ports, sitting, -2 * MINUTE, "given to the wrong person")
    assert sitting.refresh()
    assert sitting.time_left() == 13 * MINUTE
    words = [reason.words for reason in sitting.explain().reasons]
    assert "fire alarm (by the provider)" in words
    with ports.store.read() as unit:
        header = unit.attempts.header(sitting.attempt.id)
        deeds = [record for record in unit.audit.all() if record.deed == "attempt.time_adjusted"]
    assert header is not None
    assert header.standing.deadline == NOON + 13 * MINUTE
    assert [record.details["milliseconds"] for record in deeds] == [300_000, -120_000]


def test_the_running_exam_keeps_its_pen_and_its_answers(ports: Ports, student: str) -> None:
    sitting = begin(ports, student)
    first, second = (item.key for item in sitting.attempt.form.items[:2])
    sitting.answer(first, B)
    adjust(ports, sitting, MINUTE)
    sitting.answer(second, B)
    assert not sitting.taken_over
    assert len(sitting.attempt.responses) == 2


def test_time_cannot_be_taken_below_now(ports: Ports, student: str, clock: FakeClock) -> None:
    sitting = begin(ports, student)
    clock.advance(6 * MINUTE)
    with pytest.raises(NotAllowed, match="at once"):
        adjust(ports, sitting, -4 * MINUTE)
    adjust(ports, sitting, -3 * MINUTE)
    sitting.refresh()
    assert sitting.time_left() == MINUTE


def test_what_is_over_is_not_adjusted(ports: Ports, student: str, clock: FakeClock) -> None:
    sitting = begin(ports, student)
    clock.advance(10 * MINUTE + timedelta(seconds=1))
    with pytest.raises(AttemptClosed):
        adjust(ports, sitting, MINUTE)
    sitting.expire()
    with pytest.raises(AttemptClosed):
        adjust(ports, sitting, MINUTE)


def test_an_exam_that_broke_off_can_be_given_time_while_credit_covers_it(
    ports: Ports, student: str, clock: FakeClock
) -> None:
    sitting = begin(ports, student, resume={"clock": "runs", "outage_credit": "5m"})
    clock.advance(12 * MINUTE)
    adjust(ports, sitting, 10 * MINUTE)
    back = resume(ports, attempt_id=sitting.attempt.id, actor="x")
    assert back.time_left() == 13 * MINUTE


def test_a_clock_that_stands_still_takes_the_time_along(ports: Ports, student: str, clock: FakeClock) -> None:
    sitting = begin(ports, student, resume={"clock": "pauses", "outage_credit": "0s"})
    sitting.leave()
    clock.advance(timedelta(days=1))
    adjust(ports, sitting, 5 * MINUTE)
    back = resume(ports, attempt_id=sitting.attempt.id, actor="x")
    assert back.time_left() == 15 * MINUTE


def test_nonsense_is_refused_and_writes_nothing(ports: Ports, student: str) -> None:
    sitting = begin(ports, student)
    for amount, reason, error in (
        (timedelta(), "fire alarm", NotAllowed),
        (MINUTE, "  ", InvalidText),
        (MINUTE, "fire\x1b[2Jalarm", InvalidText),
    ):
        with pytest.raises(error):
            adjust(ports, sitting, amount, reason)
    with pytest.raises(NotFound):
        adjust_time(ports, attempt_id="A-none", amount=MINUTE, reason="x", actor="x")
    assert not sitting.refresh()
    untimed = begin_untimed(ports, student)
    with pytest.raises(WrongState, match="no time limit"):
        adjust(ports, untimed, MINUTE)


def begin_untimed(ports: Ports, student: str) -> Sitting:
    load(ports, courses=[course("untimed", exams=[exam_json(time_limit="none")])], actor="test")
    return start(ports, student_id=student, exam_ref="untimed/quiz", attested=True, actor="x")


def test_a_voided_exam_is_over_for_who_sits_it_and_does_not_count(ports: Ports, student: str) -> None:
    sitting = begin(ports, student)
    item = sitting.attempt.form.items[0].key
    sitting.answer(item, B)
    state = void(ports, attempt_id=sitting.attempt.id, reason="sat by somebody else", actor="os:admin")
    assert state.status is Status.VOIDED
    with pytest.raises((AttemptClosed, OpenElsewhere)):
        sitting.answer(item, {"choice": "a"})
    sitting.refresh()
    with pytest.raises(AttemptClosed):
        sitting.answer(item, {"choice": "a"})
    assert sitting.attempt.responses == {item: B}
    assert brief(ports, student_id=student, exam_ref="timed/quiz").eligibility.attempts_used == 0
    with pytest.raises(WrongState, match="void already"):
        void(ports, attempt_id=sitting.attempt.id, reason="again", actor="os:admin")


def test_an_ended_exam_can_be_voided_and_its_score_stays_on_record(ports: Ports, student: str) -> None:
    sitting = begin(ports, student)
    score = sitting.submit()
    void(ports, attempt_id=sitting.attempt.id, reason="wrong bank", actor="os:admin")
    with ports.store.read() as unit:
        assert unit.scores.latest(sitting.attempt.id) == score
        assert [record.deed for record in unit.audit.all()][-1] == "attempt.voided"


def test_an_amount_that_no_calendar_holds_is_refused(ports: Ports, student: str) -> None:
    sitting = begin(ports, student)
    for days in (999_999, -999_999, 3_651):
        with pytest.raises(NotAllowed):
            adjust(ports, sitting, timedelta(days=days))
    adjust(ports, sitting, timedelta(days=3_650))
    with pytest.raises(NotAllowed):
        adjust(ports, sitting, MINUTE)
    adjust(ports, sitting, timedelta(days=-3_650) + MINUTE)
    assert sitting.refresh()
    assert sitting.time_left() == 11 * MINUTE


def test_a_window_at_the_end_of_the_calendar_is_no_trap(ports: Ports, student: str, clock: FakeClock) -> None:
    sitting = begin(ports, student, time_limit="none", window={"closes": "9999-12-31T23:59:59Z"})
    clock.advance(10 * MINUTE)
    assert home(ports.store, ports.clock, student_id=student).running
    back = resume(ports, attempt_id=sitting.attempt.id, actor="x")
    assert "31 December 9999" in deadline_words(back.attempt.ledger.deadline, ZoneInfo("Pacific/Auckland"))
    assert sweep(ports) == ()
