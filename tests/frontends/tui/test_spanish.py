"""The screens in Spanish: every word of ours, in its place at the usual size; and in the writing thread too."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from cequiz.errors import NotFound
from cequiz.frontends.tui.desk import Desk
from cequiz.language import SOURCE, speak, spoken
from cequiz.services.enrolling import student
from tests.frontends.tui import scenes
from tests.frontends.tui.scenes import Act
from tests.frontends.tui.stage import Stage, StageHouse
from tests.frontends.tui.test_pictures import picture, still

__all__ = ["still"]

Compare = Callable[..., bool]

SCREENS = [scenes.home, scenes.briefing, scenes.exam, scenes.check, scenes.passed, scenes.help_in_exam]


@pytest.fixture(autouse=True)
def spanish() -> Iterator[None]:
    speak("es")
    yield
    speak(SOURCE)


@pytest.mark.parametrize("act", SCREENS, ids=lambda act: act.__name__)
def test_screens_read_as_spanish(still: Stage, snap_compare: Compare, act: Act) -> None:
    app = scenes.set_up(still)
    assert snap_compare(app, terminal_size=(80, 24), run_before=picture(still, act))


def test_an_exam_in_the_smallest_terminal_reads_as_spanish(still: Stage, snap_compare: Compare) -> None:
    app = scenes.set_up(still)
    assert snap_compare(app, terminal_size=(60, 20), run_before=picture(still, scenes.exam))


def test_registering_reads_as_spanish(still: Stage, snap_compare: Compare) -> None:
    app = scenes.set_up_outside(still)
    assert snap_compare(app, terminal_size=(80, 24), run_before=picture(still, scenes.register))


def test_what_the_writing_thread_refuses_is_refused_in_spanish(still: Stage) -> None:
    """The thread that writes serves every screen, and speaks the language of whoever asks."""
    desk = Desk(StageHouse(still.ports, Path()))

    async def refused() -> str:
        with pytest.raises(NotFound) as caught:
            await desk.write(lambda ports: student(ports, "nobody"))
        return caught.value.sentence

    async def read() -> str:
        return await desk.read(lambda ports: spoken())

    try:
        assert asyncio.run(refused()) == "No existe el estudiante nobody."
        assert asyncio.run(read()) == "es"
        speak(SOURCE)
        assert asyncio.run(refused()) == "There is no student nobody."
    finally:
        desk.close()
