"""The frame that every question type fills: identity, stem, evidence, and the contract of marking.

A type supplies what the student picks from, what a response looks like and what it earns. Nothing here knows how a
question is drawn, timed or shown; a response holds option ids, never positions, so that shuffling breaks no record.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Annotated, Literal

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from cequiz.domain.bank.fields import Day, Decimal, Flag, Id, Line, Prose, Value, Whole, Words, decimal_text
from cequiz.domain.canonical import Json, digest
from cequiz.errors import InvalidResponse


class Cognitive(StrEnum):
    """What the item asks of the mind."""

    RECALL = "recall"
    APPLICATION = "application"
    ANALYSIS = "analysis"


class Difficulty(StrEnum):
    """How hard the author expects the item to be."""

    EASY = "easy"
    MEDIUM = "medium"
    HARD = "hard"


class Claim(StrEnum):
    """What kind of statement the key is; contested topics must be attributed or evidence."""

    ANATOMY = "anatomy"
    PROCEDURE = "procedure"
    ATTRIBUTED = "attributed"
    EVIDENCE = "evidence"


class Status(StrEnum):
    """Where the item stands in review; only approved items are drawn for scored exams."""

    DRAFT = "draft"
    REVIEW = "review"
    APPROVED = "approved"
    RETIRED = "retired"


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing a student can pick.

    Attributes:
        id: the stable id that a response names.
        text: plain text, never markup.
        pin: "last" keeps it at the end when the others are shuffled.
    """

    id: str
    text: str
    pin: Literal["last"] | None = None


class Option(Value):
    """One option of a question that offers several."""

    id: Id
    text: Line
    correct: Flag = False
    rationale: Prose | None = None
    pin: Literal["last"] | None = None


class Reference(Value):
    """Where the fact stands."""

    cite: Words
    url: Words | None = None
    doi: Words | None = None


class Review(Value):
    """Who looked at the item last, when, and with what result."""

    status: Status
    by: Words
    on: Day


def _above_zero(value: Fraction) -> Fraction:
    if value <= 0:
        raise PydanticCustomError("range", "points must be more than 0")
    return value


def _at_least_one(value: int) -> int:
    if value < 1:
        raise PydanticCustomError("range", "a version is 1 or more")
    return value


def _waivable(code: str) -> str:
    if not (len(code) == 3 and code[0] in "WB" and code[1:].isascii() and code[1:].isdigit()):
        raise PydanticCustomError("waive", "only warnings (W and B codes) are waived, not {code}", {"code": code})
    return code


class Question(Value):
    """The frame of every question type.

    `objective` and `references` may be missing or empty here: rules E06 and E07 say so to the author, together with
    everything else that is wrong with the item.
    """

    id: Id
    version: Annotated[Whole, AfterValidator(_at_least_one)] = 1
    type: str
    objective: Line = ""
    cognitive: Cognitive
    difficulty: Difficulty
    tests: tuple[Id, ...] = ()
    claim: Claim
    stem: Prose
    references: tuple[Reference, ...] = ()
    review: Review
    points: Annotated[Decimal, AfterValidator(_above_zero)] = Fraction(1)
    shuffle: Flag = True
    figure: Id | None = None
    enemies: tuple[Id, ...] = ()
    rationale: Prose | None = None
    waive: Mapping[Annotated[str, AfterValidator(_waivable)], Words] = Field(default_factory=dict)

    @abstractmethod
    def choices(self) -> tuple[Choice, ...]:
        """Return what the student picks from, in the order of the bank."""

    @abstractmethod
    def accept(self, response: Mapping[str, Json]) -> dict[str, Json]:
        """Return the response in its canonical form.

        Raises:
            InvalidResponse: when the question cannot take it.
        """

    @abstractmethod
    def mark(self, response: Mapping[str, Json] | None) -> Fraction:
        """Return the earned share of the points, exact and from 0 to 1; None is an unanswered item and earns 0.

        Raises:
            InvalidResponse: when the question cannot take the response.
        """

    @abstractmethod
    def key(self) -> dict[str, Json]:
        """Return the right response, in the shape of a response."""

    @abstractmethod
    def chosen(self, response: Mapping[str, Json] | None) -> tuple[str, ...]:
        """Return the ids of the choices that a response names, in bank order; none for None.

        Raises:
            InvalidResponse: when the question cannot take the response.
        """

    @abstractmethod
    def respond(self, chosen: Sequence[str]) -> dict[str, Json]:
        """Return the canonical response that names these choices, the inverse of `chosen`.

        Raises:
            InvalidResponse: when the choices make no response, as none at all do.
        """

    @property
    def stem_is_statement(self) -> bool:
        """True where the stem is a statement to be judged, not a question."""
        return False

    @property
    def max_choices(self) -> int:
        """How many choices one response may name."""
        return 1

    @property
    def is_scored(self) -> bool:
        """True when the item may be drawn for a scored exam."""
        return self.review.status is Status.APPROVED

    def choice_rationales(self) -> Mapping[str, str]:
        """Return the rationales that belong to single choices, by choice id."""
        return {}

    def asked(self) -> dict[str, Json]:
        """Return everything the student is shown or told about the item, as JSON."""
        asked: dict[str, Json] = {
            "type": self.type,
            "stem": self.stem,
            "choices": [
                {"id": choice.id, "text": choice.text} | ({"pin": choice.pin} if choice.pin else {})
                for choice in self.choices()
            ],
            "points": decimal_text(self.points),
            "shuffle": self.shuffle,
        }
        return asked | ({"figure": self.figure} if self.figure else {})

    def content_hash(self) -> str:
        """Return the SHA-256, in hexadecimal, over the canonical JSON of what is asked and the key."""
        return digest({"asked": self.asked(), "key": self.key()})

    def guess(self) -> Fraction:
        """Return the chance that a blind guess earns the full points."""
        return Fraction(1, max(len(self.choices()), 1))


def only_field(response: Mapping[str, Json], name: str) -> Json:
    """Return the one field that a response of this type has.

    Raises:
        InvalidResponse: when the field is missing or others stand beside it.
    """
    if set(response) != {name}:
        raise InvalidResponse(f"A response to this question has the field {name} and no other.")
    return response[name]
