"""A syllabus: every test once, its items counted by bank and aspect, and what is missing told."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from cequiz.domain.bank.bank import part_schema
from cequiz.domain.bank.lint.whole_syllabus import lint_named_tests, lint_syllabus
from cequiz.domain.bank.question import Aspect
from cequiz.domain.bank.syllabus import Syllabus, coverage, syllabus_schema
from tests.domain.bank.samples import bank, question_data


def syllabus(*tests: str, **changes: Any) -> Syllabus:
    """A syllabus of one region with these tests."""
    return Syllabus.model_validate(
        {
            "format": "cequiz-syllabus/1",
            "id": "essential",
            "title": "Tests",
            "version": "1",
            "banks": ["neck-anatomy"],
            "demand": {"items": "2", "aspects": "2"},
            "regions": [{"id": "neck", "title": "Neck", "tests": [{"id": one, "name": one.title()} for one in tests]}],
        }
        | changes
    )


def item(name: str, *tests: str, aspect: str | None = "procedure", **changes: Any) -> dict[str, Any]:
    """A question about tests."""
    return question_data(**({"id": name, "tests": list(tests), "aspect": aspect} | changes))


def test_items_are_counted_for_every_test_they_name_and_approved_ones_only() -> None:
    draft = {"status": "draft", "by": "somebody", "on": "2026-11-22"}
    asked = bank(
        item("one", "spurling"),
        item("two", "spurling", "adson", aspect="finding"),
        item("three", "adson", review=draft),
        item("four", "roos", "roos"),
    )
    elsewhere = bank(item("five", "adson"), id="practice")
    found = coverage(syllabus("adson", "spurling", "roos", "speed"), [asked, elsewhere])
    assert list(found) == ["adson", "spurling", "roos", "speed"]
    assert {name: [question.id for _, question in one.items] for name, one in found.items()} == {
        "adson": ["two"],
        "spurling": ["one", "two"],
        "roos": ["four"],
        "speed": [],
    }
    assert found["spurling"].aspects == (Aspect.PROCEDURE, Aspect.FINDING)


def test_too_few_items_and_too_few_aspects_are_told_at_the_test() -> None:
    asked = bank(
        item("one", "spurling"),
        item("two", "spurling", aspect="finding"),
        item("three", "adson"),
        item("four", "adson"),
        item("five", "roos"),
    )
    found = lint_syllabus(syllabus("spurling", "adson", "roos"), {"neck-anatomy": asked})
    assert [(one.code, one.loc[-1]) for one in found] == [("B08", 1), ("B08", 2)]
    assert "ask about 1 aspect" in found[0].message
    assert "1 approved item asks about the test roos" in found[1].message


def test_nothing_is_called_missing_while_a_bank_is_not_at_hand() -> None:
    assert lint_syllabus(syllabus("spurling", banks=["neck-anatomy", "cases"]), {"neck-anatomy": bank()}) == ()


def test_an_item_that_names_a_test_of_no_syllabus_is_told_unless_it_is_waived() -> None:
    known, waived = item("one", "spurling"), item("three", "spruling", waive={"W29": "an old name"})
    asked = bank(known, item("two", "spurling", "spruling"), waived)
    (found,) = lint_named_tests(asked, [syllabus("spurling")])
    assert (found.code, found.question_id, found.loc) == ("W29", "two", ("questions", 1, "tests", 1))
    assert lint_named_tests(asked, []) == ()


def test_a_test_stands_in_a_syllabus_once() -> None:
    with pytest.raises(ValidationError, match="spurling stands twice"):
        syllabus("spurling", "adson", "spurling")


@pytest.mark.parametrize(("name", "made"), [("bank-part-1", part_schema()), ("syllabus-1", syllabus_schema())])
def test_editors_have_the_schema_of_today(name: str, made: dict[str, Any]) -> None:
    kept = Path(__file__).parents[3] / "question_banks" / "schema" / f"{name}.json"
    assert json.loads(kept.read_text("utf-8")) == json.loads(json.dumps(made)), "write it anew: cequiz bank schema"
