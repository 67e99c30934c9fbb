"""The audit log is read alike however many records of a deed there are."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from cequiz.adapters.store.repositories import listings
from cequiz.services.ports import AuditQuery, AuditRecord, Window
from tests.builders import NOON
from tests.storing import open_store


@pytest.mark.parametrize("most", [0, 1_000])
@pytest.mark.parametrize("window", [Window(0, 3), Window(2, 3), Window(6, 3), Window(40, 3)])
def test_the_newest_records_of_a_deed_come_first_walked_or_sorted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, most: int, window: Window
) -> None:
    monkeypatch.setattr(listings, "_MOST_SORTED", most)
    deeds = ["student.added" if place % 3 else "bank.loaded" for place in range(12)]
    with open_store(tmp_path) as store:
        with store.write() as unit:
            for place, deed in enumerate(deeds):
                at = NOON + timedelta(minutes=place)
                unit.audit.add(AuditRecord(at=at, actor="a", deed=deed, subject=str(place)))
        with store.read() as unit:
            some = unit.listings.audit(AuditQuery(deed="student."), window)
            every = unit.listings.audit(AuditQuery(), window)
    newest = [str(place) for place, deed in enumerate(deeds) if deed == "student.added"][::-1]
    assert (some.total, every.total) == (len(newest), len(deeds))
    assert [one.subject for one in some.rows] == newest[window.offset : window.offset + window.limit]
    order = [str(place) for place in range(12)][::-1]
    assert [one.subject for one in every.rows] == order[window.offset : window.offset + window.limit]
