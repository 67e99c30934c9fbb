"""Cases: one story, questions that stay together, and fields that are said once."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pydantic import ValidationError

from cequiz.domain.bank.bank import Bank
from cequiz.domain.bank.lint import lint_bank
from tests import samples
from tests.domain.bank.samples import bank, question_data

INHERITED = ("objective", "cognitive", "difficulty", "claim", "references", "review")
STORY = "A 31-year-old runner has pain behind the ear."


def inner(name: str, **changes: Any) -> dict[str, Any]:
    """A question that leaves out what its case says."""
    return question_data(id=name, **{**dict.fromkeys(INHERITED), **changes})


def case(*questions: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """A case of two questions without a flaw."""
    whole = question_data(id="runner", type="case", stem=None, options=None, vignette=STORY, tests=["flexion-rotation"])
    return whole | {"questions": list(questions) or [inner("one"), inner("two")]} | changes


def test_questions_take_over_what_they_leave_out_and_keep_what_they_say() -> None:
    one, two = bank(case(inner("one"), inner("two", objective="D3", difficulty="hard", tests=["other"]))).items
    assert (one.objective, one.difficulty.value, one.tests) == ("D4", "medium", ("flexion-rotation",))
    assert (two.objective, two.difficulty.value, two.tests) == ("D3", "hard", ("other",))
    assert one.references == two.references
    assert one.is_scored


def test_each_question_knows_the_story_and_its_place() -> None:
    found = bank(question_data(), case(stem="Think of the neck first.", figure="plate"), question_data(id="last"))
    assert [item.id for item in found.items] == ["oci-action", "one", "two", "last"]
    before, one, two, _ = found.items
    assert before.case is None
    assert one.case is not None
    assert two.case is not None
    assert (one.case.place, two.case.place, two.case.length, two.case.figure) == (1, 2, 2, "plate")
    assert one.case.vignette == f"{STORY}\n\nThink of the neck first."
    assert found.question("two") == two


def test_a_bank_with_every_type_comes_back_from_its_json_as_it_was() -> None:
    original = samples.bank()
    again = Bank.from_json(json.loads(json.dumps(original.to_json(), sort_keys=True)))
    assert again == original
    assert again.content_hash() == original.content_hash()
    assert [item.content_hash() for item in again.items] == [item.content_hash() for item in original.items]


def test_another_story_is_another_question() -> None:
    hashes = {
        bank(data).question("one").content_hash()
        for data in (case(), case(vignette="A 40-year-old swimmer has pain."), case(figure="plate"))
    }
    assert len(hashes | {bank(question_data(id="one")).question("one").content_hash()}) == 4


def test_enemies_of_a_case_are_enemies_of_its_questions() -> None:
    one, two = bank(case(inner("one", enemies=["x"]), inner("two"), enemies=["y", "x"])).items
    assert (one.enemies, two.enemies) == (("x", "y"), ("y", "x"))


@pytest.mark.parametrize(
    "data",
    [
        case(vignette=" "),
        case(vignette=None),
        case() | {"questions": []},
        case(case(id="inside")),
        case(points="2"),
        case(enemies=["one"]),
        case(inner("one", enemies=["two"]), inner("two")),
        case(inner("one", enemies=["runner"]), inner("two")),
        {name: value for name, value in case().items() if name != "cognitive"},
    ],
)
def test_what_is_no_case_is_refused(data: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        bank({name: value for name, value in data.items() if value is not None})


def test_what_neither_the_case_nor_the_question_says_is_missed_in_the_question() -> None:
    bare = {name: value for name, value in case().items() if name not in ("objective", "references")}
    found = {(finding.code, finding.loc) for finding in lint_bank(bank(bare))}
    assert ("E06", ("questions", 0, "questions", 0, "objective")) in found
    assert ("E07", ("questions", 0, "questions", 1, "references")) in found


@pytest.mark.parametrize(
    ("entries", "loc"),
    [
        ([case(inner("one"), inner("one"))], ("questions", 0, "questions", 1, "id")),
        ([case(), question_data(id="two")], ("questions", 1, "id")),
        ([case(inner("one"), inner("runner"))], ("questions", 0, "questions", 1, "id")),
        ([question_data(id="runner"), case()], ("questions", 1, "id")),
    ],
)
def test_ids_stand_once_in_a_bank_those_of_cases_included(entries: list[dict[str, Any]], loc: tuple[Any, ...]) -> None:
    (found,) = [finding for finding in lint_bank(bank(*entries)) if finding.code == "E03"]
    assert found.loc == loc
