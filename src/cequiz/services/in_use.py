"""Which versions are in use: the newest that nobody has retired is what new attempts and new students get.

Nothing here knows who retires a version, or why.
"""

from __future__ import annotations

from collections.abc import Sequence

from cequiz.domain.bank.bank import Bank
from cequiz.domain.bank.blueprint import shortfalls
from cequiz.domain.bank.course import Course
from cequiz.errors import NotAllowed
from cequiz.language import tr
from cequiz.services.ports import Unit

BANK, COURSE = "bank", "course"
"""What can be retired."""


def bank_in_use(unit: Unit, bank_id: str) -> Bank | None:
    """Return the newest version of a bank that is not retired; None where there is none."""
    latest = unit.banks.latest(bank_id)
    if latest is None or (latest.id, latest.version) not in unit.retirements.retired(BANK):
        return latest
    versions = bank_versions_in_use(unit, bank_id)
    return unit.banks.get(bank_id, versions[-1]) if versions else None


def bank_versions_in_use(unit: Unit, bank_id: str) -> tuple[str, ...]:
    """Return the versions of a bank that are not retired, in the order of loading."""
    retired = unit.retirements.retired(BANK)
    return tuple(
        one.version for one in unit.banks.versions() if one.id == bank_id and (one.id, one.version) not in retired
    )


def course_in_use(unit: Unit, course_id: str) -> Course | None:
    """Return the newest version of a course that is not retired; None where there is none."""
    latest = unit.courses.latest(course_id)
    if latest is None or not is_retired(unit, latest):
        return latest
    versions = course_versions_in_use(unit, course_id)
    return unit.courses.get(course_id, versions[-1]) if versions else None


def course_versions_in_use(unit: Unit, course_id: str) -> tuple[str, ...]:
    """Return the versions of a course that are not retired, in the order of loading."""
    retired = unit.retirements.retired(COURSE)
    return tuple(
        one.version for one in unit.courses.versions() if one.id == course_id and (one.id, one.version) not in retired
    )


def is_retired(unit: Unit, course: Course) -> bool:
    """Whether this version of a course takes no new students."""
    return (course.id, course.version) in unit.retirements.retired(COURSE)


def check_drawable(unit: Unit, *, nothing_done: str, instead: Bank | None = None) -> None:
    """Refuse what was done in this unit where an exam could not fill its blueprint any more (rule E08).

    Exams draw on the newest version of a bank in use, so a new bank, or one that is taken out of use, can break a
    course that is there already. A retired version of a course counts as long as somebody is enrolled in it.

    Args:
        unit: the transaction, with the change in it.
        nothing_done: the hint.
        instead: a bank that is not in the store yet, to be looked at as if it were the newest version.

    Raises:
        NotAllowed: names the first exam that could not be drawn.
    """
    courses = _sat(unit)
    wanted = {bank_id for course in courses for exam in course.exams for bank_id in exam.banks}
    newest = {bank_id: bank for bank_id in wanted if (bank := bank_in_use(unit, bank_id)) is not None}
    newest |= {instead.id: instead} if instead is not None else {}
    for course in courses:
        for exam in course.exams:
            pool = [question for bank_id in exam.banks if bank_id in newest for question in newest[bank_id].items]
            for short in shortfalls(exam.blueprint, pool):
                raise NotAllowed(
                    tr(
                        "The exam {exam} of version {version} could not be drawn: "
                        "{objective} needs {needed} items, {available} can stand in one form.",
                        exam=f"{course.id}/{exam.id}",
                        version=course.version,
                        objective=short.objective,
                        needed=short.needed,
                        available=short.available,
                    ),
                    hint=nothing_done,
                )


def _sat(unit: Unit) -> Sequence[Course]:
    """Return the versions of courses in which somebody may still start an exam."""
    retired = unit.retirements.retired(COURSE)
    versions = (
        one
        for one in unit.courses.versions()
        if (one.id, one.version) not in retired or unit.enrolments.anybody(one.id, one.version)
    )
    return [course for one in versions if (course := unit.courses.get(one.id, one.version)) is not None]
