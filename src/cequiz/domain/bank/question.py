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
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import AfterValidator, Field, PrivateAttr
from pydantic_core import PydanticCustomError

from cequiz.domain.bank.fields import Day, Decimal, Flag, Id, Line, Prose, Value, Waivers, Whole, Words, decimal_text
from cequiz.domain.bank.lexicon import Lexicon, NearMiss
from cequiz.domain.canonical import Json, digest
from cequiz.errors import InvalidResponse
from cequiz.language import tr


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


class Aspect(StrEnum):
    """What of an assessment test the item asks about; a syllabus wants more than one of each test."""

    PROCEDURE = "procedure"
    """How the test is done."""
    FINDING = "finding"
    """What counts as a positive finding."""
    STRUCTURE = "structure"
    """Which structure or condition it is meant for."""
    INTERPRETATION = "interpretation"
    """What a result says, how far it can be trusted, and what else explains it."""
    REFERRAL = "referral"
    """When to stop, and where to send."""


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


@dataclass(frozen=True, slots=True)
class Part:
    """One part of an answer, as a review tells it; most types have one part, a matching has one a pair.

    Attributes:
        label: what the part asks, in the bank's words; empty where the question has only one part.
        given: the answer in the bank's or the student's words; None where the part is open.
        right: the right answer in the bank's words.
        share: how right the part is by itself, from 0 to 1; how the parts add up is the question's own scoring rule.
    """

    label: str
    given: str | None
    right: str
    share: Fraction


@dataclass(frozen=True, slots=True)
class CaseOf:
    """The case that a question belongs to, and what all questions of the case share.

    Attributes:
        id: the case's own id.
        vignette: the story before its questions.
        figure: a figure that belongs to the vignette.
        place: 1-based place of the question in the case.
        length: how many questions the case has.
    """

    id: str
    vignette: str
    figure: str | None
    place: int
    length: int


class Option(Value):
    """One option of a question that offers several."""

    id: Id
    text: Line
    correct: Flag = False
    rationale: Prose | None = None
    pin: Literal["last"] | None = None


def marked(options: Sequence[Mapping[str, Json]], right: frozenset[str]) -> list[Json]:
    """Return options, as JSON, of which these and no others are right."""
    plain = [{name: value for name, value in one.items() if name != "correct"} for one in options]
    return [one | ({"correct": True} if one["id"] in right else {}) for one in plain]


class Reference(Value):
    """Where the fact stands."""

    cite: Words
    url: Words | None = None
    doi: Words | None = None


class BlindReading(Value):
    """Somebody answered the item without sight of its key.

    Attributes:
        by: who, or in which role.
        on: when.
        agreed: whether the answer was the key.
        note: what came of it, above all after a disagreement.
    """

    by: Words
    on: Day
    agreed: Flag
    note: Words | None = None


class Review(Value):
    """Who looked at the item last, when, and with what result; and who answered it blind, the last reading last."""

    status: Status
    by: Words
    on: Day
    blind: tuple[BlindReading, ...] = ()


def _above_zero(value: Fraction) -> Fraction:
    if value <= 0:
        raise PydanticCustomError("range", tr("points must be more than 0"))
    return value


def at_least_one(value: int) -> int:
    """Return the number of a version, which is 1 or more."""
    if value < 1:
        raise PydanticCustomError("range", tr("a version is 1 or more"))
    return value


