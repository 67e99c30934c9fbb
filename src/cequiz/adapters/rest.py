"""Spaced repetition behind its port: the FSRS scheduler, with cards as plain JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import cast

from fsrs import Card, Rating, Scheduler

from cequiz.domain.canonical import Json
from cequiz.domain.practice import Recall

_RATINGS = {Recall.FORGOTTEN: Rating.Again, Recall.HARD: Rating.Hard, Recall.KNOWN: Rating.Good}


class FsrsRest:
    """Says when something that was practised should come back."""

    def __init__(self) -> None:
        # Without fuzz the same answers give the same dates, which a student can be told and a test can check.
        self._scheduler = Scheduler(enable_fuzzing=False)

    def review(self, card: Mapping[str, Json] | None, *, recalled: Recall, at: datetime) -> Mapping[str, Json]:
        """Return a card after it was answered; see `services.ports.outside.Rest`."""
        moment = at.astimezone(UTC)
        # A new card's own id would be the wall clock of this machine; ours go by question.
        known = Card(card_id=0, due=moment) if card is None else Card.from_json(json.dumps(dict(card)))
        after, _ = self._scheduler.review_card(known, _RATINGS[recalled], review_datetime=moment)
        return cast("dict[str, Json]", json.loads(after.to_json()))
