"""Re-marking: what an ended attempt is worth when the key of an item was wrong, or the item should not count.

A re-mark is a function of the attempt, the score it has and the corrections. It touches the items that are corrected
and no other, so that no lexicon that grew and no rule that is new changes an old mark by the way.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction

from cequiz.domain.bank.lexicon import Lexicon
from cequiz.domain.bank.question import Question
from cequiz.domain.exam.attempt import Attempt, Response
from cequiz.domain.exam.form import FormItem
from cequiz.domain.exam.marking import Mark, Score, by_objective

_NOTHING = Fraction(0)


class Drop(StrEnum):
    """What becomes of an item that should not count."""

    CREDIT = "credit"
    """Everybody earns its points."""
    EXCLUDE = "exclude"
    """It leaves the sum: it can be neither earned nor missed."""


@dataclass(frozen=True, slots=True)
class Correction:
    """What is right about an item from now on.

    Attributes:
        shown: the version that the student was asked.
        judged: a version with the same wording and the right key; None for an item that is dropped.
        drop: what becomes of a dropped item; None for one with another key.
    """

    shown: Question
    judged: Question | None = None
    drop: Drop | None = None


@dataclass(frozen=True, slots=True)
class Remark:
    """A re-mark: the score before, what the corrections make of it, and which of the two counts."""

    before: Score
    marked: Score
    """What the corrections say; the score before itself where they change nothing."""
    kept: bool
    """Whether a pass stands although the corrections say otherwise."""

    @property
    def after(self) -> Score:
        """The score that counts."""
        return self.before if self.kept else self.marked

    @property
    def changes(self) -> bool:
        """Whether another score counts than before."""
        return self.after is not self.before

    @property
    def passes_now(self) -> bool:
        """Whether the attempt had not passed and passes now."""
        return self.after.passed and not self.before.passed

    @property
    def fails_now(self) -> bool:
        """Whether the attempt had passed and does not any more."""
        return self.before.passed and not self.after.passed


def remark(
    attempt: Attempt,
    before: Score,
    corrections: Mapping[str, Correction],
    *,
    lexicon: Lexicon | None = None,
    take_away: bool = False,
) -> Remark:
    """Mark the corrected items of an ended attempt anew.

    Args:
        attempt: which has ended.
        before: the newest score it has.
        corrections: item key to what is right about it; those of other attempts' items change nothing.
        lexicon: the terms that tolerant spelling keeps apart.
        take_away: whether a pass falls when the corrections say so; otherwise it stands.
    """
    items = {item.key: item for item in attempt.form.items}
    marks = tuple(
        _marked(one, items[one.item], corrections[one.item], attempt.responses.get(one.item), lexicon)
        if one.item in corrections
        else one
        for one in before.marks
    )
    if marks == before.marks:
        return Remark(before, before, kept=False)
    objectives = by_objective(attempt, marks)
    marked = replace(
        before,
        revision=before.revision + 1,
        earned=sum((one.earned for one in objectives), _NOTHING),
        possible=sum((one.possible for one in objectives), _NOTHING),
        objectives=objectives,
        marks=marks,
    )
    return Remark(before, marked, kept=before.passed and not marked.passed and not take_away)


def _marked(
    mark: Mark, item: FormItem, correction: Correction, response: Response | None, lexicon: Lexicon | None
) -> Mark:
    if correction.drop is Drop.EXCLUDE:
        return replace(mark, earned=_NOTHING, possible=_NOTHING)
    if correction.drop is Drop.CREDIT or correction.judged is None:
        return replace(mark, earned=item.points, possible=item.points)
    share = _NOTHING
    if response is not None:
        share = correction.judged.mark(correction.shown.said(response, correction.judged), lexicon)
    return replace(mark, earned=share * item.points, possible=item.points)
