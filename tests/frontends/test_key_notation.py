"""Keys as they are typed: letters of the bank file, ids, numbers of places and words; what is unclear is refused."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from cequiz.domain.bank.bank import Bank
from cequiz.domain.bank.question import Question
from cequiz.domain.canonical import Json
from cequiz.errors import InvalidResponse
from cequiz.frontends.key_notation import key_example, key_lines, key_words, read_key
from tests import samples
from tests.builders import bank_json


def sample(name: str) -> Question:
    return samples.bank().question(name)


@pytest.mark.parametrize(
    ("name", "text", "response"),
    [
        ("q-single", "C", {"choice": "c"}),
        ("q-single", " (c). ", {"choice": "c"}),
        ("q-multiple", "d, a", {"choices": ["a", "d"]}),
        ("q-true-false", "false", {"value": False}),
        ("q-true-false", "b", {"value": False}),
        ("q-ordering", "d c b a", {"order": ["i4", "i3", "i2", "i1"]}),
        ("q-ordering", "i4 i3 i2 i1", {"order": ["i4", "i3", "i2", "i1"]}),
        ("q-matching", "1b 2a", {"pairs": {"p1": "p2", "p2": "p1", "p3": "p3"}}),
        ("q-matching", "p1=x1", {"pairs": {"p1": "x1", "p2": "p2", "p3": "p3"}}),
        ("q-matching", "1 d", {"pairs": {"p1": "x1", "p2": "p2", "p3": "p3"}}),
        ("q-label", "A=tr", {"points": {"A": "tr", "B": "ci"}}),
        ("q-cloze", "1c", {"blanks": {"n1": "c", "g1": "spiral groove"}}),
        ("q-cloze", "n1=b; g1 = radial groove", {"blanks": {"n1": "b", "g1": "radial groove"}}),
        ("q-short", "= suprascapular nerve; the upper one", {"text": "suprascapular nerve; the upper one"}),
        ("q-numeric", "= 50 mg", {"text": "50 mg"}),
    ],
)
def test_a_text_means_one_key(name: str, text: str, response: Mapping[str, Json]) -> None:
    assert read_key(sample(name), text) == (response, False)


@pytest.mark.parametrize("text", ["+ radial groove", "2 + radial groove", "g1+radial groove"])
def test_words_after_a_plus_stand_beside_those_before(text: str) -> None:
    blanks = {"n1": "a", "g1": "radial groove"}
    assert read_key(sample("q-cloze"), text) == ({"blanks": blanks}, True)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("q-single", "e"),
        ("q-single", "a b"),
        ("q-single", ""),
        ("q-single", "id:e"),
        ("q-ordering", "a a b c"),
        ("q-matching", "9a"),
        ("q-matching", "p9=p1"),
        ("q-matching", "p1=nothing"),
        ("q-label", "anything"),
        ("q-short", "axillary nerve"),
        ("q-numeric", "= a few"),
    ],
)
def test_what_means_no_key_is_refused(name: str, text: str) -> None:
    with pytest.raises(InvalidResponse):
        read_key(sample(name), text)


def test_a_letter_that_is_another_options_id_has_to_be_said_clearly() -> None:
    data = bank_json()
    options = data["questions"][0]["options"]
    options[0], options[1] = options[1], options[0]
    question = Bank.from_json(data).question("d1-1")
    with pytest.raises(InvalidResponse, match="the letter of one option and the id of another"):
        read_key(question, "a")
    assert read_key(question, "id:a") == ({"choice": "a"}, False)
    assert read_key(question, "c") == ({"choice": "c"}, False)


@pytest.mark.parametrize("question", samples.bank().items, ids=lambda one: one.id)
def test_every_question_shows_its_key_and_how_it_would_be_typed(question: Question) -> None:
    assert key_words(question)
    assert read_key(question, key_example(question)) == (question.key(), False)


def test_what_a_question_offers_is_shown_in_the_order_of_the_file() -> None:
    assert key_lines(sample("q-single"))[:2] == ["A) Alpha", "B) Beta"]
