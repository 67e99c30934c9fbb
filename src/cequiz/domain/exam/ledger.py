"""The ledger of time: the deadline is derived from entries and always comes with its reasons.

The start is never rewritten and no "remaining time" is ever stored. Extra time, suspensions, outages and the closing
window are entries; `explain` adds them up and says which of them decided.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from fractions import Fraction

from cequiz.language import tr


class ReasonKind(StrEnum):
    """Why the deadline is where it is."""

    STARTED = "started"
    LIMIT = "limit"
    FACTOR = "factor"
    ADJUSTED = "adjusted"
    SUSPENDED = "suspended"
    OUTAGE = "outage"
    CLOSES = "closes"
    UNTIMED = "untimed"
    CLOCK_MOVED = "clock_moved"


@dataclass(frozen=True)
class Adjustment:
    """Time given (positive) or taken (negative), by whom and why."""

    amount: timedelta
    reason: str
    actor: str
    at: datetime


@dataclass(frozen=True)
class Suspension:
    """A span in which the clock stood still; `until` is None while it still does."""

    since: datetime
    until: datetime | None = None


@dataclass(frozen=True)
class Outage:
    """A span in which a session was gone without having left; `until` is None until the student is back."""

    since: datetime
    allowed: timedelta
    """The most of it that is given back: what was left of the course's credit when it was found."""
    until: datetime | None = None

    @property
    def credit(self) -> timedelta:
        """What it adds to the deadline; while it lasts, everything that may be given back."""
        return self.allowed if self.until is None else min(self.until - self.since, self.allowed)


@dataclass(frozen=True)
class ClockMove:
    """A wall clock that was seen to be moved during the attempt; it never changes the deadline."""

    amount: timedelta
    at: datetime


@dataclass(frozen=True)
class Reason:
    """One line of the explanation: what it is, what it adds, and the words for a person."""

    kind: ReasonKind
    words: str
    amount: timedelta | None = None
    at: datetime | None = None
    until: datetime | None = None
    """The end of a span that began at `at` and is over."""
    allowed: timedelta | None = None
    """The most that an outage could give back."""
    adjustment: Adjustment | None = None
    """What the office gave or took; the words keep from the student who did it."""


@dataclass(frozen=True)
class Explanation:
    """A deadline (UTC; None when there is none) with every reason for it, in the order they count."""

    deadline: datetime | None
    reasons: tuple[Reason, ...]
    suspended: bool = False


@dataclass(frozen=True)
class TimeLedger:
    """Everything that decides how long an attempt may take."""

    started_at: datetime
    limit: timedelta | None
    """The course's time limit; None for an untimed exam."""
    factor: Fraction = Fraction(1)
    """The person's accommodation: 3/2 is time and a half."""
    untimed: bool = False
    """Whether the person's accommodation lifts the limit."""
    adjustments: tuple[Adjustment, ...] = ()
    suspensions: tuple[Suspension, ...] = ()
    outages: tuple[Outage, ...] = ()
    closes_at: datetime | None = None
    """When the exam's own window closes, whatever time is left."""
    moves: tuple[ClockMove, ...] = ()

    @property
    def suspended(self) -> bool:
        """Whether the clock stands still now."""
        return bool(self.suspensions) and self.suspensions[-1].until is None

    @property
    def outage(self) -> Outage | None:
        """The outage that lasts until the student presses a key; None when there is none."""
        return self.outages[-1] if self.outages and self.outages[-1].until is None else None

    @property
    def waits(self) -> bool:
        """Whether the clock waits for the student: it is suspended, or an outage lasts."""
        return self.suspended or self.outage is not None

    @property
    def timed(self) -> bool:
        """Whether there is a limit at all."""
        return self.limit is not None and not self.untimed

    @property
    def deadline(self) -> datetime | None:
        """The last instant (UTC) at which an answer counts; None while there is none."""
        return explain(self).deadline

    def suspend(self, at: datetime) -> TimeLedger:
        """Return the ledger with the clock stopped; a clock that stands still stays as it is."""
        return self if self.suspended else replace(self, suspensions=(*self.suspensions, Suspension(at)))

    def resume(self, at: datetime) -> TimeLedger:
        """Return the ledger with a suspension ended; a running clock stays as it is."""
        if not self.suspended:
            return self
        ended = replace(self.suspensions[-1], until=at)
        return replace(self, suspensions=(*self.suspensions[:-1], ended))

    def fail(self, since: datetime, allowed: timedelta) -> TimeLedger:
        """Return the ledger with an outage that lasts; one that lasts already, or a suspended clock, stays as it is."""
        return self if self.waits else replace(self, outages=(*self.outages, Outage(since, allowed)))

    def go_on(self, at: datetime) -> TimeLedger:
        """Return the ledger with the clock running, whatever it waited for."""
        running = self.resume(at)
        outage = running.outage
        if outage is None:
            return running
        ended = replace(outage, until=max(at, outage.since))
        return replace(running, outages=(*running.outages[:-1], ended))

    def left(self, at: datetime) -> timedelta | None:
        """Return the time that is left at `at` (UTC), never below zero; None where there is no deadline.

        While the clock stands still this does not change; once an outage has used up its credit it runs down.
        """
        deadline = explain(self.go_on(at)).deadline
        return None if deadline is None else max(deadline - at, timedelta())


