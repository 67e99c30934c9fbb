"""What goes into a pack: attempts that ended and courses that were completed in a period, and what they need."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from cequiz.domain.bank.course import Course
from cequiz.domain.credential.award import Award
from cequiz.domain.exam.attempt import Status
from cequiz.domain.people.student import Student
from cequiz.services.enrolling import find_student
from cequiz.services.ports import AttemptHeader, Ports, Unit
from cequiz.services.ports.reports import Stretch
from cequiz.services.reports.periods import ALWAYS, Period, house, newest_course


@dataclass(frozen=True)
class Scope:
    """What a pack is about; None asks for all."""

    course_id: str | None = None
    student: str | None = None
    """Id or e-mail address."""
    period: Period = ALWAYS
    """Days in the provider's time zone: of the end of attempts, and of completions."""


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """What was found for a scope."""

    scope: Scope
    student_id: str | None
    attempts: tuple[AttemptHeader, ...]
    """Ended ones; what runs is still being written."""
    awards: tuple[Award, ...]
    students: tuple[Student, ...]
    courses: tuple[Course, ...]
    """The versions that attempts and awards name, and the newest of each course that the pack is about."""

    @property
    def narrow(self) -> bool:
        """Whether the pack is about one course or one student: what is about others stays out of it."""
        return self.scope.course_id is not None or self.student_id is not None


def choose(ports: Ports, unit: Unit, scope: Scope) -> Chosen:
    """Return what goes into a pack.

    Raises:
        NotFound: there is no such course or student.
    """
    student_id = find_student(unit, scope.student).id if scope.student else None
    if scope.course_id is not None:
        newest_course(unit, scope.course_id)
    stretch = scope.period.stretch(house(ports, unit).zone)
    attempts = tuple(
        one
        for one in unit.attempts.headers(student_id=student_id, course_id=scope.course_id)
        if one.standing.status is not Status.OPEN and _within(one.standing.finished_at or one.started_at, stretch)
    )
    awards = tuple(
        one
        for one in unit.awards.all()
        if student_id in {None, one.student_id}
        and scope.course_id in {None, one.course_id}
        and _within(one.completed_at, stretch)
    )
    people = {one.student_id for one in attempts} | {one.student_id for one in awards}
    found = (unit.students.get(one) for one in sorted(people | ({student_id} if student_id else set())))
    return Chosen(
        scope=scope,
        student_id=student_id,
        attempts=attempts,
        awards=awards,
        students=tuple(one for one in found if one is not None),
        courses=_courses(unit, scope, attempts, awards),
    )


def _courses(
    unit: Unit, scope: Scope, attempts: tuple[AttemptHeader, ...], awards: tuple[Award, ...]
) -> tuple[Course, ...]:
    named = {(one.course_id, one.course_version) for one in attempts}
    named |= {(one.course_id, one.course_version) for one in awards}
    for version in unit.courses.versions():
        newest = unit.courses.latest(version.id) if scope.course_id in {None, version.id} else None
        if newest is not None and scope.student is None:
            named.add((newest.id, newest.version))
    found = (unit.courses.get(*one) for one in sorted(named))
    return tuple(one for one in found if one is not None)


def _within(at: datetime, stretch: Stretch) -> bool:
    return (stretch.since is None or at >= stretch.since) and (stretch.until is None or at < stretch.until)
