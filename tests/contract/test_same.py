"""Whatever a session does, in whatever order, the fake and the real stores say the same."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cequiz.domain.canonical import Json
from cequiz.domain.exam.attempt import Status, replay
from cequiz.domain.exam.events import EventDraft, EventKind, microseconds
from cequiz.errors import CequizError
from cequiz.services.ports import Ack, Standing, Store
from tests.builders import NOON
from tests.fakes import FakeStore
from tests.postgres import Databases
from tests.storing import DEADLINE, begin, draft, open_store

MINUTES = st.integers(0, 12)
ITEMS = st.sampled_from([f"sample/d1-{number}" for number in range(1, 5)])

Step = tuple[EventKind, str, int, int, int]
"""Kind, item, minute, how far behind the writer is, number of the key."""

STEPS: st.SearchStrategy[list[Step]] = st.lists(
    st.tuples(
        st.sampled_from(
            [EventKind.ANSWERED] * 6
            + [EventKind.CLEARED, EventKind.FLAGGED, EventKind.RESUMED, EventKind.SUBMITTED, EventKind.VOIDED]
        ),
        ITEMS,
        MINUTES,
        st.sampled_from([0, 0, 0, 0, 1]),
        st.integers(0, 15),
    ),
    max_size=25,
)


def sent(step: Step, ended: datetime | None) -> tuple[EventDraft, Standing | None]:
    """Return a step as the services would send it: an end is by the deadline, says so, and voiding changes none."""
    kind, item, minute, _, key = step
    at = NOON + timedelta(minutes=minute)
    payload: dict[str, Json] = {"item": item, "response": {"choice": "abcd"[minute % 4]}}
    standing = None
    if kind in {EventKind.SUBMITTED, EventKind.VOIDED}:
        end = ended or min(at, DEADLINE)
        payload["finished_us"] = microseconds(end)
        standing = Standing(Status(str(kind)), DEADLINE, end)
    return draft(kind, payload, key=f"key {key}", at=at), standing


def outcome(deed: Callable[[], Ack]) -> object:
    try:
        ack = deed()
    except CequizError as error:
        return type(error), error.sentence
    return ack.repeated, ack.event.seq, ack.event.key, ack.event.payload


def play(store: Store, steps: list[Step]) -> list[object]:
    begin(store)
    said: list[object] = []
    for place, step in enumerate(steps):
        with store.read() as unit:
            header = unit.attempts.header("A-1")
        assert header is not None
        what, standing = sent(step, header.standing.finished_at)
        seen = header.seq - step[3]
        if place % 3:
            said.append(outcome(lambda: store.append(what, expected_seq=seen, standing=standing)))  # noqa: B023 - called at once
        else:
            with store.write() as unit:
                said.append(outcome(lambda: unit.attempts.append(what, expected_seq=seen, standing=standing)))  # noqa: B023
    return said


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(STEPS)
def test_the_fake_and_the_store_cannot_be_told_apart(steps: list[Step]) -> None:
    memory = Path("/dev/shm")
    with (
        tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder,
        open_store(Path(folder)) as real,
    ):
        assert_same(real, steps)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(STEPS)
def test_the_fake_and_the_server_cannot_be_told_apart(
    postgres_databases: Databases, postgres_template: tuple[str, Path], steps: list[Step]
) -> None:
    from cequiz.adapters.store.postgres.store import PostgresStore

    template, key = postgres_template
    address = postgres_databases.make(like=template)
    with PostgresStore.open(address, key_path=key) as real:
        assert_same(real, steps)
    postgres_databases.drop(address)


def assert_same(real: Store, steps: list[Step]) -> None:
    fake = FakeStore()
    assert play(fake, steps) == play(real, steps)
    with fake.read() as one, real.read() as other:
        assert _plain(one.attempts.events("A-1")) == _plain(other.attempts.events("A-1"))
        assert replay(one.attempts.events("A-1")).responses == replay(other.attempts.events("A-1")).responses
    assert not real.verify_chains().findings
    assert not fake.verify_chains().findings


def _plain(events: object) -> list[tuple[object, ...]]:
    assert isinstance(events, tuple)
    return [(event.seq, event.key, event.kind, event.payload, event.at, event.stamp) for event in events]
