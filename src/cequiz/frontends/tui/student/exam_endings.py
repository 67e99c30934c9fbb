"""Time and endings of an open attempt: the countdown, what others do to it, handing in, running out, leaving.

Whether the time is over the sitting knows; here it is asked, shown, and acted upon once.
"""

from __future__ import annotations

import asyncio
import contextlib
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import timedelta

from textual import on
from textual.content import Content
from textual.message import Message

from cequiz.domain.exam.attempt import Status
from cequiz.domain.exam.ledger import TimeLedger
from cequiz.errors import CequizError, EnvironmentFailed, OpenElsewhere, WrongState
from cequiz.frontends.dates import instant_text
from cequiz.frontends.standstill import message_line
from cequiz.frontends.tui.desk import Desk
from cequiz.frontends.tui.pen import leaving_words
from cequiz.frontends.tui.screen import Dialog, HouseScreen
from cequiz.frontends.tui.student.challenge import ChallengeScreen
from cequiz.frontends.tui.student.check import CheckScreen, Decision
from cequiz.frontends.tui.student.exam_office import ExamOffice
from cequiz.frontends.tui.student.result import ResultScreen
from cequiz.frontends.tui.student.time_note import time_lines
from cequiz.frontends.tui.wakes import Wakes
from cequiz.frontends.tui.widgets.countdown import Countdown
from cequiz.language import tr
from cequiz.services.sitting import Sitting

_LOOK = 1.0
"""Seconds between two looks at what others wrote: extra time, a take-over, an ending."""


