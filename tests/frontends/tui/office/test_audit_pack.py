"""The audit pack on the screen: what it is about, where it is in the end, and that a stopped one leaves nothing."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Button, Input

from cequiz.domain.people.staff import Role
from tests.frontends.tui.office.stage import OfficeStage
from tests.frontends.tui.stage import notes, press, said, settle, write
from tests.services.earned import deeds, earn, issue, join, set_school

Compare = Callable[..., bool]

SIZES = [(60, 20), (80, 24), (120, 40)]


def fill(office: OfficeStage) -> str:
    set_school(office.ports)
    who = join(office.ports, name="Ana Souza", email="ana@example.org")
    earn(office.ports, who)
    issue(office.ports, who)
    return who


async def test_a_pack_is_made_and_its_place_is_told(office: OfficeStage, tmp_path: Path) -> None:
    fill(office)
    target = tmp_path / "pack.zip"
    async with office.enter(Role.ADMINISTRATOR, "p") as pilot:
        await press(pilot, "right", "tab")
        await write(pilot, "ana@example.org")
        pilot.app.screen.query_one("#target", Input).value = str(target)
        await press(pilot, "ctrl+s")
        assert str(target.name) in said(pilot)
        assert "certificates: 1" in said(pilot)
    with zipfile.ZipFile(target) as archive:
        scope = json.loads(archive.read("manifest.json"))["scope"]
    assert (scope["course"], scope["student"] is not None) == ("course", True)
    assert deeds(office.ports)[-1] == "report.audit_packed"


async def test_an_auditor_may_make_one(office: OfficeStage, tmp_path: Path) -> None:
    fill(office)
    async with office.enter(Role.AUDITOR, "p") as pilot:
        pilot.app.screen.query_one("#target", Input).value = str(tmp_path / "pack.zip")
        await press(pilot, "ctrl+s")
        assert "The pack is made" in said(pilot)


async def test_what_cannot_be_packed_is_said_in_the_form(office: OfficeStage, tmp_path: Path) -> None:
    fill(office)
    async with office.enter(Role.ADMINISTRATOR, "p") as pilot:
        screen = pilot.app.screen
        screen.query_one("#since", Input).value = "soon"
        await press(pilot, "ctrl+s")
        assert "'soon' is not a day." in said(pilot)
        screen.query_one("#since", Input).value = ""
        screen.query_one("#target", Input).value = str(tmp_path / "nowhere" / "pack.zip")
        await press(pilot, "ctrl+s")
        assert "There is no folder" in said(pilot)
        screen.query_one("#target", Input).value = ""
        await press(pilot, "ctrl+s")
        assert "Type something first." in said(pilot)


async def test_a_stopped_one_leaves_nothing(
    office: OfficeStage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stopped by the button while the first file is being put in."""
    fill(office)
    folder = tmp_path / "packs"
    folder.mkdir()
    async with office.enter(Role.ADMINISTRATOR, "p") as pilot:
        app = pilot.app
        home = office.ports.store.verify_chains

        def stopping(**values: Any) -> Any:
            app.call_from_thread(lambda: app.screen.query_one("#stop", Button).press())
            app.call_from_thread(lambda: None)
            return home(**values)

        monkeypatch.setattr(office.store, "verify_chains", stopping)
        app.screen.query_one("#target", Input).value = str(folder / "pack.zip")
        await press(pilot, "ctrl+s")
        await settle(pilot)
        assert "The packing was stopped. Nothing was written." in notes(pilot)
    assert list(folder.iterdir()) == []
    assert "report.audit_packed" not in deeds(office.ports)


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("name", ["form", "made"])
def test_at_every_size(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, snap_compare: Compare, name: str, size: tuple[int, int]
) -> None:
    monkeypatch.chdir(tmp_path)
    stage = OfficeStage(Path())
    stage.load()
    fill(stage)

    async def run_before(pilot: Pilot[Any]) -> None:
        await settle(pilot)
        await press(pilot, "p")
        if name == "made":
            await press(pilot, "ctrl+s")

    assert snap_compare(stage.office(), terminal_size=size, run_before=run_before)
