"""Where each printed field stands: one box a field, so that what was drawn can be read back.

Points, origin at the lower left, landscape Letter (792 x 612). Boxes never overlap; text stays inside its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from cequiz.adapters.pdf import fonts
from cequiz.adapters.pdf.fonts import Fonts
from cequiz.domain.credential.facts import Facts
from cequiz.domain.text import code_point
from cequiz.errors import Refused
from cequiz.language import tr

WIDTH, HEIGHT = 792.0, 612.0
CENTRE = WIDTH / 2


class Align(StrEnum):
    """Where a line starts in its box."""

    LEFT = "left"
    CENTRE = "centre"


@dataclass(frozen=True)
class Box:
    """The place of a field and how its text is fitted: largest to smallest size, then more lines."""

    left: float
    bottom: float
    right: float
    top: float
    font: str
    largest: float
    smallest: float
    lines: int = 1
    colour: str = "ink"
    align: Align = Align.CENTRE

    @property
    def width(self) -> float:
        """The room for a line, in points."""
        return self.right - self.left

    def holds(self, x: float, y: float) -> bool:
        """Whether a point is inside."""
        return self.left - 0.1 <= x < self.right + 0.1 and self.bottom <= y < self.top


@dataclass(frozen=True)
class Line:
    """One line of text in its place."""

    text: str
    x: float
    y: float
    font: str
    size: float
    colour: str


def _column(number: int, bottom: float, *, wide: int = 1, lines: int = 1) -> Box:
    left = 92 + number * 154
    top = bottom + 17
    return Box(left, bottom, left + 154 * wide - 10, top, fonts.TEXT, 11.5, 8, lines)


BOXES: Mapping[str, Box] = {
    "provider": Box(96, 520, 696, 549, fonts.CAPITALS, 16, 11, 2),
    "contact": Box(96, 504, 696, 519, fonts.TEXT, 10.5, 7, colour="quiet"),
    "title": Box(96, 451, 696, 499, fonts.CAPITALS, 38, 20),
    "name": Box(96, 371, 696, 425, fonts.NAME, 38, 18, 2),
    "licences": Box(96, 345, 696, 362, fonts.TEXT, 12, 7, colour="quiet"),
    "course": Box(96, 276, 696, 322, fonts.NAME, 25, 17, 2),
    "hours": Box(96, 255, 696, 275, fonts.CAPITALS, 15.5, 12, colour="accent"),
    "subjects": Box(96, 239, 696, 254, fonts.ITALIC, 10.5, 7.5, 2, "quiet"),
    "completed": _column(0, 206),
    "examination": _column(1, 206),
    "format": _column(2, 206),
    "number": _column(3, 206),
    "issued": _column(0, 175),
    "place": _column(1, 175, wide=2, lines=2),
    "revision": _column(3, 175, lines=2),
    "approvals": Box(96, 157, 696, 173, fonts.TEXT, 8.5, 7, 2, "quiet"),
    "instructor": Box(92, 100, 302, 116, fonts.TEXT, 11, 8, 2),
    "administrator": Box(490, 100, 700, 116, fonts.TEXT, 11, 8, 2),
    "footer": Box(96, 59, 696, 74, fonts.TEXT, 7.5, 6.5, 2, "quiet"),
}
"""Field name to place; a SPECIMEN's own word stands where the number would."""

LABELS: Mapping[str, str] = {
    "completed": "Completed",
    "examination": "Examination",
    "format": "Format",
    "number": "Certificate no.",
    "issued": "Issued",
    "place": "Place",
    "revision": "Revision",
}
"""Small capitals over the columns; static, and outside the boxes."""


def lines(facts: Facts, faces: Fonts) -> Iterator[Line]:
    """Yield every printed field, fitted into its box.

    Raises:
        Refused: a text is too long for its box at the smallest size, or holds a character no font has.
    """
    for field in facts.printed_fields():
        box = BOXES["number" if field.name == "specimen" else field.name]
        text = " ".join(field.text.split())
        font = faces.best(box.font, text)
        if not faces.covers(font, text):
            points = ", ".join(code_point(one) for one in text if not faces.covers(font, one))
            raise Refused(
                tr("No shipped font can print {points} in the {what}.", points=points, what=tr(field.label).lower()),
                hint=tr("Write it otherwise."),
            )
        size, broken = _fitted(text, box, font, faces, label=field.label)
        leading = size * 1.12
        middle = (box.top + box.bottom) / 2
        for number, line in enumerate(broken):
            y = middle + leading * ((len(broken) - 1) / 2 - number) - size * 0.3
            width = faces.width(font, line, size)
            x = box.left + (box.width - width) / 2 if box.align is Align.CENTRE else box.left
            yield Line(line, x, y, font, size, box.colour)


def _fitted(text: str, box: Box, font: str, faces: Fonts, *, label: str) -> tuple[float, list[str]]:
    """Return the largest size that fits: first on one line, then on as many as the box has, then smaller."""
    for count in range(1, box.lines + 1):
        size = box.largest if count == 1 else min(box.largest, (box.top - box.bottom) / (count * 1.15))
        while size >= box.smallest or (count == box.lines and size >= 5):
            broken = _wrapped(text, box.width, font, size, faces)
            if len(broken) <= count and all(faces.width(font, line, size) <= box.width for line in broken):
                return size, _balanced(text, broken, box.width, font, size, faces)
            size -= 0.5
    raise Refused(
        tr("The {what} is too long to be printed: {text}...", what=tr(label).lower(), text=text[:40]),
        hint=tr("Shorten it."),
    )


def _balanced(text: str, broken: list[str], width: float, font: str, size: float, faces: Fonts) -> list[str]:
    """Return lines of nearly equal length, no more of them than before: a last word alone looks like a mistake."""
    for share in range(50, 100, 5) if len(broken) > 1 else ():
        narrower = _wrapped(text, width * share / 100, font, size, faces)
        if len(narrower) == len(broken) and all(faces.width(font, line, size) <= width for line in narrower):
            return narrower
    return broken


def _wrapped(text: str, width: float, font: str, size: float, faces: Fonts) -> list[str]:
    broken: list[str] = []
    for word in text.split(" "):
        longer = f"{broken[-1]} {word}" if broken else word
        if broken and faces.width(font, longer, size) <= width:
            broken[-1] = longer
        else:
            broken.append(word)
    return broken
