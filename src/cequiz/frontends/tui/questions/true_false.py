"""True or false: the stem is a statement."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from cequiz.frontends.tui.questions import Face

if TYPE_CHECKING:
    from cequiz.domain.bank.question import Question


class TrueFalse(Face):
    """One of two judgements."""

    type = "true_false"
    chosen_mark = "◉"
    open_mark = "○"

    def task(self, question: Question) -> str:
        """Say what is to be judged."""
        return "Is this statement true or false?"

    def pick(self, chosen: Sequence[str], option: str) -> tuple[str, ...]:
        """Choose the judgement instead of the one before."""
        return (option,)


FACE = TrueFalse()
