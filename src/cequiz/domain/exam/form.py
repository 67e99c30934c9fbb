"""A form: the questions of one attempt, drawn to a blueprint, in the order and with the option order that is shown.

The draw is a function of the seed and the pool alone. Items are ranked by SHA-256 of seed, purpose and identity
instead of a library's random generator, so that an auditor can repeat a draw with any Python, or without Python.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from cequiz.domain.bank.question import Question
from cequiz.domain.canonical import Json
from cequiz.errors import NotAllowed

_TRIES = 200
"""How many rankings are tried when enemies stand in each other's way."""


@dataclass(frozen=True)
class PoolItem:
    """A question that may be drawn, with the bank version it comes from."""

    bank: str
    bank_version: str
    question: Question

    @property
    def key(self) -> str:
        """The identity of the item in a form and in responses: `bank/question`."""
        return f"{self.bank}/{self.question.id}"


@dataclass(frozen=True)
class FormItem:
    """One place of a form; it names a version and a hash, never a copy that could differ."""

    bank: str
    bank_version: str
    question: str
    content_hash: str
    objective: str
    points: Fraction
    order: tuple[str, ...]
    """Option ids in the order they are shown."""

    @property
    def key(self) -> str:
        """`bank/question`, the identity that responses use."""
        return f"{self.bank}/{self.question}"

    def to_json(self) -> dict[str, Json]:
        """Return the item as canonical JSON values."""
        return {
            "bank": self.bank,
            "bank_version": self.bank_version,
            "question": self.question,
            "content_hash": self.content_hash,
            "objective": self.objective,
            "points": str(self.points),
            "order": list(self.order),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Json]) -> FormItem:
        """Rebuild an item from `to_json`."""
        order = data["order"]
        assert isinstance(order, Sequence)  # noqa: S101 - our own record, checked for the type checker
        return cls(
            bank=str(data["bank"]),
            bank_version=str(data["bank_version"]),
            question=str(data["question"]),
            content_hash=str(data["content_hash"]),
            objective=str(data["objective"]),
            points=Fraction(str(data["points"])),
            order=tuple(str(option) for option in order),
        )


@dataclass(frozen=True)
class Form:
    """The drawn items in the order they are shown, and the seed that drew them."""

    seed: str
    items: tuple[FormItem, ...]

    def position(self, key: str) -> int:
        """Return the 0-based place of an item.

        Raises:
            KeyError: if the form has no such item.
        """
        for place, item in enumerate(self.items):
            if item.key == key:
                return place
        raise KeyError(key)


def draw(
    pool: Iterable[PoolItem], *, blueprint: Mapping[str, int], seed: str, seen: frozenset[str] = frozenset()
) -> Form:
    """Draw a form.

    Args:
        pool: the approved items of the exam's banks.
        blueprint: objective to number of items.
        seed: any text; stored with the form.
        seen: keys of items that earlier attempts showed; they are drawn only when the unseen ones do not suffice.

    Raises:
        NotAllowed: if the pool cannot fill the blueprint (enemies never stand in one form).
    """
    items = [item for item in pool if item.question.is_scored]
    for trial in range(_TRIES):
        chosen = _choose(items, blueprint, seed=f"{seed}:{trial}", seen=seen)
        if chosen is not None:
            chosen.sort(key=lambda item: _rank(seed, "place", item.key))
            return Form(seed, tuple(_place(item, seed) for item in chosen))
    raise NotAllowed(
        "The question banks cannot fill this exam's blueprint.",
        hint="Ask the provider to run `cequiz bank check` on the course: rule E08 says what is missing.",
    )


def _choose(
    items: Sequence[PoolItem], blueprint: Mapping[str, int], *, seed: str, seen: frozenset[str]
) -> list[PoolItem] | None:
    chosen: list[PoolItem] = []
    for objective, wanted in blueprint.items():
        ranked = sorted(
            (item for item in items if item.question.objective == objective),
            key=lambda item: (item.key in seen, _rank(seed, "draw", item.key)),
        )
        taken = 0
        for item in ranked:
            if taken == wanted:
                break
            if not any(_enemies(item.question, other.question) for other in chosen):
                chosen.append(item)
                taken += 1
        if taken < wanted:
            return None
    return chosen


def _enemies(one: Question, other: Question) -> bool:
    """Whether either names the other; ids count across banks, as an exam may draw on several."""
    return other.id in one.enemies or one.id in other.enemies


def _place(item: PoolItem, seed: str) -> FormItem:
    question = item.question
    choices = question.choices()
    order = [choice.id for choice in choices]
    if question.shuffle:
        pinned = [choice.id for choice in choices if choice.pin == "last"]
        free = [choice.id for choice in choices if choice.pin != "last"]
        order = sorted(free, key=lambda option: _rank(seed, f"option {item.key}", option)) + pinned
    return FormItem(
        bank=item.bank,
        bank_version=item.bank_version,
        question=question.id,
        content_hash=question.content_hash(),
        objective=question.objective,
        points=question.points,
        order=tuple(order),
    )


def _rank(seed: str, purpose: str, identity: str) -> bytes:
    return hashlib.sha256(f"{seed}\n{purpose}\n{identity}".encode()).digest()
