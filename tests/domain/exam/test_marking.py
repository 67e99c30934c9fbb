"""Marking: exact numbers decide, rounding is for display only."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cequiz.bootstrap import bundled_lexicon
from cequiz.domain.bank.bank import Bank
from cequiz.domain.exam.attempt import replay
from cequiz.domain.exam.events import EventKind
from cequiz.domain.exam.marking import Score, mark, near_misses, percent_text, points_text
from cequiz.domain.exam.review import review
from cequiz.domain.exam.terms import Disclosure
from tests.builders import Log, bank_json, question, terms

answers = st.lists(st.sampled_from([None, "a", "b", "c", "d"]), min_size=4, max_size=4)


def sat(choices: list[str | None], log: Log | None = None) -> tuple[Log, Score]:
    log = log or Log()
    for place, choice in enumerate(choices):
        if choice is not None:
            log.answer(place, choice)
    log.add(EventKind.SUBMITTED, after=timedelta(minutes=5))
    return log, mark(replay(log.events), log.questions)


@given(choices=answers)
def test_a_score_is_the_sum_of_its_marks_and_of_its_objectives(choices: list[str | None]) -> None:
    _, score = sat(choices)
    assert score.earned == choices.count("b") == sum(part.earned for part in score.objectives)
    assert score.possible == 4 == sum(part.possible for part in score.objectives)
    assert score.passed == (choices.count("b") >= 3)
    assert [one.answered for one in score.marks] == [choice is not None for choice in choices]
    assert [one.right for one in score.marks] == [choice == "b" for choice in choices]


def test_a_floor_fails_a_score_that_would_pass() -> None:
    log = Log(exam_terms=terms(floors={"D1": Fraction(75)}))
    wrong = next(place for place, key in enumerate(log.items) if key.startswith("sample/d1"))
    _, score = sat(["a" if place == wrong else "b" for place in range(4)], log)
    assert score.percent == 75
    assert [part.met for part in score.objectives] == [False, True]
    assert not score.passed


@given(earned=st.integers(0, 1000), possible=st.integers(1, 1000), pass_mark=st.fractions(1, 100, max_denominator=100))
def test_what_shows_as_the_pass_mark_has_reached_it(earned: int, possible: int, pass_mark: Fraction) -> None:
    share = Fraction(100 * earned, possible)
    shown = Fraction(percent_text(share))
    assert shown <= share < shown + Fraction(1, 10)
    if shown >= pass_mark:
        assert share >= pass_mark


@pytest.mark.parametrize(
    ("share", "shown"),
    [("6996/100", "69.9"), ("85", "85"), ("200/3", "66.6"), ("0", "0"), ("100", "100"), ("1001/10", "100.1")],
)
def test_percentages_are_cut_not_rounded(share: str, shown: str) -> None:
    assert percent_text(Fraction(share)) == shown


def test_points_show_without_needless_decimals() -> None:
    assert [points_text(Fraction(text)) for text in ("17", "33/2", "50/3", "0", "10", "1/100")] == [
        "17",
        "16.5",
        "16.66",
        "0",
        "10",
        "0.01",
    ]


def test_an_open_attempt_is_not_marked() -> None:
    log = Log()
    with pytest.raises(ValueError, match="open"):
        mark(replay(log.events), log.questions)


@pytest.mark.parametrize("level", list(Disclosure))
def test_the_review_leaves_out_what_the_policy_keeps(level: Disclosure) -> None:
    log, score = sat(["b", "b", "b", "a"], Log(exam_terms=terms(after_pass=level)))
    shown = review(replay(log.events), score, log.questions)
    assert (shown.score is not None) == (level is not Disclosure.NONE)
    assert bool(shown.objectives) == (level in {Disclosure.OBJECTIVES, Disclosure.RESPONSES, Disclosure.FULL})
    assert bool(shown.items) == (level in {Disclosure.RESPONSES, Disclosure.FULL})
    assert all((item.key is not None) == (level is Disclosure.FULL) for item in shown.items)


def test_after_a_fail_the_other_policy_counts_and_a_voided_attempt_shows_nothing() -> None:
    log, score = sat(
        ["a", "a", "a", "a"], Log(exam_terms=terms(after_pass=Disclosure.FULL, after_fail=Disclosure.OBJECTIVES))
    )
    assert review(replay(log.events), score, log.questions).disclosure is Disclosure.OBJECTIVES
    log.add(EventKind.VOIDED, after=timedelta(minutes=6))
    assert review(replay(log.events), score, log.questions).score is None


def typed_log() -> Log:
    """Return an attempt at three typed questions, one of them worth a third of a point."""
    frame = question("q1", type="short_answer", accept=[{"text": "internal rotation"}], spelling="tolerant")
    del frame["options"]
    questions = [frame, frame | {"id": "q2", "points": "0.3"}, frame | {"id": "q3"}]
    sample = Bank.from_json(bank_json("typed", counts={"D1": 1}) | {"questions": questions})
    return Log(sample=sample, blueprint={"D1": 3})


def test_near_misses_are_named_with_their_items_and_earn_nothing() -> None:
    log = typed_log()
    for key, text in zip(log.items, ("External rotation", "internal rotatoin", "abduction"), strict=True):
        log.add(EventKind.ANSWERED, {"item": key, "response": {"text": text}})
    log.add(EventKind.SUBMITTED)
    attempt, lexicon = replay(log.events), bundled_lexicon()
    score = mark(attempt, log.questions, lexicon=lexicon)
    assert [one.earned > 0 for one in score.marks] == [False, True, False]
    ((item, miss),) = near_misses(attempt, log.questions, lexicon)
    assert (item.key, miss.given, miss.pair) == (log.items[0], "External rotation", ("external", "internal"))
    assert mark(attempt, log.questions).earned == 0, "without a lexicon no slip is forgiven"


@given(
    points=st.lists(st.fractions(min_value=Fraction(1, 10), max_value=3, max_denominator=10), min_size=3, max_size=3),
    right=st.lists(st.booleans(), min_size=3, max_size=3),
)
def test_odd_points_add_up_exactly(points: list[Fraction], right: list[bool]) -> None:
    log = typed_log()
    for key, one in zip(log.items, right, strict=True):
        log.add(EventKind.ANSWERED, {"item": key, "response": {"text": "internal rotation" if one else "no"}})
    log.add(EventKind.SUBMITTED)
    attempt = replay(log.events)
    items = tuple(replace(item, points=each) for item, each in zip(attempt.form.items, points, strict=True))
    score = mark(replace(attempt, form=replace(attempt.form, items=items)), log.questions)
    assert score.possible == sum(points) == score.objectives[0].possible
    assert score.earned == sum(each for each, one in zip(points, right, strict=True) if one)
    assert score.earned == score.objectives[0].earned
