"""The commands of the office for people: codes, classes from files, corrections, merging, transcripts, passphrases."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from cequiz.adapters.board_files import BoardFiles
from cequiz.services import enrolling, loading, signing_in
from cequiz.services.ports import Ports
from tests.builders import bank, course
from tests.frontends.desks import Ran, command, fake_ports, universal_time
from tests.papers import CERTIFICATES
from tests.services.earned import earn, issue, join, set_school

ANA = ("--name", "Ana Souza", "--email", "ana@example.org")


@pytest.fixture
def ports(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ports]:
    with universal_time(monkeypatch):
        made = replace(fake_ports(tmp_path), boards=BoardFiles(CERTIFICATES / "boards"))
        loading.load(made, banks=[bank()], courses=[course(enrolment="code")], actor="test")
        yield made


def document(ran: Ran) -> Any:
    assert ran.code == 0, ran.err
    return json.loads(ran.out)


def test_a_code_is_made_shown_used_and_withdrawn(ports: Ports) -> None:
    options = ("--delivery", "live", "--until", "2026-12-31", "--uses", "2", "--note", "autumn")
    made = document(command(ports, "code", "create", "course", *options, "--json"))
    assert made["valid_until"] == "2027-01-01T00:00:00Z"
    assert (made["state"], made["uses"], made["used"], made["delivery"]) == ("valid", 2, 0, "live")
    command(ports, "student", "add", *ANA)
    enrolled = document(command(ports, "student", "enrol", "ana@example.org", "--code", made["code"].lower(), "--json"))
    assert (enrolled["delivery"], enrolled["advice"]) == ("live", [])
    shown = command(ports, "code", "show", made["code"])
    assert "1 of 2" in shown.out
    assert "Ana Souza" in shown.out
    assert document(command(ports, "code", "show", made["code"], "--json"))["students"] == [enrolled["student"]]
    assert command(ports, "code", "withdraw", made["code"], "--reason", "the class is full").code == 0
    assert "withdrawn" in command(ports, "code", "list").out
    assert [one["state"] for one in document(command(ports, "code", "list", "--json"))] == ["withdrawn"]
    refused = command(ports, "student", "enrol", "ana@example.org", "--code", "nothing")
    assert (refused.code, "no enrolment code" in refused.err) == (3, True)


def test_a_code_alone_is_printed_for_scripts(ports: Ports) -> None:
    made = command(ports, "code", "create", "course")
    assert command(ports, "code", "show", made.out.strip()).code == 0
    assert command(ports, "code", "create", "nowhere").code == 3
    assert command(ports, "code", "create", "course", "--until", "soon").code == 3
    assert command(ports, "code", "withdraw", made.out.strip()).code == 2, "a reason is needed"


def test_enrolling_takes_a_course_or_a_code_and_tells_first_what_boards_say(ports: Ports) -> None:
    command(ports, "student", "add", *ANA, "--licence", "NY:123456")
    ran = command(ports, "student", "enrol", "ana@example.org", "course")
    assert ran.err == "New York: at most 12 of these 16 hours may count; check with your board.\n"
    assert ran.out.startswith("E-")
    for wrong in ((), ("course", "--code", "X")):
        assert command(ports, "student", "enrol", "ana@example.org", *wrong).code == 2


def test_a_closed_course_says_in_line_mode_how_to_come_in(ports: Ports) -> None:
    command(ports, "student", "add", *ANA)
    ran = command(ports, "sit", "course/quiz", "--student", "ana@example.org", "--plain", typed="yes\n")
    assert ran.code == 3
    assert "--code CODE" in ran.err
    assert "Question" not in ran.out, "nobody is asked to accept anything before that"


def test_line_mode_tells_what_boards_say_before_anything_is_accepted(ports: Ports) -> None:
    command(ports, "student", "add", *ANA, "--licence", "NY:123456")
    command(ports, "student", "enrol", "ana@example.org", "course")
    ran = command(ports, "sit", "course/quiz", "--student", "ana@example.org", "--plain", typed="no\n")
    words = "New York: at most 12 of these 16 hours may count; check with your board."
    assert ran.out.index(words) < ran.out.index("Type yes to accept and start:")


def test_odd_and_shared_licences_are_warnings_wherever_they_are_typed(ports: Ports, tmp_path: Path) -> None:
    first = command(ports, "student", "add", *ANA, "--licence", "FL:12345")
    assert first.err == "Warning: FL:12345 does not look like a licence of FL, such as MA12345.\n"
    second = command(ports, "student", "add", "--name", "Bea", "--email", "bea@example.org", "--licence", "fl:12345")
    assert second.code == 0
    assert f"Ana Souza ({first.out.strip()}) has the licence FL:12345 too." in second.err
    corrected = command(ports, "student", "correct", "bea@example.org", "--licence", "FL:99")
    assert "such as MA12345" in corrected.err
    roll = tmp_path / "roll.csv"
    roll.write_text("name,email,licences\nCaz,caz@example.org,FL:12345\n", encoding="utf-8")
    ran = command(ports, "student", "import", str(roll))
    assert (ran.code, len(ran.out.splitlines())) == (0, 1)
    assert f"{roll}:2:21: warning" in ran.err


def test_a_dry_run_of_an_import_says_everything_and_adds_nobody(ports: Ports, tmp_path: Path) -> None:
    roll = tmp_path / "roll.csv"
    roll.write_text(
        "name,email,licences,course\nAna,ana@example.org,FL:1,course\nBea,bea@example.org,,\n", encoding="utf-8"
    )
    ran = command(ports, "student", "import", str(roll), "--dry-run")
    assert ran.code == 0
    assert ran.out.splitlines() == [
        f"{roll}:2:21: warning FL:1 does not look like a licence of FL, such as MA12345.",
        f"{roll}:2:1: new Ana <ana@example.org> -> course",
        f"{roll}:3:1: new Bea <bea@example.org>",
    ]
    assert ran.err.splitlines() == [
        "2 students would be added.",
        "Sample Course, 1 student: Florida: at most about 5 of these 16 hours may count; check with your board.",
    ]
    said = document(command(ports, "student", "import", str(roll), "--dry-run", "--json"))
    assert [one["name"] for one in said["new"]] == ["Ana", "Bea"]
    assert said["warnings"][0]["column"] == 21
    assert enrolling.students(ports) == ()
    roll.write_text("name,email,course\nAna,ana@example.org,nowhere\n", encoding="utf-8")
    ran = command(ports, "student", "import", str(roll), "--dry-run")
    assert ran.code == 1
    assert f"{roll}:2:21: error There is no course nowhere." in ran.out


def test_a_correction_names_the_certificates_that_show_the_old_name_and_issues_them_anew(ports: Ports) -> None:
    set_school(ports)
    student = join(ports)
    earn(ports, student)
    number = issue(ports, student).number
    told = command(ports, "student", "correct", student, "--name", "Sample Q. Student")
    assert f"show something else: {number}." in told.err
    again = ("--name", "Sample R. Student", "--reissue", "--reason", "married")
    made = document(command(ports, "student", "correct", student, *again, "--json"))
    assert (made["certificates_touched"], len(made["reissued"])) == ([number], 1)
    life = document(command(ports, "certificate", "show", number, "--json"))
    assert life["status"] == "superseded"


def test_two_records_become_one_after_a_dry_run(ports: Ports) -> None:
    old, new = join(ports, email="old@example.org"), join(ports, email="new@example.org")
    merge = ("student", "merge", "old@example.org", new, "--reason", "added twice")
    plan = document(command(ports, *merge, "--dry-run", "--json"))
    assert (plan["from"], plan["into"], plan["merged"], plan["moves"]["enrolments"]) == (old, new, False, 1)
    assert len(enrolling.students(ports)) == 2
    ran = command(ports, *merge)
    assert ran.code == 0
    assert f"{old} is {new} from now on." in ran.err
    assert new in command(ports, "student", "show", old).out
    assert command(ports, *merge).code == 3
    assert command(ports, "student", "merge", old, new).code == 2, "a reason is needed"


def test_a_merge_that_cannot_be_is_told_by_the_dry_run_and_refused(ports: Ports) -> None:
    set_school(ports)
    old, new = join(ports, email="old@example.org"), join(ports, email="new@example.org")
    for student in (old, new):
        earn(ports, student)
        issue(ports, student)
    merge = ("student", "merge", old, new, "--reason", "added twice")
    dry = command(ports, *merge, "--dry-run")
    assert (dry.code, "! Both have earned course" in dry.out) == (1, True)
    assert command(ports, *merge).code == 3
    assert len(enrolling.students(ports)) == 2


def test_a_transcript_is_shown_and_written(ports: Ports, tmp_path: Path) -> None:
    set_school(ports)
    student = join(ports)
    earn(ports, student)
    number = issue(ports, student).number
    shown = command(ports, "student", "transcript", "s@example.org").out
    assert "Transcript of Sample Student" in shown
    assert number in shown
    said = document(command(ports, "student", "transcript", student, "--json"))
    assert said["courses"][0]["awards"][0]["certificates"][0]["number"] == number
    table, pdf = tmp_path / "t.csv", tmp_path / "t.pdf"
    ran = command(ports, "student", "transcript", student, "--csv", str(table), "--pdf", str(pdf))
    assert (ran.code, ran.out) == (0, "")
    with table.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["kind"] for row in rows] == ["enrolment", "attempt", "award", "certificate"]
    assert pdf.read_bytes().startswith(b"%PDF")
    assert command(ports, "student", "transcript", "s@example.org", "--csv", "-").out.startswith("date,kind,course,")
    assert command(ports, "student", "transcript", "s@example.org", "--csv", "-", "--json").code == 2
    assert command(ports, "student", "transcript", "S-none").code == 3


def test_a_one_time_code_is_printed_alone_and_its_end_beside_it(ports: Ports) -> None:
    student = join(ports)
    ran = command(ports, "student", "reset-passphrase", student, "--code")
    assert (ran.code, len(ran.out.splitlines())) == (0, 1)
    assert "until 2026-11-23 12:00:00 UTC" in ran.err
    found = signing_in.sign_in(ports, email="s@example.org", passphrase=ran.out, new="four plain words")
    assert found.student.id == student
    assert timedelta(hours=24) == enrolling.ONCE_FOR
