"""The face of all types that are answered place by place: pairs, blanks, points of a figure, one typed text.

A place with choices is filled by its number and a letter, `1b`, one that is typed by `=` and the words, `2 = axillary`.
What a line does not name stays as it was.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from cequiz.domain.bank.frames import Slot, SlotQuestion
from cequiz.domain.bank.question import Question
from cequiz.domain.canonical import Json
from cequiz.errors import InvalidResponse
from cequiz.frontends.plain.face import LETTERS, instructed, no_answer, place_of
from cequiz.language import tr

_TYPED = re.compile(r"\s*(?P<number>\d{0,3})\s*=\s*(?P<words>.*\S)\s*", re.DOTALL)
_PAIR = re.compile(
    r"[\s,;]*(?P<number>\d{1,3})\s*(?:[.:=)>]|-(?=\s*[a-k](?![a-z])))?\s*(?P<letter>[a-k](?![a-z])|-)", re.IGNORECASE
)


class SlotsFace:
    """Numbered places, filled one by one or all at once."""

    def instruction(self, question: Question) -> str:
        """Return what is said before the places: how to answer and how it is marked."""
        return ""

    def name(self, number: int, slot: Slot) -> str:
        """Return what a place asks, as it is printed beside its number."""
        return slot.label

    def typing(self, question: Question) -> str:
        """Return how an answer is typed, for who typed something else where nothing has letters."""
        example = tr("= your words") if len(filling(question).slots()) == 1 else tr("2 = your words")
        return tr("To answer this question, type = and your words, for example: {example}", example=example)

    def lines(self, question: Question, order: Sequence[str]) -> list[str]:
        """Return the numbered places, and the choices with their letters."""
        asked = filling(question)
        shown = instructed(self.instruction(question), question)
        for number, slot in enumerate(asked.slots(), start=1):
            name = self.name(number, slot)
            if name:
                shown.append(f"{number}. {name}")
            if not asked.shared:
                shown += _lettered(asked, slot, order)
        return [*shown, *_lettered(asked, asked.slots()[0], order)] if asked.shared else shown

    def read(
        self, question: Question, order: Sequence[str], text: str, *, current: Mapping[str, Json] | None = None
    ) -> dict[str, Json] | None:
        """Return the answer so far with what the line adds to it; `2-` takes one place's answer away."""
        asked = filling(question)
        filled = asked.filled(current)
        all_typed = all(slot.choices is None for slot in asked.slots())
        nothing = InvalidResponse(self.typing(question)) if all_typed else no_answer(text)
        for slot, value in _read(asked, order, text, nothing=nothing):
            if value is None:
                filled.pop(slot.id, None)
            else:
                filled[slot.id] = value
        return asked.fill(filled) if filled else None

    def short(self, question: Question, order: Sequence[str], response: Mapping[str, Json]) -> str:
        """Return `1B 2A`, or what was typed."""
        asked = filling(question)
        return " ".join(
            f"{number if len(asked.slots()) > 1 else ''}{_brief(asked, slot, order, value)}"
            for number, slot, value in _told(asked, response)
        )

    def long(self, question: Question, order: Sequence[str], response: Mapping[str, Json]) -> str:
        """Return what fills each place, in words."""
        asked = filling(question)
        many = len(asked.slots()) > 1
        return "; ".join(
            f"{number}. {self._named(slot)}{_full(asked, slot, order, value)}" if many else value
            for number, slot, value in _told(asked, response)
        )

    def _named(self, slot: Slot) -> str:
        return f"{slot.label}: " if slot.label else ""


def filling(question: Question) -> SlotQuestion:
    """Return the question as one of places; a face only ever sees the types it was made for."""
    assert isinstance(question, SlotQuestion)  # noqa: S101 - faces are looked up by type; for the type checker
    return question


def _lettered(asked: SlotQuestion, slot: Slot, order: Sequence[str]) -> list[str]:
    choices = asked.ordered(slot, order)
    return [f"{letter.upper()}) {choice.text}" for letter, choice in zip(LETTERS, choices, strict=False)]


