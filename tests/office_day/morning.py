"""The morning: the office fills, a bank and a course are loaded, students come in."""

from __future__ import annotations

from tests.frontends.tui.stage import press, write
from tests.office_day import papers
from tests.office_day.house import (
    ADA,
    ALMA,
    BRUNO,
    EXAM,
    PASSPHRASE,
    PAUL,
    Day,
    fill,
    lacks,
    reply,
    search,
    shows,
)


async def the_first_administrator_comes_in(day: Day) -> None:
    async with day.school.door() as pilot:
        shows(pilot, "Nobody works in this office yet.")
        await press(pilot, "enter")
        fill(pilot, name=ADA, passphrase=PASSPHRASE, again=PASSPHRASE)
        await press(pilot, "ctrl+s")
        shows(pilot, f"{ADA} · administrator", "Who works in the office.")


async def others_are_taken_in(day: Day) -> None:
    async with day.school.office(ADA, "f", "a") as pilot:
        fill(pilot, name=PAUL, passphrase=PASSPHRASE, again=PASSPHRASE, reason="watches the exams")
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
