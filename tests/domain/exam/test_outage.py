"""Outages in the ledger: what they add, what they cannot add, and what is left while one lasts."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cequiz.domain.exam.attempt import replay
from cequiz.domain.exam.events import EventKind, microseconds
from cequiz.domain.exam.ledger import ReasonKind, TimeLedger, explain
from cequiz.domain.exam.terms import Terms
from tests.builders import NOON, Log, terms

MINUTE = timedelta(minutes=1)
spans = st.integers(0, 1_200).map(lambda count: timedelta(seconds=count))


@given(wait=spans, gap=spans, allowed=spans)
def test_a_closed_outage_adds_itself_or_what_was_allowed(wait: timedelta, gap: timedelta, allowed: timedelta) -> None:
    ledger = TimeLedger(NOON, 30 * MINUTE).fail(NOON + wait, allowed).go_on(NOON + wait + gap)
    told = explain(ledger)
    assert told.deadline == NOON + 30 * MINUTE + min(gap, allowed)
    outage = next(reason for reason in told.reasons if reason.kind is ReasonKind.OUTAGE)
    assert (outage.amount, outage.allowed) == (min(gap, allowed), allowed)


@given(wait=spans, allowed=spans, looks=st.lists(spans, min_size=2, max_size=5))
def test_while_it_lasts_the_time_left_stands_still_and_then_runs_down(
    wait: timedelta, allowed: timedelta, looks: list[timedelta]
) -> None:
    ledger = TimeLedger(NOON, 30 * MINUTE).fail(NOON + wait, allowed)
    assert ledger.deadline == NOON + 30 * MINUTE + allowed
    before = 30 * MINUTE - wait
    for look in sorted(looks):
        left = ledger.left(NOON + wait + look)
        assert left == max(before - max(look - allowed, timedelta()), timedelta())


def test_an_outage_that_lasts_and_a_clock_that_stands_still_take_no_other() -> None:
    ledger = TimeLedger(NOON, 30 * MINUTE)
    outage, pause = ledger.fail(NOON + MINUTE, MINUTE), ledger.suspend(NOON + MINUTE)
    assert outage.fail(NOON + 2 * MINUTE, MINUTE) == outage
    assert pause.fail(NOON + 2 * MINUTE, MINUTE) == pause
    assert ledger.go_on(NOON) == ledger
    assert not outage.go_on(NOON + 2 * MINUTE).waits


def test_a_pause_leaves_the_time_that_was_left() -> None:
    ledger = TimeLedger(NOON, 30 * MINUTE).suspend(NOON + 10 * MINUTE)
    assert ledger.left(NOON + timedelta(days=1)) == 20 * MINUTE
    closing = TimeLedger(NOON, 30 * MINUTE, closes_at=NOON + 20 * MINUTE).suspend(NOON + 10 * MINUTE)
    assert closing.left(NOON + 15 * MINUTE) == 5 * MINUTE


def test_the_window_is_not_moved_by_an_outage() -> None:
    ledger = TimeLedger(NOON, 30 * MINUTE, closes_at=NOON + 31 * MINUTE).fail(NOON + MINUTE, 10 * MINUTE)
    assert ledger.deadline == NOON + 31 * MINUTE


def test_who_has_no_time_limit_is_told_why() -> None:
    ledger = terms(untimed=True).ledger(NOON)
    told = explain(ledger)
    assert told.deadline is None
    assert not ledger.timed
    assert told.reasons[-1].words == "Your accommodation: no time limit"


def test_terms_come_back_as_they_were() -> None:
    for one in (
        terms(),
        terms(factor=Fraction(3, 2), accommodation=2, breaks=True, outage_credit=5 * MINUTE),
        terms(untimed=True, pauses=True),
    ):
        assert Terms.from_json(one.to_json()) == one
    assert terms().to_json()["accommodation"] is None


def test_terms_of_an_earlier_version_are_read() -> None:
    data = terms().to_json()
    del data["accommodation"], data["outage_credit"]
    before = Terms.from_json({**data, "factor": "3/2"})
    assert before == terms(factor=Fraction(3, 2))
    assert before.outage_credit == timedelta()


def test_coming_back_ended_a_pause_in_earlier_versions_and_waits_now() -> None:
    before = Log(exam_terms=terms(pauses=True))
    before.add(EventKind.SUSPENDED, after=MINUTE)
    before.add(EventKind.RESUMED, after=3 * MINUTE, session="two")
    assert replay(before.events).ledger.deadline == NOON + 12 * MINUTE
    now = Log(exam_terms=terms(pauses=True))
    now.add(EventKind.SUSPENDED, after=MINUTE)
    now.add(EventKind.RESUMED, {"waits": True}, after=3 * MINUTE, session="two")
    assert replay(now.events).ledger.waits
    now.add(EventKind.CONTINUED, {"since_us": 0}, after=5 * MINUTE, session="two")
    assert replay(now.events).ledger.deadline == NOON + 14 * MINUTE


def test_an_ending_that_is_written_after_the_deadline_counts_at_the_deadline() -> None:
    log = Log(exam_terms=terms(outage_credit=MINUTE))
    since = microseconds(NOON + 9 * MINUTE)
    log.add(EventKind.OUTAGE, {"since_us": since, "allowed_ms": 60_000}, after=12 * MINUTE)
    log.add(EventKind.CONTINUED, {"since_us": since}, after=12 * MINUTE)
    finish = replay(log.events).finish(NOON + 12 * MINUTE)
    log.add(EventKind.EXPIRED, {"finished_us": microseconds(finish)}, after=12 * MINUTE)
    ended = replay(log.events)
    assert ended.finished_at == ended.ledger.deadline == NOON + 11 * MINUTE
    assert ended.credit_left == timedelta()


@pytest.mark.parametrize("late", [EventKind.RESUMED, EventKind.CLOCK_MOVED])
def test_an_ending_that_an_earlier_cequiz_wrote_late_stays_as_it_was_written(late: EventKind) -> None:
    log = Log()
    log.add(late, {"milliseconds": 5_000}, after=12 * MINUTE)
    log.add(EventKind.EXPIRED, {"answered": 0, "items": 4}, after=12 * MINUTE)
    ended = replay(log.events)
    assert ended.finished_at == NOON + 12 * MINUTE
    assert ended.ledger.deadline == NOON + 10 * MINUTE


def test_an_outage_that_nobody_came_back_from_ends_with_the_exam() -> None:
    log = Log(exam_terms=terms(outage_credit=MINUTE))
    log.add(EventKind.OUTAGE, {"since_us": microseconds(NOON + 9 * MINUTE), "allowed_ms": 60_000}, after=11 * MINUTE)
    finished = microseconds(NOON + 11 * MINUTE)
    log.add(EventKind.EXPIRED, {"finished_us": finished}, after=11 * MINUTE)
    ledger = replay(log.events).ledger
    assert not ledger.waits
    assert ledger.deadline == NOON + 11 * MINUTE
    assert ledger.outages[-1].until == NOON + 11 * MINUTE
