"""The app: colours, leaving, and the boundary behind which nothing unexpected reaches a student.

Screens are loaded when they are opened, so that the first one is there before anything heavy is.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual.binding import BindingType
from textual.worker import WorkerFailed, WorkType

from cequiz.errors import CequizError
from cequiz.frontends.tui import commands, mishap
from cequiz.frontends.tui.commands import Scope
from cequiz.frontends.tui.desk import Desk
from cequiz.frontends.tui.keys_in_order import KeysInOrder
from cequiz.frontends.tui.themes import THEMES, following
from cequiz.language import tr

if TYPE_CHECKING:
    from datetime import tzinfo

    from cequiz.bootstrap import House

_LEAVING = 3.0
"""Seconds that leaving waits for a save that is on its way."""

_GONE = 8
"""Seconds until a program whose terminal is gone ends, whatever it still waits for."""

_ENDS = ("SIGTERM", "SIGHUP")
"""Signals that end the program from outside."""


_WIDTHS = [(0, "-cramped"), (60, "-narrow"), (80, "-normal"), (110, "-wide")]
_HEIGHTS = [(0, "-flat"), (20, "-low"), (24, "-middle"), (32, "-high")]


class CequizApp(KeysInOrder[int]):
    """The student's terminal UI."""

    TITLE = "cequiz"
    CSS_PATH = "cequiz.tcss"
    ENABLE_COMMAND_PALETTE = False
    # Going back belongs to the screens: each knows whether there is a way.
    BINDINGS: ClassVar[list[BindingType]] = commands.bindings(Scope.EVERYWHERE, without="back")
    HORIZONTAL_BREAKPOINTS = _WIDTHS
    VERTICAL_BREAKPOINTS = _HEIGHTS

    def __init__(
        self,
        house: House,
        *,
        student_id: str | None = None,
        exam_ref: str | None = None,
        practice: tuple[str, bool] | None = None,
        zone: tzinfo | None = None,
    ) -> None:
        super().__init__()
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = THEMES[0].name
        self.desk = Desk(house, zone=zone)
        self._student_id = student_id
        self._exam_ref = exam_ref
        self._practice = practice
        self._orderly = True
        """Whether somebody wanted to leave; a terminal or a machine that goes away is an outage for an open exam."""

    def on_mount(self) -> None:
        """Show the first screen."""
        from cequiz.frontends.tui.student.home import HomeScreen  # noqa: PLC0415 - screens are loaded when opened

        self._leave_when_ended_from_outside()
        self.push_screen(
            HomeScreen(self.desk, student_id=self._student_id, exam_ref=self._exam_ref, practice=self._practice)
        )

    def _leave_when_ended_from_outside(self) -> None:
        """Take the end of the terminal, or of the machine, as leaving: an exam that pauses must stop its clock."""
        loop = asyncio.get_running_loop()
        for name in _ENDS:
            # Not every system has both, and only a main thread hears them.
            with contextlib.suppress(AttributeError, NotImplementedError, RuntimeError, ValueError):
                loop.add_signal_handler(getattr(signal, name), self._ended_from_outside, name)

    def _ended_from_outside(self, name: str) -> None:
        if name == "SIGHUP" and not self.is_headless:
            # The terminal is gone: a write into it fails, and Textual would wait for it for ever. Where one has failed
            # already, the alarm ends the program; what was saved is on disk long before.
            signal.alarm(_GONE)
            nowhere = os.open(os.devnull, os.O_RDWR)
            for stream in range(3):
                os.dup2(nowhere, stream)
            os.close(nowhere)
        self._orderly = False
        self.action_leave_program()

    def action_theme(self) -> None:
        """Change the colours."""
        self.theme = following(self.theme)
        colours = self.theme.removeprefix("cequiz-").replace("-", " ")
        self.notify(tr("Colours: {name}", name=tr(colours)), timeout=2, markup=False)

    def action_help(self) -> None:
        """Show what the keys do here."""
        from cequiz.frontends.tui.student.help import HelpScreen  # noqa: PLC0415 - screens are loaded when opened

        if not isinstance(self.screen, HelpScreen):
            self.push_screen(HelpScreen(self.desk, getattr(self.screen, "SCOPE", Scope.DIALOG)))

    async def action_quit(self) -> None:
        """Leave by whatever way Textual itself asks for it."""
        self.action_leave_program()

    def action_leave_program(self) -> None:
        """Leave from anywhere."""
        leave: WorkType[None] = self._leave
        self.run_worker(leave, group="leave", exclusive=True)

    async def _leave(self) -> None:
        words = await self._put_down()
        self.exit(return_code=self.desk.exit_code, message=Text(words) if words else None)

    async def _put_down(self) -> str:
        """Leave a running exam, and return what the student is told about it."""
        sitting = self.desk.sitting
        if sitting is None:
            return ""
        from cequiz.frontends.tui.pen import leaving_words  # noqa: PLC0415 - only where an exam is open
        from cequiz.frontends.tui.screen import HouseScreen  # noqa: PLC0415 - loaded with the first screen

        typed = sum(screen.put_down() for screen in self.screen_stack if isinstance(screen, HouseScreen))

        orderly = self._orderly
        # What was not saved is named in the words; the rest is on disk.
        with contextlib.suppress(CequizError, TimeoutError):
            await asyncio.wait_for(self.desk.write(lambda ports: sitting.leave(orderly=orderly)), _LEAVING)
        self.desk.sitting = None
        return leaving_words(sitting, self.desk.zone, typed=typed)

    def _handle_exception(self, error: Exception) -> None:
        """Log what nobody expected, without the values of variables, and leave with a sentence."""
        if isinstance(error, WorkerFailed) and isinstance(error.error, Exception):
            error = error.error
        if self._exception is None:
            self._exception = error
            self._exception_event.set()
        words = mishap.record(error, self.desk.house.settings.home, at=self.desk.house.clock.read().wall)
        self._return_code = 4
        self._exit_renderables.append(Text(words))
        self._close_messages_no_wait()

    async def on_unmount(self) -> None:
        """Leave an exam that is still open, and stop the writing thread once everything is written."""
        # A terminal that is gone ends the app before anybody could ask it to leave.
        self._orderly = False
        await self._put_down()
        await asyncio.to_thread(self.desk.close)


def run(
    house: House,
    *,
    student_id: str | None = None,
    exam_ref: str | None = None,
    practice: tuple[str, bool] | None = None,
) -> int:
    """Run the student's UI until it is left, and return the exit code.

    Args:
        house: the whole program.
        student_id: who sits here without signing in; None shows the sign-in.
        exam_ref: an exam whose briefing opens at once.
        practice: a course whose practice opens at once, and whether it is the five of today.

    Raises:
        CequizError: the student or the exam named does not exist, or the store cannot be opened.
    """
    if student_id is not None:
        from cequiz.services.briefing import brief  # noqa: PLC0415 - only where somebody is named
        from cequiz.services.enrolling import student  # noqa: PLC0415 - as above

        student_id = student(house.ports(), student_id).id
        if exam_ref is not None:
            exam_ref = brief(house.ports(), student_id=student_id, exam_ref=exam_ref).ref
    app = CequizApp(house, student_id=student_id, exam_ref=exam_ref, practice=practice)
    app.run()
    return app.return_code or 0
