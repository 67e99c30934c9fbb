"""Dates, times, durations and numbers as a person reads them, in the language that is spoken.

Every face says them with these words, so that a deadline reads the same wherever it stands. English is worded here;
for every other language the room asks Babel, and loads it only then. It must not know screens, and nothing in it goes
into a record or into JSON: those have UTC and plain digits.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta, tzinfo
from fractions import Fraction
from typing import TYPE_CHECKING

from cequiz.language import SOURCE, spoken, tr, trn
from cequiz.services.instants import MONTHS, in_zone

if TYPE_CHECKING:
    from collections.abc import Sequence

    from babel import Locale


def clock_text(left: timedelta) -> str:
    """Return a time left as `24:31`, or `1:04:31` from an hour on; a started second still counts."""
    seconds = -(-left // timedelta(seconds=1))
    minutes, seconds = divmod(max(seconds, 0), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def duration_words(span: timedelta) -> str:
    """Return a duration such as `1 hour 5 minutes`, cut to the second; a negative one begins with `minus`."""
    if span < timedelta():
        return tr("minus {duration}", duration=duration_words(-span))
    minutes, seconds = divmod(span // timedelta(seconds=1), 60)
    hours, minutes = divmod(minutes, 60)
    words = [
        *([trn("{count} hour", "{count} hours", hours)] if hours else []),
        *([trn("{count} minute", "{count} minutes", minutes)] if minutes else []),
        *([trn("{count} second", "{count} seconds", seconds)] if seconds else []),
    ]
    return " ".join(words) or trn("{count} second", "{count} seconds", 0)


def span_text(span: timedelta) -> str:
    """Return how long something is, whichever way it goes: `1 hour 30 minutes`, `24 hours`, `45 seconds`."""
    return duration_words(abs(span))


def instant_text(at: datetime, zone: tzinfo | None) -> str:
    """Return an instant with its date and zone, such as `22 November 2026, 14:32 CET`.

    Args:
        at: an aware instant.
        zone: the zone to show it in; None for the machine's own.
    """
    local = in_zone(at, zone)
    return f"{date_text(local)}, {local:%H:%M} {zone_name(local)}"


def list_text(at: datetime, zone: tzinfo | None) -> str:
    """Return an instant as lists show it, always as wide: `2026-11-22 14:32`.

    Args:
        at: an aware instant.
        zone: the zone to show it in; None for the machine's own.
    """
    return f"{in_zone(at, zone):%Y-%m-%d %H:%M}"


def short_text(at: datetime, zone: tzinfo | None, *, now: datetime) -> str:
    """Return an instant without its date when it is today, such as `14:32 CET`; else with it."""
    local = in_zone(at, zone)
    if local.date() == in_zone(now, zone).date():
        return f"{local:%H:%M} {zone_name(local)}"
    return instant_text(at, zone)


def deadline_words(deadline: datetime | None, zone: tzinfo | None = None) -> str:
    """Return a deadline to the second, such as `22 November 2026, 14:32:05 CET`, or `no deadline`."""
    if deadline is None:
        return tr("no deadline")
    local = in_zone(deadline, zone)
    return f"{date_text(local, digits=2)}, {local:%H:%M:%S} {zone_name(local)}"


def clock_words(instant: datetime) -> str:
    """Return an instant for a table, to the second, in this machine's zone: `2026-11-22 14:32:05 CET`.

    The order year, month, day is read alike in every language, and rows of it sort.
    """
    return in_zone(instant, None).strftime("%Y-%m-%d %H:%M:%S %Z")


def date_text(local: date, *, digits: int = 1) -> str:
    """Return a day, or that of a local time, such as `22 November 2026` or `22 de noviembre de 2026`.

    Args:
        local: a day, or a time in the zone it is shown in.
        digits: how many digits the day has at least.
    """
    if spoken() == SOURCE:
        return f"{local.day:0{digits}} {MONTHS[local.month - 1]} {local.year}"
    from babel.dates import format_date  # noqa: PLC0415 - loaded only for who speaks another language

    return format_date(local, format="long", locale=_locale())


def zone_name(local: datetime) -> str:
    """Return the name of a time's zone, such as `CET` or `UTC+05:30` where the zone has none."""
    return local.tzname() or f"UTC{local:%z}"


def percent(share: Fraction) -> str:
    """Return a percentage, cut (never rounded up) to one decimal: `69.9 %`, `85 %`, in Spanish `69,9 %`."""
    from cequiz.domain.exam.marking import percent_text  # noqa: PLC0415 - no date needs the questions behind it

    return f"{_point(percent_text(share))} %"


def points(earned: Fraction) -> str:
    """Return points, cut to two decimals: `17`, `16.5`, in Spanish `16,5`."""
    from cequiz.domain.exam.marking import points_text  # noqa: PLC0415 - as above

    return _point(points_text(earned))


def listed(words: Sequence[str]) -> str:
    """Return words for a sentence, such as `3, 5 and 12`; one word stands alone."""
    if len(words) < 2 or spoken() == SOURCE:
        *first, last = words
        return f"{', '.join(first)} and {last}" if first else last
    from babel.lists import format_list  # noqa: PLC0415 - loaded only for who speaks another language

    return format_list(list(words), locale=_locale())


def _point(digits: str) -> str:
    """Return digits with the decimal sign of the language."""
    if spoken() == SOURCE or "." not in digits:
        return digits
    from babel.numbers import get_decimal_symbol  # noqa: PLC0415 - loaded only for who speaks another language

    return digits.replace(".", get_decimal_symbol(_locale()))


def _locale() -> Locale:
    from babel import Locale  # noqa: PLC0415 - as above

    return Locale.parse(spoken())
