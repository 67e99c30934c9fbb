"""What happens to an exam while its student thinks: time passes, others write, the machine sleeps.

A watch looks at the clock and at the records before every prompt and while one waits, gives signs of life, and says
what is new. It ends nothing itself: it raises what the sitting would say.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from datetime import timedelta

from cequiz.domain.exam.attempt import Status
from cequiz.domain.exam.ledger import Hold
from cequiz.errors import EnvironmentFailed, OpenElsewhere
from cequiz.frontends.dates import deadline_words, duration_words
from cequiz.frontends.plain.console import Console, Signal
from cequiz.frontends.plain.words import WARNINGS
from cequiz.frontends.standstill import absence_lines, held_lines, message_line, take_over_line
from cequiz.language import tr
from cequiz.services.outages import BEAT
from cequiz.services.sitting import Sitting

_LOOK_US = 1_000_000
"""Microseconds between two looks at the records, by the boot clock: what others write is said within two seconds."""

_BEAT_US = BEAT // timedelta(microseconds=1)


class Watch:
    """Stands between the exam and its prompts."""

    def __init__(self, console: Console, sitting: Sitting) -> None:
        self._console = console
        self._sitting = sitting
        self._deadline = sitting.attempt.ledger.deadline
        self._adjustments = sitting.attempt.ledger.adjustments
        self._told = self._warning()
        self._absence = sitting.absence
        self._welcomed = False
        self._looked = self._beaten = sitting.receive().boot_us
        self._read = len(sitting.attempt.messages) - len(sitting.missed)
        self._held: Hold | None = None
        """The suspension that was told last; None while the exam runs."""
        self.goes_on: Callable[[], object] = lambda: None
        """Called when the office has let a suspended exam go on: whoever talks shows the question then."""
        self.gone = False
        """Whether the terminal went away while it was asked: nobody wanted to leave."""

    def ask(self, prompt: str) -> str | Signal:
        """Ask after looking at the records and the clock; both may end the exam.

        A line lets a clock that waits run again, but for `x`: who leaves at once may come back to where it stood.

        Raises:
            DeadlinePassed: the time ran out, before the prompt or at it.
            AttemptClosed: the attempt was ended from elsewhere.
            OpenElsewhere: another session has taken over.
        """
        while True:
            self._beat()
            self.learn()
            if self._sitting.taken_over:
                hint = tr("Continue there, or take it over again.")
                raise OpenElsewhere(tr("This exam is open elsewhere."), hint=hint)
            self._mend()
            self._sitting.check_open()
            self._hear()
            self._announce()
            reply = self._console.ask(prompt, due=self._due)
            if reply is Signal.DUE:
                continue
            self.gone = reply is Signal.GONE
            running = self._sitting.held is None
            if isinstance(reply, str) and reply.lower() != "x" and self._sitting.waits and running:
                # What cannot be written now is written before whatever the line asks for.
                with contextlib.suppress(EnvironmentFailed):
                    self._sitting.go_on()
                self._say_absence()
            return reply

    def learn(self) -> None:
        """Learn what others wrote: extra time, a take-over, an ending."""
        # Reading can wait when the store fails: what matters is said when something cannot be written.
        with contextlib.suppress(EnvironmentFailed):
            self._sitting.refresh()
        # A deed may have learned of it as well, so the deadline that was last told is what counts. While the clock
        # waits for the student it is not known yet. What the student's own key changed is not told as news.
        ledger = self._sitting.attempt.ledger
        if self._sitting.waits or self._sitting.held or self._sitting.attempt.status is not Status.OPEN:
            return
        if ledger.deadline != self._deadline and ledger.adjustments != self._adjustments:
            until = deadline_words(ledger.deadline)
            self._console.say(tr("Your time has changed: the exam now ends on {until}.", until=until))
        self._deadline, self._adjustments = ledger.deadline, ledger.adjustments

    def _hear(self) -> None:
        """Say that the office has suspended the exam or let it go on, and what it wrote."""
        attempt, held = self._sitting.attempt, self._sitting.held
        for message in attempt.messages[self._read :]:
            self._console.say(message_line(message, None))
        self._read = len(attempt.messages)
        if held is not None and held != self._held:
            self.say_held(held)
        elif held is None and self._held is not None:
            self._console.say(tr("The exam goes on."))
            if self._sitting.waits:
                self.welcome()
            else:
                self._say_left()
                self.goes_on()
        self._held = held

    def say_held(self, hold: Hold) -> None:
        """Say that the office has suspended the exam, and what can be done meanwhile."""
        for line in held_lines(hold, None):
            self._console.say(line)
        self._console.say(tr("Type t for the time, or x to leave; you can come back."))

    def _say_left(self) -> None:
        left = self._sitting.time_left()
        if left is not None:
            self._console.say(tr("Time left: {span}.", span=duration_words(rounded(left))))

    def welcome(self) -> None:
        """Say what became of the time before this session, and that the clock waits where it does."""
        absence = self._sitting.absence
        if self._sitting.took_over and not self._welcomed:
            self._console.say(take_over_line())
        self._welcomed = True
        if absence is not None:
            for line in absence_lines(absence, None):
                self._console.say(line)
        if self._sitting.waits and self._sitting.held is None:
            self._console.say(tr("The clock stands still. Press Enter to go on."))
        self._absence = absence

    def over(self) -> bool:
        """Whether the deadline has passed."""
        return self._sitting.over()

    def _due(self) -> bool:
        stood_still = self._sitting.tick()
        self._beat()
        return stood_still or self._others_wrote() or self.over() or self._is_news(self._warning())

    def _beat(self) -> None:
        now = self._sitting.receive().boot_us
        if now - self._beaten >= _BEAT_US:
            self._beaten = now
            self._sitting.beat()

    def _mend(self) -> None:
        """Write down that the program stood still, and say it; what cannot be written stays pending."""
        with contextlib.suppress(EnvironmentFailed):
            self._sitting.mend()
        self._say_absence()

    def _say_absence(self) -> None:
        if self._sitting.absence is not self._absence:
            self.welcome()

    def _others_wrote(self) -> bool:
        """Whether the records say something new; they are looked at every second while one waits."""
        now = self._sitting.receive().boot_us
        if now - self._looked < _LOOK_US:
            return False
        self._looked = now
        with contextlib.suppress(EnvironmentFailed):
            return self._sitting.refresh()
        return False

    def _announce(self) -> None:
        warning, left = self._warning(), self._sitting.time_left()
        if left is not None and self._is_news(warning):
            self._console.say(tr("Time left: {span}.", span=duration_words(rounded(left))))
        self._told = warning

    def _is_news(self, warning: timedelta | None) -> bool:
        return warning is not None and (self._told is None or warning < self._told)

    def _warning(self) -> timedelta | None:
        """Return the smallest time left whose warning is due by now."""
        left = self._sitting.time_left()
        return None if left is None else min((warning for warning in WARNINGS if left <= warning), default=None)


def rounded(left: timedelta) -> timedelta:
    """Return the time left to the nearest second: a start a moment ago leaves 30 minutes, not 29 minutes 59 seconds."""
    return timedelta(seconds=round(left.total_seconds()))
