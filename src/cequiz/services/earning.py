"""Earning a course: how far a student is, and the award that says it is done.

An award is the fact that a student has earned a course; it is made at most once, whoever asks and however often. What
paper is printed of it, and whether, is nothing this room knows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TypeAlias

from cequiz.domain.bank.course import Course, Exam
from cequiz.domain.canonical import Json
from cequiz.domain.credential.award import ENDED, MADE, Award, RequiredPass, last_pass
from cequiz.domain.credential.lifecycle import Life
from cequiz.domain.exam.attempt import Status
from cequiz.domain.exam.marking import Score
from cequiz.domain.people.student import Student
from cequiz.errors import StorageDamaged, WrongState
from cequiz.language import mark, tr
from cequiz.services.enrolling import counted, cycle_of, find_course, find_student
from cequiz.services.ports import AuditRecord, Ports, Unit
from cequiz.services.reports.batches import EARNED_ANEW, WITHDRAWN, requeue_award

Latest: TypeAlias = "Callable[[str], Score | None]"
"""Gives the score of an attempt that counts: the newest, or the one that a re-mark would make."""


_FALLEN = mark("its pass was voided or taken away")
"""Why an award is ended that nobody ended; records are English."""


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


def progress(unit: Unit, *, student_id: str, course: Course, latest: Latest | None = None) -> Progress:
    """Return how far a student is; an exam counts as passed by the attempt that passed first.

    An award that was ended, or whose pass a re-mark has taken away, is none any more.

    Args:
        unit: the transaction.
        student_id: who.
        course: the version that counts for them.
        latest: the scores to go by; the newest ones when it is left out.
    """
    latest = latest or unit.scores.latest
    required = tuple(
        _required_pass(unit, latest, student_id=student_id, course=course, exam_id=exam.id, title=exam.title)
        for exam in course.exams
        if exam.required
    )
    evaluation = _evaluation(unit, student_id=student_id, course=course)
    missing = [tr("Pass the exam {title}.", title=one.title) for one in required if one.finished_at is None]
    if evaluation is EvaluationState.MISSING:
        missing.append(tr("Give, or decline, the course evaluation."))
    award = unit.awards.get(student_id, course.id, course.version, cycle=cycle_of(unit, student_id, course.id))
    if award is not None and _is_over(unit, award, course, required, latest):
        award = None
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
        return earn_in(ports, unit, student_id=student_id, course_id=course_id, actor=actor)


def earn_in(ports: Ports, unit: Unit, *, student_id: str, course_id: str, actor: str) -> Progress:
    """Make the award when it is due, inside a unit; return how far the student is after it."""
    student = find_student(unit, student_id)
    course = find_course(unit, course_id, student_id=student.id)
    found = progress(unit, student_id=student.id, course=course)
    if found.award is None:
        _end_forgotten(ports, unit, found, student, actor=actor)
    if found.due:
        _award(ports, unit, student, found, actor=actor)
        found = progress(unit, student_id=student.id, course=course)
    return found


def ground(
    unit: Unit, award: Award, course: Course, *, latest: Latest | None = None, voided: bool = False
) -> RequiredPass | None:
    """Return the pass that an award stands on, as it is marked now; None where it has lost its ground.

    It is the pass that ended when the award says, with every other required exam passed by then. An earlier attempt
    that a re-mark has made a pass moves no award: what was earned stays earned on its day.

    Args:
        unit: the transaction.
        award: what was earned.
        course: the version it was earned in.
        latest: the scores to go by; the newest ones when it is left out.
        voided: whether attempts count that were voided since.
    """
    latest = latest or unit.scores.latest
    out = {Status.OPEN} if voided else {Status.OPEN, Status.VOIDED}
    exams = [exam for exam in course.exams if exam.required]
    passes = {exam.id: tuple(_passes(unit, latest, award, exam, out)) for exam in exams}
    every = [one for found in passes.values() for one in found]
    deciding = next((one for one in every if one.finished_at == award.completed_at), None)
    if deciding is None:
        return None
    by_then = (
        any(one.finished_at is not None and one.finished_at <= award.completed_at for one in found)
        for found in passes.values()
    )
    return deciding if all(by_then) else None


def check_earned(unit: Unit, award: Award, course: Course) -> None:
    """Refuse to put on paper what the scores do not say: an award is a row that somebody could have written.

    Raises:
        WrongState: what it stood on was voided, or taken away.
        StorageDamaged: the award and the scores disagree.
    """
    check_stands(unit, award, course)
    deciding = ground(unit, award, course)
    if deciding is None or deciding.percent != award.percent:
        raise StorageDamaged(
            tr("The award {id} is not what the scores say.", id=award.id),
            hint=tr("`cequiz audit verify` checks the records."),
        )


def check_stands(unit: Unit, award: Award, course: Course) -> None:
    """Refuse a paper for an award that was ended, or whose attempt was voided.

    Raises:
        WrongState: it counts no more.
    """
    if unit.awards.has_ended(award.id):
        raise WrongState(tr("What this was earned by was taken away."), hint=tr("It can be earned anew."))
    if ground(unit, award, course) is None and ground(unit, award, course, voided=True) is not None:
        raise WrongState(tr("The attempt that this was earned by was voided."), hint=tr("It can be earned anew."))


def _passes(unit: Unit, latest: Latest, award: Award, exam: Exam, out: set[Status]) -> Iterator[RequiredPass]:
    """Yield the passes of an exam that an award may stand on: of its own cycle, or of an earlier one."""
    enrolment = unit.enrolments.get(award.student_id, award.course_id)
    now = enrolment is None or enrolment.cycle == award.cycle
    for header in unit.attempts.headers(student_id=award.student_id, course_id=award.course_id, exam_id=exam.id):
        counts = enrolment is None or enrolment.counts(header)
        if counts is not now or header.standing.status in out:
            continue
        score = latest(header.id)
        if score is not None and score.passed:
            yield RequiredPass(exam.id, exam.title, score.finished_at, score.percent, score.pass_mark)


def _stands(award: Award, required: tuple[RequiredPass, ...]) -> bool:
    """Whether an award stands on the passes that came first, as nearly every one does: then nothing need be read."""
    deciding = last_pass(required)
    return deciding is not None and deciding.finished_at == award.completed_at


def _is_over(unit: Unit, award: Award, course: Course, required: tuple[RequiredPass, ...], latest: Latest) -> bool:
    """Whether an award counts no more, by what is on record or by the scores that are asked about."""
    if unit.awards.has_ended(award.id):
        return True
    return not _stands(award, required) and _lost(unit, award, course, latest)


def _lost(unit: Unit, award: Award, course: Course, latest: Latest) -> bool:
    """Whether a re-mark has taken the pass that an award stood on, or a void from before voids ended awards.

    Then whoever voided had to revoke the certificate as well: as long as it is in force, the award stands.
    """
    if ground(unit, award, course, latest=latest) is not None:
        return False
    if ground(unit, award, course, latest=latest, voided=True) is not None:
        papers = unit.certificates.current(award.id)
        status = unit.certificates.status(papers[-1].number) if papers else None
        return status is None or status.status in {Life.REVOKED, Life.EXPIRED}
    headers = unit.attempts.headers(student_id=award.student_id, course_id=course.id)
    scores = [score for header in headers if (score := latest(header.id)) is not None]
    return any(score.revision > 1 and not score.passed for score in scores)


def _required_pass(
    unit: Unit, latest: Latest, *, student_id: str, course: Course, exam_id: str, title: str
) -> RequiredPass:
    for header in counted(unit, student_id=student_id, course_id=course.id, exam_id=exam_id):
        if header.standing.status in {Status.OPEN, Status.VOIDED}:
            continue
        score = latest(header.id)
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
    lost = unit.awards.get(student.id, award.course_id, award.course_version, cycle=award.cycle)
    if lost is None:
        unit.awards.add(award)
        _record(unit, award, actor=actor)
    else:
        regain_in(ports, unit, replace(award, id=lost.id), actor=actor)


def regain_in(ports: Ports, unit: Unit, award: Award, *, actor: str) -> None:
    """Make an award again, inside a unit, after what it stood on had fallen; it is reported again like a new one."""
    again = replace(award, awarded_at=ports.clock.read().wall)
    unit.awards.replace(again)
    _record(unit, again, actor=actor)
    requeue_award(ports, unit, award_id=again.id, reason=EARNED_ANEW, actor=actor)


def end_in(ports: Ports, unit: Unit, award: Award, *, reason: str, actor: str) -> None:
    """End an award, inside a unit: what it stood on has fallen, and it counts nowhere until it is earned anew.

    It stays on record, and so do its certificates, which are revoked by whoever ends it. What boards were told of it
    holds no more.

    Args:
        ports: the outside world.
        unit: the transaction.
        award: what was earned.
        reason: why; it is kept.
        actor: who does it.
    """
    details: dict[str, Json] = {**_about(award), "reason": reason}
    now = ports.clock.read().wall
    unit.audit.add(AuditRecord(at=now, actor=actor, deed=ENDED, subject=award.id, details=details))
    requeue_award(ports, unit, award_id=award.id, reason=WITHDRAWN, actor=actor)


def _end_forgotten(ports: Ports, unit: Unit, found: Progress, student: Student, *, actor: str) -> None:
    """End an award that counts no more and was never ended, as in stores from before awards were."""
    cycle = cycle_of(unit, student.id, found.course.id)
    award = unit.awards.get(student.id, found.course.id, found.course.version, cycle=cycle)
    if award is not None and not unit.awards.has_ended(award.id):
        end_in(ports, unit, award, reason=_FALLEN, actor=actor)


def _record(unit: Unit, award: Award, *, actor: str) -> None:
    details = _about(award)
    unit.audit.add(AuditRecord(at=award.awarded_at, actor=actor, deed=MADE, subject=award.id, details=details))


def _about(award: Award) -> dict[str, Json]:
    return {
        "course": award.course_id,
        "version": award.course_version,
        "student": award.student_id,
        **({"cycle": award.cycle} if award.cycle > 1 else {}),
    }
