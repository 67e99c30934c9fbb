"""Whether a student may start another attempt, and if not, why and until when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from cequiz.domain.exam.attempt import Status


class Bar(StrEnum):
    """What stands in the way of a new attempt."""

    RUNNING = "running"
    PASSED = "passed"
    USED_UP = "used_up"
    WAITING = "waiting"
    NOT_YET = "not_yet"
    CLOSED = "closed"


@dataclass(frozen=True)
class PastAttempt:
    """What an earlier attempt means for the next one."""

    status: Status
    finished_at: datetime | None
    passed: bool


@dataclass(frozen=True, kw_only=True)
class AttemptPolicy:
    """The course's rules on repeating an exam."""

    limit: int
    wait: timedelta
    opens_at: datetime | None = None
    closes_at: datetime | None = None


@dataclass(frozen=True)
class Eligibility:
    """The answer, with what a person needs to understand it."""

    bar: Bar | None
    attempts_used: int
    attempts_left: int
    until: datetime | None = None
    """When a waiting time ends or a window opens (UTC)."""

    @property
    def allowed(self) -> bool:
        """Whether an attempt may start now."""
        return self.bar is None


def eligibility(history: Sequence[PastAttempt], *, policy: AttemptPolicy, now: datetime) -> Eligibility:
    """Decide on another attempt.

    Args:
        history: the student's attempts at this exam, oldest first; voided ones do not count.
        policy: limit, waiting time after an attempt's end, window.
        now: the instant (UTC).
    """
    counted = [past for past in history if past.status is not Status.VOIDED]
    used, left = len(counted), max(policy.limit - len(counted), 0)
    if any(past.status is Status.OPEN for past in counted):
        return Eligibility(Bar.RUNNING, used, left)
    if any(past.passed for past in counted):
        return Eligibility(Bar.PASSED, used, left)
    if not left:
        return Eligibility(Bar.USED_UP, used, left)
    if policy.closes_at is not None and now >= policy.closes_at:
        return Eligibility(Bar.CLOSED, used, left, policy.closes_at)
    if policy.opens_at is not None and now < policy.opens_at:
        return Eligibility(Bar.NOT_YET, used, left, policy.opens_at)
    ends = [past.finished_at for past in counted if past.finished_at is not None]
    if ends and now < max(ends) + policy.wait:
        return Eligibility(Bar.WAITING, used, left, max(ends) + policy.wait)
    return Eligibility(None, used, left)
