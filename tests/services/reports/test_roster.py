"""The roster: what certificates say, also after records changed, and how it stands on paper."""

from __future__ import annotations

from dataclasses import replace

from cequiz.domain.people.student import Licence
from cequiz.services import correcting, enrolling, providing, rolling
from cequiz.services.loading import load
from cequiz.services.reports.filed import as_pdf
from cequiz.services.reports.roster import roster
from tests.builders import course
from tests.papers import SCHOOL
from tests.services.reports.conftest import APPROVAL, School

WHO = (Licence("FL", "MA2"),)


def takes_it_live(school: School, student: str) -> None:
    with school.ports.store.write() as unit:
        enrolment = unit.enrolments.get(student, "course")
        assert enrolment is not None
        unit.enrolments.renew(replace(enrolment, delivery="live"))


def test_the_roster_says_what_the_certificate_says_whatever_changed_since(school: School) -> None:
    """The board compares the list with the certificates, and finds another format, provider or title."""
    student = school.complete("Ana")
    approval = {**APPROVAL, "title": "Another Course"}
    load(school.ports, courses=[course(version="2", title="Another Course", approvals=[approval])], actor="test")
    enrolling.renew(school.ports, student_id=student, course_id="course", actor="test")
    takes_it_live(school, student)
    providing.set_provider(school.ports, replace(SCHOOL, name="River School", address="9 River Road"), actor="test")
    (row,) = roster(school.ports).rows
    assert (row["format"], row["title"]) == ("Home study", "Sample Course")
    assert (row["provider"], row["place"]) == ("Harbour School", "Home study, 12 Harbour Street, Miami, FL 33101")


def test_a_corrected_certificate_brings_its_revision(school: School) -> None:
    """The list would not say why the number has changed."""
    student = school.complete("Ana")
    rolling.correct(school.ports, student_id=student, name="Ana Maria", actor="test")
    correcting.correct(school.ports, school.number_of(student), actor="test")
    (row,) = roster(school.ports).rows
    assert str(row["certificate"]).endswith("-R1")
    assert str(row["revision"]).startswith("Revision 1: replaces certificate")


def test_without_a_certificate_it_says_what_the_course_says_as_the_student_takes_it(school: School) -> None:
    """Somebody who took the course live would be on the list as home study, or with empty fields."""
    takes_it_live(school, school.complete("Ana", issue=False))
    school.complete("Ben", WHO, issue=False)
    rows = {row["name"]: row for row in roster(school.ports).rows}
    assert (rows["Ana"]["format"], rows["Ana"]["place"]) == ("Live", "12 Harbour Street, Miami, FL 33101")
    ben = rows["Ben"]
    assert (ben["certificate"], ben["document"], ben["issued"], ben["status"]) == (None, None, None, None)
    assert (ben["format"], ben["hours"], ben["provider"]) == ("Home study", "16", "Harbour School")
    assert ben["approved"] == ["Florida: Sample Course, 16 CE hours"]
    assert ben["instructors"] == ["Sample Instructor, LMT"]


def test_on_paper_what_the_lines_share_stands_once(school: School) -> None:
    """Twenty columns on a sheet are letters below each other; a field that is missing there is missing to the board."""
    school.complete("Ana")
    school.complete("Ben", WHO)
    page = as_pdf(school.ports, roster(school.ports)).decode()
    assert page.count("Certificate of Achievement") == 1
    for words in ("What the lines share", "Florida: Sample Course, 16 CE hours", "Lee Sample, Provider Administrator"):
        assert words in page
    assert page.count("CQ-2026-") == 2
