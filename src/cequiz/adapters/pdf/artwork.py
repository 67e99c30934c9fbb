"""The ornaments of a page, made once a process and put on every certificate as they are.

Border and rosettes are the same on every page and dear to compute, so their finished, compressed stream is kept.
"""

from __future__ import annotations

from functools import cached_property

from reportlab.pdfgen.canvas import Canvas

from cequiz.adapters.pdf import art
from cequiz.adapters.pdf.layouts import Layout
from cequiz.adapters.pdf.lettering import Lettering
from cequiz.adapters.pdf.objects import Raw, stream
from cequiz.adapters.pdf.pen import Pen
from cequiz.adapters.pdf.template import Template

_NAME = "Artwork"


class Artwork:
    """The ornaments of one template on one paper, plain or with the word SPECIMEN across."""

    def __init__(self, template: Template, layout: Layout, lettering: Lettering) -> None:
        self._template = template
        self._layout = layout
        self._lettering = lettering

    def put(self, canvas: Canvas, *, specimen: bool) -> None:
        """Draw them on the page, under everything that follows."""
        # The canvas's own way to a form, beginForm, would compress it anew for every page.
        canvas._doc.addForm(_NAME, Raw(self._specimen if specimen else self._plain))
        canvas.doForm(_NAME)

    @cached_property
    def _plain(self) -> bytes:
        return self._drawn(specimen=False)

    @cached_property
    def _specimen(self) -> bytes:
        return self._drawn(specimen=True)

    def _drawn(self, *, specimen: bool) -> bytes:
        pen, layout = Pen(), self._layout
        art.watermark(pen, self._template, layout)
        if specimen:
            art.specimen(pen, self._template, layout, self._lettering)
        art.border(pen, self._template, layout)
        art.seal(pen, self._template, layout, self._lettering)
        box = f"[0 0 {layout.width:g} {layout.height:g}]"
        entries = f"/Type /XObject /Subtype /Form /BBox {box} /Resources << >>"
        return stream(entries.encode("ascii"), pen.content().encode("ascii"))
