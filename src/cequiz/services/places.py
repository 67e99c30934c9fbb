"""Places that people come from over a line, and how often something may fail, or be done, from one of them.

A place is an address as whoever holds the line tells it; the store keeps a tag of it and nothing else. This room knows
how to count within a stretch of time and when to refuse, not what is counted.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address

from cequiz.errors import NotAllowed
from cequiz.language import tr, trn
from cequiz.services.ports import Unit
from cequiz.services.ports.visits import Tries
from cequiz.services.waiting import has_begun, in_force, minutes_left


def place_of(address: str) -> str:
    """Return what counts as one place: an IPv4 address, the network of 64 bits of an IPv6 address, or what was given.

    Args:
        address: as a socket or a proxy tells it; empty for this machine.
    """
    try:
        found = ip_address(address.strip())
    except ValueError:
        return address.strip().casefold()
    if isinstance(found, IPv6Address):
        return str(found.ipv4_mapped or IPv6Address(int(found) >> 64 << 64))
    return str(found)


def tag_of(unit: Unit, address: str) -> str:
    """Return the tag of the place that an address stands for; empty for this machine."""
    return unit.door.tag(place_of(address)) if address else ""


def stretch(unit: Unit, subject: str, now: datetime, length: timedelta, *, since_last: bool = False) -> Tries:
    """Return what was counted under a subject in the stretch of time under way, which may be a new one.

    Args:
        unit: the transaction.
        subject: what is counted.
        now: the moment.
        length: of a stretch; a lock that was set in it is waited for whatever its length.
        since_last: whether the stretch begins anew with everything that is counted.
    """
    found = unit.door.tries(subject)
    if found is not None:
        begun = found.last_at if since_last else found.since
        goes_on = has_begun(begun, now) and now < begun + length
        if in_force(found.until, since=found.last_at, now=now) if found.until is not None else goes_on:
            return found
    return Tries(subject=subject, count=0, since=now, last_at=now)


def refuse_locked(unit: Unit, subject: str, now: datetime) -> None:
    """Refuse a place whose count has locked it.

    Raises:
        NotAllowed: says how long.
    """
    if left := locked_for(unit, subject, now):
        hint = trn("Wait {count} minute, then try again.", "Wait {count} minutes, then try again.", left)
        raise NotAllowed(tr("Too many tries from your address."), hint=hint)


def locked_for(unit: Unit, subject: str, now: datetime) -> int:
    """Return for how many minutes a count still locks a place; 0 where it does not."""
    found = unit.door.tries(subject)
    if found is None or found.until is None or not in_force(found.until, since=found.last_at, now=now):
        return 0
    return minutes_left(found.until, now)


def count(unit: Unit, subject: str, now: datetime, *, within: timedelta, most: int, lock: timedelta) -> int | None:
    """Count one more under a subject that is not locked, and return how many there are if that locks it.

    Args:
        unit: the transaction.
        subject: what is counted.
        now: the moment.
        within: the stretch of time.
        most: as many of them lock the subject.
        lock: for how long.
    """
    before = stretch(unit, subject, now, within)
    after = replace(before, count=before.count + 1, last_at=now)
    locks = after.count >= most
    unit.door.count(replace(after, until=now + lock) if locks else after)
    return after.count if locks else None
