"""`cequiz bank coverage` and `cequiz bank blind`: what a provider who reviews a bank types."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cequiz.services.ports import Ports
from tests.adapters.bank_files.test_load import BANK, QUESTION
from tests.frontends.desks import command, fake_ports

SYLLABUS = """\
format: cequiz-syllabus/1
id: essential
title: Tests
version: "1"
banks: [neck]
demand: {items: 2, aspects: 2}
regions:
  - id: neck
    title: Neck
    tests:
      - {id: spurling, name: Spurling test, synonyms: [foraminal compression test]}
      - {id: roos, name: Roos test}
"""
ASKED = "    tests: [spurling]\n    aspect: finding\n"
SECOND = QUESTION.replace("oci-action", "ocs-action").replace("its own", "the other")


@pytest.fixture
def ports(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ports:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "neck.yaml").write_text(BANK + ASKED + SECOND)
    (tmp_path / "syllabus.yaml").write_text(SYLLABUS)
    return fake_ports(tmp_path)


def test_every_test_is_told_with_its_items_and_what_is_missing(ports: Ports) -> None:
    ran = command(ports, "bank", "coverage", ".")
    assert ran.code == 0, ran.err
    rows = [line.split() for line in ran.out.splitlines()]
    assert rows[1:] == [
        ["neck", "spurling", "1", "finding", "Spurling", "test"],
        ["neck", "roos", "0", "-", "Roos", "test"],
    ]
    assert "2 tests; 2 have fewer items than the syllabus wants, 2 fewer aspects." in ran.err


def test_markdown_and_json_name_the_items(ports: Ports) -> None:
    page = command(ports, "bank", "coverage", "--markdown", ".").out.splitlines()
    assert "| Spurling test | foraminal compression test | finding | `oci-action` |" in page
    assert "### Neck (2 tests, 1 item)" in page
    assert "| D4 Head and neck anatomy | 2 | 2 (100 %) | 0 (0 %) | 0 (0 %) |" in page
    (found,) = json.loads(command(ports, "bank", "coverage", "--json", ".").out)
    assert [(one["id"], one["items"]) for one in found["tests"]] == [("spurling", ["neck/oci-action"]), ("roos", [])]


def test_without_a_syllabus_there_is_nothing_to_cover(ports: Ports) -> None:
    ran = command(ports, "bank", "coverage", "neck.yaml")
    assert (ran.code, ran.out) == (3, "")
    assert "no syllabus" in ran.err


def test_the_check_tells_what_the_syllabus_misses(ports: Ports) -> None:
    said = command(ports, "bank", "check", ".").out
    assert "./syllabus.yaml:11:9: warning B08 1 approved item asks about the test spurling" in said
    assert "./syllabus.yaml:12:9: warning B08 0 approved items ask about the test roos" in said


def answered(sheet: str, *answers: str) -> str:
    """The sheet with its empty answers filled in, one after the other."""
    for answer in answers:
        sheet = sheet.replace('answer: ""', f'answer: "{answer}"', 1)
    return sheet


def test_a_sheet_is_answered_without_the_keys_and_compared(ports: Ports) -> None:
    sheet = command(ports, "bank", "blind", "neck.yaml").out
    assert "correct" not in sheet
    assert "It turns the atlas" not in sheet
    Path("sheet.yaml").write_text(answered(sheet, "a", "a"))
    ran = command(ports, "bank", "blind", "neck.yaml", "--answers", "sheet.yaml")
    assert (ran.code, ran.out) == (0, "")
    assert "2 of 2 answers are the key (100 %)." in ran.err
    Path("sheet.yaml").write_text(answered(sheet, "c").replace('doubt: ""', 'doubt: "b could be defended"', 1))
    ran = command(ports, "bank", "blind", "neck.yaml", "--answers", "sheet.yaml")
    assert ran.code == 1
    assert ran.out.splitlines()[1].split() == ["oci-action", "a", "c", "b", "could", "be", "defended"]
    assert "0 of 1 answers are the key (0 %)." in ran.err
    assert "1 not answered: ocs-action" in ran.err
    found = json.loads(command(ports, "bank", "blind", "neck.yaml", "--answers", "sheet.yaml", "--json").out)
    assert found["disagreed"][0]["answer"] == ["c"]


def test_an_empty_sheet_is_no_agreement(ports: Ports) -> None:
    Path("sheet.yaml").write_text(command(ports, "bank", "blind", "neck.yaml").out)
    ran = command(ports, "bank", "blind", "neck.yaml", "--answers", "sheet.yaml")
    assert "Nothing is answered." in ran.err
    assert "Every answer is the key." not in ran.err


def test_a_sheet_of_another_bank_or_with_a_slip_is_refused(ports: Ports) -> None:
    sheet = command(ports, "bank", "blind", "neck.yaml").out
    Path("sheet.yaml").write_text(sheet.replace("bank: neck", "bank: knee"))
    assert "bank knee" in command(ports, "bank", "blind", "neck.yaml", "--answers", "sheet.yaml").err
    Path("sheet.yaml").write_text(sheet.replace("answer:", "anwser:", 1))
    ran = command(ports, "bank", "blind", "neck.yaml", "--answers", "sheet.yaml")
    assert ran.code == 3
    assert "sheet.yaml:16:5" in ran.err


@pytest.mark.parametrize(("more", "title"), [((), "Bank"), (("--part",), "BankPart"), (("--syllabus",), "Syllabus")])
def test_a_schema_is_printed_for_every_file_an_author_writes(ports: Ports, more: tuple[str, ...], title: str) -> None:
    assert json.loads(command(ports, "bank", "schema", *more).out)["title"] == title


def test_one_schema_is_printed_at_a_time(ports: Ports) -> None:
    assert command(ports, "bank", "schema", "--part", "--syllabus").code == 2
