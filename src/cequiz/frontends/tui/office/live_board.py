"""Exams in progress: everybody who sits one at this moment, brought up to date every second.

What is highlighted stays highlighted, wherever its line goes. How much time is left and who is there, the service says.
"""

from __future__ import annotations

from collections.abc import Callable

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from cequiz.domain.people.staff import Right
from cequiz.errors import CequizError
from cequiz.frontends.live_words import SIGNS, left_words, state_words
from cequiz.frontends.tui.commands import Scope, bindings
from cequiz.frontends.tui.office.desk import OfficeDesk
from cequiz.frontends.tui.office.live_deeds import LiveDeeds, Target, why_label
from cequiz.frontends.tui.office.question import OfficeQuestion
from cequiz.frontends.tui.wakes import Wakes
from cequiz.frontends.tui.widgets.long_list import ListColumn, ListRow, LongList
from cequiz.language import mark, tr, trn
from cequiz.services import messaging, timing
from cequiz.services.invigilating import Connection, LiveAttempt, board

_LOOK = 1.0
"""Seconds between two looks at the records."""


class LiveBoardScreen(LiveDeeds):
    """Who sits what, how far, and how much time is left."""

    SCOPE = Scope.LIVE
    BINDINGS = bindings(SCOPE)
    HEADING = mark("Exams in progress")
    RIGHTS = {  # noqa: RUF012 - declared in the base
        **LiveDeeds.RIGHTS,
        **dict.fromkeys(("message_all", "hold_all", "release_all"), Right.PROCTOR),
    }

    def __init__(self, desk: OfficeDesk) -> None:
        super().__init__(desk)
        self._lines: dict[str, LiveAttempt] | None = None
        """By id, in the order in which they stand; None until the records were read."""
        self._by_name = False
        self._trouble = ""
        self._wakes = Wakes(self, self.look)

    def compose_body(self) -> ComposeResult:
        """Lay out what is to be seen at a glance, and the list."""
        with Vertical(classes="body"):
            yield Static("", id="glance", markup=False)
            yield LongList(
                ListColumn(tr("Student"), 12, grows=True),
                ListColumn(tr("Exam"), 20, least=108),
                ListColumn(tr("Done"), 7, right=True),
                ListColumn(tr("Flags"), 5, right=True, least=76),
                ListColumn(tr("Left"), 8, right=True),
                ListColumn(tr("State"), 23),
                ListColumn(tr("Saved"), 8, least=100),
                ListColumn(tr("Decide"), 6, right=True, least=76),
                empty=tr("Nobody sits an exam now."),
                id="rows",
            )

    def on_mount(self) -> None:
        """Read the board, now, every second, and at once when something is told."""
        self.list.focus()
        self.look()
        self.set_interval(_LOOK, self.tick)
        self._wakes.begin()

    def on_unmount(self) -> None:
        """Be told no more."""
        self._wakes.end()

    @property
    def list(self) -> LongList:
        """The list."""
        return self.query_one(LongList)

    def tick(self) -> None:
        """Read the board, unless it is being read."""
        if not self.busy("board"):
            self.look()

    def look(self) -> None:
        """Read the board, unless another full screen is open."""
        if self in self.app.screen_stack and not self._covered:
            self.freshen(self._look, group="board")

    @property
    def _covered(self) -> bool:
        return self.app.screen is not self and not self.app.screen.is_modal

    async def _look(self) -> None:
        try:
            found = await self.desk.look(board)
        except CequizError as error:
            if error.sentence != self._trouble:  # said once, not every second
                self._trouble = error.sentence
                raise
        else:
            self._trouble = ""
            if self.is_mounted:
                self._show(found)

    def _show(self, found: tuple[LiveAttempt, ...]) -> None:
        before = self.target()
        if self._by_name:
            found = tuple(sorted(found, key=lambda line: (line.student.casefold(), line.id)))
        self._lines = {line.id: line for line in found}
        self.query_one("#glance", Static).update(Content(_glance(found, by_name=self._by_name)))
        self.list.put([self._row(line) for line in found])
        if self.target() != before:
            self.show_keys()

    def _row(self, line: LiveAttempt) -> ListRow:
        saved = "" if line.saved_at is None else f"{line.saved_at.astimezone(self.desk.zone):%H:%M:%S}"
        cells = (
            line.student,
            line.exam,
            f"{line.answered}/{line.items}",
            str(line.flagged or ""),
            left_words(line),
            f"{SIGNS[line.connection]} {state_words(line)}",
            saved,
            str(len(line.waiting) or ""),
        )
        return ListRow(line.id, cells)

    def target(self) -> Target | None:
        """Return the highlighted exam."""
        row = self.list.row if self.is_mounted else None
        line = None if row is None or self._lines is None else self._lines.get(row.id)
        return None if line is None else Target(line.id, line.student, held=line.hold is not None)

    def on_screen_resume(self) -> None:
        """Show what has changed meanwhile."""
        super().on_screen_resume()
        self.look()

    @on(LongList.Chosen)
    def action_open(self) -> None:
        """Show the highlighted exam from near."""
        from cequiz.frontends.tui.office.live_attempt import LiveAttemptScreen  # noqa: PLC0415 - when opened

        target = self.target()
        if target is not None:
            self.app.push_screen(LiveAttemptScreen(self.desk, target.attempt_id))

    def action_outages(self) -> None:
        """Decide on outages."""
        from cequiz.frontends.tui.office.live_outages import OutagesScreen  # noqa: PLC0415 - when opened

        self.app.push_screen(OutagesScreen(self.desk))

    def action_sort(self) -> None:
        """Sort by the name, or by the time that is left."""
        self._by_name = not self._by_name
        self.look()

    def action_hold_all(self) -> None:
        """Suspend every exam."""
        body = tr("Every clock stands still, the questions are covered, and the students read the reason.")
        self._do_all(tr("Suspend every exam that runs"), body, timing.hold_all)

    def action_release_all(self) -> None:
        """Let every suspended exam go on."""
        self._do_all(tr("Let every suspended exam go on"), tr("Their clocks run again at once."), timing.release_all)

    def _do_all(self, title: str, body: str, deed: Callable[..., tuple[str, ...]]) -> None:
        async def asked(reason: str) -> None:
            done = await self.desk.do(Right.PROCTOR, lambda ports, actor: deed(ports, reason=reason, actor=actor))
            self.tell(trn("{count} exam was changed.", "{count} exams were changed.", len(done)))
            self.look()

        self.ask_then(OfficeQuestion(title, body, label=why_label(), yes=tr("Do it")), asked)

    def action_message_all(self) -> None:
        """Write to everybody."""

        async def asked(text: str) -> None:
            told = await self.desk.do(
                Right.PROCTOR, lambda ports, actor: messaging.message_all(ports, text=text, actor=actor)
            )
            self.tell(trn("{count} student was told.", "{count} students were told.", len(told)))

        self.write_to(tr("Message to everybody who sits an exam now"), asked)


def _glance(found: tuple[LiveAttempt, ...], *, by_name: bool) -> str:
    """Return the line above the list."""
    held = sum(line.hold is not None for line in found)
    gone = sum(line.connection is Connection.BROKEN_OFF for line in found)
    waiting = sum(len(line.waiting) for line in found)
    parts = [
        trn("{count} exam in progress", "{count} exams in progress", len(found)),
        *([trn("{count} suspended", "{count} suspended", held)] if held else []),
        *([trn("{count} broken off", "{count} broken off", gone)] if gone else []),
        *([trn("{count} to decide", "{count} to decide", waiting)] if waiting else []),
        tr("by name") if by_name else tr("by time"),
    ]
    return " · ".join(parts)
