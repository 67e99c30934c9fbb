"""The students' screens of the office: finding somebody, the file, what each role sees, adding and correcting."""

from __future__ import annotations

from typing import Any

import pytest
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widgets import Input, TextArea

from cequiz.domain.people.staff import Role
from cequiz.domain.people.student import Student
from cequiz.errors import NotAllowed
from cequiz.frontends.tui.office.app import OfficeApp
from cequiz.frontends.tui.office.certificate_view import CertificateViewScreen
from cequiz.frontends.tui.office.live_attempt import LiveAttemptScreen
from cequiz.frontends.tui.office.student_form import CorrectStudentScreen
from cequiz.frontends.tui.office.student_view import StudentScreen
from cequiz.frontends.tui.office.students import StudentsScreen
from cequiz.services import enrolling, papers, rolling
from cequiz.services.accommodating import versions
from cequiz.services.enrolling import student
from cequiz.services.signing_in import sign_in
from tests.fakes import FakeNotary
from tests.frontends.tui.office import people_scenes
from tests.frontends.tui.office.stage import OfficeStage
from tests.frontends.tui.stage import notes, press, said, settle, write
from tests.services.earned import audit, deeds

NEW = "a new passphrase"
DEEDS = ("correct", "enrol", "merge", "passphrase")


@pytest.fixture
def people(empty_office: OfficeStage) -> OfficeStage:
    """Return an office with a few students, one of whom has earned a course."""
    people_scenes.set_up(empty_office)
    return empty_office


def enrolled_again(office: OfficeStage) -> Student:
    """Return somebody whose next renewal cycle is open."""
    found = student(office.ports, "ana@example.org")
    enrolling.renew(office.ports, student_id=found.id, course_id="course", actor="test")
    return found


def top(pilot: Pilot[Any]) -> type[Screen[Any]]:
    """Return the kind of screen that is shown."""
    return type(pilot.app.screen)


async def test_somebody_is_found_without_accents_and_opened(people: OfficeStage) -> None:
    async with people.enter(Role.ADMINISTRATOR, "s") as pilot:
        assert "Chidi Okafor" in said(pilot)
        await press(pilot, "slash")
        await write(pilot, "KOVACS")
        await press(pilot, "enter")
        assert "Béla Kovács" in said(pilot)
        assert "Chidi Okafor" not in said(pilot)
        await press(pilot, "enter")
        assert isinstance(pilot.app.screen, StudentScreen)
        assert "bela@example.org" in said(pilot)


async def test_a_search_that_finds_nobody_says_so(people: OfficeStage) -> None:
    async with people.enter(Role.ADMINISTRATOR, "s", "slash") as pilot:
        await write(pilot, "nobody of this name")
        await press(pilot, "enter", "enter")
        assert "Nobody was found." in said(pilot)
        assert isinstance(pilot.app.screen, StudentsScreen)


async def test_the_file_tells_what_was_enrolled_sat_earned_and_done(people: OfficeStage) -> None:
    async with people.enter(Role.ADMINISTRATOR, "s", "enter") as pilot:
        words = said(pilot)
    assert "FL:MA12345, NY:027123" in words
    assert "Essential Orthopedic and Osteopathic Assessments  earned" in words
    assert "Sample exam, attempt 1  not passed, 0 %" in words
    assert "Sample exam, attempt 2  passed with 100 %" in words
    assert "CQ-2026-000001  in force" in words
    assert "student.registered" in words
    assert "Ada Office" in words  # who granted it, by name and not by id


async def test_an_attempt_is_explained_with_its_score_and_its_time(people: OfficeStage) -> None:
    async with people.enter(Role.ADMINISTRATOR, "s", "enter", "down", "enter") as pilot:
        words = said(pilot)
    assert "4 of 4 points, 100 %" in words
    assert "Time limit of the exam, 10 minutes" in words
    assert "1.5 times the limit" in words


