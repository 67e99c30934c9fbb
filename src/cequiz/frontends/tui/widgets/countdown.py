"""The words of the countdown: how much is left, and the warnings at 10, 5 and 1 minutes, each said once.

It owns no clock: whoever asks brings the time left.
"""

from __future__ import annotations

from datetime import timedelta

from cequiz.frontends.dates import clock_text
from cequiz.language import tr, trn

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
        if not due or level is None:
            return ""
        return trn("The last minute of your time began.", "The last {count} minutes of your time began.", level)

    def text(self, left: timedelta | None, *, suspended: bool) -> tuple[str, str]:
        """Return the words for the top bar and their style; the words alone say everything."""
        if left is None:
            return (tr("clock stands still") if suspended else tr("no time limit")), ""
        if not left:
            return tr("▲ time is over"), "bold $error"
        level = _level(left)
        if level is None:
            return tr("{time} left", time=clock_text(left)), "bold"
        tone = "bold $error" if level == min(WARNINGS) else "bold $warning"
        words = trn("▲ {time} left, last minute", "▲ {time} left, last {count} minutes", level, time=clock_text(left))
        return words, tone


def _level(left: timedelta | None) -> int | None:
    """Return the lowest mark that the time left is not above."""
    if left is None:
        return None
    return next((minutes for minutes in WARNINGS if left <= timedelta(minutes=minutes)), None)
