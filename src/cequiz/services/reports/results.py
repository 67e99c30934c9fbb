"""`report results`: how exams were done in a period, exam by exam.

Sums are exact: every attempt brings its score as a fraction, and what is shown is cut, never rounded up.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache
from math import isqrt

from cequiz.domain.canonical import Json
from cequiz.domain.exam.marking import percent_text
from cequiz.domain.report import Align, Column, Report
from cequiz.errors import NotFound
from cequiz.language import tr
from cequiz.services.ports import Ports, Unit
from cequiz.services.ports.reports import Result, ResultQuery
from cequiz.services.reports.pacing import Stop, Tell, paced
from cequiz.services.reports.periods import ALWAYS, Period, about, house, newest_course
from cequiz.services.tallying import never, quiet

_TENTHS = 10


def results(
    ports: Ports,
    *,
    period: Period = ALWAYS,
    course_id: str = "",
    exam_id: str = "",
    progress: Tell = quiet,
    stop: Stop = never,
) -> Report:
    """Return the results of the exams that ended in a period; voided attempts do not count.

    Args:
        ports: the outside world.
        period: of the ends of attempts.
        course_id: of one course; empty for all.
        exam_id: of one exam; empty for all.
        progress: is told how many results are counted, and of how many.
        stop: whether to stop.

    Raises:
        NotFound: there is no such course, or no such exam in it.
        Stopped: it was stopped.
    """
    with ports.store.read() as unit:
        here = house(ports, unit)
        course = newest_course(unit, course_id) if course_id else None
        if exam_id:
            _check_exam(unit, exam_id, course_id)
        query = ResultQuery(stretch=period.stretch(here.zone), course_id=course_id, exam_id=exam_id)
        groups: dict[tuple[str, str], _Group] = defaultdict(_Group)
        for one in paced(unit.reports.results(query), progress, stop):
            groups[one.course_id, one.exam_id].add(one)
    rows = [{"course": course, "exam": exam, **group.figures()} for (course, exam), group in sorted(groups.items())]
    return Report(
        id="results",
        title=tr("Exam results"),
        made_at=here.now,
        covers=about(period, course),
        columns=_columns(),
        rows=rows,
        notes=_notes() if rows else (),
        summary={
            "attempts": sum(len(group.percents) for group in groups.values()),
            "passed": sum(group.passed for group in groups.values()),
        },
    )


def spread(values: Sequence[Fraction]) -> Fraction | None:
    """Return the standard deviation of a sample (divided by n - 1), cut to a tenth; None for fewer than two values."""
    if len(values) < 2:
        return None
    counts, middle_of_mass = Counter(values), mean(values)
    squares = sum((count * (one - middle_of_mass) ** 2 for one, count in counts.items()), Fraction())
    return Fraction(isqrt(int(squares / (len(values) - 1) * _TENTHS**2)), _TENTHS)


def mean(values: Sequence[Fraction]) -> Fraction:
    """Return the exact mean; of many values few are different, so each is added once."""
    return sum((one * count for one, count in Counter(values).items()), Fraction()) / len(values)


def middle(values: Sequence[Fraction]) -> Fraction:
    """Return the median: the middle value, or the mean of both in the middle."""
    ordered = sorted(values)
    half = len(ordered) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2


def share_text(part: int, whole: int) -> str | None:
    """Return a part of a whole in percent; None of nothing."""
    return percent_text(Fraction(100 * part, whole)) if whole else None


@dataclass
class _Group:
    """The results of one exam under way."""

    percents: list[Fraction] = field(default_factory=list)
    times: list[int] = field(default_factory=list)
    passed: int = 0
    first: int = 0
    first_passed: int = 0

    def add(self, one: Result) -> None:
        self.percents.append(_percent(one.earned, one.possible))
        self.times.append(one.microseconds)
        self.passed += one.passed
        self.first += one.first
        self.first_passed += one.first and one.passed

    def figures(self) -> dict[str, Json]:
        deviation = spread(self.percents)
        return {
            "attempts": len(self.percents),
            "passed": self.passed,
            "pass_rate": share_text(self.passed, len(self.percents)),
            "first_attempts": self.first,
            "first_pass_rate": share_text(self.first_passed, self.first),
            "mean": percent_text(mean(self.percents)),
            "median": percent_text(middle(self.percents)),
            "deviation": None if deviation is None else percent_text(deviation),
            "median_time": _clock(int(middle([Fraction(one) for one in self.times]))),
        }


@lru_cache(maxsize=4096)
def _percent(earned: str, possible: str) -> Fraction:
    whole = Fraction(possible)
    return 100 * Fraction(earned) / whole if whole else Fraction()


def _clock(microseconds: int) -> str:
    minutes, seconds = divmod(max(microseconds, 0) // 1_000_000, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}"


def _check_exam(unit: Unit, exam_id: str, course_id: str) -> None:
    courses = {one.id for one in unit.courses.versions() if course_id in ("", one.id)}
    found = [unit.courses.latest(one) for one in sorted(courses)]
    if not any(exam.id == exam_id for course in found if course for exam in course.exams):
        raise NotFound(
            tr("There is no exam {name}.", name=exam_id), hint=tr("`cequiz course show` lists a course's exams.")
        )


def _columns() -> tuple[Column, ...]:
    right = Align.RIGHT
    return (
        Column("course", tr("Course")),
        Column("exam", tr("Exam")),
        Column("attempts", tr("Attempts"), right),
        Column("passed", tr("Passed"), right),
        Column("pass_rate", tr("Passed %"), right),
        Column("first_attempts", tr("First attempts"), right),
        Column("first_pass_rate", tr("Passed first time %"), right),
        Column("mean", tr("Mean %"), right),
        Column("median", tr("Median %"), right),
        Column("deviation", tr("SD"), right),
        Column("median_time", tr("Median time"), right),
    )


def _notes() -> tuple[str, ...]:
    return (
        tr("Attempts count in the period in which they ended; voided ones do not count."),
        tr("A first attempt is a student's first at this exam. SD is the standard deviation of the sample (n - 1)."),
        tr("Time is measured from the start to the end of an attempt, interruptions included. Figures are cut."),
    )
