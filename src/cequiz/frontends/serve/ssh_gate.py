"""How many connections may stand at the door, in all and from one address, before anybody has said who they are.

Strangers have half of the connections at most, so that they are never in the way of students who are in. Where more of
them come, the oldest makes room: who only stands there keeps nobody out. It counts and knows nothing of SSH. Sessions
of people who are in are counted by the host.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from cequiz.frontends.serve.rules import ServeRules
from cequiz.services.places import place_of

_FOR_EACH = 3
"""Connections for each session that is allowed: one for the screens, and one that fetches a certificate meanwhile."""

_MOST_TOLD = 100
"""Connections at once that are told why they are turned away; the others are closed without a word."""


@dataclass(frozen=True, eq=False)
class Place:
    """A connection's place at the gate."""

    origin: str
    """What counts as one place on the network."""
    put_out: Callable[[], bool]
    """Begins to end the connection and returns True; False, and nothing, where the server works for it just now."""


class Gate:
    """Connections that are open, and those of them at which nobody has signed in yet."""

    def __init__(self, rules: ServeRules) -> None:
        self._most = _FOR_EACH * rules.most_sessions
        self._most_near = _FOR_EACH * rules.most_per_address
        self._most_waiting = max(self._most // 2, 1)
        self._most_waiting_near = max(self._most_near // 2, 1)
        self._open: Counter[str] = Counter()
        self._waiting: dict[Place, None] = {}
        """In the order of coming."""
        self._places: set[Place] = set()
        self._told = 0

    def enter(self, address: str, *, put_out: Callable[[], bool]) -> Place | None:
        """Return a place for a new connection, if need be that of a stranger who came before; None where there is none.

        Args:
            address: where it comes from.
            put_out: as `Place` has it.
        """
        near = place_of(address)
        waiting = sum(one.origin == near for one in self._waiting)
        if (self._open[near] >= self._most_near or waiting >= self._most_waiting_near) and not self._make_room(near):
            return None
        if (self._open.total() >= self._most or len(self._waiting) >= self._most_waiting) and not self._make_room():
            return None
        place = Place(near, put_out)
        self._open[near] += 1
        self._waiting[place] = None
        self._places.add(place)
        return place

    def pass_in(self, place: Place) -> None:
        """Count a connection as one whose person is known."""
        self._waiting.pop(place, None)

    def leave(self, place: Place) -> None:
        """Count a connection no longer; one that had to make room was not counted by then."""
        if place not in self._places:
            return
        self._places.discard(place)
        self._waiting.pop(place, None)
        self._open[place.origin] -= 1
        if not self._open[place.origin]:  # an entry for every address that ever came would grow for ever
            del self._open[place.origin]

    def tell(self) -> bool:
        """Count somebody who is told why they are turned away, until `has_told`; False where many are told already."""
        told = self._told < _MOST_TOLD
        self._told += told
        return told

    def has_told(self) -> None:
        """Count them no longer."""
        self._told -= 1

    def _make_room(self, near: str | None = None) -> bool:
        """Put the oldest stranger out, of an address or of all, and return whether there was one."""
        for place in tuple(self._waiting):
            if near in {None, place.origin} and place.put_out():
                self.leave(place)
                return True
        return False
