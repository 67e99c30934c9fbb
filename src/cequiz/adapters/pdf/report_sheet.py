"""Many tagged pages in one PDF/A-3a and PDF/UA-1 file: what `sheet` is for one page, without fields and attachments.

Elements form a tree (a table of rows of cells), and one element may go on over the end of a page. Knows nothing of
reports.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO

from reportlab.pdfbase.pdfdoc import PDFDocument, PDFName

from cequiz.adapters.pdf.conform import About, information, metadata, output_intents
from cequiz.adapters.pdf.objects import Raw, add, reference, stream, text_string, written
from cequiz.adapters.pdf.sheet import PageCanvas, StructuredPage

__all__ = ["About", "Element", "Sheets"]

_LEVEL = 6  # of deflating what is drawn


@dataclass(eq=False)
class Element:
    """A structure element: its kind, what is in it, and its pieces of content as (page, number)."""

    tag: str
    entries: bytes = b""
    children: list[Element] = field(default_factory=list)
    content: list[tuple[int, int]] = field(default_factory=list)

    def inside(self, tag: str, entries: bytes = b"") -> Element:
        """Return a new last element inside this one.

        Args:
            tag: the structure type (ISO 32000-1, 14.8.4), such as `TR`.
            entries: what its dictionary holds besides, such as the scope of a heading.
        """
        child = Element(tag, entries)
        self.children.append(child)
        return child


class Sheets:
    """Pages of one size; draw on `canvas` inside the blocks, `turn` after each page, then `finish` once."""

    def __init__(self, width: float, height: float, about: About) -> None:
        """Begin the first page.

        Args:
            width: of every page, in points.
            height: of every page, in points.
            about: what the file says of itself.
        """
        self.canvas = PageCanvas(BytesIO(), pagesize=(width, height), invariant=1, pageCompression=1)
        self.top = Element("Document")
        self._about = about
        self._pieces: list[list[Element]] = [[]]
        """By page and number of the marked content: whose it is."""

    @contextmanager
    def marked(self, element: Element, actual: str) -> Iterator[None]:
        """Mark what is drawn in this block as a piece of an element.

        Args:
            element: whose content it is.
            actual: the text as a reader should get it; shaping changes the order and the letters.
        """
        number = len(self._pieces[-1])
        self._pieces[-1].append(element)
        element.content.append((len(self._pieces) - 1, number))
        said = text_string(actual).decode("ascii")
        self.canvas._code.append(f"/{element.tag} <</MCID {number} /ActualText {said}>> BDC")
        yield
        self.canvas._code.append("EMC")

    @contextmanager
    def artifact(self) -> Iterator[None]:
        """Mark what is drawn in this block as ornament, or as what stands on every page."""
        self.canvas._code.append("/Artifact BMC")
        yield
        self.canvas._code.append("EMC")

    def turn(self) -> None:
        """End the page and begin the next one."""
        self.canvas.showPage()
        self._pieces.append([])

    def finish(self) -> bytes:
        """Return the file; the page under way is its last."""
        self.canvas.showPage()
        document = self.canvas._doc
        pages = [_structured(document, number) for number in range(len(self._pieces))]
        for font in document.delayedFonts:
            font.addObjects(document)
        root = add(
            document,
            b"<< /Type /Catalog /Pages %s /Lang %s /MarkInfo << /Marked true >> /StructTreeRoot %s"
            b" /ViewerPreferences << /DisplayDocTitle true >> /Metadata %s /OutputIntents %s >>"
            % (
                reference(document, document.Reference(document.Pages).name),
                text_string(self._about.language),
                self._structure(document, pages),
                metadata(document, self._about),
                output_intents(document),
            ),
        )[1]
        return written(document, root=root, info=information(document, self._about))

    def _structure(self, document: PDFDocument, pages: list[bytes]) -> bytes:
        """Add the structure tree and return its root's reference."""
        tree, tree_at = add(document)
        places: dict[int, bytes] = {}
        top_at = _added(document, self.top, tree_at, pages, places)
        parents = b" ".join(
            b"%d [%s]" % (number, b" ".join(places[id(element)] for element in pieces))
            for number, pieces in enumerate(self._pieces)
        )
        tree.content = b"<< /Type /StructTreeRoot /K [%s] /ParentTree << /Nums [%s] >> /ParentTreeNextKey %d >>" % (
            top_at,
            parents,
            len(pages),
        )
        return tree_at


def _added(
    document: PDFDocument, element: Element, parent: bytes, pages: list[bytes], places: dict[int, bytes]
) -> bytes:
    """Add an element with everything in it, note where each is, and return its reference."""
    raw, at = add(document)
    places[id(element)] = at
    inside = [b"<< /Type /MCR /Pg %s /MCID %d >>" % (pages[page], number) for page, number in element.content] + [
        _added(document, child, at, pages, places) for child in element.children
    ]
    raw.content = b"<< /Type /StructElem /S /%s /P %s /K [%s]%s >>" % (
        element.tag.encode("ascii"),
        parent,
        b" ".join(inside),
        element.entries,
    )
    return at


def _structured(document: PDFDocument, number: int) -> bytes:
    """Let a page that was drawn say where its structure is, and return its reference."""
    name = f"Page{number + 1}"
    page = StructuredPage()
    for key, value in vars(document.idToObject[name]).items():
        setattr(page, key, value)
    page.StructParents = number
    page.Tabs = PDFName("S")
    page.Trans = None
    page.Contents = Raw(stream(b"", page.stream.encode("ascii"), level=_LEVEL))
    document.idToObject[name] = page
    return reference(document, name)
