"""Widgets that draw pictures in pixels; `graphics` imports this room, and nobody else may.

Importing the library below asks the terminal questions, whose answers would arrive as keys.
"""

from __future__ import annotations

import io
import itertools
import os
from collections.abc import Callable

from textual.app import RenderResult
from textual_image import _terminal as terminal
from textual_image.renderable import tgp
from textual_image.widget import SixelImage
from textual_image.widget._base import Image

__all__ = ["KittyImage", "SixelImage", "tell_cell_size"]

Write = Callable[[str], None]

_CHUNK = 4096
"""Characters in one message: https://sw.kovidgoyal.net/kitty/graphics-protocol/, section "Remote client"."""

_NUMBERS = itertools.count(((os.getpid() & 0xFFFF) << 12) + 1)
"""Names of pictures, different from those of other programs in the same terminal."""


def tell_cell_size(width: int, height: int) -> None:
    """Tell the library how many pixels a cell has, so that it does not ask the terminal."""
    vars(terminal.get_cell_size)["_result"] = terminal.CellSize(width, height)


class _Kitty(tgp.Image):
    """A picture that goes to the terminal once, and is then shown by characters that stand for its cells."""

    write: Write | None = None

    def cleanup(self) -> None:
        """Take the picture out of the terminal's memory."""
        if self.terminal_image_id:
            self._send(f"a=d,d=I,i={self.terminal_image_id},q=2")
            self.terminal_image_id = None

    def _send_image_to_terminal(self, width: int, height: int) -> None:
        self.terminal_image_id = next(_NUMBERS)
        data = self._image_data.scaled(width, height).to_base64()
        for at in range(0, len(data), _CHUNK):
            more = int(at + _CHUNK < len(data))
            head = f"q=2,m={more}" if at else f"i={self.terminal_image_id},f=100,q=2,m={more}"
            self._send(f"{head};{data[at : at + _CHUNK]}")

    def _create_virtual_placement(self, width: int, height: int) -> None:
        self._send(f"a=p,U=1,i={self.terminal_image_id},c={width},r={height},q=2")

    def _send(self, message: str) -> None:
        if self.write is not None:
            self.write(f"\x1b_G{message}\x1b\\")


class KittyImage(Image, Renderable=_Kitty):
    """A picture by Kitty's protocol; it writes through the screen's own writer, never past it."""

    def __init__(self, png: bytes, write: Write) -> None:
        self._write = write
        super().__init__(io.BytesIO(png))

    def render(self) -> RenderResult:
        """Return the characters that stand for the picture."""
        drawn = super().render()
        if isinstance(drawn, _Kitty):
            drawn.write = self._write
        return drawn

    def on_unmount(self) -> None:
        """Free the terminal's memory."""
        if self._renderable is not None:
            self._renderable.cleanup()
