"""What the student's app and the office have in common: colours, leaving, and the boundary for the unexpected.

Nothing unexpected reaches a person but as a sentence. This room knows no screen but the help.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from rich.text import Text
from textual.binding import BindingType
from textual.css.query import NoMatches
from textual.filter import LineFilter
from textual.worker import WorkerFailed, WorkType

from cequiz.domain.text import visible
from cequiz.frontends.tui import commands, mishap
from cequiz.frontends.tui.colours import remember, remembered
from cequiz.frontends.tui.commands import Scope
from cequiz.frontends.tui.desk import Desk
from cequiz.frontends.tui.harmless import Harmless
from cequiz.frontends.tui.keys_in_order import KeysInOrder
from cequiz.frontends.tui.pauses import Pauses
from cequiz.frontends.tui.themes import THEMES, following
from cequiz.language import tr

_GONE = 8
"""Seconds until a program whose terminal is gone ends, whatever it still waits for."""

_ENDS = ("SIGTERM", "SIGHUP")
"""Signals that end the program from outside."""

_WIDTHS = [(0, "-cramped"), (60, "-narrow"), (80, "-normal"), (110, "-wide")]
_HEIGHTS = [(0, "-flat"), (20, "-low"), (24, "-middle"), (32, "-high")]


class HouseApp(KeysInOrder[int]):
    """An app of the house, with a desk at which one person sits."""

    TITLE = "cequiz"
    # The whole path: Textual looks for the file beside each subclass.
    CSS_PATH = Path(__file__).with_name("cequiz.tcss")
    ENABLE_COMMAND_PALETTE = False
    # Going back belongs to the screens: each knows whether there is a way.
    BINDINGS: ClassVar[list[BindingType]] = commands.bindings(Scope.EVERYWHERE, without="back")
    HORIZONTAL_BREAKPOINTS = _WIDTHS
    VERTICAL_BREAKPOINTS = _HEIGHTS

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        for theme in THEMES:
            self.register_theme(theme)
        here = desk.outside.here
        self.theme = remembered(desk.house.settings.home) if here else THEMES[0].name
        self.desk = desk
        self._harmless = Harmless()
        self._pauses = Pauses()
        self.orderly = True
        """Whether somebody wanted to leave; a terminal or a machine that goes away is an outage for an open exam."""

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Return what every drawn line passes: Textual's own filters, and ours behind them."""
        return (*super().get_line_filters(), self._harmless)

    def on_ready(self) -> None:
        """Spare who sits at this machine the collector's pauses; whoever serves many does that for all of them."""
        if self.desk.outside.here:
            self._pauses.spare()

    def leave_when_ended_from_outside(self) -> None:
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
        self.orderly = False
        self.action_leave_program()

    def action_theme(self) -> None:
        """Change the colours."""
        self.theme = following(self.theme)
        if self.desk.outside.here:
            remember(self.desk.house.settings.home, self.theme)
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
        words = await self.put_down()
        self.exit(return_code=self.desk.exit_code, message=Text(visible(words, line=False)) if words else None)

    async def put_down(self) -> str:
        """End what is under way in good order, and return what the person is told about it."""
        return ""

    def _handle_exception(self, error: Exception) -> None:
        """Log what nobody expected, without the values of variables, and leave with a sentence."""
        if isinstance(error, WorkerFailed) and isinstance(error.error, Exception):
            error = error.error
        if self._exit and isinstance(error, NoMatches):
            return  # everything closes: what is under way on a screen misses parts of it
        if self._exception is None:
            self._exception = error
            self._exception_event.set()
        words = self._record(error)
        self._return_code = 4
        self._exit_renderables.append(Text(visible(words, line=False)))
        self._close_messages_no_wait()

    def _record(self, error: Exception) -> str:
        """Log an error and return the sentence for the person."""
        house, here = self.desk.house, self.desk.outside.here
        return mishap.record(error, house.settings.home, at=house.clock.read().wall, here=here)

    async def on_unmount(self) -> None:
        """End what is still under way, and stop the writing thread once everything is written."""
        self._pauses.end()
        # A terminal that is gone ends the app before anybody could ask it to leave.
        self.orderly = False
        await self.put_down()
        await asyncio.to_thread(self.desk.close)