async def test_a_course_and_a_deed_open_with_more_about_them(people: OfficeStage) -> None:
    async with people.enter(Role.ADMINISTRATOR, "s", "enter", "enter") as pilot:
        assert "Renewal cycle: 1" in said(pilot)
        await press(pilot, "escape", "end", "enter")
        assert "student.registered" in said(pilot)
        assert "Who: test" in said(pilot)


async def test_a_certificate_and_an_exam_that_runs_open_on_their_own_screens(people: OfficeStage) -> None:
    people.start(enrolled_again(people))
    async with people.enter(Role.ADMINISTRATOR, "s", "enter", "down", "enter") as pilot:
        assert top(pilot) is LiveAttemptScreen
        await press(pilot, "escape", "down", "down", "down", "enter")
        assert top(pilot) is CertificateViewScreen
        assert "CQ-2026-000001" in said(pilot)


async def test_an_auditor_reads_what_was_granted_and_grants_nothing(people: OfficeStage) -> None:
    async with people.enter(Role.AUDITOR, "s", "enter") as pilot:
        assert "1.5 times" in said(pilot)
        await press(pilot, "a")
        assert "letter on file" in said(pilot)
        assert pilot.app.screen.query_one("#send").disabled
        pilot.app.screen.query_one("#reason", Input).value = "not mine to grant"
        await press(pilot, "tab", "right", "ctrl+s")
        assert "Granted to" not in notes(pilot)
    ana = student(people.ports, "ana@example.org")
    assert len(versions(people.ports, ana.id)) == 1


async def test_a_proctor_sees_no_accommodation(people: OfficeStage) -> None:
    async with people.enter(Role.PROCTOR, "s", "enter", "a") as pilot:
        assert top(pilot) is StudentScreen
        assert "Accommodation" not in said(pilot)
        assert "1.5 times" not in said(pilot)
        await press(pilot, "down", "enter")
        assert "Time limit of the exam, 10 minutes" in said(pilot)
        assert "1.5 times" not in said(pilot)


@pytest.mark.parametrize("role", [Role.PROCTOR, Role.AUDITOR])
async def test_who_may_not_change_records_is_offered_no_deed_and_their_keys_do_nothing(
    people: OfficeStage, role: Role
) -> None:
    before = deeds(people.ports)
    async with people.enter(role, "s") as pilot:
        assert " a add" not in said(pilot)
        await press(pilot, "a", "i")
        assert top(pilot) is StudentsScreen
        await press(pilot, "enter")
        screen = pilot.app.screen
        assert isinstance(screen, StudentScreen)
        assert " t transcript" in said(pilot)
        assert " c correct" not in said(pilot)
        await press(pilot, "c", "e", "w", "m", "p")
        assert screen.is_current
        assert not any(screen.allows(one) for one in DEEDS)
    assert deeds(people.ports)[: len(before)] == before
    assert not [one for one in deeds(people.ports)[len(before) :] if one.startswith("student.")]


@pytest.mark.parametrize("role", [Role.PROCTOR, Role.AUDITOR])
async def test_a_deed_is_refused_even_where_its_screen_was_reached(people: OfficeStage, role: Role) -> None:
    async with people.enter(role, "s", "enter") as pilot:
        app = pilot.app
        assert isinstance(app, OfficeApp)
        await app.push_screen(CorrectStudentScreen(app.desk, student(people.ports, "ana@example.org")))
        pilot.app.screen.query_one("#name", Input).value = "Mallory"
        pilot.app.screen.query_one("#reason", Input).value = "she asked"
        await press(pilot, "ctrl+s", "y")
        assert "does not allow that" in notes(pilot)
    assert student(people.ports, "ana@example.org").name == "Ana Maria Souza"


async def test_somebody_new_is_shown_back_kept_and_opened(people: OfficeStage) -> None:
    async with people.enter(Role.ADMINISTRATOR, "s", "a") as pilot:
        await write(pilot, "Fatima Zahra")
        await pilot.press("tab")
        await write(pilot, "fatima@example.org")
        pilot.app.screen.query_one(TextArea).text = "FL:MA777"
        await press(pilot, "ctrl+s")
        assert "This is how certificates will read" in said(pilot)
        with pytest.raises(Exception, match="no student"):
            student(people.ports, "fatima@example.org")
        await press(pilot, "y")
        assert isinstance(pilot.app.screen, StudentScreen)
        assert "fatima@example.org" in said(pilot)
    made = student(people.ports, "fatima@example.org")
    assert [str(one) for one in made.licences] == ["FL:MA777"]
    [record] = [one for one in audit(people.ports) if one.subject == made.id]
    assert (record.deed, record.actor) == ("student.registered", people.staff().actor)


