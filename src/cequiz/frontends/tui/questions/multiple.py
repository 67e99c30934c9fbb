"""Multiple response: each letter adds or removes its option."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cequiz.domain.bank.types import multiple
from cequiz.domain.bank.types.multiple import Method
from cequiz.frontends.tui.face import ChoiceFace
from cequiz.language import mark, tr

if TYPE_CHECKING:
    from cequiz.domain.bank.question import Question

_TASKS = {
    Method.ALL_OR_NOTHING: mark("Choose all that are right. All or nothing."),
    Method.RIGHT_MINUS_WRONG: mark("Choose all that are right. Wrong choices cost points."),
    Method.PER_OPTION: mark("Choose all that are right. Each option counts."),
}


class Multiple(ChoiceFace):
    """Any number of the options."""

    type = "multiple"
    signs = ("■", "□")

    def task(self, question: Question) -> str:
        """Say that several options may be right, and how a partly right choice is marked."""
        assert isinstance(question, multiple.Multiple)  # noqa: S101 - faces are looked up by type; for the type checker
        return tr(_TASKS[question.scoring.method])


FACE = Multiple()
