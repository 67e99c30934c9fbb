"""Numeric: a number is typed, with the unit it is read in beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cequiz.frontends.tui.face import SlotFace, slotted
from cequiz.language import tr

if TYPE_CHECKING:
    from cequiz.domain.bank.question import Question


class Numeric(SlotFace):
    """A number to be typed."""

    type = "numeric"

    def task(self, question: Question) -> str:
        """Say how the number is typed, and in which unit it is read."""
        unit = slotted(question).slots()[0].unit
        return tr("Press = and type a number, in {unit}.", unit=unit) if unit else tr("Press = and type a number.")

    def unfinished(self) -> str:
        """Return that it is no number yet."""
        return tr("Not a number yet.")


FACE = Numeric()