class Question(Value):
    """The frame of every question type.

    `objective` and `references` may be missing or empty here: rules E06 and E07 say so to the author, together with
    everything else that is wrong with the item.
    """

    KEY_FIELDS: ClassVar[tuple[str, ...]]
    """The fields of the bank file that say what is right; what a student sees of them stays when they change."""

    id: Id
    version: Annotated[Whole, AfterValidator(at_least_one)] = 1
    type: str
    objective: Line = ""
    cognitive: Cognitive
    difficulty: Difficulty
    tests: tuple[Id, ...] = ()
    aspect: Aspect | None = None
    claim: Claim
    stem: Prose
    references: tuple[Reference, ...] = ()
    review: Review
    points: Annotated[Decimal, AfterValidator(_above_zero)] = Fraction(1)
    shuffle: Flag = True
    figure: Id | None = None
    enemies: tuple[Id, ...] = ()
    rationale: Prose | None = None
    waive: Waivers = Field(default_factory=dict)
    _case: CaseOf | None = PrivateAttr(default=None)

    @abstractmethod
    def choices(self) -> tuple[Choice, ...]:
        """Return what the student picks from, in the order of the bank; empty where everything is typed."""

    @abstractmethod
    def accept(self, response: Mapping[str, Json]) -> dict[str, Json]:
        """Return the response in its canonical form.

        Raises:
            InvalidResponse: when the question cannot take it.
        """

    @abstractmethod
    def mark(self, response: Mapping[str, Json] | None, lexicon: Lexicon | None = None) -> Fraction:
        """Return the earned share of the points, exact and from 0 to 1; None is an unanswered item and earns 0.

        Args:
            response: in its canonical form.
            lexicon: the terms that tolerant spelling must keep apart; without it nothing but the exact spelling counts.

        Raises:
            InvalidResponse: when the question cannot take the response.
        """

    @abstractmethod
    def key(self) -> dict[str, Json]:
        """Return the right response, in the shape of a response."""

    @abstractmethod
    def rekeyed(self, response: Mapping[str, Json], *, beside: bool) -> dict[str, Json]:
        """Return the fields of the bank file that make a response the right one; see `KEY_FIELDS`.

        Args:
            response: in its canonical form, and whole.
            beside: whether typed texts are taken beside those that are accepted already, instead of in their place.
        """

    def key_fields(self) -> dict[str, Any]:
        """Return the fields of the bank file that hold the key."""
        whole = self.model_dump(mode="json", by_alias=True, exclude_defaults=True)
        return {name: whole[name] for name in self.KEY_FIELDS if name in whole}

    def offered(self) -> Sequence[Json]:
        """Return what is picked from, in an order that says nothing about the key."""
        choices = sorted(self.choices(), key=lambda choice: choice.id)
        return [{"id": choice.id, "text": choice.text, "pin": choice.pin} for choice in choices]

    def called(self, choice: str, by: Question) -> str:
        """Return the id that another version of this question, with the same wording, has for a choice of this one."""
        return choice

    def said(self, response: Mapping[str, Json], to: Question) -> Mapping[str, Json]:
        """Return a response to this question as one to another version of it with the same wording."""
        return response

    @abstractmethod
    def parts(self, response: Mapping[str, Json] | None, lexicon: Lexicon | None = None) -> tuple[Part, ...]:
        """Return every part of the answer with what was given, what is right and what it earned."""

    def missing(self, response: Mapping[str, Json] | None) -> int:
        """Return how many parts of the answer are still open; 0 for a whole answer."""
        return int(response is None)

    def near_misses(self, response: Mapping[str, Json] | None, lexicon: Lexicon) -> tuple[NearMiss, ...]:
        """Return the typed answers that were refused only because they name an opposite or a neighbour."""
        return ()

    @property
    def case(self) -> CaseOf | None:
        """The case this question stands in, None for a question of its own."""
        # A draw asks every item of its pool, and Pydantic's own way to a private attribute takes 5 microseconds.
        private = self.__pydantic_private__
        case: CaseOf | None = private["_case"] if private else None
        return case

    def in_case(self, case: CaseOf) -> Self:
        """Return this question as one of a case: the vignette is then part of what is asked."""
        copy = self.model_copy()
        copy._case = case
        return copy

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
        if self.figure:
            asked["figure"] = self.figure
        if self.case is not None:
            asked["case"] = {"id": self.case.id, "vignette": self.case.vignette, "figure": self.case.figure}
        return asked

    def judged_by(self) -> dict[str, Json]:
        """Return what else decides what a response earns, as JSON: accepted spellings, credits, tolerances.

        Empty where the key and what the student is told say it all.
        """
        return {}

    def content_hash(self) -> str:
        """Return the SHA-256, in hexadecimal, over the canonical JSON of what is asked, the key, and the judging."""
        content: dict[str, Json] = {"asked": self.asked(), "key": self.key()}
        judged_by = self.judged_by()
        return digest(content | ({"judging": judged_by} if judged_by else {}))

    def guess(self) -> Fraction:
        """Return the chance that a blind guess earns the full points."""
        return Fraction(1, max(len(self.choices()), 1))


def only_field(response: Mapping[str, Json], name: str) -> Json:
    """Return the one field that a response of this type has.

    Raises:
        InvalidResponse: when the field is missing or others stand beside it.
    """
    if set(response) != {name}:
        raise InvalidResponse(tr("A response to this question has the field {name} and no other.", name=name))
    return response[name]
