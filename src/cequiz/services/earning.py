"""Earning a course: how far a student is, and the award that says it is done.

An award is the fact that a student has earned a course; it is made at most once, whoever asks and however often. What
paper is printed of it, and whether, is nothing this room knows.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from cequiz.domain.bank.course import Course
from cequiz.domain.canonical import Json
from cequiz.domain.credential.award import Award, RequiredPass, last_pass
from cequiz.domain.exam.attempt import Status
from cequiz.domain.exam.marking import Score
from cequiz.domain.people.student import Student
from cequiz.errors import StorageDamaged
from cequiz.language import tr
from cequiz.services.enrolling import counted, cycle_of, find_course, find_student
from cequiz.services.ports import AuditRecord, Ports, Unit


class EvaluationState(StrEnum):
    """Whether the course evaluation stands in the way of an award."""

    GIVEN = "given"
    DECLINED = "declined"
    MISSING = "missing"
    NOT_REQUIRED = "not_required"


@dataclass(frozen=True, kw_only=True)
class Progress:
    """How far a student is with a course, in the cycle under way."""

    course: Course
    required: tuple[RequiredPass, ...]
    evaluation: EvaluationState
    award: Award | None
    missing: tuple[str, ...]
    """What is still to be done, as sentences; empty when the course is earned."""

    @property
    def due(self) -> bool:
        """Whether the award can be made now."""
        return self.award is None and not self.missing


def progress(unit: Unit, *, student_id: str, course: Course) -> Progress:
    """Return how far a student is; an exam counts as passed by the attempt that passed first."""
    required = tuple(
        _required_pass(unit, student_id=student_id, course=course, exam_id=exam.id, title=exam.title)
        for exam in course.exams
        if exam.required
    )
    evaluation = _evaluation(unit, student_id=student_id, course=course)
    missing = [tr("Pass the exam {title}.", title=one.title) for one in required if one.finished_at is None]
    if evaluation is EvaluationState.MISSING:
        missing.append(tr("Give, or decline, the course evaluation."))
    award = unit.awards.get(student_id, course.id, course.version, cycle=cycle_of(unit, student_id, course.id))
    return Progress(
        course=course, required=required, evaluation=evaluation, award=award, missing=() if award else tuple(missing)
    )


def course_progress(ports: Ports, *, student_id: str, course_id: str) -> Progress:
    """Return how far a student is with the version of the course they are enrolled in."""
    with ports.store.read() as unit:
        return progress(unit, student_id=student_id, course=find_course(unit, course_id, student_id=student_id))


def earn(ports: Ports, *, student_id: str, course_id: str, actor: str) -> Progress:
    """Make the award when it is due, in a transaction of its own; return how far the student is after it."""
    with ports.store.write() as unit:
        student = find_student(unit, student_id)
        course = find_course(unit, course_id, student_id=student.id)
        found = progress(unit, student_id=student.id, course=course)
        if found.due:
            _award(ports, unit, student, found, actor=actor)
            found = progress(unit, student_id=student.id, course=course)
    return found


def check_earned(unit: Unit, award: Award, course: Course) -> None:
    """Refuse to put on paper what the scores do not say: an award is a row that somebody could have written.

    Raises:
        StorageDamaged: the award and the scores disagree.
    """
    deciding = last_pass(progress(unit, student_id=award.student_id, course=course).required)
    if deciding is None or (deciding.finished_at, deciding.percent) != (award.completed_at, award.percent):
        raise StorageDamaged(
            tr("The award {id} is not what the scores say.", id=award.id),
            hint=tr("`cequiz audit verify` checks the records."),
        )


def _required_pass(unit: Unit, *, student_id: str, course: Course, exam_id: str, title: str) -> RequiredPass:
    for header in counted(unit, student_id=student_id, course_id=course.id, exam_id=exam_id):
        if header.standing.status in {Status.OPEN, Status.VOIDED}:
            continue
        score: Score | None = unit.scores.latest(header.id)
        if score is not None and score.passed:
            return RequiredPass(exam_id, title, score.finished_at, score.percent, score.pass_mark)
    return RequiredPass(exam_id, title)


def _evaluation(unit: Unit, *, student_id: str, course: Course) -> EvaluationState:
    given = unit.evaluations.get(student_id, course.id, cycle=cycle_of(unit, student_id, course.id))
    if given is not None:
        return EvaluationState.DECLINED if given.answers is None else EvaluationState.GIVEN
    return EvaluationState.MISSING if course.evaluation.required else EvaluationState.NOT_REQUIRED


def _award(ports: Ports, unit: Unit, student: Student, found: Progress, *, actor: str) -> None:
    deciding = last_pass(found.required)
    if deciding is None or deciding.finished_at is None or deciding.percent is None:
        return
    now = ports.clock.read().wall
    award = Award(
        id=ports.ids.new("W"),
        student_id=student.id,
        course_id=found.course.id,
        course_version=found.course.version,
        completed_at=deciding.finished_at,
        percent=deciding.percent,
        pass_mark=deciding.pass_mark,
        awarded_at=now,
        cycle=cycle_of(unit, student.id, found.course.id),
    )
    unit.awards.add(award)
    details: dict[str, Json] = {
        "course": award.course_id,
        "version": award.course_version,
        "student": student.id,
        **({"cycle": award.cycle} if award.cycle > 1 else {}),
    }
    unit.audit.add(AuditRecord(at=now, actor=actor, deed="award.made", subject=award.id, details=details))
