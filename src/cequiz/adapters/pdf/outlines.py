"""Glyphs as paths, for words that are ornament or picture and must not read as text of the page."""

from __future__ import annotations

from collections.abc import Sequence

import uharfbuzz as hb
from reportlab.pdfgen.pathobject import PDFPathObject

from cequiz.adapters.pdf.shaping import Run


def trace(path: PDFPathObject, x: float, y: float, runs: Sequence[Run], size: float) -> None:
    """Add the outlines of a line to a path.

    Args:
        path: takes them.
        x: the left end, in points.
        y: the base line, in points.
        runs: from left to right.
        size: in points.
    """
    for run in runs:
        for glyph in run.glyphs:
            pen = _pen(path, x + glyph.right * size / 1000, y + glyph.up * size / 1000, size / 1000 * run.face.unit)
            run.face.hb_font.draw_glyph(glyph.number, pen)
            x += glyph.advance * size / 1000


def _pen(path: PDFPathObject, x: float, y: float, scale: float) -> hb.DrawFuncs:
    """Return what draws a glyph into a path; a glyph's quadratic curves become the cubic ones that PDF has."""
    at = [0.0, 0.0]

    def move(to_x: float, to_y: float, _: object) -> None:
        at[:] = to_x, to_y
        path.moveTo(x + to_x * scale, y + to_y * scale)

    def line(to_x: float, to_y: float, _: object) -> None:
        at[:] = to_x, to_y
        path.lineTo(x + to_x * scale, y + to_y * scale)

    def curve(handle_x: float, handle_y: float, to_x: float, to_y: float, _: object) -> None:
        handles = (
            (at[0] + 2 * handle_x) / 3, (at[1] + 2 * handle_y) / 3, (to_x + 2 * handle_x) / 3, (to_y + 2 * handle_y) / 3
        )  # fmt: skip
        places = zip((*handles[::2], to_x), (*handles[1::2], to_y), strict=True)
        path.curveTo(*(part for right, up in places for part in (x + right * scale, y + up * scale)))
        at[:] = to_x, to_y

    pen = hb.DrawFuncs()
    pen.set_move_to_func(move)
    pen.set_line_to_func(line)
    pen.set_quadratic_to_func(curve)
    pen.set_close_path_func(lambda _: path.close())
    return pen
