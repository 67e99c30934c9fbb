"""How far long work is, in one line on a terminal; anywhere else it is silent."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

from cequiz.domain.text import visible

_WIDTH = 30


class Bar:
    """A line that is written over with every step; where it would say the same, nothing is written."""

    def __init__(self, err: TextIO, words: str) -> None:
        self._err = err if err.isatty() else None
        self._words = visible(words)
        self._shown = ""

    def __call__(self, done: int, of: int) -> None:
        """Show how much is done, of how much."""
        if self._err is None or not of:
            return
        filled = _WIDTH * done // of
        # Signs that every terminal has, and the numbers in words: the bar alone would say nothing to a screen reader.
        line = f"{self._words} [{'#' * filled}{'.' * (_WIDTH - filled)}] {done}/{of}"
        if line != self._shown:
            self._err.write(f"\r{line.ljust(len(self._shown))}")
            self._err.flush()
            self._shown = line

    def end(self) -> None:
        """Leave the line where it is and begin a new one."""
        if self._err is not None and self._shown:
            self._err.write("\n")


@contextmanager
def bar(err: TextIO, words: str) -> Iterator[Bar]:
    """Show a bar while the work lasts, however it ends."""
    shown = Bar(err, words)
    try:
        yield shown
    finally:
        shown.end()
