"""W10 and W12: a student who knows nothing of the subject must not find the key by comparing words."""

from __future__ import annotations

from typing import Any

import pytest

from tests.domain.bank.lint.said import asked, said
from tests.domain.bank.samples import multiple_data

ROTATOR = (
    "Which muscle rotates the atlas on the axis?",
    "The deep rotator of the atlas",
    "The long flexor of the head",
    "The short extensor of the head",
    "The upper part of the trapezius",
)
FIBULAR = (
    "A therapist works just below the fibular head. Which structure needs protection there?",
    "Common fibular nerve",
    "Saphenous nerve",
    "Posterior tibial artery",
    "Tibial nerve",
)
VALUES = (
    "The condition becomes rarer. What changes in the test?",
    "Its positive predictive value falls",
    "Its positive predictive value rises",
    "Its negative predictive value falls",
    "Its positive likelihood ratio falls",
)


@pytest.mark.parametrize(("question", "words"), [(ROTATOR, ["rotator", "rotates"]), (FIBULAR, ["fibular"])])
def test_a_word_of_the_question_in_the_key_alone_is_named_with_both_of_its_forms(
    question: tuple[str, ...], words: list[str]
) -> None:
    (found,) = said("W10", asked(*question))
    assert found.loc == ("questions", 0, "options", 0, "text")
    assert all(word in found.message for word in words)


QUIET = {
    "a distractor has the word as well": asked(*FIBULAR[:3], "Superficial fibular nerve", "Tibial nerve"),
    "a distractor has another form of it": asked(*ROTATOR[:2], "Rotation by the atlas", *ROTATOR[3:]),
    "only a distractor has it": asked(FIBULAR[0], *FIBULAR[2:], FIBULAR[1]),
    "the subject says it everywhere": asked(
        "In which muscle of the neck does the therapist feel pain?",
        "The muscle on the sore side of the neck",
        "The belly of the digastric",
        "The upper trapezius",
        "The anterior scalene",
    ),
    "the word is in the story, long before the question": asked(
        "A typist has a tender scapula. She sits all day. Her arm is free. Which muscle fits?",
        "Levator of the scapula",
        "Anterior scalene",
        "Upper trapezius",
        "Splenius capitis",
    ),
    "a level is no word": asked(
        "Which root leaves above C7?", "The root C7", "The root of T1", "The root of T2", "The root of T3"
    ),
    "several keys": multiple_data(right="ab", stem="Which muscles, oblique or rectus, lie below the capitis?"),
}


@pytest.mark.parametrize("data", QUIET.values(), ids=QUIET)
def test_words_that_give_nothing_away_are_left_alone(data: dict[str, Any]) -> None:
    assert said("W10", data) == []


def test_options_that_converge_on_the_key_are_named_at_the_key() -> None:
    (found,) = said("W12", asked(*VALUES))
    assert found.loc == ("questions", 0, "options", 0, "text")


@pytest.mark.parametrize(
    "texts",
    [
        # Two by two: every option has as much in common with the others.
        (
            "Head tilted right, face turned left",
            "Head tilted right, face turned right",
            "Head tilted left, face turned left",
            "Head tilted left, face turned right",
        ),
        ("Upper trapezius", "Levator scapulae", "Anterior scalene", "Splenius capitis"),
        # The options converge, and lead to a distractor.
        (VALUES[4], VALUES[1], VALUES[2], VALUES[3]),
    ],
)
def test_options_of_which_the_key_is_not_the_middle_are_left_alone(texts: tuple[str, ...]) -> None:
    assert said("W12", asked(VALUES[0], *texts)) == []
