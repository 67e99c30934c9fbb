"""A form: the questions of one attempt, drawn to a blueprint, in the order and with the option order that is shown.

The draw is a function of its arguments alone. Items are ranked by SHA-256 of seed, purpose and identity instead of a
library's random generator, so that an auditor can repeat a draw with any Python, or without Python.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

from cequiz.domain.bank.blocks import Block, blocks_of
from cequiz.domain.bank.blueprint import fill
from cequiz.domain.bank.question import Question
from cequiz.domain.canonical import Json
from cequiz.errors import NotAllowed
from cequiz.language import tr

_TRIES = 20
"""How many rankings are tried when enemies and cases stand in each other's way, before the form is searched for."""


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
    """Ids of the question's choices in the order they are shown."""
    case: str = ""
    """The case it belongs to; empty for a question of its own. The items of a case stand together, in order."""

    @property
    def key(self) -> str:
        """`bank/question`, the identity that responses use."""
        return f"{self.bank}/{self.question}"

    def to_json(self) -> dict[str, Json]:
        """Return the item as canonical JSON values."""
        item: dict[str, Json] = {
            "bank": self.bank,
            "bank_version": self.bank_version,
            "question": self.question,
            "content_hash": self.content_hash,
            "objective": self.objective,
            "points": str(self.points),
            "order": list(self.order),
        }
        return item | ({"case": self.case} if self.case else {})

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
            case=str(data.get("case", "")),
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


class _Ranked(NamedTuple):
    """A block of the pool, with what decides when it is drawn."""

    block: Block
    key: str
    """`bank/question` or `bank/case`."""
    turn: int
    """0 for what the student has not seen, 1 for what was missed, 2 for what was seen and right."""


def draw(
    pool: Iterable[PoolItem],
    *,
    blueprint: Mapping[str, int],
    seed: str,
    seen: frozenset[str] = frozenset(),
    weak: Sequence[str] = (),
    missed: frozenset[str] = frozenset(),
) -> Form:
    """Draw a form; the blueprint is always met, and a case is drawn whole or not at all.

    Args:
        pool: the items of the exam's banks; only approved ones are drawn.
        blueprint: objective to number of items.
        seed: any text; stored with the form.
        seen: keys of items that earlier attempts showed; they are drawn only when the unseen ones do not suffice.
        weak: objectives, the weakest first; they choose before the others where enemies and cases leave a choice.
        missed: keys of items that were not right in earlier attempts; of the seen items these are drawn first.

    Raises:
        NotAllowed: if the pool cannot fill the blueprint (enemies never stand in one form).
    """
    by_key = {item.key: item for item in pool}
    keys, items = list(by_key), list(by_key.values())
    blocks = blocks_of([item.question for item in items], [item.bank for item in items])
    turns = [0 if key not in seen else 1 if key in missed else 2 for key in keys]
    ranked = [
        _Ranked(block, f"{items[block.members[0]].bank}/{block.name}", _turn([turns[one] for one in block.members]))
        for block in blocks
        if blueprint.keys() >= block.counts.keys()
    ]
    objectives = [name for name in dict.fromkeys((*weak, *blueprint)) if name in blueprint]
    chosen = _fresh_first(ranked, blueprint, objectives, seed=seed)
    chosen.sort(key=lambda one: _rank(seed, "place", one.key))
    return Form(seed, tuple(placed(items[index], seed) for one in chosen for index in one.block.members))


def _turn(turns: Sequence[int]) -> int:
    """Return when a block has its turn: unseen when all of it is, missed when anything in it was."""
    return 1 if 1 in turns else max(turns)


def _fresh_first(
    ranked: Sequence[_Ranked], blueprint: Mapping[str, int], objectives: Sequence[str], *, seed: str
) -> list[_Ranked]:
    """Fill a form from what has its turn first, and from the rest only where that cannot fill it.

    Raises:
        NotAllowed: the whole pool cannot fill the blueprint.
    """
    for turn in sorted({one.turn for one in ranked}):
        fresh = [one for one in ranked if one.turn <= turn]
        room = Counter[str]()
        for one in fresh:
            room.update(one.block.counts)
        if any(room[name] < needed for name, needed in blueprint.items()):
            continue
        for trial in range(_TRIES):
            chosen = _choose(fresh, blueprint, objectives, seed=f"{seed}:{trial}")
            if chosen is not None:
                return chosen
        found = _search(fresh, blueprint, seed=seed)
        if found is not None:
            return found
    if not any(blueprint.values()):
        return []
    raise NotAllowed(
        tr("The question banks cannot fill this exam's blueprint."),
        hint=tr("Ask the provider to run `cequiz bank check` on the course: rule E08 says what is missing."),
    )


def _choose(
    ranked: Sequence[_Ranked], blueprint: Mapping[str, int], objectives: Sequence[str], *, seed: str
) -> list[_Ranked] | None:
    """Fill one objective after the other from its ranking; None where that leads nowhere."""
    by_objective: dict[str, list[_Ranked]] = {name: [] for name in objectives}
    for one in ranked:
        for name in one.block.counts:
            by_objective[name].append(one)
    form = _Growing(blueprint)
    for name in objectives:
        if not form.open[name]:
            continue
        for one in sorted(by_objective[name], key=lambda one: (one.turn, _rank(seed, "draw", one.key))):
            form.take(one)
            if not form.open[name]:
                break
        else:
            return None
    return form.chosen


def _search(ranked: Sequence[_Ranked], blueprint: Mapping[str, int], *, seed: str) -> list[_Ranked] | None:
    """Return a form that was searched for, not only tried; None where there is none."""
    ordered = sorted(ranked, key=lambda one: (one.turn, _rank(seed, "draw", one.key)))
    found = fill(blueprint, [one.block for one in ordered])
    if found.missing:
        return None
    form = _Growing(blueprint)
    cases_first = sorted(found.chosen, key=lambda index: (not ordered[index].block.is_case, index))
    for index in (*cases_first, *sorted(found.free)):
        form.take(ordered[index])
    return form.chosen


class _Growing:
    """A form that grows block by block."""

    def __init__(self, blueprint: Mapping[str, int]) -> None:
        self.chosen: list[_Ranked] = []
        self.open = dict(blueprint)
        """How many items are still missing, by objective."""
        self._ids: set[str] = set()
        self._enemies: set[str] = set()
        self._taken: set[str] = set()

    def take(self, one: _Ranked) -> None:
        """Take a block where it fits: all of its items find a place, and none of its enemies stands in the form."""
        block = one.block
        fits = all(count <= self.open[name] for name, count in block.counts.items())
        if not fits or one.key in self._taken or block.ids & self._enemies or block.enemies & self._ids:
            return
        self.chosen.append(one)
        self._taken.add(one.key)
        self._ids |= block.ids
        self._enemies |= block.enemies
        for name, count in block.counts.items():
            self.open[name] -= count


def placed(item: PoolItem, seed: str) -> FormItem:
    """Return an item in its place, with its choices in the order that the seed gives them."""
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
        case=question.case.id if question.case else "",
    )


def _rank(seed: str, purpose: str, identity: str) -> bytes:
    return hashlib.sha256(f"{seed}\n{purpose}\n{identity}".encode()).digest()
