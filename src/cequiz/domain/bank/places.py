"""What the types with several places have in common: each place is right or wrong by itself.

Matching fills the places of its pairs, a cloze its blanks, a labelling the points of its figure. A response names
places and what fills them, `{pairs: {p1: p2}}`; places may stay open. How the places add up to a mark is for the types.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from fractions import Fraction
from functools import cached_property
from typing import ClassVar

from cequiz.domain.bank.frames import Slot, SlotQuestion
from cequiz.domain.bank.lexicon import Lexicon
from cequiz.domain.bank.question import Part, only_field
from cequiz.domain.canonical import Json
from cequiz.errors import InvalidResponse
from cequiz.language import tr

NOTHING, ALL = Fraction(0), Fraction(1)


class PlacesQuestion(SlotQuestion):
    """A question that is answered place by place."""

    field: ClassVar[str]
    """The one field of a response."""

    @abstractmethod
    def taken(self, place: str, value: str) -> str:
        """Return what fills a place in its canonical form; the place exists.

        Raises:
            InvalidResponse: when this place cannot be filled so.
        """

    @abstractmethod
    def told(self, place: str, value: str) -> str:
        """Return what fills a place, in the bank's or the student's words."""

    @abstractmethod
    def right(self) -> Mapping[str, str]:
        """Return what fills each place rightly."""

    @abstractmethod
    def make_slots(self) -> tuple[Slot, ...]:
        """Return the slots anew; `slots` keeps them."""

    def slots(self) -> tuple[Slot, ...]:
        """Return the places in the order of the bank."""
        return self._slots

    def share(self, place: str, value: str, lexicon: Lexicon | None) -> Fraction:
        """Return how right what fills a place is, from 0 to 1."""
        return ALL if self.right()[place] == value else NOTHING

    def earned(self, filled: Mapping[str, str], lexicon: Lexicon | None) -> Fraction:
        """Return the share of the points: every place counts the same."""
        whole, rest = 0, NOTHING
        for place, value in filled.items():
            share = self.share(place, value, lexicon)
            if share.denominator == 1:
                whole += share.numerator
            else:
                rest += share
        return (whole + rest) / len(self._slots) if rest else Fraction(whole, len(self._slots))

    def accept(self, response: Mapping[str, Json]) -> dict[str, Json]:
        """Return the response with its places in the order of the bank."""
        return {self.field: dict(self.filled(response))}

    def filled(self, response: Mapping[str, Json] | None) -> dict[str, str]:
        """Return what fills each place; open ones are left out."""
        if response is None:
            return {}
        named = only_field(response, self.field)
        if not isinstance(named, Mapping) or not named:
            raise InvalidResponse(tr("The response fills no place of this question."))
        if not self._places.issuperset(named):
            raise InvalidResponse(tr("The response names a place that this question does not have."))
        return {slot.id: self._taken(slot.id, named[slot.id]) for slot in self._slots if slot.id in named}

    def fill(self, filled: Mapping[str, str]) -> dict[str, Json]:
        """Return the response in which these places are filled."""
        return self.accept({self.field: dict(filled)})

    def mark(self, response: Mapping[str, Json] | None, lexicon: Lexicon | None = None) -> Fraction:
        """Return the share that the places earn together; open ones earn nothing."""
        return NOTHING if response is None else self.earned(self.filled(response), lexicon)

    def key(self) -> dict[str, Json]:
        """Return what fills each place rightly."""
        return {self.field: dict(self.right())}

    def parts(self, response: Mapping[str, Json] | None, lexicon: Lexicon | None = None) -> tuple[Part, ...]:
        """Return one part a place; a place without words of its own is called by its number."""
        filled, right = self.filled(response), self.right()
        return tuple(
            Part(
                label=slot.label or str(number),
                given=self.told(slot.id, filled[slot.id]) if slot.id in filled else None,
                right=self.told(slot.id, right[slot.id]) if slot.id in right else "",
                share=self.share(slot.id, filled[slot.id], lexicon) if slot.id in filled else NOTHING,
            )
            for number, slot in enumerate(self._slots, start=1)
        )

    def _taken(self, place: str, value: Json) -> str:
        if not isinstance(value, str):
            raise InvalidResponse(tr("A place of this question is filled with text."))
        return self.taken(place, value)

    @cached_property
    def _slots(self) -> tuple[Slot, ...]:
        return self.make_slots()

    @cached_property
    def _places(self) -> frozenset[str]:
        return frozenset(slot.id for slot in self._slots)


def unknown_choice() -> InvalidResponse:
    """Return the refusal of a choice that is not there."""
    return InvalidResponse(tr("The response names an option that this question does not have."))
