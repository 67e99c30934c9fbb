"""The review queue: near misses, and what was decided of every entry."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from cequiz.adapters.store import mapping_room
from cequiz.adapters.store.repositories.base import Repository
from cequiz.adapters.store.repositories.speech import upsert
from cequiz.adapters.store.rows import DecisionRow, NearMissRow, table_of
from cequiz.services.ports import Decision, NearMissRecord

_NEAR_MISS = table_of(NearMissRow)
_DECISION = table_of(DecisionRow)


class QueueRepository(Repository):
    """What waits for an administrator beside the events."""

    def add_near_miss(self, record: NearMissRecord) -> None:
        """Keep a near miss; the same one (attempt, item, part) is kept once."""
        statement = upsert(self._connection, _NEAR_MISS).values(mapping_room.near_miss_columns(record))
        self._run(statement.on_conflict_do_nothing(index_elements=["attempt_id", "item", "part"]))

    def near_misses(self) -> Sequence[NearMissRecord]:
        """Return every near miss, oldest first."""
        return self._many(select(_NEAR_MISS).order_by(_NEAR_MISS.c.position), mapping_room.near_miss)

    def decide(self, decision: Decision) -> None:
        """Keep a decision."""
        self._add(DecisionRow, **mapping_room.decision_columns(decision))

    def decisions(self) -> Sequence[Decision]:
        """Return every decision, oldest first."""
        return self._many(select(_DECISION).order_by(_DECISION.c.position), mapping_room.decision)
