"""Leaving, a terminal that is too small, colours, and what nobody expected."""

from __future__ import annotations

from pathlib import Path

import pytest

from cequiz.frontends.tui.mishap import LOG, record
from cequiz.frontends.tui.themes import THEMES
from tests.builders import NOON
from tests.frontends.tui.stage import Stage, press, said, settle


@pytest.mark.parametrize("key", ["ctrl+c", "ctrl+q"])
async def test_leaving_the_program_from_an_exam_says_until_when_it_goes_on(stage: Stage, key: str) -> None:
    student = stage.student()
    stage.start(student)
    async with stage.open(student) as pilot:
        await press(pilot, "enter", "y", "a")
        await pilot.press(key)
        await pilot.pause()
        await settle(pilot)
        [words] = pilot.app._exit_renderables
        assert str(words) == "Sample exam goes on until 22 November 2026, 12:10 UTC. Come back before that."
        assert pilot.app.return_code == 0


async def test_leaving_from_a_text_field_works_too(stage: Stage) -> None:
    async with stage.open() as pilot:
        await press(pilot, "enter")
        await pilot.press("ctrl+c")
        await settle(pilot)
        assert pilot.app._exit


async def test_a_terminal_too_small_says_so_takes_no_keys_and_recovers(stage: Stage) -> None:
    student = stage.student()
    sitting = stage.start(student)
    async with stage.open(student) as pilot:
        await press(pilot, "enter", "y")
        await pilot.resize_terminal(59, 20)
        await settle(pilot)
        assert "This window is too small. Make it at least 60 columns wide and 20 rows high." in said(pilot)
        await press(pilot, "a", "n", "x")
        await pilot.resize_terminal(60, 20)
        await settle(pilot)
        assert "Question 1 of 4" in said(pilot)
        assert "too small" not in said(pilot)
        await press(pilot, "b")
        assert "✓ Saved: B." in said(pilot)
    sitting.refresh()
    assert len(sitting.attempt.responses) == 1


async def test_a_key_goes_round_the_colours(stage: Stage) -> None:
    async with stage.open() as pilot:
        seen = []
        for _ in THEMES:
            seen.append(pilot.app.theme)
            await press(pilot, "f2")
        assert seen == [theme.name for theme in THEMES]
        assert pilot.app.theme == seen[0]


async def test_the_result_of_an_exam_named_on_the_command_line_is_the_exit_code(stage: Stage) -> None:
    student = stage.student()
    async with stage.open(student, "course/quiz") as pilot:
        await press(pilot, "a", "s", "s", "s", "y")
        assert "✗ NOT PASSED" in said(pilot)
        await press(pilot, "ctrl+q")
        assert pilot.app.return_code == 1


async def test_what_nobody_expected_leaves_a_sentence_and_a_log_without_values(stage: Stage, tmp_path: Path) -> None:
    student = stage.student()
    with pytest.raises(ZeroDivisionError):
        async with stage.open(student) as pilot:

            def broken() -> None:
                answer = "".join(["se", "cret"])
                raise ZeroDivisionError(answer)

            pilot.app.screen.call_later(broken)
            await pilot.pause()
            [words] = pilot.app._exit_renderables
            assert "Something unexpected happened (ZeroDivisionError)." in str(words)
            assert pilot.app.return_code == 4
    log = (tmp_path / LOG).read_text(encoding="utf-8")
    assert "ZeroDivisionError" in log
    assert "in broken" in log
    assert "secret" not in log


def test_a_log_that_cannot_be_written_does_not_hide_the_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    words = record(ValueError("secret"), tmp_path / "file" / "home", at=NOON)
    assert words == "Something unexpected happened (ValueError). Everything that was shown as saved is saved."
