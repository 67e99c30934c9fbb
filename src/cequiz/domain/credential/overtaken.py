"""Whether a certificate says something else than what was earned: its exam was re-marked after it was issued."""

from __future__ import annotations

from datetime import date, timedelta

from cequiz.domain.credential.award import Award
from cequiz.domain.credential.facts import Facts
from cequiz.domain.exam.marking import percent_text

_WEST, _EAST = timedelta(hours=-12), timedelta(hours=14)
"""How far the days of the earth are from UTC."""


def score_text(award: Award) -> str:
    """Return the score of an award as certificates print it."""
    return f"{percent_text(award.percent)} %"


def is_overtaken(facts: Facts, award: Award) -> bool:
    """Whether a certificate prints another score than its award has, or another day."""
    return (bool(facts.score) and facts.score != score_text(award)) or not is_day_of(award, facts.completed_on)


def is_day_of(award: Award, day: date) -> bool:
    """Whether a course was completed on this day somewhere on earth: a provider may have moved to another time zone."""
    return (award.completed_at + _WEST).date() <= day <= (award.completed_at + _EAST).date()
