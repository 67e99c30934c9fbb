"""One look for everybody: what the office does is seen, and nobody asks the store where nothing has happened."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from functools import partial
from itertools import count
from pathlib import Path

import pytest

from cequiz.errors import EnvironmentFailed
from cequiz.frontends.serve import lookout
from cequiz.frontends.serve.host import Host
from cequiz.frontends.serve.lookout import Lookout
from cequiz.frontends.tui.student import exam_endings
from cequiz.services.ports import Ports
from cequiz.services.sitting import Sitting
from cequiz.services.timing import adjust_time
from tests.frontends.serve.lines import PATIENCE, Stay, served
from tests.frontends.tui.stage import Stage


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    """Return a stage with the sample course loaded."""
    found = Stage(tmp_path)
    found.load()
    return found


def give_time(stage: Stage, sitting: Sitting) -> None:
    """Give ten minutes, as the office does."""
    minutes = timedelta(minutes=10)
    adjust_time(stage.ports, attempt_id=sitting.attempt.id, amount=minutes, reason="noise", actor="os:admin")


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the attempts for which a screen has asked the store itself; screens and the lookout do not dawdle."""
    monkeypatch.setattr(lookout, "EVERY", 0.02)
    monkeypatch.setattr(exam_endings, "_LOOK", 0.02)
    found: list[str] = []
    refresh = Sitting.refresh

    def ask(sitting: Sitting) -> bool:
        found.append(sitting.attempt.id)
        return refresh(sitting)

    monkeypatch.setattr(Sitting, "refresh", ask)
    return found


async def screens_tick(host: Host, monkeypatch: pytest.MonkeyPatch, *, times: int) -> None:
    """Wait until screens have asked the lookout so often."""
    seq, ticks, enough = host.lookout.seq, count(1), asyncio.Event()

    def asked(attempt_id: str) -> int | None:
        if next(ticks) >= times:
            enough.set()
        return seq(attempt_id)

    monkeypatch.setattr(host.lookout, "seq", asked)
    await asyncio.wait_for(enough.wait(), PATIENCE)


async def test_what_the_office_does_is_seen_and_only_then_does_a_screen_ask(
    stage: Stage, asked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """If this fails, extra time is not seen; or a hundred quiet exams ask the store a hundred times a second."""
    student = stage.student()
    sitting = stage.start(student)
    async with served(stage) as host:
        stay = Stay(host, student, resume=True)
        await stay.far.shows("Question 1 of 4")
        await stay.far.until(lambda: host.lookout.seq(sitting.attempt.id) is not None)
        asked.clear()
        await stay.press(b"b", "Saved: B.")
        await screens_tick(host, monkeypatch, times=10)
        assert len(asked) <= 2, "hardly ever: where the lookout was faster than the acknowledgement"
        give_time(stage, sitting)
        await stay.far.shows("Your deadline is now")
        assert asked
        stay.session.hang_up()
        await stay.code()


async def test_where_the_lookout_sees_nothing_each_screen_asks(
    stage: Stage, asked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """If this fails, a lookout that has died takes extra time and endings from everybody."""
    student = stage.student()
    sitting = stage.start(student)
    async with served(stage) as host:
        monkeypatch.setattr(host.lookout, "seq", lambda _: None)  # as one that has not looked for long
        stay = Stay(host, student, resume=True)
        await stay.far.shows("Question 1 of 4")
        give_time(stage, sitting)
        await stay.far.shows("Your deadline is now")
        assert asked
        stay.session.hang_up()
        await stay.code()


class Watch:
    """A lookout with a clock that is told the time."""

    def __init__(self, stage: Stage) -> None:
        self.now = 0.0
        self.fault: Exception | None = None
        self.looked = 0
        self._stage = stage
        self.unforeseen: list[BaseException] = []
        self.lookout = Lookout(self._ports, lambda: self.now, unforeseen=self.unforeseen.append)

    def _ports(self) -> Ports:
        self.looked += 1
        if self.fault is not None:
            raise self.fault
        return self._stage.ports


async def test_what_was_seen_long_ago_is_not_told(stage: Stage) -> None:
    sitting = stage.start(stage.student())
    watch = Watch(stage)
    seq = partial(watch.lookout.seq, sitting.attempt.id)
    assert seq() is None, "nobody has looked yet"
    await watch.lookout.look()
    assert seq() == sitting.attempt.seq
    give_time(stage, sitting)
    await watch.lookout.look()
    assert seq() == sitting.attempt.seq + 1
    watch.now += 60.0
    assert seq() is None, "it was a minute ago"


async def test_a_store_that_does_not_answer_tells_nothing_and_is_asked_again(stage: Stage) -> None:
    sitting = stage.start(stage.student())
    watch = Watch(stage)
    watch.lookout.seq(sitting.attempt.id)
    await watch.lookout.look()
    watch.fault = EnvironmentFailed("The store does not answer.")
    await watch.lookout.look()
    assert watch.lookout.seq(sitting.attempt.id) is None
    watch.fault = None
    await watch.lookout.look()
    assert watch.lookout.seq(sitting.attempt.id) == sitting.attempt.seq


async def test_a_fault_that_nobody_expected_is_recorded_and_the_look_goes_on(stage: Stage) -> None:
    """If this fails, one fault ends the look for everybody, silently, and each screen asks the store itself."""
    sitting = stage.start(stage.student())
    watch = Watch(stage)
    watch.lookout.seq(sitting.attempt.id)
    watch.fault = ZeroDivisionError("never")
    await watch.lookout.look()
    assert watch.unforeseen == [watch.fault]
    watch.fault = None
    await watch.lookout.look()
    assert watch.lookout.seq(sitting.attempt.id) == sitting.attempt.seq


async def test_an_exam_that_nobody_sits_any_more_is_not_looked_at(stage: Stage) -> None:
    sitting = stage.start(stage.student())
    watch = Watch(stage)
    watch.lookout.seq(sitting.attempt.id)
    await watch.lookout.look()
    watch.now += 60.0
    await watch.lookout.look()
    assert watch.looked == 1
