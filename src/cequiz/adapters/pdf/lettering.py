"""Letters as outlines: for words that are ornament and must not read as text of the page.

The seal and the word across a preview are pictures. As outlines they can go round a circle, and nobody who searches or
copies the page's text finds them.
"""

from __future__ import annotations

import re
from functools import lru_cache
from io import BytesIO

from reportlab.pdfgen.canvas import Canvas

from cequiz.adapters.pdf import fonts
from cequiz.adapters.pdf.fonts import Fonts
from cequiz.adapters.pdf.pen import shortly

Outline = tuple[str, float]
"""The operators of a path that begins at the origin, and how wide it is in points."""

_FRACTION = re.compile(r"-?\d*\.\d+")


class Lettering:
    """Traces capitals and keeps what was traced."""

    def __init__(self, faces: Fonts) -> None:
        self._faces = faces
        self._canvas = Canvas(BytesIO())  # makes paths, which are not bound to it
        self._kept = lru_cache(maxsize=256)(self._traced)

    def line(self, text: str, size: float) -> Outline:
        """Return a line of text as one outline."""
        return self._kept(text, size)

    def letters(self, text: str, size: float, *, tracking: float) -> list[Outline]:
        """Return the letters one by one, each with the room to the next one in its width."""
        return [(outline, width + tracking) for outline, width in (self._kept(letter, size) for letter in text)]

    def _traced(self, text: str, size: float) -> Outline:
        path = self._faces.trace(self._canvas, 0, 0, text, fonts.CAPITALS, size)
        operators = _FRACTION.sub(lambda number: shortly(float(number[0])), path.getCode())
        return operators, self._faces.width(fonts.CAPITALS, text, size)
