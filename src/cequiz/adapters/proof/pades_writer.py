"""pyHanko made to fit: a writer that leaves the file's description alone.

Imports pyHanko, so it is only imported where that is known to be installed.
"""

from __future__ import annotations

from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter


class SameMetadataWriter(IncrementalPdfFileWriter):
    """Writes an update without touching the XMP packet: pyHanko's own rewriting loses what PDF/A asks of it.

    The date of modification stays that of the drawn page; a signature has its own.
    """

    def _update_meta(self) -> None:
        return
