"""Small valid banks and courses to vary, as plain data the way a file gives them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cequiz.domain.bank.bank import Bank, question_adapter
from cequiz.domain.bank.course import Course
from cequiz.domain.bank.question import Question

OPTIONS = (
    {"id": "a", "text": "Obliquus capitis inferior", "correct": "true", "rationale": "It turns the atlas."},
    {"id": "b", "text": "Obliquus capitis superior", "rationale": "It extends the head."},
    {"id": "c", "text": "Rectus capitis lateralis", "rationale": "It bends the head."},
    {"id": "d", "text": "Rectus capitis anterior", "rationale": "It flexes the head."},
)


def question_data(**changes: Any) -> dict[str, Any]:
    """A question without a flaw; None as a change leaves the field out."""
    data: dict[str, Any] = {
        "id": "oci-action",
        "type": "single",
        "objective": "D4",
        "cognitive": "recall",
        "difficulty": "medium",
        "claim": "anatomy",
        "stem": "Which muscle turns the atlas on the axis to its own side?",
        "options": [dict(option) for option in OPTIONS],
        "references": [{"cite": "Moore, Clinically Oriented Anatomy, 9th ed."}],
        "review": {"status": "approved", "by": "somebody", "on": "2026-11-22"},
    } | changes
    return {name: value for name, value in data.items() if value is not None}


def true_false_data(**changes: Any) -> dict[str, Any]:
    """A statement without a flaw."""
    stem = "The obliquus capitis inferior inserts on the transverse process of the atlas."
    return question_data(**({"type": "true_false", "options": None, "answer": "true", "stem": stem} | changes))


def multiple_data(
    *, right: str = "ab", method: str = "all-or-nothing", floor: str = "0", **changes: Any
) -> dict[str, Any]:
    """A multiple-response item whose right options are given by their letters."""
    options = [{"id": option["id"], "text": option["text"]} for option in OPTIONS]
    for option in options:
        if option["id"] in right:
            option["correct"] = "true"
    scoring = {"method": method, "floor": floor}
    return question_data(**({"type": "multiple", "options": options, "scoring": scoring} | changes))


def question(data: Mapping[str, Any] | None = None, **changes: Any) -> Question:
    """The question that the data describe."""
    return question_adapter().validate_python(question_data(**changes) if data is None else data)


def options(*texts: str, key: int = 0) -> list[dict[str, Any]]:
    """Options a, b, c ... of these texts, one of them right."""
    return [
        {"id": chr(ord("a") + number), "text": text} | ({"correct": "true"} if number == key else {})
        for number, text in enumerate(texts)
    ]


def bank_data(*questions: Mapping[str, Any], **changes: Any) -> dict[str, Any]:
    """A bank without a flaw."""
    return {
        "format": "cequiz-bank/1",
        "id": "neck-anatomy",
        "title": "Neck anatomy",
        "version": "2026.1",
        "language": "en",
        "licence": "CC-BY-4.0",
        "objectives": {"D4": "Head and neck anatomy", "D3": "Landmarks"},
        "questions": list(questions) or [question_data()],
    } | changes


def bank(*questions: Mapping[str, Any], **changes: Any) -> Bank:
    """The bank that the data describe."""
    return Bank.model_validate(bank_data(*questions, **changes))


def many(number: int, **changes: Any) -> list[dict[str, Any]]:
    """So many good questions with ids of their own."""
    return [question_data(id=f"item-{n}", **changes) for n in range(number)]


def exam_data(**changes: Any) -> dict[str, Any]:
    """An exam of four items without a flaw."""
    return {
        "id": "neck",
        "title": "Neck anatomy",
        "banks": ["neck-anatomy"],
        "blueprint": {"D4": "4"},
        "time_limit": "30m",
        "pass_mark": "75",
        "cut_score_basis": "Provider policy",
        "attempts": {"limit": "1", "wait": "24h", "prefer_unseen": "true"},
        "navigation": "free",
        "review": {"after_pass": "full", "after_fail": "objectives"},
        "resume": {"clock": "runs", "outage_credit": "5m"},
        "open_book": "true",
        "required": "true",
    } | changes


def course_data(*exams: Mapping[str, Any], **changes: Any) -> dict[str, Any]:
    """A course without a flaw."""
    return {
        "format": "cequiz-course/1",
        "id": "essential",
        "title": "Essential Assessments",
        "version": "2026.1",
        "ce_hours": "16",
        "hour_minutes": "50",
        "delivery": "home-study",
        "instructors": [{"name": "A. Teacher", "credentials": "LMT"}],
        "approvals": [],
        "attestation": "I am the person named.",
        "evaluation": {"required": "true", "questions": [{"id": "clear", "text": "Clear?", "scale": "5"}]},
        "exams": list(exams) or [exam_data()],
    } | changes


def course(*exams: Mapping[str, Any], **changes: Any) -> Course:
    """The course that the data describe."""
    return Course.model_validate(course_data(*exams, **changes))
