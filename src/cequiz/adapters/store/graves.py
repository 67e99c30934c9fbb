"""What tombstones say of places whose records a lawful purge took, for whoever walks a chain or holds an anchor.

A tombstone of the audit record stands for words that were taken out of a record which stays: it says what the record
reads since, because its hash is that of before.

Only tombstones whose own chain holds are believed: one that was written without the store's key covers nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

SINCE = 4
"""The generation from which on a store keeps tombstones."""

AUDIT = "audit_record"
"""The chain whose records stay and lose words."""

DEED = "retention.purged"
"""The audit record of a purge; its details say how many `tombstones` it left."""


@dataclass(frozen=True)
class Grave:
    """One tombstone's places, the hash before them and the last of theirs."""

    first: int
    last: int
    before: bytes
    after: bytes


@dataclass(frozen=True)
class Blot:
    """What an audit record reads since words were taken out of it, and the hashes that it keeps."""

    before: bytes
    hash: bytes
    said: Mapping[str, Any]

    def agrees(self, row: Mapping[str, Any], *, previous: bytes) -> bool:
        """Whether a record of `audit_record` is the one that was left, behind the one that was before it."""
        kept = (bytes(row["prev_hash"]), bytes(row["hash"])) == (self.before, self.hash)
        return kept and self.before == previous and {name: row[name] for name in self.said} == self.said


class Graves:
    """Every tombstone by chain and first place."""

    def __init__(self, rows: Iterable[Mapping[str, Any]] = ()) -> None:
        """Take the tombstones.

        Args:
            rows: rows of the table `tombstone` whose chain holds.
        """
        self._chains: dict[str, dict[int, Grave]] = {}
        self._blots: dict[int, Blot] = {}
        self.count = 0
        for row in rows:
            self.count += 1
            before, after = bytes(row["before"]), bytes(row["after"])
            if row["chain"] == AUDIT:
                self._blots[row["first"]] = Blot(before, after, {**json.loads(row["kept"]), "details": row["leaf"]})
                continue
            grave = Grave(row["first"], row["last"], before, after)
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

    def blot(self, chain: str, place: int) -> Blot | None:
        """Return what was taken out of the record at a place of the audit record, if something was."""
        return self._blots.get(place) if chain == AUDIT else None


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
