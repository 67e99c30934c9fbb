"""The live board is read every second: what it costs must not grow with the years, nor a statement with each exam."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, event

from cequiz.adapters.store.store import SqliteStore
from tests.builders import NOON
from tests.storing import answer, begin, open_store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    with open_store(tmp_path) as made:
        yield made


@pytest.fixture
def statements() -> Iterator[list[str]]:
    """Collect the queries that are run."""
    found: list[str] = []

    def note(*told: object) -> None:
        found.append(str(told[2]))

    event.listen(Engine, "before_cursor_execute", note)
    yield found
    event.remove(Engine, "before_cursor_execute", note)


def fill(store: SqliteStore, count: int) -> None:
    for number in range(count):
        begin(store, f"A-{number}", number=number + 1, at=NOON + timedelta(seconds=number))
        store.append(answer(1, attempt=f"A-{number}", at=NOON + timedelta(seconds=number)), expected_seq=1)


def queries(store: SqliteStore, statements: list[str]) -> list[str]:
    statements.clear()
    with store.read() as unit:
        unit.live.attempts()
    return [one for one in statements if one.lstrip().startswith("SELECT")]


def test_as_many_statements_for_many_exams_as_for_one(store: SqliteStore, statements: list[str]) -> None:
    fill(store, 1)
    few = queries(store, statements)
    for number in range(2, 12):
        begin(store, f"B-{number}", number=number)
    assert len(queries(store, statements)) == len(few) == 2


def test_no_statement_walks_through_the_attempts_of_every_year(
    store: SqliteStore, statements: list[str], tmp_path: Path
) -> None:
    fill(store, 3)
    driver_statements = queries(store, statements)
    plans = []
    with store.read() as unit:
        connection = unit.live._connection
        for sql in driver_statements:
            filled = sql.replace("?", "'x'")
            plans += [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {filled}")]
    assert plans
    walks = [line for line in plans if line.startswith("SCAN") and any(t in line for t in ("attempt", "answer"))]
    assert not walks, walks
