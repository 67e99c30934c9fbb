"""Rows of holds and tombstones to records and back; like `mapping`, it knows no database library."""

from __future__ import annotations

import json
from typing import Any

from cequiz.adapters.store.mapping import Values, text
from cequiz.domain.exam.events import instant, microseconds
from cequiz.services.ports import Hold, Tombstone


def hold(row: Values) -> Hold:
    """Return that a hold was placed or lifted."""
    return Hold(
        student_id=row["student_id"],
        placed=bool(row["placed"]),
        reason=row["reason"],
        actor=row["actor"],
        at=instant(row["at_us"]),
    )


def hold_columns(value: Hold) -> dict[str, Any]:
    """Return the columns of a hold, or of its end."""
    return {
        "student_id": value.student_id,
        "placed": int(value.placed),
        "reason": value.reason,
        "actor": value.actor,
        "at_us": microseconds(value.at),
    }


def tombstone(row: Values) -> Tombstone:
    """Return a tombstone."""
    return Tombstone(
        chain=row["chain"],
        first=row["first"],
        last=row["last"],
        before=bytes(row["before"]),
        after=bytes(row["after"]),
        leaf=row["leaf"],
        kept=json.loads(row["kept"]),
        reason=row["reason"],
        actor=row["actor"],
        at=instant(row["at_us"]),
    )


def tombstone_columns(value: Tombstone) -> dict[str, Any]:
    """Return the columns of a tombstone, as its hash covers them."""
    return {
        "chain": value.chain,
        "first": value.first,
        "last": value.last,
        "before": value.before,
        "after": value.after,
        "leaf": value.leaf,
        "kept": text(value.kept),
        "reason": value.reason,
        "actor": value.actor,
        "at_us": microseconds(value.at),
    }
