"""Multiple response: each letter adds or removes its option."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from cequiz.frontends.tui.questions import Face

if TYPE_CHECKING:
    from cequiz.domain.bank.question import Question


class Multiple(Face):
    """Any number of the options."""

    type = "multiple"
    chosen_mark = "■"
    open_mark = "□"

    def task(self, question: Question) -> str:
        """Say that several options may be right."""
        return "Choose all that apply."

    def pick(self, chosen: Sequence[str], option: str) -> tuple[str, ...]:
        """Add the option, or remove it when it is chosen."""
        return tuple(one for one in chosen if one != option) if option in chosen else (*chosen, option)


FACE = Multiple()
