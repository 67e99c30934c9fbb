"""An award: due when every required exam is passed, dated by the pass that completed the course."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction

import pytest

from cequiz.domain.credential.award import RequiredPass, last_pass
from tests.builders import NOON

EARLY = RequiredPass("a", "A", NOON, Fraction(80), Fraction(75))
LATE = RequiredPass("b", "B", NOON + timedelta(days=1), Fraction(90), Fraction(75))
OPEN = RequiredPass("c", "C")


def test_the_last_pass_completes_the_course() -> None:
    assert last_pass([LATE, EARLY]) is LATE


@pytest.mark.parametrize("required", [[], [OPEN], [EARLY, OPEN]])
def test_nothing_is_earned_while_an_exam_is_missing(required: list[RequiredPass]) -> None:
    assert last_pass(required) is None
