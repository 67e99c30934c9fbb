"""Holds in the ledger of time: what the office suspends an exam for is nobody's loss, whatever else stands still."""

from __future__ import annotations

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from cequiz.domain.exam.ledger import ReasonKind, TimeLedger, explain
from tests.builders import NOON

MINUTE = timedelta(minutes=1)


def at(minutes: int) -> datetime:
    return NOON + minutes * MINUTE


def ledger(limit: int = 60) -> TimeLedger:
    return TimeLedger(NOON, limit * MINUTE)


def held(before: TimeLedger, since: int, until: int) -> TimeLedger:
    return before.hold(at(since), reason="fire alarm", actor="os:me").release(at(until))


def test_a_hold_moves_the_deadline_by_its_length() -> None:
    found = held(held(ledger(), 10, 15), 20, 30)
    assert found.deadline == at(75)
    assert [one.amount for one in explain(found).reasons if one.kind is ReasonKind.HELD] == [5 * MINUTE, 10 * MINUTE]


def test_while_it_lasts_there_is_no_deadline_and_the_time_left_stays() -> None:
    found = ledger().hold(at(10), reason="fire alarm", actor="os:me")
    assert found.deadline is None
    assert explain(found).suspended
    assert found.left(at(10)) == found.left(at(500)) == 50 * MINUTE


def test_no_minute_is_given_twice_where_the_clock_stood_still_anyway() -> None:
    found = held(ledger().suspend(at(10)), 15, 25).resume(at(30))
    assert found.deadline == at(80)
    amounts = {one.kind: one.amount for one in explain(found).reasons}
    assert (amounts[ReasonKind.SUSPENDED], amounts[ReasonKind.HELD]) == (10 * MINUTE, 10 * MINUTE)


def test_it_costs_no_credit_for_outages() -> None:
    found = held(ledger().fail(at(10), 5 * MINUTE), 12, 30).go_on(at(33))
    assert found.outages[0].credit == 5 * MINUTE
    assert found.deadline == at(60 + 18 + 5)


def test_a_key_from_before_it_ends_a_wait_although_it_is_written_after() -> None:
    found = ledger().suspend(at(10)).hold(at(20), reason="x", actor="os:me").go_on(at(18)).release(at(25))
    assert not found.waits
    assert found.deadline == at(60 + 8 + 5)


def test_what_came_at_the_very_instant_counts_and_later_does_not() -> None:
    found = held(ledger(), 10, 15)
    assert [found.hold_at(at(minute)) is not None for minute in (9, 10, 11, 14, 15, 16)] == [
        False,
        False,
        True,
        True,
        False,
        False,
    ]


@given(st.lists(st.integers(1, 20), min_size=2, max_size=8), st.data())
def test_whatever_stands_still_the_clock_never_runs_twice(steps: list[int], data: st.DataObject) -> None:
    """A minute is either worked or given back: what is left and what ran make the limit."""
    found, now, worked = ledger(1000), 0, 0
    for step in steps:
        running = not found.waits and found.held is None
        now += step
        worked += step if running else 0
        match data.draw(st.sampled_from(["hold", "release", "suspend", "resume"])):
            case "hold":
                found = found.hold(at(now), reason="x", actor="os:me")
            case "release":
                found = found.release(at(now))
            case "suspend":
                found = found.suspend(at(now))
            case _:
                found = found.resume(at(now))
    assert found.left(at(now)) == (1000 - worked) * MINUTE
