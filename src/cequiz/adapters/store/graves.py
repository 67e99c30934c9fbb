"""What tombstones say of places whose records a lawful purge took, for whoever walks a chain or holds an anchor.

Only tombstones whose own chain holds are believed: one that was written without the store's key covers nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

SINCE = 4
"""The generation from which on a store keeps tombstones."""

DEED = "retention.purged"
"""The audit record of a purge; its details say how many `tombstones` it left."""


@dataclass(frozen=True)
class Grave:
    """One tombstone's places, the hash before them and the last of theirs."""

    first: int
    last: int
    before: bytes
    after: bytes


class Graves:
    """Every tombstone by chain and first place."""

    def __init__(self, rows: Iterable[Mapping[str, Any]] = ()) -> None:
        """Take the tombstones.

        Args:
            rows: rows of the table `tombstone` whose chain holds.
        """
        self._chains: dict[str, dict[int, Grave]] = {}
        self.count = 0
        for row in rows:
            self.count += 1
            grave = Grave(row["first"], row["last"], bytes(row["before"]), bytes(row["after"]))
            self._chains.setdefault(row["chain"], {})[grave.first] = grave

    def chains(self) -> frozenset[str]:
        """Return the names of the chains that lost records."""
        return frozenset(self._chains)

    def begins(self, chain: str, place: int) -> Grave | None:
        """Return the tombstone that stands where a place should be."""
        return self._chains.get(chain, {}).get(place)

    def covering(self, chain: str, place: int) -> Grave | None:
        """Return the tombstone that covers a place."""
        found = self._chains.get(chain, {}).values()
        return next((one for one in found if one.first <= place <= one.last), None)


def recorded(records: Iterable[tuple[str, str]]) -> int:
    """Return how many tombstones the audit record speaks of.

    Args:
        records: deed and details of audit records.
    """
    found = 0
    for deed, details in records:
        if deed == DEED:
            told = json.loads(details)["tombstones"]
            found += told if isinstance(told, int) else 0
    return found
