"""An exam that has ended can be voided where it is looked at, and never takes a certificate along by the way."""

from __future__ import annotations

from typing import Any

import pytest
from textual.pilot import Pilot

from cequiz.domain.exam.remark import Drop
from cequiz.domain.people.staff import Role
from cequiz.frontends.tui.office.student_attempt import AttemptFileScreen
from cequiz.frontends.tui.screen import Dialog
from cequiz.services import correcting, papers, proposing, rekeying
from cequiz.services.enrolling import student
from cequiz.services.foreseeing import Request, preview
from cequiz.services.grading import load_attempt
from tests.frontends.tui.office import people_scenes
from tests.frontends.tui.office.stage import OfficeStage
from tests.frontends.tui.stage import notes, press, said, write
from tests.services.earned import deeds

NUMBER = "CQ-2026-000001"
PASSED, FAILED = ("s", "enter", "down", "enter"), ("s", "enter", "down", "down", "enter")


@pytest.fixture
def people(empty_office: OfficeStage) -> OfficeStage:
    """Return an office with somebody who has failed once, and then passed."""
    people_scenes.set_up(empty_office)
    return empty_office


async def answer(pilot: Pilot[Any], text: str) -> None:
    await write(pilot, text)
    await press(pilot, "enter")


def states(office: OfficeStage) -> list[str]:
    ana = student(office.ports, "ana@example.org")
    with office.ports.store.read() as unit:
        return [str(one.standing.status) for one in unit.attempts.headers(student_id=ana.id)]


def certificate(office: OfficeStage) -> str:
    newest = papers.certificate(office.ports, NUMBER)[1]
    assert newest is not None
    return newest.status


async def test_a_proctor_voids_an_exam_that_nothing_was_earned_by(people: OfficeStage) -> None:
    async with people.enter(Role.PROCTOR, *FAILED) as pilot:
        assert "not passed" in said(pilot)
        await press(pilot, "v")
        assert "does not count as an attempt" in said(pilot)
        await answer(pilot, "the room was on fire")
        assert "voided: it does not count" in said(pilot)
        await press(pilot, "v")
        assert isinstance(pilot.app.screen, AttemptFileScreen), "what is void cannot be voided again"
    assert states(people) == ["voided", "submitted"]
    assert certificate(people) == "issued"


async def test_a_certificate_is_revoked_only_after_a_second_yes_that_names_it(people: OfficeStage) -> None:
    async with people.enter(Role.ADMINISTRATOR, *PASSED) as pilot:
        await press(pilot, "v")
        assert f"The certificate {NUMBER} rests on this attempt" in said(pilot)
        await answer(pilot, "sat by somebody else")
        assert isinstance(pilot.app.screen, Dialog)
        assert f"Revoke {NUMBER} with the attempt?" in said(pilot)
        await press(pilot, "n")
        assert states(people) == ["submitted", "submitted"], "the second answer was no"
        await press(pilot, "v")
        await answer(pilot, "sat by somebody else")
        await press(pilot, "y")
        assert "voided: it does not count" in said(pilot)
        assert f"The certificate {NUMBER} was revoked." in notes(pilot)
    assert states(people) == ["submitted", "voided"]
    assert certificate(people) == "revoked"
    assert deeds(people.ports)[-3:] == ["attempt.voided", "certificate.revoked", "award.ended"]


async def test_a_certificate_that_another_attempt_carries_is_asked_about_too(people: OfficeStage) -> None:
    """It would say what is true no more, and nobody would know that it has to be corrected."""
    credit_the_first(people)
    async with people.enter(Role.ADMINISTRATOR, *PASSED) as pilot:
        await press(pilot, "v")
        assert "Another attempt has passed too" in said(pilot)
        await answer(pilot, "sat by somebody else")
        assert isinstance(pilot.app.screen, Dialog)
        assert f"Void what {NUMBER} rests on?" in said(pilot)
        await press(pilot, "n")
        assert states(people) == ["submitted", "submitted"], "the second answer was no"
        await press(pilot, "v")
        await answer(pilot, "sat by somebody else")
        await press(pilot, "y")
        assert "`cequiz certificate issue` corrects it." in notes(pilot)
    assert states(people) == ["submitted", "voided"]
    assert certificate(people) == "issued"
    (corrected,) = correcting.catch_up(people.ports, actor="test").certificates
    assert corrected.number == f"{NUMBER}-R1"


def credit_the_first(office: OfficeStage) -> None:
    """Let everybody have the points of three items, by which the attempt that had failed passes."""
    ana = student(office.ports, "ana@example.org")
    with office.ports.store.read() as unit:
        first = load_attempt(unit, unit.attempts.headers(student_id=ana.id)[0].id)
    asked = [one.question for one in first.form.items[:3]]
    changes = tuple(rekeying.dropped(one, bank="sample", drop=Drop.CREDIT) for one in asked)
    seen = preview(office.ports, Request(bank="sample", changes=changes))
    proposing.submit(office.ports, seen, reason="three readings", actor="test")


async def test_a_proctor_takes_no_certificate_away(people: OfficeStage) -> None:
    async with people.enter(Role.PROCTOR, *PASSED) as pilot:
        await press(pilot, "v")
        assert isinstance(pilot.app.screen, AttemptFileScreen)
        assert "Only an administrator may void it." in notes(pilot)
    assert certificate(people) == "issued"


async def test_an_auditor_voids_nothing(people: OfficeStage) -> None:
    async with people.enter(Role.AUDITOR, *FAILED) as pilot:
        await press(pilot, "v")
        assert isinstance(pilot.app.screen, AttemptFileScreen)
        assert "does not allow this" in notes(pilot)
    assert states(people) == ["submitted", "submitted"]
