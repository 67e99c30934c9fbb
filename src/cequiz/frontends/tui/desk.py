"""What every screen shares: the house, who sits here, and the two ways to work outside the UI's loop.

Reads may run side by side. Everything that writes goes through one thread, in the order in which it was asked for,
and is not cancelled when the screen that asked for it goes away.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from datetime import tzinfo
from typing import TYPE_CHECKING, TypeVar

from cequiz.errors import NotFound, WrongState

if TYPE_CHECKING:
    from cequiz.bootstrap import House
    from cequiz.domain.people.student import Student
    from cequiz.frontends.tui.widgets.page import Cells
    from cequiz.services.ports import Ports
    from cequiz.services.reporting import Home
    from cequiz.services.sitting import Sitting

T = TypeVar("T")


class Desk:
    """Where one person sits: shared by the screens of one app."""

    def __init__(self, house: House, *, zone: tzinfo | None = None) -> None:
        self.house = house
        self.zone = zone
        """The zone that times are shown in; None for the machine's own."""
        self.student: Student | None = None
        self.actor = house.settings.actor
        """Who is named in the records: the student who signed in, else the operating-system user."""
        self.sitting: Sitting | None = None
        """The exam that is open at this desk."""
        self.exit_code = 0
        self._writer = ThreadPoolExecutor(max_workers=1, thread_name_prefix="cequiz-writer")

    def sign_in(self, student: Student) -> None:
        """Seat a student who has shown who they are."""
        self.student = student
        self.actor = f"student:{student.id}"

    def sign_out(self) -> None:
        """Free the desk."""
        self.student = None
        self.actor = self.house.settings.actor

    async def read(self, work: Callable[[Ports], T]) -> T:
        """Run a read in a thread and return what it returns."""
        return await asyncio.to_thread(lambda: work(self.house.ports()))

    async def write(self, work: Callable[[Ports], T]) -> T:
        """Run a deed in the writing thread and return what it returns; it runs even if nobody waits any more."""
        return await asyncio.wrap_future(self.submit(lambda: work(self.house.ports())))

    def submit(self, work: Callable[[], T]) -> Future[T]:
        """Queue a deed for the writing thread; it speaks the language of whoever asked."""
        return self._writer.submit(copy_context().run, work)

    async def draw_page(self, pdf: bytes, columns: int, rows: int) -> Cells:
        """Turn a PDF into cells of a terminal; in the writing thread, because the PDF library bears one at a time."""

        def work() -> Cells:
            from cequiz.bootstrap import preview  # noqa: PLC0415 - only where there is a page to look at

            return preview(pdf, columns, rows)

        return await asyncio.wrap_future(self.submit(work))

    async def home(self) -> Home:
        """Return the home screen, by the quick look where the store allows it."""
        return await asyncio.to_thread(self._home)

    def _home(self) -> Home:
        from cequiz.services.reporting import home  # noqa: PLC0415 - loaded after the first paint

        student_id = self.student.id if self.student else None
        quick = self.house.glance()
        if quick is not None:
            try:
                return home(quick, self.house.clock, student_id=student_id)
            except (NotFound, WrongState):
                pass  # a store that must be made or migrated first, which opening it does
        return home(self.house.ports().store, self.house.clock, student_id=student_id)

    async def idle(self) -> None:
        """Wait until every deed that was asked for so far is done."""
        await asyncio.wrap_future(self.submit(lambda: None))

    def close(self) -> None:
        """Finish what is queued and stop the writing thread."""
        self._writer.shutdown(wait=True)
