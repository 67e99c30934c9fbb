"""One file per question type: how it is asked and what a letter does; found by looking, so a new type is a new file.

A face knows how to draw and to pick. Whether a response is acceptable, and what it earns, the question itself says.
"""

from __future__ import annotations

import importlib
import pkgutil
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, ClassVar

from cequiz.domain.exam.marking import points_text
from cequiz.frontends.tui.commands import LETTERS

if TYPE_CHECKING:
    from cequiz.domain.bank.question import Question
    from cequiz.domain.canonical import Json
    from cequiz.domain.exam.attempt import Response


@dataclass(frozen=True)
class Line:
    """One option as it is shown."""

    letter: str
    option: str
    text: str
    chosen: bool


class Face(ABC):
    """How one type of question is shown and answered."""

    type: ClassVar[str]
    """The name a bank uses for it."""
    chosen_mark: ClassVar[str]
    open_mark: ClassVar[str]

    def lines(self, question: Question, *, order: Sequence[str], response: Response | None) -> tuple[Line, ...]:
        """Return the options in the order of the form, with their letters."""
        chosen = question.chosen(response)
        texts = {choice.id: choice.text for choice in question.choices()}
        return tuple(
            Line(letter.upper(), option, texts[option], option in chosen)
            for letter, option in zip(LETTERS, order, strict=False)
        )

    def press(self, question: Question, *, response: Response | None, option: str) -> dict[str, Json] | None:
        """Return the response after an option was pressed; None where nothing is chosen any more."""
        picked = self.pick(question.chosen(response), option)
        return question.respond(picked) if picked else None

    def instruction(self, question: Question) -> str:
        """Return what is asked, how it is marked, and what it is worth where that is not one point."""
        worth = "" if question.points == 1 else f" {points_text(question.points)} points."
        return self.task(question) + worth

    @abstractmethod
    def task(self, question: Question) -> str:
        """Return what the student is asked to do, in a few words, and the rule by which a choice is marked."""

    @abstractmethod
    def pick(self, chosen: Sequence[str], option: str) -> tuple[str, ...]:
        """Return the chosen options after one of them was pressed."""


@cache
def faces() -> Mapping[str, Face]:
    """Return the face of every question type by the type's name."""
    modules = (importlib.import_module(f"{__name__}.{info.name}") for info in pkgutil.iter_modules(__path__))
    found: list[Face] = [module.FACE for module in modules]
    return {face.type: face for face in found}


def letters_of(question: Question, *, order: Sequence[str], response: Response | None) -> str:
    """Return the letters of a response, such as `B` or `A C`."""
    lines = faces()[question.type].lines(question, order=order, response=response)
    return " ".join(line.letter for line in lines if line.chosen)
