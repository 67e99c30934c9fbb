"""What past attempts say about what to learn next: the study list after a fail, and what a retake draws on first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cequiz.domain.exam.attempt import Status
from cequiz.domain.exam.review import disclosure, review
from cequiz.domain.exam.study import Topic, missed_items, study_list, weak_objectives
from cequiz.domain.exam.terms import Disclosure
from cequiz.services.grading import load_attempt, questions_of
from cequiz.services.ports import AttemptHeader, Ports, Unit


@dataclass(frozen=True, slots=True)
class Weakness:
    """Where a student was weak when an exam was last not passed; empty after a pass and before any attempt."""

    objectives: tuple[str, ...] = ()
    """The weakest first."""
    missed: frozenset[str] = frozenset()
    """Keys of the items that were not right when they were last shown."""


def study(ports: Ports, attempt_id: str) -> tuple[Topic, ...]:
    """Return the study list of an ended attempt, as far as the course shows it.

    Raises:
        NotFound: there is no such attempt.
    """
    with ports.store.read() as unit:
        attempt, score = load_attempt(unit, attempt_id), unit.scores.latest(attempt_id)
        questions = questions_of(unit, attempt)
    return study_list(review(attempt, score, questions), score, questions)


def weakness(unit: Unit, *, student_id: str, course_id: str, exam_id: str | None = None) -> Weakness:
    """Return where a student was weak, inside a unit; voided attempts count for nothing.

    Args:
        unit: the transaction.
        student_id: who.
        course_id: in which course.
        exam_id: at which exam; None for whichever exam of the course was ended last.
    """
    headers = unit.attempts.headers(student_id=student_id, course_id=course_id, exam_id=exam_id)
    scores = [score for header in _ended(headers) if (score := unit.scores.latest(header.id)) is not None]
    if not scores or scores[-1].passed:
        return Weakness()
    return Weakness(weak_objectives(scores[-1]), missed_items(scores))


def shown_weakness(unit: Unit, *, student_id: str, course_id: str) -> tuple[str, ...]:
    """Return the objectives in which the exam of a course that was ended last was weak, the weakest first.

    Empty where the student was not shown the score by objective: what comes first must not tell it.
    """
    for header in reversed(_ended(unit.attempts.headers(student_id=student_id, course_id=course_id))):
        score = unit.scores.latest(header.id)
        if score is not None:
            told = disclosure(load_attempt(unit, header.id), score).includes(Disclosure.OBJECTIVES)
            return weak_objectives(score) if told else ()
    return ()


def shown_passes(unit: Unit, *, student_id: str, course_id: str) -> frozenset[str]:
    """Return the ids of the exams of a course that a student has passed and was told so, inside a unit."""
    passed = set()
    for header in _ended(unit.attempts.headers(student_id=student_id, course_id=course_id)):
        score = unit.scores.latest(header.id)
        if score is None or not score.passed:
            continue
        if disclosure(load_attempt(unit, header.id), score).includes(Disclosure.SCORE):
            passed.add(header.exam_id)
    return frozenset(passed)


def _ended(headers: Sequence[AttemptHeader]) -> list[AttemptHeader]:
    """Return the attempts that ended and count, in the order in which they ended."""
    ended = [one for one in headers if one.standing.status in {Status.SUBMITTED, Status.EXPIRED}]
    return sorted(ended, key=lambda one: one.standing.finished_at or one.started_at)
