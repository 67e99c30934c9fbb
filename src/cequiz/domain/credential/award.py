"""When a student has earned a course: a fact of its own, whether a certificate was printed or not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

MADE = "award.made"
"""The deed of making an award; of making it again, too, after it was ended."""

ENDED = "award.ended"
"""The deed of ending an award: what it stood on has fallen. It stays on record, and may be made again."""


@dataclass(frozen=True, kw_only=True)
class Award:
    """A student has earned the hours of a course version, in one renewal cycle."""

    id: str
    student_id: str
    course_id: str
    course_version: str
    completed_at: datetime
    """The finish instant of the last required pass (UTC); never the evaluation's or the issue's."""
    percent: Fraction
    """The exact result of the exam that completed the course, in percent."""
    pass_mark: Fraction
    awarded_at: datetime
    cycle: int = 1
    """The renewal cycle of the enrolment, from 1; 0 or below for what was issued twice and counts in none."""


@dataclass(frozen=True)
class RequiredPass:
    """A required exam and the pass that counts, if there is one."""

    exam_id: str
    title: str
    finished_at: datetime | None = None
    percent: Fraction | None = None
    pass_mark: Fraction = Fraction(0)

    @property
    def passed(self) -> bool:
        """Whether the exam is passed."""
        return self.finished_at is not None


def last_pass(required: Sequence[RequiredPass]) -> RequiredPass | None:
    """Return the pass that completed the course, or None while a required exam is not passed."""
    ends = [one.finished_at for one in required if one.finished_at is not None]
    if not required or len(ends) < len(required):
        return None
    return next(one for one in required if one.finished_at == max(ends))
