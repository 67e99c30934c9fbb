"""What changing keys and retiring need of a store: who holds an item, awards that change, who is enrolled where."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from cequiz.domain.exam.marking import Mark
from cequiz.services.ports import Enrolment, Store
from tests.builders import NOON
from tests.contract.test_records import AWARD, SCORE
from tests.storing import begin


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
