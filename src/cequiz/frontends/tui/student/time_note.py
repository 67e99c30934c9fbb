"""A deadline and the reasons for it, in lines of text."""

from __future__ import annotations

from datetime import timedelta, tzinfo

from cequiz.domain.exam.ledger import Explanation, Reason, ReasonKind
from cequiz.frontends.dates import instant_text, span_text
from cequiz.frontends.standstill import held_line, outage_line
from cequiz.language import mark, tr

_DEADLINE = mark("The deadline is {until}.")
_IF_STARTED = mark("If you start now, the deadline is {until}.")


def time_lines(explanation: Explanation, zone: tzinfo | None, *, planned: bool = False) -> list[str]:
    """Return the deadline first, then every reason in the order it counts.

    Args:
        explanation: the deadline with its reasons.
        zone: the zone to show times in; None for the machine's own.
        planned: whether the exam has not started: the deadline is the one of a start now.
    """
    if explanation.deadline is not None:
        until = instant_text(explanation.deadline, zone)
        first = tr(_DEADLINE if not planned else _IF_STARTED, until=until)
    elif explanation.suspended:
        first = tr("The clock stands still.")
    else:
        first = tr("There is no deadline.")
    return [first, *(f"· {_line(reason, zone)}" for reason in explanation.reasons)]


def _line(reason: Reason, zone: tzinfo | None) -> str:
    if reason.kind is ReasonKind.OUTAGE:
        return outage_line(reason, zone)
    if reason.kind is ReasonKind.HELD:
        return held_line(reason, zone)
    parts = [reason.words]
    if reason.amount is not None:
        sign = "-" if reason.amount < timedelta() else ""
        parts.append(f"{sign}{span_text(reason.amount)}")
    if reason.at is not None:
        parts.append(instant_text(reason.at, zone))
    return ", ".join(parts)
