"""Signatures on the page: the picture that a provider gave, else the signer's name in a script face."""

from __future__ import annotations

from dataclasses import dataclass

from reportlab.lib.colors import HexColor

from cequiz.adapters.pdf import fonts
from cequiz.adapters.pdf.fonts import Fonts
from cequiz.adapters.pdf.layouts import Align, Area
from cequiz.adapters.pdf.pen import Pen
from cequiz.adapters.pdf.pictures import draw_picture
from cequiz.adapters.pdf.sheet import Sheet

_LARGEST = 23.0
_SMALLEST = 11.0
_INDENT = 8.0
_OVER = 6.0
"""How far above the line a drawn name stands; its lower loops cross the line, as those of a pen do."""


@dataclass(frozen=True, kw_only=True)
class Signature:
    """Who signs where and with what."""

    role: str
    """`instructor` or `administrator`."""
    name: str
    """Empty where several sign: then none is drawn."""
    picture: bytes
    """A PNG of the signature; empty for none."""
    area: Area
    """The room over the line; the line is its lower side."""
    align: Align
    """Where on the line a drawn name stands."""
    ink: str
    """The colour, `#RRGGBB`."""


def sign(sheet: Sheet, signature: Signature, faces: Fonts) -> None:
    """Draw a signature and the line under it."""
    area = signature.area
    alt = f"Signature of {signature.name}" if signature.name else "Signature"
    if signature.picture:
        room = Area(area.left + 10, area.bottom - 3, area.right - 10, area.top)
        with sheet.figure(alt, (room.left, room.bottom, room.right, room.top)):
            draw_picture(sheet.canvas, signature.picture, room, name=f"Signature-{signature.role}", rests=True)
    elif size := _size(signature, faces):
        width = faces.width(fonts.SCRIPT, signature.name, size)
        middle = (area.left + area.right - width) / 2
        left, line = area.left + _INDENT if signature.align is Align.LEFT else middle, area.bottom + _OVER
        with sheet.figure(alt, (area.left, area.bottom - 8, area.right, area.top)):
            faces.draw(sheet.canvas, left, line, signature.name, fonts.SCRIPT, size, colour=HexColor(signature.ink))
    with sheet.artifact():
        pen = Pen()
        pen.ink(stroke=signature.ink, width=0.7)
        pen.line((area.left, area.bottom), (area.right, area.bottom))
        sheet.canvas._code.append(pen.content())


def _size(signature: Signature, faces: Fonts) -> float:
    """Return the size of a drawn name; 0 for one that is too long to look like writing."""
    width = faces.width(fonts.SCRIPT, signature.name, _LARGEST)
    room = signature.area.right - signature.area.left - 12
    size = min(_LARGEST, _LARGEST * room / width) if width else 0.0
    return size if size >= _SMALLEST else 0.0
