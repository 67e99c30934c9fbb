"""Labelling: the numbers stand on the figure, and each gets a letter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cequiz.frontends.tui.face import SlotFace
from cequiz.language import tr

if TYPE_CHECKING:
    from cequiz.domain.bank.frames import Slot
    from cequiz.domain.bank.question import Question


class LabelFigure(SlotFace):
    """Points to be named."""

    type = "label_figure"

    def task(self, question: Question) -> str:
        """Say what is to be named, and that each point counts."""
        return tr("Name each numbered point of the figure with a letter. Each counts.")

    def label(self, slot: Slot, number: int) -> str:
        """Return what the point asks, else its number."""
        return slot.label or tr("Point {number}", number=max(number, 1))


FACE = LabelFigure()
