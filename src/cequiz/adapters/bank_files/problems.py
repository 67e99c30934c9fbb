"""A problem in a file, and how a text of unknown origin is shown in its message."""

from __future__ import annotations

from dataclasses import dataclass

from cequiz.domain.bank.lint.finding import Level
from cequiz.domain.text import visible

_SHOWN = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that is wrong, or could be better, at one place of one file.

    Attributes:
        path: the file, as it was typed.
        line: from 1.
        column: from 1, in characters.
        level: errors keep a file from being loaded.
        code: R01 to R29 from the reader, E, W and B codes from the linter.
        message: a sentence for the author; holds no control characters.
        question_id: the item it is about, if there is one.
        source: the text of the line, for showing the place; may hold anything.
    """

    path: str
    line: int
    column: int
    level: Level
    code: str
    message: str
    question_id: str | None = None
    source: str = ""

    @property
    def is_error(self) -> bool:
        """True when the file cannot be loaded because of it."""
        return self.level is Level.ERROR


def shown(text: str) -> str:
    """Return a text on one line, shortened, with its control characters spelled out."""
    flat = visible(" ".join(text.split()))
    return flat if len(flat) <= _SHOWN else flat[: _SHOWN - 1] + "…"
