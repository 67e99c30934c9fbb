"""The student's app over a line: it hears no signals, knows no host, and tells its last words to the line."""

from __future__ import annotations

import asyncio
import io
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, cast

from cequiz.frontends.serve.terminal import of_the_line
from cequiz.frontends.tui.app import CequizApp

if TYPE_CHECKING:
    from textual.driver import Driver

    from cequiz.frontends.tui.desk import Desk


class ServedApp(CequizApp):
    """The student's app, one of many in this process."""

    def __init__(
        self,
        desk: Desk,
        *,
        terminal: Callable[..., Driver],
        colours: str,
        student_id: str | None = None,
        resume: bool = False,
        unforeseen: Callable[[BaseException], str],
        on_leaving: Callable[[], None] | None = None,
    ) -> None:
        """Make the app.

        Args:
            desk: where the person sits.
            terminal: makes the terminal of the line, called as Textual calls a driver's class.
            colours: what the terminal has: `standard`, `256`, `truecolor`; empty for none.
            student_id: who has signed in already; None shows the sign-in.
            resume: whether an exam of theirs that runs is taken up at once.
            unforeseen: records what nobody expected without holding the loop, and returns the sentence for the person.
            on_leaving: called in the loop when the person begins to leave.
        """
        super().__init__(desk.house, student_id=student_id, resume=resume, zone=desk.zone, desk=desk)
        self._unforeseen = unforeseen
        self.last_words = io.StringIO()
        """What is told when the last screen has gone."""
        self._on_leaving = on_leaving
        self.driver_class = cast("type[Driver]", terminal)
        self._task_factory = asyncio.get_running_loop().get_task_factory()
        of_the_line(self, colours=colours, host_out=sys.stdout, host_err=sys.stderr, last_words=self.last_words)

    def _record(self, error: Exception) -> str:
        return self._unforeseen(error)

    def leave_when_ended_from_outside(self) -> None:
        """Hear no signals: they are the host's."""

    def action_leave_program(self) -> None:
        """Leave, and say so at once: whoever has asked to leave has left, even if the line is lost meanwhile."""
        if self._on_leaving is not None:
            self._on_leaving()
        super().action_leave_program()

    async def _process_messages(self, *args: Any, **more: Any) -> None:
        """Begin, with the loop as it was: from Python 3.12 on Textual has just changed how everybody's tasks begin."""
        asyncio.get_running_loop().set_task_factory(self._task_factory)
        await super()._process_messages(*args, **more)

    @contextmanager
    def suspend(self) -> Iterator[None]:
        """Do nothing: there is no shell to go to."""
        yield

    def action_suspend_process(self) -> None:
        """Do nothing: the process is everybody's."""

    def action_screenshot(self, filename: str | None = None, path: str | None = None) -> None:
        """Write nothing on the host."""

    def save_screenshot(self, *_: Any, **__: Any) -> str:
        """Write nothing on the host."""
        return ""

    def deliver_screenshot(self, *_: Any, **__: Any) -> str | None:
        """Write nothing on the host."""
        return None

    def action_command_palette(self) -> None:
        """Show nothing: the commands there are the host's."""
