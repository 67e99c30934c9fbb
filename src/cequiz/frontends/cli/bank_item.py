"""`cequiz bank item`: one question with its key, its statistics, its history and what waits about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cequiz.domain.exam.tally import cut_text
from cequiz.frontends.cli.desk import Desk
from cequiz.frontends.item_words import Given, blocks, history_line, review_lines, statistics_lines, times_text
from cequiz.frontends.policy_words import aspect_words, claim_words, level_words, type_words
from cequiz.language import tr
from cequiz.services import browsing, tallying

if TYPE_CHECKING:
    from cequiz.services.browsing import ItemPage
    from cequiz.services.tallying import ItemStatistics


def show_item(desk: Desk, name: str, *, as_json: bool) -> int:
    """Print a question; its statistics are brought up to date first.

    Args:
        desk: the command's surroundings.
        name: `BANK/QUESTION` or `BANK@VERSION/QUESTION`.
        as_json: one JSON document instead of text.

    Raises:
        NotFound: there is no such bank or question.
    """
    ports = desk.ports()
    page = browsing.item_page(ports, name)
    tallying.catch_up(ports)
    page = browsing.item_page(ports, name)
    if as_json:
        desk.document(_record(page))
        return 0
    _say(desk, page)
    return 0


def _say(desk: Desk, page: ItemPage) -> None:
    question = page.question
    desk.fields(_facts(page))
    for block in blocks(question, page.own):
        desk.print()
        if block.label:
            desk.print(block.label)
        rows = [_row(one) for one in block.given]
        if block.others:
            rows.append(("", tr("something else"), "", str(block.others)))
        desk.table(("", tr("ANSWER"), tr("KEY"), tr("TIMES")), rows, none="")
    reasons = [
        f"{one.name}: {one.rationale}" for block in blocks(question, None) for one in block.given if one.rationale
    ]
    _list(desk, tr("Why"), [*reasons, *([question.rationale] if question.rationale else [])])
    _list(desk, tr("References"), [one.cite for one in question.references])
    _list(desk, tr("Statistics"), list(statistics_lines(page.own)))
    _list(desk, tr("History"), [history_line(step) for step in page.history])
    _list(desk, tr("Waiting for a decision"), [entry.id for entry in page.waiting])


def _facts(page: ItemPage) -> list[tuple[str, str]]:
    question, case = page.question, page.question.case
    return [
        (tr("Question"), page.key),
        (tr("Bank version"), page.bank.version),
        (tr("Version"), str(question.version)),
        (tr("Type"), type_words(question.type)),
        (tr("Objective"), question.objective),
        (tr("Level"), level_words(question.cognitive, question.difficulty)),
        (tr("Claim"), claim_words(question.claim)),
        *([(tr("Aspect"), aspect_words(question.aspect))] if question.aspect else []),
        *((tr("Review"), line) for line in review_lines(question)),
        *([(tr("Case"), case.vignette)] if case is not None else []),
        (tr("Stem"), question.stem),
        *((tr("Figure"), figure.alt) for figure in page.figures),
    ]


def _row(one: Given) -> tuple[str, str, str, str]:
    return one.name, one.text, tr("right") if one.right else "", times_text(one)


def _list(desk: Desk, heading: str, lines: list[str]) -> None:
    if lines:
        desk.print()
        desk.print(f"{heading}:")
        for line in lines:
            desk.print(f"  {line}")


def _record(page: ItemPage) -> dict[str, object]:
    return {
        "bank": page.bank.id,
        "bank_version": page.bank.version,
        "question": page.question.model_dump(mode="json", by_alias=True, exclude_defaults=True),
        "content_hash": page.question.content_hash(),
        "key": page.question.key(),
        "statistics": [statistics_record(one) for one in page.statistics],
        "history": [
            {
                "version": step.version,
                "loaded_at": step.loaded_at,
                "first": step.first,
                "changes": [
                    {"kind": str(one.kind), "part": one.part, "before": one.before, "after": one.after}
                    for one in step.changes
                ],
            }
            for step in page.history
        ],
        "waiting": [entry.id for entry in page.waiting],
    }


def statistics_record(one: ItemStatistics) -> dict[str, object]:
    """Return what was counted of one wording for programs: shares as exact fractions, counts as whole numbers."""
    return {
        "content_hash": one.content_hash,
        "drawn": one.drawn,
        "answered": one.answered,
        "full": one.full,
        "facility": None if one.facility is None else str(one.facility),
        "discrimination": None if one.discrimination is None else cut_text(one.discrimination, 4),
        "options": dict(one.options),
        "parts": {
            name: {"answered": part.answered, "right": part.right, "given": dict(part.given), "others": part.others}
            for name, part in one.parts.items()
        },
    }
