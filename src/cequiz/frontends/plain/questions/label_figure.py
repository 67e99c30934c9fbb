"""Labelling a figure in line mode: the numbers on the figure with letters."""

from __future__ import annotations

from cequiz.domain.bank.frames import Slot
from cequiz.domain.bank.question import Question
from cequiz.frontends.plain.slots import SlotsFace
from cequiz.language import tr


class LabelFigureFace(SlotsFace):
    """Points with numbers, labels with letters."""

    def instruction(self, question: Question) -> str:
        """Say how to answer and how a partly right answer is marked."""
        return tr("Name each numbered point of the figure with a letter, for example: 1b 2a. Each point counts.")

    def name(self, number: int, slot: Slot) -> str:
        """Say where the point lies, for whoever does not see the number on the figure."""
        if slot.label or slot.at is None:
            return slot.label
        across, down = (round(share * 100) for share in slot.at)
        return tr("{across} % from the left, {down} % from the top", across=across, down=down)


FACE = LabelFigureFace()
