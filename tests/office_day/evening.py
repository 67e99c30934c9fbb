"""The evening: what is reported, packed, kept, backed up and proved."""

from __future__ import annotations

import csv
import io
from contextlib import closing
from pathlib import Path

import pypdfium2

from cequiz.domain.exam.attempt import Status
from cequiz.domain.report import cell_text
from cequiz.services.starting import resume
from tests.frontends.tui.stage import press
from tests.office_day import papers
from tests.office_day.deeds import DAY, why
from tests.office_day.house import (
    ADA,
    ALMA,
    PAUL,
    TERMINAL,
    Day,
    School,
    answer,
    fill,
    lacks,
    reply,
    search,
    shows,
)
from tests.services.packing.open_audit_pack import open_pack

REPORTS = {
    "results": (),
    "items": ("--bank", "harbour-neck"),
    "roster": (),
    "due": (),
    "hours": ("harbour-course",),
    "evaluations": ("harbour-course",),
    "enrolments": (),
}


def reports_say_the_same_in_every_form(day: Day) -> None:
    school = day.school
    for name, options in REPORTS.items():
        sheet, page = school.desktop / f"{name}.csv", school.desktop / f"{name}.pdf"
        told = school.document("report", name, *options, "--csv", sheet, "--pdf", page)
        rows = list(csv.DictReader(io.StringIO(sheet.read_text(encoding="utf-8-sig"))))
        assert len(rows) == len(told["rows"]) > 0, name
        keys = [column["key"] for column in told["columns"]]
        for row, line in zip(told["rows"], rows, strict=True):
            assert [cell_text(row.get(key)) for key in keys] == [line[key] for key in keys], name
        assert told["title"] in text_of(page), name
    roster = school.document("report", "roster")["rows"]
    assert sorted(one["name"] for one in roster) == ["Ana Souza", "Bela Ito", "Dora Lang-Weber"]
    (results,) = [one for one in school.document("report", "results")["rows"] if one["exam"] == "quiz"]
    assert (results["attempts"], results["passed"]) == (3, 3)


def text_of(page: Path) -> str:
    """Return the text of a PDF."""
    with closing(pypdfium2.PdfDocument(page)) as document:
        return "".join(one.get_textpage().get_text_bounded() for one in document)


async def completions_are_reported_once(day: Day) -> None:
    school, folder = day.school, day.school.desktop / "reported"
    async with school.office(ADA, "r", "home", *["down"] * 7, "enter") as pilot:
        shows(pilot, "1 left out", "2 rows", "MA12345", "MA888")
        lacks(pilot, "MA54321")
        await press(pilot, "w")
        await reply(pilot, str(folder))
        shows(pilot, "Hand one of them in at CE Broker")
        await press(pilot, "escape", "b", "m", "y")
        shows(pilot, "posted")
    (sheet,) = folder.glob("*.csv")
    assert sheet.read_bytes() == (
        b"12345,678901,,,MA12345,11/22/2026,State=FL,Profession=MA,,\r\n"
        b"12345,678901,,,MA888,11/22/2026,State=FL,Profession=MA,,\r\n"
    )
    assert sheet.with_suffix(".xls").is_file()
    assert school.document("report", "ce-broker", "--out", folder)["rows"] == []
    assert len(list(folder.glob("*.csv"))) == 1


def a_corrected_licence_is_reported_again(day: Day) -> None:
    school, folder = day.school, day.school.desktop / "again"
    school.command("student", "correct", "ana@example.org", "--licence", "FL:MA99999")
    batch = school.command("report", "ce-broker", "--out", folder).out.split()[0]
    (sheet,) = folder.glob("*.csv")
    assert sheet.read_bytes() == b"12345,678901,,,MA99999,11/22/2026,State=FL,Profession=MA,,\r\n"
    school.command("report", "post", batch)
    assert school.document("report", "ce-broker", "--dry-run")["rows"] == []


async def the_auditor_packs_everything(day: Day) -> None:
    school, target = day.school, day.school.desktop / "pack.zip"
    async with school.office(ALMA, "c", "2", "enter") as pilot:
        paper = pilot.app.screen
        await press(pilot, "c", "s", "r", "e", "k")
        assert pilot.app.screen is paper
        await press(pilot, "escape", "escape", "p")
        fill(pilot, target=str(target))
        await press(pilot, "ctrl+s")
        shows(pilot, "The pack is made")
    (key,) = school.document("keys", "list")
    manifest, wrong = open_pack(target, key["id"])
    assert wrong == []
    assert manifest["provider"]["name"] == "Harbour School"


async def nothing_is_due_for_a_purge(day: Day) -> None:
    school = day.school
    async with school.office(ADA, "t") as pilot:
        lacks(pilot, "Ana Souza")
        await press(pilot, "d")
        shows(pilot, "Ana Souza")
        await search(pilot, "bela")
        await press(pilot, "h")
        await reply(pilot, "case 12/34")
    assert school.document("retention", "list", "--due") == []
    school.command("retention", "purge", "--student", "bela@example.org", "--reason", "gone", "--yes", code=3)
    school.command("retention", "lift", "bela@example.org", "--reason", "the case is closed")


