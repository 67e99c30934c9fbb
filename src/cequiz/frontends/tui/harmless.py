"""The last look at what is drawn: no character of a text may act on a terminal, wherever the text came from.

Names and banks are refused such characters where they come in; this room is for what came in another way, such as a
store that somebody changed by hand, the name of a file, or the words of another program. What a widget draws as text
passes here; what the driver writes itself (colours, the cursor, pictures) does not.
"""

from __future__ import annotations

from rich.cells import cell_len
from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

from cequiz.domain.text import UNSAFE_IN_LINE

_INSTEAD = "\N{REPLACEMENT CHARACTER}"


class Harmless(LineFilter):
    """Takes out of a drawn line what could act on the terminal; the line stays as wide as it was."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """Return the segments without such characters.

        Args:
            segments: of one line.
            background: what it is drawn on.
        """
        if all(segment.text.isprintable() for segment in segments):
            return segments
        return [segment if segment.control else segment._replace(text=harmless(segment.text)) for segment in segments]


def harmless(text: str) -> str:
    """Return a line of text in which as many replacement characters as it is wide stand for an unsafe character."""
    return UNSAFE_IN_LINE.sub(lambda found: _INSTEAD * cell_len(found.group()), text)
