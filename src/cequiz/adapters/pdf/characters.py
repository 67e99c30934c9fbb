"""The characters of a page, one by one and as the file has them.

pdfium's own text joins words that were hyphenated at the end of a line and makes up spaces, so it is not used.
"""

from __future__ import annotations

from collections.abc import Iterator
from ctypes import c_double, c_void_p, cast
from dataclasses import dataclass

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
    """Of the font, in points."""
    owner: int
    """The address of the page object that draws it."""


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
            yield Character(text, x.value, y.value, raw.FPDFText_GetFontSize(words, index), owner)
    finally:
        words.close()
