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
from cequiz.language import tr

if TYPE_CHECKING:
    from cequiz.frontends.cli.desk import Desk


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
        desk.table(headings, rows, none=tr("Every answer is the key."))
        for line in _summary(found):
            desk.say(line)
    return 1 if found.disagreed else 0


def vars_of(found: Agreement) -> dict[str, object]:
    """Return a comparison for programs."""
    return {
        "agreed": list(found.agreed),
        "disagreed": [
            {"question": one.question, "key": list(one.key), "answer": list(one.answer), "doubt": one.doubt}
            for one in found.disagreed
        ],
        "unanswered": list(found.unanswered),
        "changed": list(found.changed),
        "absent": list(found.absent),
        "doubts": dict(found.doubts),
    }


def _summary(found: Agreement) -> Iterator[str]:
    agreed, answered = len(found.agreed), len(found.agreed) + len(found.disagreed)
    share = percent(Fraction(100 * agreed, answered)) if answered else "-"
    yield tr("{agreed} of {answered} answers are the key ({share}).", agreed=agreed, answered=answered, share=share)
    if found.unanswered:
        yield tr("Not answered: {items}", items=", ".join(found.unanswered))
    if found.changed:
        yield tr("Changed since the sheet was made: {items}", items=", ".join(found.changed))
    if found.absent:
        yield tr("Not on the sheet: {items}", items=", ".join(found.absent))
    for item, words in found.doubts.items():
        yield tr("Doubt about {item}: {words}", item=item, words=words)
