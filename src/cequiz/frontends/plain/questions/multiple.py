"""Multiple response in line mode: all letters in one line, which replace the ones before."""

from __future__ import annotations

from cequiz.domain.bank.question import Question
from cequiz.domain.bank.types.multiple import Method, Multiple, Scoring
from cequiz.frontends.dates import percent
from cequiz.frontends.plain.face import LetteredFace
from cequiz.language import tr


class MultipleFace(LetteredFace):
    """Several letters at once."""

    def instruction(self, question: Question) -> str:
        """Say how to answer and how a partly right answer is marked."""
        how = tr("Choose all that are right: all letters in one line, for example: a c.")
        return f"{how} {_rule(question.scoring)}" if isinstance(question, Multiple) else how


def _rule(scoring: Scoring) -> str:
    match scoring.method:
        case Method.ALL_OR_NOTHING:
            return tr("All or nothing.")
        case Method.PER_OPTION:
            return tr("Each option counts.")
        case Method.RIGHT_MINUS_WRONG:
            if not scoring.floor:
                return tr("Wrong choices cost points.")
            return tr("Wrong choices cost points, but an answer keeps {percent}.", percent=percent(scoring.floor * 100))


FACE = MultipleFace()
