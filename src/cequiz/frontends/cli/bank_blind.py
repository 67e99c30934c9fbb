"""`cequiz bank blind`: a sheet for somebody who answers without the keys, and what came of it."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from cequiz.bootstrap import blind_sheet, read_blind_sheet
from cequiz.domain.bank.blind import Agreement, blind_items, compare
from cequiz.errors import NotAllowed
from cequiz.frontends.cli.files import any_bank
from cequiz.frontends.dates import percent
from cequiz.language import mark, tr

if TYPE_CHECKING:
    from cequiz.frontends.cli.desk import Desk


_NAMED = 10
"""So many items are named where there may be hundreds; --json names them all."""


def print_sheet(desk: Desk, name: str, *, as_json: bool) -> int:
    """Print the sheet of a bank, as YAML to fill in or as JSON, and return the exit code."""
    bank = any_bank(desk, name)
    if as_json:
        desk.document([one.model_dump(mode="json", exclude_defaults=True) for one in blind_items(bank)])
        return 0
    desk.out.write(blind_sheet(bank))
    return 0


def compare_sheet(desk: Desk, name: str, sheet: str, *, as_json: bool) -> int:
    """Print where a reader and the keys disagree; the exit code is 1 when they do.

    Raises:
        NotAllowed: the sheet is of another bank.
    """
    bank, filled = any_bank(desk, name), read_blind_sheet(Path(sheet))
    if filled.bank != bank.id:
        raise NotAllowed(
            tr("The sheet is of bank {sheet}, and this is bank {bank}.", sheet=filled.bank, bank=bank.id),
            hint=tr("Compare a sheet with the bank it was made from."),
        )
    found = compare(bank, filled)
    if as_json:
        desk.document({**vars_of(found), "by": filled.by, "on": filled.on.isoformat() if filled.on else None})
    else:
        rows = [(one.question, " ".join(one.key), " ".join(one.answer), one.doubt) for one in found.disagreed]
        headings = (tr("QUESTION"), tr("KEY"), tr("ANSWER"), tr("DOUBT"))
        desk.table(headings, rows, none=tr("Every answer is the key.") if found.agreed else tr("Nothing is answered."))
        for line in _summary(found):
            desk.say(line)
    return 1 if found.disagreed or found.unknown else 0


def vars_of(found: Agreement) -> dict[str, object]:
    """Return a comparison for programs."""
    return {
        "agreed": list(found.agreed),
        "disagreed": [
            {"question": one.question, "key": list(one.key), "answer": list(one.answer), "doubt": one.doubt}
            for one in found.disagreed
        ],
        "unknown": list(found.unknown),
        "unanswered": list(found.unanswered),
        "changed": list(found.changed),
        "absent": list(found.absent),
        "doubts": dict(found.doubts),
    }


def _summary(found: Agreement) -> Iterator[str]:
    agreed, answered = len(found.agreed), len(found.agreed) + len(found.disagreed)
    share = percent(Fraction(100 * agreed, answered)) if answered else "-"
    yield tr("{agreed} of {answered} answers are the key ({share}).", agreed=agreed, answered=answered, share=share)
    for sentence, names in (
        (mark("{count} answered with an option that is not there: {items}"), found.unknown),
        (mark("{count} not answered: {items}"), found.unanswered),
        (mark("{count} changed since the sheet was made: {items}"), found.changed),
        (mark("{count} not on the sheet: {items}"), found.absent),
    ):
        if names:
            more = " …" if len(names) > _NAMED else ""
            yield tr(sentence, count=len(names), items=", ".join(names[:_NAMED]) + more)
    for item, words in found.doubts.items():
        yield tr("Doubt about {item}: {words}", item=item, words=words)
