"""What the office does to students: accommodations, enrolments, codes, imports, merges, transcripts."""

from __future__ import annotations

import threading
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from textual.widgets import Input

from cequiz.domain.people.accommodation import Accommodation
from cequiz.domain.people.staff import Role
from cequiz.frontends.tui.office.enrolments import EnrolScreen
from cequiz.frontends.tui.office.merge import MergeScreen
from cequiz.frontends.tui.office.student_import import RollCheckScreen
from cequiz.frontends.tui.office.student_view import StudentScreen
from cequiz.frontends.tui.office.students import StudentsScreen
from cequiz.frontends.tui.office.working import WorkScreen
from cequiz.services import accommodating, coding
from cequiz.services.enrolling import enrol, register, student, students
from cequiz.services.ports import Enrolment
from tests.fakes import FakeIds
from tests.frontends.tui.office import people_scenes
from tests.frontends.tui.office.stage import OfficeStage
from tests.frontends.tui.stage import notes, press, said, settle, write
from tests.services.earned import audit, deeds

CHIDI = ("s", "down", "down", "enter")
"""The keys to the file of somebody without a licence and without a course."""


@pytest.fixture
def people(empty_office: OfficeStage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> OfficeStage:
    """Return an office with a few students; files are looked for in a folder of the test's own."""
    monkeypatch.chdir(tmp_path)
    people_scenes.set_up(empty_office)
    return empty_office


def enrolment(office: OfficeStage, email: str) -> Enrolment | None:
    """Return how somebody is enrolled in the sample course."""
    found = student(office.ports, email)
    with office.store.read() as unit:
        return unit.enrolments.get(found.id, "course")


async def test_an_accommodation_is_granted_with_its_reason(people: OfficeStage) -> None:
    async with people.enter(Role.ADMINISTRATOR, *CHIDI, "a") as pilot:
        assert "Nothing was granted before." in said(pilot)
        await press(pilot, "right", "right", "right", "tab", "right", "ctrl+s")
        assert "The reason is empty." in said(pilot)
        pilot.app.screen.query_one("#reason", Input).value = "letter of a physician"
        await press(pilot, "ctrl+s")
        assert isinstance(pilot.app.screen, StudentScreen)
        assert "2 times the limit, stop-clock breaks" in said(pilot)
    profile = accommodating.profile_of(people.ports, "chidi@example.org")
    assert profile == Accommodation(factor=Fraction(2), breaks=True)


async def test_the_form_begins_with_what_is_in_force(people: OfficeStage) -> None:
    """A change of one thing must not take the rest away."""
    async with people.enter(Role.ADMINISTRATOR, "s", "enter", "a") as pilot:
        assert "letter on file" in said(pilot)
        await press(pilot, "tab", "tab", "right")
        pilot.app.screen.query_one("#reason", Input).value = "asked for it"
        await press(pilot, "ctrl+s")
    profile = accommodating.profile_of(people.ports, "ana@example.org")
    assert profile == Accommodation(factor=Fraction(3, 2), breaks=True, spacious=True)


async def test_what_boards_say_is_told_before_an_enrolment(people: OfficeStage) -> None:
    held = register(people.ports, name="Zoe Zed", email="z@example.org", licences=FLORIDIAN, actor="test")
    async with people.enter(Role.ADMINISTRATOR, "s", "end", "enter", "e", "enter") as pilot:
        assert "Florida: at most about 5 of these 16 hours may count; check with your board." in said(pilot)
        await press(pilot, "n")
        assert isinstance(pilot.app.screen, EnrolScreen)
        assert enrolment(people, held.email) is None
        await press(pilot, "enter", "y")
        assert isinstance(pilot.app.screen, StudentScreen)
        assert "under way" in said(pilot)
    assert enrolment(people, held.email) is not None


async def test_who_is_enrolled_is_not_enrolled_twice(people: OfficeStage) -> None:
    async with people.enter(Role.ADMINISTRATOR, "s", "enter", "e", "enter") as pilot:
        assert "is enrolled in it already" in notes(pilot)
        assert isinstance(pilot.app.screen, EnrolScreen)


async def test_a_code_enrols_in_its_own_way_and_an_unknown_one_does_not(people: OfficeStage) -> None:
    code = next(one for one in coding.codes(people.ports) if one.code.note == "November class")
    async with people.enter(Role.ADMINISTRATOR, *CHIDI, "e", "k") as pilot:
        await write(pilot, "zzzzz")
        await press(pilot, "enter")
        assert "There is no enrolment code zzzzz." in notes(pilot)
        await press(pilot, "k")
        await write(pilot, code.shown.lower())
        await press(pilot, "enter", "y")
        assert isinstance(pilot.app.screen, StudentScreen)
    assert enrolment(people, "chidi@example.org") is not None
    assert [one.name for one in coding.code(people.ports, code.code.code).users] == ["Chidi Okafor"]


async def test_what_boards_say_is_told_before_a_code_is_used(people: OfficeStage) -> None:
    code = next(one for one in coding.codes(people.ports) if one.code.note == "November class")
    async with people.enter(Role.ADMINISTRATOR, "s", "down", "down", "down", "enter", "e", "k") as pilot:
        await write(pilot, code.shown)
        await press(pilot, "enter")
        assert "Florida: at most about 5 of these 16 hours may count" in said(pilot)
        await press(pilot, "n")
    assert enrolment(people, "dogan@example.org") is None
    assert coding.code(people.ports, code.code.code).users == ()


async def test_the_next_cycle_opens_once_a_course_is_earned(people: OfficeStage) -> None:
    async with people.enter(Role.ADMINISTRATOR, "s", "enter", "w") as pilot:
        assert "What was earned stays earned." in said(pilot)
        await write(pilot, "a new period")
        await press(pilot, "enter")
        assert "Cycle 2 is open." in notes(pilot)
        assert "cycle 2" in said(pilot)
    found = enrolment(people, "ana@example.org")
    assert found is not None
    assert found.cycle == 2
    assert audit(people.ports)[-1].details["reason"] == "a new period"


async def test_a_course_that_is_not_earned_is_not_renewed(people: OfficeStage) -> None:
    async with people.enter(Role.ADMINISTRATOR, "s", "down", "enter", "w") as pilot:
        await write(pilot, "a new period")
        await press(pilot, "enter")
        assert "nothing to renew" in notes(pilot)


async def test_a_file_with_problems_takes_nobody_in_until_it_is_mended(people: OfficeStage) -> None:
    before = len(students(people.ports))
    async with people.enter() as pilot:
        await people_scenes.roll(people, pilot)
        words = said(pilot)
        assert "'gita at example.org' is not an e-mail address." in words
        assert "Gita,gita at example.org," in words  # the line of the file, beside what is wrong with it
        assert " l load" not in words
        await press(pilot, "l")
        assert isinstance(pilot.app.screen, RollCheckScreen)
        assert len(students(people.ports)) == before
        Path("class.csv").write_text("name,email\nGita Rao,gita@example.org\n", encoding="utf-8")
        await press(pilot, "r")
        assert "1 student would be added." in said(pilot)
        assert len(students(people.ports)) == before
        await press(pilot, "l")
        assert isinstance(pilot.app.screen, StudentsScreen)
        assert "Gita Rao" in said(pilot)
    assert len(students(people.ports)) == before + 1


async def test_everybody_comes_in_or_nobody(people: OfficeStage) -> None:
    """Somebody registers with one of the addresses between the check and the load."""
    async with people.enter() as pilot:
        await people_scenes.roll_good(people, pilot)
        assert "the licence FL:MA54321 is that of Béla Kovács" in said(pilot)
        register(people.ports, name="Gita", email="gita@example.org", actor="test")
        before = len(students(people.ports))
        await press(pilot, "l")
        assert "gita@example.org is registered already." in said(pilot)
    assert len(students(people.ports)) == before


class HeldIds(FakeIds):
    """Identities that nobody gets before the gate is open."""

    def __init__(self, gate: threading.Event) -> None:
        super().__init__()
        self._gate = gate

    def new(self, prefix: str) -> str:
        """Wait at the gate, then return an id that is not taken."""
        assert self._gate.wait(timeout=20)
        return f"{super().new(prefix)}-late"


async def test_a_long_import_can_be_stopped_and_leaves_nobody_behind(people: OfficeStage) -> None:
    gate, before = threading.Event(), len(students(people.ports))
    async with people.enter() as pilot:
        await people_scenes.roll_good(people, pilot)
        people.house._fakes = replace(people.ports, ids=HeldIds(gate))
        await pilot.press("l")
        while not isinstance(pilot.app.screen, WorkScreen):
            await pilot.pause()
        await pilot.press("enter")  # the one button stops
        assert "Stopping" in said(pilot)
        gate.set()
        await settle(pilot)
        assert "The import was stopped." in notes(pilot)
        assert isinstance(pilot.app.screen, RollCheckScreen)
    assert len(students(people.ports)) == before


async def test_a_file_that_is_not_there_is_told_in_the_form(people: OfficeStage) -> None:
    async with people.enter(Role.ADMINISTRATOR, "s", "i") as pilot:
        await write(pilot, "nowhere.csv")
        await press(pilot, "enter")
        assert "There is no file nowhere.csv." in said(pilot)
        pilot.app.screen.query_one("#path", Input).value = "."
        await press(pilot, "ctrl+s")
        assert "There is no file ." in said(pilot)


async def test_a_student_who_was_added_twice_becomes_one(people: OfficeStage) -> None:
    async with people.enter() as pilot:
        await people_scenes.merge(people, pilot)
        twin = student(people.ports, "ana.souza@example.org")
        assert "This record ends" in said(pilot)
        assert "enrolments: 1" in said(pilot)
        await press(pilot, "m")
        await write(pilot, "the same licence")
        await press(pilot, "enter")
        assert isinstance(pilot.app.screen, StudentScreen)
        assert "ana@example.org" in said(pilot)
    assert student(people.ports, twin.id).email == "ana@example.org"
    [record] = [one for one in audit(people.ports) if one.deed == "student.merged"]
    assert (record.actor, record.details["reason"]) == (people.staff().actor, "the same licence")


async def test_the_other_one_may_stay(people: OfficeStage) -> None:
    async with people.enter() as pilot:
        await people_scenes.merge(people, pilot)
        await press(pilot, "s", "m")
        await write(pilot, "newer address")
        await press(pilot, "enter")
        assert isinstance(pilot.app.screen, StudentScreen)
        assert "ana.souza@example.org" in said(pilot)
    assert student(people.ports, "ana@example.org").email == "ana.souza@example.org"


async def test_two_who_both_earned_the_course_cannot_become_one(people: OfficeStage) -> None:
    twin = register(people.ports, name="Ana Maria Souza", email="a2@example.org", actor="test")
    enrol(people.ports, student_id=twin.id, course_id="course", actor="test")
    people.start(twin)
    async with people.enter(Role.ADMINISTRATOR, "s", "enter", "m", "down", "down", "enter") as pilot:
        screen = pilot.app.screen
        assert isinstance(screen, MergeScreen)
        assert "They cannot become one" in said(pilot)
        assert "is running: wait for its end" in said(pilot)
        assert " m merge" not in said(pilot)
        await press(pilot, "m")
        assert pilot.app.screen is screen
    assert "student.merged" not in deeds(people.ports)


async def test_a_student_is_not_merged_with_themselves(people: OfficeStage) -> None:
    async with people.enter(Role.ADMINISTRATOR, "s", "enter", "m", "down", "enter") as pilot:
        assert "Choose the other one." in notes(pilot)


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.AUDITOR])
async def test_a_transcript_is_written_where_it_says(people: OfficeStage, tmp_path: Path, role: Role) -> None:
    ana = student(people.ports, "ana@example.org")
    async with people.enter(role, "s", "enter", "t") as pilot:
        assert "CQ-2026-000001" in said(pilot)
        for key in ("p", "c"):
            await press(pilot, key)
            pilot.app.screen.query_one("#answer", Input).value = str(tmp_path / "out")
            await press(pilot, "enter")
        for ending in ("pdf", "csv"):
            path = tmp_path / "out" / f"transcript-{ana.id}.{ending}"
            assert f"Written to {path}." in notes(pilot)
            text = path.read_bytes().decode("utf-8", "replace")
            assert "CQ-2026-000001" in text
            assert "1.5" not in text  # what was granted to a person never leaves the house
            assert path.stat().st_mode & 0o077 == 0


async def test_a_transcript_is_printed(people: OfficeStage) -> None:
    async with people.enter(Role.ADMINISTRATOR, "s", "enter", "t", "d") as pilot:
        [path] = people.printer.printed
        assert path.name.startswith("transcript-")
        assert path.is_file()
        assert notes(pilot)


async def test_a_folder_that_cannot_be_written_is_told(people: OfficeStage, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file", encoding="ascii")
    async with people.enter(Role.ADMINISTRATOR, "s", "enter", "t", "p") as pilot:
        pilot.app.screen.query_one("#answer", Input).value = str(tmp_path / "taken")
        await press(pilot, "enter")
        assert "cannot be written" in notes(pilot)


FLORIDIAN = people_scenes.licences("FL:MA99")
"""Licences of somebody in the state whose board limits home study."""
