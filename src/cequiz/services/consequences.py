"""What other scores would mean for what students have earned: awards that appear, change or lose their ground.

The scores come from whoever foresees a re-mark; nothing is written here, and nothing here knows why they are others.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from cequiz.domain.bank.course import Course
from cequiz.domain.credential.award import Award, last_pass
from cequiz.domain.credential.lifecycle import Life
from cequiz.domain.credential.overtaken import is_overtaken
from cequiz.domain.exam.marking import Score, percent_text
from cequiz.services.earning import Latest, ground, progress
from cequiz.services.enrolling import cycle_of, find_course
from cequiz.services.ports import Unit
from cequiz.services.reports.batches import is_other_day, told_boards, told_other_day


class Outcome(StrEnum):
    """What becomes of what somebody has earned."""

    EARNED = "earned"
    """The course is earned now."""
    MISSING = "missing"
    """An exam is passed now, and something else is still to be done."""
    SUPERSEDED = "superseded"
    """A certificate prints a score or a day that is another now: a corrected one takes its place."""
    RESCORED = "rescored"
    """An award has another score or day, and no certificate prints it."""
    REVOKED = "revoked"
    """A certificate has lost its ground."""
    LOST = "lost"
    """An award without a certificate has lost its ground."""


@dataclass(frozen=True, kw_only=True)
class Consequence:
    """What becomes of one course of one student."""

    outcome: Outcome
    student_id: str
    student: str = field(compare=False)
    course_id: str
    number: str = ""
    """Of the certificate in question."""
    before: str = ""
    """The score as it is printed."""
    after: str = ""
    completed_at: datetime | None = None
    award: Award | None = None
    """The award as it will be, where there is one that changes; as it was, where it loses its ground."""
    paper: bool = False
    """Whether a certificate can be issued: a provider is set."""
    missing: tuple[str, ...] = field(default=(), compare=False)
    """What is still to be done, as sentences."""
    boards: tuple[str, ...] = field(default=(), compare=False)
    """What boards must be told, as sentences: they were told of this completion, or of another day of it."""


def consequences(unit: Unit, scores: Mapping[str, Score]) -> tuple[Consequence, ...]:
    """Return what other scores would mean for what students have earned.

    Args:
        unit: the transaction.
        scores: attempt id to the score it would have, of the attempts whose score would be another; the consequences
            come in their order.
    """
    pairs: dict[tuple[str, str], list[tuple[Score, Score]]] = {}
    for attempt_id, after in scores.items():
        header, before = unit.attempts.header(attempt_id), unit.scores.latest(attempt_id)
        if header is not None and before is not None:
            pairs.setdefault((header.student_id, header.course_id), []).append((before, after))

    def latest(attempt_id: str) -> Score | None:
        return scores[attempt_id] if attempt_id in scores else unit.scores.latest(attempt_id)

    return tuple(
        found
        for (student_id, course_id), changed in pairs.items()
        for found in (
            _of_course(unit, student_id, course_id, latest)
            if any(before.passed is not after.passed for before, after in changed)
            else _same_side(unit, student_id, course_id, changed)
        )
    )


def of_void(unit: Unit, attempt_id: str) -> tuple[Consequence, ...]:
    """Return what it would mean for what a student has earned if an attempt counted no more."""
    header, score = unit.attempts.header(attempt_id), unit.scores.latest(attempt_id)
    if header is None or score is None or not score.passed:
        return ()

    def latest(other: str) -> Score | None:
        return None if other == attempt_id else unit.scores.latest(other)

    mine = unit.awards.of(header.student_id, header.course_id)
    return tuple(one for award in mine if (one := _of_award(unit, award, latest)) is not None)


def _same_side(
    unit: Unit, student_id: str, course_id: str, changed: Sequence[tuple[Score, Score]]
) -> Iterator[Consequence]:
    """Yield what becomes of awards where nobody crosses the pass line: the score that they stand on may be another.

    Most re-marks are such, and thousands of them are looked at while the store is held.
    """
    for award in unit.awards.of(student_id, course_id):
        for before, after in changed:
            stands = (before.passed, before.finished_at, before.percent) == (True, award.completed_at, award.percent)
            if stands and after.percent != before.percent:
                yield _changed(unit, award, replace(award, percent=after.percent))


def _of_course(unit: Unit, student_id: str, course_id: str, latest: Latest) -> Iterator[Consequence]:
    """Yield what other scores mean for one course of one student."""
    course = find_course(unit, course_id, student_id=student_id)
    stands = progress(unit, student_id=student_id, course=course, latest=latest)
    for award in unit.awards.of(student_id, course_id):
        changed = _of_award(unit, award, latest)
        if changed is not None:
            yield changed
    was = progress(unit, student_id=student_id, course=course)
    if was.award is not None or was.due:
        return
    deciding = last_pass(stands.required)
    news = {one.exam_id for one in stands.required if one.passed} - {one.exam_id for one in was.required if one.passed}
    # A pass that was taken away and comes back brings its award back: there is one a student, course and cycle.
    lost = unit.awards.get(student_id, course.id, course.version, cycle=cycle_of(unit, student_id, course.id))
    regained = lost and _standing(unit, lost, course, latest)
    if deciding is not None and (stands.due or (stands.award is not None and regained is not None)):
        paper = unit.providers.get() is not None
        after = "" if deciding.percent is None else f"{percent_text(deciding.percent)} %"
        yield Consequence(
            outcome=Outcome.EARNED,
            student_id=student_id,
            student=_name(unit, student_id),
            course_id=course_id,
            after=after,
            completed_at=deciding.finished_at,
            award=regained,
            paper=paper,
        )
    elif news:
        yield Consequence(
            outcome=Outcome.MISSING,
            student_id=student_id,
            student=_name(unit, student_id),
            course_id=course_id,
            missing=stands.missing,
        )


def _of_award(unit: Unit, award: Award, latest: Latest) -> Consequence | None:
    """Return what becomes of an award; None where it stays as it is."""
    course = unit.courses.get(award.course_id, award.course_version)
    if course is None or ground(unit, award, course) is None:
        return None  # it stood on nothing before, which is no matter of a key
    now = _standing(unit, award, course, latest)
    same = now is not None and (now.percent, now.completed_at) == (award.percent, award.completed_at)
    return None if same else _changed(unit, award, now)


def _changed(unit: Unit, award: Award, now: Award | None) -> Consequence:
    """Return what it means that an award is another, or none any more."""
    papers = unit.certificates.current(award.id)
    status = unit.certificates.status(papers[-1].number) if papers else None
    in_force = status is not None and status.status in {Life.ISSUED, Life.SUSPENDED}
    number = papers[-1].number if in_force else ""
    before, after = f"{percent_text(award.percent)} %", "" if now is None else f"{percent_text(now.percent)} %"
    if now is None:
        outcome = Outcome.REVOKED if number else Outcome.LOST
    else:
        overtaken = bool(number) and is_overtaken(papers[-1].facts, now)
        outcome = Outcome.SUPERSEDED if overtaken else Outcome.RESCORED
    return Consequence(
        outcome=outcome,
        student_id=award.student_id,
        student=_name(unit, award.student_id),
        course_id=award.course_id,
        number=number,
        before=before,
        after=after,
        completed_at=award.completed_at if now is None else now.completed_at,
        award=award if now is None else now,
        boards=_boards(unit, award, now),
    )


def _boards(unit: Unit, award: Award, now: Award | None) -> tuple[str, ...]:
    if now is None:
        return told_boards(unit, award.id)
    return told_other_day(unit, award.id) if is_other_day(unit, award, now) else ()


def _name(unit: Unit, student_id: str) -> str:
    student = unit.students.get(student_id)
    return student.name if student else student_id


def _standing(unit: Unit, award: Award, course: Course, latest: Latest) -> Award | None:
    """Return an award as it stands by these scores: on the same pass, else on another one; None on none."""
    deciding = ground(unit, award, course, latest=latest)
    if deciding is not None and deciding.percent is not None:
        return replace(award, percent=deciding.percent)
    if award.cycle != cycle_of(unit, award.student_id, award.course_id):
        return None
    other = last_pass(progress(unit, student_id=award.student_id, course=course, latest=latest).required)
    if other is None or other.finished_at is None or other.percent is None:
        return None
    return replace(award, completed_at=other.finished_at, percent=other.percent, pass_mark=other.pass_mark)
