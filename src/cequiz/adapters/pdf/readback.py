"""Reading a certificate back from its file: the characters that begin in each box, nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from ctypes import c_double

import pypdfium2
from pypdfium2 import raw

from cequiz.adapters.pdf.document import opened
from cequiz.adapters.pdf.draw import CREATOR
from cequiz.adapters.pdf.page import BOXES, HEIGHT, WIDTH
from cequiz.domain.credential.facts import SPECIMEN
from cequiz.errors import Refused
from cequiz.language import tr

_LARGEST = 20 * 1024 * 1024  # bytes; ours have less than a tenth of a megabyte
_MOST = 10_000  # characters; a full page has about a thousand


def read_fields(pdf: bytes) -> dict[str, str]:
    """Return every printed field by name.

    Raises:
        Refused: it is not a PDF, or not a certificate of this layout.
    """
    if len(pdf) > _LARGEST:
        raise Refused(tr("This file is too large to be a certificate of cequiz."))
    with opened(pdf) as document:
        return _fields(document)


def _fields(document: pypdfium2.PdfDocument) -> dict[str, str]:
    if document.get_metadata_value("Creator") != CREATOR or len(document) != 1:
        raise Refused(
            tr("This PDF is not a certificate of cequiz."),
            hint=tr("A scan or another copy has to be checked by its number."),
        )
    page = document[0]
    if tuple(round(side) for side in page.get_size()) != (WIDTH, HEIGHT):
        raise Refused(tr("This page does not have the size of a certificate."))
    words = page.get_textpage()
    try:
        texts = _texts(words)
    finally:
        words.close()
        page.close()
    if texts.get("number") == SPECIMEN:
        texts["specimen"] = texts.pop("number")
    return texts


def _texts(words: pypdfium2.PdfTextPage) -> dict[str, str]:
    """Return the text of each box that has one; a line ends where the next character stands lower or higher."""
    found: dict[str, str] = {}
    heights: dict[str, float] = {}
    for character, x, y in _characters(words):
        name = next((name for name, box in BOXES.items() if box.holds(x, y)), None)
        if name is not None:
            gap = "" if heights.setdefault(name, y) == y else " "
            found[name] = found.get(name, "") + gap + character
            heights[name] = y
    folded = {name: " ".join(text.split()) for name, text in found.items()}
    return {name: folded[name] for name in BOXES if folded.get(name)}


def _characters(words: pypdfium2.PdfTextPage) -> Iterator[tuple[str, float, float]]:
    """Yield every character of the page with the place where it begins (points), as the file has them.

    pdfium's own text joins words that were hyphenated at the end of a line and makes up spaces, so it is not used.
    """
    x, y = c_double(), c_double()
    count = raw.FPDFText_CountChars(words)
    if count > _MOST:
        raise Refused(tr("This page holds more text than a certificate of cequiz."))
    for index in range(count):
        if raw.FPDFText_IsGenerated(words, index) == 1:
            continue
        hyphen = raw.FPDFText_IsHyphen(words, index) == 1
        raw.FPDFText_GetCharOrigin(words, index, x, y)
        yield "-" if hyphen else chr(raw.FPDFText_GetUnicode(words, index)), x.value, round(y.value, 1)
