"""Draw forms from a pool of 1,000 items, beside a bare ranking of the same items.

    python benchmarks/form_draw.py [ITEMS] [ROUNDS]

The bare ranking is what any repeatable draw needs at the least: SHA-256 of seed and identity of every item, and a sort.
The draw adds what an exam needs: the blueprint, cases that stay whole, enemies, items that were seen, the order of
the options, and the hash of every drawn item's content.
"""

from __future__ import annotations

import hashlib
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial

from cequiz.domain.bank.bank import Bank
from cequiz.domain.canonical import Json
from cequiz.domain.exam.form import PoolItem, draw

OBJECTIVES = 5
FORM = 60
CASES = 20
IN_A_CASE = 4


def item(number: int) -> dict[str, Json]:
    """Return one artificial question; every tenth has an enemy."""
    return {
        "id": f"item-{number}",
        "type": "single",
        "objective": f"D{number % OBJECTIVES}",
        "cognitive": "recall",
        "difficulty": "easy",
        "claim": "anatomy",
        "stem": f"Which of the four options is the right one for question number {number}?",
        "options": [
            {"id": letter, "text": f"Option {letter} of question {number}", "correct": letter == "b"}
            for letter in "abcd"
        ],
        "references": [{"cite": "Sample reference"}],
        "review": {"status": "approved", "by": "sample", "on": "2026-11-22"},
        "enemies": [f"item-{number + 5}"] if number % 10 == 0 else [],
    }


def generated(items: int) -> list[PoolItem]:
    """Return a pool of so many items, some of them in cases."""
    questions: list[Json] = [item(number) for number in range(items - CASES * IN_A_CASE)]
    for case in range(CASES):
        inside = [item(items + case * IN_A_CASE + number) for number in range(IN_A_CASE)]
        questions.append({"id": f"case-{case}", "type": "case", "vignette": "A sample.", "questions": inside})
    bank = Bank.from_json(
        {
            "format": "cequiz-bank/1",
            "id": "sample",
            "title": "Sample",
            "version": "1",
            "language": "en",
            "licence": "CC0-1.0",
            "objectives": {f"D{number}": "Sample" for number in range(OBJECTIVES)},
            "questions": questions,
        }
    )
    return [PoolItem(bank.id, bank.version, question) for question in bank.items]


def ours(pool: Sequence[PoolItem], seed: str, seen: frozenset[str]) -> None:
    """Draw a form."""
    blueprint = {f"D{number}": FORM // OBJECTIVES for number in range(OBJECTIVES)}
    form = draw(pool, blueprint=blueprint, seed=seed, seen=seen, weak=("D3",), missed=seen)
    if len(form.items) != FORM:
        raise SystemExit("the form has the wrong length")


def bare(keys: Sequence[str], seed: str) -> None:
    """Rank the items and take the first."""
    ranked = sorted(keys, key=lambda key: hashlib.sha256(f"{seed}\n{key}".encode()).digest())
    if len(ranked[:FORM]) != FORM:
        raise SystemExit("the ranking has the wrong length")


def seconds(deed: Callable[[], None]) -> float:
    """Return how long a deed took."""
    start = time.perf_counter()
    deed()
    return time.perf_counter() - start


def main() -> None:
    """Measure both in alternating rounds and print their medians."""
    items = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 50
    pool = generated(items)
    keys = [one.key for one in pool]
    seen = frozenset(keys[::7])
    mine: list[float] = []
    theirs: list[float] = []
    for number in range(rounds):
        mine.append(seconds(partial(ours, pool, str(number), seen)))
        theirs.append(seconds(partial(bare, keys, str(number))))
    draw_time, rank_time = statistics.median(mine), statistics.median(theirs)
    print(f"pool: {items} items, {CASES} cases; form: {FORM} items; median of {rounds} alternating rounds")
    print(f"draw: {draw_time * 1e3:.2f} ms; bare ranking (sha256 and sort): {rank_time * 1e3:.2f} ms")
    print(f"ratio {draw_time / rank_time:.1f}")


if __name__ == "__main__":
    main()
