"""A student who is served over a line: nothing of the host is theirs or is named to them; the rest is as ever."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC
from typing import Any

import pytest
from textual.pilot import Pilot

from cequiz.domain.people.student import Student
from cequiz.errors import EnvironmentFailed, NotAllowed, StorageFull
from cequiz.frontends.tui import mishap
from cequiz.frontends.tui.app import CequizApp
from cequiz.frontends.tui.desk import Desk
from cequiz.frontends.tui.outside import OverALine, ThisMachine
from cequiz.frontends.tui.student.exam import ExamScreen
from cequiz.frontends.tui.student.home import HomeScreen
from cequiz.frontends.tui.widgets.figure import Blocks
from cequiz.services import auditing
from cequiz.services.places import place_of
from cequiz.services.providing import set_provider
from tests import builders, figures
from tests.frontends.tui.stage import PASSPHRASE, Stage, StageDesk, notes, press, said, settle, write
from tests.frontends.tui.test_afterwards import NO_EVALUATION, SCHOOL, sat
from tests.frontends.tui.test_figures import put

ADDRESS = "192.0.2.7"


class Fetched(OverALine):
    """A line over which files are fetched."""

    def __init__(self) -> None:
        super().__init__("ssh")

    def words(self, name: str) -> str:
        """Say a command."""
        return f"Fetch it with: scp exam.example.org:certificates/{name} ."


class HandedOver(OverALine):
    """A line that hands files over."""

    hands_over = True

    def __init__(self) -> None:
        super().__init__("web")
        self.given: list[str] = []
        self.refuses = False

    async def hand_over(self, desk: Desk, number: str) -> str:
        """Give a certificate, or refuse."""
        if self.refuses:
            raise NotAllowed("Too many downloads.", hint="Wait a minute.")
        self.given.append(number)
        return "Your browser is downloading it."


@asynccontextmanager
async def served(
    stage: Stage, student: Student | None = None, *, outside: OverALine | None = None, resume: bool = False
) -> AsyncIterator[Pilot[int]]:
    """Run the app as a session over a line does."""
    desk = StageDesk(stage.house, zone=UTC, outside=outside or OverALine("ssh"), address=ADDRESS)
    app = CequizApp(stage.house, student_id=student.id if student else None, resume=resume, desk=desk)
    app.animation_level = "none"
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        yield pilot


async def keys(pilot: Pilot[int]) -> str:
    """Return the help of the screen that is open."""
    await press(pilot, "?")
    shown = said(pilot)
    await press(pilot, "escape")
    return shown


@pytest.fixture
def earned(empty_stage: Stage) -> tuple[Stage, Student]:
    """Return a stage with a student who has earned a certificate."""
    empty_stage.load(course=builders.course(evaluation=NO_EVALUATION))
    set_provider(empty_stage.ports, SCHOOL, actor="test")
    student = empty_stage.student()
    sat(empty_stage, student)
    return empty_stage, student


async def certificate(pilot: Pilot[int]) -> None:
    """Go from home to the certificate."""
    await press(pilot, "enter", "c")


async def test_a_certificate_over_ssh_is_fetched_and_nothing_of_it_is_on_the_host(
    earned: tuple[Stage, Student],
) -> None:
    stage, student = earned
    async with served(stage, student, outside=Fetched()) as pilot:
        await certificate(pilot)
        shown = said(pilot)
        assert "✓ Certificate of Achievement, number CQ-2026-000001" in shown
        assert "Fetch it with: scp exam.example.org:certificates/CQ-2026-000001.pdf ." in shown
        assert str(stage.house.settings.home) not in shown
        assert "print" not in shown
        await press(pilot, "p", "o", "d")
        assert notes(pilot) == ""
        told = await keys(pilot)
        assert "preview" in shown and "Show the page, or its fields." in told
        for words in ("viewer", "Print the certificate.", "Download"):
            assert words not in told
    assert stage.printer.printed == []
    assert not stage.ports.folder.exists()


async def test_a_certificate_in_a_browser_is_handed_over(earned: tuple[Stage, Student]) -> None:
    stage, student = earned
    outside = HandedOver()
    async with served(stage, student, outside=outside) as pilot:
        await certificate(pilot)
        assert "d download" in said(pilot)
        await press(pilot, "d")
        assert notes(pilot) == "Your browser is downloading it."
        assert outside.given == ["CQ-2026-000001"]
        outside.refuses = True
        await press(pilot, "d")
        assert "Too many downloads.\nWait a minute." in notes(pilot)
        assert "Download the PDF" in await keys(pilot)


async def test_a_specimen_is_shown_and_cannot_be_had(empty_stage: Stage) -> None:
    empty_stage.load(course=builders.course(evaluation=NO_EVALUATION))
    student = empty_stage.student()
    sat(empty_stage, student)
    outside = HandedOver()
    async with served(empty_stage, student, outside=outside) as pilot:
        await certificate(pilot)
        shown = said(pilot)
        assert "SPECIMEN: a preview without any standing." in shown
        assert "SPECIMEN-course" not in shown
        await press(pilot, "d", "p", "o")
        assert outside.given == []


async def test_at_the_machine_itself_nothing_is_downloaded(earned: tuple[Stage, Student]) -> None:
    stage, student = earned
    async with stage.open(student) as pilot:
        await certificate(pilot)
        assert "download" not in said(pilot)
        assert str(stage.ports.folder / "CQ-2026-000001.pdf") in said(pilot).replace("\n", "")
        with pytest.raises(NotAllowed):
            await ThisMachine().hand_over(stage.app().desk, "CQ-2026-000001")


async def test_figures_stay_in_the_terminal(empty_stage: Stage) -> None:
    put(empty_stage, figure=figures.FIGURE)
    empty_stage.house.settings = replace(empty_stage.house.settings, pictures="kitty", desktop=True)
    student = empty_stage.student()
    empty_stage.start(student).leave()
    async with served(empty_stage, student) as pilot:
        await press(pilot, "enter", "y")
        assert "v shows all of it." in said(pilot)
        assert "window" not in said(pilot)
        assert pilot.app.screen.query(Blocks)
        await press(pilot, "o")
        assert notes(pilot) == ""
        assert "outside of the terminal" not in await keys(pilot)
        await press(pilot, "v", "o")
        assert notes(pilot) == ""
        assert "outside of the terminal" not in await keys(pilot)


async def test_who_registers_over_a_line_is_not_the_hosts_user(stage: Stage) -> None:
    told: list[str] = []
    desk = StageDesk(stage.house, zone=UTC, outside=OverALine("web"), address=ADDRESS)
    desk.on_signed_in = lambda found: told.append(found.student.id)
    desk.on_signed_out = lambda: told.append("out")
    app = CequizApp(stage.house, desk=desk)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "down", "enter")
        for text in ("Eva Maria Lund", "eva@example.org", "", PASSPHRASE, PASSPHRASE):
            await write(pilot, text)
            await press(pilot, "tab" if not text else "enter")
        await press(pilot, "y")
        assert "Welcome, Eva Maria Lund." in said(pilot)
        (student,) = [one for one in _students(stage) if one.email == "eva@example.org"]
        assert told == [student.id]
        assert desk.actor == f"student:{student.id}"
        await press(pilot, "o")
        assert told == [student.id, "out"]
        assert desk.actor == "line:web"
    deeds = {record.deed: record.actor for record in auditing.records(stage.ports)}
    assert deeds["student.registered"] == "line:web"


def _students(stage: Stage) -> tuple[Student, ...]:
    with stage.store.read() as unit:
        return tuple(unit.students.all())


async def test_signing_in_over_a_line_counts_for_its_address_and_says_what_to_do_without_a_passphrase(
    stage: Stage,
) -> None:
    student = stage.student()
    async with served(stage) as pilot:
        await press(pilot, "enter")
        assert "Ask the office for a one-time code." in said(pilot)
        await write(pilot, "ana@example.org")
        await press(pilot, "enter")
        await write(pilot, PASSPHRASE)
        await press(pilot, "enter")
        assert "Welcome, Ana Souza." in said(pilot)
    with stage.store.read() as unit:
        assert unit.door.knows(student.id, unit.door.tag(place_of(ADDRESS)))


async def test_who_was_let_in_by_the_line_acts_under_their_own_name(stage: Stage) -> None:
    student = stage.student()
    sitting = stage.start(student)
    async with served(stage, student) as pilot:
        assert isinstance(pilot.app.screen, HomeScreen)
        assert "Continue Sample exam" in said(pilot)
        await press(pilot, "enter", "y", "b")
        assert "✓ Saved: B." in said(pilot)
    with stage.store.read() as unit:
        last = unit.attempts.events(sitting.attempt.id)[-1]
    assert last.actor == f"student:{student.id}"


async def test_who_comes_back_is_at_the_same_question_at_once(stage: Stage) -> None:
    student = stage.student()
    async with served(stage, student) as pilot:
        await press(pilot, "enter", "a", "s", "b", "n")
        assert "Question 2 of 4" in said(pilot)
    async with served(stage, student, resume=True) as pilot:
        assert isinstance(pilot.app.screen, ExamScreen)
        assert "Question 2 of 4" in said(pilot)
        await press(pilot, "p")
        assert "✓ Saved: B." in said(pilot)


async def test_who_comes_back_without_an_exam_is_at_home(stage: Stage) -> None:
    async with served(stage, stage.student(), resume=True) as pilot:
        assert isinstance(pilot.app.screen, HomeScreen)
        assert "Welcome, Ana Souza." in said(pilot)


async def test_a_refusal_over_a_line_names_no_place_and_no_command_of_the_host(stage: Stage) -> None:
    home = stage.house.settings.home
    async with served(stage, stage.student()) as pilot:
        screen: Any = pilot.app.screen
        screen.complain(StorageFull(f"The disk is full ({home}/cequiz.db).", hint="Run `cequiz db check`."))
        screen.complain(NotAllowed("It needs an enrolment.", hint="Ask. With a code: `cequiz student enrol S`."))
        await settle(pilot)
        shown = notes(pilot)
        assert "The server that keeps the exams cannot do this now." in shown
        assert "It needs an enrolment.\nAsk." in shown
        assert str(home) not in shown
        assert "`cequiz" not in shown


async def test_a_store_that_does_not_open_is_said_in_words_for_a_guest(stage: Stage) -> None:
    home = stage.house.settings.home
    stage.house.broken = EnvironmentFailed(f"{home}/cequiz.db cannot be used.", hint="Check CEQUIZ_HOME.")
    async with served(stage) as pilot:
        shown = said(pilot)
        assert "The server that keeps the exams cannot do this now." in shown
        assert "Try again with r." in shown
        assert str(home) not in shown


@pytest.mark.parametrize("here", [True, False])
def test_what_nobody_expected_is_logged_and_its_place_told_to_who_can_go_there(stage: Stage, *, here: bool) -> None:
    home = stage.house.settings.home
    words = mishap.record(ValueError("secret"), home, at=stage.clock.read().wall, here=here)
    assert (home / mishap.LOG).is_file()
    assert (str(home) in words) is here
    assert "secret" not in words
