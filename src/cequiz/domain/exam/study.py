"""What to study after an exam: where it was weak, and where the facts stand. It names no stem and no key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cequiz.domain.bank.question import Question, Reference
from cequiz.domain.exam.marking import ObjectiveScore, Score
from cequiz.domain.exam.review import Review
from cequiz.domain.exam.terms import Disclosure


@dataclass(frozen=True, slots=True)
class Topic:
    """One objective to study, with its score and the sources of what was not right in it."""

    score: ObjectiveScore
    references: tuple[Reference, ...]


def study_list(review: Review, score: Score | None, questions: Mapping[str, Question]) -> tuple[Topic, ...]:
    """Return what to study after an exam that was not passed, the weakest objective first.

    Empty where the exam was passed, and where the course does not show the score by objective.

    Args:
        review: what the course lets the student see.
        score: the marking; None for an attempt without one.
        questions: item key to the very question that was shown.
    """
    if score is None or score.passed or not review.disclosure.includes(Disclosure.OBJECTIVES):
        return ()
    parts = {part.objective: part for part in score.objectives}
    return tuple(Topic(parts[name], _references(name, score, questions)) for name in weak_objectives(score))


def weak_objectives(score: Score) -> tuple[str, ...]:
    """Return the objectives that did not earn everything, the weakest first, else in the order of the exam."""
    weak = [part for part in score.objectives if part.earned < part.possible]
    return tuple(part.objective for part in sorted(weak, key=lambda part: part.earned / part.possible))


def missed_items(scores: Sequence[Score]) -> frozenset[str]:
    """Return the keys of the items that were not right when they were last shown.

    Args:
        scores: of one student's attempts, the oldest first.
    """
    last = {mark.item: mark.right for score in scores for mark in score.marks}
    return frozenset(item for item, right in last.items() if not right)


def _references(objective: str, score: Score, questions: Mapping[str, Question]) -> tuple[Reference, ...]:
    wrong = [mark.item for mark in score.marks if mark.objective == objective and not mark.right]
    found: dict[str, Reference] = {}
    for item in wrong:
        for reference in questions[item].references:
            found.setdefault(" ".join(reference.cite.split()).casefold(), reference)
    return tuple(found.values())
