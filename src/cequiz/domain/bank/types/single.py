"""Single best answer: exactly one of the options is right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Literal

from cequiz.domain.bank.lexicon import Lexicon
from cequiz.domain.bank.options import OptionQuestion
from cequiz.domain.bank.question import only_field
from cequiz.domain.canonical import Json
from cequiz.errors import InvalidResponse
from cequiz.language import tr


class Single(OptionQuestion):
    """A question with one right option; a response is `{choice: id}`."""

    type: Literal["single"]

    def accept(self, response: Mapping[str, Json]) -> dict[str, Json]:
        """Return the response when it names an option of this question."""
        return {"choice": self.known(only_field(response, "choice"))}

    def mark(self, response: Mapping[str, Json] | None, lexicon: Lexicon | None = None) -> Fraction:
        """Return 1 for the right option and 0 for every other."""
        return Fraction(self.chosen(response) == self.right_ids()[:1] and response is not None)

    def key(self) -> dict[str, Json]:
        """Return the right option; None stands where the author named none (rule E01)."""
        return {"choice": next(iter(self.right_ids()), None)}

    def chosen(self, response: Mapping[str, Json] | None) -> tuple[str, ...]:
        """Return the one option that the response names."""
        return () if response is None else (self.known(only_field(response, "choice")),)

    def respond(self, chosen: Sequence[str]) -> dict[str, Json]:
        """Return the response that names this one option."""
        if len(chosen) != 1:
            raise InvalidResponse(tr("This question takes exactly one option."), hint=tr("Choose one letter."))
        return self.accept({"choice": chosen[0]})
