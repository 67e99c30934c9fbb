"""Attempts with their events, and the scores they earned."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import select, text, tuple_

from cequiz.adapters.store import mapping
from cequiz.adapters.store.append import append_event, start_attempt
from cequiz.adapters.store.repositories.base import Repository
from cequiz.adapters.store.repositories.speech import holds
from cequiz.adapters.store.rows import AttemptEventRow, AttemptRow, ScoreRow, table_of
from cequiz.domain.exam.events import AttemptEvent, EventDraft, EventKind, microseconds
from cequiz.domain.exam.marking import Score
from cequiz.services.ports import Ack, AttemptHeader, Standing

_ATTEMPT = table_of(AttemptRow)
_EVENT = table_of(AttemptEventRow)
_SCORE = table_of(ScoreRow)

_OLDEST_FIRST = (_ATTEMPT.c.started_us, _ATTEMPT.c.id)


class AttemptRepository(Repository):
    """Attempts and their events."""

    def start(self, draft: EventDraft, *, standing: Standing) -> Ack:
        """Open an attempt with its `started` event."""
        with self._translated:
            return start_attempt(self._driver, draft, key=self._key, standing=standing)

    def append(self, draft: EventDraft, *, expected_seq: int, standing: Standing | None = None) -> Ack:
        """Append one event inside this unit; the rules are those of `Store.append`."""
        with self._translated:
            return append_event(self._driver, draft, key=self._key, expected_seq=expected_seq, standing=standing)

    def events(self, attempt_id: str) -> Sequence[AttemptEvent]:
        """Return an attempt's events in order; empty when there is no such attempt."""
        return self._many(select(_EVENT).where(_EVENT.c.attempt_id == attempt_id).order_by(_EVENT.c.seq), mapping.event)

    def header(self, attempt_id: str) -> AttemptHeader | None:
        """Return one attempt's line."""
        return self._one(select(_ATTEMPT).where(_ATTEMPT.c.id == attempt_id), mapping.header)

    def seqs(self, attempt_ids: Collection[str]) -> Mapping[str, int]:
        """Return how many events each of these attempts has; those that do not exist are left out."""
        wanted = select(_ATTEMPT.c.id, _ATTEMPT.c.head_seq).where(_ATTEMPT.c.id.in_(attempt_ids))
        return dict(self._many(wanted, lambda row: (str(row["id"]), int(row["head_seq"]))))

    def headers(
        self,
        *,
        student_id: str | None = None,
        course_id: str | None = None,
        exam_id: str | None = None,
        after: AttemptHeader | None = None,
        limit: int | None = None,
    ) -> Sequence[AttemptHeader]:
        """Return attempts, oldest first, that match everything given."""
        wanted = select(_ATTEMPT).order_by(*_OLDEST_FIRST).limit(limit)
        if after is not None:
            wanted = wanted.where(tuple_(*_OLDEST_FIRST) > (microseconds(after.started_at), after.id))
        given = ((_ATTEMPT.c.student_id, student_id), (_ATTEMPT.c.course_id, course_id), (_ATTEMPT.c.exam_id, exam_id))
        for column, value in given:
            if value is not None:
                wanted = wanted.where(column == value)
        return self._many(wanted, mapping.header)

    def of_kind(self, *kinds: EventKind) -> Sequence[AttemptEvent]:
        """Return the events of these kinds of all attempts, oldest first: what the review queue is made of."""
        wanted = select(_EVENT).where(_EVENT.c.kind.in_([str(kind) for kind in kinds]))
        return self._many(wanted.order_by(_EVENT.c.at_us, _EVENT.c.attempt_id, _EVENT.c.seq), mapping.event)

    def overdue(self, at: datetime) -> Sequence[str]:
        """Return the ids of open attempts whose deadline lies before `at`."""
        late = (_ATTEMPT.c.status == text("'open'"), _ATTEMPT.c.deadline_us < microseconds(at))
        return self._many(
            select(_ATTEMPT.c.id).where(*late).order_by(_ATTEMPT.c.deadline_us, _ATTEMPT.c.id),
            lambda row: str(row["id"]),
        )


class ScoreRepository(Repository):
    """Scores; append-only."""

    def add(self, score: Score, *, actor: str, at: datetime) -> None:
        """Keep a score; (attempt, revision) is unique."""
        self.add_all([score], actor=actor, at=at)

    def add_all(self, scores: Sequence[Score], *, actor: str, at: datetime) -> None:
        """Keep many scores, in their order."""
        more = {"actor": actor, "at_us": microseconds(at)}
        self._grow_all(ScoreRow, [{**mapping.score_columns(one), **more} for one in scores])

    def latest(self, attempt_id: str) -> Score | None:
        """Return the newest score of an attempt."""
        wanted = select(_SCORE).where(_SCORE.c.attempt_id == attempt_id).order_by(_SCORE.c.revision.desc()).limit(1)
        return self._one(wanted, mapping.score)

    def of(self, attempt_id: str) -> Sequence[Score]:
        """Return every score of an attempt, the first marking at the front."""
        wanted = select(_SCORE).where(_SCORE.c.attempt_id == attempt_id)
        return self._many(wanted.order_by(_SCORE.c.revision), mapping.score)

    def holding(self, item: str, *, after: int = 0) -> Sequence[str]:
        """Return the ids of the marked attempts whose form holds an item, in the order of marking."""
        # Every mark is a list that begins with its item; reading all bodies as JSON takes twenty times as long.
        held = (_SCORE.c.seq > after, holds(_SCORE.c.body, f'["{item}",'), _SCORE.c.revision == text("1"))
        wanted = select(_SCORE.c.attempt_id).where(*held).order_by(_SCORE.c.seq)
        return self._many(wanted, lambda row: str(row["attempt_id"]))
