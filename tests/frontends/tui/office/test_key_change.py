"""Changing a key in the office: what is shown is what is done, and a second person decides where the house says so."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from cequiz.domain.people.staff import Role
from cequiz.frontends.tui.office.app import OfficeApp
from cequiz.frontends.tui.office.key_change import KeyChangeScreen
from cequiz.services import proposing, rekeying
from tests import samples
from tests.frontends.tui.office import key_scenes
from tests.frontends.tui.office.key_scenes import Act
from tests.frontends.tui.office.stage import OfficeStage
from tests.frontends.tui.stage import press, said, settle, write
from tests.services.earned import deeds

SIZES = [(60, 20), (80, 24), (120, 40)]


@pytest.fixture
def office(tmp_path: Path) -> OfficeStage:
    made = OfficeStage(tmp_path)
    key_scenes.set_up(made)
    return made


async def give_reason(pilot: Pilot[Any], key: str, reason: str) -> None:
    await press(pilot, key)
    await write(pilot, reason)
    await press(pilot, "enter")


async def test_a_key_is_changed_after_a_look_at_what_it_would_do(office: OfficeStage) -> None:
    async with office.enter() as pilot:
        await key_scenes.foreseen(office, pilot)
        shown = said(pilot)
        assert "key B -> C" in shown
        assert "New bank version: small 1.1" in shown
        assert "Bela Lugosi" in shown
        assert "bank.key_changed" not in deeds(office.ports), "looking changes nothing"
        await give_reason(pilot, "a", "The textbook changed")
    assert rekeying.newest(office.ports, "small").version == "1.1"
    assert deeds(office.ports).count("score.remarked") == 2, "Carl keeps his pass, Dora was wrong either way"
    assert deeds(office.ports)[-4:].count("certificate.issued") == 2, "Bela's, and the correction of Ana's"


async def test_a_mistyped_key_is_refused_in_the_form(office: OfficeStage) -> None:
    async with office.enter() as pilot:
        await key_scenes.form(office, pilot)
        await press(pilot, "tab")
        await write(pilot, "z")
        await press(pilot, "ctrl+s")
        assert "There is no option z." in said(pilot)


async def test_an_item_that_an_exam_needs_cannot_be_dropped(office: OfficeStage) -> None:
    async with office.enter() as pilot:
        await key_scenes.form(office, pilot)
        await press(pilot, "right", "ctrl+s")
        assert "could not be drawn" in said(pilot)


async def test_the_proposer_cannot_approve_but_another_administrator_can(office: OfficeStage) -> None:
    key_scenes.ask_for_two(office)
    key_scenes.propose(office, actor=office.staff().actor)
    async with office.enter(Role.ADMINISTRATOR, "k", "enter") as pilot:
        await press(pilot, "a")
        assert "Approve the change?" not in said(pilot), "it is one's own"
    (waiting,) = proposing.proposals(office.ports)
    assert waiting.state == "waiting"


async def test_another_person_approves_what_is_shown(office: OfficeStage) -> None:
    key_scenes.ask_for_two(office)
    key_scenes.propose(office)
    async with office.enter(Role.ADMINISTRATOR, "k", "enter") as pilot:
        assert "The textbook changed" in said(pilot)
        await give_reason(pilot, "a", "Checked with the book")
        assert "Nothing waits" in said(pilot)
    (done,) = proposing.proposals(office.ports)
    assert (done.state, done.note) == ("applied", "Checked with the book")


async def test_a_proposal_is_declined_with_a_reason(office: OfficeStage) -> None:
    key_scenes.ask_for_two(office)
    key_scenes.propose(office)
    async with office.enter(Role.ADMINISTRATOR, "k", "enter") as pilot:
        await give_reason(pilot, "d", "The book says B")
        await press(pilot, "d", "enter")
        assert "The book says B" in said(pilot), "what was decided can be looked up"
    assert proposing.proposals(office.ports)[0].state == "declined"


async def test_what_has_changed_since_is_proposed_anew_instead_of_approved(office: OfficeStage) -> None:
    key_scenes.ask_for_two(office)
    key_scenes.propose(office)
    late = office.student("Late Comer", email="late@example.org")
    sitting = office.start(late)
    sitting.answer(sitting.attempt.form.items[0].key, {"choice": "b"})
    sitting.submit()
    async with office.enter(Role.ADMINISTRATOR, "k", "enter") as pilot:
        assert "Something has happened since it was proposed" in said(pilot)
        await press(pilot, "a")
        assert "Approve the change?" not in said(pilot)
        await give_reason(pilot, "p", "One more attempt")
    (again,) = proposing.proposals(office.ports)
    assert (again.state, again.reason, again.proposer) == ("waiting", "One more attempt", office.staff().actor)


async def test_an_auditor_sees_what_waits_and_decides_nothing(office: OfficeStage) -> None:
    key_scenes.ask_for_two(office)
    key_scenes.propose(office)
    async with office.enter(Role.AUDITOR, "k", "enter") as pilot:
        await press(pilot, "a", "d", "p")
        assert "key B -> C" in said(pilot)
    assert proposing.proposals(office.ports)[0].state == "waiting"


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("act", key_scenes.EVERY, ids=lambda act: act.__name__)
def test_pictures(snap_compare: Callable[..., bool], tmp_path: Path, act: Act, size: tuple[int, int]) -> None:
    office = OfficeStage(tmp_path)
    key_scenes.set_up(office)

    async def run_before(pilot: Pilot[Any]) -> None:
        await settle(pilot)
        await act(office, pilot)
        await settle(pilot)

    assert snap_compare(office.office(), terminal_size=size, run_before=run_before)


async def test_the_refusal_of_a_wrong_key_is_read_whole_in_the_smallest_window(empty_office: OfficeStage) -> None:
    """If this fails, the line that says which letters there are lies below the edge of the window."""
    empty_office.load(bank=samples.bank(), course=samples.course())
    async with empty_office.enter(size=(60, 20)) as pilot:
        app = pilot.app
        assert isinstance(app, OfficeApp)
        await app.push_screen(KeyChangeScreen(app.desk, samples.bank().id, "q-matching"))
        await settle(pilot)
        await press(pilot, "tab")
        await write(pilot, "zz yy")
        await press(pilot, "ctrl+s")
        words, form = app.screen.query_one("#refusal"), app.screen.query_one(".form")
        assert words.region.height > 1
        assert form.region.contains_region(words.region)


async def test_where_a_second_person_approves_the_question_says_that_nothing_changes_yet(
    empty_office: OfficeStage,
) -> None:
    key_scenes.set_up(empty_office)
    key_scenes.ask_for_two(empty_office)
    async with empty_office.enter(size=(80, 24)) as pilot:
        await key_scenes.foreseen(empty_office, pilot)
        await press(pilot, "a")
        assert "Propose the change of the key?" in said(pilot)
        assert "nothing is changed before another one approves it" in said(pilot)
        assert "Change it" not in said(pilot)
