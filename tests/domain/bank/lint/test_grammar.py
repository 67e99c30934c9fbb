"""W11, W21 and W22: neither grammar nor form tells the key, and nothing is read four times."""

from __future__ import annotations

from typing import Any

import pytest

from tests.domain.bank.lint.said import asked, said
from tests.domain.bank.samples import question_data

MUSCLES = ("Upper trapezius", "Levator scapulae", "Anterior scalene", "Splenius capitis")
PAIR = ("Splenius capitis and levator scapulae", "Upper trapezius", "Anterior scalene", "Longus colli")
NOUNS = ("ligament", "tendon", "bursa", "artery")


@pytest.mark.parametrize(
    ("stem", "texts", "wrong"),
    [
        ("The structure that fills this gap in the shoulder is an", NOUNS, "a, b, c"),
        ("The structure that fills this gap in the shoulder is a ...", NOUNS, "d"),
        ("What the therapist asks the physician for next is a", ("CT scan", "MRI scan", "bone scan", "test"), "b"),
        ("The root that this client has irritated is an", ("S1 root", "L5 root", "C7 root", "C8 root"), "c, d"),
    ],
)
def test_an_article_that_some_options_do_not_fit_names_them(stem: str, texts: tuple[str, ...], wrong: str) -> None:
    (found,) = said("W11", asked(stem, *texts))
    assert f"option {wrong}:" in found.message


@pytest.mark.parametrize(
    "stem",
    [
        "Which two muscles turn the head to the same side?",
        "Which muscles are tender in this client with neck pain?",
        "The muscles that turn the head to the same side are the",
    ],
)
def test_a_plural_that_only_the_key_answers_is_a_cue(stem: str) -> None:
    (found,) = said("W11", asked(stem, *PAIR))
    assert found.loc == ("questions", 0, "stem")


W11_QUIET = {
    "every option fits": asked("The structure that fills this gap in the shoulder is a", "ligament", "tendon", "bursa"),
    "ulnar is spoken as it is written, unilateral is not": asked(
        "What the client has in the right elbow is an", "ulnar lesion", "olecranon bursitis", "unimpaired reflex"
    ),
    "the article is in the options": asked("The structure that fills this gap is", "a ligament", "an artery", "a vein"),
    "vitamin A ends no completion": asked("Which of these vegetables is rich in vitamin A?", *NOUNS),
    "every option names two": asked(
        "Which two muscles turn the head?", "Splenius and scalene", "Trapezius and splenius", "Longus and scalene"
    ),
    "distractors are plural nouns": asked("Which two structures meet here?", "Atlas and axis", "Scalenes", "Rami"),
    "one is asked for": asked("Which process does the therapist feel there?", *PAIR),
}


@pytest.mark.parametrize("data", W11_QUIET.values(), ids=W11_QUIET)
def test_grammar_that_fits_or_cannot_be_judged_is_left_alone(data: dict[str, Any]) -> None:
    assert said("W11", data) == []


def test_words_that_open_every_option_are_quoted() -> None:
    texts = [f"Pain under the pressure {end}" for end in ("fades", "spreads", "grows", "stays the same")]
    (found,) = said("W21", asked("Which response makes the prone instability test positive?", *texts))
    assert "Pain under the pressure:" in found.message


@pytest.mark.parametrize(
    "texts",
    [
        MUSCLES,
        ("Numb tip of the thumb", "Numb skin over the deltoid", "Numb little finger", "Numb heel"),
        # An article and the subject of a sentence; nothing but small words; three of four.
        ("The joint moves", "The joint locks", "The joint clicks", "The joint swells"),
        ("In the midline", "In the notch", "In the groove", "In the hollow"),
        ("Posterior ramus of C1", "Posterior ramus of C2", "Posterior ramus of C3", "Anterior ramus of C1"),
    ],
)
def test_options_that_only_begin_alike_are_left_alone(texts: tuple[str, ...]) -> None:
    assert said("W21", asked("What does the therapist look for in this client?", *texts)) == []


@pytest.mark.parametrize(
    "texts",
    [
        ("It turns the head", "It bends the head.", "It lifts the rib.", "It flexes the neck."),
        ("It turns the head.", "It bends the head", "It lifts the rib", "It flexes the neck"),
        ("Rest for a week", "Stretching the neck", "Pressing the atlas", "Turning the head"),
        ("The muscle that turns the atlas to its side", "Scalene", "Longus colli", "Trapezius"),
    ],
)
def test_one_option_of_another_form_is_named(texts: tuple[str, ...]) -> None:
    assert len(said("W22", asked("What does the therapist choose in this client?", *texts))) == 1


@pytest.mark.parametrize(
    "texts",
    [
        MUSCLES,
        ("It turns the head.", "It bends the head.", "It lifts the rib.", "It flexes the neck."),
        ("Rest for a week", "A walk each day", "Stretching the neck", "Turning the head"),
        ("String test", "Spring test", "Swing test", "Slump test"),
        ("Stretching the neck", "Resting", "Turning the head", "Nodding"),
        ("Scalene", "The muscle that turns the atlas to its side", "Longus colli", "Trapezius"),
    ],
)
def test_options_of_one_form_are_left_alone(texts: tuple[str, ...]) -> None:
    assert said("W22", asked("What does the therapist choose in this client?", *texts)) == []


def test_an_opening_can_be_waived_with_a_reason() -> None:
    texts = [f"It forces {end}" for end in ("rotation", "extension", "flexion", "abduction")]
    data = asked("How does the movement differ in the second test?", *texts)
    assert said("W21", data)
    assert said("W21", data | {"waive": {"W21": "each goes on alone"}}) == []
    assert said("W21", question_data()) == []
