"""How each question type is read and shown in plain text."""

from __future__ import annotations

from typing import Any

import pytest

from cequiz.domain.bank.bank import Bank
from cequiz.errors import InvalidResponse
from cequiz.frontends.plain.questions import face_of
from tests.builders import bank_json, question
from tests.frontends.plain.conftest import mixed_bank

ORDERS = {"one": ("d", "b", "a", "c"), "several": ("c", "a", "b"), "judged": ("true", "false")}


@pytest.fixture
def bank() -> Bank:
    return mixed_bank()


@pytest.mark.parametrize(
    ("name", "typed", "response", "short"),
    [
        ("one", "b", {"choice": "b"}, "B"),
        ("one", "A", {"choice": "d"}, "A"),
        ("several", "a c", {"choices": ["b", "c"]}, "A C"),
        ("several", "c,a", {"choices": ["b", "c"]}, "A C"),
        ("several", "ac", {"choices": ["b", "c"]}, "A C"),
        ("several", "b b", {"choices": ["a"]}, "B"),
        ("one", "B)", {"choice": "b"}, "B"),
        ("one", "(b)", {"choice": "b"}, "B"),
        ("one", "b.", {"choice": "b"}, "B"),
        ("several", "A) C)", {"choices": ["b", "c"]}, "A C"),
        ("judged", "a", {"value": True}, "A"),
        ("judged", "b", {"value": False}, "B"),
        ("judged", "False", {"value": False}, "B"),
    ],
)
def test_letters_follow_the_order_of_the_form(
    bank: Bank, name: str, typed: str, response: dict[str, Any], short: str
) -> None:
    question = bank.question(name)
    face = face_of(question)
    assert face.read(question, ORDERS[name], typed) == response
    assert face.short(question, ORDERS[name], response) == short


@pytest.mark.parametrize(
    ("name", "typed", "words"),
    [
        ("one", "a b", "exactly one"),
        ("one", "e", "no answer E: the letters go from A to D"),
        ("several", "d", "no answer D: the letters go from A to C"),
        ("judged", "c", "no answer C"),
        ("one", "z", "neither an answer nor a command"),
        ("one", "= axillary nerve", "neither an answer nor a command"),
        ("one", "é", "neither an answer nor a command"),
        ("several", ",", "neither an answer nor a command"),
        ("one", "().", "neither an answer nor a command"),
    ],
)
def test_what_is_no_answer_is_said(bank: Bank, name: str, typed: str, words: str) -> None:
    question = bank.question(name)
    with pytest.raises(InvalidResponse, match=words):
        face_of(question).read(question, ORDERS[name], typed)


def test_an_order_that_names_a_letter_twice_is_not_guessed_at() -> None:
    items = [{"id": name, "text": f"Step {name}"} for name in ("a", "b", "c")]
    data = question("steps", type="ordering", items=items, scoring={"method": "all-or-nothing"})
    del data["options"]
    (steps,) = Bank.from_json({**bank_json(counts={"D1": 1}), "questions": [data]}).items
    with pytest.raises(InvalidResponse, match="A stands in the order twice"):
        face_of(steps).read(steps, ("c", "a", "b"), "a b a")
    assert face_of(steps).read(steps, ("c", "a", "b"), "b a") == {"order": ["a", "c"]}


def test_a_response_reads_as_letters_with_their_texts(bank: Bank) -> None:
    question = bank.question("several")
    words = face_of(question).long(question, ORDERS["several"], {"choices": ["a", "c"]})
    assert words == "A. Three [@click=x]y[/]; B. One"


@pytest.mark.parametrize(
    ("scoring", "points", "words"),
    [
        ({"method": "all-or-nothing"}, "1", "All or nothing."),
        ({"method": "per-option"}, "2", "Each option counts. 2 points."),
        ({"method": "right-minus-wrong"}, "1", "Wrong choices cost points."),
        (
            {"method": "right-minus-wrong", "floor": "0.25"},
            "2.5",
            "Wrong choices cost points, but an answer keeps 25 %. 2.5 points.",
        ),
    ],
)
def test_how_an_answer_is_marked_is_told_before_it_is_given(scoring: dict[str, str], points: str, words: str) -> None:
    options = [{"id": "a", "text": "One", "correct": True}, {"id": "b", "text": "Two"}, {"id": "c", "text": "Three"}]
    data = question("several", type="multiple", options=options, scoring=scoring, points=points)
    (several,) = Bank.from_json({**bank_json(counts={"D1": 1}), "questions": [data]}).items
    line = face_of(several).lines(several, ORDERS["several"])[0]
    assert line == f"Choose all that are right: all letters in one line, for example: a c. {words}"


def test_more_than_one_point_is_told_for_every_type() -> None:
    data = {**bank_json(counts={"D1": 1}), "questions": [question("one", points="3")]}
    (one,) = Bank.from_json(data).items
    assert face_of(one).lines(one, ORDERS["one"])[0] == "3 points."
