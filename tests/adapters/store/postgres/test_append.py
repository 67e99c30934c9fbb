"""Saving answers in PostgreSQL: beside each other, by the server's time, and on a line that stays fit for the next."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cequiz.adapters.store.postgres.connections import HOUSE
from cequiz.adapters.store.postgres.engine import PgSettings
from cequiz.adapters.store.postgres.server_clock import ServerClock
from cequiz.adapters.store.postgres.store import PostgresStore
from cequiz.clock import SystemClock
from cequiz.domain.exam.attempt import Status, replay
from cequiz.domain.exam.events import EventKind, microseconds
from cequiz.errors import AttemptClosed, EnvironmentFailed, NotFound, OpenElsewhere, StorageBusy, WrongState
from cequiz.services.grading import standing_after
from cequiz.services.ports import Heartbeat, Standing
from tests.adapters.store.postgres.lines import Line
from tests.adapters.store.postgres.test_opening import tool
from tests.builders import NOON
from tests.storing import answer, begin, draft, student

SOON = PgSettings(lock_ms=300)


@pytest.fixture
def store(postgres_made: tuple[str, Path]) -> Iterator[PostgresStore]:
    """Return a store that goes by the server's time and does not wait long."""
    url, key = postgres_made
    with PostgresStore.open(url, key_path=key, clock=ServerClock(SystemClock()), settings=SOON) as made:
        yield made


def now() -> datetime:
    """Return what time it is here, where the server runs too."""
    return datetime.now(UTC)


def test_a_refused_answer_leaves_the_line_fit_for_the_next(store: PostgresStore) -> None:
    begin(store, at=now())
    for turn in range(1, 6):
        with pytest.raises(OpenElsewhere):
            store.append(answer(turn), expected_seq=99)
        with pytest.raises(NotFound):
            store.append(answer(turn, attempt="A-none"), expected_seq=1)
        ack = store.append(answer(turn), expected_seq=turn)
        assert (ack.event.seq, ack.repeated) == (turn + 1, False)
        assert store.append(answer(turn), expected_seq=0).event == ack.event
    assert not store.verify_chains().findings


def test_a_text_that_the_database_cannot_hold_is_refused_in_words(store: PostgresStore) -> None:
    begin(store, at=now())
    with pytest.raises(EnvironmentFailed, match="NUL"):
        store.append(draft(EventKind.FLAGGED, {"item": "sample/d1-1"}, key="a\0b"), expected_seq=1)
    assert store.append(answer(0), expected_seq=1).event.seq == 2


def test_a_long_essay_arrives_whole(store: PostgresStore) -> None:
    begin(store, at=now())
    essay = "Ωß☃ 'quoted' \\ $1 :name %s " * 40_000
    sent = draft(EventKind.ANSWERED, {"item": "sample/d1-1", "response": {"text": essay}}, key="essay")
    ack = store.append(sent, expected_seq=1)
    with store.read() as unit:
        assert unit.attempts.events("A-1")[-1] == ack.event
    assert ack.event.payload == sent.payload


def test_signs_of_life_keep_no_student_waiting(store: PostgresStore, postgres_made: tuple[str, Path]) -> None:
    """Two hundred students give one every ten seconds: each would otherwise hold up everybody's answers."""
    begin(store, at=now())
    sign = Heartbeat(attempt_id="A-1", session="one", at=now(), stamp=SystemClock().read())
    with closing(tool(postgres_made[0])) as other:
        with other.transaction():
            other.execute("SELECT pg_advisory_xact_lock_shared(%s)", (HOUSE,))
            store.beat(sign)
        with other.transaction():
            other.execute("SELECT 1 FROM attempt WHERE id = 'A-1' FOR NO KEY UPDATE")
            store.beat(replace(sign, item="q-2"))
        with other.transaction():
            other.execute("SELECT pg_advisory_xact_lock(%s)", (HOUSE,))
            with pytest.raises(StorageBusy):
                store.beat(sign)
    with store.read() as unit:
        assert unit.heartbeats.last("A-1") == replace(sign, item="q-2")
    assert store.append(answer(0), expected_seq=1).event.seq == 2


def test_answers_to_other_attempts_are_saved_while_one_is_held_up(
    store: PostgresStore, postgres_made: tuple[str, Path]
) -> None:
    begin(store, at=now())
    begin(store, "A-2", number=2, at=now())
    with closing(tool(postgres_made[0])) as other, other.transaction():
        other.execute("SELECT 1 FROM attempt WHERE id = 'A-1' FOR UPDATE")
        assert store.append(answer(0, attempt="A-2"), expected_seq=1).event.seq == 2
        with pytest.raises(StorageBusy):
            store.append(answer(0), expected_seq=1)
    assert store.append(answer(0), expected_seq=1).event.seq == 2


def test_a_unit_that_writes_is_alone(store: PostgresStore) -> None:
    begin(store, at=now())
    seen: list[object] = []

    def save() -> None:
        try:
            seen.append(store.append(answer(0), expected_seq=1))
        except StorageBusy as busy:
            seen.append(busy)

    with store.write() as unit:
        unit.audit.all()
        other = threading.Thread(target=save)
        other.start()
        other.join()
    assert isinstance(seen[0], StorageBusy)
    assert store.append(answer(0), expected_seq=1).event.seq == 2


