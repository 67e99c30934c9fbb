"""Reports in the office: made, looked through, written; and the whole way of a CE Broker batch."""

from __future__ import annotations

import csv
import json
from io import StringIO
from pathlib import Path
from typing import Any, TypeVar

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, Static

from cequiz.adapters import spreadsheets
from cequiz.domain.people.staff import Right, Role
from cequiz.domain.people.student import Licence
from cequiz.errors import NotAllowed
from cequiz.frontends.tui.office.question import OfficeQuestion
from cequiz.frontends.tui.office.report_broker import BatchesScreen, BatchScreen, RosterScreen
from cequiz.frontends.tui.office.report_view import ReportScreen
from cequiz.frontends.tui.office.reports import ReportForm
from cequiz.frontends.tui.office.screen import OfficeScreen
from cequiz.frontends.tui.widgets.key_bar import KeyBar
from cequiz.frontends.tui.widgets.long_list import LongList
from cequiz.services import rolling
from cequiz.services.reports import batches, ce_broker
from tests.frontends.tui.office.report_scenes import school_in
from tests.frontends.tui.office.stage import OfficeStage
from tests.frontends.tui.stage import press
from tests.services.reports.conftest import School

S = TypeVar("S", bound=OfficeScreen[Any] | OfficeQuestion)

ROSTER = ("r", "home", "down", "down", "enter")
BROKER = ("r", "home", *["down"] * 7, "enter")
BATCHES = ("r", "home", *["down"] * 8, "enter")


@pytest.fixture
def office(tmp_path: Path) -> OfficeStage:
    return OfficeStage(tmp_path)


@pytest.fixture
def school(office: OfficeStage, tmp_path: Path) -> School:
    return school_in(office, tmp_path / "home")


def commands(pilot: Pilot[Any]) -> set[str]:
    """Return what the key line offers."""
    return {one.id for one in pilot.app.screen.query_one(KeyBar).commands}


def shown(pilot: Pilot[Any], kind: type[S]) -> S:
    """Return the screen that is shown, which must be of this kind."""
    screen = pilot.app.screen
    assert isinstance(screen, kind)
    return screen


def type_in(pilot: Pilot[Any], field: str, text: str) -> None:
    """Type something in the place of what a field has."""
    pilot.app.screen.query_one(f"#{field}", Input).value = text


async def test_a_report_is_made_for_the_days_and_the_course_that_were_chosen(
    office: OfficeStage, school: School
) -> None:
    """The report of a month would hold people of another one."""
    school.complete("Ana")
    async with office.enter(Role.AUDITOR, *ROSTER) as pilot:
        type_in(pilot, "since", "2026-11-22")
        type_in(pilot, "until", "2026-11-22")
        await press(pilot, "ctrl+s")
        report = shown(pilot, ReportScreen).report
        assert [row["name"] for row in report.rows] == ["Ana"]
        assert report.covers == "2026-11-22 to 2026-11-22"
        await press(pilot, "escape", *ROSTER[1:])
        type_in(pilot, "since", "2026-11-23")
        await press(pilot, "ctrl+s")
        assert shown(pilot, ReportScreen).report.rows == []


@pytest.mark.parametrize(
    ("since", "until", "words"),
    [("tomorrow", "", "'tomorrow' is not a day."), ("2026-02-01", "2026-01-01", "ends before it begins")],
)
async def test_a_day_that_is_none_is_refused_in_the_form(
    office: OfficeStage, school: School, since: str, until: str, words: str
) -> None:
    """A slip would make an empty report, or close the form with what was typed."""
    async with office.enter(Role.AUDITOR, *ROSTER) as pilot:
        type_in(pilot, "since", since)
        type_in(pilot, "until", until)
        await press(pilot, "ctrl+s")
        shown(pilot, ReportForm)
        assert words in str(pilot.app.screen.query_one("#refusal", Static).render())


