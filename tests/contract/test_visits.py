"""Visits, one-time links and tries on every store: what would stay open, work twice or count wrongly if it failed."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from cequiz.errors import WrongState
from cequiz.services.ports import Store
from cequiz.services.ports.visits import Download, Tries, Visit
from tests.builders import NOON
from tests.storing import student

VISIT = Visit(
    token_hash="ab" * 32,
    student_id="S-7",
    way="web",
    address="0123456789abcdef",
    binding="cd" * 32,
    begun_at=NOON,
    seen_at=NOON,
    ends_at=NOON + timedelta(hours=12),
)
LINK = Download(
    token_hash="ef" * 32,
    student_id="S-7",
    number="CQ-2026-000001",
    binding="cd" * 32,
    ends_at=NOON + timedelta(minutes=1),
)
TRIES = Tries(subject="account:S-7", count=3, since=NOON, last_at=NOON + timedelta(seconds=9))


@pytest.fixture
def people(store: Store) -> Store:
    """Return a store with two students."""
    with store.write() as unit:
        for who in ("S-7", "S-8"):
            unit.students.add(student(who), passphrase_hash=None, at=NOON)
    return store


def test_a_visit_comes_back_whole_and_is_gone_once_it_ended(people: Store) -> None:
    with people.write() as unit:
        unit.visits.add(VISIT)
        unit.visits.move(VISIT.token_hash, address="fedcba9876543210")
        unit.visits.see(VISIT.token_hash, at=NOON + timedelta(minutes=1))
        unit.visits.see("00" * 32, at=NOON)
    with people.write() as unit:
        moved = replace(VISIT, address="fedcba9876543210", seen_at=NOON + timedelta(minutes=1))
        assert unit.visits.get(VISIT.token_hash) == moved
        assert unit.visits.get("00" * 32) is None
        unit.visits.end(VISIT.token_hash)
        unit.visits.end("00" * 32)
    with people.read() as unit:
        assert unit.visits.get(VISIT.token_hash) is None


def test_a_token_is_kept_once(people: Store) -> None:
    with people.write() as unit:
        unit.visits.add(VISIT)
    with pytest.raises(WrongState), people.write() as unit:
        unit.visits.add(replace(VISIT, student_id="S-8"))
    with people.read() as unit:
        found = unit.visits.get(VISIT.token_hash)
    assert found is not None
    assert found.student_id == "S-7"


def test_all_visits_and_links_of_one_student_end_and_nobody_elses(people: Store) -> None:
    other, theirs = replace(VISIT, token_hash="01" * 32), replace(VISIT, token_hash="02" * 32, student_id="S-8")
    with people.write() as unit:
        for one in (VISIT, other, theirs):
            unit.visits.add(one)
        unit.visits.offer(LINK)
        unit.visits.end_all("S-7")
    with people.write() as unit:
        assert [unit.visits.get(one.token_hash) for one in (VISIT, other, theirs)] == [None, None, theirs]
        assert unit.visits.take(LINK.token_hash, at=NOON) is None


def test_a_link_works_once_and_not_after_its_end(people: Store) -> None:
    late = replace(LINK, token_hash="03" * 32)
    with people.write() as unit:
        unit.visits.offer(LINK)
        unit.visits.offer(late)
    with people.read() as unit:
        for _ in range(2):  # who looks uses nothing up
            assert unit.visits.offered(LINK.token_hash, at=NOON) == LINK
        assert unit.visits.offered(late.token_hash, at=late.ends_at) is None
        assert unit.visits.offered("00" * 32, at=NOON) is None
    with people.write() as unit:
        assert unit.visits.take(LINK.token_hash, at=NOON) == LINK
        assert unit.visits.take(late.token_hash, at=late.ends_at) is None
        assert unit.visits.take("00" * 32, at=NOON) is None
    with people.write() as unit:
        assert unit.visits.offered(LINK.token_hash, at=NOON) is None
        assert unit.visits.take(LINK.token_hash, at=NOON) is None


def test_what_is_over_is_swept_and_the_rest_stays(people: Store) -> None:
    new = replace(VISIT, token_hash="04" * 32, ends_at=NOON + timedelta(days=1))
    with people.write() as unit:
        unit.visits.add(VISIT)
        unit.visits.add(new)
        unit.visits.offer(LINK)
        unit.visits.sweep(before=VISIT.ends_at)
        assert unit.visits.get(VISIT.token_hash) == VISIT
        unit.visits.sweep(before=VISIT.ends_at + timedelta(microseconds=1))
        assert unit.visits.get(VISIT.token_hash) is None
        assert unit.visits.get(new.token_hash) == new
        assert unit.visits.take(LINK.token_hash, at=NOON) is None


def test_tries_are_kept_by_subject_and_forgiven(people: Store) -> None:
    until = replace(TRIES, count=4, until=NOON + timedelta(hours=1))
    with people.write() as unit:
        assert unit.door.tries(TRIES.subject) is None
        unit.door.count(TRIES)
        unit.door.count(replace(TRIES, subject="account:S-8"))
        assert unit.door.tries(TRIES.subject) == TRIES
        unit.door.count(until)
        assert unit.door.tries(TRIES.subject) == until
        unit.door.forgive(TRIES.subject)
    with people.read() as unit:
        assert unit.door.tries(TRIES.subject) is None
        assert unit.door.tries("account:S-8") is not None


def test_a_store_knows_from_where_a_student_came_in(people: Store) -> None:
    with people.write() as unit:
        for at in (NOON, NOON + timedelta(days=1)):
            unit.door.know("S-7", "aa", at=at)
        unit.door.know("S-7", "bb", at=NOON)
        unit.door.count(TRIES)
        unit.door.sweep(tries_before=NOON, known_before=NOON + timedelta(hours=1))
    with people.write() as unit:
        assert (unit.door.knows("S-7", "aa"), unit.door.knows("S-7", "bb")) == (True, False)
        assert not unit.door.knows("S-8", "aa")
        assert unit.door.tries(TRIES.subject) == TRIES
        unit.door.forget("S-7")
        unit.door.sweep(tries_before=NOON + timedelta(hours=1), known_before=NOON)
        assert not unit.door.knows("S-7", "aa")
        assert unit.door.tries(TRIES.subject) is None


def test_a_tag_is_the_same_every_time_and_tells_nothing_of_the_text(people: Store) -> None:
    with people.read() as unit:
        first, other = unit.door.tag("192.0.2.7"), unit.door.tag("192.0.2.8")
    with people.read() as unit:
        assert unit.door.tag("192.0.2.7") == first
    assert first != other
    assert len(first) == len(other) == 16
    assert "192" not in first


def test_of_many_who_use_a_link_at_once_one_has_it(people: Store) -> None:
    if type(people).__name__ == "FakeStore":
        pytest.skip("the records in memory are for one thread")
    with people.write() as unit:
        unit.visits.offer(LINK)

    def take(_: int) -> bool:
        with people.write() as unit:
            return unit.visits.take(LINK.token_hash, at=NOON) is not None

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(take, range(16))) == 1
