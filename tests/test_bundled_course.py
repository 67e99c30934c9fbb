"""The bundled course is what a provider was promised: counts, types, figures, review, references, limits."""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from fractions import Fraction
from pathlib import Path

import pytest
import resvg_py
from PIL import Image

from cequiz.adapters.bank_files.lexicon import read_lexicon
from cequiz.adapters.bank_files.load import Reading, read_paths
from cequiz.domain.bank.bank import Bank
from cequiz.domain.bank.course import Course, Delivery
from cequiz.domain.bank.frames import SlotQuestion
from cequiz.domain.bank.lint import PROFILES, Profile
from cequiz.domain.bank.lint.options import key_length
from cequiz.domain.bank.lint.whole_course import guess_pass
from cequiz.domain.bank.options import OptionQuestion
from cequiz.domain.bank.question import Cognitive, Question
from cequiz.domain.bank.syllabus import Syllabus, coverage
from cequiz.domain.bank.types import question_types
from cequiz.domain.bank.types.label_figure import LabelFigure
from cequiz.domain.exam.form import PoolItem, draw
from cequiz.domain.practice import practicable
from cequiz.frontends.cli.bank_coverage import markdown
from cequiz.paths import bundled

EXAM_BANKS = ("assessment-tests", "neck-anatomy", "headache-cases")
PRACTICE_BANK = "essential-practice"
COURSE_FOLDER = bundled("question_banks") / "essential-assessments"
OBJECTIVES = {f"D{number}" for number in range(1, 10)}


PLATES = (
    "suboccipital",
    "atlas-axis",
    "dermatomes-neck-arm",
    "landmarks",
    "pelvis-back",
    "scapula-back",
    "neck-front",
    "leg-foot",
)
CONTENT = Path(__file__).parents[1] / "docs" / "content.md"


@pytest.fixture(scope="module")
def reading() -> Reading:
    return read_paths([bundled("question_banks")], lint=False)


@pytest.fixture(scope="module")
def course(reading: Reading) -> Course:
    (found,) = reading.courses
    return found.course


@pytest.fixture(scope="module")
def syllabus(reading: Reading) -> Syllabus:
    (found,) = reading.syllabi
    return found.syllabus


@pytest.fixture(scope="module")
def banks(reading: Reading) -> dict[str, Bank]:
    return {one.bank.id: one.bank for one in reading.banks}


@pytest.fixture(scope="module")
def exam_items(banks: dict[str, Bank]) -> tuple[Question, ...]:
    return tuple(question for bank_id in EXAM_BANKS for question in banks[bank_id].items)


@pytest.fixture(scope="module")
def practice(banks: dict[str, Bank]) -> tuple[Question, ...]:
    return banks[PRACTICE_BANK].items


@pytest.fixture(scope="module")
def labelled(practice: tuple[Question, ...]) -> tuple[LabelFigure, ...]:
    return tuple(question for question in practice if isinstance(question, LabelFigure))


def test_the_banks_are_as_large_as_the_course_promises(banks: dict[str, Bank]) -> None:
    assert len(banks["assessment-tests"].items) >= 300
    assert len(banks["neck-anatomy"].items) >= 200
    assert len(banks[PRACTICE_BANK].items) >= 60
    cases = Counter(question.case.id for question in banks["headache-cases"].items if question.case is not None)
    assert len(cases) >= 12
    assert cases.total() == len(banks["headache-cases"].items)
    assert all(3 <= length <= 5 for length in cases.values()), cases


def test_every_test_of_the_syllabus_is_asked_about_twice_and_in_different_ways(
    syllabus: Syllabus, banks: dict[str, Bank]
) -> None:
    found = coverage(syllabus, banks.values())
    assert len(found) == 130
    short = {name: len(one.items) for name, one in found.items() if len(one.items) < 2 or len(one.aspects) < 2}
    assert short == {}


def test_an_item_about_a_test_says_what_of_it_it_asks(banks: dict[str, Bank], syllabus: Syllabus) -> None:
    known = {test.id for test in syllabus.tests()}
    for bank in banks.values():
        for question in bank.items:
            assert set(question.tests) <= known, question.id
            if bank.id != PRACTICE_BANK:
                assert bool(question.tests) == bool(question.aspect), question.id


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


def test_every_exam_item_was_answered_blind_and_its_key_was_the_answer(exam_items: tuple[Question, ...]) -> None:
    for question in exam_items:
        assert question.review.blind, question.id
        assert question.review.blind[-1].agreed, question.id
        assert all(one.agreed or one.note for one in question.review.blind), question.id


@pytest.mark.parametrize("bank_id", EXAM_BANKS)
def test_neither_the_place_nor_the_length_of_a_key_gives_it_away(banks: dict[str, Bank], bank_id: str) -> None:
    items = [question for question in banks[bank_id].items if isinstance(question, OptionQuestion)]
    keys = Counter(question.right_ids()[0] for question in items)
    assert set(keys) == set("abcd")
    assert all(Fraction(20, 100) < Fraction(count, keys.total()) < Fraction(30, 100) for count in keys.values()), keys
    longest = [item for item in items if (lengths := key_length(item))[0] > max(lengths[1], default=0)]
    assert len(longest) < 0.3 * len(items)


def test_a_reader_can_find_every_reference(exam_items: tuple[Question, ...]) -> None:
    place = re.compile(r"\bch\. \d|\b(?:chapters?|section|part)\b|\b(?:19|20)\d\d\b")
    for question in exam_items:
        for one in question.references:
            assert one.doi or one.url or place.search(one.cite) or "Code of Ethics" in one.cite, (question.id, one.cite)


