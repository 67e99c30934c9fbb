"""Cloze: a text with numbered blanks, each filled with a letter or by typing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cequiz.domain.bank.types import cloze
from cequiz.domain.bank.types.cloze import PLACE
from cequiz.frontends.tui.face import BLANK, Asked, SlotFace, slotted
from cequiz.language import tr

if TYPE_CHECKING:
    from cequiz.domain.bank.frames import Slot
    from cequiz.domain.bank.question import Question


class Cloze(SlotFace):
    """Blanks to be filled."""

    type = "cloze"

    def task(self, question: Question) -> str:
        """Say what is to be done, and that each blank counts."""
        return tr("Fill each blank. Each counts.")

    def label(self, slot: Slot, number: int) -> str:
        """Return the number of the blank, which stands in the text too."""
        return tr("Blank [{number}]", number=max(number, 1))

    def passage(self, asked: Asked) -> list[tuple[str, str]]:
        """Return the text with its numbered blanks, or with the words that fill them."""
        question = asked.question
        assert isinstance(question, cloze.Cloze)  # noqa: S101 - faces are looked up by type; for the type checker
        fillings = self._fillings(asked)
        pieces: list[tuple[str, str]] = []
        for place, piece in enumerate(PLACE.split(question.text)):
            if place % 2:
                pieces.append((fillings.get(piece, BLANK), piece))
            elif piece:
                pieces.append((piece, ""))
        return pieces

    def _fillings(self, asked: Asked) -> dict[str, str]:
        question = slotted(asked.question)
        filled = question.filled(asked.response) | dict(asked.drafts)
        words = {}
        for number, slot in enumerate(question.slots(), start=1):
            texts = {choice.id: choice.text for choice in slot.choices or ()}
            found = filled.get(slot.id, "")
            words[slot.id] = f"[{number}] {texts.get(found, found) or BLANK}"
        return words


FACE = Cloze()
