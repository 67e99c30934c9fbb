"""Earning: what is still missing for an award, and what makes one."""

from __future__ import annotations

import pytest

from cequiz.errors import (
    WrongState,
)
from cequiz.services import papers
from cequiz.services.earning import EvaluationState, course_progress
from cequiz.services.evaluating import evaluate
from cequiz.services.issuing import settle
from cequiz.services.loading import load
from cequiz.services.ports import Ports
from tests.builders import course, exam_json
from tests.services.earned import earn, join, pass_exam


@pytest.fixture
def student(ports: Ports) -> str:
    return join(ports)


def test_what_is_missing_is_told_in_sentences(ports: Ports, student: str) -> None:
    found = course_progress(ports, student_id=student, course_id="course")
    assert found.missing == ("Pass the exam Sample exam.", "Give, or decline, the course evaluation.")
    pass_exam(ports, student)
    found = course_progress(ports, student_id=student, course_id="course")
    assert found.missing == ("Give, or decline, the course evaluation.",)
    assert found.evaluation is EvaluationState.MISSING
    assert not found.due


def test_a_failed_exam_earns_nothing(ports: Ports, student: str) -> None:
    pass_exam(ports, student, answer="a")
    evaluate(ports, student_id=student, course_id="course", answers={"clear": 5}, actor="test")
    done = settle(ports, student_id=student, course_id="course", actor="test")
    assert done.award is None
    assert done.certificate is None
    assert done.progress.evaluation is EvaluationState.GIVEN
    with pytest.raises(WrongState, match="not earned") as caught:
        papers.drawn(ports, student_id=student, course_id="course")
    assert "Pass the exam" in caught.value.hint


def test_an_exam_that_is_not_required_does_not_hold_up_the_award(ports: Ports) -> None:
    exams = [exam_json(), exam_json("extra", required=False)]
    load(ports, courses=[course("two", exams=exams)], actor="test")
    student = join(ports, to="two")
    earn(ports, student, "two")
    assert settle(ports, student_id=student, course_id="two", actor="test").award is not None


def test_a_course_without_a_required_evaluation_asks_for_none(ports: Ports) -> None:
    load(ports, courses=[course("quick", evaluation={"required": False, "questions": []})], actor="test")
    student = join(ports, to="quick")
    pass_exam(ports, student, "quick/quiz")
    done = settle(ports, student_id=student, course_id="quick", actor="test")
    assert done.award is not None
    assert done.progress.evaluation is EvaluationState.NOT_REQUIRED
