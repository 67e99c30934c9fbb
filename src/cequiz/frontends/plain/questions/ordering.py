"""Ordering in line mode: the letters in the order the student wants, which replace the order before."""

from __future__ import annotations

from cequiz.domain.bank.question import Question
from cequiz.domain.bank.types.ordering import Ordering, OrderMethod
from cequiz.frontends.plain.face import LetteredFace
from cequiz.language import tr


class OrderingFace(LetteredFace):
    """All letters in one line, first to last."""

    def instruction(self, question: Question) -> str:
        """Say how to answer and how a partly right order is marked."""
        how = tr("Put these in order, from first to last: all letters in one line, for example: c a b.")
        if not isinstance(question, Ordering):
            return how
        match question.scoring.method:
            case OrderMethod.ALL_OR_NOTHING:
                return f"{how} {tr('All or nothing.')}"
            case OrderMethod.ADJACENT_PAIRS:
                return f"{how} {tr('Each pair of neighbours in the right order counts.')}"


FACE = OrderingFace()
