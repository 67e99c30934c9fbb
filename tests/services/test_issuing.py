"""Awards and certificates: earned once, issued once, verified field by field."""

from __future__ import annotations

import stat
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from hashlib import sha256
from pathlib import Path

import pytest

from cequiz.domain.credential.award import Award
from cequiz.domain.credential.boards import BoardPack
from cequiz.domain.credential.facts import Facts, Field, LicenceFact
from cequiz.domain.credential.look import Look, Paper
from cequiz.domain.credential.proof import Proof
from cequiz.domain.credential.provider import Signatory
from cequiz.domain.credential.verification import Standing
from cequiz.errors import (
    CequizError,
    EnvironmentFailed,
    InvalidText,
    NotAllowed,
    NotFound,
    PrinterFailed,
    Refused,
    StorageDamaged,
    WrongState,
)
from cequiz.services import issuing, papers, providing, rolling, verifying
from cequiz.services.earning import EvaluationState, course_progress
from cequiz.services.enrolling import enrol
from cequiz.services.evaluating import evaluate
from cequiz.services.issuing import settle
from cequiz.services.loading import load
from cequiz.services.ports import CertificateRecord, CertificateStatus, Ports
from cequiz.services.starting import start
from cequiz.services.verifying import verify_file, verify_number
from tests.builders import NOON, bank, course, exam_json
from tests.fakes import FakeBoards, FakeClock, FakeNotary, FakePress, FakePrinter, FakeStore
from tests.papers import SCHOOL, facts, press
from tests.services.earned import deeds, earn, issue, join, pass_exam, set_school
from tests.storing import open_store


@pytest.fixture
def student(ports: Ports) -> str:
    return join(ports)


def move(ports: Ports, record: CertificateRecord, status: str, reason: str = "") -> None:
    with ports.store.write() as unit:
        unit.certificates.add_status(
            CertificateStatus(number=record.number, status=status, reason=reason, actor="admin", at=NOON)
        )


def test_what_is_missing_is_told_in_sentences(ports: Ports, student: str) -> None:
    found = course_progress(ports, student_id=student, course_id="course")
    assert found.missing == ("Pass the exam Sample exam.", "Give, or decline, the course evaluation.")
    pass_exam(ports, student)
    found = course_progress(ports, student_id=student, course_id="course")
    assert found.missing == ("Give, or decline, the course evaluation.",)
    assert found.evaluation is EvaluationState.MISSING
    assert not found.due


def test_a_failed_exam_earns_nothing(ports: Ports, student: str) -> None:
    pass_exam(ports, student, answer="a")
    evaluate(ports, student_id=student, course_id="course", answers={"clear": 5}, actor="test")
    done = settle(ports, student_id=student, course_id="course", actor="test")
    assert done.award is None
    assert done.certificate is None
    assert done.progress.evaluation is EvaluationState.GIVEN
    with pytest.raises(WrongState, match="not earned") as caught:
        papers.drawn(ports, student_id=student, course_id="course")
    assert "Pass the exam" in caught.value.hint


def test_an_exam_that_is_not_required_does_not_hold_up_the_award(ports: Ports) -> None:
    exams = [exam_json(), exam_json("extra", required=False)]
    load(ports, courses=[course("two", exams=exams)], actor="test")
    student = join(ports, to="two")
    earn(ports, student, "two")
    assert settle(ports, student_id=student, course_id="two", actor="test").award is not None


def test_a_course_without_a_required_evaluation_asks_for_none(ports: Ports) -> None:
    load(ports, courses=[course("quick", evaluation={"required": False, "questions": []})], actor="test")
    student = join(ports, to="quick")
    pass_exam(ports, student, "quick/quiz")
    done = settle(ports, student_id=student, course_id="quick", actor="test")
    assert done.award is not None
    assert done.progress.evaluation is EvaluationState.NOT_REQUIRED


def test_a_declined_evaluation_earns_the_hours(ports: Ports, student: str) -> None:
    set_school(ports)
    earn(ports, student)
    done = settle(ports, student_id=student, course_id="course", actor="test")
    assert done.progress.evaluation is EvaluationState.DECLINED
    assert done.certificate is not None
    assert done.certificate.number == "CQ-2026-000001"


