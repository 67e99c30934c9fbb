"""True or false: the stem is a statement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from cequiz.frontends.tui.face import Asked, ChoiceFace, Row
from cequiz.language import mark, tr

if TYPE_CHECKING:
    from cequiz.domain.bank.question import Question

_WORDS = (mark("True"), mark("False"))


class TrueFalse(ChoiceFace):
    """One of two judgements."""

    type = "true_false"

    def task(self, question: Question) -> str:
        """Say what is to be judged."""
        return tr("Is this statement true or false?")

    def rows(self, asked: Asked) -> list[Row | None]:
        """Return the two judgements; they are the house's words, not the bank's."""
        return [row and replace(row, text=tr(row.text)) for row in super().rows(asked)]

    def pick(self, chosen: Sequence[str], choice: str) -> tuple[str, ...]:
        """Choose the judgement instead of the one before."""
        return (choice,)


FACE = TrueFalse()
