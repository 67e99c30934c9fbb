"""Signs of life and the gaps between them: what a session that went without leaving means for the clock.

Only a gap that was measured counts: from the last thing that is known of a session to the moment it is found. How
much of it is given back the course says, once for all outages of an attempt together.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from cequiz.domain.canonical import Json
from cequiz.domain.exam.attempt import Attempt, Status
from cequiz.domain.exam.events import microseconds
from cequiz.domain.exam.ledger import Outage
from cequiz.errors import CequizError
from cequiz.services.ports import Heartbeat, Ports, Unit

BEAT = timedelta(seconds=10)
"""How often a session gives a sign of life."""

SILENCE = 3 * BEAT
"""A session that was silent for longer was gone: two missed beats may be a slow disk, three are not."""


@dataclass(frozen=True, kw_only=True)
class Absence:
    """What a student who comes back is told of the time between."""

    since: datetime
    until: datetime
    """When it was noticed (UTC)."""
    given: timedelta
    """What is given back of it so far; all of it where the clock was stopped on leaving."""
    outage: bool
    """Whether nobody left: the session broke off."""
    waits: bool
    """Whether the clock stands still until the student presses a key."""
    held: timedelta = timedelta()
    """How much of an interruption the office had suspended the exam for; that is told as a thing of its own."""

    @property
    def length(self) -> timedelta:
        """How long it was."""
        return self.until - self.since - self.held

    @property
    def asked(self) -> timedelta:
        """What is not given back, and is asked of the provider."""
        return max(self.length - self.given, timedelta()) if self.outage else timedelta()


def silence(unit: Unit, attempt: Attempt, at: datetime, *, patience: timedelta = SILENCE) -> Outage | None:
    """Return the outage that somebody who takes the attempt up at `at` (UTC) would find; None when there is none.

    There is none while the clock stands still anyway, where there is no time limit, where the last session left in
    good order, or where it was still there when the time ran out.

    Args:
        unit: the records.
        attempt: which attempt.
        at: when (UTC).
        patience: the longest silence that is none.
    """
    beat = unit.heartbeats.last(attempt.id)
    if beat is None or (beat.left and beat.session == attempt.session):
        return None
    return broken_off(attempt, since=max(attempt.seen or beat.at, beat.at), at=at, patience=patience)


def broken_off(attempt: Attempt, *, since: datetime, at: datetime, patience: timedelta = SILENCE) -> Outage | None:
    """Return the outage of a session that was there at `since` and again at `at`; None where it is none."""
    ledger, deadline = attempt.ledger, attempt.ledger.deadline
    if attempt.status is not Status.OPEN or ledger.waits or not ledger.timed or ledger.elapsed(since, at) <= patience:
        return None
    if deadline is not None and since >= deadline:
        return None
    return Outage(since, attempt.credit_left)


def open_elsewhere(unit: Unit, attempt: Attempt, at: datetime) -> bool:
    """Whether another session seems to sit the attempt at `at` (UTC): it gave a sign of life just now.

    One that was killed less than `SILENCE` ago cannot be told from one that runs.
    """
    beat = unit.heartbeats.last(attempt.id)
    if beat is None or ((beat.left or beat.lost) and beat.session == attempt.session):
        return False
    return at - max(attempt.seen or beat.at, beat.at) <= SILENCE


def with_outage(attempt: Attempt, outage: Outage | None) -> Attempt:
    """Return the attempt as it stands with an outage that nobody has written down yet."""
    return attempt if outage is None else replace(attempt, ledger=attempt.ledger.fail(outage.since, outage.allowed))


def may_go_on(unit: Unit, attempt: Attempt) -> datetime | None:
    """Return until when an attempt may still be taken up, counting what an outage can give back; None: for ever.

    A session whose last sign of life is fresh may be gone all the same, so this does not wait for the silence.
    """
    deadline = attempt.ledger.deadline
    beat = unit.heartbeats.last(attempt.id)
    if deadline is None or beat is None or (beat.left and beat.session == attempt.session):
        return deadline
    if attempt.ledger.waits or not attempt.ledger.timed or max(attempt.seen or beat.at, beat.at) >= deadline:
        return deadline
    return with_outage(attempt, Outage(max(attempt.seen or beat.at, beat.at), attempt.credit_left)).ledger.deadline


def in_vain(attempt: Attempt, at: datetime) -> bool:
    """Whether the clock waits for a key although it runs: an outage has used up what it can give back."""
    outage = attempt.ledger.outage
    if outage is None or attempt.ledger.suspended:
        return False
    return attempt.ledger.elapsed(outage.since, at) >= outage.allowed


def found(outage: Outage) -> dict[str, Json]:
    """Return the payload of the `outage` event."""
    return {"since_us": microseconds(outage.since), "allowed_ms": outage.allowed // timedelta(milliseconds=1)}


def continued(attempt: Attempt, at: datetime) -> dict[str, Json]:
    """Return the payload of the `continued` event that ends whatever the clock waits for at `at` (UTC).

    Where there was an outage, what was not given back of it is there for the provider to decide upon.
    """
    ledger = attempt.ledger
    outage = ledger.outage
    since = outage.since if outage is not None else ledger.suspensions[-1].since
    length = max(ledger.elapsed(since, at), timedelta())
    credit = length if outage is None else min(length, outage.allowed)
    return {
        "since_us": microseconds(since),
        "until_us": microseconds(at),
        "credited_ms": credit // timedelta(milliseconds=1),
        "uncredited_ms": (length - credit) // timedelta(milliseconds=1),
    }


def cut_off(attempt: Attempt, until: datetime) -> dict[str, Json]:
    """Return what the ending at `until` (UTC) says of an outage that lasts then; nothing where there is none.

    It takes the place of the `continued` event that nobody is there for: the time that was left when the session broke
    off was not given back, and is there for the provider to decide upon.
    """
    outage = attempt.ledger.outage
    if outage is None:
        return {}
    told = _lasting(attempt, outage, until)
    return {
        "since_us": microseconds(told.since),
        "until_us": microseconds(told.until),
        "credited_ms": told.given // timedelta(milliseconds=1),
        "uncredited_ms": told.asked // timedelta(milliseconds=1),
    }


def ended_away(attempt: Attempt) -> Absence | None:
    """Return the interruption in which an attempt ran out before its student went on with it; None where it did not."""
    outage = attempt.ledger.outages[-1] if attempt.ledger.outages else None
    if attempt.status is not Status.EXPIRED or outage is None or attempt.finished_at is None:
        return None
    if outage.until is None or outage.until < attempt.finished_at:
        return None
    return _lasting(attempt, outage, attempt.finished_at)


def _lasting(attempt: Attempt, outage: Outage, until: datetime) -> Absence:
    """Return an outage that lasted when the time ended; a closing window may have cut off what it could give back."""
    without = replace(attempt.ledger, outages=tuple(one for one in attempt.ledger.outages if one is not outage))
    given = max(until - (without.deadline or until), timedelta())
    held = attempt.ledger.held_within(outage.since, until)
    return Absence(since=outage.since, until=until, given=given, outage=True, waits=False, held=held)


def absence(attempt: Attempt, at: datetime) -> Absence | None:
    """Return what to tell of the time before `at` (UTC), for an attempt that was just taken up; None: nothing."""
    ledger = attempt.ledger
    outage = ledger.outages[-1] if ledger.outages else None
    if ledger.suspended:
        since = ledger.suspensions[-1].since
        return Absence(since=since, until=at, given=at - since, outage=False, waits=True)
    if outage is None or outage.until not in (None, at):
        return None
    given = min(ledger.elapsed(outage.since, at), outage.allowed)
    return Absence(
        since=outage.since,
        until=at,
        given=given,
        outage=True,
        waits=outage.until is None,
        held=ledger.held_within(outage.since, at),
    )


def beat(ports: Ports, sign: Heartbeat) -> None:
    """Give a sign of life; where the store fails or refuses it there is none, and the exam goes on.

    A session that does not know yet that another one has taken the exam over gives none: that one's counts.
    """
    with contextlib.suppress(CequizError):
        ports.store.beat(sign)
