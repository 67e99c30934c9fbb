"""Marking: a score is a pure function of the form, the questions, the responses and the terms.

Marks are fractions; the pass decision is made on exact numbers, and rounding is for display only.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from cequiz.domain.bank.lexicon import Lexicon, NearMiss
from cequiz.domain.bank.question import Question
from cequiz.domain.exam.attempt import Attempt, Response, Status
from cequiz.domain.exam.form import FormItem

_NOTHING = Fraction(0)


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


def mark(
    attempt: Attempt, questions: Mapping[str, Question], *, lexicon: Lexicon | None = None, revision: int = 1
) -> Score:
    """Mark an ended attempt.

    Args:
        attempt: an attempt that was submitted or has expired.
        questions: item key to the very version that was shown.
        lexicon: the terms that tolerant spelling keeps apart; without it only the exact spelling of a typed answer
            counts.
        revision: 1 for the first marking.

    Raises:
        ValueError: if the attempt is still open or has no finish time.
    """
    if attempt.finished_at is None or attempt.status is Status.OPEN:
        msg = "an open attempt cannot be marked"
        raise ValueError(msg)
    marks = tuple(_mark_of(item, questions, attempt.responses, lexicon) for item in attempt.form.items)
    objectives = by_objective(attempt, marks)
    return Score(
        attempt_id=attempt.id,
        revision=revision,
        earned=sum((one.earned for one in objectives), _NOTHING),
        possible=sum((one.possible for one in objectives), _NOTHING),
        pass_mark=attempt.terms.pass_mark,
        objectives=objectives,
        marks=marks,
        cause=attempt.status,
        finished_at=attempt.finished_at,
    )


def _mark_of(
    item: FormItem, questions: Mapping[str, Question], responses: Mapping[str, Response], lexicon: Lexicon | None
) -> Mark:
    key, possible = item.key, item.points
    response = responses.get(key)
    share = _NOTHING if response is None else questions[key].mark(response, lexicon)
    # Most shares are nothing or all; multiplying fractions for these takes longer than most of the marking.
    earned = share * possible if share.denominator != 1 else possible if share.numerator else _NOTHING
    return Mark(key, item.objective, earned, possible, response is not None)


def near_misses(
    attempt: Attempt, questions: Mapping[str, Question], lexicon: Lexicon
) -> tuple[tuple[FormItem, NearMiss], ...]:
    """Return the typed answers that only an opposite or a neighbour kept from being accepted, in form order."""
    return tuple(
        (item, miss)
        for item in attempt.form.items
        if (response := attempt.responses.get(item.key)) is not None
        for miss in questions[item.key].near_misses(response, lexicon)
    )


def by_objective(attempt: Attempt, marks: tuple[Mark, ...]) -> tuple[ObjectiveScore, ...]:
    """Return what each objective earned, in blueprint order; one whose items all left the sum is left out."""
    earned, possible = defaultdict[str, _Sum](_Sum), defaultdict[str, _Sum](_Sum)
    for one in marks:
        earned[one.objective].add(one.earned)
        possible[one.objective].add(one.possible)
    titles = dict(attempt.terms.objectives)
    for objective in possible:
        titles.setdefault(objective, objective)
    return tuple(
        ObjectiveScore(
            objective=objective,
            title=title,
            earned=earned[objective].total(),
            possible=possible[objective].total(),
            floor=attempt.terms.floors.get(objective),
        )
        for objective, title in titles.items()
        if objective in possible and possible[objective].total()
    )


class _Sum:
    """An exact sum of many fractions: numerators of a denominator are added as whole numbers, which is quick."""

    def __init__(self) -> None:
        self._parts = defaultdict[int, int](int)

    def add(self, value: Fraction) -> None:
        """Add one more."""
        self._parts[value.denominator] += value.numerator

    def total(self) -> Fraction:
        """Return the sum so far."""
        return sum((Fraction(above, below) for below, above in self._parts.items()), _NOTHING)


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
