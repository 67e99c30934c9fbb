"""How many hours a course is worth, by the rules that are in use; they disagree by hours, so a course names its own.

What a board asks for is data in its pack (`HoursRule`); here are the sums, and the two formulas that nobody may edit
because they were published as they are. Exact: everything is a fraction.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from cequiz.language import mark

MERGENER_SOURCE = "Mergener, Am. J. Pharm. Educ. 55 (1991) 263-266"
"""Minutes = 0.9 x (-22.3 + 0.00209 x words + 2.78 x questions + 15.5 x difficulty)."""

MERGENER_DIFFICULTIES = {
    1: mark("very easy"),
    2: mark("somewhat easy"),
    3: mark("moderate"),
    4: mark("difficult"),
    5: mark("very difficult"),
}
"""The scale of the formula's difficulty, judged by an expert in the field."""

NASBA_QUESTIONS = 5
"""Exam questions for each credit at least, none of them true/false (NASBA, QAS self study)."""

NASBA_PASS_MARK = Fraction(70)
"""Percent at least."""


@dataclass(frozen=True, kw_only=True)
class HoursRule:
    """How much of what makes one hour for a board; None where it does not count, or its source does not say."""

    words: int | None = None
    media_minutes: int | None = None
    live_minutes: int | None = None


def mergener_minutes(words: int, questions: int, difficulty: int | Fraction) -> Fraction:
    """Return how many minutes the study of a text takes, questions included; never below 0.

    Args:
        words: of the text, without title, notes and references.
        questions: of the assessment.
        difficulty: 1 to 5, see `MERGENER_DIFFICULTIES`.
    """
    inside = Fraction("-22.3") + Fraction("0.00209") * words + Fraction("2.78") * questions
    return max(Fraction(), Fraction("0.9") * (inside + Fraction("15.5") * difficulty))
