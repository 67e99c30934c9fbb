"""The home screen tells where a student stands, also when nobody has swept up yet."""

from __future__ import annotations

from datetime import timedelta

import pytest

from cequiz.services.enrolling import register
from cequiz.services.evaluating import evaluate
from cequiz.services.ports import Ports
from cequiz.services.reporting import ExamState, home
from cequiz.services.starting import start
from tests.builders import NOON
from tests.fakes import FakeClock


@pytest.fixture
def student(ports: Ports) -> str:
    return register(ports, name="Sample", email="s@example.org", actor="test").id


def test_nobody_sees_the_courses_and_no_one_else(ports: Ports) -> None:
    shown = home(ports.store, ports.clock, student_id=None)
    assert shown.student is None
    assert [card.course.id for card in shown.courses] == ["course"]
    assert not shown.running


def test_an_exam_goes_from_ready_through_running_to_waiting(ports: Ports, student: str, clock: FakeClock) -> None:
    def state() -> ExamState:
        return home(ports.store, ports.clock, student_id=student).courses[0].exams[0].state

    assert state() is ExamState.READY
    sitting = start(ports, student_id=student, exam_ref="quiz", attested=True, actor="x")
    shown = home(ports.store, ports.clock, student_id=student)
    assert [card.ref for card in shown.running] == ["course/quiz"]
    assert shown.courses[0].enrolled
    clock.advance(timedelta(minutes=11))
    assert state() is ExamState.WAITING  # ended by its deadline, swept or not
    card = home(ports.store, ports.clock, student_id=student).courses[0].exams[0]
    assert card.until == NOON + timedelta(minutes=10) + timedelta(hours=1)
    assert (card.attempts_used, card.attempts_left) == (1, 1)
    assert card.last_ended is not None
    assert card.last_ended.id == sitting.attempt.id


def test_a_pass_and_an_evaluation_show(ports: Ports, student: str) -> None:
    sitting = start(ports, student_id=student, exam_ref="quiz", attested=True, actor="x")
    for item in sitting.attempt.form.items:
        sitting.answer(item.key, {"choice": "b"})
    sitting.submit()
    evaluate(ports, student_id=student, course_id="course", answers=None, actor="x")
    card = home(ports.store, ports.clock, student_id=student).courses[0]
    assert card.passed_all
    assert card.evaluated
    assert card.certificate is None
