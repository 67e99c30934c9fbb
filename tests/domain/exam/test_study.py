"""The study list names where to learn and never what was asked."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta

import pytest

from cequiz.domain.bank.bank import Bank
from cequiz.domain.exam.attempt import replay
from cequiz.domain.exam.events import EventKind
from cequiz.domain.exam.marking import Score, mark
from cequiz.domain.exam.review import review
from cequiz.domain.exam.study import Topic, missed_items, study_list, weak_objectives
from cequiz.domain.exam.terms import Disclosure
from tests.builders import Log, bank_json, terms


def sample() -> Bank:
    """Return a bank in which every question names its own source, and all of an objective share one."""
    data = bank_json(counts={"D1": 4, "D2": 2})
    for one in data["questions"]:
        one["references"] = [{"cite": f"Atlas of {one['objective']}"}, {"cite": f"Source of {one['id']}"}]
    data["questions"][0]["references"].append({"cite": "atlas  of d1"})
    return Bank.from_json(data)


def sat(wrong: Collection[str], *, after_fail: Disclosure = Disclosure.OBJECTIVES) -> tuple[Score, tuple[Topic, ...]]:
    """Return the score and the study list of an exam in which just these questions were not answered rightly."""
    exam = terms(after_fail=after_fail, after_pass=Disclosure.FULL)
    log = Log(exam_terms=exam, sample=sample(), blueprint={"D1": 4, "D2": 2})
    for place, key in enumerate(log.items):
        log.answer(place, "a" if key.removeprefix("sample/") in wrong else "b")
    log.add(EventKind.SUBMITTED, after=timedelta(minutes=5))
    attempt = replay(log.events)
    score = mark(attempt, log.questions)
    return score, study_list(review(attempt, score, log.questions), score, log.questions)


def test_the_weakest_objective_comes_first_with_its_score_and_the_sources_of_what_was_wrong() -> None:
    _, found = sat({"d1-1", "d2-1", "d2-2"})
    assert [topic.score.title for topic in found] == ["Objective D2", "Objective D1"]
    assert [(int(topic.score.earned), int(topic.score.possible)) for topic in found] == [(0, 2), (3, 4)]
    assert {one.cite for one in found[0].references} == {"Atlas of D2", "Source of d2-1", "Source of d2-2"}
    assert [one.cite for one in found[1].references] == ["Atlas of D1", "Source of d1-1"]


def test_objectives_without_a_mistake_are_not_on_the_list() -> None:
    _, found = sat({"d1-1", "d1-2", "d1-3"})
    assert [topic.score.objective for topic in found] == ["D1"]


def test_after_a_pass_there_is_nothing_to_study() -> None:
    score, found = sat({"d1-1"})
    assert score.passed
    assert found == ()


@pytest.mark.parametrize("level", list(Disclosure))
def test_the_list_is_shown_where_the_score_by_objective_is(level: Disclosure) -> None:
    _, found = sat({"d1-1", "d1-2", "d1-3"}, after_fail=level)
    assert bool(found) is (level in {Disclosure.OBJECTIVES, Disclosure.RESPONSES, Disclosure.FULL})


def test_no_stem_and_no_answer_is_on_the_list() -> None:
    _, found = sat({"d1-1", "d1-2", "d2-1"})
    words = repr(found)
    assert "Which option" not in words
    assert "Second of" not in words


def test_weak_are_all_objectives_that_lost_something() -> None:
    score, _ = sat({"d2-1"})
    assert weak_objectives(score) == ("D2",)


def test_missed_is_what_was_wrong_when_it_was_last_shown() -> None:
    first, _ = sat({"d1-1", "d1-2"})
    second, _ = sat({"d1-2", "d2-1"})
    assert missed_items([first, second]) == {"sample/d1-2", "sample/d2-1"}
    assert missed_items([]) == frozenset()
