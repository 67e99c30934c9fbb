"""W19 and W20: one exam does not ask twice, and no question answers another."""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cequiz.domain.bank.lint import lint_items
from cequiz.domain.bank.lint.finding import Finding
from tests.domain.bank.every import WORDS, bare
from tests.domain.bank.lint.said import asked, said
from tests.domain.bank.samples import bank, options, question_data, true_false_data

Data = dict[str, Any]

TEXTS = ("Obliquus capitis inferior", "Longus colli", "Splenius cervicis", "Upper trapezius")
STORY = (
    "A typist of forty has pain behind the ear that grows on turning the head; the band between the axis and the "
    "first vertebra is tender, the reflexes are brisk, and the skin feels numb on the scalp. "
)


def named(item_id: str, stem: str, *texts: str, **changes: Any) -> Data:
    """Return a question of this id."""
    return asked(stem, *(texts or TEXTS), id=item_id, **changes)


def pairs(code: str, *questions: Data) -> set[tuple[str, str]]:
    """Return the ids that findings put together, each pair in the order of the alphabet."""
    ids = [question["id"] for question in questions]
    return {
        (min(str(found.question_id), other), max(str(found.question_id), other))
        for found in said(code, *questions)
        for other in ids
        if f"of {other}:" in found.message
    }


ALIKE = {
    "the same words": ("Which muscle turns the atlas to its side?", "Which muscle turns the atlas to its side?"),
    "another order": (
        "To its own side, which muscle turns the atlas?",
        "Which muscle turns the atlas to its own side?",
    ),
    "another age of the client": (
        "A 31-year-old client turns the atlas badly. Which muscle is weak?",
        "A 58-year-old client turns the atlas badly. Which muscle is weak?",
    ),
    "a word more, with the same key": (
        "Which muscle turns the atlas on the axis to its own side?",
        "Which muscle mainly turns the atlas on the axis to its own side?",
    ),
}


@pytest.mark.parametrize("stems", ALIKE.values(), ids=ALIKE)
def test_two_stems_that_ask_the_same_are_put_together(stems: tuple[str, str]) -> None:
    assert pairs("W19", named("first", stems[0]), named("second", stems[1])) == {("first", "second")}


def test_common_words_may_differ_where_the_key_is_the_same() -> None:
    others = [
        named(f"other-{n}", f"Which {word} does the examiner or the therapist feel?") for n, word in enumerate(WORDS)
    ]
    one = named("one", STORY + "Which muscle does the examiner press here?")
    two = named("two", STORY + "Which muscle does the therapist press here?")
    assert ("one", "two") in pairs("W19", one, two, *others)


APART = {
    "another name": (
        "In the Adson test, which way is the head turned?",
        "In the Wright test, which way is the head turned?",
    ),
    "another level": ("Which muscle is supplied by the root C5?", "Which muscle is supplied by the root C6?"),
    "the same digits in other levels": (
        "Which muscle lies between C1 and T2 of the spine?",
        "Which muscle lies between C2 and T1 of the spine?",
    ),
    "another number": ("What is a ratio of 0.90 to 0.30 called here?", "What is a ratio of 0.90 to 0.10 called here?"),
    "another thing in one frame": (
        "Which nerve supplies the sternohyoid muscle in front of the neck?",
        "Which nerve supplies the sternothyroid muscle in front of the neck?",
    ),
    "the opposite": (
        STORY + "Which muscle bends the head to the left?",
        STORY + "Which muscle bends the head to the right?",
    ),
    "the negation": ("Which muscle turns the atlas to its side?", "Which muscle does NOT turn the atlas to its side?"),
    "above and below": ("Which bone lies above the atlas of the neck?", "Which bone lies below the atlas of the neck?"),
}


@pytest.mark.parametrize("stems", APART.values(), ids=APART)
def test_two_stems_of_one_frame_that_ask_for_different_things_are_left_alone(stems: tuple[str, str]) -> None:
    one, two = named("first", stems[0], *TEXTS), named("second", stems[1], *TEXTS[::-1])
    assert pairs("W19", one, two) == set()


def test_one_story_with_two_questions_is_left_alone_where_the_keys_differ() -> None:
    one = named("muscle", STORY + "Which muscle is affected?")
    two = named("nerve", STORY + "Which nerve would a therapist test next?", "Vagus", "Ulnar", "Median", "Sural")
    assert pairs("W19", one, two) == set()


def test_enemies_waivers_and_retired_items_are_left_alone() -> None:
    one, two = named("first", "Which muscle turns the atlas?"), named("second", "Which muscle turns the atlas?")
    assert pairs("W19", one, two)
    retired = {"status": "retired", "by": "me", "on": "2026-01-01"}
    for change in ({"enemies": ["first"]}, {"waive": {"W19": "meant"}}, {"review": retired}):
        assert pairs("W19", one, two | change) == set()
    assert pairs("W19", one | {"enemies": ["second"]}, two) == set()


