"""What a student may see of an ended attempt, by the course's review policy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from cequiz.domain.bank.question import Question
from cequiz.domain.exam.attempt import Attempt, Response, Status
from cequiz.domain.exam.marking import Mark, ObjectiveScore, Score
from cequiz.domain.exam.terms import Disclosure


@dataclass(frozen=True)
class ItemReview:
    """One item of an ended attempt, as far as it may be shown."""

    place: int
    """1-based place in the form."""
    question: Question
    order: tuple[str, ...]
    response: Response | None
    mark: Mark
    key: Response | None
    """The right response; None where the policy keeps it."""


@dataclass(frozen=True)
class Review:
    """Everything of an ended attempt that the policy lets the student see."""

    disclosure: Disclosure
    score: Score | None
    objectives: tuple[ObjectiveScore, ...]
    items: tuple[ItemReview, ...]


def disclosure(attempt: Attempt, score: Score | None) -> Disclosure:
    """Return the level that applies; a voided or unmarked attempt shows nothing."""
    if score is None or attempt.status in {Status.OPEN, Status.VOIDED}:
        return Disclosure.NONE
    return attempt.terms.after_pass if score.passed else attempt.terms.after_fail


def review(attempt: Attempt, score: Score | None, questions: Mapping[str, Question]) -> Review:
    """Return what may be shown; responses and keys are left out, not merely hidden, where the policy keeps them."""
    level = disclosure(attempt, score)
    if score is None or not level.includes(Disclosure.SCORE):
        return Review(level, None, (), ())
    objectives = score.objectives if level.includes(Disclosure.OBJECTIVES) else ()
    items: tuple[ItemReview, ...] = ()
    if level.includes(Disclosure.RESPONSES):
        full = level.includes(Disclosure.FULL)
        items = tuple(
            ItemReview(
                place=place,
                question=questions[item.key],
                order=item.order,
                response=attempt.responses.get(item.key),
                mark=mark,
                key=questions[item.key].key() if full else None,
            )
            for place, (item, mark) in enumerate(zip(attempt.form.items, score.marks, strict=True), start=1)
        )
    return Review(level, score, objectives, items)
