"""Looking for long and holding the store briefly: what was seen counts if nothing was done in between that touches it.

While the store is held nobody's answer is saved, so whatever takes seconds to find out is found out before. Which
deeds would make it untrue is for the caller to say; every deed of the office is in the audit record.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from cequiz.services.ports import AuditQuery, Ports, Unit, Window

T = TypeVar("T")

_TRIES = 3
"""How often it is looked before the store is held; then once more while it is, so that it comes to an end."""


@contextmanager
def as_seen(ports: Ports, look: Callable[[Unit], T], *, unless: tuple[str, ...]) -> Iterator[tuple[Unit, T]]:
    """Open a transaction in which what was seen before it still holds.

    Args:
        ports: the outside world.
        look: finds out, changes nothing, and may be asked several times.
        unless: the beginnings of the deeds that would make it untrue.
    """
    for _ in range(_TRIES):
        with ports.store.read() as unit:
            before, found = _deeds(unit), look(unit)
        with ports.store.write() as unit:
            count = _deeds(unit) - before
            since = unit.listings.audit(AuditQuery(), Window(limit=count)).rows if count else ()
            if not any(one.deed.startswith(unless) for one in since):
                yield unit, found
                return
    with ports.store.write() as unit:
        yield unit, look(unit)


def _deeds(unit: Unit) -> int:
    """Return how many deeds are on record."""
    return unit.listings.audit(AuditQuery(), Window(limit=1)).total
