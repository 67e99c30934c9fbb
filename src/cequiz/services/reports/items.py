"""`report items`: how often each question was drawn, how hard it was, and what was answered."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction

from cequiz.domain.bank.bank import Bank
from cequiz.domain.bank.options import OptionQuestion
from cequiz.domain.bank.question import Question
from cequiz.domain.canonical import Json
from cequiz.domain.exam.tally import cut_text
from cequiz.domain.report import Align, Column, Report
from cequiz.errors import NotFound, Stopped
from cequiz.language import tr
from cequiz.services import tallying
from cequiz.services.ports import Ports, Unit
from cequiz.services.reports.periods import house
from cequiz.services.tallying import ItemStatistics, never, quiet

_WORDS = 100  # characters of a stem in a table


def items(
    ports: Ports,
    *,
    bank_id: str = "",
    progress: Callable[[int, int], None] = quiet,
    stop: Callable[[], bool] = never,
) -> Report:
    """Return the statistics of items, counted up to now: every item of the newest banks, and earlier ones with counts.

    Args:
        ports: the outside world.
        bank_id: of one bank; empty for all.
        progress: is told how many scores are counted, and of how many.
        stop: whether to stop; what was counted until then stays counted.

    Raises:
        NotFound: there is no such bank.
        Stopped: it was stopped.
    """
    tallying.catch_up(ports, progress=progress, stop=stop)
    if stop():
        raise Stopped(tr("The counting was stopped."), hint=tr("What was counted stays counted."))
    found = tallying.statistics(ports, bank_id=bank_id)
    with ports.store.read() as unit:
        here = house(ports, unit)
        rows = [row for bank in _banks(unit, bank_id) for row in _rows(bank, found)]
    return Report(
        id="items",
        title=tr("Item statistics"),
        made_at=here.now,
        covers=tr("Bank {bank}", bank=bank_id) if bank_id else tr("All banks"),
        columns=_columns(),
        rows=rows,
        notes=_notes(),
        summary={"items": len(rows), "drawn": sum(one.drawn for one in found)},
    )


def _banks(unit: Unit, bank_id: str) -> Sequence[Bank]:
    ids = dict.fromkeys(one.id for one in unit.banks.versions() if bank_id in ("", one.id))
    if bank_id and not ids:
        raise NotFound(
            tr("There is no bank {name}.", name=bank_id), hint=tr("`cequiz bank list` shows what is loaded.")
        )
    return [bank for one in ids if (bank := unit.banks.latest(one)) is not None]


def _rows(bank: Bank, found: Sequence[ItemStatistics]) -> list[dict[str, Json]]:
    """Return the rows of a bank: its items in order, then counts of wordings that it no longer has."""
    known = {(one.question_id, one.content_hash): one for one in found if one.bank_id == bank.id}
    rows = []
    for item in bank.items:
        rows.append(_row(bank, item.id, item, known.pop((item.id, item.content_hash()), None)))
    return rows + [_row(bank, question, None, one) for (question, _), one in sorted(known.items())]


def _row(bank: Bank, question_id: str, item: Question | None, one: ItemStatistics | None) -> dict[str, Json]:
    return {
        "bank": bank.id,
        "question": question_id,
        "drawn": one.drawn if one else 0,
        "answered": one.answered if one else 0,
        "full": one.full if one else 0,
        "facility": _thousandths(one.facility) if one and one.facility is not None else None,
        "discrimination": cut_text(one.discrimination, 3) if one and one.discrimination is not None else None,
        "key": list(item.right_ids()) if isinstance(item, OptionQuestion) else [],
        "options": _options(item, one),
        "objective": item.objective if item else None,
        "current": item is not None,
        "stem": _short(item.stem) if item else None,
    }


def _options(item: Question | None, one: ItemStatistics | None) -> dict[str, Json]:
    """Return what was answered: choices with their counts, 0 included; else the parts, right of answered."""
    if one is None:
        return {}
    if one.parts:
        return {name or "*": f"{part.right}/{part.answered}" for name, part in one.parts.items()}
    offered = {choice.id: 0 for choice in item.choices()} if item else {}
    return {**offered, **one.options}


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _WORDS else f"{line[: _WORDS - 1]}…"


def _thousandths(share: Fraction) -> str:
    """Return a share from 0 to 1, cut to three decimals."""
    whole, rest = divmod(share.numerator * 1000 // share.denominator, 1000)
    return f"{whole}.{rest:03}"


def _columns() -> tuple[Column, ...]:
    right = Align.RIGHT
    return (
        Column("bank", tr("Bank")),
        Column("question", tr("Question")),
        Column("drawn", tr("Drawn"), right),
        Column("answered", tr("Answered"), right),
        Column("full", tr("Right"), right),
        Column("facility", tr("Facility"), right),
        Column("discrimination", tr("Discrimination"), right),
        Column("key", tr("Key")),
        Column("options", tr("Answers")),
        Column("objective", tr("Objective")),
        Column("current", tr("In use")),
        Column("stem", tr("Stem")),
    )


def _notes() -> tuple[str, ...]:
    return (
        tr("Facility is the mean share of the item's points, an open item counting 0; it is cut."),
        tr("Discrimination is the correlation with what the rest of the exam earned; empty where one does not vary."),
        tr("Voided attempts do not count. Answers are option ids with how often each was chosen."),
    )
