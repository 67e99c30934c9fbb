"""The bundled course is what a provider was promised: counts, review, references, limits."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from fractions import Fraction
from pathlib import Path

import pytest

from cequiz.adapters.bank_files.load import read_paths
from cequiz.domain.bank.bank import Bank
from cequiz.domain.bank.course import Course, Delivery
from cequiz.paths import bundled


@pytest.fixture(scope="module")
def course() -> Course:
    (found,) = read_paths([bundled("question_banks")]).courses
    return found.course


@pytest.fixture(scope="module")
def banks() -> dict[str, Bank]:
    return {one.bank.id: one.bank for one in read_paths([bundled("question_banks")]).banks}


def test_the_banks_are_large_enough(banks: dict[str, Bank]) -> None:
    assert len(banks["neck-anatomy"].questions) >= 60
    assert len(banks["assessment-tests"].questions) >= 120


def test_every_item_is_ready_for_a_board(banks: dict[str, Bank]) -> None:
    for bank in banks.values():
        for question in bank.questions:
            assert question.is_scored, question.id
            assert len(question.choices()) == 4, question.id
            assert question.references, question.id
            assert set(question.choice_rationales()) == {choice.id for choice in question.choices()}, question.id


def test_the_keys_stand_evenly_among_the_options(banks: dict[str, Bank]) -> None:
    keys = Counter(str(question.key()["choice"]) for bank in banks.values() for question in bank.questions)
    total = sum(keys.values())
    assert all(Fraction(count, total) < Fraction(32, 100) for count in keys.values()), keys


def test_the_course_is_sixteen_hours_of_home_study_with_two_required_exams(course: Course) -> None:
    assert course.id == "essential-assessments"
    assert course.ce_hours == 16
    assert course.delivery is Delivery.HOME_STUDY
    exams = {exam.id: exam for exam in course.exams}
    assert all(exam.required for exam in exams.values())
    assert (exams["neck-anatomy"].length, exams["neck-anatomy"].time_limit) == (20, timedelta(minutes=30))
    assert (exams["final"].length, exams["final"].time_limit) == (40, timedelta(minutes=60))
    assert all(exam.pass_mark >= 70 for exam in exams.values())


def test_it_names_nobody_who_is_not_there(course: Course, banks: dict[str, Bank]) -> None:
    assert course.instructors == ()
    assert {question.review.by for bank in banks.values() for question in bank.questions} == {"cequiz project"}


def test_the_files_are_where_an_editor_expects_them() -> None:
    folder = bundled("question_banks")
    assert {path.name for path in Path(folder / "schema").iterdir()} == {"bank-1.json", "course-1.json"}
