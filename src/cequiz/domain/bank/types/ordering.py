"""Ordering: the items are shown shuffled, and the student puts them in the right order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from fractions import Fraction
from functools import cached_property
from itertools import pairwise
from math import factorial
from typing import Annotated, ClassVar, Literal

from pydantic import Field, model_validator

from cequiz.domain.bank.fields import MOST_CHOICES, Id, Line, Value, always_shuffled, refuse
from cequiz.domain.bank.frames import ChoiceQuestion
from cequiz.domain.bank.lexicon import Lexicon
from cequiz.domain.bank.question import Choice, only_field
from cequiz.domain.canonical import Json
from cequiz.errors import InvalidResponse
from cequiz.language import tr


class OrderMethod(StrEnum):
    """How an order earns its share of the points."""

    ALL_OR_NOTHING = "all-or-nothing"
    ADJACENT_PAIRS = "adjacent-pairs"
    """The share of the neighbours in the right order that stand next to each other, the same one first."""


class OrderScoring(Value):
    """The method."""

    method: OrderMethod


class OrderItem(Value):
    """One item to put in its place."""

    id: Id
    text: Line


class Ordering(ChoiceQuestion):
    """Items to put in order; a response is `{order: [id, ...]}` and may be the beginning of one."""

    KEY_FIELDS: ClassVar[tuple[str, ...]] = ("items",)

    type: Literal["ordering"]
    items: Annotated[tuple[OrderItem, ...], Field(min_length=2, max_length=MOST_CHOICES)]
    scoring: OrderScoring

    @model_validator(mode="after")
    def _is_shuffled(self) -> Ordering:
        refuse(self, *always_shuffled(self.shuffle))
        return self

    @property
    def max_choices(self) -> int:
        """Every item is placed."""
        return len(self.items)

    @property
    def in_order(self) -> bool:
        """True: the order is the answer."""
        return True

    def choices(self) -> tuple[Choice, ...]:
        """Return the items in the right order, which the form never shows."""
        return tuple(Choice(item.id, item.text) for item in self.items)

    def accept(self, response: Mapping[str, Json]) -> dict[str, Json]:
        """Return the response when it names items of this question, each once."""
        return {"order": list(self._placed(response))}

    def mark(self, response: Mapping[str, Json] | None, lexicon: Lexicon | None = None) -> Fraction:
        """Return the share that the method gives to the order."""
        if response is None:
            return Fraction(0)
        placed = self._placed(response)
        if self.scoring.method is OrderMethod.ALL_OR_NOTHING:
            return Fraction(placed == self._right)
        after = dict(pairwise(placed))
        kept = sum(after.get(one) == following for one, following in pairwise(self._right))
        return Fraction(kept, len(self._right) - 1)

    def key(self) -> dict[str, Json]:
        """Return the right order."""
        return {"order": list(self._right)}

    def rekeyed(self, response: Mapping[str, Json], *, beside: bool) -> dict[str, Json]:
        """Return the items in the order of the response."""
        items = {one["id"]: one for one in self.key_fields()["items"]}
        return {"items": [items[name] for name in self._placed(response)]}

    def chosen(self, response: Mapping[str, Json] | None) -> tuple[str, ...]:
        """Return the items in the order of the response."""
        return () if response is None else self._placed(response)

    def respond(self, chosen: Sequence[str]) -> dict[str, Json]:
        """Return the response that begins with these items in this order."""
        return self.accept({"order": list(chosen)})

    def missing(self, response: Mapping[str, Json] | None) -> int:
        """Return how many items are not placed."""
        return len(self.items) - len(self.chosen(response))

    def asked(self) -> dict[str, Json]:
        """Return what is shown, with the scoring that the student is told."""
        return super().asked() | {"scoring": {"method": self.scoring.method.value}}

    def guess(self) -> Fraction:
        """Return the chance of hitting the one right order of all."""
        return Fraction(1, factorial(len(self.items)))

    def _placed(self, response: Mapping[str, Json]) -> tuple[str, ...]:
        named = only_field(response, "order")
        if isinstance(named, str) or not isinstance(named, Sequence) or not named:
            raise InvalidResponse(
                tr("This question takes the items in their order."), hint=tr("Name the letters in the right order.")
            )
        placed = tuple(one for one in named if isinstance(one, str) and one in self._ids)
        if len(placed) < len(named):
            raise InvalidResponse(tr("The response names an item that this question does not have."))
        if len(set(placed)) < len(placed):
            raise InvalidResponse(tr("The response names an item twice."))
        return placed

    @cached_property
    def _right(self) -> tuple[str, ...]:
        return tuple(item.id for item in self.items)

    @cached_property
    def _ids(self) -> frozenset[str]:
        return frozenset(self._right)
