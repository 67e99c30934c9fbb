"""A question as rows of text: what is asked and right, how often each answer was given, where it comes from."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import tzinfo

from textual.content import Content

from cequiz.domain.bank.question import Question
from cequiz.frontends.dates import list_text, points
from cequiz.frontends.item_words import (
    Block,
    Given,
    bar,
    blocks,
    history_line,
    review_lines,
    state_text,
    statistics_lines,
    times_text,
)
from cequiz.frontends.policy_words import aspect_words, claim_words, level_words, type_words
from cequiz.frontends.queue_words import gist, kind_text
from cequiz.frontends.tui.face import Asked
from cequiz.frontends.tui.questions import faces
from cequiz.frontends.tui.widgets.hanging import Hanging
from cequiz.language import tr, trn
from cequiz.services.browsing import ItemPage
from cequiz.services.figures import FigureView
from cequiz.services.tallying import ItemStatistics

_BAR = 20
"""Cells of a bar."""


def item_rows(page: ItemPage, *, zone: tzinfo | None) -> list[Hanging]:
    """Return everything that is known of a question.

    Args:
        page: the question.
        zone: the zone times are shown in; None for the machine's own.
    """
    question = page.question
    return [
        plain(facts_line(question), "$quiet"),
        *asked_rows(question, page.figures),
        *answer_rows(question, page.own),
        *section(tr("Why"), [question.rationale] if question.rationale else []),
        *section(tr("Statistics"), [*statistics_lines(page.own), *_other_wordings(page)]),
        *section(tr("References"), [_reference(one.cite, one.url, one.doi) for one in question.references]),
        *section(tr("Review"), [*review_lines(question)]),
        *section(tr("Waived warnings"), [f"{code}: {why}" for code, why in question.waive.items()]),
        *section(
            tr("History"),
            [f"{list_text(step.loaded_at, zone)}  {history_line(step)}" for step in page.history],
        ),
        *section(
            tr("Waiting for a decision"),
            [f"{list_text(one.at, zone)}  {kind_text(one.kind)}: {gist(one)}" for one in page.waiting],
        ),
    ]


def asked_rows(question: Question, figures: Sequence[FigureView]) -> Iterator[Hanging]:
    """Yield what a student is shown: the story, the stem, the figure in words, the text with its blanks."""
    if question.case is not None:
        yield Hanging(Content("≡ ").stylize("bold"), Content(f"{question.case.vignette}\n").stylize("$quiet"))
    yield plain(question.stem, "bold")
    for figure in figures:
        yield plain(tr("Figure: {words}", words=figure.alt), "$quiet")
    order = tuple(choice.id for choice in question.choices())
    passage = faces()[question.type].passage(Asked(question.id, question, order, None))
    if passage:
        yield Hanging(
            Content(" "), Content("").join(Content(text).stylize("bold" if slot else "") for text, slot in passage)
        )
    yield plain("")


def answer_rows(
    question: Question, statistics: ItemStatistics | None, *, picked: Collection[str] = ()
) -> Iterator[Hanging]:
    """Yield the answers with their bars, part by part.

    Args:
        question: whose answers.
        statistics: of this wording, or None.
        picked: ids of the choices of an answer that is looked at.
    """
    for block in blocks(question, statistics):
        yield from _block(block, picked)


def section(heading: str, lines: Sequence[str]) -> Iterator[Hanging]:
    """Yield a heading and its lines; nothing where there are none."""
    if lines:
        yield plain("")
        yield plain(heading, "bold $primary")
        for line in lines:
            yield Hanging(Content("  "), Content(line))


def plain(words: str, tone: str = "") -> Hanging:
    """Return one row of text."""
    return Hanging(Content(" "), Content(words).stylize(tone))


def facts_line(question: Question) -> str:
    """Return what kind of question it is, on one line."""
    worth = trn("{points} point", "{points} points", 1 if question.points == 1 else 2, points=points(question.points))
    parts = (
        type_words(question.type),
        question.objective,
        level_words(question.cognitive, question.difficulty),
        claim_words(question.claim),
        *([aspect_words(question.aspect)] if question.aspect else []),
        worth,
    )
    return " · ".join((state_text(question.review.status), *parts))


def _block(block: Block, picked: Collection[str]) -> Iterator[Hanging]:
    if block.label:
        yield plain(block.label, "bold")
    for one in block.given:
        yield _given(one, picked=bool(one.choice) and one.choice in picked)
    if block.others:
        yield Hanging(Content("    "), Content(tr("something else: {count}", count=block.others)).stylize("$quiet"))


def _given(one: Given, *, picked: bool) -> Hanging:
    tone = "$success" if one.right else ""
    sign = Content.assemble((" ✓ " if one.right else "   ", "bold $success"), (f"{one.name or '·'}  ", "bold $accent"))
    words = [*([tr("was answered")] if picked else []), *([tr("right answer")] if one.right else [])]
    note = f"   ({', '.join(words)})" if words else ""
    lines = [Content.assemble(Content(one.text).stylize(tone), (note, f"bold {tone}".strip()))]
    if one.times is not None:
        lines.append(
            Content.assemble((bar(one.share, _BAR), "$success" if one.right else "$primary"), f"  {times_text(one)}")
        )
    if one.rationale:
        lines.append(Content(one.rationale).stylize("$quiet"))
    return Hanging(sign, Content("\n").join(lines))


def _other_wordings(page: ItemPage) -> Iterator[str]:
    others = [one for one in page.statistics if one is not page.own]
    if others:
        drawn = sum(one.drawn for one in others)
        yield trn(
            "Other wordings of it were drawn {count} time.", "Other wordings of it were drawn {count} times.", drawn
        )


def _reference(cite: str, url: str | None, doi: str | None) -> str:
    return "  ".join(part for part in (cite, url, doi and f"doi:{doi}") if part)
