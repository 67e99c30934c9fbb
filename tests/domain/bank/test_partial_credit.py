"""What a partly right answer earns, to the exact fraction."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import pytest

from cequiz.domain.bank.frames import SlotQuestion
from cequiz.domain.bank.question import Question
from cequiz.domain.bank.types.ordering import Ordering
from tests.domain.bank.every import bare
from tests.domain.bank.samples import options, question


def matching(method: str = "per-pair", **changes: Any) -> Question:
    """Three pairs, of which two have the same right side, and a distractor."""
    pairs = [
        {"id": "p1", "left": "Deltoid", "right": "Axillary nerve"},
        {"id": "p2", "left": "Teres minor", "right": "Axillary nerve"},
        {"id": "p3", "left": "Trapezius", "right": "Accessory nerve"},
    ]
    return question(
        bare("matching", **{"pairs": pairs, "distractors": ["Ulnar nerve"], "scoring": {"method": method}} | changes)
    )


def ordering(method: str) -> Ordering:
    """Five items in the order a b c d e."""
    items = [{"id": letter, "text": f"Item {letter}"} for letter in "abcde"]
    found = question(bare("ordering", items=items, scoring={"method": method}))
    assert isinstance(found, Ordering)
    return found


CLOZE = bare(
    "cloze",
    text="The {{n1}} nerve lies in the {{g1}} of the {{b1}}.",
    blanks={
        "n1": {"options": options("radial", "ulnar", "median")},
        "g1": {"accept": [{"text": "spiral groove"}, {"text": "groove", "credit": "1/3"}]},
        "b1": {"options": options("ulna", "humerus", key=1)},
    },
)


@pytest.mark.parametrize(
    ("method", "pairs", "share"),
    [
        ("per-pair", {"p1": "p1", "p2": "p1", "p3": "p3"}, Fraction(1)),
        ("per-pair", {"p1": "p2", "p2": "p2", "p3": "p3"}, Fraction(1)),
        ("per-pair", {"p1": "p1", "p3": "d1"}, Fraction(1, 3)),
        ("per-pair", {"p1": "p3", "p2": "p3", "p3": "p3"}, Fraction(1, 3)),
        ("per-pair", {"p3": "p1"}, Fraction(0)),
        ("all-or-nothing", {"p1": "p1", "p2": "p1", "p3": "p3"}, Fraction(1)),
        ("all-or-nothing", {"p1": "p1", "p2": "p1"}, Fraction(0)),
        ("all-or-nothing", {"p1": "p1", "p2": "p1", "p3": "d1"}, Fraction(0)),
    ],
)
def test_pairs(method: str, pairs: Mapping[str, str], share: Fraction) -> None:
    assert matching(method).mark({"pairs": pairs}) == share


def test_two_pairs_with_the_same_right_side_share_one_choice_and_either_id_is_kept_as_the_first() -> None:
    item = matching()
    assert [(choice.id, choice.text) for choice in item.choices()] == [
        ("p1", "Axillary nerve"),
        ("p3", "Accessory nerve"),
        ("d1", "Ulnar nerve"),
    ]
    assert item.accept({"pairs": {"p2": "p2"}}) == {"pairs": {"p2": "p1"}}


@pytest.mark.parametrize(
    ("order", "share"),
    [
        ("abcde", Fraction(1)),
        ("bcdea", Fraction(3, 4)),
        ("deabc", Fraction(3, 4)),
        ("abdec", Fraction(2, 4)),
        ("ab", Fraction(1, 4)),
        ("ba", Fraction(0)),
        ("edcba", Fraction(0)),
        ("acebd", Fraction(0)),
        ("a", Fraction(0)),
    ],
)
def test_neighbours(order: str, share: Fraction) -> None:
    assert ordering("adjacent-pairs").mark({"order": list(order)}) == share


@pytest.mark.parametrize(("order", "share"), [("abcde", 1), ("abcd", 0), ("abced", 0)])
def test_a_whole_order_or_nothing(order: str, share: int) -> None:
    assert ordering("all-or-nothing").mark({"order": list(order)}) == share


@pytest.mark.parametrize(
    ("blanks", "share"),
    [
        ({"n1": "a", "g1": "spiral groove", "b1": "b"}, Fraction(1)),
        ({"n1": "a", "g1": " Spiral  GROOVE", "b1": "b"}, Fraction(1)),
        ({"n1": "a", "g1": "groove", "b1": "b"}, Fraction(7, 9)),
        ({"n1": "b", "g1": "groove"}, Fraction(1, 9)),
        ({"n1": "a"}, Fraction(1, 3)),
        ({"g1": "fossa"}, Fraction(0)),
    ],
)
def test_blanks(blanks: Mapping[str, str], share: Fraction) -> None:
    assert question(CLOZE).mark({"blanks": blanks}) == share


@pytest.mark.parametrize(
    ("points", "share"),
    [({"A": "x", "B": "x", "C": "y"}, Fraction(1)), ({"A": "x", "C": "x"}, Fraction(1, 3)), ({"B": "y"}, Fraction(0))],
)
def test_points_of_a_figure(points: Mapping[str, str], share: Fraction) -> None:
    item = question(
        bare(
            "label_figure",
            figure="plate",
            points_on_figure=[
                {"id": name, "at": ["0", f"0.{number}"], "answer": answer}
                for number, (name, answer) in enumerate(zip("ABC", "xxy", strict=True))
            ],
            choices={"x": "Axis", "y": "Atlas", "z": "Hyoid"},
        )
    )
    assert item.mark({"points": points}) == share


def test_a_review_tells_part_by_part_what_was_given_and_what_is_right() -> None:
    parts = question(CLOZE).parts({"blanks": {"n1": "b", "g1": "groove"}})
    assert [(part.label, part.given, part.right, part.share) for part in parts] == [
        ("1", "ulnar", "radial", 0),
        ("2", "groove", "spiral groove", Fraction(1, 3)),
        ("3", None, "humerus", 0),
    ]
    (deltoid, _, _) = matching().parts({"pairs": {"p1": "d1"}})
    assert (deltoid.label, deltoid.given, deltoid.right) == ("Deltoid", "Ulnar nerve", "Axillary nerve")


def test_blanks_are_numbered_by_the_text_whatever_their_order_in_the_file() -> None:
    turned = CLOZE | {"blanks": dict(reversed(CLOZE["blanks"].items()))}
    item = question(turned)
    assert isinstance(item, SlotQuestion)
    assert [slot.id for slot in item.slots()] == ["n1", "g1", "b1"]
    order = [choice.id for choice in reversed(item.choices())]
    assert [choice.id for choice in item.ordered(item.slots()[0], order)] == ["c", "b", "a"]
    assert item.ordered(item.slots()[1], order) == ()


@pytest.mark.parametrize(
    "changes",
    [
        {"blanks": CLOZE["blanks"] | {"g1": {"accept": [{"text": "spiral groove"}]}}},
        {"blanks": CLOZE["blanks"] | {"g1": CLOZE["blanks"]["g1"] | {"spelling": "tolerant"}}},
        {"blanks": CLOZE["blanks"] | {"n1": {"options": options("radial", "ulnar", "median", key=2)}}},
        {"text": "A {{n1}} nerve lies in the {{g1}} of the {{b1}}."},
    ],
)
def test_everything_that_decides_a_mark_is_in_the_content_hash(changes: dict[str, Any]) -> None:
    assert question(CLOZE | changes).content_hash() != question(CLOZE).content_hash()
