"""Freezing: what a certificate says of student, course, provider and days, in the format of its record."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from cequiz.domain.credential.boards import BoardPack
from cequiz.domain.credential.facts import Facts, LicenceFact
from cequiz.domain.credential.provider import Signatory
from cequiz.services.enrolling import enrol
from cequiz.services.evaluating import evaluate
from cequiz.services.loading import load
from cequiz.services.ports import Ports
from tests.builders import NOON, course, exam_json
from tests.fakes import FakeBoards, FakeClock
from tests.papers import SCHOOL, facts
from tests.services.earned import earn, issue, join, pass_exam, set_school


@pytest.fixture
def student(ports: Ports) -> str:
    return join(ports)


def test_facts_are_those_of_student_course_and_provider(ports: Ports, student: str) -> None:
    load(
        ports,
        courses=[
            course(
                "full",
                subjects=["Assessment"],
                scope_statement="Not a certification.",
                approvals=[
                    {
                        "board": "ncbtmb",
                        "provider_number": "1",
                        "title": "Sample Course",
                        "hours": "16",
                        "from": "2026-01-01",
                        "to": "2027-01-01",
                    }
                ],
            )
        ],
        actor="test",
    )
    body = BoardPack(id="ncbtmb", name="NCBTMB", required=frozenset(), source="a rule", checked_on=NOON.date())
    ports = replace(ports, boards=FakeBoards(body))
    enrol(ports, student_id=student, course_id="full", actor="test")
    set_school(ports)
    earn(ports, student, "full")
    facts = issue(ports, student, "full").facts
    assert facts.document_title == "Certificate of Achievement"
    assert facts.licences == (LicenceFact("FL", "MA1"), LicenceFact("NY", "27"))
    assert (facts.ce_hours, facts.score, facts.pass_mark) == ("16", "100 %", "75 %")
    assert facts.place == "Home study, 12 Harbour Street, Miami, FL 33101"
    assert facts.delivery == "Home study"
    assert [str(one) for one in facts.approvals] == ["NCBTMB, provider 1"]
    assert (facts.subjects, facts.footer) == (("Assessment",), "Not a certification.")
    assert facts.administrator == SCHOOL.administrator


def test_a_live_course_is_completed_at_the_providers_place(ports: Ports, student: str) -> None:
    load(ports, courses=[course("hall", delivery="live")], actor="test")
    enrol(ports, student_id=student, course_id="hall", actor="test")
    set_school(ports)
    earn(ports, student, "hall")
    facts = issue(ports, student, "hall").facts
    assert facts.document_title == "Certificate of Completion"
    assert facts.place == SCHOOL.address


def test_the_providers_instructor_stands_in_for_the_courses(ports: Ports, student: str) -> None:
    set_school(ports, replace(SCHOOL, instructor=Signatory("Dana", "BCTMB")))
    earn(ports, student)
    assert issue(ports, student).facts.instructors == (Signatory("Dana", "BCTMB"),)


@pytest.mark.parametrize(
    ("zone", "completed", "issued"),
    [
        ("America/New_York", date(2026, 12, 31), date(2027, 1, 1)),
        ("UTC", date(2027, 1, 1), date(2027, 1, 1)),
        ("Asia/Tokyo", date(2027, 1, 1), date(2027, 1, 1)),
    ],
)
def test_dates_are_those_of_the_providers_zone(ports: Ports, zone: str, completed: date, issued: date) -> None:
    late = replace(ports, clock=FakeClock(datetime(2027, 1, 1, 4, 50, tzinfo=UTC)))
    student = join(late)
    pass_exam(late, student)  # 23:50 in New York
    assert isinstance(late.clock, FakeClock)
    late.clock.advance(timedelta(minutes=20))
    evaluate(late, student_id=student, course_id="course", answers=None, actor="test")
    set_school(late, replace(SCHOOL, time_zone=zone))
    record = issue(late, student)
    assert record.facts.completed_on == completed
    assert record.facts.issued_on == issued
    assert record.number.startswith(f"CQ-{issued.year}-")


def test_the_last_required_pass_is_the_day_of_completion(ports: Ports, student: str, clock: FakeClock) -> None:
    load(ports, courses=[course("two", exams=[exam_json(), exam_json("second")])], actor="test")
    enrol(ports, student_id=student, course_id="two", actor="test")
    set_school(ports)
    pass_exam(ports, student, "two/second")
    clock.advance(timedelta(days=3))
    pass_exam(ports, student, "two/quiz")
    clock.advance(timedelta(days=9))
    evaluate(ports, student_id=student, course_id="two", answers=None, actor="test")
    record = issue(ports, student, "two")
    assert record.facts.completed_on == date(2026, 11, 25)
    assert record.facts.issued_on == date(2026, 12, 4)


def test_a_record_of_the_first_format_keeps_its_json() -> None:
    old = facts().frozen()
    data = old.to_json()
    assert data["format"] == "cequiz-certificate/1"
    assert not {"delivery_id", "supersedes", "cycle", "boards", "template", "paper"} & set(data)
    assert Facts.from_json(data) == old
    assert Facts.from_json(data).digest() == old.digest()
