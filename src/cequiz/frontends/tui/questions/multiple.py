"""Multiple response: each letter adds or removes its option."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from cequiz.domain.bank.types import multiple
from cequiz.domain.bank.types.multiple import Method
from cequiz.frontends.tui.questions import Face

if TYPE_CHECKING:
    from cequiz.domain.bank.question import Question

_RULES = {
    Method.ALL_OR_NOTHING: "All or nothing.",
    Method.RIGHT_MINUS_WRONG: "Wrong choices cost points.",
    Method.PER_OPTION: "Each option counts.",
}


class Multiple(Face):
    """Any number of the options."""

    type = "multiple"
    chosen_mark = "■"
    open_mark = "□"

    def task(self, question: Question) -> str:
        """Say that several options may be right, and how a partly right choice is marked."""
        assert isinstance(question, multiple.Multiple)  # noqa: S101 - faces are looked up by type; for the type checker
        return f"Choose all that are right. {_RULES[question.scoring.method]}"

    def pick(self, chosen: Sequence[str], option: str) -> tuple[str, ...]:
        """Add the option, or remove it when it is chosen."""
        return tuple(one for one in chosen if one != option) if option in chosen else (*chosen, option)


FACE = Multiple()
