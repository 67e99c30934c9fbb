"""Pictures in pixels, for terminals that draw them: the library that speaks Kitty's and Sixel's protocols, tamed.

Imported as it is, the library asks the terminal what it can do and how large its cells are. Once the screen runs, the
answers would arrive as keys, so it is imported where it believes that there is no terminal, and told what it asks for.
Its widgets are in `pixels`.
"""

from __future__ import annotations

import array
import io
import sys
from collections.abc import Callable
from functools import cache
from importlib import import_module
from types import ModuleType
from typing import NamedTuple

from textual.widget import Widget

Write = Callable[[str], None]

_USUAL = (10, 20)
"""Pixels of a cell where the terminal does not say it."""


class Cell(NamedTuple):
    """The size of a terminal's cell in pixels."""

    width: int
    height: int


def cell_size() -> Cell:
    """Return the size of this terminal's cells; the kernel is asked, never the terminal."""
    if sys.platform != "win32":
        import fcntl  # noqa: PLC0415 - not on every system
        import termios  # noqa: PLC0415 - as above

        size = array.array("H", [0, 0, 0, 0])
        try:
            fcntl.ioctl(1, termios.TIOCGWINSZ, size)
        except OSError:
            return Cell(*_USUAL)
        rows, columns, width, height = size
        if rows and columns and width >= columns and height >= rows:
            return Cell(width // columns, height // rows)
    return Cell(*_USUAL)


def picture(kind: str, png: bytes, write: Write) -> Widget:
    """Return a widget that draws a picture into however many cells it is given.

    Args:
        kind: `kitty` or `sixel`.
        png: the picture.
        write: puts text into the terminal, in turn with everything else that is written there.
    """
    pixels = _pixels()
    pixels.tell_cell_size(*cell_size())
    drawn: Widget = pixels.KittyImage(png, write) if kind == "kitty" else pixels.SixelImage(io.BytesIO(png))
    return drawn


@cache
def _pixels() -> ModuleType:
    """Return the widgets, imported where their library finds no terminal to ask."""
    shown = sys.__stdout__
    vars(sys)["__stdout__"] = io.StringIO()
    try:
        return import_module("cequiz.frontends.tui.widgets.pixels")
    finally:
        vars(sys)["__stdout__"] = shown
