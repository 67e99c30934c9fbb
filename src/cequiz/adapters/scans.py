"""Pictures of certificates: the QR codes on a scan or a photograph.

A picture is a stranger's file: only three formats are read, and only so large. What the codes say is text; whether it
is believed is decided elsewhere.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from io import BytesIO

import zxingcpp
from PIL import Image, ImageFilter, ImageOps, UnidentifiedImageError

from cequiz.errors import Refused
from cequiz.language import tr

_FORMATS = ("PNG", "JPEG", "TIFF")
_MOST_PIXELS = 80_000_000  # A3 at 600 dpi has 70 million
_MOST_PAGES = 20
_SMALL = 2_500_000
"""Pixels under which a picture is enlarged as well: the modules of a code are then few pixels wide."""
_QR = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
_OURS = re.compile(r"(HTTPS://[^#\s]{1,500}|CEQUIZ:V)#[A-Z2-7]{100,}")


def codes_of_file(content: bytes) -> tuple[str, ...]:
    """Return the codes of certificates on a picture, in the order in which they were found; each once.

    Args:
        content: a PNG, JPEG or TIFF; of a TIFF every page.

    Raises:
        Refused: it is not such a picture, or a too large one.
    """
    found: dict[str, None] = {}
    for picture in _pictures(content):
        found |= dict.fromkeys(codes_on(picture))
    return tuple(found)


def codes_on(picture: Image.Image) -> tuple[str, ...]:
    """Return the codes of certificates on a picture; others are passed over."""
    found: dict[str, None] = {}
    for number, attempt in enumerate(_attempts(picture)):
        for one in zxingcpp.read_barcodes(attempt, formats=_QR, text_mode=zxingcpp.TextMode.Plain):
            if _OURS.fullmatch(one.text):
                found.setdefault(one.text)
        # Two certificates may lie on one picture, of which one reads better than the other: look twice at least.
        if found and number:
            break
    return tuple(found)


def _attempts(picture: Image.Image) -> Iterator[Image.Image]:
    """Yield a picture in the ways in which a code may be read, the likeliest first."""
    grey = _grey(picture)
    yield grey
    small = grey.width * grey.height < _SMALL
    double = grey.resize((grey.width * 2, grey.height * 2), Image.Resampling.BICUBIC) if small else grey
    yield double.filter(ImageFilter.UnsharpMask(radius=3, percent=200, threshold=0))
    yield ImageOps.autocontrast(double, cutoff=2).filter(ImageFilter.UnsharpMask(radius=6, percent=300, threshold=0))
    yield grey.filter(ImageFilter.GaussianBlur(1))
    for angle in (-3, 3):
        yield double.rotate(angle, resample=Image.Resampling.BICUBIC, expand=True, fillcolor=255)


def _pictures(content: bytes) -> Iterator[Image.Image]:
    refused = Refused(
        tr("This picture cannot be read."), hint=tr("Give the scan as PNG, JPEG or TIFF, or the certificate's PDF.")
    )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of small damages, which do no harm where a code reads
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(BytesIO(content), formats=_FORMATS) as file:
                for number in range(min(getattr(file, "n_frames", 1), _MOST_PAGES)):
                    file.seek(number)
                    if file.width * file.height > _MOST_PIXELS:
                        raise _too_large()
                    file.load()
                    yield file
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise _too_large() from None
    # Pillow's readers raise these, and no class of their own, on damaged files.
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError, TypeError, KeyError, IndexError):
        raise refused from None


def _too_large() -> Refused:
    return Refused(tr("This picture is too large."), hint=tr("Scan the certificate at 300 dpi."))


def _grey(picture: Image.Image) -> Image.Image:
    """Return a picture in 256 shades of grey, its transparent parts white, upright as the camera was held."""
    if picture.mode.startswith(("I", "F")):  # sixteen bits and more a pixel
        lowest, highest = (float(value) for value in _extrema(picture))
        scale = 255 / (highest - lowest) if highest > lowest else 1.0
        return picture.point(lambda value: value * scale - lowest * scale).convert("L")
    if picture.mode in {"RGBA", "LA", "PA"} or "transparency" in picture.info:
        coloured = picture.convert("RGBA")
        paper = Image.new("RGBA", coloured.size, "white")
        return Image.alpha_composite(paper, coloured).convert("L")
    return picture.convert("L")


def _extrema(picture: Image.Image) -> tuple[float, float]:
    found = picture.getextrema()
    lowest, highest = found[0], found[-1]
    return (
        (float(lowest), float(highest))
        if isinstance(lowest, int | float) and isinstance(highest, int | float)
        else (0.0, 255.0)
    )
