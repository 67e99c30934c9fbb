"""Every kind of record comes back as it went in, in the order it promises, and only once."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import pytest

from cequiz.domain.credential.award import Award
from cequiz.domain.credential.facts import Facts, LicenceFact
from cequiz.domain.credential.proof import Proof
from cequiz.domain.credential.provider import Provider, Signatory
from cequiz.domain.exam.attempt import Status
from cequiz.domain.exam.marking import Mark, ObjectiveScore, Score
from cequiz.errors import NotAllowed, WrongState
from cequiz.services.ports import (
    AuditRecord,
    CertificateRecord,
    CertificateStatus,
    Enrolment,
    Evaluation,
    Standing,
    Store,
    Unit,
)
from tests.builders import NOON, bank, course
from tests.storing import DEADLINE, begin, opening_draft, student

PDF = b"%PDF-1.7\x00\xff sample"

SCORE = Score(
    attempt_id="A-1",
    revision=1,
    earned=Fraction(10, 3),
    possible=Fraction(4),
    pass_mark=Fraction(75),
    objectives=(
        ObjectiveScore("D1", "Objective D1", Fraction(4, 3), Fraction(2), Fraction(50)),
        ObjectiveScore("D2", "Objective D2", Fraction(2), Fraction(2)),
    ),
    marks=(
        Mark("sample/d1-1", "D1", Fraction(1, 3), Fraction(1), answered=True),
        Mark("sample/d1-2", "D1", Fraction(0), Fraction(1), answered=False),
    ),
    cause=Status.SUBMITTED,
    finished_at=NOON + timedelta(minutes=5),
)

AWARD = Award(
    id="W-1",
    student_id="S-1",
    course_id="course",
    course_version="1",
    completed_at=NOON,
    percent=Fraction(250, 3),
    pass_mark=Fraction(75),
    awarded_at=NOON + timedelta(hours=1),
)

PROOF = Proof(key_id="0123456789abcdef", index=0, code="CEQUIZ:V#AB", credential='{"name":"Zoë"}')


def facts(number: str) -> Facts:
    return Facts(
        document_title="Certificate of Achievement",
        provider_name="Sample Provider",
        provider_contact="sample@example.org",
        student_name="Zoë Müller",
        licences=(LicenceFact("FL", "MA12345"),),
        course_title="Sample Course",
        course_id="course",
        course_version="1",
        subjects=("Assessment",),
        delivery="Home study",
        ce_hours="16",
        completed_on=date(2026, 11, 22),
        issued_on=date(2026, 11, 23),
        place="Home study",
        instructors=(Signatory("Sample Instructor", "LMT"),),
        administrator=Signatory("Sample Administrator", "Administrator"),
        number=number,
    )


def certificate(number: str = "CQ-2026-000001", *, pdf: bytes = PDF) -> CertificateRecord:
    digest = hashlib.sha256(pdf).hexdigest()
    return CertificateRecord(number=number, award_id="W-1", facts=facts(number), pdf=pdf, sha256=digest, issued_at=NOON)


def test_bank_versions_come_back_whole_and_the_last_loaded_is_the_latest(store: Store) -> None:
    first, second, other = bank(version="9"), bank(version="10", counts={"D1": 2}), bank("another")
    with store.write() as unit:
        for place, one in enumerate((first, second, other)):
            unit.banks.add(one, at=NOON + timedelta(minutes=place))
    with store.read() as unit:
        assert unit.banks.get("sample", "9") == first
        assert unit.banks.latest("sample") == second
        assert unit.banks.content_hash("sample", "9") == first.content_hash()
        assert (unit.banks.get("sample", "1"), unit.banks.latest("x"), unit.banks.content_hash("x", "1")) == (
            None,
            None,
            None,
        )
        lines = unit.banks.versions()
    assert [(line.id, line.version, line.questions) for line in lines] == [
        ("another", "1", 12),
        ("sample", "9", 12),
        ("sample", "10", 2),
    ]
    assert lines[1].loaded_at == NOON
    assert lines[1].content_hash == first.content_hash()


def test_course_versions_come_back_whole_and_the_last_loaded_is_the_latest(store: Store) -> None:
    first, second = course(version="2"), course(version="1", ce_hours="7.5", title="Zweiter <Kurs> [/]")
    with store.write() as unit:
        unit.courses.add(first, at=NOON)
        unit.courses.add(second, at=NOON)
    with store.read() as unit:
        assert unit.courses.get("course", "2") == first
        assert unit.courses.latest("course") == second
        assert unit.courses.content_hash("course", "1") == second.content_hash()
        assert (unit.courses.get("course", "3"), unit.courses.latest("x")) == (None, None)
        assert [(line.version, line.ce_hours, line.title) for line in unit.courses.versions()] == [
            ("2", "16", "Sample Course"),
            ("1", "7.5", "Zweiter <Kurs> [/]"),
        ]


def test_people_come_back_whole_and_are_found_by_any_case_of_their_address(store: Store) -> None:
    zoe, adam = student("S-2"), student("S-1", name="adam", email="Ädam@Example.org")
    with store.write() as unit:
        unit.students.add(zoe, passphrase_hash=None, at=NOON)
        unit.students.add(adam, passphrase_hash="h1", at=NOON)
        unit.students.set_passphrase("S-2", "h2")
    with store.read() as unit:
        assert unit.students.get("S-2") == zoe
        assert unit.students.by_email("äDAM@example.ORG") == adam
        assert list(unit.students.all()) == [adam, zoe]
        assert (unit.students.passphrase_hash("S-1"), unit.students.passphrase_hash("S-2")) == ("h1", "h2")
        assert (unit.students.get("x"), unit.students.by_email("x@y"), unit.students.passphrase_hash("x")) == (
            None,
            None,
            None,
        )


def test_enrolments_keep_the_version_of_their_day(store: Store) -> None:
    begin(store)
    second = Enrolment(id="E-2", student_id="S-1", course_id="other", course_version="7", enrolled_at=NOON)
    first = Enrolment(
        id="E-1", student_id="S-1", course_id="course", course_version="1", enrolled_at=NOON - timedelta(days=1)
    )
    with store.write() as unit:
        unit.enrolments.add(second)
        unit.enrolments.add(first)
    with store.read() as unit:
        assert unit.enrolments.get("S-1", "other") == second
        assert unit.enrolments.get("S-1", "none") is None
        assert list(unit.enrolments.of("S-1")) == [first, second]
        assert not unit.enrolments.of("S-9")


def test_an_evaluation_is_given_or_declined(store: Store) -> None:
    begin(store)
    given = Evaluation(
        student_id="S-1",
        course_id="course",
        course_version="1",
        answers={"clear": 5, "comment": "«ok» [/]"},
        given_at=NOON,
    )
    declined = replace(given, course_id="other", answers=None)
    with store.write() as unit:
        unit.evaluations.add(given)
        unit.evaluations.add(declined)
    with store.read() as unit:
        assert unit.evaluations.get("S-1", "course") == given
        assert unit.evaluations.get("S-1", "other") == declined
        assert unit.evaluations.get("S-1", "none") is None


def test_attempts_are_listed_oldest_first_and_filtered_by_everything_given(store: Store) -> None:
    begin(store, "A-2", at=NOON + timedelta(hours=1))
    begin(store, "A-1", number=2)
    begin(store, "A-3", who="S-2")
    with store.read() as unit:
        assert [one.id for one in unit.attempts.headers()] == ["A-1", "A-3", "A-2"]
        assert [one.id for one in unit.attempts.headers(student_id="S-1", course_id="course", exam_id="quiz")] == [
            "A-1",
            "A-2",
        ]
        assert not unit.attempts.headers(student_id="S-1", exam_id="other")
        first, second, last = unit.attempts.headers()
        assert list(unit.attempts.headers(limit=2)) == [first, second]
        # Two began at the same instant: neither is lost, nor told twice, where a list goes on behind the first.
        assert [one.id for one in unit.attempts.headers(after=first, limit=1)] == ["A-3"]
        assert [one.id for one in unit.attempts.headers(after=first)] == ["A-3", "A-2"]
        assert [one.id for one in unit.attempts.headers(after=first, student_id="S-1")] == ["A-2"]
        assert not unit.attempts.headers(after=last)
        header = unit.attempts.header("A-1")
        assert (unit.attempts.header("x"), unit.attempts.events("x")) == (None, ())
    assert header is not None
    assert (header.student_id, header.course_id, header.course_version, header.exam_id) == (
        "S-1",
        "course",
        "1",
        "quiz",
    )
    assert (header.number, header.started_at, header.standing, header.seq) == (
        2,
        NOON,
        Standing(Status.OPEN, DEADLINE),
        1,
    )


def test_overdue_are_open_attempts_behind_their_deadline(store: Store) -> None:
    begin(store, "A-2", at=NOON + timedelta(minutes=1))
    begin(store, "A-1", number=2)
    with store.write() as unit:
        unit.attempts.start(opening_draft("A-3", number=3), standing=Standing(Status.OPEN, None))
        unit.attempts.start(opening_draft("A-4", number=4), standing=Standing(Status.EXPIRED, NOON, NOON))
    with store.read() as unit:
        assert list(unit.attempts.overdue(DEADLINE)) == []
        assert list(unit.attempts.overdue(DEADLINE + timedelta(microseconds=1))) == ["A-1"]
        assert list(unit.attempts.overdue(DEADLINE + timedelta(days=1))) == ["A-1", "A-2"]


def test_the_highest_revision_of_a_score_counts(store: Store) -> None:
    begin(store)
    mended = replace(SCORE, revision=2, earned=Fraction(4))
    with store.write() as unit:
        unit.scores.add(SCORE, actor="a", at=NOON)
        assert unit.scores.latest("A-1") == SCORE
        unit.scores.add(mended, actor="a", at=NOON)
    with store.read() as unit:
        assert unit.scores.latest("A-1") == mended
        assert unit.scores.latest("A-9") is None


def test_awards_are_found_by_student_and_course_version(store: Store) -> None:
    begin(store)
    second = replace(AWARD, id="W-0", course_version="2")
    with store.write() as unit:
        unit.awards.add(AWARD)
        unit.awards.add(second)
    with store.read() as unit:
        assert unit.awards.get("S-1", "course", "1") == AWARD
        assert unit.awards.get("S-1", "course", "3") is None
        assert list(unit.awards.all()) == [AWARD, second]


def test_certificates_are_numbered_without_gaps_and_live_on(store: Store) -> None:
    begin(store)
    with store.write() as unit:
        unit.awards.add(AWARD)
        assert unit.certificates.next_sequence(2026) == 1
        unit.certificates.add(certificate(), actor="a")
        assert unit.certificates.next_sequence(2026) == 2
        assert unit.certificates.next_sequence(2027) == 1
        unit.certificates.add(certificate("CQ-2026-000001-R1", pdf=PDF + b"2"), actor="a")
        assert unit.certificates.next_sequence(2026) == 2
        unit.certificates.add(certificate("CQ-2026-1000000"), actor="a")
        assert unit.certificates.next_sequence(2026) == 1_000_001
        gone = CertificateStatus(
            number="CQ-2026-000001", status="superseded", reason="corrected: «name»", actor="a", at=NOON
        )
        unit.certificates.add_status(gone)
    with store.read() as unit:
        assert unit.certificates.get("CQ-2026-000001") == certificate()
        assert unit.certificates.get("CQ-2026-000009") is None
        assert [one.number for one in unit.certificates.all()] == [
            "CQ-2026-000001",
            "CQ-2026-000001-R1",
            "CQ-2026-1000000",
        ]
        assert [one.number for one in unit.certificates.of_award("W-1")] == [
            one.number for one in unit.certificates.all()
        ]
        assert unit.certificates.status("CQ-2026-000001") == gone
        newest = unit.certificates.status("CQ-2026-000001-R1")
        assert unit.certificates.status("CQ-2026-000009") is None
    assert newest is not None
    assert (newest.status, newest.actor, newest.at) == ("issued", "a", NOON)


def test_a_certificate_comes_back_with_its_proof_and_its_place(store: Store) -> None:
    begin(store)
    proven = replace(certificate("CQ-2026-000002"), proof=replace(PROOF, index=1))
    with store.write() as unit:
        unit.awards.add(AWARD)
        assert unit.certificates.count() == 0
        unit.certificates.add(certificate(), actor="a")
        unit.certificates.add(proven, actor="a")
        assert unit.certificates.count() == 2
    with store.read() as unit:
        assert unit.certificates.get("CQ-2026-000002") == proven
        assert list(unit.certificates.all()) == [certificate(), proven]
        assert list(unit.certificates.of_award("W-1")) == [certificate(), proven]
        assert list(unit.certificates.outlines()) == [replace(certificate(), pdf=b""), replace(proven, pdf=b"")]
        assert unit.certificates.awarded() == {"W-1"}
    with pytest.raises(WrongState), store.write() as unit:
        unit.certificates.add(replace(certificate("CQ-2026-000003"), proof=replace(PROOF, index=1)), actor="a")


def test_the_life_of_a_certificate_is_kept_in_order(store: Store) -> None:
    begin(store)
    entries = [
        CertificateStatus(number="CQ-2026-000001", status=status, reason=f"«{status}»", actor="os:né", at=NOON)
        for status in ("suspended", "issued", "revoked")
    ]
    with store.write() as unit:
        unit.awards.add(AWARD)
        for number in ("CQ-2026-000001", "CQ-2026-000002"):
            unit.certificates.add(certificate(number), actor="a")
        for entry in entries:
            unit.certificates.add_status(entry)
    with store.read() as unit:
        assert list(unit.certificates.life("CQ-2026-000001"))[1:] == entries
        assert [one.status for one in unit.certificates.life("CQ-2026-000002")] == ["issued"]
        assert not unit.certificates.life("CQ-2026-000009")


def test_each_cycle_of_an_enrolment_has_its_evaluation_and_its_award(store: Store) -> None:
    begin(store)
    first = Enrolment(id="E-1", student_id="S-1", course_id="course", course_version="1", enrolled_at=NOON)
    given = Evaluation(student_id="S-1", course_id="course", course_version="1", answers=None, given_at=NOON)
    renewed = replace(first, course_version="2", cycle=2, earlier={"quiz": 3, "ü": 1})
    with store.write() as unit:
        unit.enrolments.add(first)
        unit.enrolments.add(replace(first, id="E-2", course_id="other"))
        unit.enrolments.renew(renewed)
        for cycle in (1, 2):
            unit.evaluations.add(replace(given, cycle=cycle))
            unit.awards.add(replace(AWARD, id=f"W-{cycle}", cycle=cycle))
    with store.read() as unit:
        assert unit.enrolments.get("S-1", "course") == renewed
        assert unit.enrolments.get("S-1", "other") == replace(first, id="E-2", course_id="other")
        for cycle in (1, 2):
            assert unit.evaluations.get("S-1", "course", cycle=cycle) == replace(given, cycle=cycle)
            assert unit.awards.get("S-1", "course", "1", cycle=cycle) == replace(AWARD, id=f"W-{cycle}", cycle=cycle)
        assert unit.evaluations.get("S-1", "course", cycle=3) is None
        assert unit.awards.get("S-1", "course", "1", cycle=3) is None
    with pytest.raises(WrongState), store.write() as unit:
        unit.awards.add(replace(AWARD, id="W-3", cycle=2))


def test_a_number_that_was_rolled_back_is_free_again(store: Store) -> None:
    begin(store)
    with pytest.raises(NotAllowed), store.write() as unit:
        unit.awards.add(AWARD)
        unit.certificates.add(certificate(), actor="a")
        raise NotAllowed("no")
    with store.read() as unit:
        assert unit.certificates.next_sequence(2026) == 1
        assert not unit.awards.all()


def test_audit_records_keep_their_order(store: Store) -> None:
    records = [
        AuditRecord(
            at=NOON - timedelta(days=place), actor="os:né", deed="x.y", subject=str(place), details={"a": [place, None]}
        )
        for place in range(3)
    ]
    with store.write() as unit:
        for record in records:
            unit.audit.add(record)
    with store.read() as unit:
        assert list(unit.audit.all()) == records


def test_there_is_one_provider_and_the_last_one_set_counts(store: Store) -> None:
    def provider(name: str) -> Provider:
        return Provider(
            name=name,
            contact="sample@example.org",
            address="1 Sample Street",
            time_zone="America/New_York",
            administrator=Signatory("Sample Administrator", "Administrator"),
        )

    with store.read() as unit:
        assert unit.providers.get() is None
    with store.write() as unit:
        unit.providers.set(provider("First"), at=NOON)
        unit.providers.set(provider("Second «&»"), at=NOON)
    with store.read() as unit:
        assert unit.providers.get() == provider("Second «&»")


def _bank(unit: Unit) -> None:
    unit.banks.add(bank(), at=NOON)


def _course(unit: Unit) -> None:
    unit.courses.add(course(), at=NOON)


def _student(unit: Unit) -> None:
    unit.students.add(student(), passphrase_hash=None, at=NOON)


def _enrolment(unit: Unit) -> None:
    name = f"E-{len(unit.enrolments.of('S-1'))}"
    unit.enrolments.add(Enrolment(id=name, student_id="S-1", course_id="c", course_version="1", enrolled_at=NOON))


def _evaluation(unit: Unit) -> None:
    unit.evaluations.add(Evaluation(student_id="S-1", course_id="c", course_version="1", answers=None, given_at=NOON))


def _score(unit: Unit) -> None:
    unit.scores.add(SCORE, actor="a", at=NOON)


def _award(unit: Unit) -> None:
    unit.awards.add(replace(AWARD, id=f"W-{len(unit.awards.all()) + 10}", course_version="8"))


def _certificate(unit: Unit) -> None:
    unit.certificates.add(certificate(), actor="a")


def _attempt(unit: Unit) -> None:
    name = f"A-{len(unit.attempts.headers()) + 10}"
    unit.attempts.start(opening_draft(name, number=5), standing=Standing(Status.OPEN, DEADLINE))


@pytest.mark.parametrize(
    "add", [_bank, _course, _student, _enrolment, _evaluation, _score, _award, _certificate, _attempt]
)
def test_what_is_unique_is_kept_once_and_the_second_changes_nothing(store: Store, add: Callable[[Unit], None]) -> None:
    begin(store)
    with store.write() as unit:
        unit.awards.add(AWARD)
        if add not in {_bank, _course, _student}:
            add(unit)
    with store.read() as unit:
        before = unit.audit.all()
    with pytest.raises(WrongState), store.write() as unit:
        unit.audit.add(AuditRecord(at=NOON, actor="a", deed="d", subject="s"))
        add(unit)
    with store.read() as unit:
        assert unit.audit.all() == before
    assert store.verify_chains().findings == ()


def test_a_status_needs_its_certificate(store: Store) -> None:
    lost = CertificateStatus(number="CQ-2026-000009", status="revoked", reason="", actor="a", at=NOON)
    with pytest.raises(WrongState), store.write() as unit:
        unit.certificates.add_status(lost)
