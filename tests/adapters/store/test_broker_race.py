"""Two exports at once, on each real store: nobody is in both files."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from cequiz.domain.people.student import Licence
from cequiz.services.ports import Store
from cequiz.services.reports import ce_broker
from cequiz.services.reports.ce_broker import Roster
from tests.fakes import FakeClock
from tests.services.reports.conftest import school_on
from tests.storing import open_store


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_two_exports_at_once_never_report_anybody_twice(
    request: pytest.FixtureRequest, tmp_path: Path, kind: str
) -> None:
    """CE Broker would refuse the second file, or count the hours twice."""
    store: Store = open_store(tmp_path) if kind == "sqlite" else request.getfixturevalue("postgres_store")
    school = school_on(store, tmp_path, FakeClock())
    for number in range(4):
        school.complete(f"Student {number}", (Licence("FL", f"MA{number}"),))
    start = Barrier(4)

    def export(_: int) -> Roster:
        start.wait()
        return ce_broker.export(school.ports, actor="test")

    with ThreadPoolExecutor(4) as hands:
        found = list(hands.map(export, range(4)))
    store.close()
    assert sorted(line.licence for one in found for line in one.lines) == ["MA0", "MA1", "MA2", "MA3"]
    assert sum(one.batch is not None for one in found) == 1
