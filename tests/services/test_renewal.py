"""Renewal: a course is earned again in its next cycle, and what was earned before stays."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from cequiz.errors import NotAllowed, WrongState
from cequiz.services import papers
from cequiz.services.briefing import brief
from cequiz.services.earning import course_progress
from cequiz.services.enrolling import enrol, renew
from cequiz.services.evaluating import evaluate
from cequiz.services.issuing import due, issue_due, settle
from cequiz.services.loading import load
from cequiz.services.ports import Ports
from cequiz.services.reporting import ExamState, home
from cequiz.services.starting import start
from tests.builders import course, exam_json
from tests.fakes import FakeClock
from tests.services.earned import audit, earn, issue, join, pass_exam, set_school
from tests.storing import open_store


@pytest.fixture(params=["in memory", "on disk", "on a server"])
def anywhere(request: pytest.FixtureRequest, ports: Ports, tmp_path: Path) -> Iterator[Ports]:
    """Return ports on the fake store, and on the real one."""
    if request.param == "in memory":
        yield ports
        return
    on_disk = request.param == "on disk"
    store = open_store(tmp_path / "home") if on_disk else request.getfixturevalue("postgres_store")
    made = replace(ports, store=store)
    with ports.store.read() as unit:
        bank, lessons = unit.banks.latest("sample"), unit.courses.latest("course")
    assert bank is not None
    assert lessons is not None
    load(made, banks=[bank], courses=[lessons], actor="test")
    yield made
    made.store.close()


@pytest.fixture
def student(anywhere: Ports) -> str:
    made = join(anywhere)
    set_school(anywhere)
    earn(anywhere, made)
    issue(anywhere, made)
    return made


def test_a_renewed_course_is_to_be_earned_again(anywhere: Ports, student: str) -> None:
    made = renew(anywhere, student_id=student, course_id="course", actor="admin")
    assert (made.cycle, made.earlier) == (2, {"quiz": 1})
    found = course_progress(anywhere, student_id=student, course_id="course")
    assert found.award is None
    assert found.missing == ("Pass the exam Sample exam.", "Give, or decline, the course evaluation.")
    settled = settle(anywhere, student_id=student, course_id="course", actor="test")
    assert (settled.award, settled.certificate) == (None, None)
    assert due(anywhere) == ()
    with pytest.raises(WrongState, match="not earned"):
        papers.drawn(anywhere, student_id=student, course_id="course")


def test_the_second_cycle_has_an_award_and_a_certificate_of_its_own(anywhere: Ports, student: str) -> None:
    first = issue(anywhere, student)
    renew(anywhere, student_id=student, course_id="course", actor="admin")
    assert isinstance(anywhere.clock, FakeClock)
    anywhere.clock.advance(timedelta(days=700))
    earn(anywhere, student)
    second = issue(anywhere, student)
    assert (second.number, second.facts.cycle) == ("CQ-2028-000001", 2)
    assert second.award_id != first.award_id
    assert second.facts.completed_on > first.facts.completed_on
    assert [(one.number, one.status, one.cycle) for one in papers.certificates(anywhere)] == [
        (first.number, "issued", 1),
        (second.number, "issued", 2),
    ]
    with anywhere.store.read() as unit:
        assert [award.cycle for award in unit.awards.all()] == [1, 2]
        assert unit.awards.get(student, "course", "1") == unit.awards.all()[0]
    assert issue_due(anywhere, actor="admin").certificates == ()


def test_attempts_start_anew(anywhere: Ports, student: str) -> None:
    before = brief(anywhere, student_id=student, exam_ref="course/quiz").eligibility
    assert before.bar == "passed"
    renew(anywhere, student_id=student, course_id="course", actor="admin")
    after = brief(anywhere, student_id=student, exam_ref="course/quiz").eligibility
    assert (after.allowed, after.attempts_used) == (True, 0)
    pass_exam(anywhere, student, answer="a")
    again = brief(anywhere, student_id=student, exam_ref="course/quiz").eligibility
    assert (again.attempts_used, again.bar == "passed") == (1, False)


def test_the_home_screen_shows_the_cycle_under_way(anywhere: Ports, student: str) -> None:
    renew(anywhere, student_id=student, course_id="course", actor="admin")
    (card,) = home(anywhere.store, anywhere.clock, student_id=student).courses
    assert (card.certificate, card.evaluated, card.exams[0].state) == (None, False, ExamState.READY)
    earn(anywhere, student)
    second = issue(anywhere, student)
    (card,) = home(anywhere.store, anywhere.clock, student_id=student).courses
    assert (card.certificate, card.evaluated, card.exams[0].state) == (second.number, True, ExamState.PASSED)


def test_a_renewal_takes_the_newest_version_of_the_course(ports: Ports) -> None:
    student = join(ports)
    set_school(ports)
    earn(ports, student)
    issue(ports, student)
    load(ports, courses=[course(version="2", title="Sample Course, revised")], actor="test")
    assert renew(ports, student_id=student, course_id="course", actor="admin").course_version == "2"
    earn(ports, student)
    assert issue(ports, student).facts.course_title == "Sample Course, revised"


def test_only_what_was_earned_and_certified_is_renewed(ports: Ports) -> None:
    student = join(ports)
    with pytest.raises(NotAllowed, match="nothing to renew"):
        renew(ports, student_id=student, course_id="course", actor="admin")
    earn(ports, student)
    settle(ports, student_id=student, course_id="course", actor="test")
    with pytest.raises(NotAllowed, match="nothing to renew") as caught:
        renew(ports, student_id=student, course_id="course", actor="admin")
    assert "certificate issue" in caught.value.hint
    other = join(ports, email="o@example.org")
    load(ports, courses=[course("more")], actor="test")
    with pytest.raises(NotAllowed, match="not enrolled"):
        renew(ports, student_id=other, course_id="more", actor="admin")


def test_an_exam_under_way_is_not_cut_off(ports: Ports) -> None:
    load(ports, courses=[course("two", exams=[exam_json(), exam_json("extra", required=False)])], actor="test")
    student = join(ports, to="two")
    set_school(ports)
    earn(ports, student, "two")
    issue(ports, student, "two")
    sitting = start(ports, student_id=student, exam_ref="two/extra", attested=True, actor="test")
    with pytest.raises(WrongState, match="running"):
        renew(ports, student_id=student, course_id="two", actor="admin")
    sitting.submit()
    assert renew(ports, student_id=student, course_id="two", actor="admin").earlier == {"quiz": 1, "extra": 1}


def test_a_renewal_is_written_down_and_an_evaluation_is_given_once_a_cycle(anywhere: Ports, student: str) -> None:
    renew(anywhere, student_id=student, course_id="course", actor="os:admin")
    last = audit(anywhere)[-1]
    assert (last.deed, last.actor, last.details["cycle"]) == ("student.renewed", "os:admin", 2)
    evaluate(anywhere, student_id=student, course_id="course", answers=None, actor="test")
    with pytest.raises(NotAllowed, match="evaluated already"):
        evaluate(anywhere, student_id=student, course_id="course", answers=None, actor="test")
    assert enrol(anywhere, student_id=student, course_id="course", actor="admin").cycle == 2
