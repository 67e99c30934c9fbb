"""Banks and courses in the office: what is loaded, what is known of it, and taking versions out of use."""

from __future__ import annotations

import pytest
from textual.pilot import Pilot

from cequiz.domain.people.staff import Right, Role
from cequiz.errors import NotAllowed
from cequiz.frontends.tui.office.app import OfficeApp
from cequiz.frontends.tui.office.bank_view import BankScreen
from cequiz.frontends.tui.office.banks import BanksScreen
from cequiz.frontends.tui.office.challenges import ChallengesScreen
from cequiz.frontends.tui.office.item_page import ItemScreen
from cequiz.frontends.tui.office.key_change import ProposalsScreen
from cequiz.frontends.tui.office.screen import OfficeScreen
from cequiz.services import retiring
from cequiz.services.retiring import Kind
from tests import samples
from tests.frontends.tui.office import bank_scenes
from tests.frontends.tui.office.stage import OfficeStage
from tests.frontends.tui.stage import notes, press, said, settle, write


@pytest.fixture
def filled(empty_office: OfficeStage) -> OfficeStage:
    bank_scenes.set_up(empty_office)
    return empty_office


async def test_every_version_is_listed_with_what_is_in_use(filled: OfficeStage) -> None:
    async with filled.enter(Role.ADMINISTRATOR, "b", size=(120, 40)) as pilot:
        lines = said(pilot).splitlines()
        assert any("sample" in line and "2" in line and "✓ in use" in line and "✓22  ○1  ✗1" in line for line in lines)
        assert any("sample" in line and "· not in use" in line for line in lines)
        assert any("Course" in line and "16 CE hours" in line for line in lines)
        await press(pilot, "/")
        await write(pilot, "orthopedic")
        await press(pilot, "enter")
        assert "sample" not in said(pilot)


async def test_a_version_is_retired_with_a_reason_and_taken_back(filled: OfficeStage) -> None:
    async with filled.enter(Role.ADMINISTRATOR, "b", "down", "x") as pilot:
        assert "Retire sample@2" in said(pilot)
        await write(pilot, "wrong key")
        await press(pilot, "enter")
        assert "✓ sample@2 is retired." in notes(pilot)
        assert "✗ retired" in said(pilot)
        assert retiring.retired(filled.ports, Kind.BANK) == {("sample", "2")}
        await press(pilot, "i")
        await write(pilot, "mended")
        await press(pilot, "enter")
        assert retiring.retired(filled.ports, Kind.BANK) == frozenset()
    with filled.store.read() as unit:
        deeds = [(one.deed, one.details["reason"], one.actor) for one in unit.audit.all() if "bank.re" in one.deed]
    actor = filled.staff().actor
    assert deeds == [("bank.retired", "wrong key", actor), ("bank.reinstated", "mended", actor)]


async def test_what_cannot_be_retired_is_told_and_nothing_changes(filled: OfficeStage) -> None:
    async with filled.enter(Role.ADMINISTRATOR, "b", "down", "i") as pilot:
        await write(pilot, "why not")
        await press(pilot, "enter")
        assert "sample@2 is in use." in notes(pilot)


async def test_an_auditor_looks_and_changes_nothing(filled: OfficeStage) -> None:
    async with filled.enter(Role.AUDITOR, "b", "down") as pilot:
        assert "retire" not in said(pilot)
        await press(pilot, "x")
        assert "Your role, auditor, does not allow this." in notes(pilot)
        screen = pilot.app.screen
        assert isinstance(screen, BanksScreen)
        with pytest.raises(NotAllowed):
            await screen.desk.do(Right.ADMINISTER, lambda ports, actor: None)
        await press(pilot, "enter", "enter")
        assert isinstance(pilot.app.screen, ItemScreen)
        assert "change key" not in said(pilot)


@pytest.mark.parametrize("screen", [BanksScreen, ProposalsScreen, ChallengesScreen])
async def test_a_proctor_reads_no_question_where_a_screen_of_them_was_reached(
    filled: OfficeStage, screen: type[OfficeScreen[None]]
) -> None:
    async with filled.enter(Role.PROCTOR) as pilot:
        app = pilot.app
        assert isinstance(app, OfficeApp)
        await app.push_screen(screen(app.desk))
        await settle(pilot)
        assert "does not allow that" in notes(pilot)
        assert "sample" not in said(pilot)
        await app.push_screen(ItemScreen(app.desk, ["sample/d1-1"]))
        await settle(pilot)
        assert "right answer" not in said(pilot)


