"""One exam, two faces: begun on the screen, continued in plain lines, and handed in on the screen again."""

from __future__ import annotations

import io
from datetime import timedelta
from pathlib import Path

import pytest

from cequiz.frontends.plain.console import Console, TextSource
from cequiz.frontends.plain.sit import sit
from cequiz.services.grading import load_attempt
from tests.frontends.desks import universal_time
from tests.frontends.tui.stage import Stage, press, said


async def test_a_student_leaves_one_face_and_goes_on_in_the_other_without_losing_a_second(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = Stage(tmp_path)
    stage.load()
    student = stage.student()

    async with stage.open(student, "course/quiz") as pilot:
        await press(pilot, "a", "s", "b", "n", "*")
        assert "Question 2 of 4" in said(pilot)
        stage.clock.advance(timedelta(minutes=3))
        await press(pilot, "x", "y")

    out = io.StringIO()
    with universal_time(monkeypatch):
        lines = Console(TextSource(iter(["b", "x"])), out)
        sit(lines, stage.ports, student_id=student.id, exam_ref="course/quiz", actor="test")
    plain = out.getvalue()
    assert "1 of 4 questions answered. Time left: 7 minutes." in plain
    assert "Question 2 of 4. Flagged." in plain
    assert "Saved: B." in plain

    stage.clock.advance(timedelta(minutes=2))
    async with stage.open(student) as pilot:
        await press(pilot, "enter", "y")
        assert "2 answered" in said(pilot)
        assert "5:00 left" in said(pilot)

    with stage.store.read() as unit:
        header = unit.attempts.headers(student_id=student.id)[0]
        attempt = load_attempt(unit, header.id)
    assert len(attempt.responses) == 2
    assert len(attempt.flags) == 1