def test_urgency_alone_finds_few_keys(exam_items: tuple[Question, ...]) -> None:
    """Where several options differ in haste, whoever takes the hastiest without knowing more must not pass by it."""
    haste = re.compile(
        r"\b(?:now|today|emergency|urgent(?:ly)?|promptly|immediately|at once|same day|within the day)\b", re.I
    )
    found, asked = Fraction(0), 0
    for question in exam_items:
        hasty = [choice.id for choice in question.choices() if haste.search(choice.text)]
        if hasty:
            asked += 1
            found += Fraction(sum(name == question.key()["choice"] for name in hasty), len(hasty))
    assert asked > 40
    assert found / asked < Fraction(65, 100), (float(found), asked)


def test_the_mind_is_asked_for_more_than_memory(exam_items: tuple[Question, ...]) -> None:
    counts = Counter(question.cognitive for question in exam_items)
    for level, wanted in ((Cognitive.RECALL, 0.35), (Cognitive.APPLICATION, 0.45), (Cognitive.ANALYSIS, 0.20)):
        assert abs(counts[level] / len(exam_items) - wanted) < 0.05, counts


def test_a_warning_is_waived_with_a_reason(banks: dict[str, Bank]) -> None:
    waived = [
        (question.id, why) for bank in banks.values() for question in bank.items for why in question.waive.values()
    ]
    assert all(len(why.split()) >= 4 for _, why in waived), waived
    assert len(waived) < 30


def test_a_figure_of_accuracy_comes_with_the_year_of_its_study(exam_items: tuple[Question, ...]) -> None:
    claims = re.compile(r"sensitivity|specificity|likelihood ratio|kappa", re.IGNORECASE)
    for question in exam_items:
        told = [question.stem, *(choice.text for choice in question.choices()), *question.choice_rationales().values()]
        if question.claim == "evidence" or any(
            claims.search(text) and re.search(r"\d ?%|0\.\d", text) for text in told
        ):
            sources = [*told, *(one.cite for one in question.references)]
            assert any(re.search(r"\b(?:19|20)\d\d\b", text) for text in sources) or question.objective == "D2", (
                question.id
            )


def test_no_item_promises_a_cure_or_names_a_method_that_somebody_owns(exam_items: tuple[Question, ...]) -> None:
    owned = re.compile(
        r"[®™]|\b(?:rolfing|graston|upledger|barnes|kinesio|feldenkrais|trager|mulligan|cures?)\b", re.IGNORECASE
    )
    for question in exam_items:
        for text in (
            question.stem,
            *(choice.text for choice in question.choices() if choice.id in question.key().values()),
        ):
            assert owned.search(text) is None, question.id


@pytest.mark.parametrize("exam_id", ["neck-anatomy", "final"])
@pytest.mark.parametrize("seed", range(12))
def test_three_attempts_share_no_item(course: Course, banks: dict[str, Bank], exam_id: str, seed: int) -> None:
    (exam,) = (exam for exam in course.exams if exam.id == exam_id)
    pool = [
        PoolItem(bank_id, banks[bank_id].version, question)
        for bank_id in exam.banks
        for question in banks[bank_id].items
        if question.is_scored
    ]
    seen = frozenset[str]()
    for attempt in range(3):
        form = draw(pool, blueprint=exam.blueprint, seed=f"{seed}-{attempt}", seen=seen)
        keys = frozenset(item.key for item in form.items)
        assert Counter(item.objective for item in form.items) == exam.blueprint
        assert not keys & seen
        seen |= keys


def test_nobody_passes_by_guessing(course: Course, banks: dict[str, Bank]) -> None:
    for exam in course.exams:
        drawable = [
            question
            for bank_id in exam.banks
            for question in banks[bank_id].items
            if question.is_scored and question.objective in exam.blueprint
        ]
        assert guess_pass(exam, drawable) < 1e-6, exam.id


def test_the_page_about_the_content_tells_what_the_banks_hold(syllabus: Syllabus, banks: dict[str, Bank]) -> None:
    told = CONTENT.read_text("utf-8").partition("<!-- coverage -->\n")[2].partition("<!-- end of coverage -->")[0]
    assert told == "\n".join(markdown(syllabus, list(banks.values()))) + "\n", (
        "write it anew: cequiz bank coverage --markdown question_banks/essential-assessments"
    )


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


@pytest.mark.parametrize("bank_ids", [EXAM_BANKS, (PRACTICE_BANK,)])
def test_exams_and_practice_ask_with_every_plate(banks: dict[str, Bank], bank_ids: tuple[str, ...]) -> None:
    asked = [banks[name].figures[one.figure].file for name in bank_ids for one in banks[name].items if one.figure]
    for picture in PLATES:
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
    assert (exams["neck-anatomy"].length, exams["neck-anatomy"].time_limit) == (30, timedelta(minutes=45))
    assert (exams["final"].length, exams["final"].time_limit) == (100, timedelta(minutes=150))
    wanted = {"D1": 12, "D2": 8, "D3": 10, "D4": 18, "D5": 10, "D6": 12, "D7": 9, "D8": 8, "D9": 13}
    assert exams["final"].blueprint == wanted
    assert exams["final"].section_floors == {"D1": 75}
    assert all(exam.pass_mark >= 70 for exam in exams.values())


def test_it_names_nobody_who_is_not_there(course: Course, banks: dict[str, Bank]) -> None:
    assert course.instructors == ()
    reviews = [question.review for bank in banks.values() for question in bank.items]
    assert {review.by for review in reviews} == {"cequiz project"}
    assert {one.by for review in reviews for one in review.blind} == {"cequiz project, second reader"}


def test_the_files_are_where_an_editor_expects_them() -> None:
    folder = bundled("question_banks")
    assert {path.name for path in Path(folder / "schema").iterdir()} == {
        "bank-1.json",
        "bank-part-1.json",
        "course-1.json",
        "syllabus-1.json",
    }
