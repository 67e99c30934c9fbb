"""Another attempt: allowed or not, why, and until when."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from cequiz.domain.exam.attempt import Status
from cequiz.domain.exam.eligibility import AttemptPolicy, Bar, PastAttempt, eligibility
from tests.builders import NOON

POLICY = AttemptPolicy(limit=3, wait=timedelta(hours=24))
FAILED = PastAttempt(Status.SUBMITTED, NOON, passed=False)


def test_the_first_attempt_is_allowed() -> None:
    found = eligibility([], policy=POLICY, now=NOON)
    assert found.allowed
    assert (found.attempts_used, found.attempts_left) == (0, 3)


def test_a_waiting_time_ends_exactly_when_it_says() -> None:
    early = eligibility([FAILED], policy=POLICY, now=NOON + timedelta(hours=24) - timedelta(microseconds=1))
    assert (early.bar, early.until) == (Bar.WAITING, NOON + timedelta(hours=24))
    assert eligibility([FAILED], policy=POLICY, now=NOON + timedelta(hours=24)).allowed


def test_a_pass_a_running_attempt_and_the_limit_each_bar_another() -> None:
    late = NOON + timedelta(days=9)
    assert eligibility([PastAttempt(Status.SUBMITTED, NOON, passed=True)], policy=POLICY, now=late).bar is Bar.PASSED
    assert eligibility([PastAttempt(Status.OPEN, None, passed=False)], policy=POLICY, now=late).bar is Bar.RUNNING
    assert eligibility([FAILED] * 3, policy=POLICY, now=late).bar is Bar.USED_UP


def test_a_window_opens_and_closes() -> None:
    policy = AttemptPolicy(limit=1, wait=timedelta(), opens_at=NOON, closes_at=NOON + timedelta(hours=1))
    assert eligibility([], policy=policy, now=NOON - timedelta(seconds=1)).bar is Bar.NOT_YET
    assert eligibility([], policy=policy, now=NOON).allowed
    assert eligibility([], policy=policy, now=NOON + timedelta(hours=1)).bar is Bar.CLOSED


@given(fails=st.integers(0, 5), voided=st.integers(0, 5))
def test_voided_attempts_never_count(fails: int, voided: int) -> None:
    history = [FAILED] * fails + [PastAttempt(Status.VOIDED, NOON, passed=False)] * voided
    found = eligibility(history, policy=POLICY, now=NOON + timedelta(days=9))
    assert (found.attempts_used, found.attempts_left) == (fails, max(3 - fails, 0))
    assert found.allowed == (fails < 3)
