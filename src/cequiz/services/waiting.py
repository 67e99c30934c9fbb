"""How long somebody waits after failures, and the words for it. A clock that was set back makes nobody wait longer."""

from __future__ import annotations

from datetime import datetime, timedelta

from cequiz.errors import NotAllowed
from cequiz.language import tr, trn

FREE = 2
"""Failures in a row that cost no waiting; everybody mistypes."""


_APART = timedelta(seconds=5)
"""As far as the clocks of two hosts may be apart; what another one has just begun is not in the future."""


def growing(count: int, *, most: timedelta | None = None) -> timedelta:
    """Return the wait after so many failures in a row: 2, 4, 8 seconds and so on, once the free ones are used.

    Args:
        count: how many there were.
        most: the longest wait; None for no such.
    """
    if count <= FREE:
        return timedelta()
    wait = timedelta(seconds=2 ** min(count - FREE, 30))
    return wait if most is None else min(wait, most)


def refuse_hasty(last_at: datetime, wait: timedelta, now: datetime) -> None:
    """Refuse whoever tries again before the wait is over.

    Raises:
        NotAllowed: says how many seconds are left.
    """
    if (refusal := hasty(last_at, wait, now)) is not None:
        raise refusal


def hasty(last_at: datetime, wait: timedelta, now: datetime) -> NotAllowed | None:
    """Return what is said to whoever tries again before the wait is over; None where it is."""
    left = min(last_at + wait - now, wait)
    if left <= timedelta():
        return None
    seconds = -(-left // timedelta(seconds=1))
    hint = trn("Wait {count} second, then try again.", "Wait {count} seconds, then try again.", seconds)
    return NotAllowed(tr("Not so fast."), hint=hint)


def has_begun(since: datetime, now: datetime) -> bool:
    """Whether something that counts from an instant counts now; what a clock that was set back left ahead does not."""
    return since <= now + _APART


def in_force(until: datetime | None, *, since: datetime, now: datetime) -> bool:
    """Whether a lock holds; one whose beginning lies in the future, because the clock was set back, does not."""
    return until is not None and has_begun(since, now) and now < until


def minutes_left(until: datetime, now: datetime) -> int:
    """Return how many minutes a lock still holds, at least one."""
    return max(1, -(-(until - now) // timedelta(minutes=1)))
