"""The shelf of practice: what a student may practise in a course at this moment, and what forbids it.

It is read again with every answer, because banks, courses and exams change while somebody practises; the banks
themselves are only built again when a version has changed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cequiz.domain.bank.bank import Bank
from cequiz.domain.bank.course import Course
from cequiz.domain.bank.policies import Enrolment, ExamItems
from cequiz.domain.exam.attempt import Status
from cequiz.domain.exam.form import PoolItem
from cequiz.domain.practice import practicable
from cequiz.errors import NotAllowed
from cequiz.language import tr
from cequiz.services.enrolling import find_course
from cequiz.services.grading import load_attempt
from cequiz.services.in_use import BANK, bank_in_use
from cequiz.services.ports import AttemptHeader, Unit
from cequiz.services.studying import shown_passes


@dataclass(frozen=True)
class Shelf:
    """What a student may practise."""

    course: Course
    """The student's version of it."""
    banks: Mapping[str, Bank]
    """The newest version of every bank that practice or an exam of the course names, by id."""
    pool: tuple[PoolItem, ...]
    """The questions, in the order of the banks."""
    passed: frozenset[str]
    """Ids of the exams whose questions are free, where a pass frees them."""

    def holds(self, key: str) -> bool:
        """Whether a question may be practised, by its item key."""
        return any(item.key == key for item in self.pool)


def read_shelf(unit: Unit, *, student_id: str, course_id: str, known: Shelf | None = None) -> Shelf:
    """Return what a student may practise now, inside a unit.

    Args:
        unit: the transaction.
        student_id: who.
        course_id: in which course.
        known: what was read before; it is returned where nothing has changed.

    Raises:
        NotFound: there is no such course.
        NotAllowed: the course has no practice, or the student may not enrol in it.
    """
    course = find_course(unit, course_id, student_id=student_id)
    _refuse_without_practice(unit, student_id, course)
    passed: frozenset[str] = frozenset()
    if course.practice.exam_items is ExamItems.AFTER_PASS:
        passed = shown_passes(unit, student_id=student_id, course_id=course.id)
    if known is not None and (known.course, known.passed) == (course, passed) and _newest(unit, known.banks):
        return known
    names = dict.fromkeys((*course.practice_banks, *(bank for exam in course.exams for bank in exam.banks)))
    found = {name: bank_in_use(unit, name) for name in names}
    banks = {name: bank for name, bank in found.items() if bank is not None}
    return Shelf(course, banks, practicable(course, banks, passed=passed), passed)


def _newest(unit: Unit, banks: Mapping[str, Bank]) -> bool:
    """Whether these are still the newest versions in use; of each bank, the one that was loaded last is listed last."""
    retired = unit.retirements.retired(BANK)
    used = [one for one in unit.banks.versions() if (one.id, one.version) not in retired]
    newest = {version.id: version.version for version in used}
    return all(newest.get(name) == bank.version for name, bank in banks.items())


def _refuse_without_practice(unit: Unit, student_id: str, course: Course) -> None:
    if not course.practice.enabled:
        raise NotAllowed(
            tr("The course {course} has no practice.", course=course.title),
            hint=tr("Its provider can switch it on in the course file."),
        )
    if course.enrolment is not Enrolment.OPEN and unit.enrolments.get(student_id, course.id) is None:
        raise NotAllowed(
            tr("{course} needs an enrolment by its provider.", course=course.title),
            hint=tr("Ask the provider to enrol you."),
        )


# Beside an exam ---------------------------------------------------------------------------------------------------


def beside_exam(unit: Unit, *, student_id: str, shelf: Shelf) -> AttemptHeader | None:
    """Return the open attempt for which practice waits, inside a unit: of this course, or one that asks the same."""
    for header in unit.attempts.headers(student_id=student_id):
        if header.standing.status is not Status.OPEN:
            continue
        if header.course_id == shelf.course.id or _asks(unit, header.id, shelf.pool):
            return header
    return None


def _asks(unit: Unit, attempt_id: str, pool: Sequence[PoolItem]) -> bool:
    """Whether the form of an attempt has something of a pool."""
    form = load_attempt(unit, attempt_id).form.items
    keys, hashes = {item.key for item in form}, {item.content_hash for item in form}
    return any(item.key in keys or item.question.content_hash() in hashes for item in pool)


def refuse_beside_exam(unit: Unit, *, student_id: str, shelf: Shelf) -> None:
    """Refuse practice while an exam is open that it could help, inside a unit.

    Raises:
        NotAllowed: there is one.
    """
    header = beside_exam(unit, student_id=student_id, shelf=shelf)
    if header is None:
        return
    hint = tr("Continue the exam, or hand it in.")
    if header.course_id == shelf.course.id:
        raise NotAllowed(tr("An exam of this course is open: practice waits until it has ended."), hint=hint)
    raise NotAllowed(
        tr("An exam that asks questions of this practice is open: practice waits until it has ended."), hint=hint
    )
