"""Multiple response: any number of the options may be right, and the bank says how a partly right set is marked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from fractions import Fraction
from typing import Annotated, Literal

from pydantic import AfterValidator
from pydantic_core import PydanticCustomError

from cequiz.domain.bank.fields import Decimal, Value, decimal_text
from cequiz.domain.bank.lexicon import Lexicon
from cequiz.domain.bank.options import OptionQuestion
from cequiz.domain.bank.question import only_field
from cequiz.domain.canonical import Json
from cequiz.errors import InvalidResponse
from cequiz.language import tr


class Method(StrEnum):
    """How a chosen set earns its share of the points."""

    ALL_OR_NOTHING = "all-or-nothing"
    RIGHT_MINUS_WRONG = "right-minus-wrong"
    PER_OPTION = "per-option"


def _share(value: Fraction) -> Fraction:
    if not 0 <= value < 1:
        raise PydanticCustomError("range", tr("the floor is a share from 0 up to, not including, 1"))
    return value


class Scoring(Value):
    """The method, and the least share that right-minus-wrong can fall to."""

    method: Method
    floor: Annotated[Decimal, AfterValidator(_share)] = Fraction(0)


class Multiple(OptionQuestion):
    """A question with several right options; a response is `{choices: [id, ...]}` in bank order."""

    type: Literal["multiple"]
    scoring: Scoring

    @property
    def max_choices(self) -> int:
        """Every option may be chosen."""
        return len(self.options)

    def accept(self, response: Mapping[str, Json]) -> dict[str, Json]:
        """Return the response with its options in bank order."""
        return {"choices": list(self._named(response))}

    def mark(self, response: Mapping[str, Json] | None, lexicon: Lexicon | None = None) -> Fraction:
        """Return the share that the scoring method gives to the chosen set."""
        chosen, right = set(self.chosen(response)), set(self.right_ids())
        if response is None or not right:
            return Fraction(0)
        match self.scoring.method:
            case Method.ALL_OR_NOTHING:
                return Fraction(chosen == right)
            case Method.RIGHT_MINUS_WRONG:
                balance = Fraction(len(chosen & right) - len(chosen - right), len(right))
                return max(balance, self.scoring.floor)
            case Method.PER_OPTION:
                return 1 - Fraction(len(chosen ^ right), len(self.options))

    def key(self) -> dict[str, Json]:
        """Return the set of right options."""
        return {"choices": list(self.right_ids())}

    def chosen(self, response: Mapping[str, Json] | None) -> tuple[str, ...]:
        """Return the options that the response names, in bank order."""
        return () if response is None else self._named(response)

    def respond(self, chosen: Sequence[str]) -> dict[str, Json]:
        """Return the response that names these options."""
        return self.accept({"choices": list(chosen)})

    def asked(self) -> dict[str, Json]:
        """Return what is shown, with the scoring that the student is told."""
        scoring: dict[str, Json] = {"method": self.scoring.method.value, "floor": decimal_text(self.scoring.floor)}
        return super().asked() | {"scoring": scoring}

    def guess(self) -> Fraction:
        """Return the chance of hitting the right one of all sets that are not empty."""
        return Fraction(1, 2 ** len(self.options) - 1)

    def _named(self, response: Mapping[str, Json]) -> tuple[str, ...]:
        named = only_field(response, "choices")
        if isinstance(named, str) or not isinstance(named, Sequence) or not named:
            raise InvalidResponse(
                tr("This question takes one or more options."), hint=tr("Choose at least one letter.")
            )
        ids = [self.known(option_id) for option_id in named]
        if len(set(ids)) < len(ids):
            raise InvalidResponse(tr("The response names an option twice."))
        return tuple(option.id for option in self.options if option.id in ids)
