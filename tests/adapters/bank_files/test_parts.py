"""A bank in several files is read as one, and every problem is named in the file where it stands."""

from __future__ import annotations

from pathlib import Path

import pytest

from cequiz.adapters.bank_files.load import Reading, read_paths
from cequiz.adapters.bank_files.watching import FileWatch
from tests.adapters.bank_files.test_load import BANK, HEADER, QUESTION

PART = "format: cequiz-bank-part/1\nbank: neck\nquestions:\n"
OTHER = QUESTION.replace("oci-action", "ocs-action").replace("to its own side", "away from it")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder that is the current one, so that paths in messages are short."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "neck").mkdir()
    return tmp_path


def write(folder: Path, *names: str, own: str = "", **parts: str) -> None:
    """Write a bank that names these files as its parts, and its parts by the names of their files."""
    listed = "parts:\n" + "".join(f"  - {name}\n" for name in names)
    (folder / "neck.yaml").write_text(HEADER + listed + own)
    for name, text in parts.items():
        (folder / "neck" / f"{name}.yaml").write_text(text)


def said(reading: Reading) -> list[str]:
    """Every problem with its file, place, level, code and item."""
    return [
        f"{one.path}:{one.line}:{one.column} {one.level} {one.code} {one.question_id or ''}".rstrip()
        for one in reading.problems
    ]


def test_questions_of_all_parts_come_in_their_order_after_those_of_the_file(folder: Path) -> None:
    third = OTHER.replace("ocs-action", "last")
    write(folder, "neck/b.yaml", "neck/a.yaml", own=f"questions:\n{QUESTION}", a=PART + third, b=PART + OTHER)
    reading = read_paths(["neck.yaml"])
    assert [one.id for one in reading.banks[0].bank.items] == ["oci-action", "ocs-action", "last"]
    assert reading.files == 3


def test_a_bank_in_parts_is_the_same_bank_as_in_one_file(folder: Path) -> None:
    write(folder, "neck/a.yaml", "neck/b.yaml", a=PART + QUESTION, b=PART + OTHER)
    (folder / "whole").mkdir()
    (folder / "whole" / "neck.yaml").write_text(BANK + OTHER)
    (in_parts,), (whole,) = read_paths(["neck.yaml"]).banks, read_paths(["whole"]).banks
    assert in_parts.bank == whole.bank
    assert in_parts.bank.content_hash() == whole.bank.content_hash()


@pytest.mark.parametrize("asked", ["neck.yaml", "."])
def test_a_problem_is_named_in_the_part_where_it_stands_however_the_bank_was_found(folder: Path, asked: str) -> None:
    wrong = OTHER.replace("cognitive: recall", "cognitive: recal")
    quiet = OTHER.replace("ocs-action", "cut").replace("stem: Which", "stem: Which # one")
    again = QUESTION.replace("oci-action", "again")
    write(folder, "neck/a.yaml", "neck/b.yaml", a=PART + QUESTION, b=PART + again + wrong + quiet)
    prefix = "./" if asked == "." else ""
    found = said(read_paths([asked]))
    assert f"{prefix}neck/b.yaml:21:16 error R23 ocs-action" in found
    assert f"{prefix}neck/b.yaml:38:17 warning W27 cut" in found
    assert all(line.startswith(f"{prefix}neck/b.yaml") for line in found)


def test_a_file_that_is_no_yaml_is_named_and_the_other_parts_are_still_read(folder: Path) -> None:
    wrong = OTHER.replace("cognitive: recall", "cognitive: recal")
    write(folder, "neck/a.yaml", "neck/b.yaml", a="format: [", b=PART + wrong)
    found = said(read_paths(["neck.yaml"]))
    assert found[0].startswith("neck/a.yaml:2:1 error R03")
    assert "neck/b.yaml:7:16 error R23 ocs-action" in found


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("neck/missing.yaml", "R28"),
        ("../neck.yaml", "R28"),
        ("/etc/passwd", "R28"),
        ("neck/../../x.yaml", "R28"),
        ("[neck/a.yaml]", "R18"),
    ],
)
def test_a_part_outside_of_the_folder_or_missing_is_refused(folder: Path, name: str, code: str) -> None:
    write(folder, name, own=f"questions:\n{QUESTION}")
    assert said(read_paths(["neck.yaml"])) == [f"neck.yaml:9:5 error {code}"]


def test_a_link_that_leads_out_of_the_folder_is_refused(folder: Path) -> None:
    (folder / "bank").mkdir()
    (folder / "outside.yaml").write_text(PART + QUESTION)
    (folder / "bank" / "link.yaml").symlink_to(folder / "outside.yaml")
    (folder / "bank" / "neck.yaml").write_text(f"{HEADER}parts: [link.yaml]\n")
    assert "bank/neck.yaml:8:9 error R28" in said(read_paths(["bank/neck.yaml"]))


@pytest.mark.parametrize(
    ("part", "expected"),
    [
        (PART.replace("neck", "shoulder") + QUESTION, "neck/a.yaml:2:7 error R28"),
        (PART.replace("bank-part/1", "bank/1") + QUESTION, "neck/a.yaml:1:9 error R15"),
        (PART.replace("bank: neck", "title: x") + QUESTION, "neck/a.yaml:2:1 error R17"),
        (PART.replace("\nquestions:\n", "\nquestions: none\n"), "neck/a.yaml:3:12 error R19"),
    ],
)
def test_a_part_says_what_it_is_and_whose(folder: Path, part: str, expected: str) -> None:
    write(folder, "neck/a.yaml", own=f"questions:\n{OTHER}", a=part)
    assert expected in said(read_paths(["neck.yaml"]))


def test_a_part_that_is_named_twice_is_read_once_and_told(folder: Path) -> None:
    write(folder, "neck/a.yaml", "neck/a.yaml", a=PART + QUESTION)
    assert said(read_paths(["neck.yaml"])) == ["neck.yaml:10:5 error R29"]


def test_a_part_alone_sends_to_the_file_of_its_bank(folder: Path) -> None:
    write(folder, "neck/a.yaml", a=PART + QUESTION)
    assert said(read_paths(["neck/a.yaml"])) == ["neck/a.yaml:2:7 error R28"]


def test_parts_that_are_no_list_are_told_as_such(folder: Path) -> None:
    (folder / "neck.yaml").write_text(f"{BANK}parts: neck/a.yaml\n")
    assert said(read_paths(["neck.yaml"])) == ["neck.yaml:23:8 error R19"]


def test_a_watch_on_the_bank_notices_a_save_of_a_part(folder: Path) -> None:
    write(folder, "neck/a.yaml", a=PART + QUESTION)
    watch = FileWatch(["neck.yaml"])
    (folder / "neck" / "a.yaml").write_text(PART + OTHER)
    assert [watch.changed(), watch.changed(), watch.changed()] == [False, True, False]
