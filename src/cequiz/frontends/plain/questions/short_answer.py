"""A short answer in line mode: = and the words."""

from __future__ import annotations

from cequiz.domain.bank.question import Question
from cequiz.frontends.plain.slots import SlotsFace
from cequiz.language import tr


class ShortAnswerFace(SlotsFace):
    """One place that is typed."""

    def instruction(self, question: Question) -> str:
        """Say how to answer."""
        return tr("Type = and your answer, for example: = your words")


FACE = ShortAnswerFace()