async def test_what_is_wrong_stands_in_the_form(people: OfficeStage) -> None:
    async with people.enter(Role.ADMINISTRATOR, "s", "a") as pilot:
        await write(pilot, "Fatima Zahra")
        await pilot.press("tab")
        await write(pilot, "ana@example.org")
        await press(pilot, "ctrl+s", "y")
        assert "registered already" in notes(pilot)
        await press(pilot, "n")
        pilot.app.screen.query_one("#email", Input).value = "nowhere"
        await press(pilot, "ctrl+s")
        assert "'nowhere' is not an e-mail address." in said(pilot)


async def test_a_licence_of_somebody_else_is_a_warning_and_no_refusal(people: OfficeStage) -> None:
    async with people.enter() as pilot:
        await people_scenes.plate(people, pilot)
        assert "Béla Kovács" in said(pilot)
        assert "has the licence FL:MA54321 too" in said(pilot)
        await press(pilot, "y")
    assert [str(one) for one in student(people.ports, "ana@example.org").licences] == ["FL:MA54321"]


async def test_a_corrected_name_offers_to_issue_its_certificates_anew(people: OfficeStage) -> None:
    async with people.enter() as pilot:
        await people_scenes.touched(people, pilot)
        assert "1 certificate in force still shows what was before" in said(pilot)
        await press(pilot, "i")
        await write(pilot, "married")
        await press(pilot, "enter")
        assert "1 certificate was issued anew." in notes(pilot)
        assert isinstance(pilot.app.screen, StudentScreen)
        assert "Ana Maria de Souza" in said(pilot)
        assert "CQ-2026-000001-R1  in force" in said(pilot)
    record, _ = papers.certificate(people.ports, "CQ-2026-000001-R1")
    assert record.facts.student_name == "Ana Maria de Souza"
    _, old = papers.certificate(people.ports, "CQ-2026-000001")
    assert old is not None
    assert (old.status, old.reason, old.actor) == ("superseded", "married", people.staff().actor)


async def test_a_certificate_that_cannot_be_issued_anew_stays_on_the_list(people: OfficeStage) -> None:
    notary = people.ports.notary
    assert isinstance(notary, FakeNotary)
    async with people.enter() as pilot:
        await people_scenes.touched(people, pilot)
        notary.locked = True
        await press(pilot, "i")
        await write(pilot, "married")
        await press(pilot, "enter")
        assert "locked" in notes(pilot)
        assert "CQ-2026-000001" in said(pilot)
        notary.locked = False
        await press(pilot, "i")
        await write(pilot, "married")
        await press(pilot, "enter")
        assert "CQ-2026-000001-R1  in force" in said(pilot)


async def test_a_corrected_address_touches_no_certificate(people: OfficeStage) -> None:
    async with people.enter(Role.ADMINISTRATOR, "s", "enter", "c") as pilot:
        pilot.app.screen.query_one("#email", Input).value = "ana.souza@example.org"
        pilot.app.screen.query_one("#reason", Input).value = "she asked"
        await press(pilot, "ctrl+s", "y")
        assert "No certificate in force shows anything else." in notes(pilot)
        assert isinstance(pilot.app.screen, StudentScreen)
        assert "ana.souza@example.org" in said(pilot)


async def test_a_correction_leaves_alone_what_another_office_has_corrected_meanwhile(people: OfficeStage) -> None:
    """If this fails, two people who correct the same student undo each other's work without a word."""
    async with people.enter(Role.ADMINISTRATOR, "s", "enter", "c") as pilot:
        rolling.correct(people.ports, student_id="ana@example.org", name="Ana Souza Lima", actor="staff:O-2")
        pilot.app.screen.query_one("#email", Input).value = "new@example.org"
        pilot.app.screen.query_one("#reason", Input).value = "she asked"
        await press(pilot, "ctrl+s", "y")
    assert student(people.ports, "new@example.org").name == "Ana Souza Lima"


