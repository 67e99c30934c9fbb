"""Matching: every number gets a letter; a letter may serve several numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cequiz.domain.bank.types import matching
from cequiz.domain.bank.types.matching import PairMethod
from cequiz.frontends.tui.face import SlotFace
from cequiz.language import mark, tr

if TYPE_CHECKING:
    from cequiz.domain.bank.question import Question

_TASKS = {
    PairMethod.PER_PAIR: mark("Match each number with a letter. Each pair counts."),
    PairMethod.ALL_OR_NOTHING: mark("Match each number with a letter. All or nothing."),
}


class Matching(SlotFace):
    """Pairs to be found."""

    type = "matching"

    def task(self, question: Question) -> str:
        """Say what is matched, and how a partly right answer is marked."""
        assert isinstance(question, matching.Matching)  # noqa: S101 - faces are looked up by type; for the type checker
        return tr(_TASKS[question.scoring.method])


FACE = Matching()