def _told(asked: SlotQuestion, response: Mapping[str, Json]) -> Iterator[tuple[int, Slot, str]]:
    filled = asked.filled(response)
    for number, slot in enumerate(asked.slots(), start=1):
        if slot.id in filled:
            yield number, slot, filled[slot.id]


def _brief(asked: SlotQuestion, slot: Slot, order: Sequence[str], value: str) -> str:
    ids = [choice.id for choice in asked.ordered(slot, order)]
    if slot.choices is not None:
        return LETTERS[ids.index(value)].upper()
    return f"= {value}" if len(asked.slots()) > 1 else value


def _full(asked: SlotQuestion, slot: Slot, order: Sequence[str], value: str) -> str:
    choices = asked.ordered(slot, order)
    for letter, choice in zip(LETTERS, choices, strict=False):
        if choice.id == value:
            return f"{letter.upper()}. {choice.text}"
    return value


def _read(
    asked: SlotQuestion, order: Sequence[str], text: str, *, nothing: InvalidResponse
) -> list[tuple[Slot, str | None]]:
    """Return what a line puts into which place; None where it empties the place.

    Raises:
        InvalidResponse: the line means nothing here, for which `nothing` has the words, or not one thing.
    """
    typed = _TYPED.fullmatch(text)
    if typed:
        slot = _typed_slot(asked, typed["number"], nothing=nothing)
        if slot.choices is None:
            return [(slot, typed["words"])]
    found: dict[str, tuple[Slot, str | None]] = {}
    rest = 0
    while rest < len(text):
        pair = _PAIR.match(text, rest)
        if pair is None:
            raise _no_pair(asked, text[rest:]) or nothing
        slot, value = _pair(asked, order, pair)
        if slot.id in found:
            sentence = tr("Number {number} stands in the line twice.", number=int(pair["number"]))
            raise InvalidResponse(sentence, hint=tr("Type each number once, for example: 1b 2a"))
        found[slot.id] = slot, value
        rest = pair.end()
        if not text[rest:].strip(" ,;.)"):
            break
    if not found:
        raise nothing
    return list(found.values())


def _no_pair(asked: SlotQuestion, text: str) -> InvalidResponse | None:
    """Return the refusal of words where letters are wanted; None for anything else."""
    typed = _TYPED.fullmatch(text)
    number = int(typed["number"]) if typed and typed["number"] else 0
    if not number or _slot(asked, number).choices is None:
        return None
    return InvalidResponse(
        tr("Number {number} has letters to choose from.", number=number),
        hint=tr("For example: {number}b", number=number),
    )


def _typed_slot(asked: SlotQuestion, number: str, *, nothing: InvalidResponse) -> Slot:
    if number:
        return _slot(asked, int(number))
    typed = [slot for slot in asked.slots() if slot.choices is None]
    if not typed:
        raise nothing
    if len(typed) > 1:
        raise InvalidResponse(tr("This question has several blanks to type."), hint=tr("For example: 2 = your words"))
    return typed[0]


def _pair(asked: SlotQuestion, order: Sequence[str], pair: re.Match[str]) -> tuple[Slot, str | None]:
    slot = _slot(asked, int(pair["number"]))
    if pair["letter"] == "-":
        return slot, None
    choices = asked.ordered(slot, order)
    if slot.choices is None:
        example = tr("For example: {number} = your words", number=pair["number"])
        raise InvalidResponse(tr("Number {number} is typed.", number=pair["number"]), hint=example)
    return slot, choices[place_of(pair["letter"], len(choices))].id


def _slot(asked: SlotQuestion, number: int) -> Slot:
    slots = asked.slots()
    if not 1 <= number <= len(slots):
        raise InvalidResponse(
            tr("There is no number {number} here: they go from 1 to {last}.", number=number, last=len(slots))
        )
    return slots[number - 1]