def test_settling_again_changes_nothing(ports: Ports, student: str) -> None:
    set_school(ports)
    earn(ports, student)
    first = settle(ports, student_id=student, course_id="course", actor="test")
    before = deeds(ports)
    assert settle(ports, student_id=student, course_id="course", actor="test") == first
    assert deeds(ports) == before
    assert before.count("award.made") == before.count("certificate.issued") == 1


def test_without_a_provider_there_is_an_award_and_a_specimen(ports: Ports, student: str) -> None:
    earn(ports, student)
    done = settle(ports, student_id=student, course_id="course", actor="test")
    assert done.award is not None
    assert done.certificate is None
    shown = papers.drawn(ports, student_id=student, course_id="course")
    assert shown.facts.is_specimen
    assert shown.facts.provider_name == "Provider not configured"
    assert shown.facts.instructors == (Signatory("Sample Instructor", "LMT"),)
    assert verify_file(ports, shown.pdf).verdict.standing is Standing.SPECIMEN
    with pytest.raises(NotAllowed, match="No provider"):
        issuing.issue_due(ports, actor="admin")


def test_a_provider_set_later_issues_each_certificate_once(ports: Ports, student: str) -> None:
    other = join(ports, name="Other Student", email="o@example.org")
    for who in (student, other):
        earn(ports, who)
        settle(ports, student_id=who, course_id="course", actor="test")
    set_school(ports)
    issued = issuing.issue_due(ports, actor="admin").certificates
    assert [one.number for one in issued] == ["CQ-2026-000001", "CQ-2026-000002"]
    assert issuing.issue_due(ports, actor="admin") == issuing.Issued((), ())
    assert {issue(ports, who).number for who in (student, other)} == {one.number for one in issued}
    assert len(papers.certificates(ports)) == 2
    assert not papers.drawn(ports, student_id=student, course_id="course").facts.is_specimen


def test_a_certificate_keeps_the_provider_it_was_issued_by(ports: Ports, student: str) -> None:
    set_school(ports)
    earn(ports, student)
    record = issue(ports, student)
    set_school(ports, replace(SCHOOL, name="New Owners"))
    assert issue(ports, student) == record
    assert record.facts.provider_name == "Harbour School"
    current = providing.provider(ports)
    assert current is not None
    assert current.name == "New Owners"


def test_a_provider_whose_texts_cannot_be_printed_is_refused(ports: Ports) -> None:
    for school in (replace(SCHOOL, name="王"), replace(SCHOOL, instructor=Signatory("王", "LMT"))):
        with pytest.raises(InvalidText, match=r"U\+738B"):
            set_school(ports, school)
    assert providing.provider(ports) is None


def test_without_an_instructor_the_award_stays_and_the_certificate_waits(ports: Ports, student: str) -> None:
    load(ports, courses=[course("alone", instructors=[])], actor="test")
    enrol(ports, student_id=student, course_id="alone", actor="test")
    set_school(ports)
    earn(ports, student, "alone")
    with pytest.raises(NotAllowed, match="instructor"):
        settle(ports, student_id=student, course_id="alone", actor="test")
    assert course_progress(ports, student_id=student, course_id="alone").award is not None
    assert papers.certificates(ports) == ()
    set_school(ports, replace(SCHOOL, instructor=Signatory("Dana", "LMT")))
    issued = issuing.issue_due(ports, actor="admin").certificates
    assert [one.facts.instructors for one in issued] == [(Signatory("Dana", "LMT"),)]


def test_one_that_cannot_be_issued_does_not_hold_up_the_others(ports: Ports, student: str) -> None:
    load(ports, courses=[course("alone", instructors=[])], actor="test")
    enrol(ports, student_id=student, course_id="alone", actor="test")
    for of in ("alone", "course"):
        earn(ports, student, of)
        settle(ports, student_id=student, course_id=of, actor="test")
    set_school(ports)
    done = issuing.issue_due(ports, actor="admin")
    assert [one.facts.course_id for one in done.certificates] == ["course"]
    (refused,) = done.refused
    assert (refused.student.id, refused.course_id) == (student, "alone")
    assert "instructor" in refused.error.sentence


