"""The review names every part of an answer, and no more of the right one than the course lets be seen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from cequiz.domain.canonical import Json
from tests import samples
from tests.frontends.tui.stage import Stage, press, said

MISS = samples.item(
    "q-miss",
    "short_answer",
    stem="Which movement leads away from the midline?",
    accept=[{"text": "abduction"}],
    spelling="tolerant",
    rationale="Because it is so.",
)
ANSWERS: Mapping[str, dict[str, Json]] = {
    **samples.RIGHT,
    **samples.PARTIAL,
    "q-miss": {"text": "adduction"},
    "q-short": {"text": "circumflex nerve"},
}


async def review_of(stage: Stage, *, review: Mapping[str, Any], size: tuple[int, int] = (120, 40)) -> str:
    """Return what the review says after every question was answered, some of them partly."""
    course = samples.course(blueprint={"D1": 10, "D2": 3}, pass_mark="1", review=dict(review))
    stage.load(course=course, bank=samples.bank(MISS))
    student = stage.student()
    sitting = stage.start(student)
    for item in sitting.attempt.form.items:
        sitting.answer(item.key, ANSWERS[item.question])
    async with stage.open(student, size=size) as pilot:
        await press(pilot, "enter", "y", "s", "s", "y", "v")
        return said(pilot)


@pytest.fixture
def full() -> dict[str, str]:
    return {"after_pass": "full", "after_fail": "full"}


async def test_every_part_is_named_with_what_was_given_and_what_is_right(
    empty_stage: Stage, full: dict[str, str]
) -> None:
    shown = await review_of(empty_stage, review=full)
    assert "Alpha  → ✓ your answer: First" in shown
    assert "Beta  → ✗ your answer: Ninth; right answer: Second" in shown
    assert "Gamma  → ✗ no answer; right answer: Third" in shown
    assert "◐ your answer: Alpha; Beta (partly right); right answer: Alpha; Beta; Gamma; Delta" in shown
    assert "◐ your answer: circumflex nerve (partly right); right answer: axillary nerve" in shown
    assert "The [1] radial nerve lies in the [2] ____." in shown
    assert "Beta   (your answer, right answer)" in shown


async def test_a_near_miss_is_named_with_both_terms(empty_stage: Stage, full: dict[str, str]) -> None:
    shown = await review_of(empty_stage, review=full)
    assert "Close to abduction, but adduction means something else." in shown


async def test_the_story_of_a_case_is_told_once(empty_stage: Stage, full: dict[str, str]) -> None:
    shown = await review_of(empty_stage, review=full)
    assert shown.count("A 31-year-old sample person") == 1


async def test_nothing_of_the_key_is_said_where_only_responses_are_shown(empty_stage: Stage) -> None:
    shown = await review_of(empty_stage, review={"after_pass": "responses", "after_fail": "responses"})
    assert "your answer: circumflex nerve" in shown
    for secret in ("right answer", "axillary", "Close to", "Because it is so.", "→ ✓", "→ ✗"):
        assert secret not in shown
