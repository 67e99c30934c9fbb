"""Rows that name questions with their state: for the list of all and for what is open before handing in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from textual.content import Content
from textual.widgets.option_list import Option

from cequiz.frontends.tui.widgets.hanging import Hanging
from cequiz.frontends.tui.widgets.navigator import ANSWERED, FLAGGED, OPEN, UNSAVED, Cell
from cequiz.services.sitting import Sitting


def question_rows(sitting: Sitting, cells: Sequence[Cell], places: Iterable[int]) -> list[Option]:
    """Return one row a question: number, signs, words for them, the stem's beginning.

    A forward-only exam shows one question at a time, so it names no other by its stem.
    """
    items, one_way = sitting.attempt.form.items, sitting.attempt.terms.forward_only
    here = sum(cell.behind for cell in cells)
    return [
        Option(
            _row(place, cells[place], "" if one_way and place != here else sitting.questions[items[place].key].stem),
            id=str(place),
        )
        for place in places
    ]


def _row(place: int, cell: Cell, stem: str) -> Hanging:
    words = ["answered" if cell.answered else "open"]
    words += ["flagged"] if cell.flagged else []
    words += ["NOT SAVED"] if cell.unsaved else []
    words += ["left behind"] if cell.behind else []
    sign, tone = (ANSWERED, "$success") if cell.answered else (OPEN, "$quiet")
    if cell.unsaved:
        sign, tone = UNSAVED, "bold $error"
    mark = Content.assemble(
        (f"{place + 1:>3} ", "bold"), (sign, tone), (FLAGGED if cell.flagged else " ", "$warning"), " "
    )
    state = ", ".join(words).ljust(len("answered"))
    return Hanging(mark, Content.assemble((state, tone), "  ", " ".join(stem.split())), one_line=True)
