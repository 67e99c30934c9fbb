"""Every store under test, by name."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from cequiz.services.ports import Store
from tests.fakes import FakeStore
from tests.storing import open_store


@pytest.fixture(params=["fake", "sqlite", "postgres"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """Return an empty store."""
    if request.param == "postgres":
        yield request.getfixturevalue("postgres_store")
        return
    made: Store = FakeStore() if request.param == "fake" else open_store(tmp_path)
    yield made
    made.close()
