"""Papers: the file of a certificate, a SPECIMEN, prints and the list."""

from __future__ import annotations

import stat
from dataclasses import replace
from pathlib import Path

import pytest

from cequiz.errors import (
    EnvironmentFailed,
    PrinterFailed,
)
from cequiz.services import papers
from cequiz.services.ports import CertificateRecord, Ports
from tests.fakes import FakePrinter, FakeStore
from tests.services.earned import deeds, earn, issue, join, set_school


@pytest.fixture
def student(ports: Ports) -> str:
    return join(ports)


@pytest.fixture
def record(ports: Ports, student: str) -> CertificateRecord:
    set_school(ports)
    earn(ports, student)
    return issue(ports, student)


def test_the_file_is_for_its_owner_alone(ports: Ports, record: CertificateRecord) -> None:
    path = ports.folder / f"{record.number}.pdf"
    assert path.read_bytes() == record.pdf
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.chmod(0o644)
    assert papers.write_file(ports, record) == path
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [one.name for one in ports.folder.iterdir()] == [path.name]


def test_what_is_earned_but_not_settled_yet_is_shown_as_a_specimen(ports: Ports, student: str) -> None:
    earn(ports, student)
    shown = papers.drawn(ports, student_id=student, course_id="course")
    assert shown.facts.is_specimen
    assert shown.facts.score == ""


def test_a_folder_that_cannot_be_written_is_named_and_nothing_is_lost(
    ports: Ports, student: str, tmp_path: Path
) -> None:
    blocked = replace(ports, folder=tmp_path / "file" / "certificates")
    (tmp_path / "file").write_text("in the way")
    set_school(blocked)
    earn(blocked, student)
    with pytest.raises(EnvironmentFailed, match="could not be written") as caught:
        issue(blocked, student)
    assert "kept in the store" in caught.value.hint
    assert [one.status for one in papers.certificates(ports)] == ["issued"]
    assert papers.write_file(ports, issue(ports, student)).is_file()


def test_a_print_is_in_the_audit_record(ports: Ports, record: CertificateRecord) -> None:
    said = papers.print_certificate(ports, record.number, actor="admin")
    assert said == f"{record.number}.pdf went to the fake printer."
    with ports.store.read() as unit:
        last = unit.audit.all()[-1]
    assert (last.deed, last.subject, last.actor) == ("certificate.printed", record.number, "admin")


def test_a_print_that_failed_is_not(ports: Ports, record: CertificateRecord) -> None:
    broken = replace(ports, printer=FakePrinter(broken=True))
    with pytest.raises(PrinterFailed) as caught:
        papers.print_certificate(broken, record, actor="admin")
    assert f"{record.number}.pdf" in caught.value.hint
    assert "certificate.printed" not in deeds(ports)


def test_a_specimen_can_be_printed_and_has_a_name_of_its_own(ports: Ports, student: str) -> None:
    earn(ports, student)
    shown = papers.drawn(ports, student_id=student, course_id="course")
    papers.print_certificate(ports, shown, actor="test")
    assert isinstance(ports.printer, FakePrinter)
    assert [path.name for path in ports.printer.printed] == [f"SPECIMEN-course-{student}.pdf"]
    assert papers.certificates(ports) == ()


def test_the_list_tells_what_a_board_asks_for(ports: Ports, record: CertificateRecord) -> None:
    assert isinstance(ports.store, FakeStore)
    (line,) = papers.certificates(ports)
    assert (line.number, line.student_name, line.hours, line.status) == (
        record.number,
        "Sample Student",
        "16",
        "issued",
    )
    assert line.sha256 == record.sha256
