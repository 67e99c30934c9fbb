"""The office in Spanish, in the smallest terminal: its words are longer, and none may push another one away."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from cequiz.language import SOURCE, speak
from tests.frontends.tui.office import bank_scenes, key_scenes, live_scenes, people_scenes, report_scenes
from tests.frontends.tui.office.stage import OfficeStage
from tests.frontends.tui.stage import press, said, settle

SetUp = Callable[[OfficeStage], None]
Act = Callable[[OfficeStage, Pilot[Any]], Any]


def _loaded(office: OfficeStage) -> None:
    office.load()


async def home(office: OfficeStage, pilot: Pilot[Any]) -> None:
    """The sections."""


async def care(office: OfficeStage, pilot: Pilot[Any]) -> None:
    """Backup, checks and settings."""
    await press(pilot, "w", "s")


SCREENS: list[tuple[SetUp, Act]] = [
    (_loaded, home),
    (_loaded, care),
    (bank_scenes.set_up, bank_scenes.banks),
    (bank_scenes.set_up, bank_scenes.bank),
    (bank_scenes.set_up, bank_scenes.queue),
    (key_scenes.set_up, key_scenes.foreseen),
    (people_scenes.set_up, people_scenes.student),
    (people_scenes.set_up, people_scenes.staff),
    (live_scenes.set_up, live_scenes.board),
    (live_scenes.set_up, live_scenes.near),
    (report_scenes.set_up, report_scenes.every_report),
    (report_scenes.set_up, report_scenes.hours),
]


@pytest.fixture(autouse=True)
def english_again() -> Iterator[None]:
    yield
    speak(SOURCE)


def _office(folder: Path, set_up: SetUp) -> OfficeStage:
    office = OfficeStage(folder)
    set_up(office)
    speak("es")
    return office


@pytest.mark.parametrize(("set_up", "act"), SCREENS, ids=lambda one: one.__name__)
def test_the_office_reads_as_spanish(
    snap_compare: Callable[..., bool], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, set_up: SetUp, act: Act
) -> None:
    monkeypatch.chdir(tmp_path)
    office = _office(Path(), set_up)

    async def run_before(pilot: Pilot[Any]) -> None:
        await settle(pilot)
        await act(office, pilot)
        await settle(pilot)

    assert snap_compare(office.office(), terminal_size=(60, 20), run_before=run_before)


async def test_who_somebody_is_in_the_office_is_said_in_spanish(tmp_path: Path) -> None:
    office = _office(tmp_path, _loaded)
    async with office.enter() as pilot:
        assert "Ada Office · administrador" in said(pilot)
        assert "administrator" not in said(pilot)
