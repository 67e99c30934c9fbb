"""Durations and instants in words that a screen reader speaks well."""

from __future__ import annotations

from datetime import timedelta

WARNINGS = (timedelta(minutes=10), timedelta(minutes=5), timedelta(minutes=1))
"""The time left at which it is announced."""


def duration_words(span: timedelta) -> str:
    """Return a duration such as `1 hour 5 minutes`, cut to the second; a negative one begins with `minus`."""
    if span < timedelta():
        return f"minus {duration_words(-span)}"
    seconds = int(span.total_seconds())
    parts = ((seconds // 3600, "hour"), (seconds // 60 % 60, "minute"), (seconds % 60, "second"))
    words = [f"{count} {unit}" if count == 1 else f"{count} {unit}s" for count, unit in parts if count]
    return " ".join(words) or "0 seconds"


def place_words(places: list[int]) -> str:
    """Return places for a sentence: `3, 5 and 12`."""
    *first, last = [str(place) for place in places]
    return f"{', '.join(first)} and {last}" if first else last
