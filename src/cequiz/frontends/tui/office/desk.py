"""The desk of somebody who works in the office: who it is, and that every deed asks for its right."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from cequiz.domain.people.staff import Right
from cequiz.errors import NotAllowed
from cequiz.frontends.tui.desk import Desk
from cequiz.language import tr

if TYPE_CHECKING:
    from cequiz.domain.people.staff import Staff
    from cequiz.services.ports import Ports

T = TypeVar("T")


class OfficeDesk(Desk):
    """Where one person of the office sits."""

    staff: Staff | None = None

    def take_seat(self, staff: Staff) -> None:
        """Seat somebody who has shown who they are."""
        self.staff = staff
        self.actor = staff.actor

    def leave_seat(self) -> None:
        """Free the desk."""
        self.staff = None
        self.actor = self.house.settings.actor

    def may(self, right: Right) -> bool:
        """Whether who sits here may do what asks for this right, as far as the desk knows."""
        return self.staff is not None and self.staff.may(right)

    async def look(self, work: Callable[[Ports], T], *, right: Right = Right.READ) -> T:
        """Run a read in a thread for somebody who may look at the records, and return what it returns.

        Args:
            work: the read, given the ports.
            right: what it asks for; the records are asked whether who sits here still has it.

        Raises:
            NotAllowed: nobody sits here, or they may not.
        """
        return await self.read(lambda ports: (self._admit(ports, right), work(ports))[1])

    async def do(self, right: Right, work: Callable[[Ports, str], T]) -> T:
        """Run a deed in the writing thread and return what it returns; it runs even if nobody waits any more.

        Args:
            right: what the deed asks for; the records are asked whether who sits here still has it.
            work: the deed, given the ports and the name of the doer for the records.

        Raises:
            NotAllowed: who sits here may not.
        """
        return await self.write(lambda ports: work(ports, self._admit(ports, right)))

    def _admit(self, ports: Ports, right: Right) -> str:
        from cequiz.services.admitting import admit  # noqa: PLC0415 - after the first paint

        if self.staff is None:
            raise NotAllowed(tr("Nobody has signed in."), hint=tr("Sign in first."))
        return admit(ports, self.staff.id, right).actor
