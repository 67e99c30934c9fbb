"""Multiple response in line mode: all letters in one line, which replace the ones before."""

from __future__ import annotations

from cequiz.domain.bank.question import Question
from cequiz.domain.bank.types.multiple import Method, Multiple, Scoring
from cequiz.domain.exam.marking import percent_text
from cequiz.frontends.plain.face import LetteredFace


class MultipleFace(LetteredFace):
    """Several letters at once."""

    def instruction(self, question: Question) -> str:
        """Say how to answer and how a partly right answer is marked."""
        rule = _rule(question.scoring) if isinstance(question, Multiple) else ""
        how = "Choose all that are right: all letters in one line, for example: a c."
        return f"{how} {rule} {super().instruction(question)}".strip()


def _rule(scoring: Scoring) -> str:
    match scoring.method:
        case Method.ALL_OR_NOTHING:
            return "All or nothing."
        case Method.PER_OPTION:
            return "Each option counts."
        case Method.RIGHT_MINUS_WRONG:
            least = f", but an answer keeps {percent_text(scoring.floor * 100)} %" if scoring.floor else ""
            return f"Wrong choices cost points{least}."


FACE = MultipleFace()