async def test_a_correction_that_changes_nothing_is_told_so(people: OfficeStage) -> None:
    async with people.enter(Role.ADMINISTRATOR, "s", "enter", "c", "ctrl+s") as pilot:
        assert "That is what is written already." in said(pilot)


async def test_a_correction_asks_why_and_the_reason_is_on_record(people: OfficeStage) -> None:
    async with people.enter(Role.ADMINISTRATOR, "s", "enter", "c") as pilot:
        pilot.app.screen.query_one("#name", Input).value = "Ana Lima"
        await press(pilot, "ctrl+s")
        assert "A reason is needed" in said(pilot)
        await write(pilot, "married")
        await press(pilot, "enter", "y")
    corrected = [one for one in audit(people.ports) if one.deed == "student.corrected"]
    assert corrected[-1].details["reason"] == "married"


async def test_a_forgotten_passphrase_is_helped_by_a_code_that_works_once(people: OfficeStage) -> None:
    async with people.enter(Role.ADMINISTRATOR, "s", "enter", "p", "escape") as pilot:
        assert "student.passphrase_reset" not in deeds(people.ports)
        await press(pilot, "p")
        await write(pilot, "she telephoned")
        await press(pilot, "enter")
        code = said(pilot).split("One-time code of Ana Maria Souza\n")[1].splitlines()[0]
        await press(pilot, "enter")
        assert isinstance(pilot.app.screen, StudentScreen)
        assert code not in said(pilot)
        assert "a one-time code, until 23 November 2026" in said(pilot)
    reset = [one for one in audit(people.ports) if one.deed == "student.passphrase_reset"]
    assert reset[-1].details["reason"] == "she telephoned"
    found = sign_in(people.ports, email="ana@example.org", passphrase=code, new=NEW).student
    assert found.name == "Ana Maria Souza"
    assert sign_in(people.ports, email="ana@example.org", passphrase=NEW).student == found
    with pytest.raises(NotAllowed):
        sign_in(people.ports, email="ana@example.org", passphrase=code, new=NEW)


async def test_who_lost_the_role_meanwhile_is_refused_at_the_next_deed(people: OfficeStage) -> None:
    """The key line is from before; the records are asked with the deed."""
    from cequiz.services import admitting

    me = people.staff()
    admitting.create(people.ports, name="Another", role=Role.ADMINISTRATOR, passphrase=NEW, actor="test")
    async with people.enter(Role.ADMINISTRATOR, "s", "enter") as pilot:
        admitting.change_role(people.ports, staff_id=me.id, role=Role.AUDITOR, reason="asked", actor="test")
        await press(pilot, "p")
        await write(pilot, "she telephoned")
        await press(pilot, "enter")
        assert "Your role, auditor, does not allow that." in notes(pilot)
        await settle(pilot)
    assert "student.passphrase_reset" not in deeds(people.ports)
    assert enrolling.student(people.ports, "ana@example.org")


async def test_a_name_that_looks_like_markup_shows_as_it_was_typed(people: OfficeStage) -> None:
    name = "[b]Aaron[/b] [@click=bell]A[/]"
    enrolling.register(people.ports, name=name, email="aaron@example.org", actor="test")
    async with people.enter(Role.ADMINISTRATOR, "s", size=(120, 40)) as pilot:
        assert name in said(pilot)
        await press(pilot, "slash")
        await write(pilot, "aaron@")
        await press(pilot, "enter", "enter")
        assert name in said(pilot)
        for keys in (("e", "enter"), ("p",), ("a",), ("c",), ("t",), ("m",)):
            await press(pilot, *keys)
            assert name in said(pilot) or any(name == field.value for field in pilot.app.screen.query(Input)), keys
            while not isinstance(pilot.app.screen, StudentScreen):
                await press(pilot, "escape")
