"""How a question is drawn as rows and what pressing a row makes of the answer, by the two frames of answering.

A face knows letters, rows and words. Whether a response is acceptable, and what it earns, the question itself says;
where rows are drawn and when answers are saved, others know.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

from cequiz.domain.bank.frames import ChoiceQuestion, Slot, SlotQuestion
from cequiz.frontends.dates import points as points_words
from cequiz.frontends.tui.commands import LETTERS
from cequiz.language import tr

if TYPE_CHECKING:
    from cequiz.domain.bank.question import Question
    from cequiz.domain.canonical import Json
    from cequiz.domain.exam.attempt import Response

BLANK = "____"
"""What stands where a slot is open."""

_CHOICE, _SLOT = "choice:", "slot:"

_SHORT = 90
"""Characters of an answer that is said again."""


@dataclass(frozen=True)
class Asked:
    """A question as it stands before a student.

    Attributes:
        item: the key of the item in its form.
        question: the question.
        order: the ids of its choices in the order of the form.
        response: what is answered so far.
        slot: the id of the slot that the letters fill; empty where there is none.
        drafts: what was typed and is not handed over yet, by slot.
        stuck: the slots whose draft cannot be handed over now.
    """

    item: str
    question: Question
    order: tuple[str, ...]
    response: Response | None
    slot: str = ""
    drafts: Mapping[str, str] = field(default_factory=dict)
    stuck: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Row:
    """One row of a question's list: a choice, or a slot with what fills it.

    Attributes:
        id: names the row within its question.
        sign: its state, besides colour.
        name: its letter or number.
        text: what the bank says.
        chosen: whether it is chosen or filled.
        filled: for a slot, what fills it; `BLANK` where it is open, None for a choice.
        note: a few words more.
        active: whether letters fill this slot.
        unsaved: whether what fills it is not saved.
    """

    id: str
    sign: str
    name: str
    text: str
    chosen: bool
    filled: str | None = None
    note: str = ""
    active: bool = False
    unsaved: bool = False


def in_short(words: str) -> str:
    """Return the beginning of what was answered, where it is said again beside the answer itself."""
    return words if len(words) <= _SHORT else words[: _SHORT - 1].rstrip() + "…"


def choice_row(choice: str) -> str:
    """Return the id of a choice's row."""
    return _CHOICE + choice


def slot_row(slot: str) -> str:
    """Return the id of a slot's row."""
    return _SLOT + slot


def choice_of(row: str) -> str | None:
    """Return the choice that a row is, None for a slot."""
    return row.removeprefix(_CHOICE) if row.startswith(_CHOICE) else None


def slot_of(row: str) -> str | None:
    """Return the slot that a row is, None for a choice."""
    return row.removeprefix(_SLOT) if row.startswith(_SLOT) else None


class Face(ABC):
    """How one type of question is shown and answered."""

    type: ClassVar[str]
    """The name a bank uses for it."""

    def instruction(self, question: Question) -> str:
        """Return what is asked, how it is marked, and what it is worth where that is not one point."""
        if question.points == 1:
            return self.task(question)
        return tr("{task} {points} points.", task=self.task(question), points=points_words(question.points))

    @abstractmethod
    def task(self, question: Question) -> str:
        """Return what the student is asked to do, in a few words, and the rule by which it is marked."""

    @abstractmethod
    def rows(self, asked: Asked) -> list[Row | None]:
        """Return the rows of the list; None is a line between two parts of it."""

    @abstractmethod
    def letters(self, asked: Asked) -> tuple[str, ...]:
        """Return the ids of the choices that the letters stand for now, in the order of the letters."""

    @abstractmethod
    def press(self, asked: Asked, choice: str) -> Response | None:
        """Return the response after a choice was pressed; None where nothing is answered any more."""

    @abstractmethod
    def short(self, asked: Asked) -> str:
        """Return the answer in letters and numbers, such as `B`, `A C` or `1B 2A`; a typed one as it is."""

    def progress(self, asked: Asked) -> str:
        """Return how far an answer of several parts is, such as `2 of 3 filled`; empty where it is whole."""
        return ""

    def passage(self, asked: Asked) -> list[tuple[str, str]]:
        """Return the text below the stem as pieces: the text and the slot it fills, empty for text of the bank."""
        return []


