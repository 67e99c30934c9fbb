"""Amounts of time as a person writes them, such as `10m` or `-90s`; the command line and the office read the same."""

from __future__ import annotations

import re
from datetime import timedelta

from cequiz.errors import WrongUsage
from cequiz.language import tr

_AMOUNT = re.compile(r"(?P<sign>[+-]?)(?P<count>\d{1,6})(?P<unit>[smhd])")
_SECONDS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}


def amount_of(text: str) -> timedelta:
    """Return an amount of time; a negative one begins with a minus.

    Raises:
        WrongUsage: it is none.
    """
    found = _AMOUNT.fullmatch(text.strip())
    if not found:
        raise WrongUsage(
            tr("{text} is not an amount of time.", text=repr(text)), hint=tr("Write it like 10m, -5m, 90s or 1h.")
        )
    amount = timedelta(seconds=int(found["count"]) * _SECONDS[found["unit"]])
    return -amount if found["sign"] == "-" else amount
