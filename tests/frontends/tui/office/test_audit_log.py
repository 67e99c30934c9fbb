"""The audit log: found by deed, by id and by person; opened whole; verified."""

from __future__ import annotations

from cequiz.domain.people.staff import Role
from cequiz.services import enrolling
from cequiz.services.ports import AuditRecord
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


async def test_deeds_of_a_person_and_of_a_day_are_found(office: OfficeStage) -> None:
    """If this fails, the command line can answer what the office cannot: what did Ada do on that day."""
    ada = office.staff()
    enrolling.register(office.ports, name="Ana Souza", email="ana@example.org", actor=ada.actor)
    async with office.enter(Role.AUDITOR, "a", "slash") as pilot:
        await write(pilot, "ada 2026-11-22")
        await press(pilot, "enter")
        text = said(pilot)
        assert "student.registered" in text
        assert "bank.loaded" not in text
        await press(pilot, "slash", "backspace", "1", "enter")
        assert "Nothing was found." in said(pilot)


async def test_why_something_became_of_a_question_is_not_told_to_a_proctor(office: OfficeStage) -> None:
    """The reason of a changed key tells the key, to somebody who sits beside those who are examined."""
    office.staff(Role.AUDITOR)
    office.staff(Role.PROCTOR)
    with office.store.write() as unit:
        at = office.clock.read().wall
        details = {"reason": "B was wrong, C is right", "bank": "sample"}
        unit.audit.add(AuditRecord(at=at, actor="os:me", deed="bank.key_changed", subject="sample", details=details))
    async with office.enter(Role.AUDITOR, "a", "home", "enter") as pilot:
        assert "C is right" in said(pilot)
    async with office.enter(Role.PROCTOR, "a", "home", size=(120, 40)) as pilot:
        assert "bank.key_changed" in said(pilot)
        await press(pilot, "enter")
        assert "The rest is for who may see questions with their keys." in said(pilot)
        assert "C is right" not in said(pilot)
        await press(pilot, "escape")
        assert "C is right" not in said(pilot)
