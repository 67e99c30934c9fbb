"""Matching: every left side gets one of the right sides; a right side may be used for none, one or several."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from fractions import Fraction
from functools import cached_property
from itertools import count
from math import perm
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from cequiz.domain.bank.fields import MOST_CHOICES, Id, Line, Value, always_shuffled, refuse
from cequiz.domain.bank.frames import Slot
from cequiz.domain.bank.lexicon import Lexicon
from cequiz.domain.bank.places import NOTHING, PlacesQuestion, unknown_choice
from cequiz.domain.bank.question import Choice, Question
from cequiz.domain.canonical import Json
from cequiz.language import tr


class PairMethod(StrEnum):
    """How the pairs earn their share of the points."""

    PER_PAIR = "per-pair"
    ALL_OR_NOTHING = "all-or-nothing"


class PairScoring(Value):
    """The method."""

    method: PairMethod


class Pair(Value):
    """One left side and the right side that belongs to it."""

    id: Id
    left: Line
    right: Line


class Distractor(Value):
    """A right side that belongs to no left side."""

    id: Id
    text: Line


def _named(values: object) -> object:
    """Give a distractor that is plain text the id of its place: d1, d2 ..."""
    if not isinstance(values, list | tuple):
        return values
    return [
        {"id": f"d{number}", "text": value} if isinstance(value, str) else value
        for number, value in enumerate(values, start=1)
    ]


def _or_text(schema: dict[str, Any]) -> None:
    """Tell editors that plain text will do."""
    schema["items"] = {"anyOf": [{"type": "string"}, schema["items"]]}


class Matching(PlacesQuestion):
    """Pairs to put together; a response is `{pairs: {left id: right id}}`.

    A right side has the id of the first pair that it belongs to: where two pairs have the same right side, it stands
    among the choices once and is right for both.
    """

    field: ClassVar[str] = "pairs"
    KEY_FIELDS: ClassVar[tuple[str, ...]] = ("pairs", "distractors")

    type: Literal["matching"]
    pairs: Annotated[tuple[Pair, ...], Field(min_length=2, max_length=20)]
    distractors: Annotated[tuple[Distractor, ...], BeforeValidator(_named), Field(json_schema_extra=_or_text)] = ()
    scoring: PairScoring

    @model_validator(mode="after")
    def _fits(self) -> Matching:
        problems = always_shuffled(self.shuffle)
        if len(self.choices()) > MOST_CHOICES:
            sentence = tr("at most {most} different right sides and distractors have letters", most=MOST_CHOICES)
            place = "distractors" if self.distractors else "pairs"
            problems.append(((place,), PydanticCustomError("range", sentence)))
        if len(self.choices()) == 1:
            sentence = tr("every pair has the same right side: add another one or a distractor")
            problems.append((("pairs",), PydanticCustomError("range", sentence)))
        refuse(self, *problems)
        return self

    @property
    def shared(self) -> bool:
        """Every left side is matched from the same right sides."""
        return True

    def choices(self) -> tuple[Choice, ...]:
        """Return the right sides in the order of the pairs, then the distractors."""
        return self._choices

    def make_slots(self) -> tuple[Slot, ...]:
        """Return the left sides."""
        return tuple(Slot(pair.id, pair.left, self._choices) for pair in self.pairs)

    def right(self) -> Mapping[str, str]:
        """Return the right side of every pair."""
        return self._right

    def rekeyed(self, response: Mapping[str, Json], *, beside: bool) -> dict[str, Json]:
        """Return the pairs with their new right sides; one that belongs to no pair any more becomes a distractor."""
        right = self.filled(response)
        pairs = [{**pair, "right": self._texts[right[pair["id"]]]} for pair in self.key_fields()["pairs"]]
        used, known = {pair["right"] for pair in pairs}, {one.text: one.id for one in self.distractors}
        taken = {*known.values(), *(pair.id for pair in self.pairs)}
        fresh = (name for name in map("d{}".format, count(1)) if name not in taken)
        texts = dict.fromkeys(text for text in self._texts.values() if text not in used)
        left = [{"id": known[text] if text in known else next(fresh), "text": text} for text in texts]
        return {"pairs": pairs, **({"distractors": left} if left else {})}

    def offered(self) -> Sequence[Json]:
        """Return the texts of the right sides: their ids are those of the pairs they belong to, and so of the key."""
        return sorted(self._texts.values())

    def called(self, choice: str, by: Question) -> str:
        """Return the id that another version has for the same text."""
        assert isinstance(by, Matching)  # noqa: S101 - a version of the same question
        return next(one.id for one in by.choices() if one.text == self._texts[choice])

    def said(self, response: Mapping[str, Json], to: Question) -> Mapping[str, Json]:
        """Return the pairs of a response with the ids that another version has for the same texts."""
        assert isinstance(to, Matching)  # noqa: S101 - a version of the same question
        return to.fill({place: self.called(value, to) for place, value in self.filled(response).items()})

    def taken(self, place: str, value: str) -> str:
        """Return the id of a right side; the id of another pair with the same right side means the same."""
        if value in self._right:
            return self._right[value]
        if value in self._texts:
            return value
        raise unknown_choice()

    def told(self, place: str, value: str) -> str:
        """Return a right side's text."""
        return self._texts[value]

    def earned(self, filled: Mapping[str, str], lexicon: Lexicon | None) -> Fraction:
        """Return the share of the pairs that are right, or 1 when all are, as the method has it."""
        share = super().earned(filled, lexicon)
        return share if self.scoring.method is PairMethod.PER_PAIR or share == 1 else NOTHING

    def asked(self) -> dict[str, Json]:
        """Return what is shown, with the scoring that the student is told."""
        lefts: list[Json] = [{"id": pair.id, "text": pair.left} for pair in self.pairs]
        return super().asked() | {"lefts": lefts, "scoring": {"method": self.scoring.method.value}}

    def guess(self) -> Fraction:
        """Return the chance of hitting all pairs; whoever sees as many sides as pairs uses none of them twice."""
        pairs, sides = len(self.pairs), len(self._choices)
        distinct = len(set(self._right.values())) == pairs
        return Fraction(1, perm(sides, pairs) if distinct else sides**pairs)

    @cached_property
    def _right(self) -> Mapping[str, str]:
        first: dict[str, str] = {}
        return {pair.id: first.setdefault(pair.right, pair.id) for pair in self.pairs}

    @cached_property
    def _choices(self) -> tuple[Choice, ...]:
        sides = {pair.right: pair.id for pair in reversed(self.pairs)}
        own = tuple(Choice(pair.id, pair.right) for pair in self.pairs if sides[pair.right] == pair.id)
        return own + tuple(Choice(one.id, one.text) for one in self.distractors)

    @cached_property
    def _texts(self) -> Mapping[str, str]:
        return {choice.id: choice.text for choice in self._choices}
