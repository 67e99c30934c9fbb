"""An award: due when every required exam is passed, dated by the pass that completed the course."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest

from cequiz.domain.credential.award import RequiredPass, completion_date, last_pass
from tests.builders import NOON

EARLY = RequiredPass("a", "A", NOON, Fraction(80), Fraction(75))
LATE = RequiredPass("b", "B", NOON + timedelta(days=1), Fraction(90), Fraction(75))
OPEN = RequiredPass("c", "C")


def test_the_last_pass_completes_the_course() -> None:
    assert last_pass([LATE, EARLY]) is LATE


@pytest.mark.parametrize("required", [[], [OPEN], [EARLY, OPEN]])
def test_nothing_is_earned_while_an_exam_is_missing(required: list[RequiredPass]) -> None:
    assert last_pass(required) is None


@pytest.mark.parametrize(
    ("zone", "day"), [("America/New_York", 31), ("UTC", 1), ("Asia/Tokyo", 1), ("Pacific/Honolulu", 31)]
)
def test_the_day_of_completion_is_the_providers(zone: str, day: int) -> None:
    just_after_midnight = datetime(2027, 1, 1, 0, 30, tzinfo=UTC)
    found = completion_date(just_after_midnight, ZoneInfo(zone))
    assert found == (date(2026, 12, 31) if day == 31 else date(2027, 1, 1))
