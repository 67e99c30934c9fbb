"""Numeric: a number is typed, in the question's unit or in another one it takes, and must lie within a tolerance.

All numbers are exact fractions, so that the borders of a tolerance belong to it for certain.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction
from functools import cached_property
from typing import Annotated, ClassVar, Literal, Self
from unicodedata import normalize

from pydantic import AfterValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from cequiz.domain.bank.fields import Decimal, Value, Words, decimal_text, refuse
from cequiz.domain.bank.frames import Slot, SlotQuestion
from cequiz.domain.bank.lexicon import Lexicon
from cequiz.domain.bank.question import Choice, Part, only_field
from cequiz.domain.bank.typed import ANSWER, only_answer, typed_text
from cequiz.domain.canonical import Json
from cequiz.errors import InvalidResponse
from cequiz.language import tr

_NUMBER = re.compile(r"([+\-\N{MINUS SIGN}]?)\s*([0-9]*)(?:([.,])([0-9]+))?\s*(.*)", re.DOTALL)
_MARKED = re.compile(r"[0-9][.,'\N{RIGHT SINGLE QUOTATION MARK}\s]+[0-9]")
_POWER = re.compile(r"[0-9]\s*(?:e\s*[+\-\N{MINUS SIGN}]?[0-9]|[x*\N{MULTIPLICATION SIGN}]\s*10|\^)", re.IGNORECASE)
_UNIT_SIGNS = "%\N{PER MILLE SIGN}\N{DEGREE SIGN}\N{PRIME}\N{DOUBLE PRIME}"
_ALL, _NOTHING = Fraction(1), Fraction(0)
_THOUSANDS = 3
"""A comma before this many digits may part thousands as well as decimals."""


def _not_negative(value: Fraction) -> Fraction:
    if value < 0:
        raise PydanticCustomError("range", tr("a tolerance is 0 or more"))
    return value


def _above_zero(value: Fraction) -> Fraction:
    if value <= 0:
        raise PydanticCustomError("range", tr("a factor must be more than 0"))
    return value


class Tolerance(Value):
    """How far from the answer a number may lie, borders included: by an amount, or by percent of the answer."""

    absolute: Annotated[Decimal, AfterValidator(_not_negative)] | None = None
    percent: Annotated[Decimal, AfterValidator(_not_negative)] | None = None

    @model_validator(mode="after")
    def _is_one_of_them(self) -> Self:
        if (self.absolute is None) == (self.percent is None):
            refuse(self, ((), PydanticCustomError("range", tr("a tolerance is either absolute or percent"))))
        return self

    def reach(self, answer: Fraction) -> Fraction:
        """Return the greatest distance from the answer that is right, in the answer's unit."""
        if self.absolute is not None:
            return self.absolute
        return abs(answer) * (self.percent or 0) / 100


class Unit(Value):
    """The unit of the answer, and others that are taken as well."""

    canonical: Words
    """What a bare number is read in."""
    accept: Mapping[Words, Annotated[Decimal, AfterValidator(_above_zero)]] = Field(default_factory=dict)
    """Other units, each with how many of the canonical unit it is: `{g: 1000}` beside `mg`."""

    @model_validator(mode="after")
    def _is_sound(self) -> Self:
        spelled = {unit_form(self.canonical)}
        for name in self.accept:
            if unit_form(name) in spelled:
                refuse(self, (("accept", name), PydanticCustomError("duplicate", tr("this unit stands here twice"))))
            spelled.add(unit_form(name))
        if not all(_is_unit(name) for name in (self.canonical, *self.accept)):
            refuse(self, ((), PydanticCustomError("range", tr("a unit begins with a letter or a sign such as %"))))
        return self

    def factor(self, typed: str) -> Fraction | None:
        """Return how many of the canonical unit a typed unit is; None for a unit that is not taken.

        Letter case counts where two units differ by it alone (`mm`, `Mm`), else it does not.
        """
        wanted = unit_form(typed)
        if wanted in self._factors:
            return self._factors[wanted]
        alike = [each for name, each in self._factors.items() if name.casefold() == wanted.casefold()]
        return alike[0] if len(alike) == 1 else None

    @cached_property
    def _factors(self) -> Mapping[str, Fraction]:
        accepted = {unit_form(name): each for name, each in self.accept.items()}
        return {unit_form(self.canonical): Fraction(1)} | accepted


def unit_form(text: str) -> str:
    """Return a unit with compatibility forms folded and without spaces: both signs for micro are one."""
    return "".join(normalize("NFKC", text).split())


def _is_unit(text: str) -> bool:
    """Whether a text may be a unit; a superscript after a number, as in 10\N{SUPERSCRIPT TWO}, is none."""
    return text[:1].isalpha() or text[:1] in tuple(_UNIT_SIGNS)


def number_of(text: str, unit: Unit | None = None) -> Fraction:
    """Return the number that a text says, in the canonical unit.

    Args:
        text: such as `42`, `-3.5`, `0,5` or `0.5 g`.
        unit: the units that may follow the number; None where none may.

    Raises:
        InvalidResponse: when it is no number, may be read in two ways, or has a unit that is not taken.
    """
    found = _NUMBER.fullmatch(text.strip())
    sign, whole, mark, decimals, typed = found.groups() if found else ("",) * 5
    if not (whole or decimals) or (typed and not _is_unit(typed)):
        raise _no_number(text)
    if mark == "," and len(decimals) == _THOUSANDS and whole and whole[0] != "0":
        raise _two_readings(text, whole + decimals, f"{whole}.{decimals}")
    digits = int(f"{whole}{decimals or ''}")
    value = Fraction(-digits if sign and sign != "+" else digits, 10 ** len(decimals or ""))
    if not typed:
        return value
    factor = unit and unit.factor(typed)
    if not factor:
        raise _no_number(text) if _POWER.search(text) else _unknown_unit(typed, unit)
    return value * factor


