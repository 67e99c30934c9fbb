"""Accommodations: every version is kept, every exam follows the one in force when it starts."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from fractions import Fraction

import pytest

from cequiz.domain.people.accommodation import Accommodation
from cequiz.errors import InvalidText, NotAllowed, NotFound, WrongState
from cequiz.services.accommodating import grant, profile_of, versions
from cequiz.services.briefing import brief
from cequiz.services.enrolling import register
from cequiz.services.loading import load
from cequiz.services.ports import Ports
from cequiz.services.sitting import Sitting
from cequiz.services.starting import resume, start
from tests.builders import course, exam_json
from tests.fakes import FakeClock

MINUTE = timedelta(minutes=1)


@pytest.fixture
def student(ports: Ports) -> str:
    return register(ports, name="Sample Student", email="s@example.org", actor="test").id


def allow(ports: Ports, student: str, profile: Accommodation) -> None:
    grant(ports, student_id=student, profile=profile, reason="letter on file", actor="os:admin")


def begin(ports: Ports, student: str, exam: str = "course/quiz") -> Sitting:
    return start(ports, student_id=student, exam_ref=exam, attested=True, actor="x")


def test_every_version_is_kept_and_the_audit_record_tells_nothing_of_it(ports: Ports, student: str) -> None:
    allow(ports, student, Accommodation(factor=Fraction(3, 2)))
    allow(ports, student, Accommodation(factor=Fraction(2), breaks=True))
    assert [(one.version, one.profile.factor) for one in versions(ports, student)] == [(1, Fraction(3, 2)), (2, 2)]
    assert profile_of(ports, "s@example.org").breaks
    with ports.store.read() as unit:
        records = [one for one in unit.audit.all() if one.deed == "student.accommodated"]
    assert [dict(one.details) for one in records] == [{"version": 1}, {"version": 2}]


def test_nothing_is_granted_without_a_reason_or_twice(ports: Ports, student: str) -> None:
    profile = Accommodation(factor=Fraction(5, 4))
    with pytest.raises(InvalidText):
        grant(ports, student_id=student, profile=profile, reason=" ", actor="x")
    with pytest.raises(NotAllowed, match="7/5"):
        allow(ports, student, Accommodation(factor=Fraction(7, 5)))
    with pytest.raises(NotFound):
        allow(ports, "nobody", profile)
    allow(ports, student, profile)
    with pytest.raises(WrongState):
        allow(ports, student, profile)
    assert len(versions(ports, student)) == 1


def test_a_factor_counts_in_every_exam_that_starts_afterwards(ports: Ports, student: str) -> None:
    load(ports, courses=[course("second")], actor="test")
    running = begin(ports, student)
    allow(ports, student, Accommodation(factor=Fraction(3, 2)))
    assert resume(ports, attempt_id=running.attempt.id, actor="x").time_left() == 10 * MINUTE
    told = brief(ports, student_id=student, exam_ref="second/quiz")
    assert any("1.5 times" in reason.words for reason in told.time.reasons)
    sitting = begin(ports, student, "second/quiz")
    assert sitting.time_left() == 15 * MINUTE
    allow(ports, student, Accommodation())
    assert resume(ports, attempt_id=sitting.attempt.id, actor="x").time_left() == 15 * MINUTE
    assert sitting.attempt.terms.accommodation == 1


def test_who_has_no_time_limit_never_runs_out_but_the_window_closes(
    ports: Ports, student: str, clock: FakeClock
) -> None:
    closing = exam_json(window={"closes": "2026-11-23T00:00:00Z"})
    load(ports, courses=[course("closing", exams=[closing])], actor="test")
    allow(ports, student, Accommodation(untimed=True))
    sitting, closes = begin(ports, student), begin(ports, student, "closing/quiz")
    clock.advance(timedelta(hours=11))
    assert sitting.time_left() is None
    assert closes.time_left() == timedelta(hours=1)
    clock.advance(timedelta(hours=2))
    assert not sitting.over()
    assert closes.over()


def test_stop_clock_breaks_stop_the_clock_of_a_course_that_does_not(
    ports: Ports, student: str, clock: FakeClock
) -> None:
    allow(ports, student, Accommodation(breaks=True))
    sitting = begin(ports, student)
    clock.advance(MINUTE)
    sitting.leave()
    clock.advance(timedelta(hours=1))
    back = resume(ports, attempt_id=sitting.attempt.id, actor="x")
    assert back.waits
    back.go_on()
    assert back.time_left() == 9 * MINUTE


def test_the_factor_of_an_earlier_version_still_counts(ports: Ports) -> None:
    student = register(ports, name="Early", email="e@example.org", actor="test")
    with ports.store.write() as unit:
        unit.students.replace(replace(student, factor=Fraction(2)))
    before = student.id
    assert begin(ports, before).time_left() == 20 * MINUTE
    load(ports, courses=[course("second")], actor="test")
    allow(ports, before, Accommodation())
    assert begin(ports, before, "second/quiz").time_left() == 10 * MINUTE
