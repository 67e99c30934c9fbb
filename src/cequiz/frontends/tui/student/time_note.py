"""A deadline and the reasons for it, in lines of text."""

from __future__ import annotations

from datetime import timedelta, tzinfo

from cequiz.domain.exam.ledger import Explanation, Reason
from cequiz.frontends.tui.words import instant_text, span_text


def time_lines(explanation: Explanation, zone: tzinfo | None, *, lead: str = "") -> list[str]:
    """Return the deadline first, then every reason in the order it counts.

    Args:
        explanation: the deadline with its reasons.
        zone: the zone to show times in; None for the machine's own.
        lead: words before the deadline, such as `If you start now: `.
    """
    if explanation.deadline is not None:
        first = f"the deadline is {instant_text(explanation.deadline, zone)}."
    elif explanation.suspended:
        first = "the clock stands still."
    else:
        first = "there is no deadline."
    first = lead + first
    return [first[0].upper() + first[1:], *(f"· {_line(reason, zone)}" for reason in explanation.reasons)]


def _line(reason: Reason, zone: tzinfo | None) -> str:
    parts = [reason.words]
    if reason.amount is not None:
        sign = "-" if reason.amount < timedelta() else ""
        parts.append(f"{sign}{span_text(reason.amount)}")
    if reason.at is not None:
        parts.append(instant_text(reason.at, zone))
    return ", ".join(parts)
