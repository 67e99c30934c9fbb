"""Rosters, enrolments, what is due, evaluations and hours: what a board or an auditor reads."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from cequiz.domain.bank.bank import Bank
from cequiz.domain.canonical import Json
from cequiz.domain.people.student import Licence
from cequiz.errors import NotFound
from cequiz.services import enrolling, evaluating, loading, retiring
from cequiz.services.reports import batches, ce_broker
from cequiz.services.reports.due import due
from cequiz.services.reports.enrolments import enrolments
from cequiz.services.reports.evaluations import evaluations
from cequiz.services.reports.filed import as_pdf
from cequiz.services.reports.hours import hours
from cequiz.services.reports.periods import Period
from cequiz.services.reports.roster import roster
from tests.builders import bank, bank_json, course, exam_json, question
from tests.fakes import FakeClock, FakeStore
from tests.services.reports.conftest import School, school_on


def test_a_roster_has_what_boards_ask_for(school: School) -> None:
    """A board sends the list back when a number or a licence is missing."""
    student = school.complete("Zoë", (Licence("FL", "MA1"), Licence("NY", "27")))
    (row,) = roster(school.ports).rows
    assert row == {
        "name": "Zoë",
        "licences": ["FL MA1", "NY 27"],
        "title": "Sample Course",
        "course": "course 1",
        "hours": "16",
        "format": "Home study",
        "completed": "2026-11-22",
        "score": "100",
        "certificate": school.number_of(student),
        "status": "issued",
        "issued": "2026-11-22",
        "revision": None,
        "document": "Certificate of Achievement",
        "unit": "CE hours",
        "approvals": ["Florida: provider 50-12345, course 20-678901"],
        "approved": ["Florida: Sample Course, 16 CE hours"],
        "subjects": [],
        "instructors": ["Sample Instructor, LMT"],
        "administrator": "Lee Sample, Provider Administrator",
        "place": "Home study, 12 Harbour Street, Miami, FL 33101",
        "provider": "Harbour School",
        "contact": "office@harbour.example",
    }


def test_a_roster_of_a_period_without_anybody_is_empty(school: School) -> None:
    """Somebody of another month would be in it."""
    school.complete()
    report = roster(school.ports, period=Period(date(2026, 11, 23)))
    assert (report.rows, report.summary["completions"]) == ([], 0)


def test_a_certificate_that_was_not_issued_shows_on_the_roster_as_missing(school: School) -> None:
    """Somebody who has earned the hours would not be on the roster at all."""
    school.complete(issue=False)
    report = roster(school.ports)
    assert (report.rows[0]["certificate"], report.summary["with_certificate"]) == (None, 0)


def test_enrolments_say_how_far_everybody_has_come(school: School) -> None:
    """The office could not tell who never began."""
    school.join("Ana")
    school.sit(school.join("Ben"), right=0)
    school.complete("Cy")
    report = enrolments(school.ports)
    assert {row["name"]: row["state"] for row in report.rows} == {
        "Ana": "enrolled",
        "Ben": "begun",
        "Cy": "completed",
    }
    assert report.summary == {"enrolled": 1, "begun": 1, "completed": 1}
    assert enrolments(school.ports, period=Period(last=date(2026, 11, 21))).rows == []


def test_attempts_of_an_earlier_cycle_are_not_those_of_the_cycle_under_way(school: School) -> None:
    """Somebody who renewed and has not begun would look as if they had."""
    student = school.complete("Ana")
    enrolling.renew(school.ports, student_id=student, course_id="course", actor="test")
    (row,) = enrolments(school.ports).rows
    assert (row["cycle"], row["attempts"], row["state"]) == (2, 0, "enrolled")
    school.sit(student, right=0)
    (row,) = enrolments(school.ports).rows
    assert (row["attempts"], row["state"]) == (1, "begun")


def test_what_is_due_counts_the_days_of_the_boards_rule(school: School) -> None:
    """A completion that is not reported within 30 days costs the provider its approval."""
    school.complete("Ana")
    school.wait_until(datetime(2026, 12, 12, 17, tzinfo=UTC))
    school.complete("Ben", issue=False)
    report = due(school.ports)
    assert [(row["name"], row["what"], row["due"], row["days_left"], row["state"]) for row in report.rows] == [
        ("Ana", "not reported", "2026-12-22", 10, "10 days left"),
        ("Ben", "not reported", "2027-01-11", 30, "30 days left"),
        ("Ben", "certificate not issued", None, None, None),
    ]
    assert report.notes == (
        "Florida: completions are reported within 30 days (the Florida board's page; checked on 2026-11-01).",
    )
    school.wait_until(datetime(2026, 12, 22, 17, tzinfo=UTC))
    assert due(school.ports).rows[0]["state"] == "due today"
    school.wait_until(datetime(2026, 12, 23, 17, tzinfo=UTC))
    report = due(school.ports)
    assert (report.rows[0]["state"], report.summary["overdue"]) == ("1 day overdue", 1)


def test_a_batch_settles_what_is_due_only_when_it_was_posted(school: School) -> None:
    """A file that was made and forgotten would look like a report that was made."""
    school.complete("Ana")
    batch = ce_broker.export(school.ports, actor="test").batch
    assert batch is not None
    assert due(school.ports).rows[0]["what"] == f"in batch {batch.id}, not posted"
    batches.post(school.ports, batch_id=batch.id, actor="test")
    assert due(school.ports).rows == []


def test_somebody_without_a_licence_of_the_state_owes_it_no_report(school: School) -> None:
    """The list would fill up with people whom nobody can report."""
    school.complete("Ana", (Licence("NY", "27"),), issue=False)
    assert [row["what"] for row in due(school.ports).rows] == ["certificate not issued"]


def test_evaluations_are_counted_and_name_nobody(school: School) -> None:
    """A provider would see who was not pleased, or a mean of nothing."""
    said: tuple[tuple[str, dict[str, Json] | None], ...] = (
        ("Ana Unmistakable", {"clear": 5, "comment": "zebra: keep the videos"}),
        ("Ben Unmistakable", {"clear": 4, "comment": "apple <b>less</b> text"}),
        ("Cy Unmistakable", {"clear": 4, "comment": ""}),
        ("Di Unmistakable", None),
    )
    for name, answers in said:
        student = school.join(name)
        school.sit(student)
        evaluating.evaluate(school.ports, student_id=student, course_id="course", answers=answers, actor="test")
        school.clock.advance(timedelta(minutes=1))
    report = evaluations(school.ports, course_id="course")
    scale, free, *comments = report.rows
    assert (scale["answers"], scale["mean"]) == (3, "4.33")
    assert scale["distribution"] == {"1": 0, "2": 0, "3": 0, "4": 2, "5": 1}
    assert free["answers"] == 2
    assert [row["comment"] for row in comments] == ["apple <b>less</b> text", "zebra: keep the videos"]
    assert report.summary == {"given": 3, "declined": 1}
    assert report.notes[0] == "3 evaluations were given; 1 declined."
    assert "Unmistakable" not in str(report)


def test_an_answer_counts_under_the_wording_and_the_scale_that_it_was_given_to(school: School) -> None:
    """Praise of one sentence would count as praise of its opposite, or 5 of 5 as 5 of 7."""
    _evaluates(school, "Ana", {"clear": 1})
    asked = [{"id": "clear", "text": "Not clear?", "scale": 7}, {"id": "comment", "text": "More?", "free": True}]
    newer = course(version="2", evaluation={"required": True, "questions": asked})
    loading.load(school.ports, banks=[], courses=[newer], actor="test")
    _evaluates(school, "Ben", {"clear": 7, "comment": "no"})
    rows = [row for row in evaluations(school.ports, course_id="course").rows if row["comment"] is None]
    assert [(row["question"], row["answers"], row["mean"]) for row in rows] == [
        ("Clear?", 1, "1.00"),
        ("More?", 1, None),
        ("Not clear?", 1, "7.00"),
    ]
    assert rows[2]["distribution"] == {"1": 0, "2": 0, "3": 0, "4": 0, "5": 0, "6": 0, "7": 1}


def _evaluates(school: School, name: str, answers: dict[str, Json]) -> None:
    student = school.join(name)
    school.sit(student)
    evaluating.evaluate(school.ports, student_id=student, course_id="course", answers=answers, actor="test")


def test_a_course_without_evaluations_says_so(school: School) -> None:
    """Rows of zeros would read as answers."""
    assert evaluations(school.ports, course_id="course").rows == ()


def test_the_hours_dossier_shows_every_sum(tmp_path: Path) -> None:
    """An approving body asks how 16 hours were reached, and adds up for itself."""
    taught = course(hours_basis={"rule": "ncbtmb", "words": 72000, "media_minutes": 600}, ce_hours="16")
    school = school_on(FakeStore(), tmp_path, FakeClock(), taught=taught)
    report = hours(school.ports, course_id="course")
    shown = {(row["rule"], row["step"]): (row["arithmetic"], row["result"]) for row in report.rows}
    assert shown["NCBTMB", "words of text"] == ("72000 / 12000", "6")
    assert shown["NCBTMB", "minutes of audio and video"] == ("600 / 60", "10")
    assert shown["NCBTMB", "together"] == ("6 + 10", "16")
    assert shown["NCBTMB", "more than claimed"] == ("16 - 16", "0")
    assert shown["Mergener 3 of 5", "minutes of text (moderate)"] == (
        "0.9 x (-22.3 + 0.00209 x 72000 + 2.78 x 4 + 15.5 x 3)",
        "167.22",
    )
    assert shown["NASBA", "questions needed"] == ("16 x 5", "80")
    assert shown["NASBA", "questions asked"] == ("4", "4")
    assert shown["NASBA", "pass marks in percent"] == ("75 >= 70", "yes")
    assert shown["NASBA", "true/false questions in the banks"] == ("0 = 0", "yes")
    assert shown["Mergener 3 of 5", "hours with audio, video and live"] == ("(167.22 + 600) / 50", "15.34")


def test_hours_that_fall_short_say_by_how_many(tmp_path: Path) -> None:
    """ "More than claimed: -14" reads as if there were more."""
    taught = course(hours_basis={"rule": "ncbtmb", "words": 24000}, ce_hours="16")
    school = school_on(FakeStore(), tmp_path, FakeClock(), taught=taught)
    shown = {(row["rule"], row["step"]): row for row in hours(school.ports, course_id="course").rows}
    row = shown["NCBTMB", "less than claimed"]
    assert (row["arithmetic"], row["result"]) == ("16 - 2", "14")
    assert ("NCBTMB", "more than claimed") not in shown


def test_the_dossier_is_that_of_the_version_in_use_or_of_the_one_that_is_asked_for(school: School) -> None:
    """A board would be sent the hours of a version that was withdrawn as wrong."""
    loading.load(school.ports, banks=[bank(version="2")], courses=[course(version="9", ce_hours="99")], actor="test")
    retiring.retire(school.ports, kind=retiring.Kind.COURSE, name="course@9", reason="wrong", actor="test")
    report = hours(school.ports, course_id="course")
    assert report.summary["claimed"] == "16"
    other = hours(school.ports, course_id="course", version="9")
    assert (other.summary["claimed"], other.notes[0]) == ("99", "This version is retired.")
    with pytest.raises(NotFound, match="no version 7 of the course course"):
        hours(school.ports, course_id="course", version="7")
    retiring.retire(school.ports, kind=retiring.Kind.COURSE, name="course", reason="all", actor="test")
    assert hours(school.ports, course_id="course").summary["claimed"] == "99"


def test_true_false_questions_and_low_marks_are_held_against_the_rule(tmp_path: Path) -> None:
    """An application would claim a rule that the exam does not keep."""
    exam = exam_json(pass_mark="69")
    school = school_on(FakeStore(), tmp_path, FakeClock(), taught=course(exams=[exam], version="2"))
    added = bank_json(version="2")
    added["questions"].append(
        {
            **{key: value for key, value in question("tf").items() if key != "options"},
            "type": "true_false",
            "answer": True,
        }
    )
    loading.load(school.ports, banks=[Bank.from_json(added)], courses=[], actor="test")
    shown = {row["step"]: (row["arithmetic"], row["result"]) for row in hours(school.ports, course_id="course").rows}
    assert shown["pass marks in percent"] == ("69 >= 70", "no")
    assert shown["true/false questions in the banks"] == ("1 = 0", "no")


def test_a_course_that_says_nothing_of_its_hours_gets_no_invented_sum(school: School) -> None:
    """Numbers that nobody gave would stand in an application."""
    report = hours(school.ports, course_id="course")
    assert {row["rule"] for row in report.rows} == {"The course", "NASBA"}
    assert "says nothing of words and minutes" in report.notes[0]


def test_a_report_on_paper_bears_the_provider_and_its_clock(school: School) -> None:
    """A page in a folder would not say whose it is."""
    page = as_pdf(school.ports, roster(school.ports)).decode()
    assert "Harbour School\nAmerica/New_York\nletter\nRoster of completions" in page
