"""Statistics of items in memory, counted from the events themselves."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

from cequiz.domain.canonical import canonical
from cequiz.domain.exam.attempt import Status, replay
from cequiz.domain.exam.marking import Score
from cequiz.services.ports import DrawnItem, ItemTally, MarkedAttempt

if TYPE_CHECKING:
    from tests.fakes import _Records


class FakeTallies:
    """Statistics of items."""

    def __init__(self, records: _Records) -> None:
        self._records = records
        self._tallies, self._state = records.office.tallies, records.office.counted

    def watermark(self) -> int:
        return self._state.get("item_tally", (0, frozenset()))[0]

    def newest(self) -> int:
        return len(self._records.scores)

    def withdrawn(self) -> frozenset[str]:
        return self._state.get("item_tally", (0, frozenset[str]()))[1]

    def get(self, bank_id: str, question_id: str) -> Sequence[ItemTally]:
        return tuple(one for one in self.all() if (one.bank_id, one.question_id) == (bank_id, question_id))

    def all(self) -> Sequence[ItemTally]:
        return tuple(tally for _, tally in sorted(self._tallies.items(), key=lambda one: one[0]))

    def put(self, tallies: Sequence[ItemTally], *, watermark: int, withdrawn: frozenset[str] = frozenset()) -> None:
        for one in tallies:
            body = json.loads(canonical(one.body))
            kept = ItemTally(bank_id=one.bank_id, question_id=one.question_id, content_hash=one.content_hash, body=body)
            self._tallies[one.bank_id, one.question_id, one.content_hash] = kept
        self._state["item_tally"] = (watermark, withdrawn)

    def beyond(self, place: int, *, limit: int) -> Sequence[MarkedAttempt]:
        scores = list(enumerate(self._records.scores.values(), start=1))
        return tuple(self._marked(seq, score) for seq, score in scores if place < seq <= place + limit)

    def voided(self, place: int) -> Sequence[str]:
        scored = {score.attempt_id for seq, score in self._scores() if seq <= place}
        headers = self._records.headers
        return sorted(one for one in scored if headers[one].standing.status is Status.VOIDED)

    def counted(self, attempt_id: str, place: int) -> MarkedAttempt | None:
        mine = [one for one in self._scores() if one[0] <= place and one[1].attempt_id == attempt_id]
        newest = max(mine, key=lambda one: one[1].revision, default=None)
        return None if newest is None else self._marked(*newest)

    def _scores(self) -> list[tuple[int, Score]]:
        return list(enumerate(self._records.scores.values(), start=1))

    def _marked(self, place: int, score: Score) -> MarkedAttempt:
        attempt = replay(self._records.events[score.attempt_id])
        before = [
            one
            for one in self._records.scores.values()
            if one.attempt_id == score.attempt_id and one.revision < score.revision
        ]
        earlier = max(before, key=lambda one: one.revision, default=None)
        return MarkedAttempt(
            place=place,
            attempt_id=attempt.id,
            voided=attempt.status is Status.VOIDED,
            items=tuple(
                DrawnItem(
                    bank_id=item.bank,
                    bank_version=item.bank_version,
                    question_id=item.question,
                    content_hash=item.content_hash,
                )
                for item in attempt.form.items
            ),
            responses=attempt.responses,
            marks=score.marks,
            earlier=None if earlier is None else earlier.marks,
        )
