"""Enrolment codes in the office: making one, who came in with it, and taking it back."""

from __future__ import annotations

import pytest
from textual.widgets import Input

from cequiz.domain.people.staff import Role
from cequiz.frontends.tui.office.codes import CodesScreen, MakeCodeScreen
from cequiz.services import coding
from cequiz.services.coding import CodeLine, CodeState
from tests.frontends.tui.office import people_scenes
from tests.frontends.tui.office.stage import OfficeStage
from tests.frontends.tui.stage import notes, press, said, write
from tests.services.earned import audit


@pytest.fixture
def people(empty_office: OfficeStage) -> OfficeStage:
    """Return an office with a few students and codes."""
    people_scenes.set_up(empty_office)
    return empty_office


def noted(office: OfficeStage, note: str) -> CodeLine:
    """Return the code with this note."""
    return next(one for one in coding.codes(office.ports) if one.code.note == note)


async def test_codes_are_listed_with_their_state_and_searched_as_one_types(people: OfficeStage) -> None:
    async with people.enter(Role.ADMINISTRATOR, "n") as pilot:
        assert "✓ valid" in said(pilot)
        assert "✗ withdrawn" in said(pilot)
        assert "0 of 30" in said(pilot)
        await press(pilot, "slash")
        await write(pilot, "website")
        await press(pilot, "enter")
        assert "for the website" in said(pilot)
        assert "November class" not in said(pilot)


async def test_a_code_says_who_came_in_with_it(people: OfficeStage) -> None:
    async with people.enter() as pilot:
        await people_scenes.code(people, pilot)
        assert "Béla Kovács (bela@example.org)" in said(pilot)
        assert "Until: no end" in said(pilot)


async def test_a_code_is_made_with_its_terms_and_shown(people: OfficeStage) -> None:
    async with people.enter(Role.ADMINISTRATOR, "n", "n") as pilot:
        await press(pilot, "tab", "right", "tab")
        await write(pilot, "2027-01-31")
        await pilot.press("tab")
        await write(pilot, "12")
        await pilot.press("tab")
        await write(pilot, "weekend")
        await press(pilot, "enter")
        made = noted(people, "weekend")
        assert made.shown in said(pilot)
        await press(pilot, "enter")
        assert isinstance(pilot.app.screen, CodesScreen)
        assert "weekend" in said(pilot)
    assert (made.code.delivery, made.code.uses, made.code.actor) == ("live", 12, people.staff().actor)
    # The whole of that day, where the provider is.
    assert made.code.valid_until is not None
    assert made.code.valid_until.isoformat() == "2027-02-01T00:00:00-05:00"


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        ("until", "soon", "'soon' is not a date."),
        ("until", "2020-01-01", "That moment is over already."),
        ("uses", "many", "'many' is not a number."),
        ("uses", "0", "A code enrols 1 to"),
    ],
)
async def test_terms_that_cannot_be_are_told_in_the_form(
    people: OfficeStage, field: str, typed: str, words: str
) -> None:
    before = len(coding.codes(people.ports))
    async with people.enter(Role.ADMINISTRATOR, "n", "n") as pilot:
        pilot.app.screen.query_one(f"#{field}", Input).value = typed
        await press(pilot, "ctrl+s")
        assert isinstance(pilot.app.screen, MakeCodeScreen)
        assert words in said(pilot)
    assert len(coding.codes(people.ports)) == before


async def test_a_code_cannot_be_made_before_there_is_a_course(empty_office: OfficeStage) -> None:
    async with empty_office.enter(Role.ADMINISTRATOR, "n", "n", "ctrl+s") as pilot:
        assert "There is nothing to choose from." in said(pilot)
        assert "Load a course first." in said(pilot)


async def test_a_code_is_taken_back_for_a_reason_and_only_once(people: OfficeStage) -> None:
    async with people.enter(Role.ADMINISTRATOR, "n", "slash") as pilot:
        await write(pilot, "website")
        await press(pilot, "enter", "w")
        assert "1 student came in with it and stays enrolled." in said(pilot)
        await write(pilot, "passed on")
        await press(pilot, "enter")
        assert "enrols nobody any more" in notes(pilot)
        assert "✗ withdrawn" in said(pilot)
        assert " w withdraw" not in said(pilot)
    assert noted(people, "for the website").state is CodeState.WITHDRAWN
    record = audit(people.ports)[-1]
    assert (record.deed, record.actor, record.details["reason"]) == (
        "code.withdrawn",
        people.staff().actor,
        "passed on",
    )


@pytest.mark.parametrize("role", [Role.PROCTOR, Role.AUDITOR])
async def test_who_may_only_look_makes_no_code_and_takes_none_back(people: OfficeStage, role: Role) -> None:
    before = coding.codes(people.ports)
    async with people.enter(role, "n") as pilot:
        assert "November class" in said(pilot)
        assert " n new code" not in said(pilot)
        assert " w withdraw" not in said(pilot)
        await press(pilot, "n", "w")
        assert isinstance(pilot.app.screen, CodesScreen)
    assert coding.codes(people.ports) == before
