"""The characters of a page, one by one and as the file has them.

pdfium's own text joins words that were hyphenated at the end of a line and makes up spaces, so it is not used.
"""

from __future__ import annotations

from collections.abc import Iterator
from ctypes import c_double, c_void_p, cast
from dataclasses import dataclass
from math import sqrt

import pypdfium2
from pypdfium2 import raw

from cequiz.errors import Refused
from cequiz.language import tr

_MOST = 10_000  # a full page has about two thousand


@dataclass(frozen=True, slots=True)
class Character:
    """One character of a page: where it begins (points) and what it belongs to."""

    text: str
    x: float
    y: float
    size: float
    """Of the font as it comes out on the page, in points."""
    owner: int
    """The address of the page object that draws it."""
    box: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)
    """What its shape covers: left, bottom, right, top in points."""


def characters(page: pypdfium2.PdfPage) -> Iterator[Character]:
    """Yield every character of a page in the order in which pdfium reads it.

    Raises:
        Refused: there are more than any certificate has.
    """
    words = page.get_textpage()
    try:
        x, y = c_double(), c_double()
        count = raw.FPDFText_CountChars(words)
        if count > _MOST:
            raise Refused(tr("This page holds more text than a certificate of cequiz."))
        for index in range(count):
            if raw.FPDFText_IsGenerated(words, index) == 1:
                continue
            hyphen = raw.FPDFText_IsHyphen(words, index) == 1
            raw.FPDFText_GetCharOrigin(words, index, x, y)
            owner = cast(raw.FPDFText_GetTextObject(words, index), c_void_p).value or 0
            text = "-" if hyphen else chr(raw.FPDFText_GetUnicode(words, index))
            yield Character(text, x.value, y.value, _size(words, index), owner, _box(words, index))
    finally:
        words.close()


def _size(words: pypdfium2.PdfTextPage, index: int) -> float:
    place = raw.FS_MATRIX()
    known = raw.FPDFText_GetMatrix(words, index, place)
    grown = sqrt(abs(place.a * place.d - place.b * place.c)) if known else 1.0
    return float(raw.FPDFText_GetFontSize(words, index)) * grown


def _box(words: pypdfium2.PdfTextPage, index: int) -> tuple[float, float, float, float]:
    left, right, bottom, top = (c_double() for _ in range(4))
    raw.FPDFText_GetCharBox(words, index, left, right, bottom, top)
    return left.value, bottom.value, right.value, top.value
