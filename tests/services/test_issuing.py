"""Issuing: each certificate once, whoever asks, whatever happens meanwhile, and never one that should not be."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from cequiz.domain.credential.award import Award
from cequiz.domain.credential.boards import BoardPack
from cequiz.domain.credential.facts import Facts
from cequiz.domain.credential.look import Look, Paper
from cequiz.domain.credential.proof import Proof
from cequiz.domain.credential.provider import Signatory
from cequiz.domain.credential.verification import Standing
from cequiz.errors import (
    CequizError,
    InvalidText,
    NotAllowed,
    StorageDamaged,
    WrongState,
)
from cequiz.services import issuing, papers, providing, rolling
from cequiz.services.earning import EvaluationState, course_progress
from cequiz.services.enrolling import enrol
from cequiz.services.issuing import settle
from cequiz.services.loading import load
from cequiz.services.ports import CertificateRecord, Ports
from cequiz.services.starting import start
from cequiz.services.verifying import verify_file
from tests.builders import NOON, bank, course
from tests.fakes import FakeBoards, FakeNotary, FakePress
from tests.papers import SCHOOL, press
from tests.services.earned import deeds, earn, issue, join, set_school
from tests.storing import open_store


@pytest.fixture
def student(ports: Ports) -> str:
    return join(ports)


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
