"""Who comes into the office, and what each of them sees."""

from __future__ import annotations

from datetime import timedelta

import pytest

from cequiz.domain.people.staff import Right, Role
from cequiz.errors import NotAllowed
from cequiz.frontends.tui.command import Scope
from cequiz.frontends.tui.office.sections import SECTIONS
from cequiz.frontends.tui.office_commands import OFFICE_COMMANDS
from cequiz.frontends.tui.widgets.listing import Listing
from cequiz.services import admitting
from tests.frontends.tui.office.stage import NAMES, OfficeStage
from tests.frontends.tui.stage import PASSPHRASE, press, said, write


async def test_the_first_to_come_into_an_empty_office_becomes_its_administrator(office: OfficeStage) -> None:
    async with office.enter(None) as pilot:
        assert "The first to come in is its administrator." in said(pilot)
        await press(pilot, "enter")
        await write(pilot, "Ada Office")
        await press(pilot, "enter")
        await write(pilot, PASSPHRASE)
        await press(pilot, "enter")
        await write(pilot, PASSPHRASE)
        await press(pilot, "enter")
        assert "Ada Office · administrator" in said(pilot)
    assert [(one.staff.name, one.staff.role) for one in admitting.seats(office.ports)] == [
        ("Ada Office", Role.ADMINISTRATOR)
    ]


async def test_two_passphrases_that_differ_take_nobody_in(office: OfficeStage) -> None:
    async with office.enter(None) as pilot:
        await press(pilot, "enter")
        await write(pilot, "Ada")
        await press(pilot, "enter")
        await write(pilot, PASSPHRASE)
        await press(pilot, "enter")
        await write(pilot, "something else")
        await press(pilot, "enter")
        assert "The two passphrases differ." in said(pilot)
    assert admitting.is_empty(office.ports)


async def test_who_signs_in_sees_the_sections_and_can_sign_out(office: OfficeStage) -> None:
    office.staff()
    async with office.enter(None) as pilot:
        await press(pilot, "enter")
        await write(pilot, "ada office")  # capitals do not count
        await press(pilot, "enter")
        await write(pilot, PASSPHRASE)
        await press(pilot, "enter")
        assert "Who sits what" in said(pilot)
        await press(pilot, "o")
        assert "Who works here signs in first." in said(pilot)


async def test_a_wrong_passphrase_is_refused_and_the_field_is_empty_again(office: OfficeStage) -> None:
    office.staff()
    async with office.enter(None) as pilot:
        await press(pilot, "enter")
        await write(pilot, "Ada Office")
        await press(pilot, "enter")
        await write(pilot, "not this one")
        await press(pilot, "enter")
        assert "The name or the passphrase is wrong." in said(pilot)
        await write(pilot, PASSPHRASE)
        await press(pilot, "enter")
        assert "Ada Office · administrator" in said(pilot)


@pytest.mark.parametrize(("role", "closed"), [(Role.ADMINISTRATOR, ""), (Role.PROCTOR, "bhkpfw"), (Role.AUDITOR, "")])
async def test_each_role_finds_the_doors_it_has_a_right_to(office: OfficeStage, role: Role, closed: str) -> None:
    """A proctor sits beside those who are examined: no key, no answer, no signed pack, no house-keeping."""
    async with office.enter(role) as pilot:
        assert f"{NAMES[role]} · {role}" in said(pilot)
        listing = pilot.app.screen.query_one(Listing)
        doors = {str(option.id) for option in listing.options}
        assert doors == {one.key for one in SECTIONS} - set(closed)
        home = pilot.app.screen
        for key in closed:
            await press(pilot, key)
            assert pilot.app.screen is home


async def test_a_role_that_was_taken_away_is_refused_at_the_next_deed(office: OfficeStage) -> None:
    app = office.office()
    second = admitting.create(office.ports, name="Second", role=Role.ADMINISTRATOR, passphrase=PASSPHRASE, actor="test")
    assert await app.desk.do(Right.ADMINISTER, lambda ports, actor: actor) == office.staff().actor
    admitting.change_role(
        office.ports, staff_id=office.staff().id, role=Role.AUDITOR, reason="asked", actor=second.actor
    )
    with pytest.raises(NotAllowed, match="Your role, auditor"):
        await app.desk.do(Right.ADMINISTER, lambda ports, actor: actor)


def test_every_section_has_a_letter_of_its_own_and_the_key_that_opens_it() -> None:
    [go] = [one for one in OFFICE_COMMANDS if one.scope is Scope.OFFICE and one.id == "go"]
    assert go.key.split(",") == [one.key for one in SECTIONS]
    assert len({one.key for one in SECTIONS}) == len(SECTIONS)


async def test_a_name_that_is_locked_out_says_for_how_long(office: OfficeStage) -> None:
    office.staff()
    for _ in range(5):
        office.clock.advance(timedelta(minutes=1))
        with pytest.raises(NotAllowed):
            admitting.sign_in(office.ports, name="Ada Office", passphrase="wrong wrong")
    async with office.enter(None) as pilot:
        await press(pilot, "enter")
        await write(pilot, "Ada Office")
        await press(pilot, "enter")
        await write(pilot, PASSPHRASE)
        await press(pilot, "enter")
        assert "locked out for 15 minutes" in said(pilot)


async def test_what_waits_is_told_at_its_door(office: OfficeStage) -> None:
    office.start(office.student())
    async with office.enter() as pilot:
        assert "● 1 exam runs now." in said(pilot)
        assert "Questions that students dispute." in said(pilot)
