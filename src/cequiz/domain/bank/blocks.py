"""Blocks: what is drawn together or not at all, a question of its own or the questions of a case.

The draw of a form and the check whether one can be drawn both look at blocks, so that they never disagree.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from cequiz.domain.bank.question import Question


class Block(NamedTuple):
    """Questions that are drawn together or not at all.

    Attributes:
        name: the id of the question or of the case.
        members: the indexes of its questions, in the order they are shown.
        counts: how many items of which objective it holds.
        ids: what enemies may call it: the ids of its questions and of its case.
        enemies: the ids it must not share a form with.
    """

    name: str
    members: tuple[int, ...]
    counts: Mapping[str, int]
    ids: frozenset[str]
    enemies: frozenset[str]

    @property
    def is_case(self) -> bool:
        """Whether it takes more or less of a form than the one item that fits everywhere."""
        return len(self.members) > 1


def blocks_of(questions: Sequence[Question], banks: Sequence[str] | None = None) -> tuple[Block, ...]:
    """Return the blocks that can be drawn for a scored exam: approved items, and cases whose items are all approved.

    Args:
        questions: in any order.
        banks: the bank of each question, where they come from several; a case lies in one bank.
    """
    found: list[Block] = []
    cases: dict[tuple[str, str], list[int]] = {}
    for index, question in enumerate(questions):
        if not question.is_scored:
            continue
        if question.case is None:
            ids = frozenset((question.id,))
            found.append(Block(question.id, (index,), {question.objective: 1}, ids, frozenset(question.enemies)))
        else:
            cases.setdefault((banks[index] if banks else "", question.case.id), []).append(index)
    return (*found, *_whole_cases(questions, cases))


def enemies_of(blocks: Sequence[Block]) -> list[set[int]]:
    """Return, for each block by index, the indexes it must not share a form with; the relation goes both ways."""
    places: dict[str, list[int]] = {}
    for index, block in enumerate(blocks):
        for name in block.ids:
            places.setdefault(name, []).append(index)
    enemies: list[set[int]] = [set() for _ in blocks]
    for index, block in enumerate(blocks):
        for enemy_id in block.enemies:
            for other in places.get(enemy_id, ()):
                if other != index:
                    enemies[index].add(other)
                    enemies[other].add(index)
    return enemies


def _whole_cases(questions: Sequence[Question], cases: Mapping[tuple[str, str], list[int]]) -> Iterator[Block]:
    for (_, name), members in cases.items():
        whole = [(case.place, index) for index in members if (case := questions[index].case) is not None]
        length = next(case.length for index in members if (case := questions[index].case) is not None)
        if len(whole) != length:
            continue
        inside = [questions[index] for _, index in sorted(whole)]
        yield Block(
            name=name,
            members=tuple(index for _, index in sorted(whole)),
            counts=Counter(question.objective for question in inside),
            ids=frozenset((name, *(question.id for question in inside))),
            enemies=frozenset(enemy for question in inside for enemy in question.enemies),
        )
