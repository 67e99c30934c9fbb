"""Looking for deeds: by who did them, when, what and on what; and a recomputing of chains that can be stopped."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cequiz.domain.people.staff import Role
from cequiz.errors import Stopped, WrongUsage
from cequiz.services import admitting, auditing
from cequiz.services.ports import AuditRecord, Ports, Window
from tests.papers import SCHOOL
from tests.storing import open_store

PASSPHRASE = "correct horse battery"
DAYS = [datetime(2026, month, day, 12, tzinfo=UTC) for month, day in ((9, 30), (10, 1), (10, 31), (11, 1), (11, 22))]


@pytest.fixture
def log(ports: Ports) -> Ports:
    """Return ports with two people in the office and a deed of each on five days."""
    ada = admitting.create_first(ports, name="Ada Office", passphrase=PASSPHRASE, actor="os:me")
    bo = admitting.create(ports, name="Bo Office", role=Role.PROCTOR, passphrase=PASSPHRASE, actor="os:me")
    with ports.store.write() as unit:
        unit.providers.set(SCHOOL, at=DAYS[0])
        for place, at in enumerate(DAYS):
            for actor in (ada.actor, bo.actor):
                unit.audit.add(AuditRecord(at=at, actor=actor, deed="test.done", subject=f"T-{place}"))
    return ports


def found(ports: Ports, words: str) -> list[tuple[str, str]]:
    """Return who did what to what, oldest first, of the deeds that the fixture made."""
    names = admitting.names(ports)
    rows = auditing.page(ports, words=words, window=Window(0, 100)).rows
    return [(names[one.actor], one.subject) for one in reversed(rows) if one.deed == "test.done"]


@pytest.mark.parametrize("words", ["Ada Office", "ada", "  ADA  ", "Áda  office"])
def test_deeds_are_found_by_the_name_of_who_did_them(log: Ports, words: str) -> None:
    assert found(log, words) == [("Ada Office", f"T-{place}") for place in range(5)]


def test_a_part_of_a_name_that_two_people_have_finds_neither(log: Ports) -> None:
    assert found(log, "office") == []


@pytest.mark.parametrize(
    ("words", "places"),
    [
        ("2026-10", [1, 2]),
        ("2026-10-31", [2]),
        ("2026-10-31..2026-11-01", [2, 3]),
        ("2026-10..2026-11", [1, 2, 3, 4]),
        ("2026-11-01..", [3, 4]),
        ("..2026-09", [0]),
        ("..", []),
        ("2026-13", []),
        ("2026-11-31", []),
    ],
)
def test_a_search_may_name_days_and_months(log: Ports, words: str, places: Sequence[int]) -> None:
    assert [subject for _, subject in found(log, f"ada {words}")] == [f"T-{place}" for place in places]


def test_a_period_alone_finds_everything_of_it_and_goes_with_a_deed_or_an_id(log: Ports) -> None:
    assert [subject for _, subject in found(log, "2026-10-31")] == ["T-2", "T-2"]
    assert len(found(log, "test. 2026-10..")) == 8
    assert len(found(log, "T-4 2026-11")) == 2
    assert found(log, "T-4 2026-10") == []


def test_days_are_those_of_the_provider(log: Ports) -> None:
    """Just before midnight in New York it is the next day already in UTC."""
    late = datetime(2026, 10, 16, 3, 30, tzinfo=UTC)
    with log.store.write() as unit:
        unit.audit.add(AuditRecord(at=late, actor=unit.staff.all()[0].actor, deed="test.done", subject="late"))
    assert found(log, "2026-10-15") == [("Ada Office", "late")]
    assert found(log, "2026-10-16") == []


def test_a_period_that_ends_before_it_begins_is_refused(log: Ports) -> None:
    with pytest.raises(WrongUsage, match="ends before it begins"):
        found(log, "2026-11-02..2026-11-01")


def test_recomputing_the_chains_tells_how_far_it_is_and_stops_when_asked(ports: Ports, tmp_path: Path) -> None:
    """If this fails, the office's button to stop a check does nothing, and its bar never moves."""
    with open_store(tmp_path) as store:
        with store.write() as unit:
            for place in range(1_200):
                at = DAYS[0] + timedelta(seconds=place)
                unit.audit.add(AuditRecord(at=at, actor="a", deed="test.done", subject=str(place)))
        real, seen = replace(ports, store=store), list[tuple[int, int]]()
        report = auditing.verify(real, progress=lambda done, of: seen.append((done, of)))
        assert report.findings == ()
        assert [one for one in seen if one[0]][:2] == [(500, 1_200), (1_000, 1_200)]
        assert seen[-1] == (1_200, 1_200)
        assert seen == sorted(seen)
        asked = 0

        def stop() -> bool:
            nonlocal asked
            asked += 1
            return asked > 1

        with pytest.raises(Stopped, match="The check was stopped"):
            auditing.verify(real, stop=stop)
        assert asked == 2
        assert auditing.verify(real) == report