def test_a_unit_inside_a_unit_is_a_mistake_of_ours_and_not_a_wait_for_oneself(store: PostgresStore) -> None:
    begin(store, at=now())
    with pytest.raises(RuntimeError, match="already inside"), store.write(), store.write():
        pass
    with pytest.raises(RuntimeError, match="already inside"), store.write():
        store.append(answer(0), expected_seq=1)
    assert store.append(answer(0), expected_seq=1).event.seq == 2


def test_what_a_unit_did_before_it_failed_is_gone(store: PostgresStore) -> None:
    begin(store, at=now())

    def fail() -> None:
        with store.write() as unit:
            unit.attempts.append(answer(0), expected_seq=1)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    assert store.append(answer(0), expected_seq=1).repeated is False


def test_a_read_can_write_nothing(store: PostgresStore) -> None:
    begin(store, at=now())
    with pytest.raises(EnvironmentFailed), store.read() as unit:
        unit.attempts.append(answer(0), expected_seq=1)


def test_a_read_sees_one_state_however_long_it_takes(store: PostgresStore) -> None:
    begin(store, at=now())
    with store.read() as unit:
        assert len(unit.attempts.events("A-1")) == 1
        store.append(answer(0), expected_seq=1)
        assert len(unit.attempts.events("A-1")) == 1
    with store.read() as unit:
        assert len(unit.attempts.events("A-1")) == 2


def test_an_answer_from_the_future_happened_now(store: PostgresStore) -> None:
    began = now()
    begin(store, at=began)
    ahead = store.append(answer(0, at=began + timedelta(minutes=9)), expected_seq=1)
    assert began <= ahead.event.at < now() + timedelta(seconds=1)
    little = store.append(answer(1, at=now() + timedelta(seconds=1)), expected_seq=2)
    assert little.event.at > now()
    past = store.append(answer(2, at=began), expected_seq=3)
    assert past.event.at == began
    assert not store.verify_chains().findings


def test_going_on_from_the_future_keeps_the_deadline_that_was_reckoned_from_it(store: PostgresStore) -> None:
    began = now()
    begin(store, at=began)
    ahead, since = began + timedelta(seconds=30), began + timedelta(seconds=10)
    out = draft(EventKind.OUTAGE, {"since_us": microseconds(since), "allowed_ms": 60_000}, key="out", at=began)
    store.append(out, expected_seq=1)
    with store.read() as unit:
        attempt = replay(unit.attempts.events("A-1"))
    going_on = draft(EventKind.CONTINUED, {"since_us": microseconds(since)}, key="on", at=ahead)
    standing = standing_after(attempt, going_on)
    assert standing is not None
    assert store.append(going_on, expected_seq=2, standing=standing).event.at == ahead
    assert store.append(answer(0, at=ahead + timedelta(minutes=1)), expected_seq=3).event.at == ahead
    assert not store.verify_chains().findings


def test_an_exam_handed_in_from_the_future_was_handed_in_now(store: PostgresStore) -> None:
    began = now()
    begin(store, at=began)
    later = began + timedelta(minutes=9)
    ended = Standing(Status.SUBMITTED, began + timedelta(minutes=10), later)
    store.append(draft(EventKind.SUBMITTED, key="end", at=later), expected_seq=1, standing=ended)
    with store.read() as unit:
        header = unit.attempts.header("A-1")
    assert header is not None
    assert header.standing.finished_at is not None
    assert header.standing.finished_at < now() + timedelta(seconds=1)
    with pytest.raises(AttemptClosed):
        store.append(answer(0), expected_seq=2)


def test_a_line_that_forgot_its_statements_is_replaced(store: PostgresStore) -> None:
    begin(store, at=now())
    store.append(answer(0), expected_seq=1)
    with store.read() as unit:
        unit.attempts._driver.execute("DEALLOCATE ALL")
    assert store.append(answer(1), expected_seq=2).event.seq == 3


def test_an_answer_costs_two_journeys_to_the_server(postgres_made: tuple[str, Path]) -> None:
    with Line(postgres_made[0]) as line, PostgresStore.open(line.url, key_path=postgres_made[1]) as store:
        begin(store)
        store.append(answer(0), expected_seq=1)
        for number in range(1, 6):
            before = line.journeys
            store.append(answer(number), expected_seq=number + 1)
            assert line.journeys - before == 2


def test_a_refused_unit_lets_the_next_answer_be_as_cheap(postgres_made: tuple[str, Path]) -> None:
    with Line(postgres_made[0]) as line, PostgresStore.open(line.url, key_path=postgres_made[1]) as store:
        begin(store)
        for number in range(4):
            store.append(answer(number), expected_seq=number + 1)
            with pytest.raises(WrongState), store.write() as unit:
                unit.students.add(student(), passphrase_hash=None, at=NOON)
        before = line.journeys
        store.append(answer(4), expected_seq=5)
        assert line.journeys - before == 2
