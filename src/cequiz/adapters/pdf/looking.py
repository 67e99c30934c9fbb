"""Looking at a PDF that somebody handed in, as its reader and as a camera would: text, codes, attached files.

Believes nothing of what it sees. Limits everything: pages, pixels, attachments.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pypdfium2
from PIL import Image

from cequiz.adapters.pdf.appearance import seen_text
from cequiz.adapters.pdf.document import opened
from cequiz.adapters.pdf.readback import Page, read_page
from cequiz.adapters.scans import codes_on
from cequiz.errors import Refused

_MOST_PAGES = 20
_MOST_ATTACHMENTS = 16
_DPI = 200
_LONGEST_SIDE = 5_000  # pixels


@dataclass(frozen=True, kw_only=True)
class Looked:
    """What a PDF shows."""

    page: Page | None
    """None where it is not a certificate's own file, but codes of certificates can be seen on it."""
    codes: tuple[str, ...]
    """Every different code that can be seen: as on paper, whatever the file says of itself."""
    text: str = ""
    """The text of a copy that can be seen on it; empty for a picture, also with a text layer that nobody sees."""
    attached: tuple[str, ...] = ()
    """The text of every attached file of the name that was asked for; empty for one that is too large."""


def look(pdf: bytes, *, attachment: str, largest: int) -> Looked:
    """Return what a PDF shows.

    Args:
        pdf: any file.
        attachment: the name of the attached files to read.
        largest: how many bytes of one are read.

    Raises:
        Refused: it is not a PDF, or neither a certificate nor a picture of one.
    """
    with opened(pdf) as document:
        try:
            page = read_page(document)
        except Refused as refusal:
            codes = _codes(document)
            if not codes:
                raise refusal from None
            return Looked(page=None, codes=codes, text=_text(document))
        if page.first_layout:
            return Looked(page=page, codes=())
        return Looked(page=page, codes=_codes(document), attached=tuple(_attached(document, attachment, largest)))


def _codes(document: pypdfium2.PdfDocument) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for number in range(min(len(document), _MOST_PAGES)):
        found |= dict.fromkeys(codes_on(_picture(document, number)))
    return tuple(found)


def _text(document: pypdfium2.PdfDocument) -> str:
    return "".join(_text_of(document, number) for number in range(min(len(document), _MOST_PAGES)))


def _text_of(document: pypdfium2.PdfDocument, number: int) -> str:
    page = document[number]
    try:
        return seen_text(page)
    finally:
        page.close()


def _picture(document: pypdfium2.PdfDocument, number: int) -> Image.Image:
    page = document[number]
    try:
        scale = min(_DPI / 72, _LONGEST_SIDE / max(*page.get_size(), 1))
        picture: Image.Image = page.render(scale=scale, grayscale=True).to_pil()
    finally:
        page.close()
    return picture


def _attached(document: pypdfium2.PdfDocument, name: str, largest: int) -> Iterator[str]:
    for number in range(min(document.count_attachments(), _MOST_ATTACHMENTS)):
        attachment = document.get_attachment(number)
        if attachment.get_name() == name:
            content = bytes(attachment.get_data())
            yield content.decode("utf-8", "replace") if len(content) <= largest else ""
