"""Opening a PDF to read it or to look at it: one at a time, because pdfium is not made for threads."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import RLock

import pypdfium2

from cequiz.errors import Refused
from cequiz.language import tr

LARGEST = 20 * 1024 * 1024
"""Bytes of a file that is opened at all; a certificate has about a tenth of a megabyte."""

_ONE_AT_A_TIME = RLock()


@contextmanager
def opened(pdf: bytes) -> Iterator[pypdfium2.PdfDocument]:
    """Hold pdfium and an opened document for the length of a block.

    Raises:
        Refused: it is not a PDF that can be read; also when that shows only inside the block.
    """
    if len(pdf) > LARGEST:
        raise Refused(tr("This file is too large to be a certificate of cequiz."))
    with _ONE_AT_A_TIME:
        try:
            document = pypdfium2.PdfDocument(pdf)
            try:
                yield document
            finally:
                document.close()
        except pypdfium2.PdfiumError:
            raise Refused(tr("This file is not a readable PDF."), hint=tr("Give the certificate's own file.")) from None
