"""The audit log: found by deed, by id and by person; opened whole; verified."""

from __future__ import annotations

from cequiz.domain.people.staff import Role
from cequiz.services import enrolling
from tests.frontends.tui.office.stage import OfficeStage
from tests.frontends.tui.stage import press, said, write


async def test_the_newest_record_comes_first_with_the_name_of_who_did_it(office: OfficeStage) -> None:
    ada = office.staff()
    enrolling.register(office.ports, name="Ana Souza", email="ana@example.org", actor=ada.actor)
    async with office.enter(Role.AUDITOR, "a") as pilot:
        lines = said(pilot).splitlines()
        [registered] = [line for line in lines if "student.registered" in line]
        assert "Ada Office" in registered
        assert "Ana Souza" not in "\n".join(lines)  # the log names people by id alone


async def test_a_deed_or_an_id_is_found_as_it_is_typed(office: OfficeStage) -> None:
    student = office.student()
    async with office.enter(Role.AUDITOR, "a") as pilot:
        await press(pilot, "slash")
        await write(pilot, "bank.")
        await press(pilot, "enter")
        assert "bank.loaded" in said(pilot)
        assert "student.registered" not in said(pilot)
        await press(pilot, "slash", *["backspace"] * 5)
        await write(pilot, student.id)
        await press(pilot, "enter")
        assert "student.registered" in said(pilot)
        assert "bank.loaded" not in said(pilot)


async def test_a_record_opens_whole(office: OfficeStage) -> None:
    async with office.enter(Role.AUDITOR, "a", "end", "enter") as pilot:
        text = said(pilot)
        assert "bank.loaded" in text
        assert "content_hash: " in text
        await press(pilot, "escape")
        assert "Audit log" in said(pilot)


async def test_every_chain_is_recomputed_on_demand(office: OfficeStage) -> None:
    async with office.enter(Role.AUDITOR, "a", "v") as pilot:
        assert "✓ The records are sound" in said(pilot)
