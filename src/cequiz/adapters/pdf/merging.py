"""Putting the pages of many certificates into one file, which a printer takes as one job."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO

import pypdfium2

from cequiz.adapters.pdf.document import opened


def merge(pdfs: Sequence[bytes]) -> bytes:
    """Return one PDF with the pages of many, in their order; for printing, not for verifying.

    Raises:
        Refused: one of them is not a PDF that can be read.
    """
    target = BytesIO()
    with opened(pdfs[0]):  # holds pdfium for all that follows
        merged = pypdfium2.PdfDocument.new()
        try:
            for pdf in pdfs:
                with opened(pdf) as one:
                    merged.import_pages(one)
            merged.save(target)
        finally:
            merged.close()
    return target.getvalue()
