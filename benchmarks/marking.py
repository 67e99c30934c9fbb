"""Marking responses of every question type, against a bare loop that compares each response with its key.

The bare loop only asks whether two dictionaries are equal: it checks no response, knows no partial credit, no units and
no spelling. Responses are half right and half wrong. Of the typed ones some are misspelled, the same few again and
again as in a class: words that were compared before are remembered. Rounds alternate and the processor's own time
counts, so that a busy machine slows both alike. Run: `python benchmarks/marking.py [RESPONSES] [ROUNDS]`.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from functools import cache, partial
from typing import Any

from cequiz.bootstrap import bundled_lexicon
from cequiz.domain.bank.bank import Bank
from cequiz.domain.bank.lexicon import Lexicon
from cequiz.domain.bank.question import Question
from cequiz.domain.canonical import Json
from cequiz.domain.chain import START
from cequiz.domain.exam.attempt import Attempt, Status
from cequiz.domain.exam.form import Form, FormItem
from cequiz.domain.exam.ledger import TimeLedger
from cequiz.domain.exam.marking import mark
from cequiz.domain.exam.terms import Terms
from cequiz.domain.exam.timekeeping import Anchor, Stamp

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
AIM = 100_000
"""Responses a second."""

LENGTH = 90
"""Items in an attempt."""

Sat = tuple[Attempt, dict[str, Question]]
"""An attempt with its questions."""

OPTIONS = [{"id": name, "text": f"Option {name}"} | ({"correct": True} if name == "b" else {}) for name in "abcd"]
FRAME = {
    "objective": "D1",
    "cognitive": "recall",
    "difficulty": "easy",
    "claim": "anatomy",
    "stem": "What lies here?",
    "references": [{"cite": "Sample"}],
    "review": {"status": "approved", "by": "sample", "on": "2026-11-22"},
}

TYPES: dict[str, tuple[dict[str, Any], list[dict[str, Json]]]] = {
    "single": ({"options": OPTIONS}, [{"choice": "b"}, {"choice": "c"}]),
    "multiple": (
        {
            "options": [one | {"correct": one["id"] in ("a", "b")} for one in OPTIONS],
            "scoring": {"method": "right-minus-wrong", "floor": "0"},
        },
        [{"choices": ["a", "b"]}, {"choices": ["a", "c"]}],
    ),
    "true_false": ({"answer": "true"}, [{"value": True}, {"value": False}]),
    "matching": (
        {
            "pairs": [{"id": f"p{n}", "left": f"Muscle {n}", "right": f"Nerve {n}"} for n in range(1, 5)],
            "scoring": {"method": "per-pair"},
        },
        [{"pairs": {f"p{n}": f"p{n}" for n in range(1, 5)}}, {"pairs": {"p1": "p1", "p2": "p3", "p3": "p2"}}],
    ),
    "ordering": (
        {"items": [{"id": one, "text": f"Step {one}"} for one in "abcd"], "scoring": {"method": "adjacent-pairs"}},
        [{"order": list("abcd")}, {"order": list("bacd")}],
    ),
    "short_answer": (
        {
            "accept": [{"text": "axillary nerve"}, {"text": "circumflex nerve", "credit": "1/2"}],
            "spelling": "tolerant",
        },
        [{"text": "Axillary nerve"}, {"text": "axilary nerve"}, {"text": "radial nerve"}, {"text": "circumflex nerve"}],
    ),
    "numeric": (
        {"answer": "42", "tolerance": {"percent": "5"}, "unit": {"canonical": "mg", "accept": {"g": "1000"}}},
        [{"text": "42"}, {"text": "0.045 g"}, {"text": "42,5 mg"}, {"text": "7"}],
    ),
    "cloze": (
        {
            "text": "The {{n1}} nerve lies in the {{g1}}.",
            "blanks": {
                "n1": {"options": OPTIONS},
                "g1": {"accept": [{"text": "radial groove"}], "spelling": "tolerant"},
            },
        },
        [{"blanks": {"n1": "b", "g1": "radial groove"}}, {"blanks": {"n1": "c", "g1": "radial grove"}}],
    ),
    "label_figure": (
        {
            "figure": "arm",
            "points_on_figure": [
                {"id": "a", "at": ["0.1", "0.2"], "answer": "x"},
                {"id": "b", "at": ["0.3", "0.2"], "answer": "y"},
            ],
            "choices": {"x": "Radial groove", "y": "Head of the radius", "z": "Olecranon"},
        },
        [{"points": {"a": "x", "b": "y"}}, {"points": {"a": "z", "b": "y"}}],
    ),
}


@cache
def questions() -> dict[str, Question]:
    """Return one question of every type, by its type's name."""
    bank = Bank.from_json(
        {
            "format": "cequiz-bank/1",
            "id": "generated",
            "title": "A generated bank",
            "version": "1",
            "language": "en",
            "licence": "CC-BY-4.0",
            "objectives": {"D1": "Everything"},
            "figures": {"arm": {"file": "arm.svg", "alt": "An arm"}},
            "questions": [
                FRAME | {"id": name.replace("_", "-"), "type": name} | fields for name, (fields, _) in TYPES.items()
            ],
        }
    )
    return {one.type: one for one in bank.items}


