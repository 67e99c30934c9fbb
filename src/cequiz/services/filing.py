"""A student's file: everything the office has on one person, in one look.

It decides nothing and says nothing of what was granted to the person: accommodations are asked for by themselves, by
those who may see them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, tzinfo

from cequiz.domain.bank.course import Course
from cequiz.domain.exam.marking import Score
from cequiz.domain.people.student import Student
from cequiz.services.days import provider_zone
from cequiz.services.earning import progress
from cequiz.services.enrolling import find_student
from cequiz.services.instants import in_zone
from cequiz.services.ports import (
    AttemptHeader,
    AuditQuery,
    AuditRecord,
    CertificateRecord,
    Enrolment,
    Ports,
    Unit,
    Window,
)
from cequiz.services.records_of import certificates_of

HISTORY = 50
"""How many of the newest deeds a file shows."""


@dataclass(frozen=True, kw_only=True)
class CourseEntry:
    """A course that the student is enrolled in."""

    enrolment: Enrolment
    course: Course
    """In the version of the enrolment, delivered as the student takes it."""
    passed: int
    """How many of the required exams are passed, in the cycle under way."""
    required: int
    missing: tuple[str, ...]
    """What is still to be done, as sentences; empty once it is earned."""


@dataclass(frozen=True, kw_only=True)
class AttemptEntry:
    """An attempt with the title of its exam and its newest score."""

    header: AttemptHeader
    title: str
    score: Score | None


@dataclass(frozen=True, kw_only=True)
class CertificateEntry:
    """A certificate in its present state."""

    number: str
    status: str
    name: str
    """The name on it."""
    course_title: str
    issued_on: date
    """The day, in the provider's time zone."""


@dataclass(frozen=True, kw_only=True)
class StudentFile:
    """Everything on one person, the newest first; courses in the order of enrolment."""

    student: Student
    signs_in: bool
    """Whether there is a passphrase, or a one-time code in its place."""
    code_until: datetime | None
    """Until when a one-time code lets in; None where none waits."""
    held: bool
    """Whether a legal hold lies on the records."""
    courses: tuple[CourseEntry, ...]
    attempts: tuple[AttemptEntry, ...]
    certificates: tuple[CertificateEntry, ...]
    history: tuple[AuditRecord, ...]
    deeds: int
    """How many deeds there are in all."""


def student_file(ports: Ports, who: str) -> StudentFile:
    """Return a student's file.

    Args:
        ports: the outside world.
        who: the student's id or e-mail address.

    Raises:
        NotFound: there is no such student.
    """
    with ports.store.read() as unit:
        student = find_student(unit, who)
        zone = provider_zone(unit)
        history = unit.listings.audit(AuditQuery(subject=student.id), Window(0, HISTORY))
        return StudentFile(
            student=student,
            signs_in=unit.students.passphrase_hash(student.id) is not None,
            code_until=unit.students.once_until(student.id),
            held=student.id in unit.retention.held(),
            courses=tuple(_courses(unit, student.id)),
            attempts=tuple(_attempts(unit, student.id))[::-1],
            certificates=tuple(_certificate(*one, zone) for one in certificates_of(unit, student.id))[::-1],
            history=tuple(history.rows),
            deeds=history.total,
        )


def _courses(unit: Unit, student_id: str) -> Iterator[CourseEntry]:
    for enrolment in unit.enrolments.of(student_id):
        course = unit.courses.get(enrolment.course_id, enrolment.course_version)
        if course is None:
            continue  # a version is never removed; a damaged store is `audit verify`'s to tell
        found = progress(unit, student_id=student_id, course=course)
        yield CourseEntry(
            enrolment=enrolment,
            course=course.taken(enrolment.delivery),
            passed=sum(1 for one in found.required if one.finished_at is not None),
            required=len(found.required),
            missing=found.missing,
        )


def _attempts(unit: Unit, student_id: str) -> Iterator[AttemptEntry]:
    titles: dict[tuple[str, str, str], str] = {}
    for header in unit.attempts.headers(student_id=student_id):
        course = header.course_id, header.course_version
        if (*course, header.exam_id) not in titles:
            found = unit.courses.get(*course)
            titles.update({(*course, exam.id): exam.title for exam in (found.exams if found else ())})
        title = titles.get((*course, header.exam_id), header.exam_id)
        yield AttemptEntry(header=header, title=title, score=unit.scores.latest(header.id))


def _certificate(record: CertificateRecord, state: str, zone: tzinfo) -> CertificateEntry:
    return CertificateEntry(
        number=record.number,
        status=state,
        name=record.facts.student_name,
        course_title=record.facts.course_title,
        issued_on=in_zone(record.issued_at, zone).date(),
    )
