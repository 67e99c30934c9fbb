"""The review queue in the office: what waits, what helps to decide it, and the decision."""

from __future__ import annotations

import pytest

from cequiz.domain.people.staff import Role
from cequiz.frontends.tui.office.app import OfficeApp
from cequiz.frontends.tui.office.challenge_view import ChallengeScreen
from cequiz.frontends.tui.office.challenges import ChallengesScreen
from cequiz.frontends.tui.office.home import OfficeHomeScreen
from cequiz.services import queueing
from tests.frontends.tui.office import bank_scenes, live_scenes
from tests.frontends.tui.office.stage import OfficeStage
from tests.frontends.tui.stage import notes, press, said, settle, write


@pytest.fixture
def filled(empty_office: OfficeStage) -> OfficeStage:
    bank_scenes.set_up(empty_office)
    return empty_office


async def test_what_waits_is_listed_and_filtered(filled: OfficeStage) -> None:
    async with filled.enter(Role.ADMINISTRATOR, "h", size=(120, 40)) as pilot:
        text = said(pilot)
        assert text.count("⚑ challenge") == 2
        assert "abduction for adduction" in text
        await press(pilot, "v")
        assert "near miss" not in said(pilot)
        await press(pilot, "v")
        assert said(pilot).count("▲ near miss") == 2  # the row, and the title
        await press(pilot, "v")
        assert "Nothing waits for a decision." in said(pilot)
        await press(pilot, "v", "/")
        await write(pilot, "adduct")
        screen = pilot.app.screen
        assert isinstance(screen, ChallengesScreen)
        assert screen.list.total == 1


async def test_a_challenge_shows_the_question_as_it_was_drawn_and_what_was_answered(filled: OfficeStage) -> None:
    async with filled.enter(Role.ADMINISTRATOR, "h", "end", "enter", size=(120, 40)) as pilot:
        text = said(pilot)
        assert "Ana Souza" in text
        assert "Source: Moore, p. 1016" in text
        assert "sample/d1-1 · 1 ·" in text  # version 1, although 2 is in use
        assert "What was answered\nObturator nerve within the obturator canal" in text.replace("  ", "")
        assert (
            "Sciatic nerve beneath the piriformis muscle, or through it where it divides early   (right answer)" in text
        )
        assert "Obturator nerve within the obturator canal   (was answered)" in text
        assert "Drawn 2 times." in text
        await press(pilot, "i")
        assert "d1-1 · sample 2" in said(pilot)


async def test_declining_asks_for_a_note_and_leaves_the_list(filled: OfficeStage) -> None:
    async with filled.enter(Role.ADMINISTRATOR, "h", "enter", "d") as pilot:
        await press(pilot, "enter")
        assert "Type something first." in said(pilot)
        await write(pilot, "the source says otherwise")
        await press(pilot, "enter")
        assert "✗ declined" in said(pilot)
        await press(pilot, "escape")
        assert len(queueing.entries(filled.ports)) == 2
        await press(pilot, "d")
        assert "decided too" in said(pilot)
    (decided,) = [one for one in queueing.entries(filled.ports, open_only=False) if one.decision]
    assert decided.decision is not None
    assert decided.decision.note == "the source says otherwise"
    assert decided.decision.actor == filled.staff().actor


async def test_accepting_offers_the_change_of_the_key(filled: OfficeStage) -> None:
    async with filled.enter(Role.ADMINISTRATOR, "h", "enter", "a") as pilot:
        await write(pilot, "both are right")
        await press(pilot, "enter")
        assert "Change the key now?" in said(pilot)
        await press(pilot, "n")
        assert "✓ accepted" in said(pilot)


async def test_an_auditor_reads_a_challenge_and_decides_nothing(filled: OfficeStage) -> None:
    async with filled.enter(Role.AUDITOR, "h", "enter") as pilot:
        await press(pilot, "a", "d", "k")
        assert "Note" not in said(pilot)
        assert "accept" not in said(pilot)
    assert len(queueing.entries(filled.ports)) == 3


async def test_the_key_change_opens_from_a_challenge_and_from_a_question(filled: OfficeStage) -> None:
    async with filled.enter(Role.ADMINISTRATOR, "h", "end", "enter", "a") as pilot:
        await write(pilot, "both are right")
        await press(pilot, "enter", "y")
        assert "Change a key" in said(pilot)
        assert "d1-1" in said(pilot)
        await press(pilot, "escape", "i", "k")
        assert "Change a key" in said(pilot)


async def test_a_proctor_reads_no_answer_of_somebody_who_disputes_a_question(filled: OfficeStage) -> None:
    (entry, *_) = queueing.entries(filled.ports)
    async with filled.enter(Role.PROCTOR, "h") as pilot:
        assert isinstance(pilot.app.screen, OfficeHomeScreen)
        app = pilot.app
        assert isinstance(app, OfficeApp)
        await app.push_screen(ChallengeScreen(app.desk, entry.id))
        await settle(pilot)
        assert "does not allow that" in notes(pilot)
        assert "answered" not in said(pilot)


async def test_the_time_of_an_outage_is_given_back_from_its_entry(empty_office: OfficeStage) -> None:
    live_scenes.set_up(empty_office)
    async with empty_office.enter(Role.ADMINISTRATOR, "h", "v", "v", "v", "enter") as pilot:
        assert "Not given back: " in said(pilot)
        await press(pilot, "g")
        await write(pilot, "power cut")
        await press(pilot, "enter")
        assert "✓ accepted" in said(pilot)
    (outage,) = [
        one for one in queueing.entries(empty_office.ports, open_only=False) if one.kind is queueing.Kind.OUTAGE
    ]
    assert outage.decision is not None
    assert outage.decision.actor == empty_office.staff().actor
