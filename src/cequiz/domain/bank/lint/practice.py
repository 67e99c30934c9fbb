"""B07: is there anything to practise? And is every bank for practice at hand?

The rule of what may be practised is not repeated here: with nothing passed, it answers for every student.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from cequiz.domain.bank.bank import Bank
from cequiz.domain.bank.course import Course
from cequiz.domain.bank.lint.finding import Finding, remark
from cequiz.domain.practice import practicable
from cequiz.language import tr


def lint_practice(course: Course, banks: Mapping[str, Bank]) -> Iterator[Finding]:
    """Yield B07 where practice is switched on and no question could ever be practised.

    Args:
        course: the course.
        banks: the banks that are at hand, by id; nothing is said while one that the course names is missing.
    """
    named = {*course.practice_banks, *(bank for exam in course.exams for bank in exam.banks)}
    if not course.practice.enabled or not named <= set(banks):
        return
    if not practicable(course, banks, passed={exam.id for exam in course.exams}):
        yield remark(
            "B07",
            tr("practice is on and has no question: all of its banks are open to an exam, or not approved"),
            "practice",
        )
