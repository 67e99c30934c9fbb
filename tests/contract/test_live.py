"""The open attempts, cheap enough to be read every second: the same lines from memory and from a file."""

from __future__ import annotations

from datetime import timedelta

from cequiz.domain.exam.attempt import Status, replay
from cequiz.domain.exam.events import EventKind
from cequiz.services.ports import LIVE_KINDS, Heartbeat, Standing, Store
from tests.builders import NOON, stamp
from tests.storing import DEADLINE, answer, begin, draft

SECOND = timedelta(seconds=1)


def test_nobody_sits_an_exam_in_an_empty_store(store: Store) -> None:
    with store.read() as unit:
        assert tuple(unit.live.attempts()) == ()
        assert tuple(unit.live.open_ids()) == ()


def test_a_line_has_its_numbers_its_last_event_and_its_sign_of_life(store: Store) -> None:
    begin(store)
    flagged = {"item": "sample/d1-1"}
    store.append(answer(1, at=NOON + 5 * SECOND), expected_seq=1)
    store.append(answer(2, at=NOON + 6 * SECOND), expected_seq=2)
    store.append(draft(EventKind.CLEARED, {"item": "sample/d1-3"}, key="c", at=NOON + 7 * SECOND), expected_seq=3)
    store.append(draft(EventKind.FLAGGED, flagged, key="f", at=NOON + 8 * SECOND), expected_seq=4)
    store.append(draft(EventKind.MESSAGED, {"text": "Hello."}, key="m", at=NOON + 9 * SECOND), expected_seq=5)
    beat = Heartbeat(attempt_id="A-1", session="one", at=NOON + 9 * SECOND, stamp=stamp(NOON), left=True)
    with store.write() as unit:
        unit.heartbeats.beat(beat)
    with store.read() as unit:
        (line,) = unit.live.attempts()
        events = unit.attempts.events("A-1")
        header = unit.attempts.header("A-1")
    assert line.header == header
    assert line.student == "Zoë <Müller> & Σία"
    assert (line.items, line.answered) == (4, 1)
    assert line.saved_at == NOON + 5 * SECOND
    assert line.last == events[-1].anchor
    assert line.heartbeat == beat
    assert [event.kind for event in line.events] == [EventKind.STARTED, EventKind.FLAGGED]
    state = replay(line.events)
    assert state.form.items == ()
    assert state.flags == {"sample/d1-1"}
    assert state.ledger.deadline == DEADLINE


def test_only_open_attempts_are_there_the_oldest_first(store: Store) -> None:
    begin(store, "A-2", number=2, at=NOON + SECOND)
    begin(store, "A-1")
    begin(store, "A-3", who="S-2", at=NOON + 2 * SECOND)
    with store.write() as unit:
        over = draft(EventKind.VOIDED, {"reason": "x"}, key="v", attempt="A-2", at=NOON + 3 * SECOND)
        unit.attempts.append(over, expected_seq=1, standing=Standing(Status.VOIDED, DEADLINE, NOON))
    with store.read() as unit:
        assert list(unit.live.open_ids()) == ["A-1", "A-3"]
        lines = unit.live.attempts()
    assert [line.header.id for line in lines] == ["A-1", "A-3"]
    assert all(line.heartbeat is None and line.saved_at is None for line in lines)


def test_no_answer_travels_with_a_line(store: Store) -> None:
    assert not LIVE_KINDS & {EventKind.ANSWERED, EventKind.CLEARED, EventKind.SUBMITTED}
    begin(store)
    store.append(answer(1), expected_seq=1)
    with store.read() as unit:
        (line,) = unit.live.attempts()
    assert "choice" not in str([event.payload for event in line.events])
