"""Pictures of the screens about reports, at the smallest, the usual and a large size."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from tests.frontends.tui.office import report_scenes
from tests.frontends.tui.office.report_scenes import Act
from tests.frontends.tui.office.stage import OfficeStage
from tests.frontends.tui.stage import settle

SIZES = [(60, 20), (80, 24), (120, 40)]


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("act", report_scenes.EVERY, ids=lambda act: act.__name__)
def test_reports(snap_compare: Callable[..., bool], tmp_path: Path, act: Act, size: tuple[int, int]) -> None:
    """A screen about reports is cut off, or looks otherwise than it was agreed on."""
    office = OfficeStage(tmp_path)
    report_scenes.set_up(office)

    async def run_before(pilot: Pilot[Any]) -> None:
        await settle(pilot)
        await act(office, pilot)
        await settle(pilot)

    assert snap_compare(office.office(), terminal_size=size, run_before=run_before)
