"""What the office does while the store is held: as many statements for thousands of people as for a few.

Everybody's answers wait for as long as it is held.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, event

from cequiz.domain.people.roll import read_roll
from cequiz.domain.people.student import Licence
from cequiz.services import merging, proposing
from cequiz.services.loading import load
from cequiz.services.reports import ce_broker
from cequiz.services.rolling import take_in
from tests.builders import NOON, bank, course, exam_json
from tests.fakes import FakeClock
from tests.services.reports.conftest import School, school_on
from tests.services.test_rekeying import ask, key, people, sit
from tests.storing import open_store


@pytest.fixture
def school(tmp_path: Path) -> Iterator[School]:
    with open_store(tmp_path) as store:
        yield school_on(store, tmp_path, FakeClock())


class Held:
    """Collects the statements of each transaction that may write."""

    def __init__(self) -> None:
        self.transactions: list[list[str]] = []
        self._writing = False

    def note(self, *told: object) -> None:
        """Take one statement down."""
        statement = str(told[2])
        if statement.startswith("BEGIN"):
            self._writing = statement == "BEGIN IMMEDIATE"
            self.transactions += [[]] if self._writing else []
        elif self._writing:
            self.transactions[-1].append(statement)

    def take(self) -> list[str]:
        """Return the statements of the longest transaction, and begin anew."""
        found, self.transactions = max(self.transactions, key=len), []
        return found


@pytest.fixture
def held() -> Iterator[Held]:
    found = Held()
    event.listen(Engine, "before_cursor_execute", found.note)
    yield found
    event.remove(Engine, "before_cursor_execute", found.note)


def roll(count: int, first: int) -> str:
    lines = (f"Person {one},p{one}@example.org,FL:MA{one},course" for one in range(first, first + count))
    return "\n".join(("name,email,licences,course", *lines))


def test_an_import_of_many_takes_the_statements_of_an_import_of_two(school: School, held: Held) -> None:
    counts = []
    for count, first in ((2, 0), (200, 1_000)):
        newcomers, _ = read_roll(roll(count, first))
        assert len(take_in(school.ports, newcomers, actor="test").students) == count
        counts.append(len(held.take()))
    assert counts[0] == counts[1]


def test_a_key_of_many_attempts_is_changed_with_the_statements_of_one(tmp_path: Path, held: Held) -> None:
    counts = []
    for number, count in enumerate((1, 7)):
        folder = tmp_path / str(number)
        folder.mkdir()
        with open_store(folder) as store:
            ports = school_on(store, folder, FakeClock()).ports
            small = course(version="2", exams=[exam_json(banks=["small"], blueprint={"D1": 4})])
            load(ports, banks=[bank("small", counts={"D1": 4})], courses=[small], actor="test")
            for student in people(ports, count):
                sit(ports, student)
            seen = ask(ports, key(ports, "d1-1", "c"))
            assert len(seen.changed) == count
            held.transactions.clear()
            proposing.submit(ports, seen, reason="wrong", actor="os:ana")
            counts.append(len(held.take()))
            assert not store.verify_chains().findings
    assert counts[0] == counts[1]


def test_many_are_reported_to_a_board_with_the_statements_of_one(school: School, held: Held) -> None:
    counts = []
    for count in (1, 5):
        for number in range(count):
            school.complete(f"Student {number}", [Licence("FL", f"MA{school.joined}")])
        held.transactions.clear()
        assert len(ce_broker.export(school.ports, actor="test").lines) == count
        statements = held.take()
        assert not [one for one in statements if "FROM award" in one], "who completed what was found out before"
        counts.append(len(statements))
    assert counts[0] == counts[1]


def test_nobody_is_looked_for_among_all_students_while_one_is_purged(school: School) -> None:
    """Who was merged into somebody is found by the list of merges: a walk through everybody takes a second."""
    one, twin = school.complete(), school.join("Sample Twin")
    merging.merge(school.ports, from_id=twin, into_id=one, reason="twice", actor="test")
    statements: list[str] = []
    with school.ports.store.write() as unit:
        driver = unit.retention._driver  # type: ignore[attr-defined]  # of a real store
        driver.set_trace_callback(statements.append)
        assert unit.retention.holdings(one).counts["attempts"] == 1
        unit.retention.purge(one, reason="over", actor="test", at=NOON)
        driver.set_trace_callback(None)
        asked = [sql for sql in statements if re.match(r"\s*(WITH|SELECT|DELETE|UPDATE)", sql)]
        plans = [row[3] for sql in asked for row in driver.execute(f"EXPLAIN QUERY PLAN {sql}").fetchall()]
        # An index that is made for one question is made by walking through the table.
        walk = r"SCAN (student|attempt|award|certificate)\b|SEARCH (student|attempt|award|certificate) USING AUTOMATIC"
        walks = [one for one in plans if re.match(walk, one)]
        assert len(asked) > 30
        assert not walks, walks
        assert unit.retention.purged() == {one, twin}
