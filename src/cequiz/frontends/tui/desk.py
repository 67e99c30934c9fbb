"""What every screen shares: the house, who sits here, and the two ways to work outside the UI's loop.

Reads may run side by side. Everything that writes goes through one thread, in the order in which it was asked for,
and is not cancelled when the screen that asked for it goes away.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextvars import copy_context
from datetime import tzinfo
from typing import TYPE_CHECKING, Protocol, TypeVar

from cequiz.errors import CequizError, NotFound, WrongState
from cequiz.frontends.guest_words import guest_words
from cequiz.frontends.tui.outside import Outside, ThisMachine
from cequiz.services.standing import SignedIn

if TYPE_CHECKING:
    from cequiz.bootstrap import House
    from cequiz.domain.people.student import Student
    from cequiz.frontends.tui.widgets.page import Cells
    from cequiz.services.ports import Ports
    from cequiz.services.reporting import Home
    from cequiz.services.sitting import Sitting

T = TypeVar("T")


class Lookout(Protocol):
    """Somebody who looks at the records of many open exams at once, so that not everybody needs to."""

    def seq(self, attempt_id: str) -> int | None:
        """Return how many events an attempt had when it was looked at last; None where that is long ago, or never."""
        ...


class Desk:
    """Where one person sits: shared by the screens of one app."""

    def __init__(
        self,
        house: House,
        *,
        zone: tzinfo | None = None,
        outside: Outside | None = None,
        address: str = "",
        writer: Executor | None = None,
        door: Executor | None = None,
    ) -> None:
        """Set up a desk.

        Args:
            house: the whole program.
            zone: the zone that times are shown in; None for the machine's own.
            outside: what the person may do with the world around the terminal; None for somebody at this machine.
            address: the address of the person's machine; empty for this one.
            writer: does the desk's deeds one after the other; None for a thread of its own.
            door: looks at passphrases, which is slow on purpose; None for the writer.
        """
        self.house = house
        self.zone = zone
        """The zone that times are shown in; None for the machine's own."""
        self.outside: Outside = outside or ThisMachine()
        self.address = address
        self.pictures = house.settings.pictures if self.outside.here else ""
        """How the person's terminal takes pictures: `kitty`, `sixel`, or empty for half blocks."""
        self.on_signed_in: Callable[[SignedIn], None] | None = None
        """Called in the UI's loop with the student who has just signed in or registered here."""
        self.on_signed_out: Callable[[], None] | None = None
        """Called in the UI's loop when the student signs out."""
        self.student: Student | None = None
        self.actor = self._nobody
        """Who is named in the records: the student who signed in; else the operating-system user, or the line."""
        self.lookout: Lookout | None = None
        """Looks at the records for everybody who is served here; None where each looks alone."""
        self.sitting: Sitting | None = None
        """The exam that is open at this desk."""
        self.exit_code = 0
        self._writer = writer or ThreadPoolExecutor(max_workers=1, thread_name_prefix="cequiz-writer")
        self._door = door or self._writer

    def seat(self, student: Student) -> None:
        """Seat a student whom somebody has let in: who works at this machine, or the line."""
        self.student = student
        if not self.outside.here:  # at this machine whoever typed the command acts
            self.actor = f"student:{student.id}"

    def sign_in(self, found: SignedIn) -> None:
        """Seat a student who has shown here who they are."""
        self.student = found.student
        self.actor = f"student:{found.student.id}"
        if self.on_signed_in is not None:
            self.on_signed_in(found)

    def sign_out(self) -> None:
        """Free the desk."""
        self.student = None
        self.actor = self._nobody
        if self.on_signed_out is not None:
            self.on_signed_out()

    @property
    def _nobody(self) -> str:
        """Who is named in the records while nobody is signed in."""
        return self.house.settings.actor if self.outside.here else f"line:{self.outside.way}"

    def words_of(self, error: CequizError) -> tuple[str, str]:
        """Return the sentence and the hint of a refusal as the person at this desk may read them."""
        if self.outside.here:
            return error.sentence, error.hint
        return guest_words(error, self.house.settings)

    def told(self, error: CequizError) -> str:
        """Return the words of a refusal in one text."""
        return " ".join(part for part in self.words_of(error) if part)

    async def read(self, work: Callable[[Ports], T]) -> T:
        """Run a read in a thread and return what it returns."""
        return await asyncio.to_thread(lambda: work(self.house.ports()))

    async def write(self, work: Callable[[Ports], T]) -> T:
        """Run a deed in the writing thread and return what it returns; it runs even if nobody waits any more."""
        return await asyncio.wrap_future(self.submit(lambda: work(self.house.ports())))

    async def knock(self, work: Callable[[Ports], T]) -> T:
        """Run what hashes a passphrase, apart from the deeds of those who answer questions, and return what it returns.

        It runs even if nobody waits any more.
        """
        deed = copy_context().run
        return await asyncio.wrap_future(self._door.submit(deed, lambda: work(self.house.ports())))

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
