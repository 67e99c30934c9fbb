"""Appending events: what is acknowledged, what is refused, and that asking again is safe."""

from __future__ import annotations

from datetime import timedelta

import pytest

from cequiz.domain.chain import START
from cequiz.domain.exam.attempt import Status, replay
from cequiz.domain.exam.events import EventDraft, EventKind
from cequiz.errors import AttemptClosed, DeadlinePassed, NotFound, OpenElsewhere
from cequiz.services.ports import Standing, Store
from tests.builders import NOON
from tests.storing import DEADLINE, answer, begin, draft, opening_draft, student

LATE = DEADLINE + timedelta(microseconds=1)
ENDED = Standing(Status.SUBMITTED, DEADLINE, NOON + timedelta(minutes=5))


def test_an_answer_is_acknowledged_with_its_place_and_a_receipt(store: Store) -> None:
    first = begin(store)
    ack = store.append(answer(0), expected_seq=1)
    assert (first.event.seq, first.event.previous) == (1, START)
    assert (ack.event.seq, ack.event.previous, ack.repeated) == (2, first.event.hash, False)
    assert ack.receipt.count("-") == 3


def test_how_far_attempts_go_is_told_for_many_at_once(store: Store) -> None:
    """If this fails, screens do not see what the office does to an exam that is sat."""
    begin(store)
    store.append(answer(0), expected_seq=1)
    with store.read() as unit:
        assert unit.attempts.seqs(["A-1", "x"]) == {"A-1": 2}
        assert unit.attempts.seqs([]) == {}


def test_events_come_back_field_for_field(store: Store) -> None:
    begin(store)
    sent = [
        answer(0),
        draft(
            EventKind.FLAGGED,
            {"item": "sample/d1-1", "note": "Zoë «[/]» \u0000?", "deep": [1, None, {"a": True}]},
            key="f",
        ),
        draft(EventKind.TIME_ADJUSTED, {"milliseconds": -(2**53) + 1, "reason": "x"}, key="t"),
    ]
    acks = [store.append(one, expected_seq=place) for place, one in enumerate(sent, start=1)]
    with store.read() as unit:
        events = unit.attempts.events("A-1")
    assert [event.seq for event in events] == [1, 2, 3, 4]
    assert list(events[1:]) == [ack.event for ack in acks]
    for one, event in zip(sent, events[1:], strict=True):
        assert EventDraft(**{name: getattr(event, name) for name in vars(one)}) == one


def test_the_same_key_is_the_same_event_whatever_happened_since(store: Store) -> None:
    begin(store)
    first = store.append(answer(0), expected_seq=1)
    store.append(answer(1), expected_seq=2)
    store.append(draft(EventKind.SUBMITTED, key="end"), expected_seq=3, standing=ENDED)
    again = store.append(answer(0), expected_seq=1)
    assert again.repeated
    assert again.event == first.event
    with store.read() as unit:
        assert len(unit.attempts.events("A-1")) == 4


def test_the_same_start_is_the_same_attempt(store: Store) -> None:
    first = begin(store)
    with store.write() as unit:
        again = unit.attempts.start(opening_draft(), standing=Standing(Status.OPEN, DEADLINE))
    assert again.repeated
    assert again.event == first.event


def test_keys_belong_to_their_attempt(store: Store) -> None:
    begin(store)
    begin(store, "A-2", number=2)
    store.append(answer(0), expected_seq=1)
    assert not store.append(answer(0, attempt="A-2"), expected_seq=1).repeated


def test_a_writer_that_has_not_seen_the_last_event_is_refused(store: Store) -> None:
    begin(store)
    store.append(answer(0), expected_seq=1)
    for seen in (0, 1, 3):
        with pytest.raises(OpenElsewhere):
            store.append(answer(1), expected_seq=seen)
    with store.read() as unit:
        assert len(unit.attempts.events("A-1")) == 2


def test_an_unknown_attempt_is_named(store: Store) -> None:
    with pytest.raises(NotFound, match="A-9"):
        store.append(answer(0, attempt="A-9"), expected_seq=1)


def test_the_deadline_itself_is_still_in_time(store: Store) -> None:
    begin(store)
    store.append(answer(0, at=DEADLINE), expected_seq=1)
    with pytest.raises(DeadlinePassed):
        store.append(answer(1, at=LATE), expected_seq=2)


@pytest.mark.parametrize("kind", [EventKind.CLOCK_MOVED, EventKind.TIME_ADJUSTED, EventKind.RESUMED])
def test_what_is_no_answer_may_come_after_the_deadline(store: Store, kind: EventKind) -> None:
    begin(store)
    assert (
        store.append(draft(kind, {"milliseconds": 1, "reason": "x"}, key="k", at=LATE), expected_seq=1).event.seq == 2
    )


