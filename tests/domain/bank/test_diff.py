"""Comparing versions by meaning: whoever reads it knows what is another answer, another wording, another note."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given

from cequiz.domain.bank.bank import Bank
from cequiz.domain.bank.change import ChangeKind
from cequiz.domain.bank.diff import compare
from cequiz.domain.bank.question import Question
from cequiz.domain.bank.question_diff import question_changes
from cequiz.frontends.bank_changes import changes_line
from tests import samples
from tests.builders import bank_json
from tests.domain.bank.every import QUESTIONS


def changed(name: str, **answer: Any) -> Bank:
    """The sample bank with another answer part of one question; those of the case are reached too."""
    data = samples.bank_json()
    for one in data["questions"]:
        for question in (one, *one.get("questions", ())):
            if question["id"] == name:
                question.update(answer)
    return Bank.from_json(data)


PAIRS = samples.matching()["pairs"]
ITEMS = samples.ordering()["items"]
OPTIONS = samples.single()["options"]
POINTS = samples.label_figure()["points_on_figure"]
BLANKS = samples.cloze()["blanks"]


@pytest.mark.parametrize(
    ("name", "answer", "words"),
    [
        ("q-single", {"options": samples.options("Alpha", "Beta", "Gamma", "Delta", right="c")}, "key B -> C"),
        (
            "q-single",
            {"options": [*OPTIONS[:3], {"id": "d", "text": "Epsilon"}]},
            "distractor D reworded: 'Delta' -> 'Epsilon'",
        ),
        ("q-single", {"options": [*OPTIONS, {"id": "z9", "text": "Zeta"}]}, "option E (z9) added: 'Zeta'"),
        ("q-single", {"options": OPTIONS[:3]}, "option D removed: 'Delta'"),
        (
            "q-single",
            {"options": [OPTIONS[0], {**OPTIONS[1], "text": "Beth"}, *OPTIONS[2:]]},
            "key B reworded: 'Beta' -> 'Beth'",
        ),
        (
            "q-multiple",
            {"options": samples.options("Alpha", "Beta", "Gamma", "Delta", right="ad")},
            "key A C -> A D",
        ),
        ("q-multiple", {"scoring": {"method": "all-or-nothing"}}, "scoring per-option -> all-or-nothing"),
        ("q-true-false", {"answer": False}, "key A (true) -> B (false)"),
        ("q-matching", {"pairs": [PAIRS[0], PAIRS[1], {**PAIRS[2], "right": "Ninth"}], "distractors": ["Third"]},
         "key of 3 (p3): 'Third' -> 'Ninth'"),
        ("q-matching", {"distractors": [{"id": "x1", "text": "Tenth"}]},
         "option removed: 'Ninth'; option added: 'Tenth'"),
        ("q-ordering", {"items": [ITEMS[1], ITEMS[0], *ITEMS[2:]]},
         "key A (i1) B (i2) C (i3) D (i4) -> B (i2) A (i1) C (i3) D (i4)"),
        ("q-short", {"accept": [{"text": "axillary nerve"}]},
         "accepted answers 'axillary nerve; circumflex nerve (1/2)' -> 'axillary nerve'"),
        ("q-short", {"spelling": "exact"}, "spelling tolerant -> exact"),
        ("q-numeric", {"answer": "43"}, "key 42 mg -> 43 mg"),
        ("q-numeric", {"tolerance": {"absolute": "1"}}, "tolerance 0.5 -> 1"),
        ("q-numeric", {"tolerance": {"percent": "5"}}, "tolerance 0.5 -> 5 %"),
        ("q-numeric", {"tolerance": None}, "tolerance 0.5 -> none"),
        ("q-cloze", {"blanks": {**BLANKS, "n1": {"options": samples.options("radial", "ulnar", "median", right="b")}}},
         "key of 1 (n1): 'A' -> 'B'"),
        ("q-cloze", {"blanks": {**BLANKS, "g1": {"accept": [{"text": "radial groove"}], "spelling": "tolerant"}}},
         "accepted answers of 2 (g1): 'spiral groove' -> 'radial groove'"),
        ("q-label", {"points_on_figure": [{**POINTS[0], "answer": "tr"}, POINTS[1]]},
         "key of A: 'Square' -> 'Triangle'"),
        ("q-label", {"points_on_figure": [{**POINTS[0], "at": ["0.3", "0.5"]}, POINTS[1]]},
         "point A moved: 0.25 0.5 -> 0.3 0.5"),
        ("q-single", {"objective": "D2"}, "objective D1 -> D2"),
        ("q-single", {"stem": "Another one?"},
         "stem reworded: 'Sample question of the type single.' -> 'Another one?'"),
        ("q-single", {"references": [{"cite": "Another book"}]},
         "references changed: 'Sample reference' -> 'Another book'"),
        ("q-single", {"review": {"status": "retired", "by": "sample", "on": "2026-11-22"}},
         "review approved -> retired"),
        ("q-single", {"points": "2"}, "points 1 -> 2"),
        ("q-case-1", {"options": samples.options("Alpha", "Beta", "Gamma", right="b")}, "key A -> B"),
    ],
)  # fmt: skip
def test_a_change_is_told_by_its_meaning(name: str, answer: dict[str, Any], words: str) -> None:
    found = compare(samples.bank(), changed(name, **answer))
    assert changes_line(found.of(name)) == words
    assert {one.question for one in found.changes} == {name}


def test_a_story_that_changed_is_told_of_every_question_of_its_case() -> None:
    found = compare(samples.bank(), changed("q-case", vignette="Another sample person."))
    assert found.changed == ("q-case-1", "q-case-2", "q-case-3")
    assert {one.kind for one in found.changes} == {ChangeKind.VIGNETTE}


def test_another_type_is_told_as_that_alone() -> None:
    data = bank_json()
    data["questions"][0] = samples.item("d1-1", "true_false", answer=True)
    found = compare(Bank.from_json(bank_json()), Bank.from_json(data))
    assert changes_line(found.of("d1-1")) == "type single -> true_false"


@given(one=QUESTIONS, other=QUESTIONS)
def test_whatever_differs_is_told_and_nothing_else(one: Question, other: Question) -> None:
    changes = question_changes(one, other)
    assert bool(changes) == (one != other)
    assert changes_line(changes) or one == other, "every change has words"
    assert question_changes(one, one) == ()
