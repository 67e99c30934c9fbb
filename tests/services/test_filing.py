"""A student's file: everything the office has on one person, and nothing that was granted to them."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction

import pytest

from cequiz.domain.people.accommodation import Accommodation
from cequiz.errors import NotFound
from cequiz.services import accommodating, correcting, filing, merging
from cequiz.services.enrolling import register, renew, set_passphrase
from cequiz.services.filing import student_file
from cequiz.services.ports import Hold, Ports
from tests.fakes import FakeClock
from tests.services.earned import earn, issue, join, pass_exam, set_school


@pytest.fixture
def ana(ports: Ports, clock: FakeClock) -> str:
    """Return the id of somebody who failed once, earned the course and has its certificate."""
    set_school(ports)
    student = join(ports)
    pass_exam(ports, student, answer="a")
    clock.advance(timedelta(hours=2))
    earn(ports, student)
    issue(ports, student)
    return student


def test_a_file_holds_course_attempts_and_certificate_the_newest_first(ports: Ports, ana: str) -> None:
    file = student_file(ports, "s@example.org")
    [course] = file.courses
    assert (course.passed, course.required, course.missing) == (1, 1, ())
    assert [(one.title, one.header.number) for one in file.attempts] == [("Sample exam", 2), ("Sample exam", 1)]
    assert [one.score is not None and one.score.passed for one in file.attempts] == [True, False]
    assert [(one.number, one.status, one.name) for one in file.certificates] == [
        ("CQ-2026-000001", "issued", "Sample Student")
    ]
    assert file.history[-1].deed == "student.registered"
    assert file.student.id == ana


def test_a_corrected_certificate_stands_beside_its_successor(ports: Ports, ana: str) -> None:
    from cequiz.services import rolling

    rolling.correct(ports, student_id=ana, name="Another Name", actor="test")
    correcting.correct(ports, "CQ-2026-000001", reason="married", actor="test")
    assert [(one.number, one.status, one.name) for one in student_file(ports, ana).certificates] == [
        ("CQ-2026-000001-R1", "issued", "Another Name"),
        ("CQ-2026-000001", "superseded", "Sample Student"),
    ]


def test_a_new_cycle_begins_with_nothing_passed_and_the_old_certificate_stays(ports: Ports, ana: str) -> None:
    renew(ports, student_id=ana, course_id="course", actor="test")
    file = student_file(ports, ana)
    [course] = file.courses
    assert (course.enrolment.cycle, course.passed) == (2, 0)
    assert course.missing
    assert [one.number for one in file.certificates] == ["CQ-2026-000001"]


def test_what_was_granted_to_a_person_is_nowhere_in_the_file(ports: Ports, ana: str) -> None:
    profile = Accommodation(factor=Fraction(2), breaks=True)
    accommodating.grant(ports, student_id=ana, profile=profile, reason="a reason to keep", actor="test")
    words = repr(student_file(ports, ana))
    assert "a reason to keep" not in words
    assert "breaks" not in words


def test_only_the_newest_deeds_are_read_and_all_are_counted(
    ports: Ports, ana: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(filing, "HISTORY", 2)
    set_passphrase(ports, student_id=ana, passphrase="long enough for this", actor="test")
    file = student_file(ports, ana)
    assert [one.deed for one in file.history] == ["student.passphrase_set", "evaluation.declined"]
    assert file.deeds == 4
    assert file.signs_in


def test_a_legal_hold_shows(ports: Ports, ana: str, clock: FakeClock) -> None:
    assert not student_file(ports, ana).held
    with ports.store.write() as unit:
        unit.retention.hold(Hold(student_id=ana, placed=True, reason="a case", actor="test", at=clock.read().wall))
    assert student_file(ports, ana).held


def test_the_file_of_a_merged_student_is_that_of_who_stays(ports: Ports, ana: str) -> None:
    twin = register(ports, name="Sample Student", email="twin@example.org", actor="test")
    merging.merge(ports, from_id=twin.id, into_id=ana, reason="added twice", actor="test")
    assert student_file(ports, twin.id).student.id == ana


def test_there_is_no_file_of_nobody(ports: Ports) -> None:
    with pytest.raises(NotFound):
        student_file(ports, "nobody@example.org")
