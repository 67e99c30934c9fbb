"""What a rule says: a code, how serious it is, a sentence, and where."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

Loc: TypeAlias = "tuple[str | int, ...]"
"""The path of keys and indexes from the top of a file to a value."""


class Level(StrEnum):
    """How serious a finding is: only errors keep a bank from being loaded."""

    ERROR = "error"
    WARNING = "warning"
    BANK = "bank"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One finding of one rule.

    Attributes:
        code: the rule, such as `E01`.
        level: errors block loading; warnings and findings about the whole bank do not.
        message: a sentence for the author.
        question_id: the item it is about, or None for a bank or a course.
        loc: where, from the top of the file.
    """

    code: str
    level: Level
    message: str
    question_id: str | None = None
    loc: Loc = ()


def error(code: str, message: str, *loc: str | int) -> Finding:
    """Return a finding that blocks loading."""
    return Finding(code=code, level=Level.ERROR, message=message, loc=loc)


def warning(code: str, message: str, *loc: str | int) -> Finding:
    """Return a finding that the author may weigh, and waive with a reason."""
    return Finding(code=code, level=Level.WARNING, message=message, loc=loc)


def remark(code: str, message: str, *loc: str | int) -> Finding:
    """Return a finding about a bank as a whole."""
    return Finding(code=code, level=Level.BANK, message=message, loc=loc)