async def test_questions_are_filtered_by_review_objective_and_words(filled: OfficeStage) -> None:
    async with filled.enter(Role.ADMINISTRATOR, "b", "down", "enter") as pilot:
        assert shown(pilot) == 24
        await press(pilot, "v")
        assert shown(pilot) == 22
        await press(pilot, "v", "v")
        assert "Review: ○ draft" in said(pilot)
        assert shown(pilot) == 1
        await press(pilot, "v", "v", "o")
        assert "Objective: D1 Clinical reasoning and safety" in said(pilot)
        assert shown(pilot) == 12
        await press(pilot, "o", "o", "/")
        await write(pilot, "BUTTOCK pain")
        assert shown(pilot) == 11
        await press(pilot, "enter", "enter", "n")
        assert "d1-3" in said(pilot)  # the neighbour in the list that is left, from which d1-2 is gone


def shown(pilot: Pilot[int]) -> int | None:
    screen = pilot.app.screen
    assert isinstance(screen, BankScreen)
    return screen.list.total


async def test_a_question_shows_how_often_each_option_was_chosen(filled: OfficeStage) -> None:
    async with filled.enter(Role.ADMINISTRATOR, "b", "end", "enter", size=(120, 40)) as pilot:
        assert "50 %" in said(pilot)
        await press(pilot, "enter")
        text = said(pilot)
        assert "██████████░░░░░░░░░░  1 (50 %)" in text
        assert "right answer" in text
        assert "Drawn 2 times. Answered 2 times." in text
        assert "key B -> C" in text  # what the next version made of it
        assert "Two of the options are right." in text
        await press(pilot, "n")
        assert "d1-2 · sample 1" in said(pilot)


async def test_a_question_opens_what_waits_about_it(filled: OfficeStage) -> None:
    async with filled.enter(Role.ADMINISTRATOR, "b", "end", "enter", "enter", "h", size=(120, 40)) as pilot:
        assert "Source: Moore, p. 1016" in said(pilot)


async def test_two_versions_are_compared_by_meaning(filled: OfficeStage) -> None:
    async with filled.enter(Role.ADMINISTRATOR, "b", "down", "enter", "d") as pilot:
        text = said(pilot)
        assert "Another answer is right: 1 question" in text
        assert "key B -> C" in text
        assert "review approved -> draft" in text


async def test_a_course_tells_what_its_banks_have(filled: OfficeStage) -> None:
    async with filled.enter(Role.ADMINISTRATOR, "b", "enter", size=(120, 40)) as pilot:
        text = said(pilot)
        assert "D2 needs 8 questions and has 10 approved ones. 2 more may not be drawn." in text
        assert "16 CE hours of 50 minutes · Home study" in text
        await press(pilot, "b")
        assert isinstance(pilot.app.screen, BankScreen)


async def test_how_far_the_counting_is_stands_beside_the_search(filled: OfficeStage) -> None:
    async with filled.enter(Role.AUDITOR, "b", "end", "enter") as pilot:
        screen = pilot.app.screen
        assert isinstance(screen, BankScreen)
        screen.counting(2_000, 200_000)
        await pilot.pause()
        assert "Counting answers: 2,000 of 200,000 exams" in said(pilot)


@pytest.mark.parametrize("place", range(len(samples.bank().items)))
async def test_a_question_of_every_type_can_be_looked_at(empty_office: OfficeStage, place: int) -> None:
    empty_office.load(course=samples.course(), bank=samples.bank())
    question = samples.bank().items[place]
    async with empty_office.enter(Role.AUDITOR, "b", "down", "enter", *["down"] * place, "enter") as pilot:
        text = said(pilot)
        assert f"{question.id} · sample 1" in text
        assert "right answer" in text or "The right order" in text
        assert "It was never drawn in an exam that was marked." in text
        if question.figure is not None:
            await press(pilot, "f")
            assert "A square on the left" in said(pilot)
            assert "Alma Reader" in said(pilot)
