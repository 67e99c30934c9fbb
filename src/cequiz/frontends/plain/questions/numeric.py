"""A number in line mode: = and the number, with its unit where it has one."""

from __future__ import annotations

from cequiz.domain.bank.question import Question
from cequiz.frontends.plain.slots import SlotsFace, filling
from cequiz.language import tr


class NumericFace(SlotsFace):
    """One place that is typed."""

    def instruction(self, question: Question) -> str:
        """Say how to answer, and in which unit a bare number is read."""
        unit = filling(question).slots()[0].unit
        if unit:
            return tr("Type = and the number in {unit}, for example: = 12.5 {unit}", unit=unit)
        return tr("Type = and the number, for example: = 12.5")

    def typing(self, question: Question) -> str:
        """Return how the number is typed."""
        return tr("To answer this question, type = and the number, for example: = 42")


FACE = NumericFace()
