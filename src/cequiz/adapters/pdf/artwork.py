"""The drawing of a page, made once a process and put on every certificate as it is.

Border and rosettes are the same on every page and dear to compute, so their finished, compressed stream is kept.
"""

from __future__ import annotations

import zlib
from functools import cached_property
from io import BytesIO

from reportlab.pdfbase.pdfdoc import PDFObject
from reportlab.pdfgen.canvas import Canvas

from cequiz.adapters.pdf import art
from cequiz.adapters.pdf.page import HEIGHT, WIDTH
from cequiz.adapters.pdf.template import Template

_NAME = "Artwork"


class _Finished(PDFObject):  # type: ignore[misc] # ReportLab has no types
    """An object of a PDF whose bytes are ready."""

    __RefOnly__ = 1  # ReportLab's mark of an object that stands by itself, as every stream does

    def __init__(self, data: bytes) -> None:
        self._data = data

    def format(self, document: object) -> bytes:
        """Return the bytes."""
        return self._data


class Artwork:
    """The drawing of one template, plain or with the word SPECIMEN across."""

    def __init__(self, template: Template) -> None:
        self._template = template

    def put(self, canvas: Canvas, *, specimen: bool) -> None:
        """Draw it on the page, under everything that follows."""
        stream = self._specimen if specimen else self._plain
        # The canvas's own way to a form, beginForm, would compress it anew for every page.
        canvas._doc.addForm(_NAME, _Finished(stream))
        canvas.doForm(_NAME)

    @cached_property
    def _plain(self) -> bytes:
        return self._drawn(specimen=False)

    @cached_property
    def _specimen(self) -> bytes:
        return self._drawn(specimen=True)

    def _drawn(self, *, specimen: bool) -> bytes:
        canvas = Canvas(BytesIO(), pagesize=(WIDTH, HEIGHT))
        art.watermark(canvas, self._template)
        if specimen:
            art.specimen(canvas, self._template)
        art.border(canvas, self._template)
        packed = zlib.compress(canvas.getCurrentPageContent().encode("ascii"), 9)
        head = (
            f"<< /Type /XObject /Subtype /Form /BBox [0 0 {WIDTH:g} {HEIGHT:g}] /Resources << >>"
            f" /Filter /FlateDecode /Length {len(packed)} >>\nstream\n"
        )
        return head.encode("ascii") + packed + b"\nendstream"
