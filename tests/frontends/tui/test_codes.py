"""Coming in with a code: an enrolment code opens a course, a one-time code a new passphrase."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from cequiz.adapters.board_files import BoardFiles
from cequiz.domain.bank.course import Delivery
from cequiz.domain.people.student import Licence
from cequiz.frontends.tui.app import CequizApp
from cequiz.services import coding, enrolling, signing_in
from cequiz.services.enrolling import reset_passphrase
from tests import builders
from tests.frontends.tui.stage import Stage, press, said, settle, write
from tests.papers import CERTIFICATES


def closed_course(stage: Stage, **options: Any) -> str:
    """Load a course that takes only those with a code, and return a code as it is printed."""
    stage.load(course=builders.course(enrolment="code"))
    made = coding.create(stage.ports, course_id="course", actor="os:admin", **options)
    return coding.code(stage.ports, made.code).line.shown


async def test_a_course_that_needs_a_code_opens_with_one(empty_stage: Stage) -> None:
    shown = closed_course(empty_stage, delivery=Delivery.LIVE)
    student = empty_stage.student()
    async with empty_stage.open(student) as pilot:
        assert "Enter an enrolment code  this course takes those who have one" in said(pilot)
        await press(pilot, "enter")
        await write(pilot, shown.lower().replace("-", " "))
        await press(pilot, "ctrl+s")
        assert "Take this course?" in said(pilot)
        assert "Live" in said(pilot)
        await press(pilot, "n")
        with empty_stage.ports.store.read() as unit:
            assert not unit.enrolments.of(student.id), "nobody is enrolled before the yes"
        await press(pilot, "ctrl+s", "y")
        assert "attempts: 0 used" in said(pilot)
        assert "16 CE hours · Live" in said(pilot)
        await press(pilot, "enter")
        assert "Accept with a, then start with s." in said(pilot)


async def test_a_wrong_code_is_said_in_the_form_and_can_be_mended(empty_stage: Stage) -> None:
    shown = closed_course(empty_stage)
    student = empty_stage.student()
    async with empty_stage.open(student) as pilot:
        await press(pilot, "c")
        await write(pilot, "WRONG")
        await press(pilot, "ctrl+s")
        assert "✗ There is no enrolment code WRONG." in said(pilot)
        await pilot.press(*["backspace"] * 5)
        await write(pilot, shown)
        await press(pilot, "ctrl+s", "y")
        assert "attempts: 0 used" in said(pilot)


async def test_nobody_enters_a_code_before_signing_in(empty_stage: Stage) -> None:
    closed_course(empty_stage)
    async with empty_stage.open() as pilot:
        assert " c code " not in said(pilot)
        await press(pilot, "c")
        assert "Sign in, or register" in said(pilot)


async def test_what_boards_say_of_the_hours_is_told_before_enrolling_and_before_the_exam(empty_stage: Stage) -> None:
    empty_stage.ports = replace(empty_stage.ports, boards=BoardFiles(CERTIFICATES / "boards"))
    empty_stage.house._fakes = empty_stage.ports
    shown = closed_course(empty_stage)
    student = enrolling.register(
        empty_stage.ports, name="Ana", email="ana@example.org", licences=[Licence("NY", "1")], actor="test"
    )
    words = "New York: at most 12 of these 16 hours may count; check with your board."
    async with empty_stage.open(student) as pilot:
        await press(pilot, "c")
        await write(pilot, shown)
        await press(pilot, "ctrl+s")
        assert words in " ".join(said(pilot).split())
        await press(pilot, "y", "enter")
        assert words in " ".join(said(pilot).split())


async def test_a_one_time_code_leads_to_a_new_passphrase(stage: Stage) -> None:
    stage.student()
    code = reset_passphrase(stage.ports, student_id="ana@example.org", actor="os:admin")
    async with stage.open() as pilot:
        await press(pilot, "enter")
        await write(pilot, "ana@example.org")
        await pilot.press("enter")
        await write(pilot, code.shown)
        await press(pilot, "enter")
        assert "The one-time code is right." in said(pilot)
        await write(pilot, "brand new words")
        await pilot.press("enter")
        await write(pilot, "brand old words")
        await press(pilot, "enter")
        assert "✗ The two passphrases differ." in said(pilot)
        await pilot.press(*["backspace"] * len("old words"))
        await write(pilot, "new words")
        await press(pilot, "enter")
        assert "Welcome, Ana Souza." in said(pilot)
    assert signing_in.sign_in(stage.ports, email="ana@example.org", passphrase="brand new words")


SIZES = [(60, 20), (80, 24), (120, 40)]
Compare = Callable[..., bool]
Way = Callable[[Pilot[Any], Stage], Awaitable[None]]


@pytest.fixture
def still(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Stage:
    """Return a stage whose files have the same short paths everywhere."""
    monkeypatch.chdir(tmp_path)
    return Stage(Path())


def app_of(stage: Stage) -> CequizApp:
    stage.ports = replace(stage.ports, boards=BoardFiles(CERTIFICATES / "boards"))
    stage.house._fakes = stage.ports
    closed_course(stage)
    student = enrolling.register(
        stage.ports, name="Ana Souza", email="ana@example.org", licences=[Licence("NY", "1")], actor="test"
    )
    return stage.app(student)


async def to_the_code(pilot: Pilot[Any], stage: Stage) -> None:
    await press(pilot, "c")


async def to_what_it_is_for(pilot: Pilot[Any], stage: Stage) -> None:
    await press(pilot, "c")
    await write(pilot, coding.codes(stage.ports)[0].shown)
    await press(pilot, "ctrl+s")


async def to_the_briefing(pilot: Pilot[Any], stage: Stage) -> None:
    await to_what_it_is_for(pilot, stage)
    await press(pilot, "y", "enter")


async def to_the_new_passphrase(pilot: Pilot[Any], stage: Stage) -> None:
    code = reset_passphrase(stage.ports, student_id="ana@example.org", actor="os:admin")
    await press(pilot, "o", "enter")
    await write(pilot, "ana@example.org")
    await pilot.press("enter")
    await write(pilot, code.shown)
    await press(pilot, "enter")


async def to_the_odd_licence(pilot: Pilot[Any], stage: Stage) -> None:
    await press(pilot, "o", "down", "enter")
    for text in ("Bea", "bea@example.org", "FL:12345", "long enough words", "long enough words"):
        await write(pilot, text)
        await pilot.press("tab")
    await press(pilot, "ctrl+s")


async def at_home(pilot: Pilot[Any], stage: Stage) -> None:
    await settle(pilot)


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize(
    "way",
    [at_home, to_the_code, to_what_it_is_for, to_the_briefing, to_the_new_passphrase, to_the_odd_licence],
    ids=lambda way: way.__name__,
)
def test_pictures(still: Stage, snap_compare: Compare, way: Way, size: tuple[int, int]) -> None:
    app = app_of(still)

    async def run_before(pilot: Pilot[Any]) -> None:
        await settle(pilot)
        await way(pilot, still)

    assert snap_compare(app, terminal_size=size, run_before=run_before)


async def test_a_licence_that_looks_mistyped_is_told_beside_the_printed_name_and_kept(stage: Stage) -> None:
    stage.ports = replace(stage.ports, boards=BoardFiles(CERTIFICATES / "boards"))
    stage.house._fakes = stage.ports
    async with stage.open() as pilot:
        await press(pilot, "down", "enter")
        for text in ("Bea", "bea@example.org", "FL:12345", "long enough words", "long enough words"):
            await write(pilot, text)
            await pilot.press("tab")
        await press(pilot, "ctrl+s")
        assert "▲ FL:12345 does not look like a licence of FL, such as MA12345." in said(pilot)
        await press(pilot, "y")
        assert "Welcome, Bea." in said(pilot)
