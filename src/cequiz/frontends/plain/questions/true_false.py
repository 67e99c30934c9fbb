"""True or false in line mode: a letter, or the word itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cequiz.domain.bank.question import Question
from cequiz.domain.canonical import Json
from cequiz.frontends.plain.face import LetteredFace, picking
from cequiz.language import tr

_IDS = ("true", "false")


class TrueFalseFace(LetteredFace):
    """Two letters, and the words as well (the letters t and f alone are not: t is a command)."""

    def lines(self, question: Question, order: Sequence[str]) -> list[str]:
        """Return the two judgements; they are the interface's words, not the bank's."""
        shown = super().lines(question, order)
        return [*shown[: -len(_IDS)], f"A) {tr('True')}", f"B) {tr('False')}"]

    def read(
        self, question: Question, order: Sequence[str], text: str, *, current: Mapping[str, Json] | None = None
    ) -> dict[str, Json] | None:
        """Return the response for a letter, or for `true` and `false` in the language that is spoken."""
        words = {"true": "true", "false": "false", tr("True").lower(): "true", tr("False").lower(): "false"}
        word = words.get(text.lower())
        return picking(question).respond([word]) if word else super().read(question, order, text)

    def long(self, question: Question, order: Sequence[str], response: Mapping[str, Json]) -> str:
        """Return the letter with the word."""
        true = picking(question).chosen(response) == ("true",)
        return f"A. {tr('True')}" if true else f"B. {tr('False')}"


FACE = TrueFalseFace()
