"""The words of the countdown: how much is left, and the warnings at 10, 5 and 1 minutes, each said once.

It owns no clock: whoever asks brings the time left.
"""

from __future__ import annotations

from datetime import timedelta

from cequiz.frontends.tui.words import clock_text

WARNINGS = (1, 5, 10)
"""Minutes."""


class Countdown:
    """Turns a time left into words, and remembers which warning was given."""

    def __init__(self) -> None:
        self._level: int | None = None
        self._begun = False

    def warn(self, left: timedelta | None) -> str:
        """Return the warning that is due now, or nothing; what was under a mark from the start is no news."""
        level = _level(left)
        due = self._begun and level is not None and (self._level is None or level < self._level)
        self._level, self._begun = level, True
        return f"The last {_minutes(level)} of your time began." if due and level is not None else ""

    def text(self, left: timedelta | None, *, suspended: bool) -> tuple[str, str]:
        """Return the words for the top bar and their style; the words alone say everything."""
        if left is None:
            return ("clock stands still" if suspended else "no time limit"), ""
        if not left:
            return "▲ time is over", "bold $error"
        level = _level(left)
        if level is None:
            return f"{clock_text(left)} left", "bold"
        tone = "bold $error" if level == min(WARNINGS) else "bold $warning"
        return f"▲ {clock_text(left)} left, last {_minutes(level)}", tone


def _minutes(level: int) -> str:
    return "minute" if level == 1 else f"{level} minutes"


def _level(left: timedelta | None) -> int | None:
    """Return the lowest mark that the time left is not above."""
    if left is None:
        return None
    return next((minutes for minutes in WARNINGS if left <= timedelta(minutes=minutes)), None)
