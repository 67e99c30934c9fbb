"""Long work: how far it is, and a way to stop it. The work runs in a thread and asks whether it should go on."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import ClassVar, Generic, TypeVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, Static
from textual.worker import WorkType

from cequiz.domain.people.staff import Right
from cequiz.errors import CequizError
from cequiz.frontends.tui.commands import Scope
from cequiz.frontends.tui.office.desk import OfficeDesk
from cequiz.frontends.tui.screen import Once
from cequiz.language import tr
from cequiz.services.ports import Ports

T = TypeVar("T")

Progress = Callable[[int, int], None]
"""Told how much is done, of how much."""

Stop = Callable[[], bool]
"""Whether the work should stop where nothing is half-done."""

Job = Callable[[Ports, str, Progress, Stop], T]
"""Long work: given the ports, the doer's name, whom to tell, and whom to ask."""

_BAR = 40
_LOOK = 0.1
"""Seconds between two looks at how far the work is."""


class WorkScreen(ModalScreen["T | CequizError | None"], Once["T | CequizError | None"], Generic[T]):
    """Runs one job and returns what it returned, or why it was refused."""

    SCOPE = Scope.DIALOG
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "back", show=False, id="everywhere.back")]

    def __init__(
        self, desk: OfficeDesk, title: str, job: Job[T], *, right: Right = Right.READ, stoppable: bool = True
    ) -> None:
        """Prepare the work.

        Args:
            desk: whose deed it is.
            title: what is being done.
            job: the work.
            right: what it asks for; work that only reads runs beside other deeds, the rest in the order of deeds.
            stoppable: whether the work asks if it should stop; where it does not, no button says so.
        """
        super().__init__()
        self._desk = desk
        self._title = title
        self._job = job
        self._right = right
        self._stoppable = stoppable
        self._far = (0, 0)
        self._stop = threading.Event()

    def compose(self) -> ComposeResult:
        """Lay out the box."""
        with Vertical(id="box"):
            yield Static(self._title, id="box-title", markup=False)
            yield Static(_bar(0, 0), id="far", markup=False)
            if self._stoppable:
                with Horizontal(id="box-buttons"):
                    yield Button(Content(tr("Stop")), id="stop")
            else:
                yield Static(tr("This cannot be stopped."), classes="quiet", markup=False)

    def on_mount(self) -> None:
        """Begin."""
        if self._stoppable:
            self.query_one("#stop").focus()
        self.set_interval(_LOOK, self._look)
        work: WorkType[None] = self._run
        self.run_worker(work, group="work")

    def on_unmount(self) -> None:
        """Let the work stop where the program is left: nobody waits for it any more."""
        self._stop.set()

    async def _run(self) -> None:
        try:
            self.dismiss(await self._done())
        except CequizError as error:
            self.dismiss(error)

    async def _done(self) -> T:
        if not self._right.changes:
            actor = self._desk.actor
            return await self._desk.look(
                lambda ports: self._job(ports, actor, self._tell, self._stop.is_set), right=self._right
            )
        return await self._desk.do(
            self._right, lambda ports, actor: self._job(ports, actor, self._tell, self._stop.is_set)
        )

    def _tell(self, done: int, of: int) -> None:
        self._far = (done, of)

    def _look(self) -> None:
        self.query_one("#far", Static).update(_bar(*self._far))

    @on(Button.Pressed, "#stop")
    def action_back(self) -> None:
        """Ask the work to stop, where it can be; it returns what it has, or nothing."""
        if not self._stoppable:
            return
        self._stop.set()
        self.query_one("#stop", Button).label = Content(tr("Stopping …"))


def _bar(done: int, of: int) -> Content:
    if not of:
        return Content(tr("Working …"))
    filled = done * _BAR // of
    share = tr("{done} of {of}", done=f"{done:,}", of=f"{of:,}")
    return Content.assemble(("█" * filled, "$primary"), ("░" * (_BAR - filled), "$quiet"), f"\n{share}")
