"""How hours are reckoned: the formulas against the examples that were published with them."""

from __future__ import annotations

from fractions import Fraction

from cequiz.domain.credential.hours import mergener_minutes


def test_mergeners_formula_gives_the_published_example() -> None:
    """A dossier would be off by minutes an hour; AORN's example is 61.93589 minutes."""
    assert mergener_minutes(3774, 16, Fraction("2.5")) == Fraction("61.935894")


def test_a_very_short_text_takes_no_negative_time() -> None:
    """A leaflet would take minutes away from a course."""
    assert mergener_minutes(0, 0, 1) == 0
