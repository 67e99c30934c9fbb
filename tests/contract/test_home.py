"""The facts of the home screen are the same from the fake, from the store, and from the glance at its file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from pathlib import Path

import pytest

from cequiz.adapters.store.glance import SqliteGlance
from cequiz.domain.exam.attempt import Status
from cequiz.domain.exam.events import EventKind
from cequiz.services.ports import (
    CertificateStatus,
    Enrolment,
    Evaluation,
    Glance,
    Heartbeat,
    HomeFacts,
    Retirement,
    Standing,
    Store,
)
from tests.builders import NOON, course, stamp
from tests.contract.test_records import AWARD, SCORE, certificate
from tests.fakes import FakeStore
from tests.storing import DEADLINE, begin, draft, open_store, student


@pytest.fixture(params=["fake", "sqlite", "glance"])
def pair(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Store, Glance]]:
    """Return a store and who looks at it: itself, or the glance at its file while it is open."""
    store: Store = FakeStore() if request.param == "fake" else open_store(tmp_path)
    yield store, SqliteGlance(tmp_path / "cequiz.db") if request.param == "glance" else store
    store.close()


@pytest.fixture
def store(pair: tuple[Store, Glance]) -> Store:
    return pair[0]


@pytest.fixture
def look(pair: tuple[Store, Glance]) -> Glance:
    return pair[1]


def test_a_new_store_shows_nothing(look: Glance) -> None:
    empty = HomeFacts(
        student=None, courses=(), enrolments=(), attempts=(), passed={}, evaluated=frozenset(), certificates={}
    )
    assert look.home(None) == empty
    assert look.home("S-9") == empty


def test_everyone_sees_the_newest_courses(store: Store, look: Glance) -> None:
    with store.write() as unit:
        for name, version in (("zebra", "1"), ("course", "2"), ("course", "1")):
            unit.courses.add(course(name, version=version), at=NOON)
    assert [(one.id, one.version) for one in look.home(None).courses] == [("course", "1"), ("zebra", "1")]


def test_a_student_sees_their_own_things_and_the_version_they_enrolled_in(store: Store, look: Glance) -> None:
    begin(store)
    begin(store, "A-2", number=2, at=NOON + timedelta(hours=1))
    begin(store, "A-9", who="S-2")
    enrolment = Enrolment(id="E-1", student_id="S-1", course_id="course", course_version="1", enrolled_at=NOON)
    with store.write() as unit:
        unit.courses.add(course(version="2"), at=NOON)
        unit.enrolments.add(enrolment)
        ended = Standing(Status.SUBMITTED, DEADLINE, NOON)
        unit.attempts.append(draft(EventKind.SUBMITTED, key="end"), expected_seq=1, standing=ended)
        unit.scores.add(replace(SCORE, earned=Fraction(0)), actor="a", at=NOON)
        unit.evaluations.add(
            Evaluation(student_id="S-1", course_id="course", course_version="1", answers=None, given_at=NOON)
        )
        unit.awards.add(AWARD)
        unit.certificates.add(certificate(), actor="a")
    home = look.home("S-1")
    assert home.student == student()
    assert [(one.id, one.version) for one in home.courses] == [("course", "1")]
    assert home.enrolments == (enrolment,)
    assert [(one.id, one.standing.status) for one in home.attempts] == [("A-1", Status.SUBMITTED), ("A-2", Status.OPEN)]
    assert home.passed == {"A-1": False}
    assert home.evaluated == {"course"}
    assert home.certificates == {"course": "CQ-2026-000001"}
    assert (look.home("S-2").certificates, look.home("S-2").states) == ({}, {})
    assert [one.version for one in look.home("S-2").courses] == ["2"]


def test_the_newest_score_and_the_certificate_in_force_count(store: Store, look: Glance) -> None:
    begin(store)
    with store.write() as unit:
        ended = Standing(Status.SUBMITTED, DEADLINE, NOON)
        unit.attempts.append(draft(EventKind.SUBMITTED, key="end"), expected_seq=1, standing=ended)
        unit.scores.add(replace(SCORE, revision=2), actor="a", at=NOON)
        unit.scores.add(replace(SCORE, revision=1, earned=Fraction(0)), actor="a", at=NOON)
        unit.awards.add(AWARD)
        unit.certificates.add(certificate(), actor="a")
        unit.certificates.add(certificate("CQ-2026-000001-R1"), actor="a")
        gone = CertificateStatus(number="CQ-2026-000001", status="superseded", reason="", actor="a", at=NOON)
        unit.certificates.add_status(gone)
    assert look.home("S-1").passed == {"A-1": True}
    assert look.home("S-1").certificates == {"course": "CQ-2026-000001-R1"}
    assert look.home("S-1").states == {"course": "issued"}
    with store.write() as unit:
        unit.certificates.add_status(replace(gone, number="CQ-2026-000001-R1", status="revoked"))
    assert look.home("S-1").certificates == {}
    assert look.home("S-1").states == {"course": "revoked"}


def test_what_was_earned_in_an_earlier_cycle_is_not_of_the_cycle_under_way(store: Store, look: Glance) -> None:
    begin(store)
    enrolment = Enrolment(id="E-1", student_id="S-1", course_id="course", course_version="1", enrolled_at=NOON)
    given = Evaluation(student_id="S-1", course_id="course", course_version="1", answers=None, given_at=NOON)
    with store.write() as unit:
        unit.enrolments.add(enrolment)
        unit.evaluations.add(given)
        unit.awards.add(AWARD)
        unit.certificates.add(certificate(), actor="a")
        unit.enrolments.renew(replace(enrolment, cycle=2, earlier={"quiz": 1}))
    home = look.home("S-1")
    assert not home.evaluated
    assert not home.certificates
    assert [one.counts(header) for one in home.enrolments for header in home.attempts] == [False]
    with store.write() as unit:
        unit.evaluations.add(replace(given, cycle=2))
        unit.awards.add(replace(AWARD, id="W-2", cycle=2))
        unit.certificates.add(replace(certificate("CQ-2026-000002"), award_id="W-2"), actor="a")
    home = look.home("S-1")
    assert home.evaluated == {"course"}
    assert home.certificates == {"course": "CQ-2026-000002"}


def test_an_exam_whose_session_went_without_leaving_may_outlast_its_deadline(store: Store, look: Glance) -> None:
    def beat(session: str, *, minute: int, left: bool = False) -> None:
        at = NOON + timedelta(minutes=minute)
        with store.write() as unit:
            unit.heartbeats.beat(Heartbeat(attempt_id="A-1", session=session, at=at, stamp=stamp(at), left=left))

    begin(store)
    assert look.home("S-1").broken_off == frozenset()
    beat("one", minute=1)
    assert look.home("S-1").broken_off == {"A-1"}
    beat("one", minute=2, left=True)
    assert look.home("S-1").broken_off == frozenset()
    resumed = replace(draft(EventKind.RESUMED, key="back", at=NOON + timedelta(minutes=3)), session="two")
    store.append(resumed, expected_seq=1)
    assert look.home("S-1").broken_off == {"A-1"}  # whose goodbye that was has not held the exam since
    beat("two", minute=10)
    assert look.home("S-1").broken_off == frozenset()  # it was there when the time ran out
    beat("two", minute=4)
    assert look.home("S-2").broken_off == frozenset()


def test_a_suspended_exam_is_told_apart(store: Store, look: Glance) -> None:
    begin(store)
    begin(store, "A-2", number=2)
    assert look.home("S-1").held == frozenset()
    store.append(
        draft(EventKind.HELD, {"reason": "fire alarm"}, key="h"), expected_seq=1, standing=Standing(Status.OPEN, None)
    )
    assert look.home("S-1").held == {"A-1"}
    assert look.home("S-2").held == frozenset()
    store.append(
        draft(EventKind.RELEASED, {"reason": "x"}, key="r"), expected_seq=2, standing=Standing(Status.OPEN, DEADLINE)
    )
    assert look.home("S-1").held == frozenset()
    store.append(
        draft(EventKind.HELD, {"reason": "again"}, key="h2"), expected_seq=3, standing=Standing(Status.OPEN, None)
    )
    store.append(
        draft(EventKind.VOIDED, {"reason": "x"}, key="v"), expected_seq=4, standing=Standing(Status.VOIDED, None, NOON)
    )
    assert look.home("S-1").held == frozenset()


def test_a_retired_course_is_seen_by_those_in_it_alone(store: Store, look: Glance) -> None:
    begin(store)
    inside = Enrolment(id="E-1", student_id="S-1", course_id="course", course_version="2", enrolled_at=NOON)

    def retire(name: str, version: str, *, retired: bool = True) -> None:
        with store.write() as unit:
            one = Retirement(kind="course", id=name, version=version, retired=retired, reason="r", actor="a", at=NOON)
            unit.retirements.add(one)

    with store.write() as unit:
        for name, version in (("course", "2"), ("zebra", "1")):
            unit.courses.add(course(name, version=version), at=NOON)
        unit.enrolments.add(inside)
    retire("course", "2")
    assert [(one.id, one.version) for one in look.home(None).courses] == [("course", "1"), ("zebra", "1")]
    retire("course", "1")
    retire("zebra", "1")
    assert look.home(None).courses == ()
    assert [(one.id, one.version) for one in look.home("S-1").courses] == [("course", "2")]
    retire("zebra", "1", retired=False)
    assert [one.id for one in look.home(None).courses] == ["zebra"]
