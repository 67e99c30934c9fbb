"""Keys that come faster than the screen follows them are obeyed one after the other, where each of them belongs."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

import pytest
from textual import events
from textual.pilot import Pilot
from textual.widgets import Input

from cequiz.frontends.tui.screen import Dialog
from cequiz.frontends.tui.student.challenge import ChallengeScreen
from cequiz.frontends.tui.student.check import CheckScreen
from cequiz.frontends.tui.student.exam import ExamScreen
from cequiz.frontends.tui.student.sign_in import SignInScreen
from tests import samples
from tests.frontends.tui.stage import Stage, notes, press, said, settle
from tests.frontends.tui.test_types import asking

KEYS = {
    "=": "equals_sign",
    "!": "exclamation_mark",
    "\r": "enter",
    "\x1b": "escape",
    " ": "space",
    "*": "asterisk",
    "\t": "tab",
    "\b": "backspace",
}


async def burst(pilot: Pilot[Any], text: str) -> None:
    """Let keys arrive all at once, as over a slow line."""
    for sign in text:
        pilot.app.post_message(events.Key(KEYS.get(sign, sign), sign if sign.isprintable() else None))
    await settle(pilot)


async def test_letters_of_an_answer_are_never_commands(empty_stage: Stage) -> None:
    async with asking(empty_stage, "q-short") as desk:
        await burst(desk.pilot, "=axillary nerve\r")
        assert isinstance(desk.pilot.app.screen, ExamScreen)
        assert desk.stored() == {"text": "axillary nerve"}


async def test_enter_opens_the_field_and_esc_closes_it_for_the_next_key(empty_stage: Stage) -> None:
    async with asking(empty_stage, "q-short") as desk:
        await burst(desk.pilot, "\rnsx\x1bs")
        assert isinstance(desk.pilot.app.screen, CheckScreen)
        assert desk.stored() == {"text": "nsx"}


async def test_a_letter_and_a_typed_blank_in_one_go(empty_stage: Stage) -> None:
    async with asking(empty_stage, "q-cloze") as desk:
        await burst(desk.pilot, f"{desk.letter('a', 'n1')}=spiral\r*")
        assert desk.stored() == {"blanks": {"n1": "a", "g1": "spiral"}}
        assert "⚑ flagged" in desk.said


async def test_everything_written_into_a_dialog_arrives_there(stage: Stage) -> None:
    student = stage.student()
    stage.start(student).leave()
    async with stage.open(student) as pilot:
        await press(pilot, "enter", "y")
        await burst(pilot, "!two are right")
        assert isinstance(pilot.app.screen, ChallengeScreen)
        assert pilot.app.screen.query_one("#reason", Input).value == "two are right"


@pytest.mark.parametrize("onward", ["\t", "\r"])
async def test_a_passphrase_behind_a_tab_is_never_typed_into_the_field_above(stage: Stage, onward: str) -> None:
    """If this fails, whoever has both filled in by a program shows the passphrase to the room."""
    stage.student()
    async with stage.open() as pilot:
        await press(pilot, "enter")
        assert isinstance(pilot.app.screen, SignInScreen)
        await burst(pilot, f"anna\b\ba{onward}secret words")
        fields = pilot.app.screen.query(Input)
        assert [field.value for field in fields] == ["ana", "secret words"]


async def test_tab_leaves_the_field_of_an_answer_and_what_follows_is_a_command(empty_stage: Stage) -> None:
    async with asking(empty_stage, "q-short") as desk:
        await burst(desk.pilot, "=nerve\ts")
        assert isinstance(desk.pilot.app.screen, CheckScreen)
        assert desk.stored() == {"text": "nerve"}


async def test_a_number_typed_quickly_goes_to_its_question(empty_stage: Stage) -> None:
    empty_stage.load(course=samples.course(), bank=samples.bank())
    student = empty_stage.student()
    empty_stage.start(student).leave()
    async with empty_stage.open(student) as pilot:
        await press(pilot, "enter", "y")
        await burst(pilot, "12\r")
        assert "Question 12 of 12" in said(pilot)


@pytest.mark.parametrize("way", ["list", "stay", "hand in"])
async def test_the_second_of_two_clicks_takes_nothing_more_with_it(stage: Stage, way: str) -> None:
    student = stage.student()
    stage.start(student).leave()
    async with stage.open(student) as pilot:
        await press(pilot, "enter", "y")
        match way:
            case "list":
                await press(pilot, "l")
                await pilot.click("#questions", offset=(5, 1), times=2)
            case "stay":
                await press(pilot, "x")
                await pilot.click("#no", times=2)
            case _:
                await press(pilot, "s")
                await pilot.click("#hand-in", times=2)
                await settle(pilot)
                await press(pilot, "n", "escape")
        await settle(pilot)
        assert isinstance(pilot.app.screen, ExamScreen)
        await press(pilot, "b")
        assert "✓ Saved: B." in said(pilot)


async def test_before_handing_in_nothing_is_called_saved_that_is_on_its_way(empty_stage: Stage) -> None:
    async with asking(empty_stage, "q-single") as desk:
        gate, app = threading.Event(), desk.pilot.app
        app.desk.submit(gate.wait)  # type: ignore[attr-defined] # a desk of cequiz
        desk.stage.store.jammed = True
        try:
            await desk.pilot.press("a", "s")
            await desk.pilot.pause()
            assert isinstance(app.screen, CheckScreen)
            assert "… The 1 question is answered. The last answer is being saved." in said(desk.pilot)
        finally:
            gate.set()
        await settle(desk.pilot)
        assert "NOT SAVED: 1." in said(desk.pilot)
        desk.stage.store.jammed = False


async def test_what_is_pasted_is_one_visible_line_and_a_cut_is_said(empty_stage: Stage) -> None:
    async with asking(empty_stage, "q-short") as desk:
        await desk.press("=")
        desk.pilot.app.post_message(events.Paste("axillary\nnerve\t\u202eroot\x1b"))
        await settle(desk.pilot)
        await desk.press("enter")
        assert desk.stored() == {"text": "axillary nerve root"}
        assert not notes(desk.pilot)
        await desk.press("=")
        desk.pilot.app.post_message(events.Paste("z" * 5000))
        await settle(desk.pilot)
        await desk.press("enter")
        assert desk.stored() == {"text": ("axillary nerve root" + "z" * 500)[:500]}
        assert "Only the first 500 characters fit" in notes(desk.pilot)


async def test_the_time_stays_in_sight_on_what_is_opened_above_the_exam(stage: Stage) -> None:
    student = stage.student()
    stage.start(student).leave()
    async with stage.open(student) as pilot:
        await press(pilot, "enter", "y")
        for key in ("l", "s", "question_mark"):
            await press(pilot, key)
            assert "left" in pilot.app.screen.query_one("TopBar").right  # type: ignore[attr-defined]
            await press(pilot, "escape")


class SlowDialog(Dialog):
    """A box that is not laid out before it may be."""

    def __init__(self) -> None:
        super().__init__("Is this right?", "Look at it.")
        self.ready = asyncio.Event()

    async def _compose(self) -> None:
        await self.ready.wait()
        await super()._compose()


async def test_a_key_that_finds_a_box_just_opened_waits_until_it_is_there(stage: Stage) -> None:
    """If this fails, the program falls down when somebody types while a question comes up."""
    async with stage.open(stage.student()) as pilot:
        key, box = events.Key("down", None), SlowDialog()
        key._set_forwarded()  # a list had no use for it, and by now there is a box above the list
        pilot.app.push_screen(box)
        obeyed = asyncio.create_task(pilot.app.on_event(key))
        for _ in range(50):
            await asyncio.sleep(0)  # everything that can happen happens
        box.ready.set()
        await obeyed
        await settle(pilot)
        assert "Look at it." in said(pilot)
