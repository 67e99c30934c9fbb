"""An answer that is on its way for long: nobody may believe it saved, and it is told when it is."""

from __future__ import annotations

import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from cequiz.services.ports import Ack
from tests.frontends.tui.stage import Stage, press, said, settle


class HangingStore:
    """Holds every answer of a stage's store at the door until it is let go."""

    def __init__(self, stage: Stage) -> None:
        self.let_go = threading.Event()
        self._append = stage.store.append
        stage.store.append = self._wait  # type: ignore[method-assign]

    def _wait(self, draft: Any, **more: Any) -> Ack:
        assert self.let_go.wait(60)
        return self._append(draft, **more)


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    """Return a stage with the sample course loaded."""
    found = Stage(tmp_path)
    found.load()
    return found


async def test_an_answer_that_the_disk_does_not_take_is_told_as_not_saved_after_five_seconds(stage: Stage) -> None:
    """If this fails, a disk that hangs shows an answer as being saved for as long as it hangs."""
    student = stage.student()
    stage.start(student)
    async with stage.open(student) as pilot:
        await press(pilot, "enter", "y")
        disk = HangingStore(stage)
        try:
            await pilot.press("c")
            await pilot.pause()
            screen: Any = pilot.app.screen
            stage.clock.advance(timedelta(seconds=4))
            screen.tick()
            assert "… Saving: C" in said(pilot)
            stage.clock.advance(timedelta(seconds=1))
            screen.tick()
            assert "! NOT SAVED: C. The records do not answer yet. Trying again." in said(pilot)
            assert "1 not saved" in said(pilot)
        finally:
            disk.let_go.set()
        await settle(pilot)
        screen.tick()
        assert "✓ Saved: C." in said(pilot)
        assert "not saved" not in said(pilot)