def _no_number(text: str) -> InvalidResponse:
    if _POWER.search(text):
        sentence = tr("{text} is written with a power of ten.", text=text.strip())
        return InvalidResponse(sentence, hint=tr("Write the number in full, such as 1000 or 0.001."))
    if _MARKED.search(text):
        sentence = tr("{text} has more than one mark or a space inside the number.", text=text.strip())
        return InvalidResponse(
            sentence, hint=tr("Write thousands without any mark, and decimals after a point: 1000.5")
        )
    sentence = tr("{text} is not a number.", text=text.strip())
    return InvalidResponse(sentence, hint=tr("Write digits, such as 42, -3 or 0.5."))


def _two_readings(text: str, large: str, small: str) -> InvalidResponse:
    return InvalidResponse(
        tr("{text} may be read in two ways.", text=text.strip()),
        hint=tr("Write {large}, or write {small} with a point.", large=large, small=small),
    )


def _unknown_unit(typed: str, unit: Unit | None) -> InvalidResponse:
    if unit is None:
        sentence = tr("The number is followed by {typed}.", typed=typed)
        return InvalidResponse(sentence, hint=tr("This question takes a number alone."))
    units = ", ".join((unit.canonical, *unit.accept))
    sentence = tr("The unit {typed} is not one that this question takes.", typed=typed)
    return InvalidResponse(sentence, hint=tr("Write the number with one of: {units}.", units=units))


class Numeric(SlotQuestion):
    """A question with one typed number; a response is `{text: ...}`, just as it was typed."""

    KEY_FIELDS: ClassVar[tuple[str, ...]] = ("answer", "tolerance", "unit")

    type: Literal["numeric"]
    answer: Decimal
    tolerance: Tolerance | None = None
    """None where only the number itself is right."""
    unit: Unit | None = None

    def choices(self) -> tuple[Choice, ...]:
        """There is nothing to pick from."""
        return ()

    def slots(self) -> tuple[Slot, ...]:
        """Return the one slot, with the unit that a bare number is read in."""
        return (Slot(ANSWER, "", None, unit=self.unit.canonical if self.unit else ""),)

    def filled(self, response: Mapping[str, Json] | None) -> dict[str, str]:
        """Return the typed text in its slot."""
        if response is None:
            return {}
        text = typed_text(only_field(response, "text"))
        number_of(text, self.unit)
        return {ANSWER: text}

    def fill(self, filled: Mapping[str, str]) -> dict[str, Json]:
        """Return the response that holds the typed number."""
        return self.accept({"text": only_answer(filled)})

    def accept(self, response: Mapping[str, Json]) -> dict[str, Json]:
        """Return the response when it says a number in a unit of the question; the text stays as it was typed."""
        text = typed_text(only_field(response, "text"))
        number_of(text, self.unit)
        return {"text": text}

    def mark(self, response: Mapping[str, Json] | None, lexicon: Lexicon | None = None) -> Fraction:
        """Return 1 for a number within the tolerance, its borders included, and 0 for any other."""
        if response is None:
            return _NOTHING
        least, most = self._borders
        return _ALL if least <= number_of(typed_text(only_field(response, "text")), self.unit) <= most else _NOTHING

    def key(self) -> dict[str, Json]:
        """Return the answer with its unit."""
        return {"text": self.right_text()}

    def rekeyed(self, response: Mapping[str, Json], *, beside: bool) -> dict[str, Json]:
        """Return the number of the response in the question's own unit; tolerance and units stay."""
        return self.key_fields() | {"answer": decimal_text(number_of(self.filled(response)[ANSWER], self.unit))}

    def right_text(self) -> str:
        """Return the answer as it would be typed, such as `42 mg`."""
        number = decimal_text(self.answer)
        return f"{number} {self.unit.canonical}" if self.unit else number

    def parts(self, response: Mapping[str, Json] | None, lexicon: Lexicon | None = None) -> tuple[Part, ...]:
        """Return the typed number beside the right one."""
        return (Part("", self.filled(response).get(ANSWER), self.right_text(), self.mark(response, lexicon)),)

    def asked(self) -> dict[str, Json]:
        """Return what is shown, with the unit that stands beside the field."""
        return super().asked() | ({"unit": self.unit.canonical} if self.unit else {})

    def judged_by(self) -> dict[str, Json]:
        """Return the tolerance and the units that are taken."""
        judging: dict[str, Json] = self.model_dump(mode="json", include={"tolerance", "unit"}, exclude_none=True)
        return judging

    def guess(self) -> Fraction:
        """Nothing is earned by a blind guess."""
        return _NOTHING

    @cached_property
    def _borders(self) -> tuple[Fraction, Fraction]:
        """The least and the greatest number that is right."""
        reach = self.tolerance.reach(self.answer) if self.tolerance else _NOTHING
        return self.answer - reach, self.answer + reach
