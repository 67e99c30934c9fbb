"""Can a form be drawn at all? Counts per objective, approved items only, cases whole, enemies never together.

This room counts; which items are drawn for whom, and with which seed, is decided elsewhere.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from cequiz.domain.bank.blocks import Block, blocks_of, enemies_of
from cequiz.domain.bank.question import Question

_EXACT_GROUP = 14
"""Groups of enemies up to this size are searched exactly (2**14 sets); larger ones are estimated from below."""

_MOST_STATES = 2_000

_Counts: TypeAlias = "tuple[int, ...]"
_Chosen: TypeAlias = "tuple[int, ...]"


@dataclass(frozen=True, slots=True)
class Shortfall:
    """An objective for which a form cannot find enough items.

    Attributes:
        objective: its name in the blueprint.
        needed: how many items the blueprint asks for.
        available: how many can stand in one form together with the rest of it.
    """

    objective: str
    needed: int
    available: int


@dataclass(frozen=True, slots=True)
class Filling:
    """The best that can be made of some blocks.

    Attributes:
        chosen: indexes of blocks that stand in each other's way or are cases, peaceful among themselves. Of the single
            items among them more may be named than are needed.
        free: indexes of single items without enemies, with which the rest is filled in any way.
        missing: how many items are missing then, by objective; empty when the form is full.
    """

    chosen: tuple[int, ...]
    free: tuple[int, ...]
    missing: Mapping[str, int]


def shortfalls(blueprint: Mapping[str, int], questions: Iterable[Question]) -> tuple[Shortfall, ...]:
    """Return the objectives that the approved questions cannot fill; empty when a form can be drawn.

    Exact while there are few cases and the groups of items connected by `enemies` stay small; beyond that it may report
    a form as impossible that a very long search would find, never the reverse.
    """
    blocks = blocks_of(tuple(questions))
    if _plenty(blueprint, blocks):
        return ()
    missing = fill(blueprint, blocks).missing
    return tuple(
        Shortfall(name, needed, needed - missing[name]) for name, needed in blueprint.items() if name in missing
    )


def fill(blueprint: Mapping[str, int], blocks: Sequence[Block]) -> Filling:
    """Return the best filling of a form; where several are as good, the one of the first blocks.

    Args:
        blueprint: objective to number of items.
        blocks: those with items of other objectives are passed over.
    """
    names = tuple(blueprint)
    usable = [index for index, block in enumerate(blocks) if all(name in blueprint for name in block.counts)]
    enemies = enemies_of(blocks)
    groups = list(_groups(usable, enemies))
    free = tuple(group[0] for group in groups if len(group) == 1 and not blocks[group[0]].is_case)
    tied = [group for group in groups if len(group) > 1 or blocks[group[0]].is_case]
    with_cases = [group for group in tied if any(blocks[index].is_case for index in group)]
    others = [group for group in tied if group not in with_cases]

    room = Counter(name for index in free for name in blocks[index].counts)
    spare = tuple(room[name] for name in names)
    # A case must fit into what is still open, so until all cases are looked at, every count of open places matters.
    states: dict[_Counts, _Chosen] = {tuple(blueprint[name] for name in names): ()}
    for group in with_cases:
        states = _least(_reached(states, _sets(group, enemies), blocks, names), spare)
    missing: dict[_Counts, _Chosen] = {}
    for state, chosen in states.items():
        missing.setdefault(_less(state, spare), chosen)
    for group in others:
        missing = _undominated(_reached(missing, _sets(group, enemies), blocks, names))
    best = min(missing, key=lambda state: (sum(state), state))
    return Filling(missing[best], free, {name: left for name, left in zip(names, best, strict=True) if left})


def _plenty(blueprint: Mapping[str, int], blocks: Sequence[Block]) -> bool:
    """Whether single items that nobody stands in the way of fill the form already: then nothing need be searched."""
    enemies = enemies_of(blocks)
    room = Counter[str]()
    taken = set[int]()
    for index, block in enumerate(blocks):
        if not block.is_case and not enemies[index] & taken:
            taken.add(index)
            room.update(block.counts)
    return all(room[name] >= needed for name, needed in blueprint.items())


def _groups(usable: Sequence[int], enemies: Sequence[set[int]]) -> Iterator[list[int]]:
    """Yield the connected groups of the enemy relation; a block without enemies is a group of its own."""
    inside, seen = set(usable), set[int]()
    for start in usable:
        if start in seen:
            continue
        group, frontier = [], [start]
        seen.add(start)
        while frontier:
            index = frontier.pop()
            group.append(index)
            near = (enemies[index] & inside) - seen
            frontier += sorted(near)
            seen |= near
        yield group


def _sets(group: Sequence[int], enemies: Sequence[set[int]]) -> list[frozenset[int]]:
    """Return the sets of blocks of a group without enemies among them, the empty one included."""
    if len(group) > _EXACT_GROUP:
        chosen: list[int] = []
        for index in sorted(group, key=lambda one: len(enemies[one])):
            if not enemies[index].intersection(chosen):
                chosen.append(index)
        return [frozenset(chosen[:length]) for length in range(len(chosen) + 1)]
    sets: list[frozenset[int]] = [frozenset()]
    for index in group:
        sets += [peaceful | {index} for peaceful in sets if not enemies[index] & peaceful]
    return sets


def _reached(
    states: Mapping[_Counts, _Chosen], sets: Sequence[frozenset[int]], blocks: Sequence[Block], names: Sequence[str]
) -> dict[_Counts, _Chosen]:
    """Return what is still open after each of the sets, with the blocks that lead there.

    The items of a case all need a place; a single item that finds none is simply not drawn.
    """
    gains: dict[tuple[_Counts, _Counts], _Chosen] = {}
    for peaceful in sets:
        cases = _count((blocks[index] for index in peaceful if blocks[index].is_case), names)
        singles = _count((blocks[index] for index in peaceful if not blocks[index].is_case), names)
        gains.setdefault((cases, singles), tuple(sorted(peaceful)))
    reached: dict[_Counts, _Chosen] = {}
    for state, chosen in states.items():
        for (cases, singles), more in gains.items():
            if all(gain <= left for gain, left in zip(cases, state, strict=True)):
                reached.setdefault(_less(_less(state, cases), singles), chosen + more)
    return reached


def _count(blocks: Iterable[Block], names: Sequence[str]) -> _Counts:
    counter: Counter[str] = Counter()
    for block in blocks:
        counter.update(block.counts)
    return tuple(counter[name] for name in names)


def _less(state: _Counts, gain: _Counts) -> _Counts:
    return tuple(max(left - one, 0) for left, one in zip(state, gain, strict=True))


def _least(states: Mapping[_Counts, _Chosen], spare: _Counts) -> dict[_Counts, _Chosen]:
    """Keep the states that the free items come nearest to filling."""
    ordered = sorted(states, key=lambda state: (sum(_less(state, spare)), state))
    return {state: states[state] for state in ordered[:_MOST_STATES]}


def _undominated(states: Mapping[_Counts, _Chosen]) -> dict[_Counts, _Chosen]:
    """Drop every state that another one beats or equals in each objective."""
    best: list[_Counts] = []
    for state in sorted(states, key=lambda one: (sum(one), one)):
        if not any(all(a <= b for a, b in zip(other, state, strict=True)) for other in best):
            best.append(state)
    return {state: states[state] for state in best[:_MOST_STATES]}
