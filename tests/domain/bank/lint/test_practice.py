"""B07: an author learns that practice has no question, and of a bank for practice that stands twice."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from cequiz.domain.bank.bank import Bank
from cequiz.domain.bank.course import Course
from cequiz.domain.bank.lint import lint_course
from tests.builders import bank, bank_json, course


def codes(taken: Course, *banks: Bank) -> list[str]:
    """Return the codes of what is said about practice."""
    found = lint_course(taken, {one.id: one for one in banks})
    return [finding.code for finding in found if finding.loc[:1] == ("practice",)]


def practised(**policy: Any) -> Course:
    """Return a course with practice."""
    return course(practice={"enabled": True, **policy})


def test_practice_with_nothing_but_exam_items_is_a_remark() -> None:
    assert codes(practised(), bank()) == ["B07"]


def test_practice_with_nothing_but_drafts_is_a_remark() -> None:
    data = bank_json("extra", counts={"D3": 2})
    for one in data["questions"]:
        one["review"]["status"] = "draft"
    assert codes(practised(banks=["extra"]), bank(), Bank.from_json(data)) == ["B07"]


@pytest.mark.parametrize("policy", [{"banks": ["extra"]}, {"exam_items": "after_pass"}, {"exam_items": "always"}])
def test_where_something_can_be_practised_one_day_nothing_is_said(policy: dict[str, Any]) -> None:
    assert codes(practised(**policy), bank(), bank("extra", counts={"D3": 2})) == []


def test_without_practice_and_without_its_banks_nothing_is_said() -> None:
    assert codes(course(), bank()) == []
    assert codes(practised(banks=["elsewhere"]), bank()) == []


def test_a_bank_that_stands_twice_is_refused() -> None:
    with pytest.raises(ValidationError, match="stands here already"):
        practised(banks=["extra", "extra"])


def test_the_banks_are_those_of_the_exams_where_none_are_named() -> None:
    assert practised().practice_banks == ("sample",)
    assert practised(banks=["extra"]).practice_banks == ("extra",)
    assert course().practice_banks == ()
