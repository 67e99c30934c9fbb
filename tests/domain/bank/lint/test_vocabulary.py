"""The words that rules compare: forms of one word are one, and words that only look alike are not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cequiz.domain.bank.lint.vocabulary import carries_content, content, is_everywhere, root, words


@pytest.mark.parametrize(
    "forms",
    [
        ("rotates", "rotation", "rotator", "Rotators", "rotated", "ROTATING"),
        ("nerve", "nerves", "nerve's"),
        ("flexor", "flexion", "flexes", "flexed"),
        ("supply", "supplies", "supplied"),
        ("process", "processes"),
        ("bone", "bones"),
        ("pronator", "pronation"),
    ],
)
def test_forms_of_a_word_are_one(forms: tuple[str, ...]) -> None:
    assert len({root(form) for form in forms}) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("prone", "pronation"),
        ("supine", "supination"),
        ("C5", "C6"),
        ("axis", "axon"),
        ("sternohyoid", "sternothyroid"),
    ],
)
def test_words_that_only_look_alike_are_two(one: str, other: str) -> None:
    assert root(one) != root(other)


@given(st.text(max_size=30))
def test_a_text_of_any_signs_has_words_and_each_keeps_a_root(text: str) -> None:
    assert all(word.root and word.text in text for word in words(text))


def test_what_carries_content_is_neither_small_nor_a_number() -> None:
    assert [word.text for word in content("Which of the 12 nerves turns the C5-C6 client's axis?")] == [
        "nerves",
        "turns",
        "client's",
        "axis",
    ]
    assert [word.text for word in words("nerve, nerves, turning, pronation") if is_everywhere(word)] == [
        "nerve",
        "nerves",
        "turning",
    ]
    assert not any(carries_content(word) for word in words("is at C5 12 the leg"))


def test_a_level_is_one_word_and_a_compound_is_several() -> None:
    assert [word.root for word in words("C5-C6, flexion-rotation, 45-year-old")] == [
        "c5",
        "c6",
        "flex",
        "rotat",
        "45",
        "year",
        "old",
    ]
