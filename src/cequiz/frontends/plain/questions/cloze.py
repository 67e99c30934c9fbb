"""Cloze in line mode: the text with numbered blanks, filled by a letter or by typing."""

from __future__ import annotations

from collections.abc import Sequence

from cequiz.domain.bank.frames import Slot
from cequiz.domain.bank.question import Question
from cequiz.domain.bank.types.cloze import PLACE, Cloze
from cequiz.frontends.plain.slots import SlotsFace
from cequiz.language import tr


def passage(question: Cloze) -> str:
    """Return the text with its blanks numbered."""
    places = {slot.id: number for number, slot in enumerate(question.slots(), start=1)}
    return PLACE.sub(lambda place: tr("[blank {number}]", number=places[place[1]]), question.text)


class ClozeFace(SlotsFace):
    """Blanks with numbers."""

    def instruction(self, question: Question) -> str:
        """Say how to answer and how a partly right answer is marked."""
        return tr("Fill each blank: 1b where it has letters, 2 = your words where it has none. Each blank counts.")

    def lines(self, question: Question, order: Sequence[str]) -> list[str]:
        """Return the text, then the blanks with their choices."""
        assert isinstance(question, Cloze)  # noqa: S101 - faces are looked up by type; for the type checker
        return [passage(question), *super().lines(question, order)]

    def name(self, number: int, slot: Slot) -> str:
        """Return how the blank is filled."""
        return tr("One of these:") if slot.choices is not None else tr("Type: {number} = your words", number=number)


FACE = ClozeFace()
