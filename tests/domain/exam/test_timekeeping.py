"""Clocks that can be moved: nothing is gained by setting one back, nothing lost when one is set forward."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from cequiz.domain.exam.timekeeping import Anchor, arrive, drift, observe, reckon
from tests.builders import NOON, stamp

HOUR = timedelta(hours=1)
spans = st.timedeltas(timedelta(), timedelta(days=3))
moves = st.timedeltas(-timedelta(days=3), timedelta(days=3))


@given(elapsed=spans, moved=moves)
def test_inside_a_process_only_what_elapsed_counts(elapsed: timedelta, moved: timedelta) -> None:
    anchor = Anchor(NOON, stamp(NOON, boot=HOUR))
    now = stamp(NOON + elapsed + moved, boot=HOUR + elapsed)
    assert reckon(anchor, now) == NOON + elapsed
    assert drift(anchor, now) == moved


@given(elapsed=spans, moved=moves)
def test_between_processes_a_moved_clock_gains_and_costs_nothing(elapsed: timedelta, moved: timedelta) -> None:
    last, now = Anchor(NOON, stamp(NOON, boot=HOUR)), stamp(NOON + elapsed + moved, boot=HOUR + elapsed)
    assert arrive(last, now).instant == observe(last, now) == NOON + elapsed


@given(elapsed=moves)
def test_after_a_restart_utc_counts_but_never_runs_backwards(elapsed: timedelta) -> None:
    last = Anchor(NOON, stamp(NOON, boot=HOUR))
    arrived = arrive(last, stamp(NOON + elapsed, boot=timedelta(), boot_id="boot-2"))
    assert arrived.instant == max(NOON, NOON + elapsed)


def test_the_first_arrival_takes_the_wall_clock() -> None:
    assert arrive(None, stamp()).instant == NOON
