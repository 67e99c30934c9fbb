"""Can a form be drawn at all? Counts per objective, approved items only, enemies never together.

This room counts; which items are drawn for whom, and with which seed, is decided elsewhere.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from cequiz.domain.bank.question import Question

_EXACT_GROUP = 14
"""Groups of enemies up to this size are searched exactly (2**14 sets); larger ones are estimated from below."""

_MOST_STATES = 2_000

_Counts: TypeAlias = "tuple[int, ...]"


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


def shortfalls(blueprint: Mapping[str, int], questions: Iterable[Question]) -> tuple[Shortfall, ...]:
    """Return the objectives that the approved questions cannot fill; empty when a form can be drawn.

    Exact while groups of items connected by `enemies` stay small; for large groups it may report a form as
    impossible that a very long search would find, never the reverse.
    """
    pool = [question for question in questions if question.is_scored and question.objective in blueprint]
    groups = list(_groups(pool))
    free = Counter(pool[group[0]].objective for group in groups if len(group) == 1)
    missing = {name: max(needed - free[name], 0) for name, needed in blueprint.items()}
    short = tuple(name for name in blueprint if missing[name])
    remaining = _least_remaining(
        tuple(missing[name] for name in short), [group for group in groups if len(group) > 1], pool, short
    )
    return tuple(
        Shortfall(name, blueprint[name], blueprint[name] - left)
        for name, left in zip(short, remaining, strict=True)
        if left
    )


def enemies_of(questions: Sequence[Question]) -> list[set[int]]:
    """Return, for each question by index, the indexes it must not share a form with; the relation goes both ways."""
    places: dict[str, list[int]] = {}
    for index, question in enumerate(questions):
        places.setdefault(question.id, []).append(index)
    enemies: list[set[int]] = [set() for _ in questions]
    for index, question in enumerate(questions):
        for enemy_id in question.enemies:
            for other in places.get(enemy_id, ()):
                if other != index:
                    enemies[index].add(other)
                    enemies[other].add(index)
    return enemies


def _groups(pool: Sequence[Question]) -> Iterator[list[int]]:
    """Yield the connected groups of the enemy relation; an item without enemies is a group of its own."""
    enemies, seen = enemies_of(pool), set[int]()
    for start in range(len(pool)):
        if start in seen:
            continue
        group, frontier = [], [start]
        seen.add(start)
        while frontier:
            index = frontier.pop()
            group.append(index)
            frontier += sorted(enemies[index] - seen)
            seen |= enemies[index]
        yield group


def _least_remaining(
    missing: _Counts, groups: Sequence[Sequence[int]], pool: Sequence[Question], names: Sequence[str]
) -> _Counts:
    """Return what is still missing, by objective, after the best choice from every group of enemies."""
    states = {missing}
    enemies = enemies_of(pool)
    for group in groups:
        gains = _gains(group, enemies, [pool[index].objective for index in range(len(pool))], names)
        reached = {
            tuple(max(left - gain, 0) for left, gain in zip(state, gains_by_name, strict=True))
            for state in states
            for gains_by_name in gains
        }
        states = set(sorted(_undominated(reached), key=lambda state: (sum(state), state))[:_MOST_STATES])
    return min(states, key=lambda state: (sum(state), state))


def _gains(
    group: Sequence[int], enemies: Sequence[set[int]], objectives: Sequence[str], names: Sequence[str]
) -> set[_Counts]:
    """Return the counts by objective that sets of items without enemies among them can reach."""
    if len(group) > _EXACT_GROUP:
        chosen: set[int] = set()
        for index in sorted(group, key=lambda item: len(enemies[item])):
            if not enemies[index] & chosen:
                chosen.add(index)
        return {_count(chosen, objectives, names)}
    sets: list[frozenset[int]] = [frozenset()]
    for index in group:
        sets += [peaceful | {index} for peaceful in sets if not enemies[index] & peaceful]
    return {_count(peaceful, objectives, names) for peaceful in sets}


def _count(chosen: Iterable[int], objectives: Sequence[str], names: Sequence[str]) -> _Counts:
    counter = Counter(objectives[index] for index in chosen)
    return tuple(counter[name] for name in names)


def _undominated(states: set[_Counts]) -> set[_Counts]:
    """Drop every state that another one beats or equals in each objective."""
    best: list[_Counts] = []
    for state in sorted(states, key=sum):
        if not any(all(a <= b for a, b in zip(other, state, strict=True)) for other in best):
            best.append(state)
    return set(best)
