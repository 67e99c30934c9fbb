"""The ledger of time: the deadline follows from its entries, and the reasons add up to it."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from cequiz.domain.exam.ledger import Adjustment, ClockMove, ReasonKind, TimeLedger, allowance, explain
from tests.builders import NOON

minutes = st.integers(1, 600).map(lambda count: timedelta(minutes=count))
factors = st.sampled_from([Fraction(1), Fraction(5, 4), Fraction(3, 2), Fraction(2)])
extras = st.lists(st.integers(-300, 3600).map(lambda seconds: timedelta(seconds=seconds)), max_size=4)


@given(
    limit=minutes,
    factor=factors,
    given_time=extras,
    pauses=st.lists(st.tuples(st.integers(1, 50), st.integers(1, 50)), max_size=3),
)
def test_the_reasons_add_up_to_the_deadline(
    limit: timedelta, factor: Fraction, given_time: list[timedelta], pauses: list[tuple[int, int]]
) -> None:
    entries = tuple(Adjustment(amount, "fire alarm", "admin", NOON) for amount in given_time)
    ledger = TimeLedger(NOON, limit, factor, adjustments=entries)
    at = NOON
    for wait, length in pauses:
        at += timedelta(seconds=wait)
        ledger = ledger.suspend(at)
        at += timedelta(seconds=length)
        ledger = ledger.resume(at)
    told = explain(ledger)
    assert told.deadline is not None
    assert told.deadline - NOON == sum((reason.amount for reason in told.reasons if reason.amount), timedelta())


def test_time_and_a_half_of_thirty_minutes_is_forty_five() -> None:
    told = explain(TimeLedger(NOON, timedelta(minutes=30), Fraction(3, 2)))
    assert told.deadline == NOON + timedelta(minutes=45)
    assert "1.5 times" in next(reason.words for reason in told.reasons if reason.kind is ReasonKind.FACTOR)


@given(limit=minutes, factor=factors)
def test_an_allowance_is_never_shorter_than_the_exact_product(limit: timedelta, factor: Fraction) -> None:
    exact = Fraction(limit // timedelta(microseconds=1)) * factor
    assert 0 <= Fraction(allowance(limit, factor) // timedelta(microseconds=1)) - exact < 1


def test_the_window_ends_an_exam_that_would_last_longer_and_says_so() -> None:
    told = explain(TimeLedger(NOON, timedelta(minutes=30), closes_at=NOON + timedelta(minutes=20)))
    assert told.deadline == NOON + timedelta(minutes=20)
    assert told.reasons[-1].kind is ReasonKind.CLOSES


def test_a_window_that_closes_later_is_no_reason() -> None:
    told = explain(TimeLedger(NOON, timedelta(minutes=30), closes_at=NOON + timedelta(hours=20)))
    assert told.deadline == NOON + timedelta(minutes=30)
    assert all(reason.kind is not ReasonKind.CLOSES for reason in told.reasons)


def test_an_untimed_exam_has_no_deadline_unless_its_window_closes() -> None:
    assert TimeLedger(NOON, None).deadline is None
    assert TimeLedger(NOON, None, closes_at=NOON + timedelta(days=1)).deadline == NOON + timedelta(days=1)


def test_a_clock_that_stands_still_has_no_deadline_and_no_effect_twice() -> None:
    ledger = TimeLedger(NOON, timedelta(minutes=30)).suspend(NOON + timedelta(minutes=5))
    assert ledger.suspended
    assert ledger.deadline is None
    assert ledger.suspend(NOON + timedelta(minutes=6)) == ledger
    again = ledger.resume(NOON + timedelta(minutes=65))
    assert again.deadline == NOON + timedelta(minutes=90)
    assert again.resume(NOON + timedelta(minutes=70)) == again


def test_a_moved_clock_is_told_and_changes_nothing() -> None:
    ledger = TimeLedger(NOON, timedelta(minutes=30), moves=(ClockMove(timedelta(hours=-1), NOON),))
    told = explain(ledger)
    assert told.deadline == NOON + timedelta(minutes=30)
    assert told.reasons[-1].kind is ReasonKind.CLOCK_MOVED
