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
    HELD = "held"
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
    held: timedelta = timedelta()
    """How much of it the office had suspended the exam for, which counts there."""

    @property
    def credit(self) -> timedelta:
        """What it adds to the deadline; nothing yet while it lasts."""
        return timedelta() if self.until is None else self.until - self.since - self.held


@dataclass(frozen=True)
class Hold:
    """A span for which the office suspended the exam; `until` is None while it still does."""

    since: datetime
    reason: str
    actor: str
    until: datetime | None = None

    def covers(self, at: datetime) -> bool:
        """Whether something received at `at` (UTC) came after the exam was suspended and before it went on."""
        return self.since < at and (self.until is None or at < self.until)


@dataclass(frozen=True)
class Outage:
    """A span in which a session was gone without having left; `until` is None until the student is back."""

    since: datetime
    allowed: timedelta
    """The most of it that is given back: what was left of the course's credit when it was found."""
    until: datetime | None = None
    held: timedelta = timedelta()
    """How much of it the office had suspended the exam for: that is not the session's fault, and costs no credit."""

    @property
    def credit(self) -> timedelta:
        """What it adds to the deadline; while it lasts, everything that may be given back."""
        return self.allowed if self.until is None else min(self.until - self.since - self.held, self.allowed)


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
    hold: Hold | None = None
    """For which the office suspended the exam; the words keep from the student who did it."""


@dataclass(frozen=True)
class Explanation:
    """A deadline (UTC; None when there is none) with every reason for it, in the order they count."""

    deadline: datetime | None
    reasons: tuple[Reason, ...]
    suspended: bool = False
    """Whether the clock stands still now, because the exam was left or because the office suspended it."""


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
    holds: tuple[Hold, ...] = ()
    closes_at: datetime | None = None
    """When the exam's own window closes, whatever time is left; what the office suspends the exam for moves it too."""
    moves: tuple[ClockMove, ...] = ()

    @property
    def suspended(self) -> bool:
        """Whether the clock stands still because the exam was left; the office's own suspension is `held`."""
        return bool(self.suspensions) and self.suspensions[-1].until is None

    @property
    def outage(self) -> Outage | None:
        """The outage that lasts until the student presses a key; None when there is none."""
        return self.outages[-1] if self.outages and self.outages[-1].until is None else None

    @property
    def held(self) -> Hold | None:
        """For which the office has suspended the exam now; None while it has not."""
        return self.holds[-1] if self.holds and self.holds[-1].until is None else None

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
        since = self.suspensions[-1].since
        ended = replace(self.suspensions[-1], until=at, held=self.held_within(since, at))
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
        until = max(at, outage.since)
        ended = replace(outage, until=until, held=self.held_within(outage.since, until))
        return replace(running, outages=(*running.outages[:-1], ended))

    def hold(self, at: datetime, *, reason: str, actor: str) -> TimeLedger:
        """Return the ledger with the exam suspended by the office; one that is stays as it is."""
        return self if self.held else replace(self, holds=(*self.holds, Hold(at, reason, actor)))

    def release(self, at: datetime) -> TimeLedger:
        """Return the ledger with the office's suspension ended; whatever else the clock waited for it still does."""
        held = self.held
        if held is None:
            return self
        return replace(self, holds=(*self.holds[:-1], replace(held, until=max(at, held.since))))

    def held_within(self, since: datetime, until: datetime) -> timedelta:
        """Return for how much of a span the office had suspended the exam."""
        parts = (min(one.until or until, until) - max(one.since, since) for one in self.holds)
        return sum((part for part in parts if part > timedelta()), timedelta())

    def elapsed(self, since: datetime, until: datetime) -> timedelta:
        """Return how long a span was, without what the office had suspended the exam for."""
        return until - since - self.held_within(since, until)

    def hold_at(self, at: datetime) -> Hold | None:
        """Return the hold that covers an instant (UTC); None where the office let the exam run."""
        return next((one for one in self.holds if one.covers(at)), None)

    def left(self, at: datetime) -> timedelta | None:
        """Return the time that is left at `at` (UTC), never below zero; None where there is no deadline.

        While the clock stands still this does not change; once an outage has used up its credit it runs down.
        """
        deadline = explain(self.release(at).go_on(at)).deadline
        return None if deadline is None else max(deadline - at, timedelta())


def allowance(limit: timedelta, factor: Fraction) -> timedelta:
    """Return the limit times the factor, exact to the microsecond (rounded up, in favour of the student)."""
    microseconds = Fraction(limit // timedelta(microseconds=1)) * factor
    return timedelta(microseconds=-(-microseconds.numerator // microseconds.denominator))


def explain(ledger: TimeLedger) -> Explanation:
    """Return the deadline and every reason for it.

    An open suspension has no deadline of its own (the clock stands still), so only a closing window can end it. An
    outage that lasts has the deadline that it can reach at most. While the office suspends an exam nothing ends it, and
    the window is moved by as long: no student loses time that the house took.
    """
    reasons = [Reason(ReasonKind.STARTED, tr("Started"), at=ledger.started_at)]
    deadline = _timed(ledger, reasons)
    closes = _window_closes(ledger)
    if closes is not None and (deadline is None or closes < deadline):
        deadline = closes
        reasons.append(Reason(ReasonKind.CLOSES, tr("The exam's own window closes before that"), at=closes))
    if ledger.held:
        deadline = None
    moved = tr("This computer's clock was moved; your time was not changed")
    reasons += [Reason(ReasonKind.CLOCK_MOVED, moved, move.amount, move.at) for move in ledger.moves]
    return Explanation(deadline, tuple(reasons), suspended=ledger.suspended or ledger.held is not None)


def _window_closes(ledger: TimeLedger) -> datetime | None:
    """Return when the exam's own window closes, moved by what the office suspended the exam for; None: never."""
    if ledger.closes_at is None or ledger.held:
        return None
    moved = sum((one.until - one.since for one in ledger.holds if one.until is not None), timedelta())
    try:
        return ledger.closes_at + moved
    except OverflowError:  # it stands at the end of the calendar already
        return ledger.closes_at


def _timed(ledger: TimeLedger, reasons: list[Reason]) -> datetime | None:
    if ledger.limit is None or ledger.untimed:
        lifted = ledger.limit is not None
        words = tr("Your accommodation: no time limit") if lifted else tr("No time limit")
        reasons.append(Reason(ReasonKind.UNTIMED, words))
        reasons += [_held(hold) for hold in ledger.holds]
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
    reasons += [_held(hold) for hold in ledger.holds]
    reasons += [_stood_still(pause) for pause in ledger.suspensions]
    if ledger.suspended or ledger.held:
        return None
    return ledger.started_at + sum((one.amount for one in reasons if one.amount is not None), timedelta())


def _given_back(outage: Outage) -> Reason:
    words = tr("Outage: what can be given back") if outage.until is None else tr("Outage: given back")
    return Reason(ReasonKind.OUTAGE, words, outage.credit, outage.since, outage.until, outage.allowed)


def _held(hold: Hold) -> Reason:
    words = tr("Suspended by the provider: {reason}", reason=hold.reason)
    amount = None if hold.until is None else hold.until - hold.since
    return Reason(ReasonKind.HELD, words, amount, hold.since, hold.until, hold=hold)


def _stood_still(pause: Suspension) -> Reason:
    if pause.until is None:
        return Reason(ReasonKind.SUSPENDED, tr("The clock stands still since"), at=pause.since)
    return Reason(ReasonKind.SUSPENDED, tr("The clock stood still"), pause.credit, pause.since, pause.until)


def _decimal(factor: Fraction) -> str:
    return f"{float(factor):g}"
