"""Statistics of items say what was answered, and adding and taking away in any order comes to the same."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cequiz.domain.bank.question import Question
from cequiz.domain.exam.marking import Mark
from cequiz.domain.exam.tally import MOST_ANSWERS, PartSeen, PartTally, Seen, Tally, cut_text, observe
from tests.domain.bank.every import QUESTIONS, response_to

SHARES = st.fractions(0, 1, max_denominator=6)
SEEN = st.builds(
    Seen,
    share=SHARES,
    rest=st.none() | SHARES,
    answered=st.booleans(),
    chosen=st.lists(st.sampled_from("abcd"), unique=True).map(tuple),
    parts=st.lists(st.builds(PartSeen, part=st.sampled_from("xy"), given=st.sampled_from("pqr"), right=st.booleans()))
    .map(tuple),
)  # fmt: skip


def count(*seen: Seen) -> Tally:
    tally = Tally()
    for one in seen:
        tally.add(one)
    return tally


@given(st.lists(SEEN), st.lists(SEEN), st.randoms())
def test_what_is_taken_away_leaves_nothing_behind(stay: list[Seen], go: list[Seen], order: object) -> None:
    tally = count(*go, *stay)
    for one in go:
        tally.add(one, times=-1)
    again = Tally.from_json(tally.to_json())
    expected = count(*stay)
    for part in (*again.parts.values(), *expected.parts.values()):
        assert part.others == 0
    assert {name: part for name, part in again.parts.items() if part.answered} == expected.parts
    again.parts, expected.parts = {}, {}
    assert again == expected


@given(st.lists(SEEN))
def test_a_tally_comes_back_as_it_was_kept(seen: list[Seen]) -> None:
    tally = count(*seen)
    assert Tally.from_json(tally.to_json()) == tally
    assert Tally.from_json({}) == Tally()


def test_answers_that_are_not_told_apart_are_counted_together() -> None:
    part = PartTally()
    for number in range(MOST_ANSWERS + 3):
        part.add(PartSeen("x", f"answer {number}", right=number == 0), 1)
    part.add(PartSeen("x", "answer 0", right=True), 1)
    assert (part.answered, part.right, len(part.given), part.others) == (MOST_ANSWERS + 4, 2, MOST_ANSWERS, 3)
    assert part.given["answer 0"] == 2


@given(st.data())
def test_every_part_that_was_filled_is_seen_and_no_other(data: st.DataObject) -> None:
    question: Question = data.draw(QUESTIONS)
    response = data.draw(st.none() | response_to(question))
    share = question.mark(response)
    mark = Mark(f"b/{question.id}", "D1", share * 2, Fraction(2), answered=response is not None)
    ((_, seen),) = observe(
        [mark], responses={} if response is None else {mark.item: response}, questions={mark.item: question}
    )
    assert (seen.share, seen.rest, seen.answered) == (share, None, response is not None)
    told = [part for part in question.parts(response) if part.given is not None]
    if response is None:
        assert (seen.chosen, seen.parts) == ((), ())
    elif seen.chosen:
        assert seen.parts == ()
        texts = {choice.id: choice.text for choice in question.choices()}
        assert "; ".join(texts[one] for one in seen.chosen) == told[0].given
    else:
        assert [part.right for part in seen.parts] == [part.share == 1 for part in told]


def test_the_rest_of_an_attempt_leaves_the_item_out() -> None:
    marks = [Mark(f"b/q{n}", "D1", Fraction(earned), Fraction(2), answered=True) for n, earned in enumerate((2, 1, 0))]
    seen = [one for _, one in observe(marks, responses={}, questions={})]
    assert [one.rest for one in seen] == [Fraction(1, 4), Fraction(1, 2), Fraction(3, 4)]
    assert [one.share for one in seen] == [1, Fraction(1, 2), 0]


def test_an_item_that_was_dropped_from_the_sum_tells_nothing() -> None:
    dropped = Mark("b/q1", "D1", Fraction(0), Fraction(0), answered=True)
    marks = [dropped, Mark("b/q2", "D1", Fraction(1), Fraction(1), answered=True)]
    assert [(mark.item, one.rest) for mark, one in observe(marks, responses={}, questions={})] == [("b/q2", None)]


def test_an_item_that_everybody_got_right_tells_nobody_apart() -> None:
    tally = count(*(Seen(Fraction(1), Fraction(n, 4), answered=True) for n in range(5)))
    assert tally.facility == 1
    assert tally.discrimination is None
    assert Tally().facility is None


def test_an_item_that_only_the_good_ones_get_right_discriminates_well() -> None:
    tally = count(*(Seen(Fraction(n > 2), Fraction(n > 2), answered=True) for n in range(6)))
    assert tally.discrimination == pytest.approx(1)
    turned = count(*(Seen(Fraction(n > 2), Fraction(n < 3), answered=True) for n in range(6)))
    assert turned.discrimination == pytest.approx(-1)


ANSWERED = st.lists(st.lists(st.integers(0, 1), min_size=5, max_size=5), min_size=3, max_size=30)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0.57999, "0.580"),
        (0.86598, "0.866"),
        (0.5799, "0.579"),
        (0.9999, "0.999"),
        (1.0, "1.000"),
        (-0.0125, "-0.012"),
        (-0.0004, "0.000"),
    ],
)
def test_a_correlation_is_cut_and_never_rounded_up(value: float, shown: str) -> None:
    """A question would look better, or worse, than it is."""
    assert cut_text(value, 3) == shown


@given(ANSWERED)
def test_an_exam_has_the_correlations_that_plain_arithmetic_gives(people: list[list[int]]) -> None:
    tallies = [Tally() for _ in range(5)]
    for answers_ in people:
        marks = [Mark(f"b/{n}", "D", Fraction(right), Fraction(1), answered=True) for n, right in enumerate(answers_)]
        for tally, (_, seen) in zip(tallies, observe(marks, responses={}, questions={}), strict=True):
            tally.add(seen)
    for place, tally in enumerate(tallies):
        item = [one[place] for one in people]
        rest = [sum(one) - one[place] for one in people]
        assert tally.facility == Fraction(sum(item), len(people))
        if len(set(item)) > 1 and len(set(rest)) > 1:
            assert tally.discrimination == pytest.approx(pearson(item, rest), abs=1e-4)
        else:
            assert tally.discrimination is None


def pearson(one: list[int], other: list[int]) -> float:
    """Return the correlation by its definition: the mean product of standard scores."""
    mean_one, mean_other = sum(one) / len(one), sum(other) / len(other)
    cross = sum((a - mean_one) * (b - mean_other) for a, b in zip(one, other, strict=True))
    square_one = sum((a - mean_one) ** 2 for a in one)
    square_other = sum((b - mean_other) ** 2 for b in other)
    return float(cross / (square_one * square_other) ** 0.5)
