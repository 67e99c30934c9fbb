"""Transcripts: everything a student took, sat and earned, and nothing of what was granted to them."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from cequiz.domain.people.accommodation import Accommodation
from cequiz.errors import NotFound
from cequiz.services import accommodating, correcting, merging, rolling
from cequiz.services.ports import Ports
from cequiz.services.timing import void
from cequiz.services.transcribing import chronicle, reports, to_json, transcript
from tests.fakes import FakeClock
from tests.services.earned import earn, issue, join, pass_exam, set_school


def test_a_transcript_tells_courses_attempts_awards_and_papers(ports: Ports, clock: FakeClock) -> None:
    student = join(ports)
    pass_exam(ports, student, answer="a")
    clock.advance(timedelta(days=2))
    set_school(ports)
    earn(ports, student)
    first = issue(ports, student)
    rolling.correct(ports, student_id=student, name="Sample Q. Student", actor="test")
    second = correcting.correct(ports, first.number, actor="test")
    said = transcript(ports, "s@example.org")
    (course,) = said.courses
    assert [(one.header.number, one.passed, one.percent) for one in course.exams] == [(1, False, "0"), (2, True, "100")]
    (earned,) = course.earned
    assert [(one.number, one.state) for one in earned.papers] == [
        (first.number, "superseded"),
        (second.number, "issued"),
    ]
    earned_table, courses, attempts = reports(said)
    assert [row["state"] for row in earned_table.rows] == ["superseded", "in force"]
    assert courses.rows[0]["delivery"] == "Home study"
    assert [row["percent"] for row in attempts.rows] == ["0 %", "100 %"]
    assert earned_table.title == "Transcript of Sample Q. Student"


def test_the_chronicle_is_one_table_in_the_order_of_time(ports: Ports, clock: FakeClock) -> None:
    student = join(ports)
    set_school(ports)
    clock.advance(timedelta(hours=1))
    earn(ports, student)
    issue(ports, student)
    table = chronicle(transcript(ports, student))
    assert [row["kind"] for row in table.rows] == ["enrolment", "attempt", "award", "certificate"]
    assert {key for row in table.rows for key in row} <= {column.key for column in table.columns}


def test_days_are_those_of_the_provider(ports: Ports, clock: FakeClock) -> None:
    set_school(ports)  # in New York
    clock.advance(timedelta(hours=14))  # two o'clock in the morning, UTC
    student = join(ports)
    said = transcript(ports, student)
    assert said.zone == "America/New_York"
    assert reports(said)[1].rows[0]["enrolled"] == "2026-11-22"
    assert to_json(said)["courses"][0]["enrolled_at"] == "2026-11-23T02:00:00Z"  # type: ignore[index, call-overload]


def test_what_was_granted_never_shows(ports: Ports) -> None:
    student = join(ports)
    granted = Accommodation(untimed=True, breaks=True, spacious=True)
    accommodating.grant(ports, student_id=student, profile=granted, reason="a letter on file", actor="test")
    pass_exam(ports, student)
    said = transcript(ports, student)
    written = json.dumps(to_json(said)) + str([one.rows for one in reports(said)]) + str(chronicle(said).rows)
    for word in ("accommodat", "untimed", "breaks", "letter", "factor"):
        assert word not in written


def test_a_voided_attempt_has_no_result(ports: Ports) -> None:
    student = join(ports)
    pass_exam(ports, student)
    attempt = transcript(ports, student).courses[0].exams[0].header.id
    void(ports, attempt_id=attempt, reason="the room was on fire", actor="test")
    (sat,) = transcript(ports, student).courses[0].exams
    assert (sat.passed, sat.percent) == (None, "")
    assert reports(transcript(ports, student))[2].rows[0]["state"] == "voided"


def test_a_certificate_that_was_taken_away_stands_with_the_day_and_the_result_it_says(
    ports: Ports, clock: FakeClock
) -> None:
    """Else the transcript says of a paper in somebody's hand what was never on it."""
    set_school(ports)
    student = join(ports)
    earn(ports, student)
    old = issue(ports, student)
    attempt = transcript(ports, student).courses[0].exams[0].header.id
    void(ports, attempt_id=attempt, reason="sat by somebody else", actor="test", take_away=True)
    clock.advance(timedelta(days=40))
    pass_exam(ports, student)
    new = issue(ports, student)
    said = transcript(ports, student)
    days = [(old.number, "2026-11-22"), (new.number, "2027-01-01")]
    rows = reports(said)[0].rows
    assert [(row["certificate"], row["completed"]) for row in rows] == days
    assert [row["percent"] for row in rows] == [old.facts.score, new.facts.score]
    assert [(one.number, one.completed_on.isoformat()) for one in said.courses[0].earned[0].papers] == days
    (award,) = json.loads(json.dumps(to_json(said)))["courses"][0]["awards"]
    assert [(one["number"], one["completed_on"], one["percent"]) for one in award["certificates"]] == [
        (*one, "100") for one in days
    ]


def test_the_transcript_of_somebody_merged_is_that_of_who_stays(ports: Ports) -> None:
    old, new = join(ports, email="old@example.org"), join(ports, email="new@example.org")
    pass_exam(ports, old)
    merging.merge(ports, from_id=old, into_id=new, reason="added twice", actor="test")
    said = transcript(ports, old)
    assert said.student.id == new
    assert len(said.courses[0].exams) == 1
    with pytest.raises(NotFound):
        transcript(ports, "S-none")


def test_it_prints(ports: Ports) -> None:
    said = transcript(ports, join(ports))
    pdf = ports.press.report(*reports(said), provider=said.provider, zone=said.zone)
    assert b"Transcript of Sample Student" in pdf
