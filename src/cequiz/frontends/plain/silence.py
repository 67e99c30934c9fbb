"""Breaks a silence: says one sentence where nothing else has been said for some seconds after a line.

A store that hangs holds whoever talks; without a word a person would take what they typed for done.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable
from typing import Final

SLOW: Final = 5.0
"""Seconds after which it is said that something takes long."""


class Silence:
    """The time between a line and what is said to it."""

    def __init__(self, say: Callable[[str], None]) -> None:
        """Take what says a sentence, in a thread of its own, while whoever talks is held by something else."""
        self._say = say
        self._timer: threading.Timer | None = None
        self._saying = threading.Lock()

    def begin(self, words: str) -> None:
        """Say words after a while, unless `end` comes first."""
        self.end()
        self._timer = threading.Timer(SLOW, self._break, args=(words,))
        self._timer.daemon = True  # nobody waits for it at the end of the program
        self._timer.name = "cequiz-silence"
        self._timer.start()

    def end(self) -> None:
        """Say nothing any more; a sentence that has begun is finished first, so that none is cut into."""
        timer, self._timer = self._timer, None
        if timer is None:
            return
        timer.cancel()
        with self._saying:
            pass

    def _break(self, words: str) -> None:
        with self._saying:
            if self._timer is threading.current_thread():
                # Nobody may read any more: whoever talks will meet that.
                with contextlib.suppress(OSError, ValueError):
                    self._say(words)
