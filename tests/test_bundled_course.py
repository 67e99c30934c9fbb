"""The bundled course is what a provider was promised: counts, types, figures, review, references, limits."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from fractions import Fraction
from pathlib import Path

import pytest
import resvg_py
from PIL import Image

from cequiz.adapters.bank_files.lexicon import read_lexicon
from cequiz.adapters.bank_files.load import read_paths
from cequiz.domain.bank.bank import Bank
from cequiz.domain.bank.course import Course, Delivery
from cequiz.domain.bank.frames import SlotQuestion
from cequiz.domain.bank.lint import PROFILES, Profile
from cequiz.domain.bank.question import Question
from cequiz.domain.bank.types import question_types
from cequiz.domain.bank.types.label_figure import LabelFigure
from cequiz.domain.practice import practicable
from cequiz.paths import bundled

EXAM_BANKS = ("neck-anatomy", "assessment-tests")
PRACTICE_BANK = "essential-practice"
COURSE_FOLDER = bundled("question_banks") / "essential-assessments"
OBJECTIVES = {f"D{number}" for number in range(1, 10)}


@pytest.fixture(scope="module")
def course() -> Course:
    (found,) = read_paths([bundled("question_banks")]).courses
    return found.course


@pytest.fixture(scope="module")
def banks() -> dict[str, Bank]:
    return {one.bank.id: one.bank for one in read_paths([bundled("question_banks")]).banks}


@pytest.fixture(scope="module")
def exam_items(banks: dict[str, Bank]) -> tuple[Question, ...]:
    return tuple(question for bank_id in EXAM_BANKS for question in banks[bank_id].items)


@pytest.fixture(scope="module")
def practice(banks: dict[str, Bank]) -> tuple[Question, ...]:
    return banks[PRACTICE_BANK].items


@pytest.fixture(scope="module")
def labelled(practice: tuple[Question, ...]) -> tuple[LabelFigure, ...]:
    return tuple(question for question in practice if isinstance(question, LabelFigure))


def test_the_banks_are_large_enough(banks: dict[str, Bank]) -> None:
    assert len(banks["neck-anatomy"].questions) >= 60
    assert len(banks["assessment-tests"].questions) >= 120
    assert len(banks[PRACTICE_BANK].items) >= 60


@pytest.mark.parametrize("profile", [None, *PROFILES.values()])
def test_a_provider_who_checks_the_banks_reads_of_no_problem(profile: Profile | None) -> None:
    reading = read_paths([bundled("question_banks")], profile)
    assert [str(problem) for problem in reading.problems] == []


def test_every_exam_item_is_ready_for_a_board(exam_items: tuple[Question, ...]) -> None:
    for question in exam_items:
        assert question.type == "single", question.id
        assert question.is_scored, question.id
        assert len(question.choices()) == 4, question.id
        assert question.references, question.id
        assert set(question.choice_rationales()) == {choice.id for choice in question.choices()}, question.id


def test_the_keys_stand_evenly_among_the_options(exam_items: tuple[Question, ...]) -> None:
    keys = Counter(str(question.key()["choice"]) for question in exam_items)
    total = sum(keys.values())
    assert all(Fraction(count, total) < Fraction(32, 100) for count in keys.values()), keys


def test_practice_shows_every_type_of_question_in_every_objective(banks: dict[str, Bank]) -> None:
    bank = banks[PRACTICE_BANK]
    types = Counter(question.type for question in bank.items)
    assert set(types) == set(question_types())
    assert min(types.values()) >= 5, types
    assert {question.objective for question in bank.items} == set(bank.objectives) == OBJECTIVES
    cases = Counter(question.case.id for question in bank.items if question.case is not None)
    assert list(cases.values()) == [3] * 4


def test_every_key_of_practice_earns_everything_and_is_explained(practice: tuple[Question, ...]) -> None:
    lexicon = read_lexicon(bundled("question_banks") / "lexicon.yaml")
    for question in practice:
        assert question.mark(question.key(), lexicon) == 1, question.id
        assert question.missing(question.key()) == 0, question.id
        assert question.references, question.id
        assert question.rationale or question.choice_rationales(), question.id


def test_a_student_practises_with_everything_that_no_exam_asks(course: Course, banks: dict[str, Bank]) -> None:
    assert not {PRACTICE_BANK} & {bank_id for exam in course.exams for bank_id in exam.banks}
    pool = practicable(course, banks, passed=frozenset())
    assert {item.question.id for item in pool} == {question.id for question in banks[PRACTICE_BANK].items}


def test_figures_tell_what_they_show_and_whose_they_are(banks: dict[str, Bank]) -> None:
    for bank in banks.values():
        for name, figure in bank.figures.items():
            assert len(figure.alt.split()) >= 40, name
            assert "cequiz project, CC BY 4.0" in (figure.credit or ""), name
            assert "<text" not in (COURSE_FOLDER / figure.file).read_text("utf-8"), name


def test_neck_anatomy_asks_with_all_four_pictures(banks: dict[str, Bank]) -> None:
    bank = banks["neck-anatomy"]
    asked = [bank.figures[question.figure].file for question in bank.items if question.figure]
    assert len(asked) >= 10
    for picture in ("suboccipital", "atlas-axis", "dermatomes-neck-arm", "landmarks"):
        assert any(file.startswith(f"figures/{picture}") for file in asked), picture


def test_no_figure_lies_about_unused(banks: dict[str, Bank]) -> None:
    named = {figure.file for bank in banks.values() for figure in bank.figures.values()}
    assert named == {f"figures/{path.name}" for path in (COURSE_FOLDER / "figures").iterdir()}
    for bank in banks.values():
        assert set(bank.figures) == {question.figure for question in bank.items if question.figure}, bank.id


def test_every_point_to_label_lies_on_something_drawn_and_apart_from_the_others(
    labelled: tuple[LabelFigure, ...], banks: dict[str, Bank]
) -> None:
    assert len(labelled) >= 5
    for question in labelled:
        assert len(question.points_on_figure) >= 6, question.id
        picture = drawn(COURSE_FOLDER / banks[PRACTICE_BANK].figures[question.figure].file)
        points = [(round(at[0] * 800), round(at[1] * 560)) for at in places(question)]
        for place, point in enumerate(points):
            assert picture.getpixel(point) != picture.getpixel((2, 2)), (question.id, place + 1)
            for other in points[:place]:
                # In 60 columns a column is 13 wide: two of them keep the numbers from covering one another.
                assert max(abs(point[0] - other[0]), abs(point[1] - other[1])) > 26, (question.id, place + 1)


def test_who_cannot_see_a_picture_is_told_every_point_and_no_answer(
    labelled: tuple[LabelFigure, ...], banks: dict[str, Bank]
) -> None:
    for question in labelled:
        alt = banks[PRACTICE_BANK].figures[question.figure].alt
        for number in range(1, len(question.points_on_figure) + 1):
            assert f"Point {number}:" in alt, (question.id, number)
        assert not [text for text in question.names.values() if text.casefold() in alt.casefold()], question.id


def test_no_alt_text_gives_the_answer_of_an_exam_item_away(banks: dict[str, Bank]) -> None:
    bank = banks["neck-anatomy"]
    for question in bank.items:
        if question.figure:
            (key,) = (choice.text for choice in question.choices() if choice.id == question.key()["choice"])
            assert key.casefold() not in bank.figures[question.figure].alt.casefold(), question.id


def drawn(path: Path) -> Image.Image:
    """Return the picture at the size of its own units."""
    picture = bytes(resvg_py.svg_to_bytes(svg_path=str(path), width=800))
    return Image.open(io.BytesIO(picture)).convert("RGB")


def places(question: SlotQuestion) -> Iterator[tuple[float, float]]:
    """Yield where the points lie, as shares of width and height."""
    for slot in question.slots():
        assert slot.at is not None
        yield slot.at


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
    assert {question.review.by for bank in banks.values() for question in bank.items} == {"cequiz project"}


def test_the_files_are_where_an_editor_expects_them() -> None:
    folder = bundled("question_banks")
    assert {path.name for path in Path(folder / "schema").iterdir()} == {"bank-1.json", "course-1.json"}
