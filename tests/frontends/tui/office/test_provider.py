"""The provider on the screen: facts, pictures, keys and approvals, and that only an administrator changes them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from cequiz.domain.credential.look import Look
from cequiz.domain.credential.proof import PublicKey
from cequiz.domain.people.staff import Role
from cequiz.services import providing
from cequiz.services.loading import load
from tests.builders import course
from tests.fakes import FakeNotary
from tests.frontends.tui.office.stage import OfficeStage
from tests.frontends.tui.stage import StageHouse, notes, press, said, settle, write
from tests.papers import SCHOOL
from tests.services.earned import audit, set_school
from tests.services.test_providing import png

Compare = Callable[..., bool]

SIZES = [(60, 20), (80, 24), (120, 40)]


APPROVAL = {
    "board": "NCBTMB",
    "provider_number": "451234-11",
    "course_number": "CE-778",
    "title": "Sample Course",
    "hours": "16",
    "from": "2026-01-01",
    "to": "2026-12-31",
}


class Keyring(FakeNotary):
    """A notary that has as many keys as were made."""

    def __init__(self) -> None:
        super().__init__()
        self._made = [PublicKey(id="aaaa000011112222", public="00" * 32, made_at="2026-01-05T08:00:00Z")]

    def keys(self) -> tuple[PublicKey, ...]:
        """Return all of them, the one in use last."""
        return tuple(self._made)

    def rotate(self, *, at: datetime, passphrase: str | None = None) -> PublicKey:
        """Retire the last one, and make another."""
        day = at.isoformat()
        self._made[-1] = replace(self._made[-1], retired_at=day)
        self._made.append(PublicKey(id="bbbb333344445555", public="11" * 32, made_at=day))
        return self._made[-1]


def with_keyring(office: OfficeStage) -> None:
    """Give the office keys that can be replaced."""
    office.ports = replace(office.ports, notary=Keyring())
    office.house = StageHouse(office.ports, office.house.settings.home)


async def answer(pilot: Pilot[Any], text: str) -> None:
    """Type an answer and send it."""
    await write(pilot, text)
    await press(pilot, "enter")


def put(pilot: Pilot[Any], **fields: str) -> None:
    """Put texts into the fields of a form."""
    for name, text in fields.items():
        pilot.app.screen.query_one(f"#{name}", Input).value = text


async def test_facts_pictures_keys_and_approvals_are_on_one_page(office: OfficeStage) -> None:
    set_school(office.ports, replace(SCHOOL, look=Look(logo=png(30, 20))))
    load(office.ports, courses=[course(version="2", approvals=[APPROVAL])], actor="test")
    async with office.enter(Role.AUDITOR, "v", size=(120, 60)) as pilot:
        told = said(pilot)
        assert SCHOOL.name in told and SCHOOL.time_zone in told and SCHOOL.administrator.name in told
        assert "logo: ✓ 30 × 20 pixels, 1 KB" in told and "signature of the instructor: the name is drawn" in told
        assert "0123456789abcdef: signs since 2026-01-01" in told
        assert "NCBTMB · 451234-11 / CE-778 · course@2 · 2026-01-01 to 2026-12-31" in told


async def test_an_auditor_reads_and_changes_nothing(office: OfficeStage) -> None:
    set_school(office.ports)
    async with office.enter(Role.AUDITOR, "v") as pilot:
        for key in "epr":
            await press(pilot, key)
            assert pilot.app.screen.__class__.__name__ == "ProviderScreen"
        assert "Your role, auditor, does not allow this." in notes(pilot)
        assert "edit" not in said(pilot)


async def test_a_house_without_a_provider_sets_one_and_changes_it_later(office: OfficeStage) -> None:
    async with office.enter(Role.ADMINISTRATOR, "v") as pilot:
        assert "No provider is set: every certificate is a SPECIMEN." in said(pilot)
        await press(pilot, "e")
        put(pilot, name="School", contact="a@b.org", address="Tampa", time_zone="Moon/Sea", administrator="Lee")
        put(pilot, reason="we begin")
        await press(pilot, "ctrl+s")
        assert "There is no time zone 'Moon/Sea'." in said(pilot)
        put(pilot, time_zone="America/New_York")
        await press(pilot, "ctrl+s")
        assert "School issues certificates from now on." in notes(pilot)
        await press(pilot, "e")
        assert pilot.app.screen.query_one("#address", Input).value == "Tampa"
        providing.set_picture(office.ports, "logo", png(30, 20), actor="somebody else")
        put(pilot, address="Miami", instructor="Ana", instructor_role="LMT")
        await press(pilot, "ctrl+s")
        assert "A reason is needed" in said(pilot)
        put(pilot, reason="we have moved")
        await press(pilot, "ctrl+s")
    found = providing.provider(office.ports)
    assert found is not None
    assert (found.address, found.instructor and found.instructor.role) == ("Miami", "LMT")
    assert found.look.logo == png(30, 20)
    record = audit(office.ports)[-1]
    assert (record.actor, record.details["reason"]) == (office.staff().actor, "we have moved")


async def test_a_logo_is_set_from_a_file_and_taken_away_in_so_many_words(office: OfficeStage, tmp_path: Path) -> None:
    set_school(office.ports)
    (tmp_path / "logo.png").write_bytes(png(30, 20))
    (tmp_path / "empty.png").write_bytes(b"")
    async with office.enter(Role.ADMINISTRATOR, "v", "p") as pilot:
        put(pilot, file=str(tmp_path / "empty.png"), reason="a new logo")
        await press(pilot, "ctrl+s")
        assert "The picture is empty." in said(pilot)
        put(pilot, file="")
        await press(pilot, "ctrl+s")
        assert "Type something first." in said(pilot)
        put(pilot, file=str(tmp_path / "logo.png"))
        await press(pilot, "ctrl+s")
        assert "Set: logo." in notes(pilot)
        assert "30 × 20 pixels" in said(pilot)
        await press(pilot, "p", "tab", "right")
        put(pilot, file="logo.png", reason="the old logo")
        await press(pilot, "ctrl+s")
        assert "leave the file empty" in said(pilot)
        put(pilot, file="")
        await press(pilot, "ctrl+s")
        assert "Taken away: logo." in notes(pilot)
        await press(pilot, "p", "tab", "right")
        put(pilot, reason="the old logo")
        await press(pilot, "ctrl+s")
        assert "There is no such picture." in said(pilot)
    found = providing.provider(office.ports)
    assert found is not None and found.look.logo == b""


async def test_the_key_is_replaced_for_a_reason_that_is_kept(office: OfficeStage) -> None:
    with_keyring(office)
    set_school(office.ports)
    old = office.ports.notary.keys()[-1].id
    async with office.enter(Role.ADMINISTRATOR, "v", "r") as pilot:
        assert f"Replace the key {old}?" in said(pilot)
        await press(pilot, "enter")
        assert "Type something first." in said(pilot)
        await answer(pilot, "the laptop was stolen")
        new = office.ports.notary.keys()[-1].id
        assert f"The key {new} signs from now on." in notes(pilot)
        assert f"{old}: retired on" in said(pilot)
    record = audit(office.ports)[-1]
    assert (record.deed, record.details["reason"], record.details["retired"]) == (
        "key.rotated",
        "the laptop was stolen",
        old,
    )


@pytest.mark.parametrize(
    ("until", "words"),
    [("2026-11-21", "over"), ("2026-11-22", "ends in 0 days"), ("2026-11-23", "ends in 1 day"), ("2030-01-01", "")],
)
async def test_an_approval_that_ends_soon_or_has_ended_is_pointed_out(
    office: OfficeStage, until: str, words: str
) -> None:
    set_school(office.ports)
    approved = course(version="2", approvals=[{**APPROVAL, "to": until}])
    load(office.ports, courses=[approved], actor="test")
    async with office.enter(Role.AUDITOR, "v", size=(120, 60)) as pilot:
        (line,) = (one for one in said(pilot).splitlines() if "course@2" in one)
        assert line.rstrip().endswith(f" · {words}" if words else until)


@pytest.fixture
def still(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> OfficeStage:
    """Return a stage whose files have the same short paths everywhere."""
    monkeypatch.chdir(tmp_path)
    stage = OfficeStage(Path())
    stage.load()
    with_keyring(stage)
    stage.ports.notary.rotate(at=stage.clock.read().wall)
    load(stage.ports, courses=[course(version="2", approvals=[APPROVAL])], actor="test")
    set_school(stage.ports, replace(SCHOOL, look=Look(logo=png(30, 20))))
    return stage


PICTURES = {"page": ("v",), "facts": ("v", "e"), "pictures": ("v", "p"), "rotate": ("v", "r")}


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("name", PICTURES)
def test_at_every_size(still: OfficeStage, snap_compare: Compare, name: str, size: tuple[int, int]) -> None:
    async def run_before(pilot: Pilot[Any]) -> None:
        await settle(pilot)
        await press(pilot, *PICTURES[name])

    assert snap_compare(still.office(), terminal_size=size, run_before=run_before)
