"""A course as a value: exact hours and marks, durations, windows."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from cequiz.domain.bank.course import Course, Delivery, course_schema
from cequiz.domain.bank.fields import decimal_text, duration_text
from cequiz.errors import NotFound
from tests.domain.bank.samples import course, exam_data

SCHEMA = Path(__file__).parents[3] / "question_banks" / "schema" / "course-1.json"
APPROVAL = {
    "board": "ncbtmb",
    "title": "Essential Assessments",
    "hours": "16",
    "from": "2026-01-01",
    "to": "2026-12-31",
}


def test_a_course_comes_back_from_its_json_as_it_was() -> None:
    original = course(
        exam_data(time_limit="none", section_floors={"D4": "70.5"}),
        exam_data(id="final", window={"opens": "2026-01-01T09:00:00-05:00"}),
        approvals=[APPROVAL],
        subjects=["Assessment"],
        hours_basis={"rule": "ncbtmb", "words": "72000"},
        practice={"enabled": "true"},
        enrolment="code",
    )
    back = Course.from_json(json.loads(json.dumps(original.to_json())))
    assert back == original
    assert back.content_hash() == original.content_hash()


def test_numbers_and_times_are_exact() -> None:
    found = course(exam_data(pass_mark="69.96"), ce_hours="1.5")
    exam = found.exam("neck")
    assert (found.ce_hours, exam.pass_mark) == (Fraction(3, 2), Fraction(6996, 100))
    assert (exam.time_limit, exam.attempts.wait) == (timedelta(minutes=30), timedelta(days=1))
    assert exam.length == 4


def test_an_untimed_exam_has_no_limit() -> None:
    assert course(exam_data(time_limit="none")).exam("neck").time_limit is None


def test_an_exam_is_found_by_its_id_or_refused_by_name() -> None:
    with pytest.raises(NotFound, match="no exam nobody"):
        course().exam("nobody")


@pytest.mark.parametrize(("delivery", "words"), zip(Delivery, ["Live", "Home study", "Webinar", "Hybrid"], strict=True))
def test_the_delivery_has_words_for_the_certificate(delivery: Delivery, words: str) -> None:
    assert delivery.words() == words


def test_a_window_is_read_with_its_offset() -> None:
    window = {"opens": "2026-01-01T09:00:00-05:00", "closes": "2026-01-02T00:00:00Z"}
    found = course(exam_data(window=window)).exam("neck").window
    assert found is not None
    assert found.opens == datetime(2026, 1, 1, 14, tzinfo=UTC)
    assert found.holds(datetime(2026, 1, 2, tzinfo=UTC))
    assert not found.holds(datetime(2026, 1, 1, 13, 59, tzinfo=UTC))


@pytest.mark.parametrize(
    "changes",
    [
        {"time_limit": "30"},
        {"time_limit": "0m"},
        {"time_limit": "1:30"},
        {"time_limit": "99999999999d"},
        {"pass_mark": "0"},
        {"pass_mark": "101"},
        {"blueprint": {}},
        {"blueprint": {"D4": "0"}},
        {"section_floors": {"D9": "50"}},
        {"attempts": {"limit": "0", "wait": "0s", "prefer_unseen": "true"}},
        {"window": {"opens": "2026-01-01T09:00:00"}},
        {"window": {"opens": "2026-01-02T00:00:00Z", "closes": "2026-01-01T00:00:00Z"}},
        {"window": {"opens": "0001-01-01T00:00:00+14:00"}},
    ],
)
def test_an_exam_that_cannot_be_sat_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        course(exam_data(**changes))


@pytest.mark.parametrize(
    "changes",
    [
        {"exams": [exam_data(), exam_data()]},
        {"exams": [exam_data(required="false")]},
        {"approvals": [APPROVAL | {"to": "2025-12-31"}]},
        {"evaluation": {"required": "true", "questions": [{"id": "x", "text": "x"}]}},
        {"evaluation": {"required": "true", "questions": [{"id": "x", "text": "x", "scale": "5", "free": "true"}]}},
        {"delivery": "post"},
        {"ce_hours": "0"},
    ],
)
def test_a_course_that_makes_no_sense_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        course(**changes)


@pytest.mark.parametrize("text", ["0s", "90s", "30m", "24h", "2d", "61m"])
def test_durations_keep_their_meaning(text: str) -> None:
    wait = {"limit": "1", "wait": text, "prefer_unseen": "true"}
    value = course(exam_data(attempts=wait)).exam("neck").attempts.wait
    again = course(exam_data(attempts=wait | {"wait": duration_text(value)})).exam("neck").attempts.wait
    assert again == value


def test_decimals_have_the_plain_text_that_certificates_print() -> None:
    assert [decimal_text(Fraction(text)) for text in ("16", "1.50", "0.05", "-2.5", "100")] == [
        "16",
        "1.5",
        "0.05",
        "-2.5",
        "100",
    ]
    with pytest.raises(ValueError, match="no finite decimal"):
        decimal_text(Fraction(1, 3))


def test_the_schema_for_editors_is_the_one_that_is_shipped() -> None:
    assert json.loads(SCHEMA.read_text("utf-8")) == json.loads(json.dumps(course_schema()))
