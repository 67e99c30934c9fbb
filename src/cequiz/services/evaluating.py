"""The course evaluation: asked after the last pass, given or declined, once."""

from __future__ import annotations

from collections.abc import Mapping

from cequiz.domain.canonical import Json
from cequiz.errors import NotAllowed, Refused
from cequiz.language import tr
from cequiz.services.enrolling import find_course, find_student
from cequiz.services.ports import AuditRecord, Evaluation, Ports

_LONGEST = 4000


def evaluate(
    ports: Ports, *, student_id: str, course_id: str, answers: Mapping[str, Json] | None, actor: str
) -> Evaluation:
    """Keep a student's evaluation of a course.

    Args:
        ports: the outside world.
        student_id: who gives it.
        course_id: of which course.
        answers: question id to a whole number from 1 to its scale, or free text; None declines.
        actor: who enters it.

    Raises:
        NotAllowed: the student is not enrolled, or has given or declined it already.
        Refused: an answer does not fit its question.
    """
    with ports.store.write() as unit:
        if unit.students.get(student_id) is not None:
            student_id = find_student(unit, student_id).id  # somebody who was merged is who stays
        enrolment = unit.enrolments.get(student_id, course_id)
        if enrolment is None:
            raise NotAllowed(tr("Only somebody who took the course can evaluate it."))
        if unit.evaluations.get(student_id, course_id, cycle=enrolment.cycle) is not None:
            raise NotAllowed(
                tr("This course was evaluated already."), hint=tr("An evaluation is given, or declined, once.")
            )
        course = find_course(unit, course_id, student_id=student_id)
        clean = None
        if answers is not None:
            clean = {
                question.id: _checked(question.scale, answers.get(question.id))
                for question in course.evaluation.questions
            }
        now = ports.clock.read().wall
        evaluation = Evaluation(
            student_id=student_id,
            course_id=course_id,
            course_version=course.version,
            answers=clean,
            given_at=now,
            cycle=enrolment.cycle,
        )
        unit.evaluations.add(evaluation)
        deed = "evaluation.declined" if clean is None else "evaluation.given"
        unit.audit.add(AuditRecord(at=now, actor=actor, deed=deed, subject=student_id, details={"course": course_id}))
    return evaluation


def _checked(scale: int | None, answer: Json) -> Json:
    if scale is None:
        text = "" if answer is None else str(answer).strip()
        if len(text) > _LONGEST:
            raise Refused(tr("A comment has at most {longest} characters.", longest=_LONGEST))
        return text
    if isinstance(answer, bool) or not isinstance(answer, int) or not 1 <= answer <= scale:
        raise Refused(tr("The answer is a whole number from 1 to {scale}.", scale=scale))
    return answer
