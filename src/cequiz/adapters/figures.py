"""Figures of questions as pictures: half blocks for a terminal, PNG for whatever shows pixels, markers on the points.

Knows pictures only: which question shows one, and on what screen, is for others. Points are numbered places as
(label, share of the width, share of the height).
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Sequence
from functools import lru_cache

from PIL import Image, ImageDraw, ImageFont, UnidentifiedImageError

from cequiz.adapters.preview import UPPER_HALF, Cell, Colour
from cequiz.adapters.svg import draw_svg, fonts
from cequiz.errors import Refused
from cequiz.language import tr

Points = Sequence[tuple[str, float, float]]

LARGEST = (1600, 1200)
"""Pixels that a picture is drawn to at most; screens get it from there."""

_MOST_PIXELS = 40_000_000
"""Of a PNG: a small file can hold a picture that fills the memory."""

INK: Colour = (20, 24, 60)
PAPER: Colour = (255, 255, 255)
"""Markers: white numbers on dark discs with a white and a dark ring, to be seen on any ground."""


def blocks(content: bytes, media_type: str, points: Points, *, columns: int, rows: int) -> list[list[Cell]]:
    """Return a figure as rows of (character, foreground, background), at most `columns` by `rows` cells.

    It keeps its shape: a cell is taken to be twice as high as it is wide. The number of a point stands in cells of
    its own, because a marker of pixels could not be read in so few.

    Raises:
        Refused: it cannot be drawn.
    """
    picture = _picture(content, media_type)
    scale = min(max(columns, 1) / picture.width, 2 * max(rows, 1) / picture.height)
    width = max(int(picture.width * scale), 1)
    height = max(round(picture.height * scale / 2), 1) * 2
    data = picture.resize((width, min(height, 2 * max(rows, 1))), Image.Resampling.HAMMING).tobytes()
    pixels = [(data[place], data[place + 1], data[place + 2]) for place in range(0, len(data), 3)]
    lines = [
        [(UPPER_HALF, *pair) for pair in zip(pixels[at : at + width], pixels[at + width : at + 2 * width], strict=True)]
        for at in range(0, len(pixels), 2 * width)
    ]
    for label, x, y in points:
        line = lines[min(int(y * len(lines)), len(lines) - 1)]
        first = min(max(round(x * width - len(label) / 2), 0), max(width - len(label), 0))
        for place, sign in enumerate(label[:width]):
            line[first + place] = (sign, PAPER, INK)
    return lines


def png(content: bytes, media_type: str, points: Points, *, width: int, height: int) -> bytes:
    """Return a figure with its markers as PNG, as large as fits into a box of pixels.

    Raises:
        Refused: it cannot be drawn.
    """
    picture = _picture(content, media_type)
    scale = min(width / picture.width, height / picture.height)
    size = max(round(picture.width * scale), 1), max(round(picture.height * scale), 1)
    picture = picture.resize(size, Image.Resampling.LANCZOS)
    _mark(picture, points)
    written = io.BytesIO()
    picture.save(written, format="PNG")
    return written.getvalue()


@lru_cache(maxsize=8)
def _picture(content: bytes, media_type: str) -> Image.Image:
    """Return a figure in its full size on white paper.

    Raises:
        Refused: it cannot be drawn.
    """
    if media_type == "image/svg+xml":
        content = draw_svg(content, width=LARGEST[0], height=LARGEST[1])
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=["PNG"]) as opened:
                if opened.width * opened.height > _MOST_PIXELS:
                    raise Refused(tr("This picture is too large to be drawn."))
                opened.thumbnail(LARGEST)
                drawn = opened.convert("RGBA")
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError, Warning):
        raise Refused(tr("This picture cannot be drawn.")) from None
    paper = Image.new("RGBA", drawn.size, PAPER)
    paper.alpha_composite(drawn)
    return paper.convert("RGB")


def _mark(picture: Image.Image, points: Points) -> None:
    radius = max(min(picture.size) // 26, 8)
    pen = ImageDraw.Draw(picture)
    bold = next((path for path in fonts() if path.stem == "VeraBd"), None)
    font = ImageFont.truetype(bold, round(radius * 1.25)) if bold else ImageFont.load_default(round(radius * 1.25))
    for label, x, y in points:
        where = x * picture.width, y * picture.height
        for size, colour in ((radius + 3, INK), (radius + 1.5, PAPER), (radius - 1, INK)):
            pen.ellipse([where[0] - size, where[1] - size, where[0] + size, where[1] + size], fill=colour)
        pen.text(where, label, font=font, fill=PAPER, anchor="mm")
