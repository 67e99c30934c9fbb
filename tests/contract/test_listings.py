"""The long lists: what a search finds, in which order, how many there are, and what a page holds of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from fractions import Fraction
from pathlib import Path

import pytest

from cequiz.adapters.store.repositories import listings as repository
from cequiz.domain.exam.attempt import Status
from cequiz.domain.exam.events import EventKind
from cequiz.domain.people.student import Licence, Student
from cequiz.services.ports import (
    AttemptQuery,
    AuditQuery,
    AuditRecord,
    CertificateQuery,
    CertificateStatus,
    DueQuery,
    Enrolment,
    Evaluation,
    Merge,
    Standing,
    Store,
    Unit,
    Window,
)
from cequiz.services.ports.reports import CompletionQuery, EnrolmentQuery, Open
from tests.builders import NOON, course, exam_json
from tests.contract.test_records import AWARD, SCORE, certificate, facts
from tests.storing import DEADLINE, begin, draft, open_store, student

ALL = Window()

PEOPLE = {
    "S-JOSE": Student(id="S-JOSE", name="José Ñúñez", email="jn@example.org", licences=(Licence("FL", "MA100"),)),
    "S-ANA": Student(id="S-ANA", name="ana abad", email="ana@beispiel.de"),
    "S-ANB": Student(id="S-ANB", name="Ana Abad", email="second@example.org", licences=(Licence("TX", "100 %"),)),
    "S-LI": Student(id="S-LI", name="李小龍", email="li@example.org"),
}


def people(store: Store) -> None:
    with store.write() as unit:
        for place, one in enumerate(PEOPLE.values()):
            unit.students.add(one, passphrase_hash=None, at=NOON + timedelta(minutes=place))


def found(store: Store, words: str, window: Window = ALL) -> list[str]:
    with store.read() as unit:
        return [one.id for one in unit.listings.students(words, window).rows]


def test_students_are_listed_by_name_with_what_a_line_shows(store: Store) -> None:
    people(store)
    with store.read() as unit:
        page = unit.listings.students("", ALL)
    assert [one.id for one in page.rows] == ["S-ANA", "S-ANB", "S-JOSE", "S-LI"]
    assert (page.total, page.more) == (4, False)
    jose = page.rows[2]
    assert (jose.name, jose.email, jose.licences, jose.added_at) == (
        "José Ñúñez",
        "jn@example.org",
        ("FL:MA100",),
        NOON,
    )


@pytest.mark.parametrize(
    ("words", "ids"),
    [
        ("nunez", ["S-JOSE"]),
        ("NÚÑ", ["S-JOSE"]),
        ("ana aba", ["S-ANA", "S-ANB"]),
        ("abad ana", ["S-ANA", "S-ANB"]),
        ("beispiel", ["S-ANA"]),
        ("ma100", ["S-JOSE"]),
        ("100 %", ["S-ANB"]),
        ("s-li", ["S-LI"]),
        ("小龍", ["S-LI"]),
        ("   ", ["S-ANA", "S-ANB", "S-JOSE", "S-LI"]),
        ("nobody", []),
        ("ana nobody", []),
        ("%", ["S-ANB"]),
        ("_", []),
        ("' OR 1=1 --", []),
    ],
)
def test_a_search_finds_names_addresses_licences_and_ids(store: Store, words: str, ids: list[str]) -> None:
    people(store)
    assert found(store, words) == ids
    with store.read() as unit:
        assert unit.listings.students(words, Window(limit=1)).total == len(ids)


def test_windows_cut_pages_that_fit_together(store: Store) -> None:
    people(store)
    pages = [found(store, "", Window(offset, 3)) for offset in (0, 3, 6)]
    assert pages == [["S-ANA", "S-ANB", "S-JOSE"], ["S-LI"], []]
    with store.read() as unit:
        assert [unit.listings.students("", Window(offset, 3)).total for offset in (0, 3, 6)] == [4, 4, 4]


def test_a_corrected_name_is_found_under_the_new_one_only(store: Store) -> None:
    people(store)
    with store.write() as unit:
        unit.students.replace(replace(PEOPLE["S-LI"], name="Bruce Lee"))
    assert (found(store, "bruce"), found(store, "小龍")) == (["S-LI"], [])
    assert found(store, "") == ["S-ANA", "S-ANB", "S-LI", "S-JOSE"]


def test_who_was_merged_into_another_record_is_not_listed(store: Store) -> None:
    people(store)
    begin(store, "A-1", who="S-ANB")
    merge = Merge(from_id="S-ANB", into_id="S-ANA", reason="added twice", actor="test", at=NOON)
    with store.write() as unit:
        unit.merges.merge(merge, numbers={})
    assert found(store, "abad") == ["S-ANA"]
    with store.read() as unit:
        assert unit.listings.students("", ALL).total == 3
        assert [one.student for one in unit.listings.attempts(AttemptQuery(words="ana abad"), ALL).rows] == ["ana abad"]


def attempts(store: Store) -> None:
    """Start three attempts, one after the other; the first ended with a score that was raised, the second is open."""
    people(store)
    begin(store, "A-1", who="S-JOSE")
    begin(store, "A-2", who="S-ANA", at=NOON + timedelta(hours=1))
    begin(store, "B-3", who="S-ANB", at=NOON + timedelta(hours=2))
    with store.write() as unit:
        ending = draft(EventKind.SUBMITTED, key="end", at=NOON + timedelta(minutes=5))
        unit.attempts.append(
            ending, expected_seq=1, standing=Standing(Status.SUBMITTED, DEADLINE, NOON + timedelta(minutes=5))
        )
        unit.scores.add(replace(SCORE, earned=Fraction(1)), actor="test", at=NOON)
        unit.scores.add(replace(SCORE, revision=2), actor="test", at=NOON)


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        (AttemptQuery(), ["B-3", "A-2", "A-1"]),
        (AttemptQuery(status=Status.OPEN), ["B-3", "A-2"]),
        (AttemptQuery(status=Status.VOIDED), []),
        (AttemptQuery(course_id="course", exam_id="quiz"), ["B-3", "A-2", "A-1"]),
        (AttemptQuery(course_id="other"), []),
        (AttemptQuery(exam_id="other"), []),
        (AttemptQuery(student_id="S-ANA"), ["A-2"]),
        (AttemptQuery(words="abad"), ["B-3", "A-2"]),
        (AttemptQuery(words="ma100"), ["A-1"]),
        (AttemptQuery(words="a-"), ["A-2", "A-1"]),
        (AttemptQuery(words="a-2"), ["A-2"]),
        (AttemptQuery(words="-3"), []),
        (AttemptQuery(words="abad", status=Status.SUBMITTED), []),
        (AttemptQuery(words="nobody"), []),
    ],
)
def test_attempts_are_listed_from_the_newest(store: Store, query: AttemptQuery, ids: list[str]) -> None:
    attempts(store)
    with store.read() as unit:
        page = unit.listings.attempts(query, ALL)
        assert [one.header.id for one in page.rows] == ids
        assert (page.total, page.more) == (len(ids), False)
        assert unit.listings.attempts(query, Window(limit=1)).total == len(ids)


def test_an_attempt_shows_who_sat_and_what_the_newest_score_says(store: Store) -> None:
    attempts(store)
    with store.read() as unit:
        rows = unit.listings.attempts(AttemptQuery(), ALL).rows
        assert [(one.student, one.passed) for one in rows] == [
            ("Ana Abad", None),
            ("ana abad", None),
            ("José Ñúñez", True),
        ]
        assert [one.header for one in rows] == [unit.attempts.header(one.header.id) for one in rows]


def certificates(store: Store) -> None:
    """Issue two certificates; the first is suspended."""
    begin(store)
    with store.write() as unit:
        unit.students.add(student("S-2"), passphrase_hash=None, at=NOON)
        unit.awards.add(AWARD)
        unit.certificates.add(certificate(), actor="test")
        second = certificate("CQ-2026-000002", pdf=b"%PDF other")
        ana = replace(facts("CQ-2026-000002"), student_name="Ana Ñandú")
        later = replace(second, facts=ana, issued_at=NOON + timedelta(days=1))
        unit.certificates.add(later, actor="test")
        life = CertificateStatus(number="CQ-2026-000001", status="suspended", reason="r", actor="test", at=NOON)
        unit.certificates.add_status(life)


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        (CertificateQuery(), [2, 1]),
        (CertificateQuery(status="issued"), [2]),
        (CertificateQuery(status="suspended"), [1]),
        (CertificateQuery(status="revoked"), []),
        (CertificateQuery(words="nandu"), [2]),
        (CertificateQuery(words="muller zoe"), [1]),
        (CertificateQuery(words="000002"), [2]),
        (CertificateQuery(words="cq-2026"), [2, 1]),
        (CertificateQuery(words="zoe", status="issued"), []),
    ],
)
def test_certificates_are_listed_from_the_newest(store: Store, query: CertificateQuery, numbers: list[int]) -> None:
    certificates(store)
    with store.read() as unit:
        page = unit.listings.certificates(query, ALL)
        assert [one.number for one in page.rows] == [f"CQ-2026-{one:06}" for one in numbers]
        assert page.total == len(numbers)
        assert unit.listings.certificates(query, Window(limit=1)).total == len(numbers)


def test_certificates_are_read_a_leaf_at_a_time_in_the_order_of_issue(store: Store) -> None:
    certificates(store)
    with store.read() as unit:
        (first,) = unit.listings.papers(after=0, limit=1)
        (second,) = unit.listings.papers(after=first.place, limit=10)
        assert not unit.listings.papers(after=second.place, limit=10)
        assert [one.record for one in (first, second)] == list(unit.certificates.outlines())
    assert (first.status, second.status) == ("suspended", "issued")


def test_a_certificate_shows_its_state_and_the_name_on_it(store: Store) -> None:
    certificates(store)
    with store.read() as unit:
        rows = unit.listings.certificates(CertificateQuery(), ALL).rows
    assert [(one.status, one.name, one.course_title, one.issued_at) for one in rows] == [
        ("issued", "Ana Ñandú", "Sample Course", NOON + timedelta(days=1)),
        ("suspended", "Zoë Müller", "Sample Course", NOON),
    ]


def earned(store: Store, who: str, attempt: str, *, evaluated: bool = True, passed: bool = True) -> None:
    """Enrol a student of `people` who has handed an exam in."""
    begin(store, attempt, who=who)
    with store.write() as unit:
        unit.enrolments.add(
            Enrolment(id=f"E-{who}", student_id=who, course_id="course", course_version="1", enrolled_at=NOON)
        )
        ending = draft(EventKind.SUBMITTED, key="end", attempt=attempt, at=NOON + timedelta(minutes=5))
        unit.attempts.append(ending, expected_seq=1, standing=Standing(Status.SUBMITTED, DEADLINE, NOON))
        score = replace(SCORE, attempt_id=attempt)
        unit.scores.add(replace(score, earned=Fraction(0)) if not passed else score, actor="test", at=NOON)
        if evaluated:
            said = Evaluation(student_id=who, course_id="course", course_version="1", answers=None, given_at=NOON)
            unit.evaluations.add(said)


def test_awards_of_the_cycle_under_way_are_due_until_they_have_a_certificate(store: Store) -> None:
    people(store)
    for place, who in enumerate(("S-ANA", "S-JOSE", "S-LI")):
        earned(store, who, f"A-{place}")
        award = replace(AWARD, id=f"W-{who}", student_id=who, completed_at=NOON - timedelta(days=place))
        with store.write() as unit:
            unit.awards.add(award)
    with store.write() as unit:
        unit.certificates.add(replace(certificate(), award_id="W-S-LI"), actor="test")
        page = unit.listings.due(DueQuery(), ALL)
        assert [(one.award_id, one.name) for one in page.rows] == [("W-S-JOSE", "José Ñúñez"), ("W-S-ANA", "ana abad")]
        assert page.rows[0].completed_at == NOON - timedelta(days=1)
        assert unit.listings.due(DueQuery(words="abad"), ALL).rows == page.rows[1:]
        assert unit.listings.due(DueQuery(course_id="other"), ALL).total == 0
        assert unit.listings.due(DueQuery(course_id="course"), Window(1, 1)).total == 2
        renewed = unit.enrolments.get("S-JOSE", "course")
        assert renewed is not None
        unit.enrolments.renew(replace(renewed, cycle=2))
        assert [one.award_id for one in unit.listings.due(DueQuery(), ALL).rows] == ["W-S-ANA"]


def tell(unit: Unit, deed: str, subject: str, *, at: datetime = NOON) -> None:
    unit.audit.add(AuditRecord(at=at, actor="test", deed=deed, subject=subject))


@pytest.mark.parametrize("days", [2, -2], ids=["clock-right", "clock-set-back"])
@pytest.mark.parametrize("state", ["revoked", "expired"])
def test_an_award_that_was_made_again_after_its_certificate_was_taken_away_is_due(
    store: Store, state: str, days: int
) -> None:
    people(store)
    earned(store, "S-ANA", "A-1")
    number = certificate().number
    taken = CertificateStatus(number=number, status=state, reason="r", actor="test", at=NOON + timedelta(days=1))
    again = replace(AWARD, student_id="S-ANA", awarded_at=NOON + timedelta(days=days))
    with store.write() as unit:
        unit.awards.add(replace(AWARD, student_id="S-ANA"))
        tell(unit, "award.made", "W-1")
        unit.certificates.add(certificate(), actor="test")
        unit.certificates.add_status(taken)
        tell(unit, f"certificate.{state}", number, at=taken.at)
        assert unit.listings.due(DueQuery(), ALL).total == 0, "taken away by the office: what was earned stays"
        assert list(unit.reports.completions(CompletionQuery(open=Open.UNCERTIFIED))) == []
        assert [one.number for one in unit.certificates.current("W-1")] == [number]
        unit.awards.replace(again)
        tell(unit, "award.made", "W-1", at=again.awarded_at)
        assert list(unit.certificates.current("W-1")) == []
        assert [one.award_id for one in unit.listings.due(DueQuery(words="abad"), ALL).rows] == ["W-1"]
        (completion,) = unit.reports.completions(CompletionQuery(open=Open.UNCERTIFIED))
        assert (completion.award, completion.certificate, completion.status) == (again, "", "")
        assert [one.certificate for one in unit.reports.enrolments(EnrolmentQuery())] == [""]
        new = replace(certificate("CQ-2026-000002", pdf=b"%PDF new"), issued_at=NOON + timedelta(days=2))
        unit.certificates.add(new, actor="test")
        assert unit.listings.due(DueQuery(), ALL).total == 0
        assert [one.certificate for one in unit.reports.enrolments(EnrolmentQuery())] == [new.number]
        assert [one.number for one in unit.certificates.of_award("W-1")] == [number, new.number]
        assert [one.number for one in unit.certificates.current("W-1")] == [new.number]


def test_an_award_that_was_ended_counts_nowhere_until_it_is_made_again(store: Store) -> None:
    """A completion that was voided would stay in the roster, and be reported to a board."""
    people(store)
    earned(store, "S-ANA", "A-1")
    with store.write() as unit:
        loaded = unit.courses.latest("course")
        assert loaded is not None
        unit.awards.add(replace(AWARD, student_id="S-ANA"))
        tell(unit, "award.made", "W-1")
        assert unit.awards.ended() == frozenset()
        assert list(unit.listings.unmade(loaded)) == []
        tell(unit, "award.ended", "W-1", at=NOON - timedelta(days=1))
        assert unit.awards.ended() == {"W-1"}
        assert [unit.awards.has_ended(one) for one in ("W-1", "W-2")] == [True, False]
        assert unit.listings.due(DueQuery(), ALL).total == 0
        assert list(unit.reports.completions(CompletionQuery())) == []
        assert [one.completed_at for one in unit.reports.enrolments(EnrolmentQuery())] == [None]
        assert [one.student_id for one in unit.listings.unmade(loaded)] == ["S-ANA"], "another pass earns it anew"
        tell(unit, "award.made", "W-1", at=NOON - timedelta(days=2))
        assert unit.awards.ended() == frozenset()
        assert [one.award.id for one in unit.reports.completions(CompletionQuery())] == ["W-1"]
        assert list(unit.listings.unmade(loaded)) == []


def test_a_correction_of_a_certificate_that_was_taken_away_is_gone_with_all_before_it(store: Store) -> None:
    people(store)
    earned(store, "S-ANA", "A-1")
    first, second = certificate(), replace(certificate("CQ-2026-000001-R1", pdf=b"%PDF 2"))
    with store.write() as unit:
        unit.awards.add(replace(AWARD, student_id="S-ANA"))
        tell(unit, "award.made", "W-1")
        for number, state in ((first.number, "superseded"), (second.number, "revoked")):
            unit.certificates.add(first if number == first.number else second, actor="test")
            unit.certificates.add_status(
                CertificateStatus(number=number, status=state, reason="r", actor="test", at=NOON)
            )
            tell(unit, f"certificate.{state}", number)
        tell(unit, "award.made", "W-1")
        assert list(unit.certificates.current("W-1")) == [], "the superseded one must not come back"


def test_what_is_earned_without_an_award_is_found(store: Store) -> None:
    people(store)
    earned(store, "S-ANA", "A-1")
    earned(store, "S-JOSE", "A-2", passed=False)
    earned(store, "S-LI", "A-3", evaluated=False)
    with store.write() as unit:
        loaded = unit.courses.latest("course")
        assert loaded is not None
        [found] = unit.listings.unmade(loaded)
        assert (found.award_id, found.student_id, found.name) == ("", "S-ANA", "ana abad")
        assert (found.course_id, found.cycle, found.completed_at) == ("course", 1, SCORE.finished_at)
        unasked = course(evaluation={"required": False, "questions": []})
        assert [one.student_id for one in unit.listings.unmade(unasked)] == ["S-ANA", "S-LI"]
        assert list(unit.listings.unmade(course(version="2"))) == []
        unit.scores.add(replace(SCORE, attempt_id="A-2", revision=2), actor="test", at=NOON)
        assert [one.student_id for one in unit.listings.unmade(loaded)] == ["S-ANA", "S-JOSE"]
        unit.awards.add(replace(AWARD, student_id="S-ANA"))
        assert [one.student_id for one in unit.listings.unmade(loaded)] == ["S-JOSE"]
        two = course(exams=[exam_json(), exam_json("other")])
        assert list(unit.listings.unmade(two)) == []
        assert unit.awards.named("W-1") == replace(AWARD, student_id="S-ANA")
        assert unit.awards.named("W-9") is None


def test_a_search_that_half_of_the_students_answer_to_shows_the_newest_attempts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_store(tmp_path) as store:
        attempts(store)
        monkeypatch.setattr(repository, "_MOST_STUDENTS", 1)
        with store.read() as unit:
            page = unit.listings.attempts(AttemptQuery(words="an"), ALL)
            assert [one.header.id for one in page.rows] == ["B-3", "A-2"]
            assert (page.total, page.more) == (2, False)
        monkeypatch.setattr(repository, "_MOST_ATTEMPTS", 1)
        with store.read() as unit:
            page = unit.listings.attempts(AttemptQuery(words="an"), ALL)
            assert [one.header.id for one in page.rows] == ["B-3"]
            assert (page.total, page.more) == (1, True)
            assert unit.listings.attempts(AttemptQuery(words="an"), Window(1, 10)).rows == ()


@pytest.mark.parametrize(
    ("query", "places"),
    [
        (AuditQuery(), [3, 2, 1, 0]),
        (AuditQuery(actor="staff:a"), [2, 0]),
        (AuditQuery(deed="student."), [3, 2]),
        (AuditQuery(deed="student.corrected"), [3]),
        (AuditQuery(subject="S-1"), [3, 2]),
        (AuditQuery(actor="staff:a", deed="bank."), [0]),
        (AuditQuery(deed="%"), []),
        (AuditQuery(since=NOON + timedelta(minutes=1)), [3, 2, 1]),
        (AuditQuery(until=NOON + timedelta(minutes=1)), [0]),
        (AuditQuery(actor="staff:a", since=NOON, until=NOON + timedelta(minutes=2)), [0]),
    ],
)
def test_the_audit_record_is_listed_from_the_newest(store: Store, query: AuditQuery, places: list[int]) -> None:
    minute, typed = timedelta(minutes=1), {"reason": "typed"}
    records = [
        AuditRecord(at=NOON, actor="staff:a", deed="bank.loaded", subject="sample", details={"version": "1"}),
        AuditRecord(at=NOON + minute, actor="staff:b", deed="bank.loaded", subject="other"),
        AuditRecord(at=NOON + 2 * minute, actor="staff:a", deed="student.added", subject="S-1"),
        AuditRecord(at=NOON + minute, actor="staff:b", deed="student.corrected", subject="S-1", details=typed),
    ]
    with store.write() as unit:
        for one in records:
            unit.audit.add(one)
    with store.read() as unit:
        page = unit.listings.audit(query, ALL)
        assert [records.index(one) for one in page.rows] == places
        assert page.total == len(places)
        assert unit.listings.audit(query, Window(limit=1)).total == len(places)
