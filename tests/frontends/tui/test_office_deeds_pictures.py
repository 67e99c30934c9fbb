"""Pictures of an exam that the office has suspended or written to, at the smallest, the usual and a large size."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from cequiz.frontends.tui.student.exam import ExamScreen
from cequiz.services.messaging import message
from cequiz.services.sitting import Sitting
from cequiz.services.timing import hold
from tests.frontends.tui.stage import Stage, pass_time, press, settle

Compare = Callable[..., bool]
Deed = Callable[[Stage, Sitting], object]

SIZES = [(60, 20), (80, 24), (120, 40)]


def suspended(stage: Stage, sitting: Sitting) -> None:
    """The office has suspended the exam."""
    reason = "The fire alarm went off; leave the room by the north stairs."
    hold(stage.ports, attempt_id=sitting.attempt.id, reason=reason, actor="os:admin")


def written_to(stage: Stage, sitting: Sitting) -> None:
    """The office has written to the student."""
    text = "The room closes at five; whoever is not done by then goes on in room 12."
    message(stage.ports, attempt_id=sitting.attempt.id, text=text, actor="os:admin")


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("deed", [suspended, written_to], ids=lambda deed: deed.__name__)
def test_deeds_of_the_office(snap_compare: Compare, tmp_path: Path, deed: Deed, size: tuple[int, int]) -> None:
    stage = Stage(tmp_path)
    stage.load()
    student = stage.student()
    sitting = stage.start(student)
    sitting.leave()

    async def run_before(pilot: Pilot[Any]) -> None:
        await settle(pilot)
        await press(pilot, "enter", "y")
        pass_time(stage, pilot, timedelta(minutes=2))
        deed(stage, sitting)
        screen = pilot.app.screen
        assert isinstance(screen, ExamScreen)
        screen.look()
        await settle(pilot)
        await settle(pilot)

    assert snap_compare(stage.app(student), terminal_size=size, run_before=run_before)
