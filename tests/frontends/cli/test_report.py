"""`cequiz report`: tables for people, JSON for programs, files for folders."""

from __future__ import annotations

import csv
import json
import stat
from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest
import xlrd  # type: ignore[import-untyped] # xlrd has no types

from cequiz.adapters import spreadsheets
from cequiz.domain.people.student import Licence
from cequiz.services import rolling
from cequiz.services.ports import Ports
from cequiz.services.reports import batches
from tests.adapters.pdf.test_report_page import pages
from tests.fakes import FakeClock, FakeStore
from tests.frontends.desks import Ran, command
from tests.papers import press
from tests.services.reports.conftest import School, school_on


@pytest.fixture
def school(tmp_path: Path) -> School:
    return school_on(FakeStore(), tmp_path, FakeClock())


def report(ports: Ports, *arguments: object) -> Ran:
    return command(ports, "report", *map(str, arguments))


def test_a_table_has_data_on_the_output_and_words_beside_it(school: School) -> None:
    """A script that reads the output would find sentences between the lines."""
    school.complete("Zoë")
    ran = report(school.ports, "roster")
    heading, line = ran.out.splitlines()
    assert heading.split()[:2] == ["NAME", "LICENCES"]
    assert line.startswith("Zoë   FL MA12345")
    assert ran.err.startswith("Roster of completions. The whole time\n")
    assert ran.code == 0


def test_json_is_one_document_with_stable_keys(school: School) -> None:
    """A program would break with the next release, or with another language."""
    school.complete()
    document = json.loads(report(school.ports, "roster", "--json").out)
    assert list(document) == ["id", "title", "made_at", "covers", "columns", "rows", "notes", "summary"]
    assert document["made_at"] == "2026-11-22T12:05:00Z"
    assert document["rows"][0]["licences"] == ["FL MA12345"]
    assert [column["key"] for column in document["columns"]] == list(document["rows"][0])


@pytest.mark.parametrize(
    "arguments",
    [
        ["results"],
        ["items"],
        ["roster", "--from", "2026-01-01"],
        ["due"],
        ["hours", "course"],
        ["evaluations", "course"],
        ["enrolments", "--to", "2026-12-31"],
        ["batches"],
    ],
)
def test_every_report_is_table_json_csv_and_pdf(school: School, tmp_path: Path, arguments: list[str]) -> None:
    """One of the formats would end in a traceback, or lose lines."""
    school.complete("Zoë")
    assert report(school.ports, "ce-broker", "--out", tmp_path / "out").code == 0
    ports = replace(school.ports, press=press())
    document = json.loads(report(ports, *arguments, "--json").out)
    assert document["rows"]
    written = report(ports, *arguments, "--csv", tmp_path / "r.csv", "--pdf", tmp_path / "r.pdf")
    assert written.out.split() == [str(tmp_path / "r.csv"), str(tmp_path / "r.pdf")]
    content = (tmp_path / "r.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    lines = list(csv.reader(StringIO(content.decode("utf-8-sig"), newline="")))
    assert len(lines) == len(document["rows"]) + 1
    assert document["title"] in pages((tmp_path / "r.pdf").read_bytes())[0]
    piped = report(ports, *arguments, "--csv", "-").out
    assert piped.encode() == content.removeprefix(b"\xef\xbb\xbf")
    assert stat.S_IMODE((tmp_path / "r.csv").stat().st_mode) == 0o600


def test_an_empty_period_says_so_in_every_format(school: School, tmp_path: Path) -> None:
    """An empty file would look like a broken program."""
    empty = ("roster", "--to", "2020-01-01")
    ran = report(school.ports, *empty)
    assert (ran.code, ran.out) == (0, "")
    assert "There is nothing to report." in ran.err
    ran = report(school.ports, *empty, "--csv", tmp_path / "r.csv")
    assert "There is nothing to report." in ran.err
    assert (tmp_path / "r.csv").read_text(encoding="utf-8-sig").startswith("name,licences")


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["roster", "--from", "yesterday"], 2, "'yesterday' is not a day."),
        (["roster", "--from", "2026-02-01", "--to", "2026-01-31"], 2, "ends before it begins"),
        (["roster", "--course", "other"], 3, "There is no course other."),
        (["hours", "other"], 3, "There is no course other."),
        (["items", "--bank", "other"], 3, "There is no bank other."),
        (["roster", "--csv", "-", "--json"], 2, "where nothing else has room"),
        (["ce-broker"], 2, "Give --out with a folder, or --dry-run."),
        (["ce-broker", "--dry-run", "--state", "Florida"], 2, "'Florida' is not a state."),
        (["post", "B-9"], 3, "There is no batch B-9."),
        (["batch", "show", "B-9"], 3, "There is no batch B-9."),
        (["requeue", "CQ-1", "--reason", "x"], 3, "CQ-1 is in no batch"),
        (["roster", "--csv", "/proc/nowhere/r.csv"], 4, "cannot be written"),
    ],
)
def test_what_cannot_be_reported_is_refused(school: School, arguments: list[str], code: int, words: str) -> None:
    """A slip of the finger would look like an empty report."""
    ran = report(school.ports, *arguments)
    assert (ran.code, ran.out) == (code, "")
    assert words in ran.err


