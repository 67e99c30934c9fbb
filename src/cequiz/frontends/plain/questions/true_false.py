"""True or false in line mode: a letter, or the word itself."""

from __future__ import annotations

from collections.abc import Sequence

from cequiz.domain.bank.question import Question
from cequiz.domain.canonical import Json
from cequiz.frontends.plain.face import LetteredFace


class TrueFalseFace(LetteredFace):
    """Two letters, and the words as well (the letters t and f alone are not: t is a command)."""

    def read(self, question: Question, order: Sequence[str], text: str) -> dict[str, Json]:
        """Return the response for a letter, or for `true` and `false`."""
        word = text.lower()
        return question.respond([word]) if word in order else super().read(question, order, text)


FACE = TrueFalseFace()
