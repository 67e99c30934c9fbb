"""What changing keys and retiring need of a store: who holds an item, awards that change, who is enrolled where."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from fractions import Fraction

import pytest

from cequiz.domain.exam.attempt import Status
from cequiz.domain.exam.events import EventKind
from cequiz.domain.exam.marking import Mark
from cequiz.services.ports import (
    AuditRecord,
    CertificateStatus,
    Enrolment,
    Evaluation,
    Merge,
    Standing,
    Store,
    Unit,
)
from tests.builders import NOON
from tests.contract.test_records import AWARD, SCORE, certificate
from tests.papers import SCHOOL
from tests.storing import begin, draft


def test_the_attempts_that_hold_an_item_are_found_once_each_in_the_order_of_marking(store: Store) -> None:
    begin(store)
    begin(store, "A-2", who="S-2")
    begin(store, "A-3", who="S-3")
    other = replace(SCORE.marks[0], item="sample/d1-11")
    with store.write() as unit:
        unit.scores.add(replace(SCORE, attempt_id="A-2"), actor="a", at=NOON)
        unit.scores.add(SCORE, actor="a", at=NOON)
        unit.scores.add(replace(SCORE, revision=2), actor="a", at=NOON)
        unit.scores.add(replace(SCORE, attempt_id="A-3", marks=(other,)), actor="a", at=NOON)
    with store.read() as unit:
        assert tuple(unit.scores.holding("sample/d1-1")) == ("A-2", "A-1")
        assert tuple(unit.scores.holding("sample/d1-11")) == ("A-3",)
        assert tuple(unit.scores.holding("sample/d1")) == ()


def test_an_objective_that_is_called_like_an_item_is_none(store: Store) -> None:
    begin(store)
    mark = Mark("sample/d1-1", "sample/d9", Fraction(1), Fraction(1), answered=True)
    with store.write() as unit:
        unit.scores.add(replace(SCORE, marks=(mark,)), actor="a", at=NOON)
    with store.read() as unit:
        assert tuple(unit.scores.holding("sample/d9")) == ()


def test_an_award_changes_under_its_id_and_keeps_its_place(store: Store) -> None:
    begin(store)
    again = replace(AWARD, id="W-2", cycle=2)
    with store.write() as unit:
        unit.awards.add(AWARD)
        unit.awards.add(again)
        unit.awards.replace(replace(AWARD, percent=Fraction(75)))
    with store.read() as unit:
        assert tuple(unit.awards.of("S-1", "course")) == (replace(AWARD, percent=Fraction(75)), again)
        assert tuple(unit.awards.of("S-1", "other")) == tuple(unit.awards.of("S-2", "course")) == ()


def test_whether_anybody_is_enrolled_in_a_version_is_known(store: Store) -> None:
    begin(store)
    enrolment = Enrolment(id="E-1", student_id="S-1", course_id="course", course_version="1", enrolled_at=NOON)
    with store.write() as unit:
        unit.enrolments.add(enrolment)
    with store.read() as unit:
        assert unit.enrolments.anybody("course", "1")
        assert not unit.enrolments.anybody("course", "2")
        assert not unit.enrolments.anybody("other", "1")


def test_many_scores_are_kept_as_if_one_after_the_other_and_those_after_a_place_are_found(store: Store) -> None:
    for number in range(1, 4):
        begin(store, f"A-{number}", who=f"S-{number}")
    scores = [replace(SCORE, attempt_id=f"A-{number}") for number in (2, 3)]
    with store.write() as unit:
        unit.scores.add(SCORE, actor="a", at=NOON)
        place = unit.tallies.newest()
        unit.scores.add_all(scores, actor="a", at=NOON)
        unit.scores.add_all([], actor="a", at=NOON)
        unit.scores.add(replace(SCORE, revision=2), actor="a", at=NOON)
    with store.read() as unit:
        assert [unit.scores.latest(one.attempt_id) for one in scores] == scores
        assert tuple(unit.scores.holding("sample/d1-1", after=place)) == ("A-2", "A-3")
        assert tuple(unit.scores.holding("sample/d1-1", after=unit.tallies.newest())) == ()
    assert not store.verify_chains().findings


ENROLMENT = Enrolment(id="E-1", student_id="S-1", course_id="course", course_version="1", enrolled_at=NOON)
GIVEN = Evaluation(student_id="S-1", course_id="course", course_version="1", answers=None, given_at=NOON)
VOIDED = Standing(Status.VOIDED, NOON + timedelta(minutes=10), NOON)


def _void(unit: Unit) -> None:
    unit.attempts.append(draft(EventKind.VOIDED, key="void"), expected_seq=1, standing=VOIDED)


def _suspend(unit: Unit) -> None:
    life = CertificateStatus(number="CQ-2026-000001", status="suspended", reason="r", actor="test", at=NOON)
    unit.certificates.add_status(life)


def _told(deed: str, subject: str) -> Callable[[Unit], None]:
    return lambda unit: unit.audit.add(AuditRecord(at=NOON, actor="a", deed=deed, subject=subject))


TOUCHING: dict[str, Callable[[Unit], None]] = {
    "voided": _void,
    "marked again": lambda unit: unit.scores.add(replace(SCORE, revision=2), actor="a", at=NOON),
    "another attempt": lambda unit: unit.scores.add(replace(SCORE, attempt_id="A-3"), actor="a", at=NOON),
    "next cycle": lambda unit: unit.enrolments.renew(replace(ENROLMENT, cycle=2)),
    "evaluated": lambda unit: unit.evaluations.add(GIVEN),
    "another score": lambda unit: unit.awards.replace(replace(AWARD, percent=Fraction(75))),
    "an award more": lambda unit: unit.awards.add(replace(AWARD, id="W-2", cycle=2)),
    "ended": _told("award.ended", AWARD.id),
    "issued": lambda unit: unit.certificates.add(certificate("CQ-2026-000002", pdf=b"%PDF 2"), actor="a"),
    "suspended": _suspend,
    "merged": lambda unit: unit.merges.merge(
        Merge(from_id="S-1", into_id="S-2", reason="r", actor="a", at=NOON), numbers={"A-1": 7, "A-3": 8}
    ),
    "provider": lambda unit: unit.providers.set(SCHOOL, at=NOON),
}
ELSEWHERE: dict[str, Callable[[Unit], None]] = {
    "somebody else's score": lambda unit: unit.scores.add(replace(SCORE, attempt_id="A-2"), actor="a", at=NOON),
    "somebody else's award": lambda unit: unit.awards.add(replace(AWARD, id="W-2", student_id="S-2")),
    "somebody else's deed": _told("student.registered", "S-9"),
}


@pytest.fixture
def earned(store: Store) -> Store:
    """One student with two attempts, of which one has a score, an award and a certificate; and another with one."""
    begin(store)
    begin(store, "A-3", number=2)
    begin(store, "A-2", who="S-2")
    with store.write() as unit:
        unit.scores.add(SCORE, actor="a", at=NOON)
        unit.enrolments.add(ENROLMENT)
        unit.awards.add(AWARD)
        unit.certificates.add(certificate(), actor="a")
    return store


def _rests_on(store: Store) -> str:
    with store.read() as unit:
        return unit.awards.rests_on(["A-1"])


@pytest.mark.parametrize("name", TOUCHING)
def test_whatever_an_award_rests_on_changes_its_fingerprint(earned: Store, name: str) -> None:
    """Else a key would be changed on the grounds of what was so a moment ago."""
    before = _rests_on(earned)
    assert _rests_on(earned) == before
    with earned.write() as unit:
        TOUCHING[name](unit)
    assert _rests_on(earned) != before


@pytest.mark.parametrize("name", ELSEWHERE)
def test_what_others_do_leaves_the_fingerprint_as_it_is(earned: Store, name: str) -> None:
    """Else no key of thousands of attempts could be changed while anybody sits an exam."""
    before = _rests_on(earned)
    with earned.write() as unit:
        ELSEWHERE[name](unit)
    assert _rests_on(earned) == before