def test_a_roster_that_has_no_room_in_the_old_format_can_be_written_later(
    school: School, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The batch is kept by then: whoever is not told its id would report nobody in it, ever."""
    school.complete()
    with monkeypatch.context() as small:
        small.setattr(spreadsheets, "MOST_ROWS", 0)
        ran = report(school.ports, "ce-broker", "--out", tmp_path / "out")
    assert ran.code == 3
    (batch,) = batches.batches(school.ports).rows
    assert f"`cequiz report batch write {batch['id']} --out FOLDER` writes it." in ran.err
    assert report(school.ports, "batch", "write", batch["id"], "--out", tmp_path / "out").code == 0


@pytest.mark.parametrize("there", [b"SQLite format 3\0", b'{\n "id": "932a1ad448b4ad2a"', b""])
def test_a_report_takes_the_place_of_a_report_and_of_nothing_else(school: School, tmp_path: Path, there: bytes) -> None:
    """A slip of the finger, or somebody who may only read, would destroy the records or the keys."""
    for option, name in (("--csv", "r.csv"), ("--pdf", "r.pdf")):
        path = tmp_path / name
        path.write_bytes(there)
        ran = report(school.ports, "due", option, path)
        assert (ran.code, ran.out) == (3, "")
        assert f"{path} exists already." in ran.err
        assert path.read_bytes() == there
        path.unlink()
        assert [report(school.ports, "due", option, path).code for _ in range(2)] == [0, 0]


def test_the_whole_way_of_a_batch(school: School, tmp_path: Path) -> None:
    """Preview, export, post, and again after a correction: what an office does every month."""
    student = school.complete("Ana")
    school.complete("Ben", (Licence("NY", "27"),), issue=False)
    preview = report(school.ports, "ce-broker", "--dry-run")
    assert "State=FL" in preview.out
    assert "Left out: Ben" in preview.err
    ran = report(school.ports, "ce-broker", "--out", tmp_path / "out")
    batch = ran.out.strip()
    text = (tmp_path / "out" / f"ce-broker-{batch}.csv").read_bytes()
    assert text == b"12345,678901,,,MA12345,11/22/2026,State=FL,Profession=MA,,\r\n"
    sheet = xlrd.open_workbook(tmp_path / "out" / f"ce-broker-{batch}.xls").sheets()[0]
    assert sheet.row_values(0)[:5] == ["12345", "678901", "", "", "MA12345"]
    again = report(school.ports, "ce-broker", "--out", tmp_path / "again")
    assert (again.code, again.out) == (0, "")
    assert "There is nobody to report." in again.err
    assert not (tmp_path / "again").exists()
    assert report(school.ports, "post", batch).code == 0
    assert report(school.ports, "post", batch).code == 3
    written = report(school.ports, "batch", "write", batch, "--out", tmp_path / "copy").out.split()
    assert Path(written[0]).read_bytes() == text
    number = school.number_of(student)
    assert report(school.ports, "requeue", number, "--reason", "rejected").code == 0
    (row,) = json.loads(report(school.ports, "batch", "show", batch, "--json").out)["rows"]
    assert (row["again"], row["reason"]) == (True, "rejected")
    assert json.loads(report(school.ports, "ce-broker", "--dry-run", "--json").out)["summary"]["lines"] == 1


def test_where_no_file_can_be_written_nobody_counts_as_reported(school: School) -> None:
    """Everybody would count as reported, and nobody have a file to hand in."""
    school.complete()
    ran = report(school.ports, "ce-broker", "--out", "/proc/nowhere")
    assert ran.code == 4
    assert "cannot be written" in ran.err
    assert json.loads(report(school.ports, "batches", "--json").out)["rows"] == []


def test_the_folder_holds_the_two_files_and_nothing_else(school: School, tmp_path: Path) -> None:
    """What was written to see whether anything can be written would stay there."""
    school.complete()
    assert report(school.ports, "ce-broker", "--out", tmp_path / "out").code == 0
    assert sorted(one.suffix for one in (tmp_path / "out").iterdir()) == [".csv", ".xls"]


def test_an_outdated_batch_is_posted_with_a_word(school: School, tmp_path: Path) -> None:
    """Somebody would believe that everybody in it is settled."""
    student = school.complete("Ana")
    first = report(school.ports, "ce-broker", "--out", tmp_path).out.strip()
    rolling.correct(school.ports, student_id=student, licences=(Licence("FL", "MA2"),), actor="test")
    newer = report(school.ports, "ce-broker", "--out", tmp_path).out.strip()
    ran = report(school.ports, "post", first)
    assert ran.code == 0
    assert f"Note: 1 line of it counts no more: the batch {newer} says it anew." in ran.err


def test_one_person_twice_is_told_before_the_file_is_made(school: School) -> None:
    """The file would leave somebody out, and nobody know whom to merge."""
    for name in ("Ana", "Anna"):
        school.complete(name)
    ran = report(school.ports, "ce-broker", "--dry-run")
    assert ran.out.count("MA12345") == 1
    assert "have the same licence FL:MA12345" in ran.err
    assert "Left out: Anna" in ran.err


def test_the_hours_of_another_version_can_be_asked_for(school: School) -> None:
    """An auditor asks for the course as it was."""
    assert json.loads(report(school.ports, "hours", "course", "--version", "1", "--json").out)["rows"]
    ran = report(school.ports, "hours", "course", "--version", "7")
    assert (ran.code, "no version 7" in ran.err) == (3, True)