class ChoiceFace(Face):
    """A question that is answered by naming choices."""

    signs: ClassVar[tuple[str, str]] = ("◉", "○")
    """Chosen, and not."""

    def rows(self, asked: Asked) -> list[Row | None]:
        """Return the choices in the order of the form, with their letters."""
        chosen = _choosing(asked.question).chosen(asked.response)
        texts = {choice.id: choice.text for choice in asked.question.choices()}
        return [
            Row(choice_row(one), self.signs[one not in chosen], letter.upper(), texts[one], one in chosen)
            for letter, one in zip(LETTERS, asked.order, strict=False)
        ]

    def letters(self, asked: Asked) -> tuple[str, ...]:
        """Return the choices in the order of the form."""
        return asked.order

    def press(self, asked: Asked, choice: str) -> dict[str, Json] | None:
        """Return the response that names what is chosen now."""
        question = _choosing(asked.question)
        picked = self.pick(question.chosen(asked.response), choice)
        return question.respond(picked) if picked else None

    def short(self, asked: Asked) -> str:
        """Return the letters of the chosen ones, in the order of the list."""
        return " ".join(row.name for row in self.rows(asked) if row is not None and row.chosen)

    def pick(self, chosen: Sequence[str], choice: str) -> tuple[str, ...]:
        """Return the chosen ones after one of them was pressed: it is added at the end, or taken out again."""
        return tuple(one for one in chosen if one != choice) if choice in chosen else (*chosen, choice)


class OrderFace(ChoiceFace):
    """A question whose answer is the order of its choices: what is placed stands first, in its order."""

    def rows(self, asked: Asked) -> list[Row | None]:
        """Return what is placed with its place, then what is not, in the order of the letters."""
        placed = _choosing(asked.question).chosen(asked.response)
        texts = {choice.id: choice.text for choice in asked.question.choices()}
        letters = dict(zip(asked.order, LETTERS.upper(), strict=False))
        rows: list[Row | None] = [
            Row(choice_row(one), f"{place:>2}", letters[one], texts[one], chosen=True)
            for place, one in enumerate(placed, start=1)
        ]
        left = [Row(choice_row(one), " ·", letters[one], texts[one], False) for one in asked.order if one not in placed]
        return [*rows, *([None] if rows and left else []), *left]

    def move(self, asked: Asked, choice: str, step: int) -> Response | None:
        """Return the response after a placed choice moved by so many places; as it was where it cannot."""
        question = _choosing(asked.question)
        placed = list(question.chosen(asked.response))
        here = placed.index(choice) if choice in placed else -1
        if here < 0 or not 0 <= here + step < len(placed):
            return asked.response
        placed.insert(here + step, placed.pop(here))
        return question.respond(placed)

    def progress(self, asked: Asked) -> str:
        """Return how many are placed."""
        missing = asked.question.missing(asked.response)
        total = len(asked.question.choices())
        if not missing:
            return ""
        return tr("{count} of {total} placed", count=total - missing, total=total)


