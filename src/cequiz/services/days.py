"""Days of certificates: completion and issue are days of the provider's calendar, wherever they are looked at."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo

from cequiz.services.instants import in_zone
from cequiz.services.ports import Unit


def provider_zone(unit: Unit) -> tzinfo:
    """Return the time zone of the provider's days; UTC while there is no provider, as on a SPECIMEN."""
    provider = unit.providers.get()
    return provider.zone() if provider is not None else UTC


def day_words(at: datetime, zone: tzinfo) -> str:
    """Return the day of an instant for a list, such as `2026-11-22`.

    Args:
        at: an aware instant.
        zone: the provider's.
    """
    return f"{in_zone(at, zone):%Y-%m-%d}"
