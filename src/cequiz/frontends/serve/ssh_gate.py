"""How many connections may stand at the door, in all and from one address, before anybody has said who they are.

It counts and knows nothing of SSH. Sessions of people who are in are counted by the host.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from cequiz.frontends.serve.rules import ServeRules
from cequiz.services.places import place_of

_FOR_EACH = 3
"""Connections for each session that is allowed: one for the screens, and one that fetches a certificate meanwhile."""


@dataclass(frozen=True)
class Place:
    """A connection's place at the gate."""

    origin: str
    """What counts as one place on the network."""


class Gate:
    """Connections that are open, and those of them at which nobody has signed in yet."""

    def __init__(self, rules: ServeRules) -> None:
        self._most = _FOR_EACH * rules.most_sessions
        self._most_near = _FOR_EACH * rules.most_per_address
        self._most_waiting = max(rules.most_sessions, 1)
        self._most_waiting_near = max(rules.most_per_address, 1)
        self._open: Counter[str] = Counter()
        self._waiting: Counter[str] = Counter()

    def enter(self, address: str) -> Place | None:
        """Return a place for a new connection; None where there is none."""
        near = place_of(address)
        if (
            self._open.total() >= self._most
            or self._open[near] >= self._most_near
            or self._waiting.total() >= self._most_waiting
            or self._waiting[near] >= self._most_waiting_near
        ):
            return None
        self._open[near] += 1
        self._waiting[near] += 1
        return Place(near)

    def pass_in(self, place: Place) -> None:
        """Count a connection as one whose person is known."""
        _take_one(self._waiting, place.origin)

    def leave(self, place: Place, *, known: bool) -> None:
        """Count a connection no longer.

        Args:
            place: what `enter` returned.
            known: whether it had passed in.
        """
        _take_one(self._open, place.origin)
        if not known:
            self.pass_in(place)


def _take_one(counted: Counter[str], name: str) -> None:
    counted[name] -= 1
    if counted[name] <= 0:  # an entry for every address that ever came would grow for ever
        del counted[name]
