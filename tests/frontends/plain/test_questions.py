"""How each question type is read and shown in plain text."""

from __future__ import annotations

from typing import Any

import pytest

from cequiz.domain.bank.bank import Bank
from cequiz.domain.bank.types import question_types
from cequiz.errors import InvalidResponse
from cequiz.frontends.plain.questions import face_of
from tests.frontends.plain.conftest import mixed_bank

ORDERS = {"one": ("d", "b", "a", "c"), "several": ("c", "a", "b"), "judged": ("true", "false")}


@pytest.fixture
def bank() -> Bank:
    return mixed_bank()


def test_every_question_type_has_a_face(bank: Bank) -> None:
    assert {question.type for question in bank.questions} == set(question_types())
    assert all(face_of(question).lines(question, ORDERS[question.id]) for question in bank.questions)


@pytest.mark.parametrize(
    ("name", "typed", "response", "short"),
    [
        ("one", "b", {"choice": "b"}, "B"),
        ("one", "A", {"choice": "d"}, "A"),
        ("several", "a c", {"choices": ["b", "c"]}, "A C"),
        ("several", "c,a", {"choices": ["b", "c"]}, "A C"),
        ("several", "ac", {"choices": ["b", "c"]}, "A C"),
        ("several", "b b", {"choices": ["a"]}, "B"),
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
    ],
)
def test_what_is_no_answer_is_said(bank: Bank, name: str, typed: str, words: str) -> None:
    question = bank.question(name)
    with pytest.raises(InvalidResponse, match=words):
        face_of(question).read(question, ORDERS[name], typed)


def test_a_response_reads_as_letters_with_their_texts(bank: Bank) -> None:
    question = bank.question("several")
    words = face_of(question).long(question, ORDERS["several"], {"choices": ["a", "c"]})
    assert words == "A. Three [@click=x]y[/]; B. One"
