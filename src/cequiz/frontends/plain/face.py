"""What a question type shows and understands in line mode, and the face of all types that offer lettered options.

A face turns typed text into a response and a response into words. Whether it is right, it does not know.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Protocol

from cequiz.domain.bank.fields import decimal_text
from cequiz.domain.bank.question import Question
from cequiz.domain.canonical import Json
from cequiz.errors import InvalidResponse

LETTERS = "abcdefghijk"
"""Option letters; no command uses one of them."""


class Face(Protocol):
    """One question type in plain text."""

    def lines(self, question: Question, order: Sequence[str]) -> list[str]:
        """Return what follows the stem: instructions and options, one a line."""
        ...

    def read(self, question: Question, order: Sequence[str], text: str) -> dict[str, Json]:
        """Return the response that the typed text means.

        Raises:
            InvalidResponse: it means none; the words say what can be typed.
        """
        ...

    def short(self, question: Question, order: Sequence[str], response: Mapping[str, Json]) -> str:
        """Return a response in few characters: `B`, `A C`."""
        ...

    def long(self, question: Question, order: Sequence[str], response: Mapping[str, Json]) -> str:
        """Return a response in words: `B. Ipsilateral rotation`."""
        ...


class LetteredFace:
    """Options with the letters a to k, in the order of the form."""

    def instruction(self, question: Question) -> str:
        """Return what is said before the options: how to answer, and what an answer earns where that is not one point.

        A type with a rule of its own puts it before these words.
        """
        return "" if question.points == 1 else f"{decimal_text(question.points)} points."

    def lines(self, question: Question, order: Sequence[str]) -> list[str]:
        """Return the options as `A) text`."""
        texts = {choice.id: choice.text for choice in question.choices()}
        options = [f"{letter.upper()}) {texts[option]}" for letter, option in zip(LETTERS, order, strict=False)]
        instruction = self.instruction(question)
        return [instruction, *options] if instruction else options

    def read(self, question: Question, order: Sequence[str], text: str) -> dict[str, Json]:
        """Return the response for letters such as `b`, `a c` or `a, c`, and for `B)`, `(b)` or `b.` as printed."""
        letters = re.findall(r"[^\s,().]", text.lower())
        if not letters or not set(letters) <= set(LETTERS):
            raise InvalidResponse(f"{text!r} is neither an answer nor a command.", hint="Type ? for help.")
        beyond = [letter for letter in letters if LETTERS.index(letter) >= len(order)]
        if beyond:
            last = LETTERS[len(order) - 1].upper()
            raise InvalidResponse(f"There is no answer {beyond[0].upper()}: the letters go from A to {last}.")
        return question.respond([order[LETTERS.index(letter)] for letter in dict.fromkeys(letters)])

    def short(self, question: Question, order: Sequence[str], response: Mapping[str, Json]) -> str:
        """Return the letters."""
        chosen = question.chosen(response)
        return " ".join(LETTERS[place].upper() for place, option in enumerate(order) if option in chosen)

    def long(self, question: Question, order: Sequence[str], response: Mapping[str, Json]) -> str:
        """Return the letters with their texts."""
        texts = {choice.id: choice.text for choice in question.choices()}
        chosen = question.chosen(response)
        return "; ".join(
            f"{LETTERS[place].upper()}. {texts[option]}" for place, option in enumerate(order) if option in chosen
        )
