"""The stage that the tests of the UI share."""

from __future__ import annotations

from pathlib import Path

import pytest

from cequiz.frontends.tui.student import exam_endings
from cequiz.frontends.tui.widgets import paper
from tests.frontends.tui.idle import quick_screens
from tests.frontends.tui.stage import Stage

__all__ = ["quick_screens"]


@pytest.fixture(autouse=True)
def no_hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nothing happen by the passing of time: a slow machine must not change what is seen."""
    monkeypatch.setattr(paper, "PAUSE", 600.0)
    monkeypatch.setattr(exam_endings, "_LOOK", 600.0)


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
