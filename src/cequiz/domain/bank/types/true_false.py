"""True or false: the stem is a statement, and the student judges it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import ClassVar, Literal

from cequiz.domain.bank.fields import Flag
from cequiz.domain.bank.frames import ChoiceQuestion
from cequiz.domain.bank.lexicon import Lexicon
from cequiz.domain.bank.question import Choice, only_field
from cequiz.domain.canonical import Json
from cequiz.errors import InvalidResponse
from cequiz.language import tr

_CHOICES = (Choice("true", "True"), Choice("false", "False"))


class TrueFalse(ChoiceQuestion):
    """A statement to judge; a response is `{value: true}` or `{value: false}`."""

    KEY_FIELDS: ClassVar[tuple[str, ...]] = ("answer",)

    type: Literal["true_false"]
    answer: Flag
    # Everyone expects True before False; shuffling the two would only make a student slip.
    shuffle: Flag = False

    def choices(self) -> tuple[Choice, ...]:
        """Return True and False, in this order."""
        return _CHOICES

    def accept(self, response: Mapping[str, Json]) -> dict[str, Json]:
        """Return the response when its value is a boolean."""
        return {"value": _judged(response)}

    def mark(self, response: Mapping[str, Json] | None, lexicon: Lexicon | None = None) -> Fraction:
        """Return 1 for the right judgement and 0 for the other."""
        return Fraction(response is not None and _judged(response) is self.answer)

    def key(self) -> dict[str, Json]:
        """Return the right judgement."""
        return {"value": self.answer}

    def rekeyed(self, response: Mapping[str, Json], *, beside: bool) -> dict[str, Json]:
        """Return the judgement that is right."""
        return {"answer": _judged(response)}

    def chosen(self, response: Mapping[str, Json] | None) -> tuple[str, ...]:
        """Return the id of the judgement, `true` or `false`."""
        return () if response is None else ("true" if _judged(response) else "false",)

    def respond(self, chosen: Sequence[str]) -> dict[str, Json]:
        """Return the response for one of the two ids."""
        if len(chosen) != 1 or chosen[0] not in ("true", "false"):
            raise InvalidResponse(tr("This question takes one of true and false."), hint=tr("Choose one letter."))
        return {"value": chosen[0] == "true"}


def _judged(response: Mapping[str, Json]) -> bool:
    value = only_field(response, "value")
    if not isinstance(value, bool):
        raise InvalidResponse(tr("A response to this question is true or false."))
    return value
