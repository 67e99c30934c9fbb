"""The stage that the tests of the UI share."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.frontends.tui.stage import Stage


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    """Return a stage with the sample course loaded."""
    found = Stage(tmp_path)
    found.load()
    return found


@pytest.fixture
def empty_stage(tmp_path: Path) -> Stage:
    """Return a stage without a course."""
    return Stage(tmp_path)
