"""Reading a certificate back from its file: the text in each box, nothing else."""

from __future__ import annotations

import pypdfium2

from cequiz.adapters.pdf.draw import CREATOR
from cequiz.adapters.pdf.page import BOXES, HEIGHT, WIDTH
from cequiz.domain.credential.facts import SPECIMEN
from cequiz.errors import Refused

_LARGEST = 20 * 1024 * 1024  # bytes; ours have less than a tenth of a megabyte
_HYPHENS = {0x02: "-", 0xFFFE: "-"}  # what the reader makes of a hyphen at the end of a line


def read_fields(pdf: bytes) -> dict[str, str]:
    """Return every printed field by name.

    Raises:
        Refused: it is not a PDF, or not a certificate of this layout.
    """
    if len(pdf) > _LARGEST:
        raise Refused("This file is too large to be a certificate of cequiz.")
    try:
        document = pypdfium2.PdfDocument(pdf)
        try:
            return _fields(document)
        finally:
            document.close()
    except pypdfium2.PdfiumError:
        raise Refused("This file is not a readable PDF.", hint="Give the certificate's own file.") from None


def _fields(document: pypdfium2.PdfDocument) -> dict[str, str]:
    if document.get_metadata_value("Creator") != CREATOR or len(document) != 1:
        raise Refused(
            "This PDF is not a certificate of cequiz.", hint="A scan or another copy has to be checked by its number."
        )
    page = document[0]
    if tuple(round(side) for side in page.get_size()) != (WIDTH, HEIGHT):
        raise Refused("This page does not have the size of a certificate.")
    words = page.get_textpage()
    try:
        texts = {name: _inside(words, name) for name in BOXES}
    finally:
        words.close()
        page.close()
    if texts["number"] == SPECIMEN:
        texts["specimen"] = texts.pop("number")
    return {name: text for name, text in texts.items() if text}


def _inside(words: pypdfium2.PdfTextPage, name: str) -> str:
    box = BOXES[name]
    text: str = words.get_text_bounded(box.left, box.bottom, box.right, box.top)
    return " ".join(text.translate(_HYPHENS).split())
