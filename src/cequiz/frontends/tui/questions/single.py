"""Single choice: the newest letter is the answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from cequiz.frontends.tui.questions import Face

if TYPE_CHECKING:
    from cequiz.domain.bank.question import Question


class Single(Face):
    """One option of several."""

    type = "single"
    chosen_mark = "◉"
    open_mark = "○"

    def task(self, question: Question) -> str:
        """Say that one option is wanted."""
        return "Choose one."

    def pick(self, chosen: Sequence[str], option: str) -> tuple[str, ...]:
        """Choose the option instead of the one before."""
        return (option,)


FACE = Single()
