"""Single choice: the newest letter is the answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from cequiz.frontends.tui.face import ChoiceFace
from cequiz.language import tr

if TYPE_CHECKING:
    from cequiz.domain.bank.question import Question


class Single(ChoiceFace):
    """One option of several."""

    type = "single"

    def task(self, question: Question) -> str:
        """Say that one option is wanted."""
        return tr("Choose one.")

    def pick(self, chosen: Sequence[str], choice: str) -> tuple[str, ...]:
        """Choose the option instead of the one before."""
        return (choice,)


FACE = Single()
