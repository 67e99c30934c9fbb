"""The certificates of the office: what is due and why not yet, what was issued, and what becomes of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from textual.widgets import Button

from cequiz.domain.people.staff import Role
from cequiz.frontends.tui.office.certificate_view import CertificateViewScreen
from cequiz.services import papers, retiring
from cequiz.services.filing import student_file
from cequiz.services.ports import CertificateQuery, Window
from tests.frontends.tui.office import certificate_scenes
from tests.frontends.tui.office.certificate_scenes import ISSUED, SUSPENDED
from tests.frontends.tui.office.stage import NAMES, OfficeStage
from tests.frontends.tui.stage import notes, press, said, settle, write
from tests.papers import SCHOOL
from tests.services.earned import audit, deeds, set_school

THIRD = "CQ-2026-000003"


@pytest.fixture
def office(tmp_path: Path) -> OfficeStage:
    found = OfficeStage(tmp_path)
    certificate_scenes.set_up(found, tmp_path)
    return found


def states(office: OfficeStage) -> dict[str, str]:
    with office.store.read() as unit:
        rows = unit.listings.certificates(CertificateQuery(), Window()).rows
    return {one.number: one.status for one in rows}


async def test_what_is_due_is_listed_with_or_without_an_award(office: OfficeStage) -> None:
    async with office.enter(Role.ADMINISTRATOR, "c", size=(120, 40)) as pilot:
        text = said(pilot)
        assert "[1 due 2]" in text
        assert "2 in force 1 " in text
        assert "4 suspended 1 " in text
        assert text.index("Dora Lang") < text.index("Emil Novak")
        assert "○ due" in text


async def test_each_state_shows_its_certificates(office: OfficeStage) -> None:
    async with office.enter(Role.ADMINISTRATOR, "c", "2") as pilot:
        assert (ISSUED in said(pilot), SUSPENDED in said(pilot)) == (True, False)
        await press(pilot, "4")
        assert (ISSUED in said(pilot), SUSPENDED in said(pilot)) == (False, True)
        await press(pilot, "5")
        assert "No certificate is in this state." in said(pilot)
        await press(pilot, "7")
        assert (ISSUED in said(pilot), SUSPENDED in said(pilot)) == (True, True)


async def test_a_state_can_be_clicked(office: OfficeStage) -> None:
    async with office.enter(Role.ADMINISTRATOR, "c") as pilot:
        await pilot.click("#states", offset=(14, 0))
        await settle(pilot)
        assert "[2 in force 1]" in said(pilot)


async def test_a_search_looks_among_the_chosen_ones(office: OfficeStage) -> None:
    async with office.enter(Role.ADMINISTRATOR, "c", "/") as pilot:
        await write(pilot, "emil")
        await settle(pilot)
        assert ("Emil Novak" in said(pilot), "Dora Lang" in said(pilot)) == (True, False)
        await press(pilot, "escape", "7")
        assert "There is no such certificate." in said(pilot)


async def test_what_a_board_would_reject_is_explained_and_cannot_be_issued(office: OfficeStage) -> None:
    async with office.enter(Role.ADMINISTRATOR, "c", "enter", size=(120, 40)) as pilot:
        text = said(pilot)
        assert "The certificate has no licence of FL." in text
        assert "Rule licence_states.FL of Florida Board of Massage Therapy: 64B7-28.0042, F.A.C." in text
        assert "checked on 2026-11-20" in text
        assert "Ask the student for that licence" in text
        assert " i issue " not in text
        await press(pilot, "i")
        assert len(states(office)) == 2


async def test_what_a_board_would_reject_is_told_in_place_of_the_question(office: OfficeStage) -> None:
    async with office.enter(Role.ADMINISTRATOR, "c", "i", size=(120, 40)) as pilot:
        text = said(pilot)
        assert "The certificate of Dora Lang cannot be issued yet" in text
        assert "The certificate has no licence of FL." in text
        assert "Ask the student for that licence" in text
        await press(pilot, "y", "escape")
    assert len(states(office)) == 2


async def test_a_day_is_that_of_the_provider_whatever_zone_the_desk_is_in(tmp_path: Path) -> None:
    office = OfficeStage(tmp_path)
    office.clock.advance(datetime(2026, 11, 23, 1, 30, tzinfo=UTC) - office.clock.read().wall)
    certificate_scenes.set_up(office, tmp_path)
    set_school(office.ports, replace(SCHOOL, time_zone="America/New_York"))
    async with office.enter(Role.ADMINISTRATOR, "c", size=(120, 40)) as pilot:
        assert ("2026-11-22" in said(pilot), "2026-11-23" in said(pilot)) == (True, False)
        await press(pilot, "enter")
        assert "22 November 2026" in said(pilot)
        await press(pilot, "escape", "7")
        assert ("2026-11-22" in said(pilot), "2026-11-23" in said(pilot)) == (True, False)
    file = student_file(office.ports, "ana@example.org")
    assert [one.issued_on for one in file.certificates] == [date(2026, 11, 22)]


async def test_nothing_due_is_said_so(empty_office: OfficeStage) -> None:
    async with empty_office.enter(Role.ADMINISTRATOR, "c") as pilot:
        assert "Nothing is due." in said(pilot)
        await press(pilot, "7")
        assert "No certificate was issued yet." in said(pilot)


async def test_an_auditor_is_told_that_the_role_does_not_allow_a_deed(office: OfficeStage) -> None:
    async with office.enter(Role.AUDITOR, "c", "i") as pilot:
        assert "Your role, auditor, does not allow this." in notes(pilot)
        await press(pilot, "f5")
        assert notes(pilot).count("does not allow") == 1
    assert len(states(office)) == 2


async def test_a_locked_key_is_told_above_what_is_due_and_in_each_of_them(office: OfficeStage) -> None:
    certificate_scenes.lock(office)
    async with office.enter(Role.ADMINISTRATOR, "c", size=(120, 40)) as pilot:
        assert "▲ The provider's key is locked." in said(pilot)
        await press(pilot, "down", "enter")
        assert "The provider's key is locked." in said(pilot)
        assert "cannot be issued yet" in said(pilot)


async def test_one_is_issued_after_a_question(office: OfficeStage) -> None:
    async with office.enter(Role.ADMINISTRATOR, "c", "down", "i") as pilot:
        assert "The certificate of Emil Novak gets the next number" in said(pilot)
        await press(pilot, "n")
        assert THIRD not in states(office)
        await press(pilot, "i", "y")
        assert f"{THIRD} was issued." in notes(pilot)
        assert ("Emil Novak" in said(pilot), "[1 due 1]" in said(pilot)) == (False, True)
    assert audit(office.ports)[-1].actor == office.staff().actor


async def test_one_that_is_ready_is_issued_from_its_own_screen_and_then_shown(office: OfficeStage) -> None:
    async with office.enter(Role.ADMINISTRATOR, "c", "down", "enter", "i", "y", size=(120, 40)) as pilot:
        assert "Emil Novak: in force" in said(pilot)
        await press(pilot, "escape")
        assert "[1 due 1]" in said(pilot)


async def test_all_that_is_due_is_issued_and_refusals_are_told(office: OfficeStage) -> None:
    async with office.enter(Role.ADMINISTRATOR, "c", "a", "y") as pilot:
        text = said(pilot)
        assert "1 certificate was issued" in text
        assert "✗ Dora Lang: A board would reject this certificate." in text
        await press(pilot, "escape")
        assert ("Emil Novak" in said(pilot), "Dora Lang" in said(pilot)) == (False, True)
    assert states(office)[THIRD] == "issued"


@pytest.mark.parametrize(
    ("number", "key", "state", "deed"),
    [
        (ISSUED, "s", "suspended", "certificate.suspended"),
        (ISSUED, "e", "expired", "certificate.expired"),
        (ISSUED, "k", "revoked", "certificate.revoked"),
        (SUSPENDED, "r", "issued", "certificate.reinstated"),
    ],
)
async def test_a_deed_asks_why_and_is_on_record(
    office: OfficeStage, number: str, key: str, state: str, deed: str
) -> None:
    door = "2" if number == ISSUED else "4"
    async with office.enter(Role.ADMINISTRATOR, "c", door, "enter", key, size=(120, 40)) as pilot:
        await press(pilot, "enter")
        assert "Type something first." in said(pilot)
        await write(pilot, "because")
        await press(pilot, "enter")
        assert "because" in said(pilot)
    assert states(office)[number] == state
    last = audit(office.ports)[-1]
    assert (last.deed, last.subject, last.details["reason"], last.actor) == (
        deed,
        number,
        "because",
        office.staff().actor,
    )


async def test_a_correction_shows_the_new_one(office: OfficeStage) -> None:
    with office.store.write() as unit:
        [ana] = [one for one in unit.students.all() if one.name == "Ana Souza"]
        unit.students.replace(type(ana)(id=ana.id, name="Ana Souza Lima", email=ana.email, licences=ana.licences))
    async with office.enter(Role.ADMINISTRATOR, "c", "2", "enter", "c", size=(120, 40)) as pilot:
        await write(pilot, "married")
        await press(pilot, "enter")
        assert f"{ISSUED}-R1 takes the place of {ISSUED}." in notes(pilot)
        assert "of Ana Souza Lima: in force" in said(pilot)
    assert states(office) == {ISSUED: "superseded", f"{ISSUED}-R1": "issued", SUSPENDED: "suspended"}


async def test_a_refused_deed_is_told_and_changes_nothing(office: OfficeStage) -> None:
    async with office.enter(Role.ADMINISTRATOR, "c", "2", "enter", "c") as pilot:
        await write(pilot, "nothing to correct")
        await press(pilot, "enter")
        assert "says already what is on record today" in notes(pilot)
    assert states(office)[ISSUED] == "issued"


async def test_printing_again_sends_the_same_bytes_and_is_on_record(office: OfficeStage) -> None:
    async with office.enter(Role.ADMINISTRATOR, "c", "2", "enter", "p", size=(120, 40)) as pilot:
        first = office.printer.printed[-1].read_bytes()
        await press(pilot, "p")
        assert office.printer.printed[-1].read_bytes() == first == papers.certificate(office.ports, ISSUED)[0].pdf
        assert "printed 2 times" in said(pilot)
    assert deeds(office.ports)[-2:] == ["certificate.printed", "certificate.reprinted"]


async def test_the_file_is_written_where_one_says(office: OfficeStage, tmp_path: Path) -> None:
    async with office.enter(Role.ADMINISTRATOR, "c", "2", "enter", "w") as pilot:
        await write(pilot, str(tmp_path / "there"))
        await press(pilot, "enter")
        assert "The PDF is there:" in notes(pilot)
    assert (tmp_path / "there" / f"{ISSUED}.pdf").read_bytes() == papers.certificate(office.ports, ISSUED)[0].pdf


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.PROCTOR])
async def test_who_only_looks_has_no_deeds(office: OfficeStage, role: Role) -> None:
    async with office.enter(role, "c", size=(120, 40)) as pilot:
        assert NAMES[role] in said(pilot)
        await press(pilot, "down", "i", "a", "b")
        assert "issue all" not in said(pilot)
        await press(pilot, "2", "enter", "s", "k", "c", "p", "w")
        text = said(pilot)
        assert "Ana Souza: in force" in text
        assert not any(f" {word} " in text for word in ("suspend", "revoke", "print", "write"))
    assert states(office) == {ISSUED: "issued", SUSPENDED: "suspended"}


async def test_a_deed_is_refused_to_a_role_even_where_it_is_asked_for(office: OfficeStage) -> None:
    async with office.enter(Role.AUDITOR, "c", "2", "enter") as pilot:
        assert isinstance(pilot.app.screen, CertificateViewScreen)
        pilot.app.screen.action_print()
        await settle(pilot)
        assert "Your role, auditor, does not allow that." in notes(pilot)
    assert not office.printer.printed


async def test_a_batch_issues_writes_and_prints(office: OfficeStage, tmp_path: Path) -> None:
    folder = tmp_path / "batch"
    async with office.enter(Role.ADMINISTRATOR, "c", "b", "tab", "end", "tab", size=(120, 40)) as pilot:
        await write(pilot, str(folder))
        await press(pilot, "ctrl+s")
        text = said(pilot)
        assert "2 certificates are in the folder." in text
        assert "1 was issued now." in text
        assert "✗ Dora Lang" in text
    assert {path.name for path in folder.iterdir()} == {f"{ISSUED}.pdf", f"{THIRD}.pdf", "manifest.csv"}
    assert len(office.printer.printed) == 1


async def test_certificates_of_a_retired_course_are_batched_too(office: OfficeStage, tmp_path: Path) -> None:
    """If this fails, certificates of a course that takes nobody new can be written from the command line only."""
    retiring.retire(office.ports, kind=retiring.Kind.COURSE, name="course", reason="replaced", actor="test")
    folder = tmp_path / "batch"
    async with office.enter(Role.ADMINISTRATOR, "c", "b", "tab", "tab", size=(120, 40)) as pilot:
        assert "Sample Course (retired)" in said(pilot)
        await write(pilot, str(folder))
        await press(pilot, "ctrl+s")
        assert "2 certificates are in the folder." in said(pilot)


async def test_a_batch_that_was_stopped_says_what_becomes_of_the_rest(
    office: OfficeStage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Some certificates are written by then: nobody should read that nothing was done."""
    async with office.enter(Role.ADMINISTRATOR, "c", "b", "tab", "tab", size=(120, 40)) as pilot:
        app = pilot.app
        draw = office.ports.press.drawing

        def stopping(count: int) -> Any:
            app.call_from_thread(lambda: app.screen.query_one("#stop", Button).press())
            app.call_from_thread(lambda: None)
            return draw(count)

        monkeypatch.setattr(office.ports.press, "drawing", stopping)
        await write(pilot, str(tmp_path / "batch"))
        await press(pilot, "ctrl+s")
        await settle(pilot)
        assert "The batch was stopped. Given again, it goes on where it was." in notes(pilot)
        assert "Nothing is half-done" not in notes(pilot)


@pytest.mark.parametrize(("keys", "words"), [((), "Say in which folder."), (("tab", "x"), "is not a date.")])
async def test_a_batch_that_is_not_said_right_is_refused_in_the_form(
    office: OfficeStage, keys: tuple[str, ...], words: str
) -> None:
    async with office.enter(Role.ADMINISTRATOR, "c", "b", "tab", "tab") as pilot:
        if keys:
            await write(pilot, "somewhere")
        await press(pilot, *keys, "ctrl+s")
        assert words in said(pilot)
    assert len(states(office)) == 2
