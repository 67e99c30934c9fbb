"""What every screen of the office has: who sits here in the top bar, deeds by right, and questions that ask why."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, ClassVar, TypeVar

from cequiz.domain.people.staff import Right
from cequiz.errors import CequizError, Stopped
from cequiz.frontends.tui import commands
from cequiz.frontends.tui.office.desk import OfficeDesk
from cequiz.frontends.tui.office.question import OfficeQuestion
from cequiz.frontends.tui.office.working import Job, WorkScreen
from cequiz.frontends.tui.screen import HouseScreen
from cequiz.language import tr

if TYPE_CHECKING:
    from collections.abc import Mapping

R = TypeVar("R")
W = TypeVar("W")


class OfficeScreen(HouseScreen[R]):
    """A full screen of the office.

    A subclass says in `RIGHTS` which of its commands ask for which right; who lacks it does not see them, and the desk
    refuses the deed as well.
    """

    RIGHTS: ClassVar[Mapping[str, Right]] = {}

    desk: OfficeDesk

    def __init__(self, desk: OfficeDesk) -> None:
        super().__init__(desk)

    def on_mount(self) -> None:
        """Show who sits here."""
        staff = self.desk.staff
        if staff is not None:
            self.top.right = f"{staff.name} · {tr(str(staff.role))}"
        self.show_keys()

    def allows(self, command: str) -> bool:
        """Whether a command is available now: who sits here has the right that it asks for."""
        right = self.RIGHTS.get(command)
        return right is None or self.desk.may(right)

    def refuse_key(self, key: str) -> None:
        """Say that the role does not allow it, where that is why a key did nothing."""
        meant = [self.RIGHTS.get(one.id) for one in commands.of(self.SCOPE) if key in one.key.split(",")]
        if any(right is not None and not self.desk.may(right) for right in meant):
            self.refuse_role()

    def refuse_role(self) -> None:
        """Say that the role of who sits here does not allow what was asked for."""
        staff = self.desk.staff
        if staff is not None:
            self.tell(tr("Your role, {role}, does not allow this.", role=tr(str(staff.role))), warn=True)

    async def ask(self, question: OfficeQuestion) -> str | None:
        """Show a question and return what was typed; None where it was closed without an answer."""
        return await self.app.push_screen_wait(question)

    async def work(self, title: str, job: Job[W], *, right: Right = Right.READ, stoppable: bool = True) -> W | None:
        """Run long work with its progress and a way to stop it; None where it was stopped.

        Args:
            title: what is being done.
            job: the work.
            right: what it asks for.
            stoppable: whether the work asks if it should stop.

        Raises:
            CequizError: the work was refused.
        """
        found = await self.app.push_screen_wait(WorkScreen(self.desk, title, job, right=right, stoppable=stoppable))
        if isinstance(found, Stopped):
            self.tell(self.desk.told(found))
            return None
        if isinstance(found, CequizError):
            raise found
        return found

    def ask_then(self, question: OfficeQuestion, deed: Callable[[str], Awaitable[None]]) -> None:
        """Ask, and do something with the answer; a refusal becomes a notification."""

        async def work() -> None:
            answer = await self.ask(question)
            if answer is not None:
                await deed(answer)

        self.attend(work, group="deed")
