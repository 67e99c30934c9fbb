"""Marking: a score is a pure function of the form, the questions, the responses and the terms.

Marks are fractions; the pass decision is made on exact numbers, and rounding is for display only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from cequiz.domain.bank.question import Question
from cequiz.domain.exam.attempt import Attempt, Status


@dataclass(frozen=True)
class Mark:
    """What one item earned."""

    item: str
    objective: str
    earned: Fraction
    possible: Fraction
    answered: bool

    @property
    def right(self) -> bool:
        """Whether the item earned everything it could."""
        return self.earned == self.possible


@dataclass(frozen=True)
class ObjectiveScore:
    """What one objective earned, and whether its own floor was met."""

    objective: str
    title: str
    earned: Fraction
    possible: Fraction
    floor: Fraction | None = None
    """Percent needed in this objective; None where it has no floor."""

    @property
    def met(self) -> bool:
        """Whether the floor was reached; an objective without a floor is met."""
        return self.floor is None or self.earned * 100 >= self.floor * self.possible


@dataclass(frozen=True, kw_only=True)
class Score:
    """The marking of one attempt; a re-mark is another one with a higher revision, the newest wins."""

    attempt_id: str
    revision: int
    earned: Fraction
    possible: Fraction
    pass_mark: Fraction
    objectives: tuple[ObjectiveScore, ...]
    marks: tuple[Mark, ...]
    cause: Status
    finished_at: datetime
    """When the attempt ended: the submit, or the deadline itself."""

    @property
    def passed(self) -> bool:
        """Whether the pass mark and every floor were reached, on exact numbers."""
        return self.earned * 100 >= self.pass_mark * self.possible and all(part.met for part in self.objectives)

    @property
    def percent(self) -> Fraction:
        """The exact share in percent; 0 for an empty form."""
        return Fraction(self.earned * 100, self.possible) if self.possible else Fraction(0)


def mark(attempt: Attempt, questions: Mapping[str, Question], *, revision: int = 1) -> Score:
    """Mark an ended attempt.

    Args:
        attempt: an attempt that was submitted or has expired.
        questions: item key to the very version that was shown.
        revision: 1 for the first marking.

    Raises:
        ValueError: if the attempt is still open or has no finish time.
    """
    if attempt.finished_at is None or attempt.status is Status.OPEN:
        msg = "an open attempt cannot be marked"
        raise ValueError(msg)
    marks = tuple(
        Mark(
            item=item.key,
            objective=item.objective,
            earned=item.points * questions[item.key].mark(attempt.responses.get(item.key)),
            possible=item.points,
            answered=item.key in attempt.responses,
        )
        for item in attempt.form.items
    )
    return Score(
        attempt_id=attempt.id,
        revision=revision,
        earned=sum((one.earned for one in marks), Fraction(0)),
        possible=sum((one.possible for one in marks), Fraction(0)),
        pass_mark=attempt.terms.pass_mark,
        objectives=_by_objective(attempt, marks),
        marks=marks,
        cause=attempt.status,
        finished_at=attempt.finished_at,
    )


def _by_objective(attempt: Attempt, marks: tuple[Mark, ...]) -> tuple[ObjectiveScore, ...]:
    titles = dict(attempt.terms.objectives)
    for one in marks:
        titles.setdefault(one.objective, one.objective)
    present = {one.objective for one in marks}
    return tuple(
        ObjectiveScore(
            objective=objective,
            title=title,
            earned=sum((one.earned for one in marks if one.objective == objective), Fraction(0)),
            possible=sum((one.possible for one in marks if one.objective == objective), Fraction(0)),
            floor=attempt.terms.floors.get(objective),
        )
        for objective, title in titles.items()
        if objective in present
    )


def percent_text(share: Fraction) -> str:
    """Return a percentage for display, cut (never rounded up) to one decimal: 69.96 shows as `69.9`, 85 as `85`.

    Cutting keeps the order that matters: what shows as 70 has reached 70.
    """
    tenths = share.numerator * 10 // share.denominator
    whole, rest = divmod(tenths, 10)
    return f"{whole}.{rest}" if rest else f"{whole}"


def points_text(points: Fraction) -> str:
    """Return points for display, cut to two decimals: `17`, `16.5`, `16.66`."""
    hundredths = points.numerator * 100 // points.denominator
    whole, rest = divmod(hundredths, 100)
    return f"{whole}.{rest:02}".rstrip("0").rstrip(".")
