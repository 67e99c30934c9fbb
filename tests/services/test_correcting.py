"""The life of a certificate: corrected, suspended, revoked, expired; nothing is lost, and nothing is undone."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from cequiz.domain.bank.course import Course
from cequiz.domain.credential.boards import BoardPack
from cequiz.domain.credential.facts import Facts, LicenceFact
from cequiz.domain.credential.lifecycle import Life
from cequiz.domain.credential.proof import Proof
from cequiz.domain.people.student import Licence
from cequiz.errors import InvalidText, NotAllowed, NotFound, WrongState
from cequiz.services import correcting, papers, rolling
from cequiz.services.issuing import settle
from cequiz.services.ports import CertificateRecord, Ports
from tests.builders import NOON
from tests.fakes import FakeBoards, FakeClock, FakeNotary
from tests.papers import SCHOOL
from tests.services.earned import audit, earn, issue, join, set_school


@pytest.fixture
def student(ports: Ports) -> str:
    return join(ports)


@pytest.fixture
def record(ports: Ports, student: str) -> CertificateRecord:
    set_school(ports)
    earn(ports, student)
    return issue(ports, student)


def rename(ports: Ports, student: str, name: str) -> None:
    rolling.correct(ports, student_id=student, name=name, email=None, licences=[Licence("FL", "MA2")], actor="admin")


def status(ports: Ports, number: str) -> str:
    newest = papers.certificate(ports, number)[1]
    assert newest is not None
    return newest.status


def printed(facts: Facts) -> dict[str, str]:
    return {one.name: one.text for one in facts.printed_fields()}


def test_a_correction_is_a_paper_of_its_own_with_what_was_earned_unchanged(
    ports: Ports, student: str, record: CertificateRecord, clock: FakeClock
) -> None:
    rename(ports, student, "Sample Q. Student")
    set_school(ports, replace(SCHOOL, name="New Owners"))
    clock.advance(timedelta(days=40))
    corrected = correcting.correct(ports, record.number, reason="name as on the licence", actor="admin")
    assert corrected.number == "CQ-2026-000001-R1"
    before, after = printed(record.facts), printed(corrected.facts)
    changed = {name for name in after if after[name] != before.get(name)}
    assert changed == {"provider", "name", "licences", "number", "issued", "revision"}
    assert after["name"] == "Sample Q. Student"
    assert corrected.facts.licences == (LicenceFact("FL", "MA2"),)
    replaced = "Revision 1: replaces certificate CQ-2026-000001 of November 22, 2026"
    assert after["revision"] == f"{replaced}; changed: name, licenses, provider"
    assert corrected.facts.supersedes == record.number
    assert corrected.proof is not None
    assert corrected.proof.index == 1
    assert (status(ports, record.number), status(ports, corrected.number)) == ("superseded", "issued")
    assert papers.certificate(ports, record.number)[0] == record
    assert (ports.folder / "CQ-2026-000001-R1.pdf").read_bytes() == corrected.pdf


def test_a_correction_without_a_reason_records_what_has_changed(
    ports: Ports, student: str, record: CertificateRecord
) -> None:
    rename(ports, student, "Sample Q. Student")
    corrected = correcting.correct(ports, record.number, actor="admin")
    entry = papers.certificate(ports, record.number)[1]
    assert entry is not None
    assert entry.reason == (
        "name: Sample Student -> Sample Q. Student; licenses: Licenses FL MA1 · NY 27 -> License FL MA2"
    )
    assert "Sample Student" not in corrected.facts.revision_note, "a former name is nobody's business on the wall"
    assert corrected.facts.revision_note.endswith("of November 22, 2026; changed: name, licenses")


def test_a_reason_that_would_be_too_long_names_the_fields_alone(
    ports: Ports, student: str, record: CertificateRecord
) -> None:
    rename(ports, student, "Sample Q. Student")
    far = replace(SCHOOL, name="N" * 150, address="A" * 150, contact="C" * 150)
    set_school(ports, far)
    corrected = correcting.correct(ports, record.number, actor="admin")
    entry = papers.certificate(ports, record.number)[1]
    assert entry is not None
    assert entry.reason == "changed: name, licenses, provider, provider's contact, place"
    assert corrected.facts.revision_note.endswith("of November 22, 2026"), "five names find no room on the page"


def test_a_correction_is_what_the_student_sees_from_then_on(
    ports: Ports, student: str, record: CertificateRecord
) -> None:
    rename(ports, student, "Sample Q. Student")
    corrected = correcting.correct(ports, record.number, actor="admin")
    assert settle(ports, student_id=student, course_id="course", actor="test").certificate == corrected
    shown = papers.drawn(ports, student_id=student, course_id="course")
    assert (shown.pdf, shown.status) == (corrected.pdf, "issued")


def test_a_correction_can_be_corrected_and_only_the_newest(
    ports: Ports, student: str, record: CertificateRecord
) -> None:
    rename(ports, student, "First")
    correcting.correct(ports, record.number, actor="admin")
    rename(ports, student, "Second")
    with pytest.raises(NotAllowed, match="superseded") as caught:
        correcting.correct(ports, record.number, actor="admin")
    assert "CQ-2026-000001-R1" in caught.value.hint
    assert correcting.correct(ports, "cq-2026-000001-r1", actor="admin").number == "CQ-2026-000001-R2"
    assert [one.status for one in papers.certificates(ports)] == ["superseded", "superseded", "issued"]


def test_the_next_certificate_of_the_year_is_not_disturbed_by_a_correction(
    ports: Ports, student: str, record: CertificateRecord
) -> None:
    rename(ports, student, "First")
    correcting.correct(ports, record.number, actor="admin")
    other = join(ports, email="o@example.org")
    earn(ports, other)
    next_one = issue(ports, other)
    assert next_one.number == "CQ-2026-000002"
    assert next_one.proof is not None
    assert next_one.proof.index == 2


def test_nothing_to_correct_is_said_and_nothing_happens(ports: Ports, record: CertificateRecord) -> None:
    with pytest.raises(WrongState, match="says already") as caught:
        correcting.correct(ports, record.number, reason="why not", actor="admin")
    assert "student correct" in caught.value.hint
    assert status(ports, record.number) == "issued"


def test_a_certificate_of_the_first_layout_can_be_issued_anew_with_a_proof(
    ports: Ports, student: str, record: CertificateRecord
) -> None:
    old = replace(
        record,
        number="CQ-2020-000001",
        facts=replace(record.facts, edition=1, number="CQ-2020-000001", printed=()).frozen(),
        pdf=b"an old page",
        sha256="0" * 64,
        proof=None,
    )
    with ports.store.write() as unit:
        unit.certificates.add(old, actor="test")
    corrected = correcting.correct(ports, old.number, reason="signed now", actor="admin")
    assert (corrected.number, corrected.facts.edition) == ("CQ-2020-000001-R1", 2)
    assert corrected.proof is not None
    kept, _ = papers.certificate(ports, old.number)
    assert kept == old
    assert kept.facts.digest() == old.facts.digest()


def test_what_stands_in_the_way_of_a_correction_leaves_the_certificate_in_force(
    ports: Ports, student: str, record: CertificateRecord
) -> None:
    rename(ports, student, "Sample Q. Student")
    strict = BoardPack(
        id="generic", name="Any board", required=frozenset({"approvals"}), source="a rule", checked_on=NOON.date()
    )
    for hampered in (replace(ports, notary=FakeNotary(locked=True)), replace(ports, boards=FakeBoards(strict))):
        with pytest.raises(NotAllowed):
            correcting.correct(hampered, record.number, actor="admin")
        assert status(ports, record.number) == "issued"
        assert len(papers.certificates(ports)) == 1


def test_a_suspension_ends_and_a_revocation_does_not(ports: Ports, record: CertificateRecord, clock: FakeClock) -> None:
    for to, why in ((Life.SUSPENDED, "complaint"), (Life.ISSUED, "settled"), (Life.REVOKED, "somebody else sat")):
        clock.set_wall(-timedelta(hours=1) if to is Life.ISSUED else timedelta())  # set back, and right again
        correcting.move(ports, record.number, to=to, reason=why, actor="os:admin")
    with pytest.raises(NotAllowed, match="revoked"):
        correcting.move(ports, record.number, to=Life.ISSUED, reason="second thoughts", actor="os:admin")
    life = papers.history(ports, record.number)
    assert [(entry.status, entry.reason) for _, entry in life] == [
        ("issued", ""),
        ("suspended", "complaint"),
        ("issued", "settled"),
        ("revoked", "somebody else sat"),
    ]
    written = [(one.deed, one.actor, one.details["reason"]) for one in audit(ports)[-3:]]
    assert written == [
        ("certificate.suspended", "os:admin", "complaint"),
        ("certificate.reinstated", "os:admin", "settled"),
        ("certificate.revoked", "os:admin", "somebody else sat"),
    ]


def test_what_is_in_force_cannot_be_reinstated(ports: Ports, record: CertificateRecord) -> None:
    with pytest.raises(NotAllowed, match="in force"):
        correcting.move(ports, record.number, to=Life.ISSUED, reason="to be sure", actor="admin")


@pytest.mark.parametrize("reason", ["", "   ", "x" * 501, "tab\there", "line\nfeed", "\x1b[31m", "a\u202eb"])
def test_a_reason_that_says_nothing_or_hides_something_is_refused(
    ports: Ports, record: CertificateRecord, reason: str
) -> None:
    with pytest.raises(InvalidText):
        correcting.move(ports, record.number, to=Life.REVOKED, reason=reason, actor="admin")
    assert status(ports, record.number) == "issued"


def test_a_number_that_nobody_has(ports: Ports, record: CertificateRecord) -> None:
    with pytest.raises(NotFound):
        correcting.move(ports, "CQ-2026-000009", to=Life.REVOKED, reason="why", actor="admin")
    with pytest.raises(NotFound):
        correcting.correct(ports, "CQ-2026-000001-R1", actor="admin")


def test_the_history_of_a_correction_has_the_certificate_before_it_too(
    ports: Ports, student: str, record: CertificateRecord, clock: FakeClock
) -> None:
    rename(ports, student, "First")
    clock.advance(timedelta(days=1))
    corrected = correcting.correct(ports, record.number, reason="name", actor="admin")
    for number in (record.number, corrected.number):
        assert [(of, entry.status) for of, entry in papers.history(ports, number)] == [
            (record.number, "issued"),
            (record.number, "superseded"),
            (corrected.number, "issued"),
        ]


def test_a_suspended_certificate_is_shown_as_such(ports: Ports, student: str, record: CertificateRecord) -> None:
    correcting.move(ports, record.number, to=Life.SUSPENDED, reason="complaint", actor="admin")
    assert papers.drawn(ports, student_id=student, course_id="course").status == "suspended"
    assert issue(ports, student) == record


def test_a_second_print_is_a_reprint_of_the_same_bytes(ports: Ports, record: CertificateRecord) -> None:
    for _ in range(3):
        papers.print_certificate(ports, record.number, actor="admin")
        assert (ports.folder / f"{record.number}.pdf").read_bytes() == record.pdf
    prints = [one.deed for one in audit(ports) if one.subject == record.number and "print" in one.deed]
    assert prints == ["certificate.printed", "certificate.reprinted", "certificate.reprinted"]


def test_a_correction_that_others_overtake_starts_over(ports: Ports, student: str, record: CertificateRecord) -> None:
    rename(ports, student, "First")
    other = join(ports, email="o@example.org")
    earn(ports, other)
    issued: list[str] = []

    class Overtaken(FakeNotary):
        def prove(self, facts: Facts, *, index: int, at: datetime, verify_at: str) -> Proof:
            if not issued:
                issued.append(issue(ports, other).number)
            return super().prove(facts, index=index, at=at, verify_at=verify_at)

    corrected = correcting.correct(replace(ports, notary=Overtaken()), record.number, actor="admin")
    assert issued == ["CQ-2026-000002"]
    assert corrected.proof is not None
    assert corrected.proof.index == 2


def test_a_course_keeps_its_instructors_on_a_correction(ports: Ports, student: str, record: CertificateRecord) -> None:
    with ports.store.read() as unit:
        taught = unit.courses.get("course", "1")
    assert isinstance(taught, Course)
    rename(ports, student, "First")
    corrected = correcting.correct(ports, record.number, actor="admin")
    assert [one.name for one in corrected.facts.instructors] == [one.name for one in taught.instructors]
