"""One plainly artificial question of every type, with answers: what faces, reviews and stores are tried on.

The exam draws the whole bank: nine questions of their own under D1, and one case of three questions under D2.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cequiz.domain.bank.bank import Bank
from cequiz.domain.bank.course import Course
from cequiz.domain.canonical import Json
from tests import builders

PLATE = "plate"
"""The figure of the labelling question."""


def item(name: str, kind: str, *, objective: str = "D1", **answer: Any) -> dict[str, Any]:
    """Return the JSON of an approved question of a type, with the answer part given by name."""
    return {
        "id": name,
        "type": kind,
        "objective": objective,
        "cognitive": "recall",
        "difficulty": "easy",
        "claim": "anatomy",
        "stem": f"Sample question of the type {kind}.",
        "references": [{"cite": "Sample reference"}],
        "review": {"status": "approved", "by": "sample", "on": "2026-11-22"},
        **answer,
    }


def options(*texts: str, right: str) -> list[dict[str, Any]]:
    """Return options a, b, c ... of these texts; the letters of the right ones are given together."""
    return [
        {"id": letter, "text": text} | ({"correct": True} if letter in right else {})
        for letter, text in zip("abcdefghijk", texts, strict=False)
    ]


def single() -> dict[str, Any]:
    """One option of four; b is right."""
    return item("q-single", "single", options=options("Alpha", "Beta", "Gamma", "Delta", right="b"), rationale="So.")


def multiple() -> dict[str, Any]:
    """Several of four options; a and c are right."""
    return item(
        "q-multiple",
        "multiple",
        options=options("Alpha", "Beta", "Gamma", "Delta", right="ac"),
        scoring={"method": "per-option"},
        rationale="So.",
    )


def true_false() -> dict[str, Any]:
    """A statement that is true."""
    return item("q-true-false", "true_false", stem="Sample statements are artificial.", answer=True, rationale="So.")


def matching() -> dict[str, Any]:
    """Three pairs and one distractor; the id of a right side is the id of its pair."""
    return item(
        "q-matching",
        "matching",
        stem="Match each letter name with its number.",
        pairs=[
            {"id": "p1", "left": "Alpha", "right": "First"},
            {"id": "p2", "left": "Beta", "right": "Second"},
            {"id": "p3", "left": "Gamma", "right": "Third"},
        ],
        distractors=[{"id": "x1", "text": "Ninth"}],
        scoring={"method": "per-pair"},
        rationale="So.",
    )


def ordering() -> dict[str, Any]:
    """Four items in the right order."""
    return item(
        "q-ordering",
        "ordering",
        stem="Put the letter names in the order of the alphabet.",
        items=[
            {"id": "i1", "text": "Alpha"},
            {"id": "i2", "text": "Beta"},
            {"id": "i3", "text": "Gamma"},
            {"id": "i4", "text": "Delta"},
        ],
        scoring={"method": "adjacent-pairs"},
        rationale="So.",
    )


def short_answer() -> dict[str, Any]:
    """A typed term with tolerant spelling and a half-right answer."""
    return item(
        "q-short",
        "short_answer",
        stem="Which nerve supplies the deltoid?",
        accept=[{"text": "axillary nerve"}, {"text": "circumflex nerve", "credit": "1/2"}],
        spelling="tolerant",
        rationale="So.",
    )


def numeric() -> dict[str, Any]:
    """A typed number with a unit."""
    return item(
        "q-numeric",
        "numeric",
        stem="How many milligrams are 0.042 g?",
        answer="42",
        tolerance={"absolute": "0.5"},
        unit={"canonical": "mg", "accept": {"g": "1000"}},
        rationale="So.",
    )


def cloze() -> dict[str, Any]:
    """A text with a blank to choose for and a blank to type in."""
    return item(
        "q-cloze",
        "cloze",
        stem="Complete the sentence.",
        text="The {{n1}} nerve lies in the {{g1}}.",
        blanks={
            "n1": {"options": options("radial", "ulnar", "median", right="a")},
            "g1": {"accept": [{"text": "spiral groove"}], "spelling": "tolerant"},
        },
        rationale="So.",
    )


def label_figure() -> dict[str, Any]:
    """Two points on a figure and three labels."""
    return item(
        "q-label",
        "label_figure",
        stem="Name the numbered points.",
        figure=PLATE,
        points_on_figure=[
            {"id": "A", "at": ["0.25", "0.5"], "answer": "sq"},
            {"id": "B", "at": ["0.75", "0.5"], "answer": "ci"},
        ],
        choices={"sq": "Square", "ci": "Circle", "tr": "Triangle"},
        rationale="So.",
    )


def case() -> dict[str, Any]:
    """A case of three questions: one of options, one of several options, one typed."""
    inside = ("objective", "cognitive", "difficulty", "claim", "references", "review")
    questions = [
        item("q-case-1", "single", options=options("Alpha", "Beta", "Gamma", right="a"), rationale="So."),
        item(
            "q-case-2",
            "multiple",
            options=options("Alpha", "Beta", "Gamma", right="ab"),
            scoring={"method": "all-or-nothing"},
            rationale="So.",
        ),
        item("q-case-3", "short_answer", accept=[{"text": "delta"}], spelling="exact", rationale="So."),
    ]
    questions = [{name: value for name, value in one.items() if name not in inside} for one in questions]
    whole = item("q-case", "case", objective="D2", questions=questions)
    del whole["stem"]
    return whole | {"vignette": "A 31-year-old sample person holds three artificial letters in one hand."}


def questions() -> list[dict[str, Any]]:
    """Return one question of every type."""
    kinds = (single, multiple, true_false, matching, ordering, short_answer, numeric, cloze, label_figure, case)
    return [kind() for kind in kinds]


def bank_json(*added: Mapping[str, Any], only: tuple[str, ...] = ()) -> dict[str, Any]:
    """Return the JSON of the bank.

    Args:
        added: further questions.
        only: ids of the questions to keep of the sample ones; empty for all.
    """
    kept = [one for one in questions() if not only or one["id"] in only]
    return builders.bank_json(counts={"D1": 0, "D2": 0}) | {
        "figures": {PLATE: {"file": "figures/plate.svg", "alt": "A square on the left and a circle on the right."}},
        "questions": [*kept, *added],
    }


def bank(*added: Mapping[str, Any], only: tuple[str, ...] = ()) -> Bank:
    """Return the bank; arguments as in `bank_json`."""
    return Bank.from_json(bank_json(*added, only=only))


def course(*, blueprint: Mapping[str, int] | None = None, **exam: Any) -> Course:
    """Return a course whose one exam draws the whole bank, with `blueprint` and other terms where they are given."""
    return builders.course(exams=[builders.exam_json(**{"blueprint": dict(blueprint or {"D1": 9, "D2": 3}), **exam})])


RIGHT: Mapping[str, dict[str, Json]] = {
    "q-single": {"choice": "b"},
    "q-multiple": {"choices": ["a", "c"]},
    "q-true-false": {"value": True},
    "q-matching": {"pairs": {"p1": "p1", "p2": "p2", "p3": "p3"}},
    "q-ordering": {"order": ["i1", "i2", "i3", "i4"]},
    "q-short": {"text": "axillary nerve"},
    "q-numeric": {"text": "42"},
    "q-cloze": {"blanks": {"n1": "a", "g1": "spiral groove"}},
    "q-label": {"points": {"A": "sq", "B": "ci"}},
    "q-case-1": {"choice": "a"},
    "q-case-2": {"choices": ["a", "b"]},
    "q-case-3": {"text": "delta"},
}
"""The right response to every sample question, by the question's id."""

PARTIAL: Mapping[str, dict[str, Json]] = {
    "q-matching": {"pairs": {"p1": "p1", "p2": "x1"}},
    "q-ordering": {"order": ["i1", "i2"]},
    "q-cloze": {"blanks": {"n1": "a"}},
    "q-label": {"points": {"B": "ci"}},
}
"""Responses that leave something open, of the types that allow it."""
