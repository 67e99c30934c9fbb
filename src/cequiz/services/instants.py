"""Instants in the sentences of services: a refusal says when it ends, and services know no library of dates.

Front ends say their dates through `cequiz.frontends.dates`; a test compares the two in every language.
"""

from __future__ import annotations

from datetime import datetime, tzinfo

from cequiz.language import mark, tr

MONTHS = (
    mark("January"),
    mark("February"),
    mark("March"),
    mark("April"),
    mark("May"),
    mark("June"),
    mark("July"),
    mark("August"),
    mark("September"),
    mark("October"),
    mark("November"),
    mark("December"),
)
"""English months: the C library's would follow the machine's language, not the one that is spoken."""


def instant_words(at: datetime) -> str:
    """Return an instant in the machine's own zone, to the second, such as `22 November 2026, 14:32:05 CET`."""
    local = in_zone(at, None)
    return tr(
        "{day:02} {month} {year}, {time} {zone}",
        day=local.day,
        month=tr(MONTHS[local.month - 1]),
        year=local.year,
        time=f"{local:%H:%M:%S}",
        zone=local.tzname() or f"UTC{local:%z}",
    )


def in_zone(at: datetime, zone: tzinfo | None) -> datetime:
    """Return an instant in a zone (None: the machine's own); where the calendar ends before it does there, in UTC."""
    try:
        return at.astimezone(zone)
    except OverflowError:
        return at
