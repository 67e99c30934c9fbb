"""Pictures of the office's screens about people, at the smallest, the usual and a large size."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from cequiz.domain.people.staff import Role
from tests.frontends.tui.office import people_scenes
from tests.frontends.tui.office.people_scenes import Act
from tests.frontends.tui.office.stage import OfficeStage
from tests.frontends.tui.stage import settle

Compare = Callable[..., bool]

SIZES = [(60, 20), (80, 24), (120, 40)]


@pytest.fixture
def people(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> OfficeStage:
    """Return an office with a few students, whose files have the same short paths everywhere."""
    monkeypatch.chdir(tmp_path)
    found = OfficeStage(Path())
    people_scenes.set_up(found)
    return found


def picture(office: OfficeStage, act: Act) -> Callable[[Pilot[Any]], Any]:
    """Return what leads to the picture."""

    async def run_before(pilot: Pilot[Any]) -> None:
        await settle(pilot)
        await act(office, pilot)
        await settle(pilot)

    return run_before


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("act", people_scenes.EVERY, ids=lambda act: act.__name__)
def test_at_every_size(people: OfficeStage, snap_compare: Compare, act: Act, size: tuple[int, int]) -> None:
    assert snap_compare(people.office(), terminal_size=size, run_before=picture(people, act))


@pytest.mark.parametrize("role", [Role.PROCTOR, Role.AUDITOR])
@pytest.mark.parametrize(
    "act", [people_scenes.students, people_scenes.student, people_scenes.codes], ids=lambda act: act.__name__
)
def test_as_who_may_only_look_sees_it(people: OfficeStage, snap_compare: Compare, act: Act, role: Role) -> None:
    assert snap_compare(people.office(role), terminal_size=(80, 24), run_before=picture(people, act))