async def test_a_report_is_written_where_somebody_says(office: OfficeStage, school: School, tmp_path: Path) -> None:
    """The file would be somewhere else, or not at all, or of another report."""
    school.complete("Zoë [b]")
    async with office.enter(Role.AUDITOR, *ROSTER, "ctrl+s") as pilot:
        for key, ending in (("c", "csv"), ("j", "json"), ("p", "pdf")):
            await press(pilot, key)
            shown(pilot, OfficeQuestion)
            offered = Path(pilot.app.screen.query_one("#answer", Input).value)
            assert offered == tmp_path / "home" / "reports" / f"roster-2026-11-22.{ending}"
            await press(pilot, "enter")
            assert offered.is_file()
    written = (tmp_path / "home/reports/roster-2026-11-22.csv").read_text(encoding="utf-8-sig")
    (row,) = csv.DictReader(StringIO(written))
    assert row["name"] == "Zoë [b]"
    assert json.loads((tmp_path / "home/reports/roster-2026-11-22.json").read_text("utf-8"))["id"] == "roster"


async def test_a_file_that_cannot_be_written_is_told(office: OfficeStage, school: School) -> None:
    """Somebody would believe that the file is there."""
    school.complete()
    async with office.enter(Role.AUDITOR, *ROSTER, "ctrl+s", "c") as pilot:
        type_in(pilot, "answer", "/proc/nowhere/r.csv")
        await press(pilot, "enter")
        assert any("cannot be written" in note.message for note in pilot.app._notifications)


async def test_a_row_shows_every_value_also_where_its_column_has_no_room(office: OfficeStage, school: School) -> None:
    """In a small terminal the licence, or the certificate, could not be seen at all."""
    school.complete("Ana")
    async with office.enter(Role.AUDITOR, *ROSTER, "ctrl+s", "enter", size=(60, 20)) as pilot:
        body = str(pilot.app.screen.query_one("#box-body Static", Static).render())
        assert "Certificate: CQ-2026-000001" in body
        assert "Approvals: Florida: provider 50-12345, course 20-678901" in body


async def test_statistics_of_items_are_counted_before_they_are_shown(office: OfficeStage, school: School) -> None:
    """The office would look at the figures of last month."""
    school.sit(school.join())
    async with office.enter(Role.AUDITOR, "r", "home", *["down"] * 4, "enter", "ctrl+s") as pilot:
        assert shown(pilot, ReportScreen).report.summary == {"items": 12, "drawn": 4}


async def test_the_whole_way_of_a_batch(office: OfficeStage, school: School, tmp_path: Path) -> None:
    """An office could report nobody, or the same person twice."""
    school.complete("Ana")
    async with office.enter(Role.ADMINISTRATOR, *BROKER) as pilot:
        shown(pilot, RosterScreen)
        await press(pilot, "w")
        type_in(pilot, "answer", str(tmp_path / "out"))
        await press(pilot, "enter")
        (written,) = (tmp_path / "out").glob("*.csv")
        assert written.read_bytes() == b"12345,678901,,,MA12345,11/22/2026,State=FL,Profession=MA,,\r\n"
        assert written.with_suffix(".xls").is_file()
        await press(pilot, "escape")
        assert pilot.app.screen.query_one(LongList).total == 0
        assert "write" not in commands(pilot)
        await press(pilot, "b")
        shown(pilot, BatchesScreen)
        await press(pilot, "m")
        await press(pilot, "y")
        assert batches.batches(office.ports).summary["not_posted"] == 0
        await press(pilot, "enter")
        shown(pilot, BatchScreen)
        await press(pilot, "r")
        type_in(pilot, "answer", "CE Broker rejected it")
        await press(pilot, "enter")
        assert shown(pilot, BatchScreen).report.rows[0]["reason"] == "CE Broker rejected it"
    assert len(ce_broker.preview(office.ports).lines) == 1
    with office.ports.store.read() as unit:
        deeds = {one.deed: one.actor for one in unit.audit.all() if one.deed.startswith("report.")}
    actor = office.staff().actor
    assert deeds == {"report.exported": actor, "report.posted": actor, "report.requeued": actor}


