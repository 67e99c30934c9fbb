"""What is asked at every keystroke and every second can be answered from indexes.

A small table is always walked through, so walking is made expensive first: what is walked through all the same has no
index that would serve.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import Engine, event

from cequiz.adapters.store.postgres.store import PostgresStore
from cequiz.domain.exam.attempt import Status
from cequiz.services.ports import Unit
from cequiz.services.ports.listings import AttemptQuery, AuditQuery, CertificateQuery, Window
from tests.builders import NOON
from tests.storing import answer, begin

PAGE = Window(0, 50)

ASKED: dict[str, Callable[[Unit], object]] = {
    "the live board": lambda unit: unit.live.attempts(),
    "one line of it": lambda unit: unit.live.attempts("A-1"),
    "which exams are open": lambda unit: unit.live.open_ids(),
    "what is overdue": lambda unit: unit.attempts.overdue(NOON),
    "the first students": lambda unit: unit.listings.students("", PAGE),
    "students with a word": lambda unit: unit.listings.students("zoe", PAGE),
    "the newest attempts": lambda unit: unit.listings.attempts(AttemptQuery(), PAGE),
    "the open attempts": lambda unit: unit.listings.attempts(AttemptQuery(status=Status.OPEN), PAGE),
    "the newest certificates": lambda unit: unit.listings.certificates(CertificateQuery(), PAGE),
    "the newest of the audit record": lambda unit: unit.listings.audit(AuditQuery(), PAGE),
    "one deed of the audit record": lambda unit: unit.listings.audit(AuditQuery(deed="bank.loaded"), PAGE),
    "who has this address": lambda unit: unit.students.by_email("s-1@example.org"),
    "a student's attempts": lambda unit: unit.attempts.headers(student_id="S-1"),
}


@contextmanager
def noted() -> Iterator[list[tuple[str, Any]]]:
    """Collect the queries that are run, with their parameters."""
    found: list[tuple[str, Any]] = []

    def note(*told: Any) -> None:
        if str(told[2]).startswith("SELECT"):
            found.append((told[2], told[3]))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(Engine, "before_cursor_execute", note)


@pytest.mark.parametrize("name", ASKED)
def test_nothing_is_walked_through(postgres_store: PostgresStore, postgres_made: tuple[str, Path], name: str) -> None:
    """A list that opens at once today would take seconds in a few years."""
    begin(postgres_store)
    begin(postgres_store, "A-2", who="S-2", at=NOON + timedelta(minutes=1))
    postgres_store.append(answer(1), expected_seq=1)
    with noted() as queries, postgres_store.read() as unit:
        ASKED[name](unit)
    assert queries
    with closing(psycopg.connect(postgres_made[0].replace("+psycopg", ""), autocommit=True)) as connection:
        connection.execute("SET enable_seqscan = off")
        for sql, parameters in queries:
            plan = [row[0] for row in connection.execute(f"EXPLAIN {sql}".encode(), parameters)]
            assert not [line for line in plan if "Seq Scan" in line], "\n".join([sql, *plan])
