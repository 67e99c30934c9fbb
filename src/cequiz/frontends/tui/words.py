"""Times and numbers as a person reads them; the same words on every screen."""

from __future__ import annotations

from datetime import datetime, timedelta, tzinfo


def clock_text(left: timedelta) -> str:
    """Return a time left as `24:31`, or `1:04:31` from an hour on; a started second still counts."""
    seconds = -(-left // timedelta(seconds=1))
    minutes, seconds = divmod(max(seconds, 0), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def span_text(span: timedelta) -> str:
    """Return a duration in words, such as `1 hour 30 minutes`, `24 hours` or `45 seconds`."""
    total = abs(span) // timedelta(seconds=1)
    minutes, seconds = divmod(total, 60)
    hours, minutes = divmod(minutes, 60)
    parts = [(hours, "hour"), (minutes, "minute"), (seconds, "second")]
    return " ".join(plural(count, name) for count, name in parts if count) or "0 seconds"


def plural(count: int, name: str) -> str:
    """Return a count with its noun, such as `1 question` or `20 questions`."""
    return f"{count} {name}" if count == 1 else f"{count} {name}s"


def instant_text(at: datetime, zone: tzinfo | None) -> str:
    """Return an instant with its date and zone, such as `22 November 2026, 14:32 CET`.

    Args:
        at: an aware instant.
        zone: the zone to show it in; None for the machine's own.
    """
    local = at.astimezone(zone)
    return f"{local.day} {local:%B %Y, %H:%M} {zone_name(local)}"


def short_text(at: datetime, zone: tzinfo | None, *, now: datetime) -> str:
    """Return an instant without its date when it is today, such as `14:32 CET`; else with it."""
    local = at.astimezone(zone)
    if local.date() == now.astimezone(zone).date():
        return f"{local:%H:%M} {zone_name(local)}"
    return instant_text(at, zone)


def zone_name(local: datetime) -> str:
    """Return the name of a time's zone, such as `CET` or `UTC+05:30` where the zone has none."""
    return local.tzname() or f"UTC{local:%z}"
