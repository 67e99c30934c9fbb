"""Who works in the office, as an administrator keeps it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from cequiz.domain.people.staff import Role
from cequiz.errors import NotAllowed
from cequiz.frontends.tui.office.home import OfficeHomeScreen
from cequiz.frontends.tui.office.staff import StaffScreen
from cequiz.services import admitting
from tests.frontends.tui.office.stage import NAMES, OfficeStage
from tests.frontends.tui.stage import PASSPHRASE, notes, press, said, write
from tests.services.earned import audit

NEW = "another passphrase"


@pytest.fixture
def crew(office: OfficeStage) -> OfficeStage:
    """Return an office with somebody of each role: Ada, Alma, Paul, in this order."""
    for role in Role:
        office.staff(role)
    return office


def lock_out(office: OfficeStage, name: str) -> None:
    """Try wrong passphrases until the name is locked out."""
    for _ in range(office.ports.rules.sign_in_failures):
        with pytest.raises(NotAllowed):
            admitting.sign_in(office.ports, name=name, passphrase="not this one")
        office.clock.advance(timedelta(seconds=30))


async def test_everybody_is_listed_with_role_and_state(crew: OfficeStage) -> None:
    async with crew.enter(Role.ADMINISTRATOR, "f") as pilot:
        words = said(pilot)
        assert all(name in words for name in NAMES.values())
        assert "✓ may sign in" in words
        await press(pilot, "slash")
        await write(pilot, "proctor")
        await press(pilot, "enter")
        assert "Alma Reader" not in said(pilot)


async def test_a_proctor_does_not_get_into_the_staff_room(crew: OfficeStage) -> None:
    async with crew.enter(Role.PROCTOR, "f") as pilot:
        assert isinstance(pilot.app.screen, OfficeHomeScreen)
        assert "Who works in the office." not in said(pilot)


async def test_an_auditor_reads_who_works_here_and_changes_nothing(crew: OfficeStage) -> None:
    async with crew.enter(Role.AUDITOR, "f") as pilot:
        assert isinstance(pilot.app.screen, StaffScreen)
        assert all(name in said(pilot) for name in NAMES.values())
        assert " r role" not in said(pilot)
        for key in ("a", "r", "p", "l", "enter"):
            await press(pilot, key)
            assert isinstance(pilot.app.screen, StaffScreen)
        assert "Your role, auditor, does not allow this." in notes(pilot)


async def test_somebody_new_can_sign_in(crew: OfficeStage) -> None:
    async with crew.enter(Role.ADMINISTRATOR, "f", "a") as pilot:
        await write(pilot, "Nora New")
        await press(pilot, "tab", "right", "tab")
        await write(pilot, NEW)
        await press(pilot, "enter")
        await write(pilot, NEW)
        await press(pilot, "enter", "enter")
        assert "A reason is needed" in said(pilot)
        await write(pilot, "a new auditor")
        await press(pilot, "enter")
        assert isinstance(pilot.app.screen, StaffScreen)
        assert "Nora New" in said(pilot)
    created = next(one for one in audit(crew.ports) if one.details.get("reason") == "a new auditor")
    assert created.deed == "staff.created"
    assert admitting.sign_in(crew.ports, name="nora new", passphrase=NEW).role is Role.AUDITOR


async def test_passphrases_that_differ_or_a_name_that_is_taken_stand_in_the_form(crew: OfficeStage) -> None:
    async with crew.enter(Role.ADMINISTRATOR, "f", "a") as pilot:
        await write(pilot, "ada office")
        await press(pilot, "tab", "tab")
        await write(pilot, NEW)
        await press(pilot, "ctrl+s")
        assert "The two passphrases differ." in said(pilot)
        await write(pilot, NEW)
        await press(pilot, "enter")
        await write(pilot, "no reason at all")
        await press(pilot, "ctrl+s")
        assert "is called ada office already" in said(pilot)
    assert len(admitting.seats(crew.ports)) == 3


async def test_a_role_is_changed(crew: OfficeStage) -> None:
    async with crew.enter(Role.ADMINISTRATOR, "f", "down", "r") as pilot:
        await press(pilot, "left", "ctrl+s")
        assert "A reason is needed" in said(pilot)
        await write(pilot, "looks after exams now")
        await press(pilot, "ctrl+s")
        assert isinstance(pilot.app.screen, StaffScreen)
    assert admitting.find(crew.ports, "Alma Reader").role is Role.PROCTOR
    record = audit(crew.ports)[-1]
    assert (record.deed, record.actor) == ("staff.role_changed", crew.staff().actor)
    assert record.details["reason"] == "looks after exams now"


async def test_the_last_administrator_stays_one(crew: OfficeStage) -> None:
    async with crew.enter(Role.ADMINISTRATOR, "f", "r", "right", "tab") as pilot:
        await write(pilot, "had enough")
        await press(pilot, "ctrl+s")
        assert "Nobody could administer the office any more." in said(pilot)
        await press(pilot, "escape", "l")
        await write(pilot, "had enough")
        await press(pilot, "enter")
        assert "Nobody could administer the office any more." in notes(pilot)
    assert crew.staff().role is Role.ADMINISTRATOR
    assert crew.staff().active


async def test_who_is_locked_out_is_seen_and_let_in_again(crew: OfficeStage) -> None:
    lock_out(crew, NAMES[Role.PROCTOR])
    async with crew.enter(Role.ADMINISTRATOR, "f") as pilot:
        assert "◷ locked until" in said(pilot)
        assert " u unlock" not in said(pilot)  # Ada, who is highlighted, is not locked out
        await press(pilot, "down", "down")
        assert " u unlock" in said(pilot)
        await press(pilot, "u")
        await write(pilot, "he telephoned")
        await press(pilot, "enter")
        assert "◷ locked until" not in said(pilot)
        assert " u unlock" not in said(pilot)
    assert audit(crew.ports)[-1].deed == "staff.unlocked"
    assert audit(crew.ports)[-1].details["reason"] == "he telephoned"
    assert admitting.sign_in(crew.ports, name=NAMES[Role.PROCTOR], passphrase=PASSPHRASE)


async def test_a_new_passphrase_lets_in_and_the_old_one_does_not(crew: OfficeStage) -> None:
    async with crew.enter(Role.ADMINISTRATOR, "f", "down", "p") as pilot:
        await write(pilot, "short")
        await press(pilot, "enter")
        await write(pilot, "short")
        await press(pilot, "enter")
        await write(pilot, "forgotten")
        await press(pilot, "enter")
        assert "at least 15 characters" in said(pilot)
        await press(pilot, "escape", "p")
        await write(pilot, NEW)
        await press(pilot, "enter")
        await write(pilot, NEW)
        await press(pilot, "enter")
        await write(pilot, "forgotten")
        await press(pilot, "enter")
        assert "The passphrase of Alma Reader is set." in notes(pilot)
    assert audit(crew.ports)[-1].details == {"reason": "forgotten"}
    with pytest.raises(NotAllowed):
        admitting.sign_in(crew.ports, name="Alma Reader", passphrase=PASSPHRASE)
    assert admitting.sign_in(crew.ports, name="Alma Reader", passphrase=NEW)


async def test_who_left_cannot_sign_in_and_may_come_back(crew: OfficeStage) -> None:
    async with crew.enter(Role.ADMINISTRATOR, "f", "down", "l") as pilot:
        await write(pilot, "moved away")
        await press(pilot, "enter")
        assert "✗ left the office" in said(pilot)
        assert " l let in" in said(pilot)
        with pytest.raises(NotAllowed):
            admitting.sign_in(crew.ports, name="Alma Reader", passphrase=PASSPHRASE)
        await press(pilot, "l")
        await write(pilot, "is back")
        await press(pilot, "enter")
        assert "✗ left the office" not in said(pilot)
    assert admitting.sign_in(crew.ports, name="Alma Reader", passphrase=PASSPHRASE)
