"""The stage that the tests of the office share."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.frontends.tui.office.stage import OfficeStage


@pytest.fixture
def office(tmp_path: Path) -> OfficeStage:
    """Return an office with the sample course loaded."""
    found = OfficeStage(tmp_path)
    found.load()
    return found


@pytest.fixture
def empty_office(tmp_path: Path) -> OfficeStage:
    """Return an office without a course."""
    return OfficeStage(tmp_path)
