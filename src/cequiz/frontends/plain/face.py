"""What a question type shows and understands in line mode, and the face of all types that offer lettered choices.

A face turns typed text into a response and a response into words. Whether it is right, it does not know.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Protocol

from cequiz.domain.bank.fields import decimal_text
from cequiz.domain.bank.frames import ChoiceQuestion
from cequiz.domain.bank.question import Question
from cequiz.domain.canonical import Json
from cequiz.errors import InvalidResponse
from cequiz.language import tr

LETTERS = "abcdefghijk"
"""Option letters; no command uses one of them."""


class Face(Protocol):
    """One question type in plain text."""

    def lines(self, question: Question, order: Sequence[str]) -> list[str]:
        """Return what follows the stem: instructions and options, one a line."""
        ...

    def read(
        self, question: Question, order: Sequence[str], text: str, *, current: Mapping[str, Json] | None = None
    ) -> dict[str, Json] | None:
        """Return the response that the typed text means, or None where it takes the last thing of an answer away.

        Args:
            question: what is answered.
            order: of the form item.
            text: what was typed.
            current: the answer so far; a type with several places adds to it.

        Raises:
            InvalidResponse: it means none; the words say what can be typed.
        """
        ...

    def short(self, question: Question, order: Sequence[str], response: Mapping[str, Json]) -> str:
        """Return a response in few characters: `B`, `A C`, `1B 2A`."""
        ...

    def long(self, question: Question, order: Sequence[str], response: Mapping[str, Json]) -> str:
        """Return a response in words: `B. Ipsilateral rotation`."""
        ...


class LetteredFace:
    """Choices with the letters a to k, in the order of the form."""

    def instruction(self, question: Question) -> str:
        """Return what is said before the choices: how to answer and how it is marked; empty where nothing need be."""
        return ""

    def lines(self, question: Question, order: Sequence[str]) -> list[str]:
        """Return the choices as `A) text`."""
        texts = {choice.id: choice.text for choice in question.choices()}
        options = [f"{letter.upper()}) {texts[option]}" for letter, option in zip(LETTERS, order, strict=False)]
        return [*instructed(self.instruction(question), question), *options]

    def read(
        self, question: Question, order: Sequence[str], text: str, *, current: Mapping[str, Json] | None = None
    ) -> dict[str, Json] | None:
        """Return the response for letters such as `b`, `a c` or `a, c`, and for `B)`, `(b)` or `b.` as printed."""
        letters = re.findall(r"[^\s,().]", text.lower())
        if not letters or not set(letters) <= set(LETTERS):
            raise no_answer(text)
        twice = next((letter for letter in letters if letters.count(letter) > 1), None)
        if twice and picking(question).in_order:
            sentence = tr("The letter {letter} stands in the order twice.", letter=twice.upper())
            raise InvalidResponse(sentence, hint=tr("Type each letter once, from first to last."))
        picked = [order[place_of(letter, len(order))] for letter in dict.fromkeys(letters)]
        return picking(question).respond(picked)

    def short(self, question: Question, order: Sequence[str], response: Mapping[str, Json]) -> str:
        """Return the letters."""
        return " ".join(letter for letter, _ in self._picked(question, order, response))

    def long(self, question: Question, order: Sequence[str], response: Mapping[str, Json]) -> str:
        """Return the letters with their texts."""
        texts = {choice.id: choice.text for choice in question.choices()}
        return "; ".join(f"{letter}. {texts[option]}" for letter, option in self._picked(question, order, response))

    def _picked(self, question: Question, order: Sequence[str], response: Mapping[str, Json]) -> list[tuple[str, str]]:
        """Return letter and id of what a response names: by letter, or as the student put them."""
        letters = {option: LETTERS[place].upper() for place, option in enumerate(order)}
        named = picking(question).chosen(response)
        shown = named if picking(question).in_order else [option for option in order if option in named]
        return [(letters[option], option) for option in shown]


def instructed(sentence: str, question: Question) -> list[str]:
    """Return the line before the choices: the instruction, and what an answer earns where that is not one point."""
    worth = "" if question.points == 1 else tr("{points} points.", points=decimal_text(question.points))
    line = f"{sentence} {worth}".strip()
    return [line] if line else []


def picking(question: Question) -> ChoiceQuestion:
    """Return the question as one of lettered choices; a face only ever sees the types it was made for."""
    assert isinstance(question, ChoiceQuestion)  # noqa: S101 - faces are looked up by type; for the type checker
    return question


def place_of(letter: str, count: int) -> int:
    """Return the 0-based place of a letter among so many choices.

    Raises:
        InvalidResponse: there are not so many.
    """
    place = LETTERS.index(letter.lower())
    if place >= count:
        last = LETTERS[count - 1].upper()
        raise InvalidResponse(
            tr("There is no answer {letter}: the letters go from A to {last}.", letter=letter.upper(), last=last)
        )
    return place


def no_answer(text: str) -> InvalidResponse:
    """Return the refusal of a line that means nothing here."""
    return InvalidResponse(
        tr("{text} is neither an answer nor a command.", text=repr(text)), hint=tr("Type ? for help.")
    )
