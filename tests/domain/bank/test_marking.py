"""What a response earns, and how it is kept."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cequiz.domain.bank.frames import ChoiceQuestion
from cequiz.errors import InvalidResponse
from tests.domain.bank.samples import multiple_data, true_false_data
from tests.domain.bank.samples import question as any_question


def question(*data: Any, **changes: Any) -> ChoiceQuestion:
    """The question that the data describe, which is answered by naming choices."""
    found = any_question(*data, **changes)
    assert isinstance(found, ChoiceQuestion)
    return found


METHODS = ["all-or-nothing", "right-minus-wrong", "per-option"]
LETTERS = st.sets(st.sampled_from("abcd"), min_size=1).map(sorted)


@st.composite
def questions(draw: st.DrawFn) -> ChoiceQuestion:
    """A question of any type with any key."""
    kind = draw(st.sampled_from(["single", "multiple", "true_false"]))
    if kind == "single":
        return question()
    if kind == "true_false":
        return question(true_false_data(answer=draw(st.sampled_from(["true", "false"]))))
    right = "".join(draw(LETTERS))
    return question(
        multiple_data(right=right, method=draw(st.sampled_from(METHODS)), floor=draw(st.sampled_from(["0", "0.25"])))
    )


@st.composite
def answered(draw: st.DrawFn) -> tuple[ChoiceQuestion, list[str]]:
    """A question and choices that make a response to it."""
    item = draw(questions())
    ids = [choice.id for choice in item.choices()]
    chosen = draw(st.lists(st.sampled_from(ids), min_size=1, max_size=item.max_choices, unique=True))
    return item, chosen


@settings(deadline=None)
@given(answered())
def test_every_response_earns_a_share_from_nothing_to_everything(case: tuple[ChoiceQuestion, list[str]]) -> None:
    item, chosen = case
    assert 0 <= item.mark(item.respond(chosen)) <= 1


@settings(deadline=None)
@given(questions())
def test_the_key_earns_everything_and_no_response_earns_nothing(item: ChoiceQuestion) -> None:
    assert item.mark(item.key()) == 1
    assert item.mark(None) == 0
    assert item.chosen(None) == ()


@settings(deadline=None)
@given(answered())
def test_what_was_chosen_comes_back_from_the_stored_response(case: tuple[ChoiceQuestion, list[str]]) -> None:
    item, chosen = case
    response = item.respond(chosen)
    assert set(item.chosen(response)) == set(chosen)
    assert item.respond(item.chosen(response)) == response
    assert item.accept(response) == response


@pytest.mark.parametrize(
    ("method", "chosen", "share"),
    [
        ("all-or-nothing", "ab", Fraction(1)),
        ("all-or-nothing", "a", Fraction(0)),
        ("all-or-nothing", "abc", Fraction(0)),
        ("right-minus-wrong", "a", Fraction(1, 2)),
        ("right-minus-wrong", "abc", Fraction(1, 2)),
        ("right-minus-wrong", "ac", Fraction(0)),
        ("right-minus-wrong", "cd", Fraction(0)),
        ("per-option", "a", Fraction(3, 4)),
        ("per-option", "abc", Fraction(3, 4)),
        ("per-option", "cd", Fraction(0)),
    ],
)
def test_a_partly_right_set_is_marked_by_its_method(method: str, chosen: str, share: Fraction) -> None:
    item = question(multiple_data(right="ab", method=method))
    assert item.mark(item.respond(list(chosen))) == share


def test_thirds_stay_exact() -> None:
    item = question(multiple_data(right="abc", method="right-minus-wrong"))
    assert item.mark(item.respond(["a"])) == Fraction(1, 3)


def test_right_minus_wrong_never_falls_below_its_floor() -> None:
    item = question(multiple_data(right="a", method="right-minus-wrong", floor="0.25"))
    assert item.mark(item.respond(["b", "c", "d"])) == Fraction(1, 4)


def test_a_multiple_response_is_kept_in_the_order_of_the_bank() -> None:
    assert question(multiple_data()).respond(["c", "a"]) == {"choices": ["a", "c"]}


@pytest.mark.parametrize(
    ("data", "response"),
    [
        (None, {}),
        (None, {"choice": "z"}),
        (None, {"choice": None}),
        (None, {"choice": ["a"]}),
        (None, {"choice": "a", "more": 1}),
        (multiple_data(), {"choices": []}),
        (multiple_data(), {"choices": "ab"}),
        (multiple_data(), {"choices": ["a", "a"]}),
        (multiple_data(), {"choices": ["a", 1]}),
        (true_false_data(), {"value": "true"}),
        (true_false_data(), {"value": 1}),
        (true_false_data(), {"choice": "true"}),
    ],
)
def test_a_response_that_does_not_fit_is_refused_everywhere(data: Any, response: Any) -> None:
    item = question(data)
    for refuse in (item.accept, item.mark, item.chosen):
        with pytest.raises(InvalidResponse):
            refuse(response)


@settings(deadline=None)
@given(questions(), st.sampled_from([[], ["z"], ["a", "a"], ["true", "false"]]))
def test_choices_that_make_no_response_are_refused(item: ChoiceQuestion, chosen: list[str]) -> None:
    with pytest.raises(InvalidResponse):
        item.respond(chosen)


def test_a_type_tells_how_many_choices_it_takes() -> None:
    assert [question(d).max_choices for d in (None, true_false_data(), multiple_data())] == [1, 1, 4]
