"""Ordering: letters are pressed in the order that is right."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cequiz.domain.bank.types import ordering
from cequiz.domain.bank.types.ordering import OrderMethod
from cequiz.frontends.tui.face import OrderFace
from cequiz.language import mark, tr

if TYPE_CHECKING:
    from cequiz.domain.bank.question import Question

_TASKS = {
    OrderMethod.ALL_OR_NOTHING: mark("Put all of them in order. All or nothing."),
    OrderMethod.ADJACENT_PAIRS: mark("Put all of them in order. Each right pair of neighbours counts."),
}


class Ordering(OrderFace):
    """Items to be put in order."""

    type = "ordering"

    def task(self, question: Question) -> str:
        """Say that an order is wanted, and how a partly right one is marked."""
        assert isinstance(question, ordering.Ordering)  # noqa: S101 - faces are looked up by type; for the type checker
        return tr(_TASKS[question.scoring.method])


FACE = Ordering()
