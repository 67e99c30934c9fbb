"""The outside of a PDF file: finished objects, text strings, streams, the table that finds them.

ReportLab draws the page and embeds the fonts; the file itself is written here, because the archiving standards ask for
a line end before every `endstream` and for an identifier, and ReportLab offers neither. Knows nothing of certificates.
"""

from __future__ import annotations

import zlib
from functools import lru_cache
from hashlib import sha256

from reportlab.pdfbase.pdfdoc import PDFDocument, PDFObject

_HEADER = b"%PDF-1.7\n%\xc3\xa7\xc3\xa9\n"  # bytes above 127 say that the file is not text (ISO 19005-3, 6.1.2)
_ESCAPED = str.maketrans({"\\": "\\\\", "(": "\\(", ")": "\\)"})
_TABLE_ENTRY = b"%010d 00000 n \n"


class Raw(PDFObject):  # type: ignore[misc] # ReportLab has no types
    """An object whose bytes are already as the file shall have them."""

    __RefOnly__ = 1
    """ReportLab's sign that others refer to it instead of holding it."""

    def __init__(self, content: bytes = b"") -> None:
        self.content = content

    def format(self, document: PDFDocument) -> bytes:
        """Return the bytes."""
        return self.content


def add(document: PDFDocument, content: bytes = b"") -> tuple[Raw, bytes]:
    """Add an object and return it with its reference; the content may be set until the file is written."""
    raw = Raw(content)
    document.Reference(raw)
    return raw, b"%d 0 R" % document.objectcounter


def reference(document: PDFDocument, name: str) -> bytes:
    """Return how the file refers to an object that ReportLab knows by a name."""
    return b"%d 0 R" % document.idToObjectNumberAndVersion[name][0]


def stream(entries: bytes, data: bytes, *, deflate: bool = True, level: int = 9) -> bytes:
    """Return a stream object.

    Args:
        entries: what its dictionary holds besides the length and the filter.
        data: the content, not yet deflated.
        deflate: whether it may be deflated; metadata may not.
        level: of deflating, from 1 for quick to 9 for short.
    """
    if deflate:
        data = zlib.compress(data, level)
        entries += b" /Filter /FlateDecode"
    return b"<< %s /Length %d >>\nstream\n%s" % (entries, len(data), _ended(data))


@lru_cache(maxsize=512)  # most of a page's labels are on every page, and each is written twice
def text_string(text: str) -> bytes:
    """Return a text string: readable where it is ASCII, UTF-16 in hexadecimal digits else."""
    if text.isascii() and text.isprintable():
        return b"(%s)" % text.translate(_ESCAPED).encode("ascii")
    return b"<FEFF%s>" % text.encode("utf-16-be").hex().upper().encode("ascii")


def written(document: PDFDocument, *, root: bytes, info: bytes) -> bytes:
    """Return the file: every object in the order of its number, the table, the trailer.

    The identifier is taken from the content, so that equal pages are equal files.

    Args:
        document: holds the objects; more may be added by those that are written.
        root: the reference of the catalog.
        info: the reference of the information dictionary.
    """
    parts, offsets, offset, number = [_HEADER], [], len(_HEADER), 1
    while number in document.numberToId:
        body = document.idToObject[document.numberToId[number]].format(document)
        if body.endswith(b"endstream\n"):  # ReportLab's own streams; ISO 19005-3, 6.1.7.1 wants a line end before
            body = _ended(body[:-10])
        part = b"%d 0 obj\n%s\nendobj\n" % (number, body)
        parts.append(part)
        offsets.append(offset)
        offset += len(part)
        number += 1
    content = b"".join(parts)
    identifier = sha256(content).hexdigest()[:32].upper().encode("ascii")
    table = b"xref\n0 %d\n0000000000 65535 f \n" % number + b"".join(_TABLE_ENTRY % one for one in offsets)
    trailer = b"trailer\n<< /Size %d /Root %s /Info %s /ID [<%s> <%s>] >>\nstartxref\n%d\n%%%%EOF\n" % (
        number, root, info, identifier, identifier, offset,
    )  # fmt: skip
    return content + table + trailer


def _ended(content: bytes) -> bytes:
    """Return what a stream holds up to its end; a carriage return that is content must not pass for half a line end."""
    return content + (b"\r\nendstream" if content.endswith(b"\r") else b"\nendstream")