def test_what_was_earned_while_nobody_looked_is_issued_too(ports: Ports, student: str) -> None:
    earn(ports, student)  # passed and evaluated, and the program died before it settled
    set_school(ports)
    assert len(issuing.issue_due(ports, actor="admin").certificates) == 1


def test_an_award_that_the_scores_do_not_bear_out_is_not_put_on_paper(ports: Ports, student: str) -> None:
    enrol(ports, student_id=student, course_id="course", actor="test")
    set_school(ports)
    forged = Award(
        id="W-forged",
        student_id=student,
        course_id="course",
        course_version="1",
        completed_at=NOON,
        percent=Fraction(100),
        pass_mark=Fraction(75),
        awarded_at=NOON,
    )
    with ports.store.write() as unit:
        unit.awards.add(forged)
    (refused,) = issuing.issue_due(ports, actor="admin").refused
    assert isinstance(refused.error, StorageDamaged)
    assert papers.certificates(ports) == ()


def test_facts_are_those_of_student_course_and_provider(ports: Ports, student: str) -> None:
    load(
        ports,
        courses=[
            course(
                "full",
                subjects=["Assessment"],
                scope_statement="Not a certification.",
                approvals=[
                    {
                        "board": "ncbtmb",
                        "provider_number": "1",
                        "title": "Sample Course",
                        "hours": "16",
                        "from": "2026-01-01",
                        "to": "2027-01-01",
                    }
                ],
            )
        ],
        actor="test",
    )
    body = BoardPack(id="ncbtmb", name="NCBTMB", required=frozenset(), source="a rule", checked_on=NOON.date())
    ports = replace(ports, boards=FakeBoards(body))
    enrol(ports, student_id=student, course_id="full", actor="test")
    set_school(ports)
    earn(ports, student, "full")
    facts = issue(ports, student, "full").facts
    assert facts.document_title == "Certificate of Achievement"
    assert facts.licences == (LicenceFact("FL", "MA1"), LicenceFact("NY", "27"))
    assert (facts.ce_hours, facts.score, facts.pass_mark) == ("16", "100 %", "75 %")
    assert facts.place == "Home study, 12 Harbour Street, Miami, FL 33101"
    assert facts.delivery == "Home study"
    assert [str(one) for one in facts.approvals] == ["NCBTMB, provider 1"]
    assert (facts.subjects, facts.footer) == (("Assessment",), "Not a certification.")
    assert facts.administrator == SCHOOL.administrator


def test_a_live_course_is_completed_at_the_providers_place(ports: Ports, student: str) -> None:
    load(ports, courses=[course("hall", delivery="live")], actor="test")
    enrol(ports, student_id=student, course_id="hall", actor="test")
    set_school(ports)
    earn(ports, student, "hall")
    facts = issue(ports, student, "hall").facts
    assert facts.document_title == "Certificate of Completion"
    assert facts.place == SCHOOL.address


def test_the_providers_instructor_stands_in_for_the_courses(ports: Ports, student: str) -> None:
    set_school(ports, replace(SCHOOL, instructor=Signatory("Dana", "BCTMB")))
    earn(ports, student)
    assert issue(ports, student).facts.instructors == (Signatory("Dana", "BCTMB"),)


@pytest.mark.parametrize(
    ("zone", "completed", "issued"),
    [
        ("America/New_York", date(2026, 12, 31), date(2027, 1, 1)),
        ("UTC", date(2027, 1, 1), date(2027, 1, 1)),
        ("Asia/Tokyo", date(2027, 1, 1), date(2027, 1, 1)),
    ],
)
def test_dates_are_those_of_the_providers_zone(ports: Ports, zone: str, completed: date, issued: date) -> None:
    late = replace(ports, clock=FakeClock(datetime(2027, 1, 1, 4, 50, tzinfo=UTC)))
    student = join(late)
    pass_exam(late, student)  # 23:50 in New York
    assert isinstance(late.clock, FakeClock)
    late.clock.advance(timedelta(minutes=20))
    evaluate(late, student_id=student, course_id="course", answers=None, actor="test")
    set_school(late, replace(SCHOOL, time_zone=zone))
    record = issue(late, student)
    assert record.facts.completed_on == completed
    assert record.facts.issued_on == issued
    assert record.number.startswith(f"CQ-{issued.year}-")


