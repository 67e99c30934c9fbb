"""Cloze: a text with blanks, each to be chosen for from a list of its own or typed in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction
from functools import cached_property
from math import prod
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from cequiz.domain.bank.fields import MOST_CHOICES, Id, Statement, refuse, repeated
from cequiz.domain.bank.frames import Slot
from cequiz.domain.bank.lexicon import Lexicon, NearMiss
from cequiz.domain.bank.places import ALL, NOTHING, PlacesQuestion, unknown_choice
from cequiz.domain.bank.question import Choice, Option, marked
from cequiz.domain.bank.typed import TypedAnswer, accepting, typed_text
from cequiz.domain.canonical import Json
from cequiz.language import tr

PLACE = re.compile(r"\{\{([^{}]*)\}\}")
"""A place for a blank in the text of a cloze."""


class Blank(TypedAnswer):
    """One blank: `options` to choose from, one of them correct, or `accept` (and `spelling`) for what is typed."""

    options: Annotated[tuple[Option, ...], Field(min_length=2, max_length=MOST_CHOICES)] | None = None

    @model_validator(mode="after")
    def _one_kind(self) -> Blank:
        if (self.options is None) is not bool(self.accepted):
            raise PydanticCustomError("range", tr("a blank has either options or accept"))
        if self.options is not None and "spelling" in self.model_fields_set:
            raise PydanticCustomError("range", tr("spelling belongs to a blank that is typed"))
        return self

    def choices(self) -> tuple[Choice, ...]:
        """Return what the blank is chosen for from; none where it is typed."""
        return tuple(Choice(option.id, option.text, option.pin) for option in self.options or ())

    def right(self) -> str | None:
        """Return the right option, or the first text that earns everything; None where the author named none."""
        if self.options is None:
            return self.right_text()
        return next((option.id for option in self.options if option.correct), None)

    def refilled(self, fields: Mapping[str, Any], right: str, *, beside: bool) -> dict[str, Json]:
        """Return the fields of the blank, as JSON, with another right filling."""
        if self.options is not None:
            return {**fields, "options": marked(fields["options"], frozenset({right}))}
        same = right == self.right_text()
        return {**fields, "accept": fields["accept"] if same else accepting(fields["accept"], right, beside=beside)}


class Cloze(PlacesQuestion):
    """A text with blanks; a response is `{blanks: {blank id: option id or typed text}}`."""

    field: ClassVar[str] = "blanks"
    KEY_FIELDS: ClassVar[tuple[str, ...]] = ("blanks",)

    type: Literal["cloze"]
    text: Statement
    blanks: Annotated[Mapping[Id, Blank], Field(min_length=1, max_length=20)]

    @model_validator(mode="after")
    def _fits(self) -> Cloze:
        places = PLACE.findall(self.text)
        problems: list[tuple[tuple[str | int, ...], PydanticCustomError]] = [
            (("text",), PydanticCustomError("unknown_name", tr("there is no blank {name} for this place", name=name)))
            for name in dict.fromkeys(places)
            if name not in self.blanks
        ]
        for _, name in repeated(places):
            sentence = tr("the blank {name} stands in the text twice", name=name)
            problems.append((("text",), PydanticCustomError("duplicate", sentence)))
        if any(brackets in PLACE.sub("", self.text) for brackets in ("{{", "}}")):
            sentence = tr("two braces belong to no place here: a place is written {example}", example="{{id}}")
            problems.append((("text",), PydanticCustomError("range", sentence)))
        for name in self.blanks:
            if name not in places:
                sentence = tr("the text has no place for the blank {name}", name=name)
                problems.append((("blanks", name), PydanticCustomError("unknown_name", sentence)))
        refuse(self, *problems)
        return self

    def choices(self) -> tuple[Choice, ...]:
        """Return the options of all blanks in the order of the text; their ids are `blank/option`."""
        return tuple(
            Choice(f"{slot.id}/{choice.id}", choice.text, choice.pin)
            for slot in self.slots()
            for choice in slot.choices or ()
        )

    def choice_rationales(self) -> Mapping[str, str]:
        """Return why each option is right or wrong, where the author says so."""
        return {
            f"{name}/{option.id}": option.rationale
            for name, blank in self.blanks.items()
            for option in blank.options or ()
            if option.rationale
        }

    def make_slots(self) -> tuple[Slot, ...]:
        """Return the blanks in the order of the text."""
        blanks = [(name, self.blanks[name]) for name in PLACE.findall(self.text)]
        return tuple(Slot(name, "", blank.choices() if blank.options is not None else None) for name, blank in blanks)

    def right(self) -> Mapping[str, str]:
        """Return what fills each blank rightly."""
        return self._right

    def rekeyed(self, response: Mapping[str, Json], *, beside: bool) -> dict[str, Json]:
        """Return the blanks with what the response fills them with."""
        right, blanks = self.filled(response), self.key_fields()["blanks"].items()
        return {"blanks": {name: self.blanks[name].refilled(one, right[name], beside=beside) for name, one in blanks}}

    def taken(self, place: str, value: str) -> str:
        """Return the id of an option of this blank, or the text as it was typed."""
        options = self._texts[place]
        if options is None:
            return typed_text(value)
        if value not in options:
            raise unknown_choice()
        return value

    def told(self, place: str, value: str) -> str:
        """Return an option's text, or what was typed."""
        options = self._texts[place]
        return value if options is None else options[value]

    def share(self, place: str, value: str, lexicon: Lexicon | None) -> Fraction:
        """Return what the blank's option or its typed text earns."""
        if self._texts[place] is not None:
            return ALL if self._right.get(place) == value else NOTHING
        return self.blanks[place].judge(value, lexicon, part=place).share

    def near_misses(self, response: Mapping[str, Json] | None, lexicon: Lexicon) -> tuple[NearMiss, ...]:
        """Return the typed blanks that name an opposite or a neighbour of what is accepted."""
        typed = [(place, value) for place, value in self.filled(response).items() if self._texts[place] is None]
        verdicts = (self.blanks[place].judge(value, lexicon, part=place) for place, value in typed)
        return tuple(verdict.miss for verdict in verdicts if verdict.miss is not None)

    def asked(self) -> dict[str, Json]:
        """Return what is shown, the text with its places included."""
        return super().asked() | {"text": self.text}

    def judged_by(self) -> dict[str, Json]:
        """Return what the typed blanks accept."""
        return {name: blank.judging() for name, blank in self.blanks.items() if blank.options is None}

    def guess(self) -> Fraction:
        """Return the chance of hitting all blanks; nobody guesses what is typed."""
        if any(blank.options is None for blank in self.blanks.values()):
            return NOTHING
        return Fraction(1, prod(len(blank.options or ()) for blank in self.blanks.values()))

    @cached_property
    def _right(self) -> Mapping[str, str]:
        found = {slot.id: self.blanks[slot.id].right() for slot in self.slots()}
        return {name: right for name, right in found.items() if right is not None}

    @cached_property
    def _texts(self) -> Mapping[str, Mapping[str, str] | None]:
        """The texts of each blank's options by their ids; None where the blank is typed."""
        return {
            name: None if blank.options is None else {option.id: option.text for option in blank.options}
            for name, blank in self.blanks.items()
        }
