"""What was reported to boards: batches, and the completions in each."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from cequiz.adapters.store.mapping import Values, micros, moment, text
from cequiz.adapters.store.repositories.base import Repository
from cequiz.adapters.store.rows import table_of
from cequiz.adapters.store.rows_office import ReportBatchRow, ReportedRow
from cequiz.domain.exam.events import instant, microseconds
from cequiz.services.ports import ReportBatch, Reported

_BATCH = table_of(ReportBatchRow)
_REPORTED = table_of(ReportedRow)
_AT_ONCE = 5_000  # rows of five values in a statement; SQLite takes 32,766 values

STANDS, WAITS, _REPLACED = 0, 1, 2
"""The column `requeued`: a line counts, must be reported again, or was reported again by a later batch."""


class BatchRepository(Repository):
    """Implements `Batches`."""

    def add(self, batch: ReportBatch, lines: Sequence[Reported]) -> None:
        """Keep a batch with its completions; what waited to be reported again to the same states waits no more."""
        self._add(ReportBatchRow, **_columns(batch))
        by_state: dict[str, list[str]] = {}
        for line in lines:
            by_state.setdefault(line.licence.partition(":")[0], []).append(line.award_id)
        for state, awards in by_state.items():
            self._replace(state, awards)
        self._add_all(ReportedRow, [_line(one) for one in lines])

    def _replace(self, state: str, awards: Sequence[str]) -> None:
        of_state = _REPORTED.c.licence.startswith(f"{state}:", autoescape=True)
        for start in range(0, len(awards), _AT_ONCE):
            some = _REPORTED.c.award_id.in_(awards[start : start + _AT_ONCE])
            self._run(update(_REPORTED).where(some, of_state, _REPORTED.c.requeued == WAITS).values(requeued=_REPLACED))

    def get(self, batch_id: str) -> ReportBatch | None:
        """Return a batch."""
        return self._one(select(_BATCH).where(_BATCH.c.id == batch_id), _batch)

    def all(self) -> Sequence[ReportBatch]:
        """Return every batch, oldest first."""
        return self._many(select(_BATCH).order_by(_BATCH.c.made_us, _BATCH.c.id), _batch)

    def lines(self, batch_id: str) -> Sequence[Reported]:
        """Return the completions of a batch in order."""
        return self._many(
            select(_REPORTED).where(_REPORTED.c.batch_id == batch_id).order_by(_REPORTED.c.position), reported_line
        )

    def reported(self) -> Sequence[Reported]:
        """Return every completion that was ever in a batch, oldest first."""
        return self._many(select(_REPORTED).order_by(_REPORTED.c.position), reported_line)

    def post(self, batch_id: str, *, actor: str, at: datetime) -> None:
        """Mark a batch as posted."""
        change = update(_BATCH).where(_BATCH.c.id == batch_id)
        self._run(change.values(posted_us=microseconds(at), poster=actor))

    def requeue(self, award_id: str, *, reason: str, licences: Sequence[str] = ()) -> None:
        """Mark every line of a completion as to be reported again; those of these licences where some are named."""
        standing = update(_REPORTED).where(_REPORTED.c.award_id == award_id, _REPORTED.c.requeued == STANDS)
        if licences:
            standing = standing.where(_REPORTED.c.licence.in_(licences))
        self._run(standing.values(requeued=WAITS, reason=reason))

    def wait_for(self, award_id: str, *, was: str, reason: str) -> None:
        """Give another reason to the lines of a completion that wait to be reported again for one reason."""
        waiting = update(_REPORTED).where(_REPORTED.c.award_id == award_id, _REPORTED.c.requeued == WAITS)
        self._run(waiting.where(_REPORTED.c.reason == was).values(reason=reason))


def _batch(row: Values) -> ReportBatch:
    return ReportBatch(
        id=row["id"],
        kind=row["kind"],
        body=json.loads(row["body"]),
        actor=row["actor"],
        made_at=instant(row["made_us"]),
        posted_at=moment(row["posted_us"]),
        poster=row["poster"],
    )


def _columns(value: ReportBatch) -> dict[str, Any]:
    return {
        "id": value.id,
        "kind": value.kind,
        "body": text(value.body),
        "actor": value.actor,
        "made_us": microseconds(value.made_at),
        "posted_us": micros(value.posted_at),
        "poster": value.poster,
    }


def reported_line(row: Values) -> Reported:
    """Return one completion in a batch."""
    return Reported(
        batch_id=row["batch_id"],
        award_id=row["award_id"],
        licence=row["licence"],
        requeued=row["requeued"] != STANDS,
        reason=row["reason"],
        replaced=row["requeued"] == _REPLACED,
    )


def _line(value: Reported) -> dict[str, Any]:
    return {
        "batch_id": value.batch_id,
        "award_id": value.award_id,
        "licence": value.licence,
        "requeued": _REPLACED if value.replaced else WAITS if value.requeued else STANDS,
        "reason": value.reason,
    }
