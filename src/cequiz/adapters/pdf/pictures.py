"""Pictures that a provider gives: a logo and signatures, made ready once a process for every page they go on."""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO

from PIL import Image
from reportlab.pdfgen.canvas import Canvas

from cequiz.adapters.pdf.layouts import Area
from cequiz.adapters.pdf.objects import Raw, add
from cequiz.errors import Refused
from cequiz.language import tr

_DENSEST = 300 / 72  # pixels a point that paper can show
_MOST_PIXELS = 30_000_000
_PNG = b"\x89PNG\r\n\x1a\n"
_HEADER = 33  # bytes up to the end of the first chunk, which says width and height (PNG, 11.2.1)


@dataclass(frozen=True)
class Picture:
    """A picture as a file of PDF holds it: its colours, and how much of each pixel covers what is under it."""

    width: int
    height: int
    colours: bytes
    """RGB, deflated."""
    cover: bytes
    """One byte a pixel, deflated; empty where everything is covered."""


@lru_cache(maxsize=16)
def read_picture(png: bytes, wide: float, high: float) -> Picture:
    """Return a PNG with no more pixels than its place can show.

    Args:
        png: the file.
        wide: of the place, in points.
        high: of the place, in points.

    Raises:
        Refused: it is not a PNG, or too large.
    """
    if png[: len(_PNG)] != _PNG or len(png) < _HEADER:
        raise _unreadable()
    # Looked up before anything is unpacked: a small file may hold a picture that fills the memory.
    width, height = struct.unpack_from(">II", png, 16)
    if width * height > _MOST_PIXELS:
        raise Refused(tr("A picture of the certificate is too large."), hint=tr("Give a smaller PNG."))
    try:
        picture = Image.open(BytesIO(png), formats=["PNG"]).convert("RGBA")
    except (OSError, SyntaxError, ValueError) as error:
        raise _unreadable() from error
    scale = min(1.0, wide * _DENSEST / picture.width, high * _DENSEST / picture.height)
    if scale < 1:
        size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
        picture = picture.resize(size, Image.Resampling.LANCZOS)
    cover = picture.getchannel("A").tobytes()
    solid = min(cover) == 255
    colours = picture.convert("RGB").tobytes()
    return Picture(*picture.size, zlib.compress(colours, 9), b"" if solid else zlib.compress(cover, 9))


def draw_picture(canvas: Canvas, png: bytes, area: Area, *, name: str, rests: bool = False) -> Area:
    """Draw a picture as large as its place allows, and return where it stands.

    Args:
        canvas: takes the picture.
        png: the file.
        area: the place.
        name: of the picture in the file.
        rests: whether it stands on the lower side of its place; in the middle else.
    """
    wide, high = area.right - area.left, area.top - area.bottom
    picture = read_picture(png, wide, high)
    scale = min(wide / picture.width, high / picture.height)
    width, height = picture.width * scale, picture.height * scale
    left = area.left + (wide - width) / 2
    bottom = area.bottom if rests else area.bottom + (high - height) / 2
    document = canvas._doc
    entries = b"/Type /XObject /Subtype /Image /Width %d /Height %d" % (picture.width, picture.height)
    mask = b""
    if picture.cover:
        cover = _image(entries + b" /ColorSpace /DeviceGray", picture.cover)
        mask = b" /SMask " + add(document, cover)[1]
    # An image is called like a form, so it may be added like one: its pixels are packed once and not for every page.
    document.addForm(name, Raw(_image(entries + b" /ColorSpace /DeviceRGB" + mask, picture.colours)))
    canvas._code.append(f"q {width:.3f} 0 0 {height:.3f} {left:.3f} {bottom:.3f} cm")
    canvas.doForm(name)
    canvas._code.append("Q")
    return Area(left, bottom, left + width, bottom + height)


def _unreadable() -> Refused:
    return Refused(tr("A picture of the certificate is not a PNG that can be read."), hint=tr("Give a PNG."))


def _image(entries: bytes, pixels: bytes) -> bytes:
    return b"<< %s /BitsPerComponent 8 /Filter /FlateDecode /Length %d >>\nstream\n%s\nendstream" % (
        entries,
        len(pixels),
        pixels,
    )