class ExamEndings(ExamOffice):
    """Adds the time and every way in which an attempt ends or is left."""

    @dataclass
    class Looked(Message, bubble=False):
        """Somebody has looked at what others wrote."""

        future: Future[bool]

    def __init__(self, desk: Desk, sitting: Sitting) -> None:
        super().__init__(desk, sitting)
        self._countdown = Countdown()
        self._ledger = sitting.attempt.ledger
        self._looking = False
        self._again = False
        """Whether to look once more: something was told while a look was under way, which may not know of it."""
        self._wakes = Wakes(self, self._look_at_once, attempt_id=sitting.attempt.id)
        self._known = sitting.attempt.seq
        """Up to which event the screen has shown what others did: a deed may have read it before a look does."""
        self._late: frozenset[str] = frozenset()
        """Of which items it is shown that the records do not answer."""

    def on_mount(self) -> None:
        """Start the countdown, and looking at what others write."""
        self.tick()
        if self.desk.lookout is None:
            self.set_interval(1.0, self.tick)
            self.set_interval(_LOOK, self.look)
        else:
            self.set_interval(_LOOK, self._tick_and_look)
        self._wakes.begin()

    def on_unmount(self) -> None:
        """Be told no more."""
        self._wakes.end()

    def on_screen_suspend(self) -> None:
        """Keep the time in sight on what is opened above."""
        above = self.app.screen
        if isinstance(above, HouseScreen) and self in self.app.screen_stack:
            above.call_after_refresh(self.tick)

    def on_screen_resume(self) -> None:
        """Show the time of this moment: it was shown above until now."""
        if self.is_mounted:
            self.tick()

    # The time, and others -------------------------------------------------------------------------------------

    def tick(self) -> None:
        """Show the time left; the sitting knows it, and the moment it is over the exam ends."""
        if self.ending or self not in self.app.screen_stack:
            return
        self.find_gap()
        if (late := self.pen.late()) != self._late:
            self._late = late
            self.show()
        left = self.sitting.time_left()
        warning = self._countdown.warn(left)
        if warning:
            self.tell(warning, warn=True)
        # Where a full screen lies above, this one is not seen, and Textual would paint all of that one again.
        seen = self.app.screen if isinstance(self.app.screen, HouseScreen) else self
        if seen.is_mounted:
            seen.top.right, seen.top.tone = self._countdown_words(left)
        if self.sitting.over() and not self.sitting.taken_over:
            self.time_over()

    def _left(self) -> tuple[str, str]:
        return self._countdown_words(self.sitting.time_left())

    def _countdown_words(self, left: timedelta | None) -> tuple[str, str]:
        still = self.sitting.stands_still
        return self._countdown.text(None if still else left, suspended=still)

    def action_time(self) -> None:
        """Say how much time is left and why."""
        left, _ = self._left()
        lines = [left, *time_lines(self.sitting.explain(), self.desk.zone)]
        lines += [message_line(one, self.desk.zone) for one in self.sitting.attempt.messages]
        self.app.push_screen(Dialog(tr("Your time"), Content("\n".join(lines))))

    def look(self) -> None:
        """Ask what others wrote."""
        if not self._looking and not self.ending:
            self._looking = True
            self.desk.submit(self.sitting.refresh).add_done_callback(self._has_looked)

    def _tick_and_look(self) -> None:
        """Show the time left, and ask what others wrote only where somebody has seen that there is something."""
        self.tick()
        if self.ending or self.desk.lookout is None:
            return
        seen = self.desk.lookout.seq(self.sitting.attempt.id)
        if seen is None or seen > self.sitting.attempt.seq:
            self.look()
        elif self.sitting.attempt.seq != self._known:
            self.learn()

    def _look_at_once(self) -> None:
        self._again = self._looking
        self.look()

    def _has_looked(self, future: Future[bool]) -> None:
        """Bring what was seen from the writing thread into the UI's loop."""
        self.post_message(self.Looked(future))

    @on(Looked)
    def looked(self, event: Looked) -> None:
        """Show what others wrote."""
        self._looking = False
        if self._again:
            self._again = False
            self.look()
        # The next save says what is wrong with the store.
        with contextlib.suppress(CequizError):
            event.future.result()
        if self.sitting.attempt.seq != self._known and not self.ending:
            self.learn()

    def learn(self) -> None:
        """Show what has been written since it was shown last, by whomever: one drawing, also after one's own deed."""
        attempt = self.sitting.attempt
        if attempt.seq != self._known and not self.ending:
            self._known = attempt.seq
            before, self._ledger = self._ledger, attempt.ledger
            if attempt.status is not Status.OPEN:
                self.closed()
            elif attempt.ledger != before:
                self._learn_time(before)
            self.hear()
        self.show()

    def _learn_time(self, before: TimeLedger) -> None:
        ledger, deadline = self._ledger, self._ledger.deadline
        if deadline is not None and deadline != before.deadline and ledger.adjustments != before.adjustments:
            until = instant_text(deadline, self.desk.zone)
            self.tell(tr("Your deadline is now {until}. Press t to see why.", until=until))
        self.tick()

    # Endings --------------------------------------------------------------------------------------------------

    def action_submit(self) -> None:
        """Look over what is open or flagged before handing in."""
        self.paper.close_field()
        screen = CheckScreen(self.desk, self.sitting, self.cells())
        self.app.push_screen(screen, self._decided)

    def _decided(self, decision: Decision | None) -> None:
        if decision is None:
            return
        if decision.hand_in:
            self.attend(self._hand_in, group="end")
        else:
            self.go(decision.place)

    async def _hand_in(self) -> None:
        received, sitting = self.sitting.receive(), self.sitting
        self.paper.hand_over_typed()
        self.ending = True
        self.show_keys()
        self.show_banner(tr("Handing in …"))
        try:
            await self.desk.write(lambda ports: sitting.submit(received=received))
        except CequizError:
            self.ending = False
            self.show()
            raise
        self._show_result(ran_out=False)

    def time_over(self) -> None:
        """End the exam because its time is over."""
        if self.ending:
            return
        # What was typed before the end counts: it carries the instant of its last key.
        self.paper.hand_over_typed()
        self.ending = True
        self._close_what_is_on_top()
        self.show_keys()
        self.show_banner(tr("The time is over. Closing the exam …"))
        self.attend(self._expire, group="end")

    async def _expire(self) -> None:
        sitting, wait = self.sitting, 1.0
        while True:
            try:
                await self.desk.write(lambda ports: sitting.expire())
            except EnvironmentFailed as error:
                why, _ = self.desk.words_of(error)
                self.show_banner(tr("The time is over. NOT CLOSED YET: {why} Trying again.", why=why))
                await asyncio.sleep(wait)
                wait = min(wait * 2, 30.0)
            except OpenElsewhere:
                self.ending = False
                self.show()
                return
            except WrongState:
                # More time was given, or the attempt was voided, since this screen last looked.
                with contextlib.suppress(CequizError):
                    await self.desk.write(lambda ports: sitting.refresh())
                self.ending = False
                self.learn()
                return
            else:
                self._show_result(ran_out=True)
                return

    def closed(self) -> None:
        """Go to the result: somebody else has ended the attempt."""
        if not self.ending:
            self.ending = True
            self._close_what_is_on_top()
            self._show_result(ran_out=self.sitting.attempt.status is Status.EXPIRED)

    def _show_result(self, *, ran_out: bool) -> None:
        self.desk.sitting = None
        self.app.switch_screen(ResultScreen(self.desk, self.sitting.attempt.id, ran_out=ran_out))

    def _close_what_is_on_top(self) -> None:
        while self.app.screen is not self and self in self.app.screen_stack:
            above = self.app.screen
            if isinstance(above, ChallengeScreen) and above.begun:
                self.tell(tr("NOT SAVED: your challenge. The exam ended before it was sent."), warn=True)
            self.app.pop_screen()

    def action_back(self) -> None:
        """Escape leaves as well, after the same question."""
        if self.check_action("leave", ()):
            self.action_leave()

    def action_leave(self) -> None:
        """Ask, then leave; the exam goes on."""
        self.paper.close_field()
        words = self._leaving_words()

        def answered(yes: bool | None) -> None:
            if yes:
                self.attend(self._leave, group="leave")

        self.app.push_screen(Dialog(tr("Leave the exam?"), words, yes=tr("Leave"), no=tr("Stay")), answered)

    def _leaving_words(self) -> str:
        return leaving_words(self.sitting, self.desk.zone, typed=len(self.paper.drafts.held()))

    async def _leave(self) -> None:
        sitting = self.sitting
        if not sitting.taken_over:
            # What could not be written was named in the question, and is named again in the note below.
            with contextlib.suppress(EnvironmentFailed):
                await self.desk.write(lambda ports: sitting.leave())
        self.desk.sitting = None
        self.tell(self._leaving_words(), warn=bool(sitting.pending or self.paper.drafts))
        while self.app.screen is not self and self in self.app.screen_stack:
            self.app.pop_screen()  # the cover of a suspended exam, or a note
        self.app.pop_screen()
