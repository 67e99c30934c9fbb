"""What an item is made of, whatever its type: lists of ids, lists of texts, and the words of its key."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from cequiz.domain.bank.lint.finding import Loc
from cequiz.domain.bank.options import OptionQuestion
from cequiz.domain.bank.question import Option, Question
from cequiz.domain.bank.types.cloze import Cloze
from cequiz.domain.bank.types.label_figure import LabelFigure
from cequiz.domain.bank.types.matching import Matching
from cequiz.domain.bank.types.ordering import Ordering
from cequiz.errors import InvalidResponse


class Told(NamedTuple):
    """One thing among others: its id, what a student reads, and where each of them stands in the item."""

    id: str
    text: str
    id_loc: Loc
    text_loc: Loc
    may_repeat: bool = False
    """True where the same text again, letter by letter, is meant: one right side that belongs to two pairs."""


def ids(question: Question) -> Iterator[Sequence[tuple[str, Loc]]]:
    """Yield the lists of ids, with their places, in which no id may stand twice."""
    match question:
        case LabelFigure():
            yield [(one.id, ("points_on_figure", n, "id")) for n, one in enumerate(question.points_on_figure)]
        case Matching():
            lefts, rights = texts(question)
            distractors = rights[len(lefts) :]
            yield [(one.id, one.id_loc) for one in (*lefts, *distractors)]
        case _:
            for group in texts(question):
                yield [(one.id, one.id_loc) for one in group]


def texts(question: Question) -> Iterator[Sequence[Told]]:
    """Yield the lists of texts of which none may be empty and no two may say the same."""
    match question:
        case OptionQuestion():
            yield _options(question.options, ("options",))
        case Ordering():
            yield [
                Told(one.id, one.text, ("items", n, "id"), ("items", n, "text")) for n, one in enumerate(question.items)
            ]
        case Matching():
            yield from _sides(question)
        case Cloze():
            for name, blank in question.blanks.items():
                if blank.options is not None:
                    yield _options(blank.options, ("blanks", name, "options"))
        case LabelFigure():
            yield [Told(name, text, ("choices", name), ("choices", name)) for name, text in question.names.items()]


def key_words(question: Question) -> list[str]:
    """Return the words in which an item states its key; empty where it has none that could be read."""
    if isinstance(question, OptionQuestion):
        return [option.text for option in question.options if option.correct]
    try:
        parts = question.parts(question.key())
    except InvalidResponse:
        return []  # an item without a key: E01 says so
    stated = [question.text] if isinstance(question, Cloze) else []
    return [*stated, *(f"{part.label} {part.right}" for part in parts)]


def _options(options: Sequence[Option], loc: Loc) -> list[Told]:
    return [Told(one.id, one.text, (*loc, n, "id"), (*loc, n, "text")) for n, one in enumerate(options)]


def _sides(question: Matching) -> Iterator[Sequence[Told]]:
    pairs = [(pair, ("pairs", n)) for n, pair in enumerate(question.pairs)]
    yield [Told(pair.id, pair.left, (*loc, "id"), (*loc, "left")) for pair, loc in pairs]
    yield [
        *(Told(pair.id, pair.right, (*loc, "id"), (*loc, "right"), may_repeat=True) for pair, loc in pairs),
        *(
            Told(one.id, one.text, ("distractors", n, "id"), ("distractors", n, "text"))
            for n, one in enumerate(question.distractors)
        ),
    ]