@pytest.mark.parametrize(
    "kind", [EventKind.CLEARED, EventKind.FLAGGED, EventKind.UNFLAGGED, EventKind.CHALLENGED, EventKind.SUSPENDED]
)
def test_every_deed_of_the_student_must_be_in_time(store: Store, kind: EventKind) -> None:
    begin(store)
    with pytest.raises(DeadlinePassed):
        store.append(draft(kind, {"item": "sample/d1-1"}, key="k", at=LATE), expected_seq=1)


def test_a_new_deadline_counts_at_once(store: Store) -> None:
    begin(store)
    longer = Standing(Status.OPEN, DEADLINE + timedelta(minutes=5))
    event = draft(EventKind.TIME_ADJUSTED, {"milliseconds": 300_000, "reason": "fire drill"}, key="t")
    store.append(event, expected_seq=1, standing=longer)
    store.append(answer(0, at=LATE), expected_seq=2)
    with store.read() as unit:
        header = unit.attempts.header("A-1")
    assert header is not None
    assert (header.standing, header.seq) == (longer, 3)


def test_without_a_deadline_nothing_is_too_late(store: Store) -> None:
    with store.write() as unit:
        unit.students.add(student(), passphrase_hash=None, at=NOON)
        unit.attempts.start(opening_draft(), standing=Standing(Status.OPEN, None))
    store.append(answer(0, at=LATE + timedelta(days=900)), expected_seq=1)


@pytest.mark.parametrize("kind", [EventKind.SUBMITTED, EventKind.EXPIRED])
def test_an_ended_attempt_takes_nothing_but_voided(store: Store, kind: EventKind) -> None:
    begin(store)
    status = Status(str(kind))
    store.append(draft(kind, key="end", at=LATE), expected_seq=1, standing=Standing(status, DEADLINE, DEADLINE))
    refused = (answer(0), draft(EventKind.TIME_ADJUSTED, key="t"), draft(EventKind.RESUMED, key="r"))
    for one in refused:
        with pytest.raises(AttemptClosed):
            store.append(one, expected_seq=2)
    with pytest.raises(AttemptClosed):
        store.append(draft(EventKind.EXPIRED, key="second"), expected_seq=2, standing=ENDED)
    voided = Standing(Status.VOIDED, DEADLINE, DEADLINE)
    store.append(draft(EventKind.VOIDED, {"reason": "x"}, key="v"), expected_seq=2, standing=voided)
    with pytest.raises(AttemptClosed):
        store.append(draft(EventKind.VOIDED, {"reason": "x"}, key="v2"), expected_seq=3, standing=voided)
    with store.read() as unit:
        header = unit.attempts.header("A-1")
    assert header is not None
    assert header.standing == voided


@pytest.mark.parametrize("kind", [EventKind.STARTED, EventKind.SUBMITTED, EventKind.VOIDED])
def test_a_start_or_an_ending_without_its_standing_is_a_mistake_of_ours(store: Store, kind: EventKind) -> None:
    begin(store)
    with pytest.raises(ValueError, match=str(kind)):
        store.append(draft(kind, key="k"), expected_seq=1)


def test_a_whole_attempt_can_be_replayed(store: Store) -> None:
    begin(store)
    store.append(answer(0), expected_seq=1)
    store.append(answer(1, choice="c"), expected_seq=2)
    store.append(answer(4, choice="d"), expected_seq=3)  # the first item again
    store.append(draft(EventKind.CLEARED, {"item": "sample/d1-2"}, key="c"), expected_seq=4)
    with store.read() as unit:
        state = replay(unit.attempts.events("A-1"))
    assert state.responses == {"sample/d1-1": {"choice": "d"}}
    assert state.ledger.deadline == DEADLINE
    report = store.verify_chains()
    assert report.findings == ()
    assert report.records == 5 + 2  # the events; the loading of bank and course


def test_inside_a_unit_the_rules_are_the_same_and_an_error_undoes_everything(store: Store) -> None:
    begin(store)
    with pytest.raises(OpenElsewhere), store.write() as unit:
        unit.attempts.append(answer(0), expected_seq=1)
        unit.attempts.append(answer(1), expected_seq=1)
    with store.write() as unit:
        assert unit.attempts.append(answer(0), expected_seq=1).event.seq == 2
        assert len(unit.attempts.events("A-1")) == 2
    with store.read() as unit:
        assert len(unit.attempts.events("A-1")) == 2


def test_recovering_keeps_everything(store: Store) -> None:
    begin(store)
    sent = store.append(answer(0), expected_seq=1)
    store.recover()
    assert store.append(answer(0), expected_seq=1).event == sent.event
    assert store.append(answer(1), expected_seq=2).event.seq == 3


def test_the_ballast_is_given_once_at_most(store: Store) -> None:
    store.make_room()
    assert store.make_room() is False


def test_anchors_are_found_again_after_the_chain_has_grown(store: Store) -> None:
    begin(store)
    store.append(answer(0), expected_seq=1)
    anchors = store.heads()
    store.append(answer(1), expected_seq=2)
    assert [anchor.seq for anchor in anchors if anchor.chain == "A-1"] == [2]
    assert store.verify_chains(anchors=anchors).findings == ()
