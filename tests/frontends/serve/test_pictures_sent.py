"""How many pictures a key sends over a line: each one costs everybody who is served in the same process."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from cequiz.frontends.serve.host import Host
from cequiz.frontends.tui.student import exam_endings
from tests.frontends.serve.lines import Stay, served
from tests.frontends.tui.stage import Stage

PICTURE = b"\x1b[?2026h"
"""What every picture begins with."""

DOWN, UP = b"\x1b[B", b"\x1b[A"
KEYS = 8


@pytest.fixture
def stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Stage:
    """Return a stage with the sample course loaded, on which the clock is not drawn every second."""
    monkeypatch.setattr(exam_endings, "_LOOK", 600.0)
    found = Stage(tmp_path)
    found.load()
    return found


async def open_exam(stage: Stage, host: Host) -> Stay:
    """Open an exam, of which everything is drawn."""
    student = stage.student()
    stage.start(student)
    stay = Stay(host, student, resume=True)
    await stay.far.shows("Question 1 of 4")
    await stay.press(b"b", "Saved: B.")
    await stay.press(b"a", "Saved: A.")
    return stay


def cursor_is_on(stay: Stay, row: int) -> bool:
    """Whether the terminal's cursor stands in a row."""
    return bool(stay.far.screen.cursor.y == row)


async def leave(stay: Stay) -> None:
    """Close the line."""
    stay.session.hang_up()
    await stay.code()


async def test_a_highlight_that_moves_is_one_picture_with_the_cursor_on_it(stage: Stage) -> None:
    """If this fails, every arrow key costs twice what it must, or a screen reader's cursor stays behind."""
    async with served(stage) as host:
        stay = await open_exam(stage, host)
        row, before = stay.far.screen.cursor.y, stay.far.raw.count(PICTURE)
        for number in range(KEYS):
            stay.session.feed(UP if number % 2 else DOWN)
            await stay.far.until(partial(cursor_is_on, stay, row if number % 2 else row + 1))
        assert stay.far.raw.count(PICTURE) - before == KEYS
        await leave(stay)


async def test_another_question_is_one_picture(stage: Stage) -> None:
    """If this fails, a question is drawn before its parts have their places, and once more after that."""
    async with served(stage) as host:
        stay = await open_exam(stage, host)
        await stay.press(b"n", "Question 2 of 4")
        await stay.press(b"p", "Question 1 of 4")
        before = stay.far.raw.count(PICTURE)
        for number in range(KEYS):
            await stay.press(*((b"p", "Question 1 of 4") if number % 2 else (b"n", "Question 2 of 4")))
        assert stay.far.raw.count(PICTURE) - before <= KEYS + KEYS // 2, "rarely two: where the cursor moves last"
        await leave(stay)


async def test_an_answer_is_two_pictures_at_most(stage: Stage) -> None:
    """If this fails, an answer is drawn again although nothing of it has changed: chosen, then saved, is all."""
    async with served(stage) as host:
        stay = await open_exam(stage, host)
        before = stay.far.raw.count(PICTURE)
        for number in range(KEYS):
            await stay.press(*((b"a", "Saved: A.") if number % 2 else (b"b", "Saved: B.")))
        assert stay.far.raw.count(PICTURE) - before <= 2 * KEYS
        await leave(stay)
