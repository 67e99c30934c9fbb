"""Typed answers: what a question accepts, and what a typed text earns.

Short answers and the typed blanks of a cloze share these fields. How two spellings are compared is decided in
`spelling`; nothing here knows how a text is asked for or shown.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from functools import cached_property
from typing import Annotated

from pydantic import BeforeValidator, Field, PlainSerializer, WithJsonSchema, model_validator
from pydantic_core import PydanticCustomError

from cequiz.domain.bank.fields import Value, Words, refuse, repeated
from cequiz.domain.bank.lexicon import Lexicon, NearMiss
from cequiz.domain.bank.spelling import Comparison, compare
from cequiz.domain.bank.tokens import normal, words_of
from cequiz.domain.canonical import Json
from cequiz.domain.text import code_point, first_unsafe
from cequiz.errors import InvalidResponse
from cequiz.language import tr

ANSWER = "answer"
"""The id of the one slot of a question that is answered with one typed text."""

MOST_LETTERS = 500
"""The longest typed answer, in characters: a sentence, not an essay."""

_CREDIT = re.compile(r"(?:0|[1-9][0-9]{0,3})(?:\.[0-9]{1,6}|/[1-9][0-9]{0,3})?")
_NOTHING = Fraction(0)


class Spelling(StrEnum):
    """How closely a typed text must be spelled like an accepted one."""

    EXACT = "exact"
    """Letter by letter, after case, surrounding and repeated spaces and Unicode's compatibility forms are folded."""
    TOLERANT = "tolerant"
    """Small slips in longer words are forgiven, never an opposite or a neighbour; see `spelling`."""


def _credit(value: object) -> object:
    if (isinstance(value, str) and _CREDIT.fullmatch(value)) or type(value) is int:
        value = Fraction(value)
    if not isinstance(value, Fraction):
        raise PydanticCustomError("number", tr("a share such as 1/2 or 0.5 is expected here"))
    if not 0 < value <= 1:
        raise PydanticCustomError("range", tr("a credit is more than 0 and at most 1"))
    return value


Credit = Annotated[
    Fraction,
    BeforeValidator(_credit),
    PlainSerializer(str, return_type=str),
    WithJsonSchema({"type": ["number", "string"], "pattern": f"^{_CREDIT.pattern}$"}),
]
"""An exact share of the points, more than 0 and at most 1, written `1/2` or `0.5`."""


class Accepted(Value):
    """One text that is accepted, and the share of the points it earns."""

    text: Words
    credit: Credit = Fraction(1)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a typed text earns, and why.

    Attributes:
        share: from 0 to 1.
        accepted: the accepted answer it was taken for; None when it earns nothing.
        miss: why it was refused, where only the guard of opposites and neighbours refused it.
    """

    share: Fraction
    accepted: Accepted | None = None
    miss: NearMiss | None = None


_WRONG = Verdict(_NOTHING)


class TypedAnswer(Value):
    """The fields of an answer that is typed."""

    accepted: tuple[Accepted, ...] = Field(default=(), max_length=100, alias="accept")
    spelling: Spelling = Spelling.EXACT

    @model_validator(mode="after")
    def _is_sound(self) -> TypedAnswer:
        """Refuse answers that say the same twice, or of which none earns the full points."""
        problems: list[tuple[tuple[str | int, ...], PydanticCustomError]] = [
            (("accept", index, "text"), PydanticCustomError("duplicate", tr("this answer is accepted twice")))
            for index, _ in repeated(normal(one.text) for one in self.accepted)
        ]
        if self.accepted and all(one.credit < 1 for one in self.accepted):
            sentence = tr("at least one accepted answer must earn the full points: leave its credit out")
            problems.append((("accept",), PydanticCustomError("range", sentence)))
        refuse(self, *problems)
        return self

    @cached_property
    def _exact(self) -> Mapping[str, Verdict]:
        """What each accepted spelling earns, by its normal form."""
        return {normal(one.text): Verdict(one.credit, one) for one in self.accepted}

    @cached_property
    def _best_first(self) -> tuple[tuple[Accepted, tuple[str, ...]], ...]:
        """The accepted answers with their words, those that earn most first."""
        ordered = sorted(self.accepted, key=lambda one: -one.credit)
        return tuple((one, words_of(one.text)) for one in ordered)

    def judge(self, text: str, lexicon: Lexicon | None = None, *, part: str = "") -> Verdict:
        """Return what a typed text earns; the best of all accepted answers counts.

        Args:
            text: as it was typed.
            lexicon: the terms that tolerant spelling keeps apart; without it only the exact spelling counts.
            part: names the part of the question in a near miss.
        """
        found = self._exact.get(normal(text))
        if found is not None or lexicon is None or self.spelling is Spelling.EXACT:
            return found or _WRONG
        return self._nearest(text, lexicon, part)

    def _nearest(self, text: str, lexicon: Lexicon, part: str) -> Verdict:
        """Judge a text that is not spelled exactly like any accepted one: the nearest counts, then the best."""
        typed = words_of(text)
        taken: tuple[int, Accepted] | None = None
        refused: tuple[Accepted, Comparison] | None = None
        for accepted, wanted in self._best_first:
            found = compare(typed, wanted, lexicon)
            if found.same and (taken is None or found.away < taken[0]):
                taken = found.away, accepted
            elif found.rule and refused is None:
                refused = accepted, found
        if taken is not None:
            return Verdict(taken[1].credit, taken[1])
        if refused is None:
            return _WRONG
        return Verdict(_NOTHING, miss=NearMiss(part, text, refused[0].text, refused[1].pair, refused[1].rule))

    def right_text(self) -> str | None:
        """Return the first text that earns the full points; None where nothing is accepted."""
        return next((one.text for one in self.accepted if one.credit == 1), None)

    def judging(self) -> dict[str, Json]:
        """Return everything that decides what a text earns, as JSON: for the content hash."""
        accept: list[Json] = [{"text": one.text, "credit": str(one.credit)} for one in self.accepted]
        return {"accept": accept, "spelling": self.spelling.value}


def accepting(accept: Sequence[Mapping[str, Json]], text: str, *, beside: bool) -> list[Json]:
    """Return accepted texts, as JSON, in which this one earns everything, alone or beside those before."""
    others = [one for one in accept if normal(str(one["text"])) != normal(text)]
    return [*others, {"text": text}] if beside else [{"text": text}]


def only_answer(filled: Mapping[str, str]) -> str:
    """Return what fills the one slot of a typed question.

    Raises:
        InvalidResponse: when it is open, or another slot is named.
    """
    if set(filled) != {ANSWER}:
        raise InvalidResponse(tr("This question takes one typed answer."), hint=tr("Type it after an equals sign."))
    return filled[ANSWER]


def typed_text(value: Json) -> str:
    """Return a typed text just as it was typed, when it can be one.

    Raises:
        InvalidResponse: when it is blank, too long, not text, or holds a character that cannot be shown.
    """
    if not isinstance(value, str) or not value.strip():
        raise InvalidResponse(tr("The answer is empty."), hint=tr("Type the answer, or leave the question open."))
    if len(value) > MOST_LETTERS:
        raise InvalidResponse(
            tr("The answer is longer than {most} characters.", most=MOST_LETTERS), hint=tr("Type a shorter answer.")
        )
    unsafe = first_unsafe(value, line=True)
    if unsafe is not None:
        raise InvalidResponse(
            tr("The answer holds the character {point}, which cannot be shown.", point=code_point(unsafe)),
            hint=tr("Type the answer on one line, without control characters."),
        )
    return value
