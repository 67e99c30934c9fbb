"""Pictures of the office's own screens, at the smallest, the usual and a large size."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from cequiz.domain.people.staff import Right, Role
from cequiz.frontends.tui.office.app import OfficeApp
from cequiz.frontends.tui.office.working import Progress, Stop, WorkScreen
from cequiz.services.ports import Ports
from tests.frontends.tui.office.stage import OfficeStage
from tests.frontends.tui.stage import PASSPHRASE, press, said, settle

Compare = Callable[..., bool]

SIZES = [(60, 20), (80, 24), (120, 40)]
SCREENS = {
    "home": (Role.ADMINISTRATOR, ()),
    "home_of_an_auditor": (Role.AUDITOR, ()),
    "audit_log": (Role.ADMINISTRATOR, ("a",)),
    "care": (Role.ADMINISTRATOR, ("w",)),
    "settings": (Role.ADMINISTRATOR, ("w", "s")),
    "help": (Role.ADMINISTRATOR, ("w", "?")),
    "home_of_a_proctor": (Role.PROCTOR, ()),
    "care_of_an_auditor": (Role.AUDITOR, ("w",)),
    "staff_of_an_auditor": (Role.AUDITOR, ("f",)),
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


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_the_first_administrator(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, snap_compare: Compare, size: tuple[int, int]
) -> None:
    monkeypatch.chdir(tmp_path)
    stage = OfficeStage(Path())

    async def run_before(pilot: Pilot[Any]) -> None:
        await settle(pilot)
        await press(pilot, "enter")
        for name, text in (("name", "Ada Office"), ("passphrase", PASSPHRASE), ("again", "something else")):
            field = pilot.app.screen.query_one(f"#{name}", Input)
            field.cursor_blink, field.value = False, text
        await press(pilot, "ctrl+s")

    assert snap_compare(stage.office(None), terminal_size=size, run_before=run_before)


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("stoppable", [True, False], ids=["stoppable", "not_stoppable"])
def test_long_work(still: OfficeStage, snap_compare: Compare, size: tuple[int, int], stoppable: bool) -> None:
    gate = threading.Event()

    def job(ports: Ports, actor: str, progress: Progress, stop: Stop) -> str:
        progress(1_200, 5_000)
        while not stop():  # which the program says when it is left
            gate.wait(timeout=0.01)
        return "done"

    async def run_before(pilot: Pilot[Any]) -> None:
        await settle(pilot)
        app = pilot.app
        assert isinstance(app, OfficeApp)
        screen = WorkScreen(app.desk, "Recomputing every chain …", job, right=Right.OVERSEE, stoppable=stoppable)
        await app.push_screen(screen)
        while "1,200" not in said(pilot):
            await pilot.pause()

    assert snap_compare(still.office(), terminal_size=size, run_before=run_before)
