"""Checking, watching and loading files in the office."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from cequiz.domain.people.staff import Role
from cequiz.frontends.tui.office import watching
from cequiz.frontends.tui.office.bank_files import BankFilesScreen
from cequiz.frontends.tui.widgets.path_input import completion
from tests.frontends.tui.office.bank_scenes import BAD_BANK, GOOD_BANK
from tests.frontends.tui.office.stage import OfficeStage
from tests.frontends.tui.stage import notes, press, said, settle, write


@pytest.fixture
def neck(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(watching, "BEAT", 600.0)
    path = tmp_path / "neck.yaml"
    path.write_text(BAD_BANK, encoding="utf-8")
    return path


async def check(pilot: Pilot[int], typed: str = "neck.yaml") -> None:
    await press(pilot, "b", "c")
    await write(pilot, typed)
    await press(pilot, "enter")


async def look(pilot: Pilot[int], times: int = 2) -> None:
    """Let the watch look, as its timer would."""
    screen = pilot.app.screen
    assert isinstance(screen, BankFilesScreen)
    for _ in range(times):
        screen.watcher.look()
        await settle(pilot)


async def test_each_problem_stands_beside_its_line(office: OfficeStage, neck: Path) -> None:
    async with office.enter() as pilot:
        await check(pilot)
        text = said(pilot)
        assert "1 file, 0 questions, 2 errors, 0 warnings." in text
        assert "✗ error R23  line 12, column 16 (scm-action)" in text
        assert "▶   12      cognitive: recal" in text
        await press(pilot, "down")
        assert "▶   17        - {id: a" in said(pilot)
        await press(pilot, "l")
        assert "Load this?" not in said(pilot)  # nothing with an error is loaded


async def test_a_mended_file_is_loaded_once_and_for_all(office: OfficeStage, neck: Path) -> None:
    async with office.enter() as pilot:
        await check(pilot)
        neck.write_text(GOOD_BANK, encoding="utf-8")
        await press(pilot, "c")
        assert "0 errors" in said(pilot)
        await press(pilot, "l")
        assert "Bank neck 2026.1" in said(pilot)
        await press(pilot, "y")
        assert "bank neck 2026.1: loaded" in said(pilot)
        await press(pilot, "n", "l", "y")
        assert "bank neck 2026.1: was loaded already, unchanged" in said(pilot)
    with office.store.read() as unit:
        assert [one.version for one in unit.banks.versions() if one.id == "neck"] == ["2026.1"]
        (deed,) = [one for one in unit.audit.all() if one.subject == "neck"]
    assert (deed.deed, deed.actor) == ("bank.loaded", office.staff().actor)


async def test_what_a_new_version_changes_is_told_before_it_is_loaded(office: OfficeStage, neck: Path) -> None:
    async with office.enter() as pilot:
        neck.write_text(GOOD_BANK, encoding="utf-8")
        await check(pilot)
        await press(pilot, "l", "y", "n")
        other = GOOD_BANK.replace("2026.1", "2026.2").replace(", correct: true", "")
        neck.write_text(other.replace('own side"', 'own side", correct: true'), encoding="utf-8")
        await press(pilot, "c", "l")
        assert "1 question has another key" in said(pilot)
        await press(pilot, "n", "d")
        assert "key A -> B" in said(pilot)


async def test_other_content_under_a_loaded_version_is_refused(office: OfficeStage, neck: Path) -> None:
    async with office.enter() as pilot:
        neck.write_text(GOOD_BANK, encoding="utf-8")
        await check(pilot)
        await press(pilot, "l", "y", "n")
        neck.write_text(GOOD_BANK.replace("Flexion", "Bending"), encoding="utf-8")
        await press(pilot, "c", "l", "y")
        assert "The bank neck 2026.1 is in the store with other content." in notes(pilot)


async def test_a_watched_file_is_checked_again_when_it_is_saved(office: OfficeStage, neck: Path) -> None:
    async with office.enter() as pilot:
        await check(pilot)
        await press(pilot, "w")
        assert "◉ Watching." in said(pilot)
        await look(pilot)
        assert "2 errors" in said(pilot)
        draft = neck.with_suffix(".new")
        draft.write_text(GOOD_BANK, encoding="utf-8")
        draft.replace(neck)  # as most editors save
        await look(pilot)
        assert "0 errors" in said(pilot)
        await press(pilot, "w")
        assert "○ Not watching." in said(pilot)


async def test_a_path_that_leads_nowhere_is_told(office: OfficeStage, neck: Path) -> None:
    async with office.enter() as pilot:
        await check(pilot, "nothing.yaml")
        assert "There is no file or folder nothing.yaml." in said(pilot)


async def test_the_rules_of_a_board_are_switched_on_and_off(office: OfficeStage, neck: Path) -> None:
    neck.write_text(GOOD_BANK.replace('      - {id: d, text: "Flexion of the neck"}\n', ""), encoding="utf-8")
    async with office.enter() as pilot:
        await check(pilot)
        assert "0 errors" in said(pilot)
        await press(pilot, "p")
        assert "Profile: NCBTMB." in said(pilot)
        assert "1 error" in said(pilot)
        await press(pilot, "p")
        assert "0 errors" in said(pilot)


async def test_a_path_is_completed_by_tab(office: OfficeStage, neck: Path) -> None:
    (neck.parent / "banks").mkdir()
    (neck.parent / "banks" / "zygoma.yaml").touch()
    async with office.enter() as pilot:
        await press(pilot, "b", "c")
        await write(pilot, "ba")
        await press(pilot, "tab", "z", "tab")
        assert pilot.app.screen.query_one("#file", Input).value == "banks/zygoma.yaml"
    assert completion("nowhere/x") is None
    assert completion("") is None


async def test_markup_and_control_characters_of_a_file_are_text(office: OfficeStage, neck: Path) -> None:
    neck.write_text(BAD_BANK.replace("recal\n", "'[bold]x[/] \x1b[2J'\n"), encoding="utf-8")
    async with office.enter() as pilot:
        await check(pilot)
        assert "\x1b" not in said(pilot)
        assert "\\x1b[2J" in said(pilot)
        assert "[bold]x[/]" in said(pilot)


async def test_an_auditor_checks_files_and_cannot_load_them(office: OfficeStage, neck: Path) -> None:
    neck.write_text(GOOD_BANK, encoding="utf-8")
    async with office.enter(Role.AUDITOR) as pilot:
        await check(pilot)
        assert "0 errors" in said(pilot)
        await press(pilot, "l")
        assert "Load this?" not in said(pilot)