def test_the_same_words_over_another_picture_ask_something_else() -> None:
    one, two = (named(name, "Which bone is at the arrow in the figure?", figure=name) for name in ("atlas", "axis"))
    figures = {name: {"file": f"{name}.png", "alt": "A bone"} for name in ("atlas", "axis")}
    placed = bank(one, two, figures=figures).placed()
    assert [found.code for found in lint_items(placed, objectives=None) if found.code == "W19"] == []


def test_where_parts_are_put_together_the_parts_are_compared() -> None:
    def ordering(item_id: str, *items: str) -> Data:
        listed = [{"id": f"i{n}", "text": text} for n, text in enumerate(items)]
        return bare(
            "ordering", id=item_id, stem="Put them in order.", items=listed, scoring={"method": "adjacent-pairs"}
        )

    one, other = ordering("bones", "atlas", "axis", "occiput"), ordering("nerves", "vagus", "sural", "ulnar")
    assert pairs("W19", one, other) == set()
    assert pairs("W19", one, other, ordering("twin", "occiput", "axis", "atlas")) == {("bones", "twin")}


stems = st.lists(st.sampled_from([*WORDS, "above", "muscle", "C5", "Magee"]), min_size=1, max_size=12).map(
    lambda chosen: f"Which nerve is it: {' '.join(chosen)}?"
)


@given(st.lists(stems, max_size=12, unique=True), stems, st.integers(0, 12))
def test_a_renamed_copy_is_always_found(others: list[str], stem: str, place: int) -> None:
    questions = [named(f"other-{n}", text) for n, text in enumerate(others)]
    questions.insert(place, named("original", stem))
    assert "copy" in {item for pair in pairs("W19", *questions, named("copy", stem)) for item in pair}


@given(st.lists(stems, min_size=2, max_size=12, unique_by=lambda stem: frozenset(stem.split())), st.randoms())
def test_the_order_of_the_items_does_not_matter(found: list[str], rng: random.Random) -> None:
    questions = [named(f"item-{n:02}", stem, *TEXTS[n % 2 :]) for n, stem in enumerate(found)]
    shuffled = rng.sample(questions, k=len(questions))
    assert pairs("W19", *questions) == pairs("W19", *shuffled)


CUED = named(
    "cued",
    "Where does the deepest muscle of the neck insert?",
    "On the lateral part of the inferior nuchal line",
    "On the tip of the mastoid process",
)


@pytest.mark.parametrize(
    "stem",
    [
        "A muscle ends on the lateral part of the inferior nuchal line. Which nerve supplies it?",
        "Which muscle inserts at the Lateral parts of an inferior nuchal line, beside the joint?",
    ],
)
def test_a_key_in_the_stem_of_another_item_is_told_at_the_key_whatever_the_order(stem: str) -> None:
    other = named("other", stem)
    for questions in ((CUED, other), (other, CUED)):
        (found,) = said("W20", *questions)
        assert found.question_id == "cued"
        assert found.loc == ("questions", questions.index(CUED))
        assert "of other:" in found.message


def test_names_of_things_half_keys_enemies_and_waivers_are_no_cue() -> None:
    telling = named("other", "Which muscle ends on the lateral part of the inferior nuchal line?")
    assert said("W20", CUED, telling)
    assert said("W20", CUED, named("other", "Which muscle ends on the lateral part of the inferior line?")) == []
    assert said("W20", CUED, telling | {"enemies": ["cued"]}) == []
    assert said("W20", CUED | {"waive": {"W20": "harmless"}}, telling) == []
    name = named("short", "Which ligament lies behind?", "Posterior longitudinal ligament", "Nuchal ligament")
    assert said("W20", name, named("other", "What covers the posterior longitudinal ligament of C2?")) == []
    own = named("own", "What is the lateral part of the inferior nuchal line, the one on the occiput, called?")
    assert said("W20", own | {"options": options("Lateral part of the inferior nuchal line", "Axis")}) == []


def test_a_statement_to_judge_has_no_key_that_another_stem_could_tell() -> None:
    statement = true_false_data(id="judged")
    assert said("W20", statement, named("other", f"Is it true that {statement['stem']} And why?")) == []


def test_a_bank_that_is_refused_in_part_hears_of_its_twins_too() -> None:
    placed = bank(question_data(id="one"), question_data(id="two")).placed()
    found: list[Finding] = [one for one in lint_items(placed, objectives=None) if one.code == "W19"]
    assert [(one.question_id, one.loc) for one in found] == [("two", ("questions", 1, "stem"))]
