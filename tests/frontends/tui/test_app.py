"""Leaving, a terminal that is too small, colours, and what nobody expected."""

from __future__ import annotations

import os
import re
import signal
from pathlib import Path

import pytest

from cequiz.frontends.tui.mishap import LOG, record
from cequiz.frontends.tui.themes import THEMES
from tests import samples
from tests.builders import NOON
from tests.frontends.tui.stage import Stage, course, press, said, settle


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


async def test_leaving_the_program_names_typed_text_that_cannot_be_saved(empty_stage: Stage) -> None:
    empty_stage.load(course=samples.course(blueprint={"D1": 1}), bank=samples.bank(only=("q-numeric",)))
    student = empty_stage.student()
    empty_stage.start(student)
    async with empty_stage.open(student) as pilot:
        await press(pilot, "enter", "y", "=", "4", "x")
        await pilot.press("ctrl+q")
        await pilot.pause()
        await settle(pilot)
        [words] = pilot.app._exit_renderables
        assert str(words).endswith("NOT SAVED: 1 of your last answers or flags.")


@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP"])
async def test_an_end_from_outside_stops_the_clock_of_an_exam_that_pauses(empty_stage: Stage, name: str) -> None:
    empty_stage.load(course=course(resume={"clock": "pauses", "outage_credit": "0s"}))
    student = empty_stage.student()
    sitting = empty_stage.start(student)
    async with empty_stage.open(student) as pilot:
        await press(pilot, "enter", "y", "a")
        os.kill(os.getpid(), getattr(signal, name))
        await pilot.pause()
        await settle(pilot)
        [words] = pilot.app._exit_renderables
        assert str(words) == "Sample exam: the clock stands still until you come back."
    sitting.refresh()
    assert sitting.attempt.ledger.suspended


async def test_an_app_that_is_ended_by_nobody_s_wish_leaves_the_exam_too(empty_stage: Stage) -> None:
    empty_stage.load(course=course(resume={"clock": "pauses", "outage_credit": "0s"}))
    student = empty_stage.student()
    sitting = empty_stage.start(student)
    async with empty_stage.open(student) as pilot:
        await press(pilot, "enter", "y", "a")
        pilot.app._close_messages_no_wait()  # as Textual does when it can no longer read from its terminal
    sitting.refresh()
    assert sitting.attempt.ledger.suspended


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


async def test_no_colour_is_shown_to_who_wants_none(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    student = stage.student()
    stage.start(student)
    monkeypatch.setenv("NO_COLOR", "1")
    async with stage.open(student) as pilot:
        await press(pilot, "enter", "y", "b", "*")
        colours = set(
            re.findall(r"(?:fill|stroke): ?(#[0-9a-f]{6})|fill=\"(#[0-9a-f]{6})\"", pilot.app.export_screenshot())
        )
        frame = {"#ff5f57", "#febc2e", "#28c840", "#c5c8c6"}  # of the picture itself: a window with three buttons
        shades = {one or other for one, other in colours} - frame
        assert shades
        assert "✓ Saved: B." in said(pilot) and "⚑ flagged" in said(pilot)
        assert all(shade[1:3] == shade[3:5] == shade[5:7] for shade in shades)


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