async def test_a_folder_that_cannot_be_written_uses_nobody_up(office: OfficeStage, school: School) -> None:
    """The office is told to choose another place, and there is nobody left to report."""
    school.complete("Ana")
    async with office.enter(Role.ADMINISTRATOR, *BROKER, "w") as pilot:
        type_in(pilot, "answer", "/proc/nowhere")
        await press(pilot, "enter")
        assert any("cannot be written" in note.message for note in pilot.app._notifications)
        assert len(shown(pilot, RosterScreen).report.rows) == 1
    assert batches.batches(office.ports).rows == []


async def test_a_disk_that_fails_after_all_opens_what_is_kept(
    office: OfficeStage, school: School, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Everybody counts as reported, and the office would not know where the file comes from."""
    school.complete("Ana")
    monkeypatch.setattr(spreadsheets, "MOST_ROWS", 0)
    async with office.enter(Role.ADMINISTRATOR, *BROKER, "w") as pilot:
        type_in(pilot, "answer", str(tmp_path / "out"))
        await press(pilot, "enter")
        body = str(pilot.app.screen.query_one("#box-body Static", Static).render())
        assert "is kept: w in the batches writes its files." in body
        await press(pilot, "escape")
        assert len(shown(pilot, BatchesScreen).report.rows) == 1


async def test_an_outdated_batch_is_told_before_it_is_marked_as_posted(office: OfficeStage, school: School) -> None:
    """Somebody hands the old file in, with the licence that is wrong."""
    student = school.complete("Ana")
    ce_broker.export(office.ports, actor="test")
    rolling.correct(office.ports, student_id=student, licences=(Licence("FL", "MA2"),), actor="test")
    async with office.enter(Role.ADMINISTRATOR, *BROKER, "b", "m") as pilot:
        body = str(pilot.app.screen.query_one("#box-body Static", Static).render())
        assert "▲ 1 line of it counts no more, and waits for the next file." in body


async def test_an_auditor_looks_and_reports_nobody(office: OfficeStage, school: School) -> None:
    """Somebody who may change nothing could use people up, or say that a file was handed in."""
    school.complete("Ana")
    batch = ce_broker.export(office.ports, actor="test").batch
    school.complete("Ben", (Licence("FL", "MA2"),))
    assert batch is not None
    async with office.enter(Role.AUDITOR, *BROKER) as pilot:
        screen = shown(pilot, RosterScreen)
        assert commands(pilot).isdisjoint({"write", "post", "requeue"})
        await press(pilot, "w")
        assert pilot.app.screen is screen
        with pytest.raises(NotAllowed):
            await screen.desk.do(Right.ADMINISTER, lambda ports, actor: ce_broker.export(ports, actor=actor))
        await press(pilot, "b")
        assert commands(pilot).isdisjoint({"write", "post", "requeue"})
        await press(pilot, "m", "enter", "r")
        shown(pilot, BatchScreen)
    assert batches.batch(office.ports, batch.id).batch.posted_at is None
    assert len(ce_broker.preview(office.ports).lines) == 1


async def test_who_is_left_out_is_shown_with_the_reason(office: OfficeStage, school: School) -> None:
    """Nobody would mend the licence that is missing."""
    school.complete("Ana", (), issue=False)
    async with office.enter(Role.AUDITOR, *BROKER, "l") as pilot:
        (row,) = shown(pilot, ReportScreen).report.rows
        assert (row["name"], row["reason"]) == ("Ana", "no licence of this state on record")


async def test_another_state_has_its_own_roster(office: OfficeStage, school: School) -> None:
    """People of one state would be reported to another."""
    school.complete("Ana")
    async with office.enter(Role.AUDITOR, *BROKER, "s") as pilot:
        type_in(pilot, "answer", "ga")
        await press(pilot, "enter")
        report = shown(pilot, RosterScreen).report
        assert (report.covers, report.rows) == ("Licences of GA", [])
