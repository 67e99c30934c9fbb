"""Banks of every question type come back from the disk as they went in."""

from __future__ import annotations

from pathlib import Path

from tests import samples
from tests.builders import NOON
from tests.storing import open_store


def test_a_bank_of_every_type_is_read_back_equal(tmp_path: Path) -> None:
    sample = samples.bank()
    store = open_store(tmp_path)
    with store.write() as unit:
        unit.banks.add(sample, at=NOON)
    store.close()

    again = open_store(tmp_path)
    with again.read() as unit:
        found = unit.banks.get(sample.id, sample.version)
    again.close()
    assert found == sample
    assert found is not None
    assert [item.content_hash() for item in found.items] == [item.content_hash() for item in sample.items]
    assert [item.case for item in found.items] == [item.case for item in sample.items]
