"""Many at once on one database: no update is lost, and sessions at one attempt are told apart."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from cequiz.adapters.store.postgres.store import PostgresStore
from cequiz.domain.exam.events import EventKind
from cequiz.errors import OpenElsewhere
from cequiz.services.ports import AuditRecord
from tests.builders import NOON
from tests.storing import answer, begin, draft


def run(*threads: threading.Thread) -> None:
    """Run threads side by side to their end."""
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def count_up(store: PostgresStore, times: int) -> None:
    """Read how many records there are and write the next number: an update that is easily lost."""
    for _ in range(times):
        with store.write() as unit:
            number = len(unit.audit.all())
            unit.audit.add(AuditRecord(at=NOON, actor="a", deed="count", subject=str(number)))


def test_programs_lose_no_update(postgres_made: tuple[str, Path]) -> None:
    url, key = postgres_made
    with PostgresStore.open(url, key_path=key) as one, PostgresStore.open(url, key_path=key) as other:
        run(*(threading.Thread(target=count_up, args=(store, 15)) for store in (one, one, other, other)))
        with one.read() as unit:
            assert [int(record.subject) for record in unit.audit.all()] == list(range(60))
        assert one.verify_chains().findings == ()


def test_many_students_and_an_office_side_by_side(postgres_made: tuple[str, Path]) -> None:
    url, key = postgres_made
    with PostgresStore.open(url, key_path=key) as one, PostgresStore.open(url, key_path=key) as other:
        for number in range(12):
            begin(one, f"A-{number}", who=f"S-{number}")

        def sit(store: PostgresStore, attempt: str) -> None:
            for number in range(20):
                store.append(answer(number, attempt=attempt), expected_seq=number + 1)

        students = [
            threading.Thread(target=sit, args=((one, other)[number % 2], f"A-{number}")) for number in range(12)
        ]
        run(*students, threading.Thread(target=count_up, args=(other, 10)))
        with one.read() as unit:
            assert [len(unit.attempts.events(f"A-{number}")) for number in range(12)] == [21] * 12
        report = one.verify_chains()
        assert report.findings == ()


def test_of_many_who_write_at_the_same_place_one_succeeds(postgres_made: tuple[str, Path]) -> None:
    url, key = postgres_made
    with PostgresStore.open(url, key_path=key) as one, PostgresStore.open(url, key_path=key) as other:
        begin(one)
        lock = threading.Lock()
        won: list[int] = []
        lost: list[int] = []

        def try_it(store: PostgresStore, number: int) -> None:
            for place in range(1, 11):
                try:
                    store.append(answer(100 * place + number), expected_seq=place)
                except OpenElsewhere:
                    with lock:
                        lost.append(place)
                else:
                    with lock:
                        won.append(place)

        run(*(threading.Thread(target=try_it, args=((one, other)[number % 2], number)) for number in range(6)))
        with one.read() as unit:
            assert [event.seq for event in unit.attempts.events("A-1")] == list(range(1, len(won) + 2))
        assert len(set(won)) == len(won)
        assert len(won) + len(lost) == 60
        assert one.verify_chains().findings == ()


def test_a_student_who_hops_to_another_host_takes_the_pen_along(postgres_made: tuple[str, Path]) -> None:
    url, key = postgres_made
    with PostgresStore.open(url, key_path=key) as one, PostgresStore.open(url, key_path=key) as other:
        begin(one)
        one.append(answer(0), expected_seq=1)
        with pytest.raises(OpenElsewhere):
            other.append(answer(1), expected_seq=1)
        taken = other.append(draft(EventKind.RESUMED, key="take over"), expected_seq=2)
        with pytest.raises(OpenElsewhere):
            one.append(answer(1), expected_seq=2)
        assert other.append(answer(1), expected_seq=taken.event.seq).event.seq == 4
