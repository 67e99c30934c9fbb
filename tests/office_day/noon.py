"""Noon: students sit, a proctor looks after them, and an auditor looks on."""

from __future__ import annotations

import pytest

from cequiz.domain.exam.attempt import Status
from cequiz.domain.people.staff import Right
from cequiz.errors import AttemptHeld, NotAllowed
from cequiz.frontends.tui.office.app import OfficeApp
from tests.frontends.tui.stage import press
from tests.office_day.house import (
    ALMA,
    MINUTE,
    PAUL,
    SECOND,
    Day,
    answer,
    reply,
    search,
    shows,
)


def two_students_sit(day: Day) -> None:
    for name in ("ana", "carl"):
        sitting = day.sittings[name] = day.school.sit(f"{name}@example.org")
        drawn = {item.bank_version for item in sitting.attempt.form.items}
        assert drawn == {"2026.1"}, "the retired version must not be drawn"
    day.school.clock.advance(MINUTE)
    answer(day.sittings["ana"])


async def the_proctor_looks_after_them(day: Day) -> None:
    school, ana, carl = day.school, day.sittings["ana"], day.sittings["carl"]
    async with school.office(PAUL, "l") as pilot:
        shows(pilot, "2 exams in progress", "Ana Souza", "4/4", "Carl Novak", "0/4", "connected")
        await press(pilot, "n")
        shows(pilot, "by name")
        await press(pilot, "home", "t")
        await reply(pilot, "10m")
        await reply(pilot, "late bus")
        await press(pilot, "s")
        await reply(pilot, "fire alarm")
        assert ana.refresh()
        assert ana.held is not None
        assert ana.held.reason == "fire alarm"
        school.clock.advance(SECOND)
        with pytest.raises(AttemptHeld):
            ana.flag(ana.attempt.form.items[0].key)
        school.clock.advance(3 * MINUTE - SECOND)
        for sitting in (ana, carl):
            sitting.beat()
        await press(pilot, "r")
        await reply(pilot, "all clear")
        await press(pilot, "m")
        await reply(pilot, "The room closes at five.")
        await press(pilot, "end", "v")
        await reply(pilot, "sat by somebody else")
        shows(pilot, "1 exam in progress")
    assert ana.refresh()
    assert [one.text for one in ana.attempt.messages] == ["The room closes at five."]
    assert ana.time_left() == 19 * MINUTE, "ten minutes, one that passed, ten more; the alarm took none"
    assert school.attempt(carl.attempt.id).status is Status.VOIDED
    board = school.document("attempt", "board")
    assert [one["name"] for one in board] == ["Ana Souza"]


async def the_student_reads_the_message(day: Day) -> None:
    async with day.school.at_home("ana@example.org") as pilot:
        shows(pilot, "The Neck by Hand")
        await press(pilot, "enter", "y")
        shows(pilot, "The room closes at five.")


async def the_auditor_changes_nothing(day: Day) -> None:
    before = day.school.audit()
    keys = {
        "b": ("x", "i"),
        "h": ("a", "d"),
        "k": ("a", "d"),
        "s": ("a", "i"),
        "n": ("n", "w"),
        "l": ("t", "s", "r", "m", "a", "f", "g", "v"),
        "c": ("i", "a", "b"),
        "t": ("h", "l", "p", "P"),
        "a": (),
        "f": ("a", "r", "p", "l"),
        "w": ("b", "r"),
    }
    async with day.school.office(ALMA) as pilot:
        app = pilot.app
        assert isinstance(app, OfficeApp)
        for right in (Right.PROCTOR, Right.ADMINISTER):
            with pytest.raises(NotAllowed):
                await app.desk.do(right, lambda ports, actor: None)
        for door, deeds in keys.items():
            await press(pilot, door)
            screen = pilot.app.screen
            shows(pilot, f"{ALMA} · auditor")
            for key in deeds:
                await press(pilot, key)
                assert pilot.app.screen is screen, (door, key)
            await press(pilot, "escape")
        await press(pilot, "s")
        await search(pilot, "ana@")
        await press(pilot, "enter")
        shows(pilot, "ana@example.org", "FL:MA12345")
        file = pilot.app.screen
        await press(pilot, "c", "e", "w", "m", "p")
        assert pilot.app.screen is file
    assert [one for one in day.school.audit()[len(before) :] if not one.deed.startswith("staff.")] == []
