"""Exam results of a period: what a provider tells a board about its exams."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from statistics import median, stdev

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cequiz.errors import NotFound, WrongUsage
from cequiz.services.reports.periods import Period
from cequiz.services.reports.results import mean, middle, results, spread
from cequiz.services.timing import void
from tests.services.reports.conftest import School

PERCENTS = st.lists(st.fractions(min_value=0, max_value=100, max_denominator=120), min_size=2, max_size=30)


@given(PERCENTS)
def test_the_middle_is_the_median(values: list[Fraction]) -> None:
    """A board would read a wrong figure."""
    assert middle(values) == median(values)
    assert mean(values) == sum(values) / len(values)


@given(PERCENTS)
def test_the_spread_is_that_of_a_sample_cut_to_a_tenth(values: list[Fraction]) -> None:
    """A deviation that divides by n, or is rounded up, differs from what the board's own program shows."""
    found = spread(values)
    assert found is not None
    assert 0 <= stdev(map(float, values)) - float(found) + 1e-9 < 0.1 + 2e-9


def test_one_value_has_no_spread() -> None:
    """A deviation of 0 would claim that everybody scored alike."""
    assert spread([Fraction(5)]) is None


def test_each_exam_has_its_line_with_first_attempts_apart(school: School) -> None:
    """A pass rate that counts second attempts hides how hard the exam is."""
    ana, ben = school.join("Ana"), school.join("Ben")
    school.sit(ana, right=2, minutes=4)
    school.clock.advance(timedelta(hours=1))
    school.sit(ana, right=4, minutes=6)
    school.sit(ben, right=3, minutes=8)
    report = results(school.ports)
    (row,) = report.rows
    assert row == {
        "course": "course",
        "exam": "quiz",
        "attempts": 3,
        "passed": 2,
        "pass_rate": "66.6",
        "first_attempts": 2,
        "first_pass_rate": "50",
        "mean": "75",
        "median": "75",
        "deviation": "25",
        "median_time": "0:06:00",
    }
    assert report.summary == {"attempts": 3, "passed": 2}


def test_a_voided_attempt_does_not_count_and_the_next_one_is_the_first(school: School) -> None:
    """An attempt that the office took back would still lower the figures."""
    ana = school.join("Ana")
    attempt = school.sit(ana, right=0)
    void(school.ports, attempt_id=attempt, reason="the room was evacuated", actor="test")
    school.clock.advance(timedelta(hours=1))
    school.sit(ana)
    (row,) = results(school.ports).rows
    assert (row["attempts"], row["first_attempts"], row["pass_rate"]) == (1, 1, "100")


def test_both_days_belong_to_the_period_in_the_providers_zone(school: School) -> None:
    """An exam of the last evening of a month would be missing from its report."""
    ana = school.join("Ana")
    school.wait_until(datetime(2026, 12, 1, 4, 50, tzinfo=UTC))
    school.sit(ana, minutes=5)  # ends on 30 November at 23:55 in Miami
    november, december = Period(date(2026, 11, 30), date(2026, 11, 30)), Period(date(2026, 12, 1))
    assert len(results(school.ports, period=november).rows) == 1
    assert results(school.ports, period=december).rows == []
    assert results(school.ports, period=Period(last=date(2026, 11, 29))).rows == []
    assert results(school.ports, period=november).covers == "2026-11-30 to 2026-11-30"


def test_an_exam_or_a_course_that_is_not_there_is_refused(school: School) -> None:
    """A slip would look like a period without exams."""
    school.sit(school.join())
    assert len(results(school.ports, course_id="course", exam_id="quiz").rows) == 1
    with pytest.raises(NotFound, match="no exam final"):
        results(school.ports, exam_id="final")
    with pytest.raises(NotFound, match="no course other"):
        results(school.ports, course_id="other")


def test_a_period_that_ends_before_it_begins_is_refused() -> None:
    """It would look like a period without exams."""
    with pytest.raises(WrongUsage, match="ends before it begins"):
        Period(date(2026, 2, 1), date(2026, 1, 31))


@pytest.mark.parametrize(("day", "hours"), [(date(2026, 3, 8), 23), (date(2026, 11, 1), 25), (date(2026, 7, 1), 24)])
def test_a_day_is_as_long_as_the_clocks_make_it(school: School, day: date, hours: int) -> None:
    """An exam in the hour when the clocks change would be in two days, or in none."""
    with school.ports.store.read() as unit:
        provider = unit.providers.get()
    assert provider is not None
    stretch = Period(day, day).stretch(provider.zone())
    assert stretch.since is not None
    assert stretch.until is not None
    assert stretch.until - stretch.since == timedelta(hours=hours)


def test_the_calendar_has_ends() -> None:
    """The largest day there is would end the program instead of the report."""
    stretch = Period(date.min, date.max).stretch(UTC)
    assert stretch.until is None
