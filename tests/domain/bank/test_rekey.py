"""Another key for the same question: the wording stays, old answers can be judged by it, and nonsense is refused."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cequiz.domain.bank.bank import Bank
from cequiz.domain.bank.frames import SlotQuestion
from cequiz.domain.bank.question import Question, Status
from cequiz.domain.bank.rekey import (
    rekeyed_bank,
    with_fields,
    with_key,
    wording,
)
from cequiz.domain.canonical import Json, canonical
from cequiz.errors import InvalidResponse
from tests import samples
from tests.domain.bank.every import QUESTIONS, response_to

NOWHERE = samples.bank(only=("q-single",))
"""A bank without the figures of the generated questions."""


@st.composite
def rekeyings(draw: st.DrawFn) -> tuple[Question, Mapping[str, Json], Question]:
    """A question of any type, a whole response to it, and the question with that response as its key."""
    question = draw(QUESTIONS)
    response = draw(response_to(question, whole=True))
    return question, response, with_fields(question, with_key(question, response))


@given(rekeyings())
def test_what_is_made_the_key_earns_everything_and_the_wording_stays(
    made: tuple[Question, Mapping[str, Json], Question],
) -> None:
    before, response, after = made
    assert canonical(wording(NOWHERE, after)) == canonical(wording(NOWHERE, before))
    assert after.mark(before.said(response, after)) == 1
    assert with_fields(before, after.key_fields()).content_hash() == after.content_hash()


@given(made=rekeyings(), data=st.data())
def test_an_old_answer_says_the_same_in_words_under_the_new_key(
    made: tuple[Question, Mapping[str, Json], Question], data: st.DataObject
) -> None:
    before, _, after = made
    response = data.draw(response_to(before))
    told = [(part.label, part.given) for part in before.parts(response)]
    assert [(part.label, part.given) for part in after.parts(before.said(response, after))] == told
    back = after.said(before.said(response, after), before)
    assert before.accept(back) == before.accept(response)


@given(rekeyings())
def test_what_a_form_shows_keeps_its_order_of_texts(made: tuple[Question, Mapping[str, Json], Question]) -> None:
    before, _, after = made
    order = [choice.id for choice in before.choices()]
    texts = {choice.id: choice.text for choice in after.choices()}
    assert [texts[before.called(one, after)] for one in order] == [one.text for one in before.choices()]


@given(QUESTIONS)
def test_the_key_that_it_has_changes_nothing(question: Question) -> None:
    key = question.key()
    if not question.missing(key):
        made = with_fields(question, with_key(question, key, beside=True))
        assert made.mark(key) == 1
        assert with_fields(question, question.key_fields()).content_hash() == question.content_hash()


def sample(name: str) -> Question:
    return samples.bank().question(name)


def test_a_pair_that_gets_the_right_side_of_a_distractor_gives_its_own_to_the_distractors() -> None:
    before = sample("q-matching")
    after = with_fields(before, with_key(before, {"pairs": {"p1": "x1", "p2": "p2", "p3": "p3"}}))
    assert isinstance(after, SlotQuestion)
    assert [part.right for part in after.parts(None)] == ["Ninth", "Second", "Third"]
    assert sorted(choice.text for choice in after.choices()) == ["First", "Ninth", "Second", "Third"]
    old = {"pairs": {"p1": "p1", "p2": "p2", "p3": "p3"}}
    assert after.mark(before.said(old, after)) == Fraction(2, 3)


def test_typed_words_take_the_place_of_those_before_or_stand_beside_them() -> None:
    short = sample("q-short")
    instead = with_fields(short, with_key(short, {"text": "musculocutaneous nerve"}))
    assert [instead.mark({"text": text}) for text in ("musculocutaneous nerve", "axillary nerve")] == [1, 0]
    beside = with_fields(short, with_key(short, {"text": "Circumflex  nerve"}, beside=True))
    assert [beside.mark({"text": text}) for text in ("circumflex nerve", "axillary nerve")] == [1, 1]
    assert beside.key() == {"text": "axillary nerve"}


def test_a_number_may_be_given_in_another_unit() -> None:
    numeric = sample("q-numeric")
    after = with_fields(numeric, with_key(numeric, {"text": "0.05 g"}))
    assert after.key() == {"text": "50 mg"}
    assert after.mark({"text": "50.5"}) == 1, "the tolerance stays"


def test_a_question_of_a_case_keeps_its_case() -> None:
    before = sample("q-case-1")
    after = with_fields(before, with_key(before, {"choice": "b"}))
    assert after.case == before.case


@pytest.mark.parametrize(
    ("name", "response"),
    [
        ("q-single", {"choice": "z"}),
        ("q-matching", {"pairs": {"p1": "p1"}}),
        ("q-ordering", {"order": ["i1"]}),
        ("q-cloze", {"blanks": {"n1": "a"}}),
        ("q-numeric", {"text": "many"}),
        ("q-short", {"text": " "}),
        ("q-matching", {"pairs": {"p1": "p1", "p2": "p1", "p3": "p1", "p4": "p1"}}),
    ],
)
def test_what_answers_only_a_part_or_nothing_is_no_key(name: str, response: Mapping[str, Json]) -> None:
    with pytest.raises(InvalidResponse):
        with_key(sample(name), response)


def test_a_bank_with_another_key_differs_in_nothing_else() -> None:
    before = samples.bank()
    keys = {
        "q-single": with_key(sample("q-single"), {"choice": "c"}),
        "q-case-1": with_key(sample("q-case-1"), {"choice": "b"}),
    }
    after = rekeyed_bank(before, version="2", keys=keys, dropped=frozenset({"q-short"}))
    assert after.version == "2"
    changed = {one.id for one in after.items if one != before.question(one.id)}
    assert changed == {"q-single", "q-case-1", "q-short"}
    assert [after.question(name).version for name in ("q-single", "q-case-1", "q-short", "q-numeric")] == [2, 2, 2, 1]
    assert after.question("q-short").review.status is Status.RETIRED
    assert after.question("q-single").key() == {"choice": "c"}
    assert Bank.from_json(after.to_json()) == after