class SlotFace(Face):
    """A question that is answered slot by slot, from choices or by typing."""

    def rows(self, asked: Asked) -> list[Row | None]:
        """Return the slots with what fills them, then the choices of the slot that letters fill."""
        question = slotted(asked.question)
        slots = question.slots()
        filled = question.filled(asked.response)
        rows: list[Row | None] = [
            self._slot_row(asked, slot, number if len(slots) > 1 else 0, filled.get(slot.id))
            for number, slot in enumerate(slots, start=1)
        ]
        active = next((slot for slot in slots if slot.id == asked.slot), None)
        if active is None or active.choices is None:
            return rows
        users: dict[str, list[str]] = {}
        if question.shared:
            for number, slot in enumerate(slots, start=1):
                if slot.id in filled:
                    users.setdefault(filled[slot.id], []).append(str(number))
        choices = [
            Row(
                choice_row(choice.id),
                ChoiceFace.signs[filled.get(active.id) != choice.id],
                letter.upper(),
                choice.text,
                filled.get(active.id) == choice.id,
                note="".join(f" → {number}" for number in users.get(choice.id, ())),
            )
            for letter, choice in zip(LETTERS, question.ordered(active, asked.order), strict=False)
        ]
        return [*rows, None, *choices]

    def _slot_row(self, asked: Asked, slot: Slot, number: int, filled: str | None) -> Row:
        draft = asked.drafts.get(slot.id)
        words = draft if draft is not None else self.words(asked, slot, filled)
        sign = "●" if words else "○"
        if draft is not None:
            sign = "!" if slot.id in asked.stuck else "…"
        return Row(
            slot_row(slot.id),
            sign,
            str(number) if number else "=",
            self.label(slot, number),
            chosen=bool(words),
            filled=words or f"{BLANK} {slot.unit}".strip(),
            active=slot.id == asked.slot,
            unsaved=slot.id in asked.stuck,
        )

    def label(self, slot: Slot, number: int) -> str:
        """Return what a slot asks, in the bank's words or by its number."""
        return slot.label or (tr("Place {number}", number=number) if number else tr("Your answer"))

    def words(self, asked: Asked, slot: Slot, filled: str | None) -> str:
        """Return what fills a slot, with its letter where it has one; empty where it is open."""
        if filled is None or slot.choices is None:
            return filled or ""
        choices = slotted(asked.question).ordered(slot, asked.order)
        found = zip(LETTERS.upper(), choices, strict=False)
        return next((f"{letter}  {choice.text}" for letter, choice in found if choice.id == filled), "")

    def letters(self, asked: Asked) -> tuple[str, ...]:
        """Return the choices of the slot that letters fill; none where it is typed."""
        question = slotted(asked.question)
        active = next((slot for slot in question.slots() if slot.id == asked.slot), None)
        return () if active is None else tuple(choice.id for choice in question.ordered(active, asked.order))

    def press(self, asked: Asked, choice: str) -> Response | None:
        """Fill the slot, or empty it where it holds this choice."""
        filled = slotted(asked.question).filled(asked.response)
        return self.filled(asked, None if filled.get(asked.slot) == choice else choice)

    def filled(self, asked: Asked, words: str | None) -> Response | None:
        """Return the response after the slot was filled with a choice or a typed text, or emptied with None.

        Raises:
            InvalidResponse: when the slot cannot take it.
        """
        question = slotted(asked.question)
        filled = question.filled(asked.response)
        if words is None:
            filled.pop(asked.slot, None)
        else:
            filled[asked.slot] = words
        return question.fill(filled) if filled else None

    def unfinished(self) -> str:
        """Return what is said while a typed text is not yet one that the question can take."""
        return tr("Not an answer yet.")

    def next_open(self, asked: Asked, response: Response | None) -> str:
        """Return the next slot that is open after this one, going round; this one where none is."""
        question = slotted(asked.question)
        slots, filled = [slot.id for slot in question.slots()], question.filled(response)
        here = slots.index(asked.slot)
        return next((one for one in slots[here:] + slots[:here] if one not in filled), asked.slot)

    def short(self, asked: Asked) -> str:
        """Return numbers with letters; a typed slot with its text."""
        question = slotted(asked.question)
        slots, filled = question.slots(), question.filled(asked.response)
        return " ".join(
            self._short(asked, slot, number if len(slots) > 1 else 0, filled[slot.id])
            for number, slot in enumerate(slots, start=1)
            if slot.id in filled
        )

    def _short(self, asked: Asked, slot: Slot, number: int, filled: str) -> str:
        if slot.choices is not None:
            return f"{number or ''}{self.words(asked, slot, filled)[:1]}"
        return f"{number}: {filled}" if number else filled

    def progress(self, asked: Asked) -> str:
        """Return how many slots are filled."""
        question = slotted(asked.question)
        missing, total = question.missing(asked.response), len(question.slots())
        if not missing or total == 1:
            return ""
        return tr("{count} of {total} filled", count=total - missing, total=total)


def _choosing(question: Question) -> ChoiceQuestion:
    assert isinstance(question, ChoiceQuestion)  # noqa: S101 - faces are looked up by type; for the type checker
    return question


def slotted(question: Question) -> SlotQuestion:
    """Return the question as one of slots: faces are looked up by type, so this is for the type checker."""
    assert isinstance(question, SlotQuestion)  # noqa: S101 - see above
    return question
