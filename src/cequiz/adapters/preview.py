"""A page as coloured half blocks for a terminal: two pixels a cell, one above the other."""

from __future__ import annotations

import pypdfium2
from PIL.Image import Image

from cequiz.adapters.pdf.document import opened

Colour = tuple[int, int, int]
Cell = tuple[str, Colour, Colour]

UPPER_HALF = "\u2580"


def preview(pdf: bytes, *, columns: int, rows: int) -> list[list[Cell]]:
    """Return the first page as rows of (character, foreground, background), at most `columns` by `rows` cells.

    The page keeps its shape: a cell is taken to be twice as high as it is wide.

    Raises:
        Refused: it is not a readable PDF.
    """
    with opened(pdf) as document:
        image = _image(document, columns=max(columns, 1), rows=max(rows, 1))
    size = image.size
    pixels = [_colour(image.getpixel((x, y))) for y in range(size[1]) for x in range(size[0])]
    return [
        [(UPPER_HALF, pixels[y * size[0] + x], pixels[(y + 1) * size[0] + x]) for x in range(size[0])]
        for y in range(0, size[1], 2)
    ]


def _image(document: pypdfium2.PdfDocument, *, columns: int, rows: int) -> Image:
    page = document[0]
    width, height = page.get_size()
    scale = min(columns / width, 2 * rows / height)
    size = max(int(width * scale), 1), max(int(height * scale) // 2 * 2, 2)
    # Drawn larger and averaged down: thin lines of a page would vanish at one sample a pixel.
    image: Image = page.render(scale=4 * scale).to_pil().convert("RGB").resize(size)
    page.close()
    return image


def _colour(value: object) -> Colour:
    assert isinstance(value, tuple)  # noqa: S101 - an RGB image has three numbers a pixel
    return (int(value[0]), int(value[1]), int(value[2]))
