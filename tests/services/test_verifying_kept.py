"""Verifying by the records: the kept page, its hash, its life and every field."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from hashlib import sha256
from pathlib import Path

import pytest

from cequiz.domain.credential.facts import Field
from cequiz.domain.credential.verification import Standing
from cequiz.errors import (
    NotFound,
    Refused,
)
from cequiz.services import papers, verifying
from cequiz.services.loading import load
from cequiz.services.ports import CertificateRecord, CertificateStatus, Ports
from cequiz.services.verifying import verify_file, verify_number
from tests.builders import NOON, bank, course
from tests.papers import press
from tests.services.earned import earn, issue, join, set_school
from tests.storing import open_store


@pytest.fixture
def student(ports: Ports) -> str:
    return join(ports)


def move(ports: Ports, record: CertificateRecord, status: str, reason: str = "") -> None:
    with ports.store.write() as unit:
        unit.certificates.add_status(
            CertificateStatus(number=record.number, status=status, reason=reason, actor="admin", at=NOON)
        )


@pytest.fixture
def real(ports: Ports, tmp_path: Path) -> Iterator[Ports]:
    """Return ports on the real store with the real press."""
    made = replace(ports, store=open_store(tmp_path / "home"), press=press())
    load(made, banks=[bank()], courses=[course()], actor="test")
    yield made
    made.store.close()


def test_the_real_press_and_store_issue_what_verifies(real: Ports) -> None:
    student = join(real, name="Zoë O'Brien-Đorđević & <b>Sons</b>")
    earn(real, student)
    set_school(real)
    record = issue(real, student)
    written = real.folder / "CQ-2026-000001.pdf"
    assert written.read_bytes() == record.pdf
    found = verify_file(real, written.read_bytes())
    assert found.verdict.standing is Standing.VALID
    assert {field.name: field.text for field in found.fields} == {
        field.name: field.text for field in record.facts.printed_fields()
    }
    assert verify_number(real, "cq-2026-000001").verdict.good
    assert verify_file(real, papers.specimen(real, student_id=student, course_id="course").pdf).verdict.standing is (
        Standing.SPECIMEN
    )


@pytest.mark.parametrize(
    ("changes", "label"),
    [
        ({"ce_hours": "160"}, "Hours"),
        ({"student_name": "Somebody Else"}, "Name"),
        ({"completed_on": date(2025, 1, 1)}, "Completed"),
        ({"licences": ()}, "Licenses"),
        ({"course_title": "Another Course"}, "Course"),
    ],
)
def test_a_changed_field_in_the_file_is_found_and_named(real: Ports, changes: dict[str, object], label: str) -> None:
    student = join(real)
    earn(real, student)
    set_school(real)
    record = issue(real, student)
    forged = real.press.draw(replace(record.facts, printed=(), **changes))  # type: ignore[arg-type] # any field, on purpose
    found = verify_file(real, forged)
    assert found.verdict.standing is Standing.ALTERED
    assert [one.label for one in found.differences] == [label]


@pytest.fixture
def record(ports: Ports, student: str) -> CertificateRecord:
    set_school(ports)
    earn(ports, student)
    return issue(ports, student)


@pytest.mark.parametrize("status", ["superseded", "suspended", "revoked", "expired"])
def test_a_certificate_out_of_force_says_so_with_the_reason(
    ports: Ports, record: CertificateRecord, status: str
) -> None:
    move(ports, record, status, "hours were wrong")
    for found in (verify_file(ports, record.pdf), verify_number(ports, record.number)):
        assert found.verdict.standing == status
        assert not found.verdict.good
        assert found.status_reason == "hours were wrong"
        assert len(found.fields) == len(record.facts.printed_fields())


def test_a_suspension_that_ended_leaves_it_valid(ports: Ports, record: CertificateRecord) -> None:
    move(ports, record, "suspended", "asked")
    move(ports, record, "issued", "answered")
    found = verify_file(ports, record.pdf)
    assert found.verdict.good
    assert found.status_reason == ""


def test_a_certificate_of_another_store_is_unknown(ports: Ports, record: CertificateRecord) -> None:
    for number in ("CQ-2026-999999", "something"):
        found = verify_file(ports, ports.press.draw(replace(record.facts, printed=(), number=number)))
        assert found.verdict.standing is Standing.UNKNOWN
        assert found.fields


def test_a_file_that_reads_alike_but_is_another_is_altered(ports: Ports, record: CertificateRecord) -> None:
    found = verify_file(ports, record.pdf + b" ")
    assert found.verdict.standing is Standing.ALTERED
    assert [one.label for one in found.differences] == ["SHA-256 of the file"]


@pytest.mark.parametrize("kept", [b" ", None])
def test_a_kept_page_that_was_exchanged_is_altered(
    ports: Ports, record: CertificateRecord, monkeypatch: pytest.MonkeyPatch, kept: bytes | None
) -> None:
    damaged = replace(record, pdf=b"nothing" if kept is None else record.pdf + kept)
    monkeypatch.setattr(verifying, "certificate", lambda *_: (damaged, None))
    found = verify_number(ports, record.number)
    assert found.verdict.standing is Standing.ALTERED
    assert found.differences


def test_a_certificate_of_an_earlier_layout_and_wording_stays_valid(ports: Ports, record: CertificateRecord) -> None:
    page = b"a page that today's reader cannot read"
    old = replace(
        record,
        number="CQ-2020-000001",
        facts=replace(
            record.facts, number="CQ-2020-000001", printed=(Field("hours", "Credits", "16 CE hours in all"),)
        ),
        pdf=page,
        sha256=sha256(page).hexdigest(),
        proof=None,
    )
    with ports.store.write() as unit:
        unit.certificates.add(old, actor="test")
    for found in (verify_file(ports, page), verify_number(ports, old.number)):
        assert found.verdict.good
        assert [field.text for field in found.fields] == ["16 CE hours in all"]


def test_numbers_that_are_none_and_numbers_that_nobody_has(ports: Ports) -> None:
    with pytest.raises(Refused, match="not a certificate number"):
        verify_number(ports, "12")
    with pytest.raises(NotFound, match="CQ-2026-000009"):
        verify_number(ports, "CQ-2026-000009")
    with pytest.raises(Refused):
        verify_file(ports, b"a letter")
