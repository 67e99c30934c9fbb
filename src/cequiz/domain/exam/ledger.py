"""The ledger of time: the deadline is derived from entries and always comes with its reasons.

The start is never rewritten and no "remaining time" is ever stored. Extra time, suspensions and the closing window
are entries; `explain` adds them up and says which of them decided.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from fractions import Fraction


class ReasonKind(StrEnum):
    """Why the deadline is where it is."""

    STARTED = "started"
    LIMIT = "limit"
    FACTOR = "factor"
    ADJUSTED = "adjusted"
    SUSPENDED = "suspended"
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
    adjustments: tuple[Adjustment, ...] = ()
    suspensions: tuple[Suspension, ...] = ()
    closes_at: datetime | None = None
    """When the exam's own window closes, whatever time is left."""
    moves: tuple[ClockMove, ...] = ()

    @property
    def suspended(self) -> bool:
        """Whether the clock stands still now."""
        return bool(self.suspensions) and self.suspensions[-1].until is None

    @property
    def deadline(self) -> datetime | None:
        """The last instant (UTC) at which an answer counts; None while there is none."""
        return explain(self).deadline

    def suspend(self, at: datetime) -> TimeLedger:
        """Return the ledger with the clock stopped; a clock that stands still stays as it is."""
        return self if self.suspended else replace(self, suspensions=(*self.suspensions, Suspension(at)))

    def resume(self, at: datetime) -> TimeLedger:
        """Return the ledger with the clock running again; a running clock stays as it is."""
        if not self.suspended:
            return self
        ended = replace(self.suspensions[-1], until=at)
        return replace(self, suspensions=(*self.suspensions[:-1], ended))


def allowance(limit: timedelta, factor: Fraction) -> timedelta:
    """Return the limit times the factor, exact to the microsecond (rounded up, in favour of the student)."""
    microseconds = Fraction(limit // timedelta(microseconds=1)) * factor
    return timedelta(microseconds=-(-microseconds.numerator // microseconds.denominator))


def explain(ledger: TimeLedger) -> Explanation:
    """Return the deadline and every reason for it.

    An open suspension has no deadline of its own (the clock stands still), so only a closing window can end it.
    """
    reasons = [Reason(ReasonKind.STARTED, "Started", at=ledger.started_at)]
    deadline = _timed(ledger, reasons)
    if ledger.closes_at is not None and (deadline is None or ledger.closes_at < deadline):
        deadline = ledger.closes_at
        reasons.append(Reason(ReasonKind.CLOSES, "The exam's own window closes before that", at=ledger.closes_at))
    reasons += [
        Reason(
            ReasonKind.CLOCK_MOVED, "This computer's clock was moved; your time was not changed", move.amount, move.at
        )
        for move in ledger.moves
    ]
    return Explanation(deadline, tuple(reasons), suspended=ledger.suspended)


def _timed(ledger: TimeLedger, reasons: list[Reason]) -> datetime | None:
    if ledger.limit is None:
        reasons.append(Reason(ReasonKind.UNTIMED, "No time limit"))
        return None
    full = allowance(ledger.limit, ledger.factor)
    reasons.append(Reason(ReasonKind.LIMIT, "Time limit of the exam", ledger.limit))
    if ledger.factor != 1:
        words = f"Your accommodation: {_decimal(ledger.factor)} times the limit"
        reasons.append(Reason(ReasonKind.FACTOR, words, full - ledger.limit))
    deadline = ledger.started_at + full
    for entry in ledger.adjustments:
        deadline += entry.amount
        reasons.append(Reason(ReasonKind.ADJUSTED, f"{entry.reason} (by {entry.actor})", entry.amount, entry.at))
    for pause in ledger.suspensions:
        if pause.until is None:
            reasons.append(Reason(ReasonKind.SUSPENDED, "The clock stands still since", at=pause.since))
            return None
        deadline += pause.until - pause.since
        reasons.append(Reason(ReasonKind.SUSPENDED, "The clock stood still", pause.until - pause.since, pause.since))
    return deadline


def _decimal(factor: Fraction) -> str:
    return f"{float(factor):g}"
