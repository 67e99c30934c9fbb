"""The path every answer takes on PostgreSQL: two journeys to the server and back.

The first journey takes the locks, asks the time and how the attempt stands; the second writes and commits. What may
follow and what is written is decided in `adapters.store.append`, for both databases. The time is asked in a statement
of its own after the locks: inside the one that waits for them it would be the time before the wait.

A sign of life goes beside other students' answers in the same way, in one journey: nothing depends on what is found.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

import psycopg

from cequiz.adapters.store import beating
from cequiz.adapters.store.append import append_event, check_kind, look
from cequiz.adapters.store.mapping_room import heartbeat_columns
from cequiz.adapters.store.postgres.connections import HOUSE
from cequiz.adapters.store.postgres.courier import Courier
from cequiz.adapters.store.postgres.failures import commit_failure
from cequiz.domain.exam.events import ENDINGS, EventDraft, EventKind, instant
from cequiz.services.ports import Ack, Heartbeat, Standing

TOLERANCE = timedelta(seconds=2)
"""How far an event may be ahead of the server's clock: hosts count between two looks at it."""

_BEGIN = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE"
_BESIDE_OTHERS = f"SELECT pg_advisory_xact_lock_shared({HOUSE})"
_OWN_ROW = "SELECT 1 FROM attempt WHERE id = :attempt FOR UPDATE"
_NOW_AND_LAST = """
    SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint,
        (SELECT at_us FROM attempt_event WHERE attempt_id = :attempt ORDER BY seq DESC LIMIT 1)
"""
"""The server's time after the locks, and the instant of the attempt's last event."""

_RECKONED = frozenset({EventKind.RESUMED, EventKind.CONTINUED, EventKind.EXPIRED})
"""The kinds whose instant the deadline is reckoned from: at another one the kept deadline would be wrong."""


@dataclass(frozen=True, kw_only=True)
class Appending:
    """One append, as the store was asked for it."""

    draft: EventDraft
    key: bytes
    expected_seq: int
    standing: Standing | None
    judged: bool
    """Whether the server's clock decides what is in the future."""

    def run(self, courier: Courier) -> Ack:
        """Append in a transaction of its own.

        Raises:
            CequizError: the event was refused.
            StorageIO: whether it was kept is unknown.
            psycopg.Error: the database failed before the commit was sent.
        """
        check_kind(self.draft, self.standing)
        committing = False
        try:
            with courier:
                courier.execute(_BEGIN)
                courier.execute(_BESIDE_OTHERS)
                courier.execute(_OWN_ROW, {"attempt": self.draft.attempt_id})
                now = courier.execute(_NOW_AND_LAST, {"attempt": self.draft.attempt_id})
                seen = look(courier, self.draft)
                draft, standing = self._not_ahead(now.fetchone())
                ack = append_event(
                    courier, draft, key=self.key, expected_seq=self.expected_seq, standing=standing, seen=seen
                )
                courier.execute("COMMIT")
                committing = True
        except psycopg.Error as error:
            if committing:
                raise commit_failure(error, repeatable=True) from error
            raise
        return ack

    def _not_ahead(self, row: Sequence[int] | None) -> tuple[EventDraft, Standing | None]:
        """Return what is written: an event from the future happens now; nothing anybody did is lost for a clock.

        It never happens before the attempt's last event. What a deadline was reckoned from stays where it is: the
        events would tell another deadline than the one that is kept.
        """
        draft, standing = self.draft, self.standing
        if row is None or not self.judged or self._reckoned:
            return draft, standing
        now = instant(row[0])
        if draft.at <= now + TOLERANCE:
            return draft, standing
        if row[1] is not None:
            now = min(max(now, instant(row[1])), draft.at)
        if standing is not None and standing.finished_at is not None:
            standing = replace(standing, finished_at=min(standing.finished_at, now))
        return replace(draft, at=now), standing

    @property
    def _reckoned(self) -> bool:
        """Whether the attempt's times were reckoned from the draft's instant, or it tells one beside it."""
        kind, turns = self.draft.kind, self.standing is not None
        return kind in _RECKONED or "finished_us" in self.draft.payload or (turns and kind not in ENDINGS)


def beat(courier: Courier, heartbeat: Heartbeat) -> None:
    """Keep a sign of life in a transaction of its own; twice is as good as once.

    Raises:
        psycopg.Error: the database failed.
    """
    with courier:
        courier.execute(_BEGIN)
        courier.execute(_BESIDE_OTHERS)
        courier.execute(beating.statement(), heartbeat_columns(heartbeat))
        courier.execute("COMMIT")
