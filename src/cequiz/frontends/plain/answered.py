"""An answer told part by part in line mode, after an exam and in practice: given, worth, right."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from cequiz.domain.bank.question import Part, Question
from cequiz.domain.canonical import Json
from cequiz.frontends.plain.questions import face_of
from cequiz.frontends.practice_words import verdict
from cequiz.language import tr


def answer_lines(
    question: Question,
    order: Sequence[str],
    response: Mapping[str, Json] | None,
    *,
    parts: Sequence[Part],
    keys: bool,
) -> Iterator[str]:
    """Yield the answer and, where they may be told, the right ones; a question of many parts has one line a part.

    Args:
        question: what was asked.
        order: of its choices, as they were shown.
        response: the answer, None for none.
        parts: what `question.parts` says of it.
        keys: whether the right answer may be told.
    """
    if len(parts) > 1:
        yield from (_part(number, part, keys=keys) for number, part in enumerate(parts, start=1))
        return
    face = face_of(question)
    yield tr("Your answer: {answer}", answer=face.long(question, order, response) if response else tr("none"))
    if keys and any(part.share < 1 for part in parts):
        yield tr("Right answer: {answer}", answer=face.long(question, order, question.key()))


def _part(number: int, part: Part, *, keys: bool) -> str:
    given = part.given if part.given is not None else tr("no answer")
    named = part.label not in {"", str(number)}
    place = f"{number}. {part.label}: {given}." if named else f"{number}. {given}."
    if not keys:
        # Which parts are right is most of the key of a matching.
        return place
    told = f"{place} {verdict(part.share)}"
    return f"{told} {tr('Right answer: {answer}', answer=part.right)}." if part.share < 1 else told
