"""Signs of life, interruptions, and the clock that waits for a key: what an open exam does beside being answered.

How long an interruption was and what is given back of it, the sitting knows; here it is shown.
"""

from __future__ import annotations

from textual import on

from cequiz.domain.exam.attempt import Status
from cequiz.frontends.dates import span_text
from cequiz.frontends.standstill import absence_lines, take_over_line
from cequiz.frontends.tui.desk import Desk
from cequiz.frontends.tui.student.exam_view import ExamView
from cequiz.frontends.tui.student.standstill import StandstillScreen
from cequiz.language import tr
from cequiz.services.accommodating import profile_of
from cequiz.services.outages import BEAT, Absence
from cequiz.services.sitting import Sitting


class ExamClock(ExamView):
    """Adds what happens to the clock while nobody is there, and the spacing that a person prefers."""

    def __init__(self, desk: Desk, sitting: Sitting) -> None:
        super().__init__(desk, sitting)
        self._absence: Absence | None = None
        self._welcomed = False
        self._mending = False
        self._waiting = False
        """Whether the question is covered until a key is pressed."""
        self._stood_still = False
        """Whether a key was pressed, and the clock is not shown to run yet."""

    def on_mount(self) -> None:
        """Begin to give signs of life, and say what became of the time before."""
        self.set_interval(BEAT.total_seconds(), self.beat)
        self.call_later(self.welcome)
        self.attend(self._suit, group="suit")

    async def _suit(self) -> None:
        student = self.sitting.attempt.student_id
        profile = await self.desk.read(lambda ports: profile_of(ports, student))
        if profile.spacious:
            self.add_class("-spacious")
            self.show()

    def beat(self) -> None:
        """Give a sign of life."""
        if not self.ending:
            self.desk.submit(self.sitting.beat)

    def find_gap(self) -> None:
        """Find out whether the machine slept, or the program was stopped; called every second."""
        if self.sitting.tick() and not self._mending:
            self._mending = True
            self.pen.mend()

    @on(ExamView.Done)
    def _caught_up(self) -> None:
        self._mending = False
        self.welcome()
        if self._stood_still:
            self._stood_still = self.sitting.waits
            self.tick()

    def tick(self) -> None:
        """Show the time left; the class below does."""

    def welcome(self) -> None:
        """Say what became of the time before, once; where the clock waits, wait for a key."""
        absence, news = self.sitting.absence, self.sitting.absence is not self._absence
        self._absence = absence
        if self.ending or self._waiting or self.sitting.taken_over or self.sitting.attempt.status is not Status.OPEN:
            return
        if self.sitting.held is not None:
            return  # nothing can go on yet
        took_over = self.sitting.took_over and not self._welcomed
        self._welcomed = True
        if took_over:
            self.tell(take_over_line(), warn=True)
        if self.sitting.waits:
            self._waiting = True
            self.app.push_screen(StandstillScreen(self._words), self._go_on)
        elif news and absence is not None:
            self.tell(" ".join(absence_lines(absence, self.desk.zone)), warn=True)

    def _go_on(self, _: None) -> None:
        self._waiting, self._stood_still = False, True
        if not self.read_only:
            self.pen.go_on()
        self.show()

    def _words(self) -> str:
        attempt, left = self.sitting.attempt, self.sitting.time_left()
        count = len(attempt.form.items)
        lines = [
            *(absence_lines(self.sitting.absence, self.desk.zone) if self.sitting.absence else ()),
            "",
            tr(
                "You are at question {number} of {count}. Answered: {answered}.",
                number=self.place + 1,
                count=count,
                answered=count - len(attempt.open_items),
            ),
            *([tr("Time left: {span}.", span=span_text(left))] if left is not None else []),
            "",
            tr("The clock stands still. Press a key to go on.")
            if self.sitting.stands_still
            else tr("What can be given back is used up, and the clock runs. Press a key to go on."),
        ]
        return "\n".join(lines).strip()
