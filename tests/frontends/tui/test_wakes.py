"""A store that tells: what the office does reaches the student's screen without waiting for the look by the clock."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from textual.pilot import Pilot

from cequiz.errors import StorageBusy
from cequiz.frontends.tui.student.exam import ExamScreen
from cequiz.frontends.tui.student.held import HeldScreen
from cequiz.services.timing import adjust_time, hold
from tests.frontends.tui.stage import Stage, notes, press, said, settle

MINUTE = timedelta(minutes=1)


@pytest.fixture
def telling(stage: Stage) -> Stage:
    """Return a stage whose store tells; the look by the clock is ten minutes away in these tests."""
    stage.store.tells = True
    return stage


async def until(pilot: Pilot[Any], true: Callable[[], bool]) -> None:
    """Wait until something is so."""
    async with asyncio.timeout(30):
        while not true():
            await settle(pilot)


async def test_a_suspended_exam_is_covered_at_once(telling: Stage) -> None:
    student = telling.student()
    sitting = telling.start(student)
    async with telling.open(student) as pilot:
        await press(pilot, "enter", "y")
        hold(telling.ports, attempt_id=sitting.attempt.id, reason="fire alarm", actor="os:admin")
        await until(pilot, lambda: isinstance(pilot.app.screen, HeldScreen))
        assert "fire alarm" in said(pilot)


async def test_a_burst_of_news_from_other_threads_is_one_look_and_the_last_of_them_shows(
    telling: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    student = telling.student()
    sitting = telling.start(student)
    looks: list[int] = []
    look = ExamScreen.look

    def counted(screen: ExamScreen) -> None:
        looks.append(1)
        look(screen)

    monkeypatch.setattr(ExamScreen, "look", counted)
    async with telling.open(student) as pilot:
        await press(pilot, "enter", "y")
        looks.clear()

        def give() -> None:
            for _ in range(20):
                adjust_time(telling.ports, attempt_id=sitting.attempt.id, amount=MINUTE, reason="bus", actor="os:me")

        others = threading.Thread(target=give)
        others.start()
        others.join()  # the screens' loop stands still meanwhile
        await until(pilot, lambda: "30:00" in said(pilot))
        assert len(looks) <= 3
        assert "Your deadline is now" in notes(pilot)


async def test_news_of_another_exam_is_none(telling: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    student, other = telling.student(), telling.student("Bo", email="bo@example.org")
    telling.start(student)
    theirs = telling.start(other)
    looks: list[int] = []
    monkeypatch.setattr(ExamScreen, "_look_at_once", lambda screen: looks.append(1))
    async with telling.open(student) as pilot:
        await press(pilot, "enter", "y")
        looks.clear()
        adjust_time(telling.ports, attempt_id=theirs.attempt.id, amount=MINUTE, reason="bus", actor="os:me")
        await settle(pilot)
        assert looks == []


async def test_nobody_listens_any_more_once_the_exam_is_left(telling: Stage) -> None:
    student = telling.student()
    telling.start(student)
    async with telling.open(student) as pilot:
        assert telling.store.listeners == 0
        await press(pilot, "enter", "y")
        assert telling.store.listeners == 1
        await press(pilot, "x", "y")
        assert telling.store.listeners == 0
        await press(pilot, "enter", "y")
        assert telling.store.listeners == 1
    assert telling.store.listeners == 0


async def test_a_store_that_cannot_be_listened_to_disturbs_no_exam(
    telling: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(_: object) -> Callable[[], None]:
        raise StorageBusy("No connection.", hint="Wait.")

    monkeypatch.setattr(telling.store, "watch", busy)
    student = telling.student()
    telling.start(student)
    async with telling.open(student) as pilot:
        await press(pilot, "enter", "y")
        assert "Question 1 of 4" in said(pilot)
        assert "No connection." not in notes(pilot)