def test_the_last_required_pass_is_the_day_of_completion(ports: Ports, student: str, clock: FakeClock) -> None:
    load(ports, courses=[course("two", exams=[exam_json(), exam_json("second")])], actor="test")
    enrol(ports, student_id=student, course_id="two", actor="test")
    set_school(ports)
    pass_exam(ports, student, "two/second")
    clock.advance(timedelta(days=3))
    pass_exam(ports, student, "two/quiz")
    clock.advance(timedelta(days=9))
    evaluate(ports, student_id=student, course_id="two", answers=None, actor="test")
    record = issue(ports, student, "two")
    assert record.facts.completed_on == date(2026, 11, 25)
    assert record.facts.issued_on == date(2026, 12, 4)


def test_a_page_that_does_not_read_back_is_not_issued(ports: Ports, student: str) -> None:
    class Smudged(FakePress):
        def read_fields(self, pdf: bytes) -> dict[str, str]:
            return {**super().read_fields(pdf), "hours": "76 CE hours"}

    smudged = replace(ports, press=Smudged())
    set_school(ports)
    earn(smudged, student)
    with pytest.raises(NotAllowed, match="does not print right: Hours"):
        issue(smudged, student)
    assert papers.certificates(ports) == ()


def test_an_answer_does_not_wait_for_a_drawing(ports: Ports, student: str, tmp_path: Path) -> None:
    store = open_store(tmp_path / "home")
    patient = replace(ports, store=store)
    load(patient, banks=[bank()], courses=[course()], actor="test")
    earner, sitter = join(patient), join(patient, email="o@example.org")
    earn(patient, earner)
    set_school(patient)
    sitting = start(patient, student_id=sitter, exam_ref="course/quiz", attested=True, actor="test")
    saved: list[float] = []

    class Slow(FakePress):
        def draw(self, facts: Facts, *, look: Look | None = None, proof: Proof | None = None) -> bytes:
            answering = threading.Thread(
                target=lambda: saved.append(
                    sitting.answer(sitting.attempt.form.items[0].key, {"choice": "b"}).event.seq
                )
            )
            answering.start()
            answering.join(20)
            return super().draw(facts, look=look, proof=proof)

    issue(replace(patient, press=Slow()), earner)
    assert saved == [2]
    store.close()


@pytest.mark.parametrize("change", ["provider", "student", "sequence"])
def test_what_changes_while_a_certificate_is_drawn_is_on_it(ports: Ports, student: str, change: str) -> None:
    set_school(ports)
    earn(ports, student)
    other = join(ports, name="Other", email="o@example.org")
    earn(ports, other)
    drawn: list[Facts] = []

    class Interrupted(FakePress):
        def draw(self, facts: Facts, *, look: Look | None = None, proof: Proof | None = None) -> bytes:
            drawn.append(facts)
            if len(drawn) == 1 and change == "provider":
                set_school(ports, replace(SCHOOL, name="New Owners"))
            elif len(drawn) == 1 and change == "student":
                rolling.correct(ports, student_id=student, name="New Name", email=None, licences=None, actor="admin")
            elif len(drawn) == 1:
                issue(ports, other)
            return super().draw(facts, look=look, proof=proof)

    record = issue(replace(ports, press=Interrupted()), student)
    assert len(drawn) == 2
    expected = {
        "provider": ("New Owners", "Sample Student", "CQ-2026-000001"),
        "student": ("Harbour School", "New Name", "CQ-2026-000001"),
        "sequence": ("Harbour School", "Sample Student", "CQ-2026-000002"),
    }
    assert (record.facts.provider_name, record.facts.student_name, record.number) == expected[change]
    assert record.proof is not None
    assert record.proof.index == len(papers.certificates(ports)) - 1


