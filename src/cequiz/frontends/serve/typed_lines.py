"""What somebody types on a raw line, made into lines: editing keys, what is shown of them, and what is left out.

A terminal at a machine does this itself; over a line nobody does. It knows bytes and characters and nothing else.
"""

from __future__ import annotations

import codecs
from collections import deque
from enum import Enum, auto
from unicodedata import combining, east_asian_width

from cequiz.domain.text import UNSAFE_IN_LINE

LONGEST_LINE = 4_200
"""Characters of a line; what is typed beyond is left out. The longest text that is asked for, a comment, has 4,000."""

_BACK, _TAB, _ESCAPE = "\x08\x7f", "\t", "\x1b"
_STOP, _END, _ALL, _WORD = "\x03", "\x04", "\x15", "\x17"
"""Ctrl-C, Ctrl-D, Ctrl-U, Ctrl-W."""


class Typed(Enum):
    """What may come instead of a line."""

    STOP = auto()
    """Ctrl-C, or Ctrl-D at the beginning of a line."""


class _Key(Enum):
    """Where in the sequence of a special key, such as an arrow, the reading is."""

    NONE = auto()
    ESCAPED = auto()
    LONG = auto()
    """After `ESC [`: up to a letter or `~`."""
    SHORT = auto()
    """After `ESC O`: one more character."""


class Typing:
    """Cuts bytes into lines; on a raw line it obeys the editing keys and says what to show."""

    def __init__(self, *, raw: bool) -> None:
        """Begin with an empty line.

        Args:
            raw: whether single keys come, to be obeyed and shown; else whole lines, as from a pipe.
        """
        self._raw = raw
        self._decode = codecs.getincrementaldecoder("utf-8")(errors="replace").decode
        self._line: list[str] = []
        self._key = _Key.NONE
        self._after_return = False
        self._ahead: deque[str] = deque()
        """What was typed and is not obeyed yet."""
        self.secret = False
        """Whether nothing of what is typed is shown."""

    @property
    def begun(self) -> str:
        """What is typed of a line that is not ended, as it shows."""
        return "" if self.secret else "".join(self._line)

    def put(self, data: bytes) -> None:
        """Take bytes, cut anywhere; they are obeyed when somebody asks for a line."""
        self._ahead.extend(self._decode(data))

    def take(self) -> tuple[str, str | Typed | None]:
        """Obey what was typed up to the end of a line, and return what to show, and the line where it is whole."""
        shown = []
        line: str | Typed | None = None
        while self._ahead and line is None:
            echo, line = self._obey(self._ahead.popleft())
            shown.append(echo)
        return "".join(shown), line

    def rest(self) -> str | None:
        """Return the line that was begun when nothing more comes; None where none was."""
        return self._finish() if self._line else None

    def _obey(self, character: str) -> tuple[str, str | Typed | None]:
        if self._in_key(character):
            return "", None
        after_return, self._after_return = self._after_return, character == "\r"
        if character == "\n" and after_return:
            return "", None
        if character in "\r\n":
            return "\r\n" if self._raw else "", self._finish()
        if not self._raw:
            self._take(character)
            return "", None
        if character == _STOP:
            self._line.clear()
            return "^C\r\n", Typed.STOP
        if character == _END and not self._line:
            return "\r\n", Typed.STOP
        return self._edit(character), None

    def _in_key(self, character: str) -> bool:
        """Whether a character belongs to a special key, which does nothing here; a line's end is never swallowed."""
        if not self._raw or character in "\r\n":
            self._key = _Key.NONE
            return False
        match self._key:
            case _Key.NONE:
                self._key = _Key.ESCAPED if character == _ESCAPE else _Key.NONE
                return character == _ESCAPE
            case _Key.ESCAPED:
                self._key = {"[": _Key.LONG, "O": _Key.SHORT, _ESCAPE: _Key.ESCAPED}.get(character, _Key.NONE)
                return self._key is not _Key.NONE
            case _Key.LONG:
                if "\x40" <= character <= "\x7e":
                    self._key = _Key.NONE
                return True
            case _Key.SHORT:
                self._key = _Key.NONE
                return True

    def _edit(self, character: str) -> str:
        if character in _BACK:
            return self._erase(1)
        if character == _ALL:
            return self._erase(len(self._line))
        if character == _WORD:
            return self._erase(len(self._line) - _word_start(self._line))
        if character == _END:
            return ""
        taken = self._take(character)
        return "" if self.secret else taken

    def _take(self, character: str) -> str:
        """Add a character, unless it could act on a terminal or the line is long enough, and return what was added."""
        character = " " if character == _TAB else character
        if len(self._line) >= LONGEST_LINE or UNSAFE_IN_LINE.match(character):
            return ""
        self._line.append(character)
        return character

    def _erase(self, count: int) -> str:
        """Take characters back, each with the marks that stand on it, and return what wipes them out."""
        width = 0
        for _ in range(count):
            if not self._line:
                break
            gone = self._line.pop()
            while combining(gone) and self._line:
                gone = self._line.pop()
            width += _width(gone)
        return "" if self.secret else "\b \b" * width

    def _finish(self) -> str:
        line = "".join(self._line)
        self._line.clear()
        return line


def _width(character: str) -> int:
    """Return the cells that a character takes."""
    if combining(character):
        return 0
    return 2 if east_asian_width(character) in {"W", "F"} else 1


def _word_start(line: list[str]) -> int:
    """Return where the last word begins."""
    place = len(line)
    while place and line[place - 1] == " ":
        place -= 1
    while place and line[place - 1] != " ":
        place -= 1
    return place
