"""Pictures of the office's own screens, at the smallest, the usual and a large size."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from cequiz.domain.people.staff import Role
from tests.frontends.tui.office.stage import OfficeStage
from tests.frontends.tui.stage import press, settle

Compare = Callable[..., bool]

SIZES = [(60, 20), (80, 24), (120, 40)]
SCREENS = {
    "home": (Role.ADMINISTRATOR, ()),
    "home_of_an_auditor": (Role.AUDITOR, ()),
    "audit_log": (Role.ADMINISTRATOR, ("a",)),
    "care": (Role.ADMINISTRATOR, ("w",)),
    "settings": (Role.ADMINISTRATOR, ("w", "s")),
    "help": (Role.ADMINISTRATOR, ("w", "?")),
    "door": (None, ()),
    "sign_in": (None, ("enter",)),
}


@pytest.fixture
def still(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> OfficeStage:
    """Return a stage whose files have the same short paths everywhere."""
    monkeypatch.chdir(tmp_path)
    stage = OfficeStage(Path())
    stage.load()
    for role in Role:
        stage.staff(role)
    return stage


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("name", SCREENS)
def test_at_every_size(still: OfficeStage, snap_compare: Compare, name: str, size: tuple[int, int]) -> None:
    role, keys = SCREENS[name]

    async def run_before(pilot: Pilot[Any]) -> None:
        await settle(pilot)
        await press(pilot, *keys)

    assert snap_compare(still.office(role), terminal_size=size, run_before=run_before)