def allowance(limit: timedelta, factor: Fraction) -> timedelta:
    """Return the limit times the factor, exact to the microsecond (rounded up, in favour of the student)."""
    microseconds = Fraction(limit // timedelta(microseconds=1)) * factor
    return timedelta(microseconds=-(-microseconds.numerator // microseconds.denominator))


def explain(ledger: TimeLedger) -> Explanation:
    """Return the deadline and every reason for it.

    An open suspension has no deadline of its own (the clock stands still), so only a closing window can end it. An
    outage that lasts has the deadline that it can reach at most.
    """
    reasons = [Reason(ReasonKind.STARTED, tr("Started"), at=ledger.started_at)]
    deadline = _timed(ledger, reasons)
    if ledger.closes_at is not None and (deadline is None or ledger.closes_at < deadline):
        deadline = ledger.closes_at
        reasons.append(Reason(ReasonKind.CLOSES, tr("The exam's own window closes before that"), at=ledger.closes_at))
    moved = tr("This computer's clock was moved; your time was not changed")
    reasons += [Reason(ReasonKind.CLOCK_MOVED, moved, move.amount, move.at) for move in ledger.moves]
    return Explanation(deadline, tuple(reasons), suspended=ledger.suspended)


def _timed(ledger: TimeLedger, reasons: list[Reason]) -> datetime | None:
    if ledger.limit is None or ledger.untimed:
        lifted = ledger.limit is not None
        words = tr("Your accommodation: no time limit") if lifted else tr("No time limit")
        reasons.append(Reason(ReasonKind.UNTIMED, words))
        return None
    full = allowance(ledger.limit, ledger.factor)
    reasons.append(Reason(ReasonKind.LIMIT, tr("Time limit of the exam"), ledger.limit))
    if ledger.factor != 1:
        words = tr("Your accommodation: {factor} times the limit", factor=_decimal(ledger.factor))
        reasons.append(Reason(ReasonKind.FACTOR, words, full - ledger.limit))
    for entry in ledger.adjustments:
        words = tr("{reason} (by the provider)", reason=entry.reason)
        reasons.append(Reason(ReasonKind.ADJUSTED, words, entry.amount, entry.at, adjustment=entry))
    reasons += [_given_back(outage) for outage in ledger.outages]
    for pause in ledger.suspensions:
        if pause.until is None:
            reasons.append(Reason(ReasonKind.SUSPENDED, tr("The clock stands still since"), at=pause.since))
            return None
        reasons.append(
            Reason(
                ReasonKind.SUSPENDED, tr("The clock stood still"), pause.until - pause.since, pause.since, pause.until
            )
        )
    return ledger.started_at + sum((one.amount for one in reasons if one.amount is not None), timedelta())


def _given_back(outage: Outage) -> Reason:
    words = tr("Outage: what can be given back") if outage.until is None else tr("Outage: given back")
    return Reason(ReasonKind.OUTAGE, words, outage.credit, outage.since, outage.until, outage.allowed)


def _decimal(factor: Fraction) -> str:
    return f"{float(factor):g}"