def test_somebody_who_never_gets_through_is_told_so(ports: Ports, student: str) -> None:
    set_school(ports)
    earn(ports, student)
    others = iter(range(1000))

    class Crowded(FakePress):
        def draw(self, facts: Facts, *, look: Look | None = None, proof: Proof | None = None) -> bytes:
            set_school(ports, replace(SCHOOL, name=f"School {next(others)}"))
            return super().draw(facts, look=look, proof=proof)

    with pytest.raises(WrongState, match="Others issue") as caught:
        issue(replace(ports, press=Crowded()), student)
    assert "certificate issue" in caught.value.hint
    assert course_progress(ports, student_id=student, course_id="course").award is not None
    assert issue(ports, student).number == "CQ-2026-000001"


def test_a_locked_key_leaves_the_award_due(ports: Ports, student: str) -> None:
    set_school(ports)
    earn(ports, student)
    locked = replace(ports, notary=FakeNotary(locked=True))
    with pytest.raises(NotAllowed, match="locked"):
        issue(locked, student)
    assert papers.certificates(ports) == ()
    (refused,) = issuing.issue_due(locked, actor="admin").refused
    assert "locked" in refused.error.sentence
    assert [one.course_id for one in issuing.due(ports)] == ["course"]
    assert [one.number for one in issuing.issue_due(ports, actor="admin").certificates] == ["CQ-2026-000001"]


def test_what_a_board_would_reject_is_not_issued_and_the_rule_is_named(ports: Ports, student: str) -> None:
    set_school(ports)
    earn(ports, student)
    pack = BoardPack(
        id="generic",
        name="Any board",
        required=frozenset({"approvals"}),
        source="the board's handbook",
        checked_on=date(2026, 11, 20),
    )
    with pytest.raises(NotAllowed) as caught:
        issue(replace(ports, boards=FakeBoards(pack)), student)
    for said in ("required.approvals", "the board's handbook", "2026-11-20"):
        assert said in caught.value.sentence
    assert course_progress(ports, student_id=student, course_id="course").award is not None
    assert papers.certificates(ports) == ()


def test_a_certificate_is_signed_and_says_what_it_was_made_of(ports: Ports, student: str) -> None:
    look = Look(template="plain", paper=Paper.A4)
    set_school(ports, replace(SCHOOL, verify_at="https://school.example/V", look=look))
    earn(ports, student)
    record = issue(ports, student)
    assert record.proof == FakeNotary().prove(
        record.facts, index=0, at=record.issued_at, verify_at="https://school.example/V"
    )
    made = record.facts
    assert (made.edition, made.delivery_id, made.cycle) == (2, "home-study", 1)
    assert (made.template, made.paper, made.boards) == ("plain", "a4", ("generic",))
    assert Facts.from_json(made.to_json()) == made


def test_a_record_of_the_first_format_keeps_its_json() -> None:
    old = facts().frozen()
    data = old.to_json()
    assert data["format"] == "cequiz-certificate/1"
    assert not {"delivery_id", "supersedes", "cycle", "boards", "template", "paper"} & set(data)
    assert Facts.from_json(data) == old
    assert Facts.from_json(data).digest() == old.digest()


@pytest.fixture
def real(ports: Ports, tmp_path: Path) -> Iterator[Ports]:
    """Return ports on the real store with the real press."""
    made = replace(ports, store=open_store(tmp_path / "home"), press=press())
    load(made, banks=[bank()], courses=[course()], actor="test")
    yield made
    made.store.close()


def test_two_who_ask_at_once_get_the_same_certificate(real: Ports) -> None:
    student = join(real)
    earn(real, student)
    set_school(real)
    gate, found, failed = threading.Barrier(2), list[CertificateRecord](), list[CequizError]()

    def ask() -> None:
        gate.wait(10)
        try:
            found.append(issue(real, student))
        except CequizError as error:
            failed.append(error)

    threads = [threading.Thread(target=ask) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not failed
    assert len(found) == 2
    assert found[0] == found[1]
    assert len(papers.certificates(real)) == 1
    assert deeds(real).count("award.made") == deeds(real).count("certificate.issued") == 1


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
