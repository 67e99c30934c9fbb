"""After a fail: what to study is told as far as the course allows it, and a retake is drawn on it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from typing import Any, cast

import pytest

from cequiz.domain.exam.attempt import Attempt
from cequiz.errors import NotFound
from cequiz.services.enrolling import register
from cequiz.services.loading import load
from cequiz.services.ports import Ports
from cequiz.services.starting import start
from cequiz.services.studying import Weakness, study, weakness
from tests.builders import bank, course, exam_json
from tests.fakes import FakeClock

EXAM: dict[str, Any] = {
    "banks": ["big"],
    "blueprint": {"D1": 3, "D2": 3, "D3": 2},
    "attempts": {"limit": 9, "wait": "0s", "prefer_unseen": True},
}


@pytest.fixture
def student(ports: Ports) -> str:
    set_up(ports)
    return register(ports, name="Sample", email="s@example.org", actor="test").id


def set_up(ports: Ports, **exam: Any) -> None:
    """Load a course whose bank suffices for two forms, and for a third one in D3."""
    taken = course("taken", exams=[exam_json(**{**EXAM, **exam})])
    load(ports, banks=[bank("big", counts={"D1": 6, "D2": 6, "D3": 6})], courses=[taken], actor="test")


def sat(ports: Ports, student: str, *, wrong: Collection[str] = ("D1", "D2", "D3")) -> Attempt:
    """Sit the exam; the questions of these objectives are answered wrongly."""
    cast("FakeClock", ports.clock).advance(timedelta(minutes=1))
    sitting = start(ports, student_id=student, exam_ref="taken/quiz", attested=True, actor="test")
    for item in sitting.attempt.form.items:
        sitting.answer(item.key, {"choice": "a" if item.objective in wrong else "b"})
    sitting.submit()
    return sitting.attempt


def found(ports: Ports, student: str) -> Weakness:
    """Return where the student was weak."""
    with ports.store.read() as unit:
        return weakness(unit, student_id=student, course_id="taken", exam_id="quiz")


def test_after_a_fail_the_study_list_has_the_weak_objectives_and_their_sources(ports: Ports, student: str) -> None:
    attempt = sat(ports, student, wrong={"D2"})
    [topic] = study(ports, attempt.id)
    assert topic.score.title == "Objective D2"
    assert (int(topic.score.earned), int(topic.score.possible)) == (0, 3)
    assert [one.cite for one in topic.references] == ["Sample reference"]


def test_a_result_that_is_kept_has_no_study_list(ports: Ports) -> None:
    set_up(ports, review={"after_pass": "full", "after_fail": "score"})
    who = register(ports, name="Sample", email="s@example.org", actor="test").id
    assert study(ports, sat(ports, who).id) == ()


def test_an_open_exam_and_none_at_all(ports: Ports, student: str) -> None:
    sitting = start(ports, student_id=student, exam_ref="taken/quiz", attested=True, actor="test")
    assert study(ports, sitting.attempt.id) == ()
    with pytest.raises(NotFound):
        study(ports, "A-nowhere")


def test_a_retake_has_no_seen_question_while_unseen_ones_suffice(ports: Ports, student: str) -> None:
    first, second = sat(ports, student, wrong={"D1", "D2"}), sat(ports, student, wrong={"D1"})
    third = sat(ports, student)
    shown = [{item.key for item in attempt.form.items} for attempt in (first, second, third)]
    assert not shown[0] & shown[1]
    assert not {key for key in shown[2] if key.startswith("big/d3")} & (shown[0] | shown[1])
    for attempt in (first, second, third):
        counts = [sum(item.objective == name for item in attempt.form.items) for name in ("D1", "D2", "D3")]
        assert counts == [3, 3, 2]


def test_of_the_seen_questions_the_missed_ones_come_first(ports: Ports, student: str) -> None:
    first = sat(ports, student, wrong={"D1"})
    second = sat(ports, student, wrong={"D1", "D2"})
    missed = found(ports, student).missed
    assert missed == {
        item.key
        for attempt, wrong in ((first, {"D1"}), (second, {"D1", "D2"}))
        for item in attempt.form.items
        if item.objective in wrong
    }
    third = sat(ports, student)
    again = {item.key for item in third.form.items if item.objective == "D2"}
    assert again == {item.key for item in second.form.items if item.objective == "D2"}


def test_weak_is_what_the_newest_attempt_was_weak_in(ports: Ports, student: str) -> None:
    assert found(ports, student) == Weakness()
    sat(ports, student, wrong={"D2"})
    assert found(ports, student).objectives == ("D2",)
    sat(ports, student, wrong={"D2", "D3"})
    assert found(ports, student).objectives == ("D2", "D3")


def test_after_a_pass_nothing_is_weak(ports: Ports, student: str) -> None:
    sat(ports, student)
    sat(ports, student, wrong=())
    assert found(ports, student) == Weakness()
