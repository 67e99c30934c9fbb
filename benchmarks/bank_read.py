"""Reading and validating a bank, against PyYAML's C loader building plain values from the same text.

The C loader neither validates nor knows places; ours does both, so a ratio below 1 means that strictness is free.
Rounds alternate, so that a busy machine slows both. Run: `python benchmarks/bank_read.py [QUESTIONS] [ROUNDS]`.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable

import yaml

from cequiz.adapters.bank_files.reader import read
from cequiz.domain.bank.bank import Bank

HEADER = """\
format: cequiz-bank/1
id: generated
title: A generated bank
version: "2026.1"
language: en
licence: CC-BY-4.0
authors: [{name: Nobody, credentials: LMT, disclosure: none}]
objectives: {D1: Safety, D2: Principles, D3: Landmarks, D4: Head and neck}
questions:
"""

QUESTION = """\
  - id: item-{n}
    version: 1
    type: single
    objective: D{objective}
    cognitive: recall
    difficulty: medium
    tests: [test-{n}]
    claim: anatomy
    stem: "Which structure number {n} lies nearest to the landmark that is palpated in this position?"
    options:
      - {{id: a, text: "The first structure of item {n}", correct: true, rationale: "It lies there in most people."}}
      - {{id: b, text: "The second structure of item {n}", rationale: "It lies further to the side."}}
      - {{id: c, text: "The third structure of item {n}", rationale: "It lies deeper than that."}}
      - {{id: d, text: "The fourth structure of item {n}", rationale: "It lies on the other side."}}
    references: [{{cite: "Moore, Clinically Oriented Anatomy, 9th ed."}}]
    review: {{status: approved, by: somebody, on: 2026-11-22}}
"""


def generated(questions: int) -> str:
    """Return the text of a bank with so many questions."""
    return HEADER + "".join(QUESTION.format(n=n, objective=n % 4 + 1) for n in range(questions))


def ours(text: str) -> int:
    """Read with places and validate; return the number of questions."""
    return len(Bank.model_validate(read(text).data).questions)


def bare(text: str) -> int:
    """Build plain values with the C loader; return the number of questions."""
    return len(yaml.load(text, Loader=yaml.CSafeLoader)["questions"])


def seconds(work: Callable[[str], int], text: str, expected: int) -> float:
    """Return how long one run took, after checking that it did the work."""
    start = time.perf_counter()
    found = work(text)
    taken = time.perf_counter() - start
    if found != expected:
        sys.exit(f"{work.__name__} found {found} questions instead of {expected}")
    return taken


def main() -> None:
    """Print the medians and their ratio."""
    questions = int(sys.argv[1]) if len(sys.argv) > 1 else 2_000
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 5
    text = generated(questions)
    taken: dict[str, list[float]] = {"ours": [], "bare": []}
    for _ in range(rounds):
        taken["ours"].append(seconds(ours, text, questions))
        taken["bare"].append(seconds(bare, text, questions))
    mine, theirs = statistics.median(taken["ours"]), statistics.median(taken["bare"])
    print(f"bank: {questions} questions, {len(text.encode()):,} bytes, median of {rounds} alternating rounds")
    print(f"read with places and validate: {mine:.3f} s; yaml.load with CSafeLoader: {theirs:.3f} s")
    print(f"ratio {mine / theirs:.2f} (below 1.0 is the aim)")


if __name__ == "__main__":
    main()
