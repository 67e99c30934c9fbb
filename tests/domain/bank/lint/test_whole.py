"""The rules about a bank as a whole and about the exams of a course."""

from __future__ import annotations

from typing import Any

import pytest

from cequiz.domain.bank.course import Exam
from cequiz.domain.bank.lint import PROFILES, Level, lint_bank, lint_course
from cequiz.domain.bank.lint.whole_course import guess_pass
from tests.domain.bank.samples import OPTIONS, bank, course, exam_data, many, options, question, question_data

FOUR = [str(option["text"]) for option in OPTIONS]


def bank_codes(*questions: dict[str, Any]) -> set[str]:
    return {finding.code for finding in lint_bank(bank(*questions))}


def exam_findings(questions: list[dict[str, Any]], *, profile: bool = False, **exam: Any) -> dict[str, tuple[Any, ...]]:
    """The codes of the findings about a course with one exam, each with its place in the exam."""
    found = lint_course(
        course(exam_data(**exam)), {"neck-anatomy": bank(*questions)}, PROFILES["ncbtmb"] if profile else None
    )
    return {finding.code: finding.loc[2:] for finding in found}


def keyed(place: int, number: int, *, shuffle: str = "false") -> list[dict[str, Any]]:
    """So many items with the key at one place."""
    return [
        question_data(id=f"k{place}-{n}", options=options(*FOUR, key=place), rationale="x", shuffle=shuffle)
        for n in range(number)
    ]


def test_keys_that_stand_at_one_place_are_noticed_when_nothing_shuffles_them() -> None:
    assert "B01" in bank_codes(*keyed(1, 12))
    assert "B01" not in bank_codes(*keyed(1, 12, shuffle="true"))
    assert "B01" not in bank_codes(*(item for place in range(4) for item in keyed(place, 3)))


def test_a_bank_where_the_longest_option_wins_is_noticed() -> None:
    longest = options("The obliquus capitis inferior", "The scalenus anterior", "The longus capitis", "The digastric")
    assert "B03" in bank_codes(*many(10, options=longest))
    assert "B03" not in bank_codes(*many(10, options=options(*FOUR, key=3)))


def test_negative_stems_stay_an_exception() -> None:
    negative = question_data(id="negative", stem="Which of these is NOT a suboccipital muscle of the neck?")
    assert "B04" in bank_codes(negative, *many(15))
    assert "B04" not in bank_codes(negative, *many(25))


def test_every_item_without_a_rationale_is_named_unless_it_is_waived_or_retired() -> None:
    bare = question_data(options=options(*FOUR))
    assert "B05" in bank_codes(bare)
    assert "B05" not in bank_codes(bare | {"waive": {"B05": "the reference says it all"}})
    assert "B05" not in bank_codes(bare | {"review": {"status": "retired", "by": "me", "on": "2026-01-01"}})


def test_an_exam_that_fits_its_bank_has_nothing_to_mend() -> None:
    assert exam_findings(many(12), profile=True, blueprint={"D4": "12"}) == {}


def test_a_pass_mark_below_that_of_the_board_is_an_error() -> None:
    assert exam_findings(many(12), profile=True, pass_mark="69.9")["E08"] == ("pass_mark",)
    assert "E08" not in exam_findings(many(12), profile=True, pass_mark="70")
    assert "E08" not in exam_findings(many(12), pass_mark="50")


def test_a_form_longer_than_its_bank_is_an_error() -> None:
    assert "E08" in exam_findings(many(3))


def test_a_form_that_enemies_keep_from_being_drawn_is_an_error_at_its_objective() -> None:
    assert exam_findings([*many(3), question_data(id="x", enemies=["item-0"])])["E08"] == ("blueprint", "D4")


def test_an_objective_that_no_bank_has_is_an_error() -> None:
    found = exam_findings(many(12), blueprint={"D4": "4", "D9": "1"})
    assert found["E06"] == ("blueprint", "D9")


def test_items_that_no_blueprint_draws_are_worth_a_warning() -> None:
    idle = question_data(id="idle", objective="D3")
    (found,) = [
        finding for finding in lint_course(course(), {"neck-anatomy": bank(*many(12), idle)}) if finding.code == "E06"
    ]
    assert (found.level, found.loc) == (Level.WARNING, ("exams", 0, "banks", 0))
    both = course(exam_data(), exam_data(id="other", blueprint={"D3": "1"}))
    assert "E06" not in {finding.code for finding in lint_course(both, {"neck-anatomy": bank(*many(12), idle)})}


def test_a_pool_made_up_unlike_the_form_is_noticed() -> None:
    mixed = [*many(12), question_data(id="one", objective="D3")]
    assert exam_findings(mixed, blueprint={"D4": "1", "D3": "1"})["B02"][0] == "blueprint"
    assert "B02" not in exam_findings(mixed, blueprint={"D4": "12", "D3": "1"})


def test_an_exam_that_guessing_passes_is_noticed() -> None:
    assert "B06" in exam_findings(many(12))
    assert "B06" not in exam_findings(many(12), blueprint={"D4": "12"})


def test_a_pool_that_repeats_its_items_is_noticed() -> None:
    thrice = {"limit": "3", "wait": "24h", "prefer_unseen": "true"}
    assert exam_findings(many(24), blueprint={"D4": "12"}, attempts=thrice)["B06"] == ("attempts",)
    assert "B06" not in exam_findings(many(36), blueprint={"D4": "12"}, attempts=thrice)


@pytest.mark.parametrize(("limit", "chance"), [("1", 1 / 16), ("2", 1 - (15 / 16) ** 2)])
def test_the_chance_of_guessing_is_the_binomial_one(limit: str, chance: float) -> None:
    attempts = {"limit": limit, "wait": "0s", "prefer_unseen": "true"}
    exam = Exam.model_validate(exam_data(blueprint={"D4": "2"}, pass_mark="100", attempts=attempts))
    assert guess_pass(exam, [question(data) for data in many(4)]) == pytest.approx(chance)


def test_what_an_exam_waives_with_a_reason_is_not_said_of_it_and_errors_are() -> None:
    mixed = [*many(12), question_data(id="one", objective="D3")]
    waived = exam_findings(mixed, blueprint={"D4": "1", "D3": "1"}, waive={"B02": "each objective is drawn by itself"})
    assert "B02" not in waived
    assert "B06" in waived
    assert "E08" in exam_findings(many(2), waive={"B02": "each objective is drawn by itself"})


def test_twins_in_two_banks_of_one_exam_are_told_at_the_exam() -> None:
    twin = question_data(id="twin")
    banks = {"neck-anatomy": bank(question_data()), "cases": bank(twin, id="cases")}
    both = course(exam_data(banks=["neck-anatomy", "cases"], blueprint={"D4": "1"}))
    (found,) = [one for one in lint_course(both, banks) if one.code == "W19"]
    assert (found.question_id, found.loc) == ("twin", ("exams", 0, "banks"))
    assert "oci-action" in found.message
    apart = {**banks, "cases": bank({**twin, "enemies": ["oci-action"]}, id="cases")}
    assert "W19" not in {one.code for one in lint_course(both, apart)}
    assert "W19" not in {one.code for one in lint_course(course(), banks)}


def test_an_exam_whose_bank_is_not_at_hand_is_checked_on_its_own() -> None:
    found = lint_course(course(exam_data(pass_mark="60")), {}, PROFILES["ncbtmb"])
    assert [finding.code for finding in found] == ["E08"]
