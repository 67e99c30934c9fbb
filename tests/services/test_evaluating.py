"""The evaluation is given or declined, once, by somebody who took the course."""

from __future__ import annotations

import pytest

from cequiz.errors import NotAllowed, Refused
from cequiz.services.enrolling import enrol, register
from cequiz.services.evaluating import evaluate
from cequiz.services.ports import Ports


@pytest.fixture
def student(ports: Ports) -> str:
    made = register(ports, name="Sample", email="s@example.org", actor="test")
    enrol(ports, student_id=made.id, course_id="course", actor="test")
    return made.id


def test_answers_are_kept_and_asked_for_once(ports: Ports, student: str) -> None:
    given = evaluate(
        ports, student_id=student, course_id="course", answers={"clear": 4, "comment": " fine "}, actor="x"
    )
    assert given.answers == {"clear": 4, "comment": "fine"}
    with pytest.raises(NotAllowed, match="already"):
        evaluate(ports, student_id=student, course_id="course", answers=None, actor="x")


@pytest.mark.parametrize("answer", [0, 6, "4", None, True, 2.5])
def test_an_answer_off_the_scale_is_refused_and_nothing_is_kept(ports: Ports, student: str, answer: object) -> None:
    with pytest.raises(Refused, match="1 to 5"):
        evaluate(ports, student_id=student, course_id="course", answers={"clear": answer}, actor="x")  # type: ignore[dict-item] # wrong on purpose
    with ports.store.read() as unit:
        assert unit.evaluations.get(student, "course") is None


def test_declining_counts_as_done(ports: Ports, student: str) -> None:
    assert evaluate(ports, student_id=student, course_id="course", answers=None, actor="x").answers is None


def test_a_stranger_evaluates_nothing(ports: Ports) -> None:
    with pytest.raises(NotAllowed, match="took the course"):
        evaluate(ports, student_id="S-other", course_id="course", answers=None, actor="x")
