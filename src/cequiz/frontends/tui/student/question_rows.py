"""Rows that name questions with their state: for the list of all and for what is open before handing in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from textual.content import Content
from textual.widgets.option_list import Option

from cequiz.frontends.tui.widgets.hanging import Hanging
from cequiz.frontends.tui.widgets.navigator import FLAGGED, Cell, sign_of
from cequiz.language import tr
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
    words = [_state(cell)]
    words += [tr("flagged")] if cell.flagged else []
    words += [tr("NOT SAVED")] if cell.unsaved else []
    words += [tr("left behind")] if cell.behind else []
    sign, tone = sign_of(cell)
    mark = Content.assemble(
        (f"{place + 1:>3} ", "bold"), (sign, tone), (FLAGGED if cell.flagged else " ", "$warning"), " "
    )
    state = ", ".join(words).ljust(len(tr("answered")))
    return Hanging(mark, Content.assemble((state, tone), "  ", " ".join(stem.split())), one_line=True)


def _state(cell: Cell) -> str:
    if not cell.answered:
        return tr("open")
    return tr("partly answered") if cell.partly else tr("answered")
