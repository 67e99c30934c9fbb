"""Screens that show statistics: they are shown as they were counted last, and counted on behind the screen."""

from __future__ import annotations

from abc import abstractmethod
from typing import TypeVar

from cequiz.frontends.tui.office.desk import OfficeDesk
from cequiz.frontends.tui.office.screen import OfficeScreen
from cequiz.services import tallying
from cequiz.services.ports import Ports

R = TypeVar("R")

_LOOK = 0.5
"""Seconds between two looks at how far the counting is."""


class CountingScreen(OfficeScreen[R]):
    """A subclass says how it shows what was counted since."""

    def __init__(self, desk: OfficeDesk) -> None:
        super().__init__(desk)
        self._closed = False
        self._far = (0, 0)

    def on_mount(self) -> None:
        """Begin to count."""
        super().on_mount()
        self.set_interval(_LOOK, self._look)
        self.attend(self._count, group="count")

    def on_unmount(self) -> None:
        """Stop counting; what was counted stays counted."""
        self._closed = True

    async def _count(self) -> None:
        def work(ports: Ports) -> int:
            return tallying.catch_up(ports, progress=self._tell_far, stop=lambda: self._closed)

        done = await self.desk.look(work)
        self._far = (0, 0)
        if done:
            self.counted()

    def _tell_far(self, done: int, of: int) -> None:
        self._far = (done, of)

    def _look(self) -> None:
        done, of = self._far
        if of > done:
            self.counting(done, of)

    def counting(self, done: int, of: int) -> None:
        """Say how far it is; the rest is counted while somebody reads."""

    @abstractmethod
    def counted(self) -> None:
        """Show the statistics anew."""
