"""One tagged page as a PDF/A-3a and PDF/UA-1 file: a ReportLab canvas that knows what is text and what is ornament.

Whatever is drawn belongs into one of three blocks: `tagged` text, a `figure` with a description, or an `artifact`,
which screen readers pass over. Text can bear the name of the field it prints, so that the page can be read back field
by field. Knows nothing of certificates.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from io import BytesIO

from reportlab.pdfbase.pdfdoc import PDFDocument, PDFName, PDFPage
from reportlab.pdfgen.canvas import Canvas

from cequiz.adapters.pdf.conform import About, Attachment, attached, information, metadata, output_intents
from cequiz.adapters.pdf.objects import Raw, add, reference, stream, text_string, written

__all__ = ["SIGNATURE_FIELD", "About", "Attachment", "Sheet"]

SIGNATURE_FIELD = "Provider"
"""The name of the empty field that a PAdES signature goes into."""

_PAGE = "Page1"
_LEVEL = 4  # of deflating what is drawn: a twentieth longer than with the usual 6, in a third of the time
_SIGNATURE = "Digital signature of the course provider"

Box = tuple[float, float, float, float]
"""Left, bottom, right, top in points."""


class PageCanvas(Canvas):  # type: ignore[misc] # ReportLab has no types
    """A canvas that names no font before one is chosen: the usual start names Helvetica, which is not embedded."""

    def _make_preamble(self) -> None:
        self._preamble = ""


class StructuredPage(PDFPage):  # type: ignore[misc] # ReportLab has no types
    """A page that may say where its structure is."""

    __NoDefault__ = (*PDFPage.__NoDefault__, "StructParents", "Tabs")


class _Marked:
    """A block of what is drawn, between two marks; there are some forty on a page."""

    __slots__ = ("_begin", "_canvas")

    def __init__(self, canvas: Canvas, begin: str) -> None:
        self._canvas = canvas
        self._begin = begin

    def __enter__(self) -> None:
        self._canvas._code.append(self._begin)

    def __exit__(self, *_raised: object) -> None:
        self._canvas._code.append("EMC")


@dataclass
class _Element:
    """A structure element: its kind, its pieces of content, and what is said of it."""

    tag: str
    entries: bytes
    content: list[int] = field(default_factory=list)
    said: list[str | None] = field(default_factory=list)
    """The text of each piece as readers should get it, where that was given."""

    def actual(self) -> bytes:
        """Return the entry for the whole text; nothing where any piece is left to its glyphs."""
        said = [one for one in self.said if one is not None]
        return b" /ActualText " + text_string(" ".join(said)) if said and len(said) == len(self.said) else b""


class Sheet:
    """A page of one size; draw on `canvas` inside the blocks, then `finish` once."""

    def __init__(
        self,
        width: float,
        height: float,
        about: About,
        *,
        attachments: tuple[Attachment, ...] = (),
        signature_field: bool = False,
    ) -> None:
        """Begin a page.

        Args:
            width: of the page, in points.
            height: of the page, in points.
            about: what the file says of itself.
            attachments: files inside the file.
            signature_field: whether the file has an empty, invisible field for a signature.
        """
        self.canvas = PageCanvas(BytesIO(), pagesize=(width, height), invariant=1, pageCompression=1)
        self._about = about
        self._attachments = attachments
        self._signature_field = signature_field
        self._elements: list[_Element] = []
        self._named: dict[str, _Element] = {}
        self._pieces: list[_Element] = []
        """By the number of the marked content: whose it is."""

    def tagged(self, tag: str, *, name: str = "", actual: str | None = None) -> AbstractContextManager[None]:
        """Mark what is drawn in this block as text.

        Args:
            tag: the structure type (ISO 32000-1, 14.8.4), such as `H1` or `P`.
            name: the printed field; a second block of the same name continues the first one's element.
            actual: the text as a reader should get it, where shaping changes the order or the letters.
        """
        element = self._named.get(name)
        if element is None:
            element = self._element(tag, b" /T " + text_string(name) if name else b"")
            if name:
                self._named[name] = element
        return self._marked(element, actual)

    def figure(self, alt: str, box: Box) -> AbstractContextManager[None]:
        """Mark what is drawn in this block as a picture.

        Args:
            alt: what it shows, for who cannot see it.
            box: its place: left, bottom, right, top in points.
        """
        place = b" ".join(b"%.2f" % side for side in box)
        entries = b" /Alt %s /A << /O /Layout /Placement /Block /BBox [%s] >>" % (text_string(alt), place)
        return self._marked(self._element("Figure", entries), None)

    def artifact(self) -> AbstractContextManager[None]:
        """Mark what is drawn in this block as ornament, or as text that stands on the page a second time."""
        return _Marked(self.canvas, "/Artifact BMC")

    def finish(self) -> bytes:
        """Return the file."""
        canvas, document = self.canvas, self.canvas._doc
        canvas.showPage()
        page = _structured(document)
        for font in document.delayedFonts:
            font.addObjects(document)
        signature = self._add_signature(document, page) if self._signature_field else b""
        structure = self._structure(document)
        root = add(
            document,
            b"<< /Type /Catalog /Pages %s /Lang %s /MarkInfo << /Marked true >> /StructTreeRoot %s"
            b" /ViewerPreferences << /DisplayDocTitle true >> /Metadata %s /OutputIntents %s%s%s >>"
            % (
                reference(document, document.Reference(document.Pages).name),
                text_string(self._about.language),
                structure,
                metadata(document, self._about),
                output_intents(document),
                attached(document, self._attachments, made_at=self._about.made_at),
                signature,
            ),
        )[1]
        return written(document, root=root, info=information(document, self._about))

    def _element(self, tag: str, entries: bytes) -> _Element:
        element = _Element(tag, entries)
        self._elements.append(element)
        return element

    def _marked(self, element: _Element, actual: str | None) -> AbstractContextManager[None]:
        number = len(self._pieces)
        self._pieces.append(element)
        element.content.append(number)
        element.said.append(actual)
        # Said here as well as in the structure: programs that extract text look here, screen readers there.
        said = f" /ActualText {text_string(actual).decode('ascii')}" if actual is not None else ""
        return _Marked(self.canvas, f"/{element.tag} <</MCID {number}{said}>> BDC")

    def _structure(self, document: PDFDocument) -> bytes:
        """Add the structure tree and return its root's reference: one document, its elements in the order drawn."""
        page = reference(document, _PAGE)
        tree, tree_at = add(document)
        top, top_at = add(document)
        places = {}
        for element in self._elements:
            content = b" ".join(b"%d" % number for number in element.content)
            entries = b"<< /Type /StructElem /S /%s /P %s /Pg %s /K [%s]%s >>"
            body = entries % (element.tag.encode("ascii"), top_at, page, content, element.entries + element.actual())
            places[id(element)] = add(document, body)[1]
        parents = b"0 [%s]" % b" ".join(places[id(element)] for element in self._pieces)
        children = b" ".join(places.values())
        if self._signature_field:
            form = _form_element(document, top_at, page)
            children += b" " + form
            parents += b" 1 " + form
        top.content = b"<< /Type /StructElem /S /Document /P %s /K [%s] >>" % (tree_at, children)
        tree.content = b"<< /Type /StructTreeRoot /K [%s] /ParentTree << /Nums [%s] >> /ParentTreeNextKey 2 >>" % (
            top_at,
            parents,
        )
        return tree_at

    def _add_signature(self, document: PDFDocument, page: StructuredPage) -> bytes:
        """Add the empty field, which takes no room on the page, and return the catalog's entry for it."""
        widget = Raw(
            b"<< /Type /Annot /Subtype /Widget /FT /Sig /T %s /TU %s /F 132 /Rect [0 0 0 0] /StructParent 1 /P %s >>"
            % (text_string(SIGNATURE_FIELD), text_string(_SIGNATURE), reference(document, _PAGE))
        )
        page.Annots = [document.Reference(widget, SIGNATURE_FIELD)]
        return b" /AcroForm << /Fields [%s] /SigFlags 0 >>" % reference(document, SIGNATURE_FIELD)


def _structured(document: PDFDocument) -> StructuredPage:
    """Let the page that was drawn say where its structure is, and return it.

    Its content is deflated here, because ReportLab would spell it in ASCII and make it a quarter longer.
    """
    page = StructuredPage()
    for name, value in vars(document.idToObject[_PAGE]).items():
        setattr(page, name, value)
    page.StructParents = 0
    page.Tabs = PDFName("S")
    page.Trans = None
    page.Contents = Raw(stream(b"", page.stream.encode("ascii"), level=_LEVEL))
    document.idToObject[_PAGE] = page
    return page


def _form_element(document: PDFDocument, parent: bytes, page: bytes) -> bytes:
    return add(
        document,
        b"<< /Type /StructElem /S /Form /P %s /Pg %s /K << /Type /OBJR /Obj %s /Pg %s >> /Alt %s >>"
        % (parent, page, reference(document, SIGNATURE_FIELD), page, text_string(_SIGNATURE)),
    )[1]
