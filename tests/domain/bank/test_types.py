"""What holds of every question type, whatever is asked and answered."""

from __future__ import annotations

import json
from collections.abc import Mapping
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cequiz.domain.bank.frames import ChoiceQuestion, SlotQuestion
from cequiz.domain.bank.question import Question
from cequiz.domain.bank.types import question_types
from cequiz.domain.canonical import Json
from cequiz.errors import InvalidResponse
from tests import samples
from tests.domain.bank.every import DATA, QUESTIONS, Data, answered, rearranged, response_to
from tests.domain.bank.samples import question

Answered = tuple[Question, Mapping[str, Json]]


@settings(deadline=None)
@given(answered())
def test_a_response_earns_a_share_from_nothing_to_everything(pair: Answered) -> None:
    asked, response = pair
    assert 0 <= asked.mark(response) <= 1


@settings(deadline=None)
@given(QUESTIONS)
def test_the_key_earns_everything_and_leaves_nothing_open(asked: Question) -> None:
    assert asked.mark(asked.key()) == 1
    assert asked.missing(asked.key()) == 0
    assert all(part.share == 1 and part.given is not None for part in asked.parts(asked.key()))


@settings(deadline=None)
@given(QUESTIONS)
def test_no_response_earns_nothing_and_leaves_everything_open(asked: Question) -> None:
    assert asked.mark(None) == 0
    assert asked.missing(None) >= 1
    assert all(part.share == 0 and part.given is None and part.right for part in asked.parts(None))


@settings(deadline=None)
@given(answered())
def test_a_stored_response_stays_as_it_is_and_survives_json(pair: Answered) -> None:
    asked, response = pair
    again = asked.accept(response)
    assert again == response
    assert list(again) == list(response)
    assert asked.accept(json.loads(json.dumps(response))) == response


@settings(deadline=None)
@given(answered())
def test_what_was_given_comes_back_from_the_response(pair: Answered) -> None:
    asked, response = pair
    if isinstance(asked, ChoiceQuestion):
        assert asked.respond(asked.chosen(response)) == response
    else:
        assert isinstance(asked, SlotQuestion)
        filled = asked.filled(response)
        assert asked.fill(filled) == response
        assert asked.missing(response) == len(asked.slots()) - len(filled)


@settings(deadline=None)
@given(DATA, st.integers(0, 1_000), st.data())
def test_the_order_in_the_file_never_changes_a_mark(data: Data, seed: int, more: st.DataObject) -> None:
    asked, other = question(data), question(rearranged(data, seed))
    if len({pair["right"] for pair in data.get("pairs", ())}) < len(data.get("pairs", ())):
        return  # the id of a shared right side is that of the first pair that has it
    response = more.draw(response_to(asked))
    assert other.mark(other.accept(response)) == asked.mark(response)


@settings(deadline=None)
@given(answered(), st.randoms(use_true_random=False))
def test_the_order_of_the_fields_in_a_response_never_changes_it(pair: Answered, dice: st.DataObject) -> None:
    asked, response = pair
    (field,) = response
    value = response[field]
    if not isinstance(value, Mapping):
        return
    entries = list(value.items())
    dice.shuffle(entries)  # type: ignore[attr-defined] # hypothesis types its randoms as data objects
    assert asked.accept({field: dict(entries)}) == response


@settings(deadline=None)
@given(answered(), st.data())
def test_filling_one_more_place_never_costs_anything(pair: Answered, more: st.DataObject) -> None:
    asked, response = pair
    if isinstance(asked, SlotQuestion):
        filled = asked.filled(response)
        fewer = more.draw(st.lists(st.sampled_from(sorted(filled)), min_size=1, unique=True))
        part = asked.fill({place: filled[place] for place in fewer})
    elif isinstance(asked, ChoiceQuestion) and asked.in_order:
        placed = asked.chosen(response)
        part = asked.respond(placed[: more.draw(st.integers(1, len(placed)))])
    else:
        return
    assert asked.mark(part) <= asked.mark(response)
    assert asked.missing(part) >= asked.missing(response)


@settings(deadline=None)
@given(QUESTIONS, st.sampled_from([{}, {"other": "x"}, {"choice": 1}, {"pairs": {}}, {"pairs": {"zz": "p0"}}]))
def test_what_is_no_response_is_refused(asked: Question, response: dict[str, Json]) -> None:
    with pytest.raises(InvalidResponse):
        asked.accept(response)


@pytest.mark.parametrize(
    ("name", "response"),
    [
        ("q-matching", {"pairs": {"p1": "nobody"}}),
        ("q-matching", {"pairs": {"p1": 1}}),
        ("q-matching", {"pairs": [["p1", "p1"]]}),
        ("q-matching", {"pairs": {}}),
        ("q-ordering", {"order": []}),
        ("q-ordering", {"order": ["i1", "i1"]}),
        ("q-ordering", {"order": ["i1", "nobody"]}),
        ("q-ordering", {"order": "i1"}),
        ("q-cloze", {"blanks": {"n1": "spiral groove"}}),
        ("q-cloze", {"blanks": {"g1": "  "}}),
        ("q-cloze", {"blanks": {"g1": None}}),
        ("q-cloze", {"blanks": {"elsewhere": "a"}}),
        ("q-label", {"points": {"A": "hexagon"}}),
        ("q-label", {"points": {"C": "sq"}}),
    ],
)
def test_a_response_that_names_what_is_not_there_is_refused_everywhere(name: str, response: dict[str, Json]) -> None:
    asked = samples.bank().question(name)
    for refuse in (asked.accept, asked.mark):
        with pytest.raises(InvalidResponse):
            refuse(response)


def test_there_is_a_sample_of_every_type() -> None:
    assert {item.type for item in samples.bank().items} == set(question_types())


@pytest.mark.parametrize("name", sorted(samples.RIGHT))
def test_the_sample_answers_are_what_they_say(name: str) -> None:
    asked = samples.bank().question(name)
    assert asked.mark(asked.accept(samples.RIGHT[name])) == 1


@pytest.mark.parametrize(("name", "open_"), [("q-matching", 1), ("q-ordering", 2), ("q-cloze", 1), ("q-label", 1)])
def test_a_partial_answer_says_how_much_is_open(name: str, open_: int) -> None:
    asked = samples.bank().question(name)
    assert asked.missing(asked.accept(samples.PARTIAL[name])) == open_


def test_a_blind_guess_hits_one_way_of_all() -> None:
    chances = {item.id: item.guess() for item in samples.bank().items}
    assert chances["q-matching"] == Fraction(1, 4 * 3 * 2)
    assert chances["q-ordering"] == Fraction(1, 24)
    assert chances["q-label"] == Fraction(1, 3 * 2)
    assert chances["q-cloze"] == chances["q-short"] == chances["q-numeric"] == 0
