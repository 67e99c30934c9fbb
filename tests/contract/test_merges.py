"""Merging students: what says whose it is goes over, what stands twice stays, and a half-done merge is none."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from fractions import Fraction

import pytest

from cequiz.domain.credential.award import Award
from cequiz.errors import WrongState
from cequiz.services.ports import Enrolment, EnrolmentCode, Evaluation, Merge, PracticeAnswer, PracticeCard, Store
from tests.builders import NOON
from tests.storing import begin, student

DONE = Merge(from_id="S-2", into_id="S-1", reason="added twice", actor="os:admin", at=NOON)


def enrolment(who: str, course: str = "course") -> Enrolment:
    return Enrolment(id=f"E-{who}-{course}", student_id=who, course_id=course, course_version="1", enrolled_at=NOON)


def award(who: str, version: str = "1") -> Award:
    return Award(
        id=f"W-{who}-{version}",
        student_id=who,
        course_id="course",
        course_version=version,
        completed_at=NOON,
        percent=Fraction(90),
        pass_mark=Fraction(70),
        awarded_at=NOON,
    )


def practised(who: str, question: str) -> tuple[PracticeAnswer, PracticeCard]:
    answer = PracticeAnswer(
        student_id=who,
        course_id="course",
        bank="sample",
        bank_version="1",
        question=question,
        response={"choice": "b"},
        share=Fraction(1),
        drill=False,
        at=NOON,
    )
    card = PracticeCard(
        student_id=who, course_id="course", bank="sample", question=question, card={"of": who}, due=NOON
    )
    return answer, card


@pytest.fixture
def two(store: Store) -> Store:
    """Return a store with two students, who have sat the same exam once each."""
    begin(store, "A-1", who="S-1")
    begin(store, "A-2", who="S-2", at=NOON - timedelta(days=1))
    return store


def test_attempts_go_over_with_their_new_numbers(two: Store) -> None:
    with two.write() as unit:
        unit.merges.merge(DONE, numbers={"A-2": 1, "A-1": 2})
    with two.read() as unit:
        headers = unit.attempts.headers(student_id="S-1")
        assert [(one.id, one.number) for one in headers] == [("A-2", 1), ("A-1", 2)]
        assert not unit.attempts.headers(student_id="S-2")
        assert unit.merges.all() == (DONE,)


def test_who_was_merged_is_listed_nowhere_and_leads_to_who_stays(two: Store) -> None:
    with two.write() as unit:
        unit.merges.merge(DONE, numbers={"A-2": 1, "A-1": 2})
        unit.students.replace(student("S-1", email="S-2@example.org"))
    with two.read() as unit:
        gone = unit.students.get("S-2")
        assert gone is not None
        assert gone.merged_into == "S-1"
        assert [one.id for one in unit.students.all()] == ["S-1"]
        found = unit.students.by_email("s-2@EXAMPLE.org")
        assert found is not None
        assert found.id == "S-1", "an address that both have is that of who stays"


def test_what_stands_twice_stays_and_everything_else_goes_over(two: Store) -> None:
    with two.write() as unit:
        for one in (enrolment("S-1"), enrolment("S-2"), enrolment("S-2", "other")):
            unit.enrolments.add(one)
        for cycle in (1, 2):
            given = Evaluation(
                student_id="S-2", course_id="course", course_version="1", answers=None, given_at=NOON, cycle=cycle
            )
            unit.evaluations.add(given)
        unit.evaluations.add(replace(given, student_id="S-1", cycle=1, answers={"clear": 5}))
        for earned in (award("S-1", "2"), award("S-2", "1")):
            unit.awards.add(earned)
        for answered in (practised("S-1", "a"), practised("S-2", "a"), practised("S-2", "b")):
            unit.practices.add(*answered)
        unit.codes.add(EnrolmentCode(code="ABCDEFGHJK", course_id="course", actor="x", made_at=NOON))
        unit.codes.use("ABCDEFGHJK", "S-2", at=NOON)
    with two.write() as unit:
        unit.merges.merge(DONE, numbers={"A-2": 1, "A-1": 2})
    with two.read() as unit:
        assert [one.id for one in unit.enrolments.of("S-1")] == ["E-S-1-course", "E-S-2-other"]
        assert [one.id for one in unit.enrolments.of("S-2")] == ["E-S-2-course"]
        first, second = (unit.evaluations.get("S-1", "course", cycle=cycle) for cycle in (1, 2))
        assert first is not None
        assert (first.answers, second is not None) == ({"clear": 5}, True)
        assert {one.id for one in unit.awards.of("S-1", "course")} == {"W-S-1-2", "W-S-2-1"}
        assert len(unit.practices.answers("S-1", "course")) == 3
        assert [one.card["of"] for one in unit.practices.cards("S-1", "course")] == ["S-1", "S-2"]
        assert unit.codes.users("ABCDEFGHJK") == ("S-1",)


def test_a_collision_that_nobody_looked_for_changes_nothing(two: Store) -> None:
    with pytest.raises(WrongState), two.write() as unit:
        unit.merges.merge(DONE, numbers={})
    with two.read() as unit:
        assert [one.id for one in unit.attempts.headers(student_id="S-2")] == ["A-2"]
        assert {one.id for one in unit.students.all()} == {"S-1", "S-2"}
        assert unit.merges.all() == ()


def test_a_one_time_code_is_known_by_its_end_until_a_passphrase_takes_its_place(two: Store) -> None:
    with two.write() as unit:
        assert unit.students.once_until("S-1") is None
        unit.students.set_passphrase("S-1", "hash", until=NOON)
    with two.write() as unit:
        assert unit.students.once_until("S-1") == NOON
        unit.students.set_passphrase("S-1", "other hash")
    with two.read() as unit:
        assert unit.students.once_until("S-1") is None
        assert unit.students.passphrase_hash("S-1") == "other hash"