def a_second_class_is_taken_care_of_by_commands(day: Day) -> None:
    """Deeds that the screens did before, once more at the command line."""
    school = day.school
    do = school.command
    (eva,) = do("student", "import", school.paper("late.csv", papers.LATE_CLASS)).out.split()
    do("student", "accommodate", eva, "--factor", "1.5", "--reason", "letter on file")
    twin = do("student", "add", "--name", "Eva Berg", "--email", "eva.berg@example.org").out.strip()
    do("student", "merge", twin, eva, "--reason", "added twice")
    code = do("code", "create", "harbour-course", "--uses", "5").out.strip()
    do("student", "enrol", "eva@example.org", "--code", code)
    do("course", "retire", "harbour-course", "--reason", "a pause over the holidays")
    do("course", "reinstate", "harbour-course", "--reason", "no pause after all")
    do("certificate", "correct", "CQ-2026-000001-R1", "--reason", "licence as on the card")
    assert school.numbers()["CQ-2026-000001-R2"] == "issued"
    do("certificate", "issue")
    do("admin", "role", PAUL, "auditor", "--reason", "only looks on from today")
    do("admin", "dismiss", PAUL, "--reason", "his last day")
    transcript = school.desktop / "ana.pdf"
    do("student", "transcript", "ana@example.org", "--pdf", transcript)
    assert "CQ-2026-000001-R2" in text_of(transcript)


async def a_backup_is_written_while_an_exam_runs(day: Day) -> Path:
    school, saved = day.school, day.school.desktop / "evening.zip"
    carl = day.sittings["again"] = school.sit("carl@example.org")
    assert {item.bank_version for item in carl.attempt.form.items} == {"2026.1.1"}, "drawn with the corrected key"
    items = carl.attempt.form.items
    carl.answer(items[0].key, {"choice": "a"})
    async with school.office(ADA, "w", "b") as pilot:
        await reply(pilot, str(saved))
        shows(pilot, "and was proved")
    carl.answer(items[1].key, {"choice": "a"})
    assert len(school.attempt(carl.attempt.id).responses) == 2
    return saved


def the_backup_goes_on_in_another_home(day: Day, saved: Path) -> None:
    home = day.school.desktop / "elsewhere" / "home"
    home.mkdir(parents=True)
    other = School(home, clock=day.school.clock)
    other.command("db", "restore", saved)
    assert other.document("db", "check")["sound"]
    assert other.audit()[-1].deed == "store.restored"
    other.command("audit", "verify")
    assert other.numbers() == day.school.numbers()
    before = day.sittings["again"].attempt
    carl = resume(other.ports, attempt_id=before.id, actor="student")
    assert len(carl.attempt.responses) == 1
    answer(carl, turning="c")
    assert carl.submit().percent == 100
    assert other.complete("carl@example.org", clear=3) == "CQ-2026-000004"
    other.close()


def an_exam_is_looked_after_by_commands(day: Day) -> None:
    school, carl = day.school, day.sittings["again"]
    do, attempt_id = school.command, carl.attempt.id
    do("attempt", "adjust-time", attempt_id, "--by", "5m", "--reason", "the backup was loud")
    do("attempt", "hold", attempt_id, "--reason", "a question at the desk")
    do("attempt", "release", attempt_id, "--reason", "it is answered")
    do("attempt", "message", "--all", "The house closes now.")
    assert carl.refresh()
    assert carl.attempt.messages[-1].text == "The house closes now."
    carl.challenge(carl.attempt.form.items[0].key, reason="It is late.")
    (waiting,) = school.document("queue", "list")
    do("queue", "decline", waiting["id"], "--note", "the time is no reason")
    do("attempt", "void", attempt_id, "--reason", "goes on in the other house", "--yes")
    assert school.attempt(attempt_id).status is Status.VOIDED


async def the_records_are_sound(day: Day) -> None:
    school = day.school
    school.command("audit", "seal", school.desktop / "seal.json")
    assert school.document("db", "check")["sound"]
    assert school.document("audit", "verify", "--anchors", school.desktop / "seal.json")["findings"] == []
    async with school.office(ADA, "w", "c") as pilot:
        shows(pilot, "nothing differs")
        await press(pilot, "d")
        shows(pilot, "store")


async def the_audit_log_tells_the_day(day: Day) -> None:
    school = day.school
    who = {TERMINAL: "the terminal"}
    for one in school.document("admin", "list"):
        who[f"staff:{one['id']}"] = one["name"].split()[0]
    for one in school.document("student", "list"):
        who[f"student:{one['id']}"] = one["name"].split()[0]
    told = [one for one in school.audit() if one.actor != "system:starter"]
    signed_in = [one for one in told if one.deed == "staff.signed_in"]
    assert all(one.actor == f"staff:{one.subject}" for one in signed_in)
    lines = [(who[one.actor], one.deed, why(one)) for one in told if one not in signed_in]
    assert lines == list(DAY)
    listed = school.document("audit", "list")
    assert [one["deed"] for one in listed] == [one.deed for one in school.audit()]
    async with school.office(ALMA, "a") as pilot:
        await search(pilot, "certificate.rev")
        shows(pilot, "certificate.revoked", "CQ-2026-000002")
        await press(pilot, "enter")
        shows(pilot, "somebody else sat the exam", ADA)
