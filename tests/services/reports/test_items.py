"""Statistics of items as a report: the numbers of the tallies, and every item of the bank."""

from __future__ import annotations

import pytest

from cequiz.domain.bank.bank import Bank
from cequiz.errors import NotFound, Stopped
from cequiz.services import loading
from cequiz.services.reports.items import items
from tests.builders import bank_json
from tests.services.reports.conftest import School


def test_every_item_stands_there_with_its_counts_and_its_key(school: School) -> None:
    """A question that nobody can answer, or that was never drawn, would go unseen."""
    for right in (4, 2, 0):
        school.sit(school.join(), right=right)
    report = items(school.ports, bank_id="sample")
    assert len(report.rows) == 12
    assert sum(row["drawn"] for row in report.rows if isinstance(row["drawn"], int)) == 12
    assert all(row["key"] == ["b"] and row["current"] is True for row in report.rows)
    seen = [row for row in report.rows if row["drawn"]]
    assert {row["facility"] for row in report.rows if not row["drawn"]} <= {None}
    for row in seen:
        options = row["options"]
        assert isinstance(options, dict)
        assert set(options) == {"a", "b", "c", "d"}
        assert options["b"] == row["full"]
        assert sum(options.values()) == row["answered"] == row["drawn"]
    assert report.summary == {"items": 12, "drawn": 12}


def test_a_wording_that_is_gone_keeps_its_counts(school: School) -> None:
    """The statistics of a reworded item would be those of another question, or be lost."""
    school.sit(school.join())
    newer = bank_json(version="2")
    for question in newer["questions"]:
        question["stem"] = f"Reworded: {question['stem']}"
    loading.load(school.ports, banks=[Bank.from_json(newer)], courses=[], actor="test")
    rows = items(school.ports).rows
    assert len(rows) == 12 + 4
    assert all(row["drawn"] == 0 for row in rows if row["current"])
    assert [row["drawn"] for row in rows if not row["current"]] == [1, 1, 1, 1]


def test_long_work_tells_how_far_it_got_and_can_be_stopped(school: School) -> None:
    """The office would look at a screen that says nothing, and could not leave it."""
    school.sit(school.join())
    told: list[tuple[int, int]] = []
    with pytest.raises(Stopped):
        items(school.ports, stop=lambda: True)
    items(school.ports, progress=lambda done, of: told.append((done, of)))
    assert told == [(1, 1)]


def test_a_bank_that_is_not_there_is_refused(school: School) -> None:
    """A slip would look like a bank that was never used."""
    with pytest.raises(NotFound, match="no bank other"):
        items(school.ports, bank_id="other")
