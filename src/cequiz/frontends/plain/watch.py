"""What happens to an exam while its student thinks: time passes, others write.

A watch looks at the clock and at the records before every prompt and while one waits, and says what is new. It ends
nothing itself: it raises what the sitting would say.
"""

from __future__ import annotations

import contextlib
from datetime import timedelta

from cequiz.domain.exam.attempt import Status
from cequiz.errors import EnvironmentFailed, OpenElsewhere
from cequiz.frontends.plain.console import Console, Signal
from cequiz.frontends.plain.words import WARNINGS, duration_words
from cequiz.services.briefing import deadline_words
from cequiz.services.sitting import Sitting

_LOOK_US = 2_000_000
"""Microseconds between two looks at the records, by the boot clock: nobody learns of a take-over much later."""


class Watch:
    """Stands between the exam and its prompts."""

    def __init__(self, console: Console, sitting: Sitting) -> None:
        self._console = console
        self._sitting = sitting
        self._deadline = sitting.attempt.ledger.deadline
        self._told = self._warning()
        self._looked = sitting.receive().boot_us

    def ask(self, prompt: str) -> str | Signal:
        """Ask after looking at the records and the clock; both may end the exam.

        Raises:
            DeadlinePassed: the time ran out, before the prompt or at it.
            AttemptClosed: the attempt was ended from elsewhere.
            OpenElsewhere: another session has taken over.
        """
        while True:
            self.learn()
            if self._sitting.taken_over:
                raise OpenElsewhere("This exam is open elsewhere.", hint="Continue there, or take it over again.")
            self._sitting.attempt.check_open(self._sitting.now())
            self._announce()
            reply = self._console.ask(prompt, due=self._due)
            if reply is not Signal.DUE:
                return reply

    def learn(self) -> None:
        """Learn what others wrote: extra time, a take-over, an ending."""
        # Reading can wait when the store fails: what matters is said when something cannot be written.
        with contextlib.suppress(EnvironmentFailed):
            self._sitting.refresh()
        # A deed may have learned of it as well, so the deadline that was last told is what counts.
        deadline = self._sitting.attempt.ledger.deadline
        if deadline != self._deadline and self._sitting.attempt.status is Status.OPEN:
            self._console.say(f"Your time has changed: the exam now ends on {deadline_words(deadline)}.")
            self._deadline = deadline

    def over(self) -> bool:
        """Whether the deadline has passed."""
        return self._sitting.attempt.overdue(self._sitting.now())

    def _due(self) -> bool:
        return self._others_wrote() or self.over() or self._is_news(self._warning())

    def _others_wrote(self) -> bool:
        """Whether the records say something new; they are looked at every two seconds while one waits."""
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
            self._console.say(f"Time left: {duration_words(rounded(left))}.")
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
