"""Matching in line mode: numbers with letters."""

from __future__ import annotations

from cequiz.domain.bank.question import Question
from cequiz.domain.bank.types.matching import Matching, PairMethod
from cequiz.frontends.plain.slots import SlotsFace
from cequiz.language import tr


class MatchingFace(SlotsFace):
    """Left sides with numbers, right sides with letters."""

    def instruction(self, question: Question) -> str:
        """Say how to answer and how a partly right answer is marked."""
        how = tr("Match each number with a letter, for example: 1b 2a. A letter may be used more than once.")
        if not isinstance(question, Matching):
            return how
        match question.scoring.method:
            case PairMethod.PER_PAIR:
                return f"{how} {tr('Each pair counts.')}"
            case PairMethod.ALL_OR_NOTHING:
                return f"{how} {tr('All or nothing.')}"


FACE = MatchingFace()
