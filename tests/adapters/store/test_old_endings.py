"""Endings as the first generation of stores wrote them are accepted by whoever audits the store today."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from cequiz.domain.canonical import Json
from cequiz.domain.exam.attempt import Status, replay
from cequiz.domain.exam.events import EventKind
from cequiz.services.ports import Standing
from tests.builders import NOON
from tests.storing import DEADLINE, begin, draft, open_store

LATE = NOON + timedelta(minutes=12)


@pytest.mark.parametrize(
    ("before", "payload"), [(EventKind.CLOCK_MOVED, {"milliseconds": -90_000}), (EventKind.RESUMED, {})]
)
def test_an_expiry_behind_a_late_event_ended_when_that_was_written(
    tmp_path: Path, before: EventKind, payload: dict[str, Json]
) -> None:
    """Then an ending had no `finished_us`, and its own instant, never before the last event's, was the end on file."""
    with open_store(tmp_path) as store:
        begin(store)
        store.append(draft(before, payload, key="late", at=LATE), expected_seq=1)
        store.append(
            draft(EventKind.EXPIRED, {"answered": 0, "items": 4}, key="end", at=LATE),
            expected_seq=2,
            standing=Standing(Status.EXPIRED, DEADLINE, LATE),
        )
        assert not store.verify_chains().findings
        with store.read() as unit:
            assert replay(unit.attempts.events("A-1")).finished_at == LATE


def test_a_pause_that_outlasted_the_exam_s_window_then_is_accepted(tmp_path: Path) -> None:
    """Coming back ended a suspension then, whatever the student pressed."""
    with open_store(tmp_path) as store:
        begin(store)
        minute = timedelta(minutes=1)
        store.append(
            draft(EventKind.SUSPENDED, key="pause", at=NOON + minute),
            expected_seq=1,
            standing=Standing(Status.OPEN, None),
        )
        store.append(
            draft(EventKind.RESUMED, key="back", at=NOON + 31 * minute),
            expected_seq=2,
            standing=Standing(Status.OPEN, NOON + 40 * minute),
        )
        store.append(
            draft(EventKind.SUBMITTED, {"answered": 0, "items": 4}, key="end", at=NOON + 35 * minute),
            expected_seq=3,
            standing=Standing(Status.SUBMITTED, NOON + 40 * minute, NOON + 35 * minute),
        )
        assert not store.verify_chains().findings
