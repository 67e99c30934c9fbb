"""From an exam that was passed to an auditor far away: a real store issues, and somebody without one verifies."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from cequiz.bootstrap import House
from cequiz.frontends.cli.app import run
from cequiz.frontends.cli.desk import Desk
from cequiz.services.loading import load
from cequiz.services.ports import CertificateRecord
from cequiz.settings import Settings
from tests.builders import bank, course
from tests.frontends.desks import Ran
from tests.services.earned import earn, issue, join, set_school

NAME = "Zoë O'Brien-Đorđević & <b>Sons</b>"


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = House(Settings(home=tmp_path / "school", database_url=None, user="school"))
    yield made
    made.close()


@pytest.fixture
def record(house: House) -> CertificateRecord:
    ports = house.ports()
    load(ports, banks=[bank()], courses=[course()], actor="test")
    student = join(ports, name=NAME)
    earn(ports, student)
    set_school(ports)
    return issue(ports, student)


def cequiz(house: House, *arguments: str) -> Ran:
    out, err = io.StringIO(), io.StringIO()
    code = run(arguments, Desk(house=house, out=out, err=err, stdin=None))
    return Ran(code, out.getvalue(), err.getvalue())


def test_an_auditor_follows_a_certificate_through_its_life(
    house: House, record: CertificateRecord, tmp_path: Path
) -> None:
    auditor = House(Settings(home=tmp_path / "auditor", database_url=None, user="auditor"))
    pdf = tmp_path / "certificate.pdf"
    pdf.write_bytes(record.pdf)
    trust = str(tmp_path / "trust.json")
    assert cequiz(house, "trust", "export", trust).code == 0
    here = cequiz(house, "certificate", "verify", str(pdf))
    assert (here.code, "in the store" in here.out) == (0, True)
    there = cequiz(auditor, "certificate", "verify", str(pdf), "--trust", trust)
    assert there.code == 0
    assert NAME in there.out
    assert "VALID. It is genuine and in force." in there.out
    assert cequiz(house, "certificate", "revoke", record.number, "--reason", "a mistake").code == 0
    again = str(tmp_path / "again.json")
    assert cequiz(house, "trust", "export", again).code == 0
    told = json.loads(cequiz(auditor, "certificate", "verify", str(pdf), "--trust", again, "--json").out)
    assert (told["standing"], told["status"]["life"], told["reason"]) == ("revoked", "revoked", "")
    known = json.loads(cequiz(house, "certificate", "verify", record.number, "--json").out)
    assert (known["standing"], known["reason"], known["kind"]) == ("revoked", "a mistake", "number")
    assert not auditor.settings.home.exists()


def test_a_restored_backup_says_which_certificates_it_does_not_know(house: House, tmp_path: Path) -> None:
    ports = house.ports()
    load(ports, banks=[bank()], courses=[course()], actor="test")
    student = join(ports, name=NAME)
    earn(ports, student)
    set_school(ports)
    saved = str(tmp_path / "before.zip")
    assert cequiz(house, "db", "backup", saved).code == 0
    number = issue(ports, student).number
    told = cequiz(house, "db", "restore", saved)
    assert told.code == 0
    assert f"Issued after this backup, and not in it: {number}." in told.err
    again = cequiz(house, "db", "restore", saved)
    assert "not in it" not in again.err