def sat(kinds: Sequence[str], first: int) -> tuple[Attempt, dict[str, Question]]:
    """Return a submitted attempt with answered items of these types in turn, and its questions.

    Args:
        kinds: names of types.
        first: the number of its first item; it says which of a type's responses come next.
    """
    known = questions()
    items, responses, by_key = [], {}, {}
    for number in range(first, first + LENGTH):
        kind = kinds[number % len(kinds)]
        item = FormItem("generated", "1", f"{kind}-{number}", "", "D1", Fraction(1), ())
        variants = TYPES[kind][1]
        items.append(item)
        responses[item.key] = variants[number // len(kinds) % len(variants)]
        by_key[item.key] = known[kind]
    terms = Terms(
        course_title="Sample",
        exam_title="Sample",
        time_limit=timedelta(hours=1),
        factor=Fraction(1),
        pass_mark=Fraction(75),
        objectives={"D1": "Everything"},
    )
    attempt = Attempt(
        id="A-1",
        student_id="S-1",
        course_id="course",
        course_version="1",
        exam_id="quiz",
        number=1,
        form=Form("seed", tuple(items)),
        terms=terms,
        ledger=TimeLedger(NOON, terms.time_limit),
        attestation="mine",
        seq=1,
        head=START,
        session="one",
        last=Anchor(NOON, Stamp(NOON, 0, "boot")),
    )
    return replace(attempt, status=Status.SUBMITTED, finished_at=NOON, responses=responses), by_key


def ours(attempts: Sequence[Sat], lexicon: Lexicon) -> int:
    """Mark the attempts; return how many items earned everything."""
    return sum(one.right for attempt, known in attempts for one in mark(attempt, known, lexicon=lexicon).marks)


def bare(attempts: Sequence[Sat], keys: dict[str, dict[str, Json]]) -> int:
    """Compare every response with its key; return how many are equal."""
    return sum(response == keys[item] for attempt, _ in attempts for item, response in attempt.responses.items())


def seconds(work: Callable[[], int]) -> float:
    """Return how long one run kept the processor busy, after checking that it found right answers and wrong ones."""
    start = time.process_time()
    found = work()
    taken = time.process_time() - start
    if not found:
        sys.exit("no answer was right")
    return taken


def main() -> None:
    """Print responses a second over all types and of each, and the ratio against the bare loop."""
    count = int(sys.argv[1]) // LENGTH if len(sys.argv) > 1 else 1_000
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 5
    lexicon = bundled_lexicon()
    attempts = [sat(list(TYPES), number) for number in range(count)]
    keys = {item: known[item].key() for _, known in attempts for item in known}
    taken: dict[str, list[float]] = {"ours": [], "bare": []}
    for _ in range(rounds):
        taken["ours"].append(seconds(partial(ours, attempts, lexicon)))
        taken["bare"].append(seconds(partial(bare, attempts, keys)))
    responses = count * LENGTH
    mine, theirs = statistics.median(taken["ours"]), statistics.median(taken["bare"])
    print(f"{responses:,} responses of {len(TYPES)} types in attempts of {LENGTH}, median of {rounds} rounds")
    print(
        f"marking: {responses / mine:,.0f} responses/s; comparing dictionaries: {responses / theirs:,.0f} responses/s"
    )
    print(f"ratio {mine / theirs:.1f}")
    for kind in TYPES:
        some = [sat([kind], number) for number in range(count // len(TYPES))]
        share = statistics.median(seconds(partial(ours, some, lexicon)) for _ in range(rounds))
        print(f"  {kind:<13} {len(some) * LENGTH / share:>11,.0f} responses/s")
    print(f"{'reached' if responses / mine >= AIM else 'MISSED'}: the aim is {AIM:,} responses/s over all types")


if __name__ == "__main__":
    main()
