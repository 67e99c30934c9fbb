"""Care of a real store: a backup while it is in use, the way back, checks, and the settings."""

from __future__ import annotations

import zipfile
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Button, Input

from cequiz.bootstrap import House
from cequiz.domain.people.staff import Role
from cequiz.frontends.tui.office.app import OfficeApp
from cequiz.services import admitting, enrolling
from cequiz.services.ports import ChainReport
from cequiz.settings import Settings
from tests.frontends.tui.stage import notes, press, said, settle, write

Care = Callable[[], AbstractAsyncContextManager[Pilot[Any]]]


@pytest.fixture
def house(tmp_path: Path) -> House:
    """Return a house on a real store with an administrator."""
    made = House(Settings(home=tmp_path / "home", database_url=None, user="me"))
    admitting.create(made.ports(), name="Ada", role=Role.ADMINISTRATOR, passphrase="long enough now", actor="os:me")
    return made


@pytest.fixture
def care(house: House) -> Care:
    """Return a way into the care screen."""

    @asynccontextmanager
    async def enter() -> AsyncIterator[Pilot[Any]]:
        app = OfficeApp(house, zone=UTC)
        app.animation_level = "none"
        app.desk.take_seat(admitting.find(house.ports(), "Ada"))
        async with app.run_test(size=(80, 24)) as pilot:
            await settle(pilot)
            await press(pilot, "w")
            yield pilot
        house.close()

    return enter


async def answer(pilot: Pilot[Any], text: str) -> None:
    """Replace what stands in the question's field, and send it."""
    pilot.app.screen.query_one("#answer", Input).value = ""
    await write(pilot, text)
    await press(pilot, "enter")


async def test_a_backup_goes_to_its_folder_is_proved_and_is_on_record(care: Care, house: House) -> None:
    async with care() as pilot:
        await press(pilot, "b", "enter")
        assert "and was proved" in said(pilot)
    [backup] = sorted((house.settings.home / "backups").iterdir())
    assert zipfile.ZipFile(backup).testzip() is None
    with house.ports().store.read() as unit:
        last = unit.audit.all()[-1]
    assert (last.deed, last.actor) == ("store.backed_up", admitting.find(house.ports(), "Ada").actor)


async def test_a_backup_never_replaces_a_file(care: Care, tmp_path: Path) -> None:
    taken = tmp_path / "taken.zip"
    taken.write_text("mine", encoding="ascii")
    async with care() as pilot:
        await press(pilot, "b")
        await answer(pilot, str(taken))
        assert "exists already" in notes(pilot)
    assert taken.read_text(encoding="ascii") == "mine"


async def test_a_restore_asks_for_the_word_and_puts_the_backup_in_place(
    care: Care, house: House, tmp_path: Path
) -> None:
    saved = tmp_path / "saved.zip"
    async with care() as pilot:
        await press(pilot, "b")
        await answer(pilot, str(saved))
        enrolling.register(house.ports(), name="Late Comer", email="late@example.org", actor="t")
        await press(pilot, "r")
        await answer(pilot, str(saved))
        await answer(pilot, "the disk failed")
        await answer(pilot, "yes")
        assert "Type restore to go on." in said(pilot)
        await answer(pilot, "restore")
        assert "is the store now" in said(pilot)
        assert "Kept:" in said(pilot)
    assert enrolling.students(house.ports()) == ()
    with house.ports().store.read() as unit:
        last = unit.audit.all()[-1]
    assert (last.deed, last.details["reason"]) == ("store.restored", "the disk failed")


async def test_a_restore_is_refused_while_another_program_is_connected(
    care: Care, house: House, tmp_path: Path
) -> None:
    saved = tmp_path / "saved.zip"
    other = House(house.settings)
    async with care() as pilot:
        await press(pilot, "b")
        await answer(pilot, str(saved))
        enrolling.register(other.ports(), name="Late Comer", email="late@example.org", actor="t")
        await press(pilot, "r")
        await answer(pilot, str(saved))
        await answer(pilot, "the disk failed")
        await answer(pilot, "restore")
        assert notes(pilot)
    other.close()
    assert [one.name for one in enrolling.students(house.ports())] == ["Late Comer"]


async def test_a_check_and_the_doctor_tell_what_they_found(care: Care) -> None:
    async with care() as pilot:
        await press(pilot, "c")
        assert "nothing differs" in said(pilot)
        await press(pilot, "d")
        assert "store" in said(pilot)


async def test_the_settings_tell_what_the_file_says(care: Care, house: House) -> None:
    (house.settings.home / "config.toml").write_text("[office]\nsecond_approver = true\n", encoding="utf-8")
    async with care() as pilot:
        await press(pilot, "s")
        assert "second_approver = true" in said(pilot)


async def test_who_has_lost_the_right_meanwhile_makes_no_backup(care: Care, house: House, tmp_path: Path) -> None:
    """A backup holds the keys: somebody who may only read would carry them away."""
    async with care() as pilot:
        admitting.create(house.ports(), name="Bo", role=Role.ADMINISTRATOR, passphrase="long enough now", actor="os:me")
        await press(pilot, "b")
        ada = admitting.find(house.ports(), "Ada")
        admitting.change_role(house.ports(), staff_id=ada.id, role=Role.AUDITOR, reason="asked", actor="os:me")
        await answer(pilot, str(tmp_path / "b.zip"))
        assert "Your role, auditor, does not allow that." in notes(pilot)
    assert not (tmp_path / "b.zip").exists()


async def test_a_check_that_is_stopped_ends_and_says_what_that_means(
    care: Care, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If this fails, the button to stop is there and does nothing, among records that take minutes."""
    async with care() as pilot:
        app, store = pilot.app, house.ports().store
        recompute = store.verify_chains

        def stopping(**values: Any) -> ChainReport:
            app.call_from_thread(lambda: app.screen.query_one("#stop", Button).press())
            for _ in range(1_000):  # until the press has come through
                if values["stop"]():
                    break
                app.call_from_thread(lambda: None)
            return recompute(**values)

        monkeypatch.setattr(store, "verify_chains", stopping)
        for key in ("c", "d"):
            await press(pilot, key)
            await settle(pilot)
            assert "The check was stopped. What was not looked at may differ all the same." in notes(pilot)
            assert "nothing differs" not in said(pilot)
            app.clear_notifications()


async def test_an_auditor_checks_and_reads_the_settings_and_restores_nothing(care: Care, house: House) -> None:
    admitting.create(house.ports(), name="Bo", role=Role.ADMINISTRATOR, passphrase="long enough now", actor="os:me")
    ada = admitting.find(house.ports(), "Ada")
    admitting.change_role(house.ports(), staff_id=ada.id, role=Role.AUDITOR, reason="asked", actor="os:me")
    async with care() as pilot:
        assert "Put a backup in the place" not in said(pilot)
        for key in ("b", "r"):
            await press(pilot, key)
            assert "Your role, auditor, does not allow this." in notes(pilot)
        await press(pilot, "s")
        assert "second_approver" in said(pilot)
        await press(pilot, "c")
        assert "nothing differs" in said(pilot)
