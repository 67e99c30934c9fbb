"""A whole day of an administrator, on a real store: told as it happens, by the office's screens and the command line."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pypdfium2
import pytest

from cequiz.domain.exam.attempt import Status
from cequiz.domain.report import cell_text
from cequiz.errors import AttemptHeld
from cequiz.services.sitting import Sitting
from cequiz.services.starting import resume
from tests.frontends.tui.stage import press, write
from tests.office_day import papers
from tests.office_day.house import (
    ADA,
    ALMA,
    BRUNO,
    EXAM,
    PASSPHRASE,
    PAUL,
    School,
    answer,
    fill,
    lacks,
    reply,
    search,
    shows,
)
from tests.services.packing.open_audit_pack import open_pack

MINUTE = timedelta(minutes=1)


@dataclass
class Day:
    """The school, and what people carry from one hour into the next."""

    school: School
    code: str = ""
    sittings: dict[str, Sitting] = field(default_factory=dict)


@pytest.fixture
def day(tmp_path: Path) -> Iterator[Day]:
    """Return a morning: a home with a configuration and nothing else."""
    home = tmp_path / "home"
    home.mkdir()
    (home / "config.toml").write_text("[office]\nsecond_approver = true\n", encoding="utf-8")
    school = School(home)
    yield Day(school)
    school.close()


async def test_a_day_of_an_administrator(day: Day) -> None:
    """If a step fails, an office could not get through its day."""
    await the_first_administrator_comes_in(day)
    await others_are_taken_in(day)
    the_provider_is_set(day)
    await a_faulty_bank_is_mended_and_loaded(day)
    await a_version_is_taken_out_of_use(day)
    await a_class_is_imported(day)
    await a_student_comes_in_with_a_code(day)
    await somebody_added_twice_becomes_one(day)
    two_students_sit(day)
    await the_proctor_looks_after_them(day)
    await the_student_reads_the_message(day)
    await the_auditor_changes_nothing(day)
    two_students_pass(day)
    one_fails_and_challenges(day)
    await the_challenge_leads_to_a_proposal(day)
    await a_second_administrator_approves(day)
    await a_name_is_corrected_and_its_certificate_issued_anew(day)
    await a_certificate_is_revoked(day)
    await certificates_are_printed(day)
    reports_say_the_same_in_every_form(day)
    await completions_are_reported_once(day)
    a_corrected_licence_is_reported_again(day)
    await the_auditor_packs_everything(day)
    await nothing_is_due_for_a_purge(day)
    saved = await a_backup_is_written_while_an_exam_runs(day)
    the_backup_goes_on_in_another_home(day, saved)
    await the_records_are_sound(day)
    await the_audit_log_tells_the_day(day)


async def the_first_administrator_comes_in(day: Day) -> None:
    async with day.school.door() as pilot:
        shows(pilot, "Nobody works in this office yet.")
        await press(pilot, "enter")
        fill(pilot, name=ADA, passphrase=PASSPHRASE, again=PASSPHRASE)
        await press(pilot, "ctrl+s")
        shows(pilot, f"{ADA} · administrator", "Who works in the office.")


async def others_are_taken_in(day: Day) -> None:
    async with day.school.office(ADA, "f", "a") as pilot:
        fill(pilot, name=PAUL, passphrase=PASSPHRASE, again=PASSPHRASE)
        await press(pilot, "ctrl+s")
        shows(pilot, f"{PAUL} works in the office now.", "proctor")
    create = day.school.command
    create("admin", "create", ALMA, "--role", "auditor", typed=f"{PASSPHRASE}\n")
    create("admin", "create", BRUNO, "--role", "administrator", typed=f"{PASSPHRASE}\n")


def the_provider_is_set(day: Day) -> None:
    day.school.command(
        *("provider", "set", "--name", "Harbour School", "--contact", "office@harbour.example"),
        *("--address", "12 Harbour Street, Miami, FL 33101", "--time-zone", "America/New_York"),
        *("--administrator", "Lee Sample", "--administrator-role", "Provider Administrator"),
    )


async def a_faulty_bank_is_mended_and_loaded(day: Day) -> None:
    school = day.school
    bank = school.paper("bank.yaml", papers.FAULTY_BANK)
    line, column = papers.FAULTY_AT
    assert f"bank.yaml:{line}:{column}" in school.command("bank", "check", bank, code=1).out
    async with school.office(ADA, "b", "c") as pilot:
        fill(pilot, file=str(bank))
        await press(pilot, "enter")
        shows(pilot, f"line {line}, column {column}", f"▶   {line}      cognitive: recal")
        await press(pilot, "l")
        lacks(pilot, "Load this?")
        school.paper("bank.yaml", papers.GOOD_BANK)
        await press(pilot, "c")
        shows(pilot, "0 errors")
        await press(pilot, "l", "y")
        shows(pilot, "bank harbour-neck 2026.1: loaded")
    school.command("course", "load", school.paper("course.yaml", papers.COURSE))


async def a_version_is_taken_out_of_use(day: Day) -> None:
    school = day.school
    school.command("bank", "load", school.paper("next.yaml", papers.NEXT_BANK))
    async with school.office(ADA, "b") as pilot:
        await search(pilot, "harbour-neck")
        await press(pilot, "x")
        shows(pilot, "Retire harbour-neck@2026.2")
        await reply(pilot, "not reviewed yet")
        shows(pilot, "✓ harbour-neck@2026.2 is retired.")


async def a_class_is_imported(day: Day) -> None:
    school = day.school
    roll = school.paper("class.csv", papers.FAULTY_CLASS)
    place = f"{papers.FAULTY_LINE}:{papers.FAULTY_COLUMN}"
    ran = school.command("student", "import", roll, "--dry-run", code=1)
    assert f"class.csv:{place}" in ran.out + ran.err
    async with school.office(ADA, "s", "i") as pilot:
        fill(pilot, path=str(roll))
        await press(pilot, "enter")
        shows(pilot, "✗ 1 problem", place)
        await press(pilot, "l")
        assert school.document("student", "list") == []
        school.paper("class.csv", papers.CLASS)
        await press(pilot, "r")
        shows(pilot, "✓ 3 students would be added.")
        assert school.document("student", "list") == []
        await press(pilot, "l")
        shows(pilot, "3 students were added.", "Ana Souza", "Dora Lang")


async def a_student_comes_in_with_a_code(day: Day) -> None:
    school = day.school
    school.command("student", "add", "--name", "Carl Novak", "--email", "carl@example.org", "--licence", "FL:MA777")
    async with school.office(ADA, "n", "n") as pilot:
        await press(pilot, "right")
        fill(pilot, until="2026-12-31", uses="1", note="late comer")
        await press(pilot, "ctrl+s")
        shows(pilot, "It enrols in The Neck by Hand.")
    (made,) = school.document("code", "list")
    async with school.at_home("carl@example.org") as pilot:
        await press(pilot, "c")
        await write(pilot, made["code"].lower())
        await press(pilot, "enter")
        shows(pilot, "The Neck by Hand")
        await press(pilot, "y")
    exams = school.document("student", "show", "carl@example.org")["exams"]
    assert [one["enrolled"] for one in exams if one["exam"] == EXAM] == [True]
    school.command("code", "withdraw", made["code"], "--reason", "the class is full")


async def somebody_added_twice_becomes_one(day: Day) -> None:
    school = day.school
    school.command("student", "add", "--name", "Ana Souza", "--email", "ana.souza@example.org")
    async with school.office(ADA, "s") as pilot:
        await search(pilot, "ana@example.org")
        await press(pilot, "enter", "m")
        await search(pilot, "ana.souza@")
        await press(pilot, "enter")
        shows(pilot, "This record ends", "ana.souza@example.org")
        await press(pilot, "m")
        await reply(pilot, "added twice")
        shows(pilot, "from now on.")
    assert [one["email"] for one in school.document("student", "list")].count("ana.souza@example.org") == 0


def two_students_sit(day: Day) -> None:
    for name in ("ana", "carl"):
        sitting = day.sittings[name] = day.school.sit(f"{name}@example.org")
        drawn = {item.bank_version for item in sitting.attempt.form.items}
        assert drawn == {"2026.1"}, "the retired version must not be drawn"
    day.school.clock.advance(MINUTE)
    answer(day.sittings["ana"])


async def the_proctor_looks_after_them(day: Day) -> None:
    school, ana, carl = day.school, day.sittings["ana"], day.sittings["carl"]
    async with school.office(PAUL, "l") as pilot:
        shows(pilot, "2 exams in progress", "Ana Souza", "4/4", "Carl Novak", "0/4", "connected")
        await press(pilot, "n")
        shows(pilot, "by name")
        await press(pilot, "home", "t")
        await reply(pilot, "10m")
        await reply(pilot, "late bus")
        await press(pilot, "s")
        await reply(pilot, "fire alarm")
        assert ana.refresh()
        assert ana.held is not None
        assert ana.held.reason == "fire alarm"
        with pytest.raises(AttemptHeld):
            ana.flag(ana.attempt.form.items[0].key)
        school.clock.advance(3 * MINUTE)
        for sitting in (ana, carl):
            sitting.beat()
        await press(pilot, "r")
        await reply(pilot, "all clear")
        await press(pilot, "m")
        await reply(pilot, "The room closes at five.")
        await press(pilot, "end", "v")
        await reply(pilot, "sat by somebody else")
        shows(pilot, "1 exam in progress")
    assert ana.refresh()
    assert [one.text for one in ana.attempt.messages] == ["The room closes at five."]
    assert ana.time_left() == 19 * MINUTE, "ten minutes, one that passed, ten more; the alarm took none"
    assert school.attempt(carl.attempt.id).status is Status.VOIDED
    board = school.document("attempt", "board")
    assert [one["name"] for one in board] == ["Ana Souza"]


async def the_student_reads_the_message(day: Day) -> None:
    async with day.school.at_home("ana@example.org", EXAM) as pilot:
        await press(pilot, "s")
        shows(pilot, "The room closes at five.")


async def the_auditor_changes_nothing(day: Day) -> None:
    before = day.school.audit()
    keys = {
        "b": ("x", "i"),
        "h": ("a", "d"),
        "k": ("a", "d"),
        "s": ("a", "i"),
        "n": ("n", "w"),
        "l": ("t", "s", "r", "m", "a", "f", "g", "v"),
        "c": ("i", "a", "b"),
        "t": ("h", "l", "p", "P"),
        "a": (),
    }
    async with day.school.office(ALMA) as pilot:
        for door, deeds in keys.items():
            await press(pilot, door)
            screen = pilot.app.screen
            shows(pilot, f"{ALMA} · auditor")
            for key in deeds:
                await press(pilot, key)
                assert pilot.app.screen is screen, (door, key)
            await press(pilot, "escape")
        for door in ("f", "w"):
            home = pilot.app.screen
            await press(pilot, door)
            assert pilot.app.screen is home
        await press(pilot, "s")
        await search(pilot, "ana@")
        await press(pilot, "enter")
        shows(pilot, "ana@example.org", "FL:MA12345")
        file = pilot.app.screen
        await press(pilot, "c", "e", "w", "a", "m", "p")
        assert pilot.app.screen is file
    assert [one for one in day.school.audit()[len(before) :] if not one.deed.startswith("staff.")] == []


def two_students_pass(day: Day) -> None:
    school = day.school
    ana = resume(school.ports, attempt_id=day.sittings["ana"].attempt.id, actor="student")
    assert ana.submit().percent == 100
    bela = school.sit("bela@example.org")
    answer(bela, edge="b")
    assert bela.submit().percent == 75
    for place, name in enumerate(("ana", "bela"), start=1):
        assert school.complete(f"{name}@example.org", clear=5 - place) == f"CQ-2026-00000{place}"


def one_fails_and_challenges(day: Day) -> None:
    school = day.school
    dora = day.sittings["dora"] = school.sit("dora@example.org")
    answer(dora, turning="c", edge="b")
    disputed = next(item for item in dora.attempt.form.items if item.question == "turning")
    dora.challenge(disputed.key, reason="It turns the head to the other side.", source="Sample Atlas of the Neck, p. 12")
    score = dora.submit()
    assert (score.percent, score.passed) == (50, False)
    school.command("evaluate", "harbour-course", "--student", "dora@example.org", "--decline", code=0)
    assert school.numbers() == {"CQ-2026-000001": "issued", "CQ-2026-000002": "issued"}


async def the_challenge_leads_to_a_proposal(day: Day) -> None:
    async with day.school.office(ADA, "h") as pilot:
        shows(pilot, "⚑ challenge", "harbour-neck/turning")
        await press(pilot, "enter")
        shows(pilot, "Dora Lang", "It turns the head to the other side.", "(right answer)", "(was answered)")
        await press(pilot, "a")
        await reply(pilot, "the atlas says so")
        shows(pilot, "Change the key now?")
        await press(pilot, "y", "tab")
        fill(pilot, key="c")
        await press(pilot, "ctrl+s")
        shows(pilot, "key B -> C", "Dora Lang", "50 %", "75 %", "Bela Ito")
        await press(pilot, "a")
        await reply(pilot, "the key was wrong in print")
        shows(pilot, "Proposed: another person has to approve it")
    async with day.school.office(ADA, "k", "enter") as pilot:
        await press(pilot, "a")
        lacks(pilot, "Approve the change?")
    (waiting,) = day.school.document("proposal", "list")
    assert waiting["reason"] == "the key was wrong in print"
    assert day.school.document("bank", "rekey", "harbour-neck/turning", "--key", "c")["before"] == "2026.1"


async def a_second_administrator_approves(day: Day) -> None:
    school = day.school
    async with school.office(BRUNO, "k", "enter") as pilot:
        shows(pilot, "the key was wrong in print", "Dora Lang")
        await press(pilot, "a")
        await reply(pilot, "checked with the atlas")
        shows(pilot, "Nothing waits.")
    assert school.numbers() == {
        "CQ-2026-000001": "superseded",
        "CQ-2026-000001-R1": "issued",
        "CQ-2026-000002": "issued",
        "CQ-2026-000003": "issued",
    }, "Ana's prints another score, Bela keeps her pass, Dora has one now"
    assert school.attempt(day.sittings["dora"].attempt.id).status is Status.SUBMITTED
    queue = school.document("queue", "list", "--all")
    assert [one["decision"]["outcome"] for one in queue] == ["accepted"]


async def a_name_is_corrected_and_its_certificate_issued_anew(day: Day) -> None:
    async with day.school.office(ADA, "s") as pilot:
        await search(pilot, "dora")
        await press(pilot, "enter", "c")
        fill(pilot, name="Dora Lang-Weber")
        await press(pilot, "ctrl+s", "y")
        shows(pilot, "1 certificate in force still shows what was before")
        await press(pilot, "i")
        await reply(pilot, "married")
        shows(pilot, "1 certificate was issued anew.", "CQ-2026-000003-R1")
    shown = day.school.document("certificate", "show", "CQ-2026-000003-R1")
    assert "Dora Lang-Weber" in json.dumps(shown)


async def a_certificate_is_revoked(day: Day) -> None:
    school = day.school
    async with school.office(ADA, "c", "2") as pilot:
        await search(pilot, "bela")
        await press(pilot, "enter", "k")
        await reply(pilot, "somebody else sat the exam")
        shows(pilot, "revoked")
    assert school.numbers()["CQ-2026-000002"] == "revoked"
    school.command("certificate", "verify", "CQ-2026-000002", code=1)
    school.command("certificate", "suspend", "CQ-2026-000001-R1", "--reason", "a question of the board")
    school.command("certificate", "reinstate", "CQ-2026-000001-R1", "--reason", "it is answered")


async def certificates_are_printed(day: Day) -> None:
    school, number = day.school, "CQ-2026-000003-R1"
    school.command("certificate", "print", number)
    first = school.printer.printed[-1].read_bytes()
    school.command("certificate", "print", number)
    assert school.printer.printed[-1].read_bytes() == first
    assert first.startswith(b"%PDF")
    folder = school.desktop / "batch"
    async with school.office(ADA, "c", "b") as pilot:
        await press(pilot, "right", "tab", "right", "right")
        fill(pilot, folder=str(folder))
        await press(pilot, "ctrl+s")
        shows(pilot, "2 certificates are in the folder.", "0 were issued now.")
    assert (folder / f"{number}.pdf").read_bytes() == first
    school.command("certificate", "verify", folder / f"{number}.pdf")


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
        text = "".join(one.get_textpage().get_text_bounded() for one in pypdfium2.PdfDocument(page))
        assert told["title"] in text, name
    roster = school.document("report", "roster")["rows"]
    assert sorted(one["name"] for one in roster) == ["Ana Souza", "Bela Ito", "Dora Lang-Weber"]
    (results,) = [one for one in school.document("report", "results")["rows"] if one["exam"] == "quiz"]
    assert (results["attempts"], results["passed"]) == (3, 3)


async def completions_are_reported_once(day: Day) -> None:
    school, folder = day.school, day.school.desktop / "reported"
    async with school.office(ADA, "r", "home", *["down"] * 7, "enter") as pilot:
        shows(pilot, "Ana Souza", "Dora Lang-Weber")
        lacks(pilot, "Bela Ito")
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
    async with school.office(ALMA, "p") as pilot:
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
    other.command("audit", "verify")
    assert other.numbers() == day.school.numbers()
    before = day.sittings["again"].attempt
    carl = resume(other.ports, attempt_id=before.id, actor="student")
    assert len(carl.attempt.responses) == 1
    answer(carl, turning="c")
    assert carl.submit().percent == 100
    assert other.complete("carl@example.org", clear=3) == "CQ-2026-000004"
    other.close()


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
    names = {"os:harbour": "the terminal", "system:starter": "the program"}
    for one in school.document("admin", "list"):
        names[f"staff:{one['id']}"] = one["name"]
    for one in school.document("student", "list"):
        names[f"student:{one['id']}"] = one["name"]
    for one in school.audit():
        print(names.get(one.actor, one.actor), "|", one.deed, "|", one.subject, "|", dict(one.details))
