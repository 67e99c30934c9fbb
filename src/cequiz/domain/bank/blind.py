"""Blind keying: somebody answers the items without sight of the key, and both answers are laid side by side.

A key that a second reader would not choose is either wrong or badly asked. The sheet shows what a student sees and
nothing else; it remembers a hash of that, so that an answer is never held against another wording.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field

from cequiz.domain.bank.bank import Bank
from cequiz.domain.bank.fields import Day, Id, Line, Value, Version
from cequiz.domain.bank.options import OptionQuestion
from cequiz.domain.bank.question import Question, Status
from cequiz.domain.canonical import digest

FORMAT = "cequiz-blind/1"
"""What a sheet for blind keying says it is."""


class BlindItem(Value):
    """One item on the sheet; `answer` and `doubt` are the reader's to fill in.

    Attributes:
        asks: SHA-256, in hexadecimal, over the canonical JSON of what the item asks; its key has no part in it.
        options: the texts by their ids, in the order of the ids.
        answer: the ids of the options that the reader holds right, with spaces between; empty while unanswered.
        doubt: what the reader has to say about the item.
    """

    id: Id
    asks: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    vignette: str = ""
    stem: str
    figure: str = ""
    options: Mapping[Id, str]
    answer: Line = ""
    doubt: Line = ""


class BlindSheet(Value):
    """What a second reader gets, and gives back."""

    format: Literal["cequiz-blind/1"]
    bank: Id
    version: Version
    by: Line = ""
    on: Day | None = None
    items: Annotated[tuple[BlindItem, ...], Field(min_length=1)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Disagreement:
    """An item whose blind answer is not its key."""

    question: str
    key: tuple[str, ...]
    answer: tuple[str, ...]
    doubt: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """What came of a blind reading.

    Attributes:
        agreed: ids of the items whose answer is the key.
        disagreed: the others that were answered.
        unknown: ids of items whose answer names an option that the item does not have; they count neither way.
        unanswered: ids of items of the sheet without an answer.
        changed: ids of items that ask something else than when the sheet was made, or are gone.
        absent: ids of items of the bank that are not on the sheet.
        doubts: what the reader said about items, by id.
    """

    agreed: tuple[str, ...]
    disagreed: tuple[Disagreement, ...]
    unknown: tuple[str, ...]
    unanswered: tuple[str, ...]
    changed: tuple[str, ...]
    absent: tuple[str, ...]
    doubts: Mapping[str, str]


def blind_items(bank: Bank) -> tuple[BlindItem, ...]:
    """Return the items of a bank as a reader without the key sees them; those with a list of options only."""
    return tuple(
        BlindItem(
            id=question.id,
            asks=digest(question.asked()),
            vignette=question.case.vignette if question.case else "",
            stem=question.stem,
            figure=_picture(bank, question),
            options={choice.id: choice.text for choice in sorted(question.choices(), key=lambda one: one.id)},
        )
        for question in _readable(bank)
    )


def compare(bank: Bank, sheet: BlindSheet) -> Agreement:
    """Return where the reader and the key agree.

    Args:
        bank: with its keys.
        sheet: as it came back; answers to another wording than the bank's count neither way.
    """
    current = {question.id: question for question in _readable(bank)}
    same = [item for item in sheet.items if item.id in current and digest(current[item.id].asked()) == item.asks]
    given_to = {item.id: _ids(item.answer) for item in same if item.answer.strip()}
    unknown = {
        name for name, given in given_to.items() if not set(given) <= {choice.id for choice in current[name].choices()}
    }
    answered = [(item, given_to[item.id]) for item in same if item.id in given_to and item.id not in unknown]
    right = {item.id: tuple(sorted(current[item.id].right_ids())) for item in same}
    kept, listed = {item.id for item in same}, {item.id for item in sheet.items}
    return Agreement(
        agreed=tuple(item.id for item, given in answered if given == right[item.id]),
        disagreed=tuple(
            Disagreement(question=item.id, key=right[item.id], answer=given, doubt=item.doubt)
            for item, given in answered
            if given != right[item.id]
        ),
        unknown=tuple(item.id for item in same if item.id in unknown),
        unanswered=tuple(item.id for item in same if not item.answer.strip()),
        changed=tuple(item.id for item in sheet.items if item.id not in kept),
        absent=tuple(name for name in current if name not in listed),
        doubts={item.id: item.doubt for item in same if item.doubt.strip()},
    )


def _readable(bank: Bank) -> Iterable[OptionQuestion]:
    return [
        question
        for question in bank.items
        if isinstance(question, OptionQuestion) and question.review.status is not Status.RETIRED
    ]


def _picture(bank: Bank, question: Question) -> str:
    name = question.figure or (question.case.figure if question.case else None)
    return bank.figures[name].alt if name in bank.figures and name else ""


def _ids(answer: str) -> tuple[str, ...]:
    return tuple(sorted(set(answer.replace(",", " ").lower().split())))
