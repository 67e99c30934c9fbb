"""What became of an answer in practice, as rows: the right one, the reason, the sources, when it is back."""

from __future__ import annotations

from datetime import datetime, tzinfo

from textual.content import Content

from cequiz.domain.bank.lexicon import Lexicon
from cequiz.domain.exam.marking import Mark
from cequiz.domain.exam.review import ItemReview
from cequiz.frontends.practice_words import back_words, source_words
from cequiz.frontends.tui.student.review import review_rows
from cequiz.frontends.tui.widgets.hanging import Hanging
from cequiz.language import tr
from cequiz.services.practised import Feedback


def told_rows(told: Feedback, number: int, *, lexicon: Lexicon, zone: tzinfo | None, now: datetime) -> list[Hanging]:
    """Return the rows.

    Args:
        told: what became of the answer.
        number: which answer of this session, or of the five, it was.
        lexicon: the terms that tolerant spelling keeps apart, as in marking.
        zone: the zone times are shown in; None for the machine's own.
        now: the instant.
    """
    asked = told.asked
    question = asked.question
    mark = Mark(
        item=asked.item.key,
        objective=question.objective,
        earned=told.share * question.points,
        possible=question.points,
        answered=told.response is not None,
    )
    item = ItemReview(
        place=number,
        question=question,
        order=asked.order,
        response=told.response,
        mark=mark,
        key=question.key(),
    )
    saved = Content.assemble((f"✓ {tr('Saved.')}", "bold $success"), "  ", back_words(told, zone=zone, now=now), "\n")
    sources = [tr("Source: {source}", source=source_words(one)) for one in question.references]
    return [
        Hanging(Content("    "), saved),
        *review_rows([item], lexicon),
        *(Hanging(Content("    "), Content(source).stylize("$quiet")) for source in sources),
    ]
