"""The morning on which the day begins; steps of the day show what they compare, as tests do."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.register_assert_rewrite(
    *(f"tests.office_day.{name}" for name in ("house", "morning", "noon", "afternoon", "evening"))
)

from tests.frontends.tui.idle import quick_screens  # noqa: E402 - after the line above, which counts for what follows
from tests.office_day.house import Day, School  # noqa: E402 - as above

__all__ = ["day", "quick_screens"]


@pytest.fixture
def day(tmp_path: Path) -> Iterator[Day]:
    """Return a morning: a home with a configuration and nothing else."""
    home = tmp_path / "home"
    home.mkdir()
    (home / "config.toml").write_text("[office]\nsecond_approver = true\n", encoding="utf-8")
    school = School(home)
    yield Day(school)
    school.close()
