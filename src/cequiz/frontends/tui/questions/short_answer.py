"""Short answer: a few words are typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cequiz.frontends.tui.face import SlotFace
from cequiz.language import tr

if TYPE_CHECKING:
    from cequiz.domain.bank.question import Question


class ShortAnswer(SlotFace):
    """Words to be typed."""

    type = "short_answer"

    def task(self, question: Question) -> str:
        """Say how the answer is typed."""
        return tr("Press = and type your answer.")


FACE = ShortAnswer()
