"""Statistics of items: the tallies themselves, and what they are counted from.

What is counted is read in few statements for many attempts: the scores, the `started` events that name the versions
drawn, and the standing answers. Nothing is replayed, and no other part of the store waits for it.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, func, select, text

from cequiz.adapters.store import mapping
from cequiz.adapters.store.repositories.base import Repository
from cequiz.adapters.store.rows import AnswerRow, AttemptEventRow, AttemptRow, ScoreRow, StoreFactRow, table_of
from cequiz.adapters.store.rows_office import ItemTallyRow
from cequiz.domain.canonical import Json
from cequiz.domain.exam.marking import Mark
from cequiz.services.ports import DrawnItem, ItemTally, MarkedAttempt

_TALLY = table_of(ItemTallyRow)
_SCORE = table_of(ScoreRow)
_ATTEMPT = table_of(AttemptRow)
_EVENT = table_of(AttemptEventRow)
_ANSWER = table_of(AnswerRow)
_FACT = table_of(StoreFactRow)

_STATE = "item_tally"
"""The fact of the store that says up to where it was counted."""

_WANTED = (_SCORE.c.seq, _SCORE.c.attempt_id, _SCORE.c.revision, _SCORE.c.body, _ATTEMPT.c.status)


class TallyRepository(Repository):
    """Statistics of items."""

    def watermark(self) -> int:
        """Return the place in the chain of scores up to which it was counted; 0 at first."""
        return int(self._state().get("place", 0))

    def newest(self) -> int:
        """Return the place of the newest score; 0 where there is none."""
        return self._one(select(func.max(_SCORE.c.seq).label("place")), lambda row: row["place"]) or 0

    def withdrawn(self) -> frozenset[str]:
        """Return the ids of the voided attempts that are not counted, or not any more."""
        return frozenset(self._state().get("withdrawn", ()))

    def get(self, bank_id: str, question_id: str) -> Sequence[ItemTally]:
        """Return the tallies of an item, one a content hash."""
        return self._tallies((_TALLY.c.bank_id == bank_id) & (_TALLY.c.question_id == question_id))

    def all(self) -> Sequence[ItemTally]:
        """Return every tally, by bank and question."""
        return self._tallies()

    def put(self, tallies: Sequence[ItemTally], *, watermark: int, withdrawn: frozenset[str] = frozenset()) -> None:
        """Put tallies in the place of those before, and say up to where they count and what they leave out."""
        for one in tallies:
            place = {"bank_id": one.bank_id, "question_id": one.question_id, "content_hash": one.content_hash}
            self._put(ItemTallyRow, {**place, "body": mapping.text(one.body)})
        state: dict[str, Json] = {"place": watermark, "withdrawn": sorted(withdrawn)}
        self._put(StoreFactRow, {"name": _STATE, "value": mapping.text(state)})

    def beyond(self, place: int, *, limit: int) -> Sequence[MarkedAttempt]:
        """Return the next scores after a place in the chain, in its order."""
        return self._marked(_SCORE.c.seq > place, order=_SCORE.c.seq, limit=limit)

    def voided(self, place: int) -> Sequence[str]:
        """Return the ids of the voided attempts that have a score up to a place."""
        scored = select(_SCORE.c.seq).where(_SCORE.c.attempt_id == _ATTEMPT.c.id, _SCORE.c.seq <= place).exists()
        wanted = select(_ATTEMPT.c.id).where(_ATTEMPT.c.status == text("'voided'"), scored).order_by(_ATTEMPT.c.id)
        return self._many(wanted, lambda row: str(row["id"]))

    def counted(self, attempt_id: str, place: int) -> MarkedAttempt | None:
        """Return the newest score of an attempt up to a place."""
        mine = (_SCORE.c.attempt_id == attempt_id) & (_SCORE.c.seq <= place)
        return next(iter(self._marked(mine, order=_SCORE.c.revision.desc(), limit=1)), None)

    def _state(self) -> Mapping[str, Any]:
        return (
            self._one(select(_FACT.c.value).where(_FACT.c.name == _STATE), lambda row: json.loads(row["value"])) or {}
        )

    def _tallies(self, *conditions: ColumnElement[bool]) -> Sequence[ItemTally]:
        order = (_TALLY.c.bank_id, _TALLY.c.question_id, _TALLY.c.content_hash)
        return self._many(select(_TALLY).where(*conditions).order_by(*order), _tally)

    def _marked(
        self, condition: ColumnElement[bool], *, order: ColumnElement[Any], limit: int
    ) -> Sequence[MarkedAttempt]:
        joined = _SCORE.join(_ATTEMPT, _ATTEMPT.c.id == _SCORE.c.attempt_id)
        wanted = select(*_WANTED).select_from(joined).where(condition).order_by(order).limit(limit)
        scores = self._many(wanted, dict)
        attempts = sorted({row["attempt_id"] for row in scores})
        forms, responses = self._forms(attempts), self._responses(attempts)
        return tuple(
            MarkedAttempt(
                place=row["seq"],
                attempt_id=row["attempt_id"],
                voided=row["status"] == "voided",
                items=forms.get(row["attempt_id"], ()),
                responses=responses[row["attempt_id"]],
                marks=_marks(row["body"]),
                earlier=self._earlier(row),
            )
            for row in scores
        )

    def _forms(self, attempts: Sequence[str]) -> Mapping[str, Sequence[DrawnItem]]:
        first = (_EVENT.c.seq == 1, _EVENT.c.attempt_id.in_(attempts))
        rows = self._many(select(_EVENT.c.attempt_id, _EVENT.c.payload).where(*first), dict)
        return {row["attempt_id"]: _form(row["payload"]) for row in rows}

    def _responses(self, attempts: Sequence[str]) -> Mapping[str, Mapping[str, Mapping[str, Json]]]:
        found: dict[str, dict[str, Mapping[str, Json]]] = defaultdict(dict)
        wanted = select(_ANSWER.c.attempt_id, _ANSWER.c.item, _ANSWER.c.response)
        for row in self._many(wanted.where(_ANSWER.c.attempt_id.in_(attempts)), dict):
            found[row["attempt_id"]][row["item"]] = json.loads(row["response"])
        return found

    def _earlier(self, row: Mapping[str, Any]) -> Sequence[Mark] | None:
        if row["revision"] == 1:
            return None
        before = (_SCORE.c.attempt_id == row["attempt_id"], _SCORE.c.revision < row["revision"])
        wanted = select(_SCORE.c.body).where(*before).order_by(_SCORE.c.revision.desc()).limit(1)
        return self._one(wanted, lambda found: _marks(found["body"]))


def _tally(row: RowMapping) -> ItemTally:
    return ItemTally(
        bank_id=row["bank_id"],
        question_id=row["question_id"],
        content_hash=row["content_hash"],
        body=json.loads(row["body"]),
    )


def _form(payload: str) -> Sequence[DrawnItem]:
    return tuple(
        DrawnItem(
            bank_id=item["bank"],
            bank_version=item["bank_version"],
            question_id=item["question"],
            content_hash=item["content_hash"],
        )
        for item in json.loads(payload)["form"]
    )


def _marks(body: str) -> Sequence[Mark]:
    return tuple(
        Mark(item, objective, _fraction(earned), _fraction(possible), answered)
        for item, objective, earned, possible, answered in json.loads(body)["marks"]
    )


@lru_cache(maxsize=512)
def _fraction(text: str) -> Fraction:
    """Return a stored fraction; few different ones stand in very many marks, and reading one takes long."""
    return Fraction(text)
