"""A stage for the office: somebody of each role, and an app that they have signed in to."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC
from typing import Any, TypeVar

from textual.pilot import Pilot

from cequiz.domain.people.staff import Right, Role, Staff
from cequiz.frontends.tui.office.app import OfficeApp
from cequiz.frontends.tui.office.desk import OfficeDesk
from cequiz.frontends.tui.widgets.page import Cells
from cequiz.services import admitting
from cequiz.services.ports import Ports
from tests.frontends.tui.stage import PASSPHRASE, Stage, settle

T = TypeVar("T")

NAMES = {Role.ADMINISTRATOR: "Ada Office", Role.PROCTOR: "Paul Watch", Role.AUDITOR: "Alma Reader"}


class StageOfficeDesk(OfficeDesk):
    """A desk whose pages are grey paper, and at which looks can be held back with what they have read."""

    gate: asyncio.Event | None = None
    """What looks that begin now wait for before they answer; None lets them through."""
    held = 0
    """How many looks have waited at a gate."""
    looks = 0
    """How many looks have begun."""

    async def look(self, work: Callable[[Ports], T], *, right: Right = Right.READ) -> T:
        """Read, and answer once the way is free."""
        self.looks += 1
        gate, found = self.gate, await super().look(work, right=right)
        if gate is not None:
            self.held += 1
            await gate.wait()
        return found

    async def draw_page(self, pdf: bytes, columns: int, rows: int) -> Cells:
        """Return grey paper."""
        return [[("▀", (120, 120, 120), (130, 130, 130))] * columns] * rows


class OfficeStage(Stage):
    """Everything a test of the office needs."""

    def staff(self, role: Role = Role.ADMINISTRATOR) -> Staff:
        """Return somebody of this role, taken in if need be."""
        with self.store.read() as unit:
            found = unit.staff.by_name(NAMES[role])
        return found or admitting.create(self.ports, name=NAMES[role], role=role, passphrase=PASSPHRASE, actor="test")

    def office(self, role: Role | None = Role.ADMINISTRATOR) -> OfficeApp:
        """Return the office's app, with times in UTC; None for nobody who has signed in."""
        app = OfficeApp(self.house, zone=UTC)
        app.desk = StageOfficeDesk(self.house, zone=UTC)
        app.animation_level = "none"
        if role is not None:
            app.desk.take_seat(self.staff(role))
        return app

    @asynccontextmanager
    async def enter(
        self, role: Role | None = Role.ADMINISTRATOR, *keys: str, size: tuple[int, int] = (80, 24)
    ) -> AsyncIterator[Pilot[Any]]:
        """Run the office, wait until its first screen is complete, and press keys, such as the letter of a section."""
        async with self.office(role).run_test(size=size) as pilot:
            await settle(pilot)
            for key in keys:
                await pilot.press(key)
                await settle(pilot)
            yield pilot
