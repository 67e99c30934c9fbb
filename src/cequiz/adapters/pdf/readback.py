"""Reading a certificate back from its file: the text of every printed field, by the name that its structure gives it.

What a file says of its own text counts only as far as the letters agree that are drawn. That a page reads well does
not prove that it looks well: shapes can be painted over it. So whatever stands on the page outside of its structure is
told as well, and those who verify show every field.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from ctypes import POINTER, byref, c_ubyte, c_ulong, c_void_p, cast, create_string_buffer
from dataclasses import dataclass, field, replace
from typing import Any

import pypdfium2
from pypdfium2 import raw

from cequiz.adapters.pdf import first_layout
from cequiz.adapters.pdf.additions import Additions
from cequiz.adapters.pdf.appearance import SIZES, unseen
from cequiz.adapters.pdf.characters import Character, characters
from cequiz.adapters.pdf.document import opened
from cequiz.domain.credential.claims import FIELD_CODES
from cequiz.errors import Refused
from cequiz.language import tr

CREATOR = "cequiz certificate 2"
"""What a file says that drew it, where its structure names the printed fields."""

_NAMES = frozenset({*FIELD_CODES, "specimen"})
_MOST_OBJECTS = 20_000
_MOST_ELEMENTS = 2_000
_DEEPEST = 8
_FIGURE = "Figure"
_MOST_NUMBERS = 8
"""Numbers in one text; their orders are tried."""
_LARGEST_WORD = 16
"""Points, of texts that are no fields: they never look like one."""
_REORDERED = re.compile(
    r"[\u0590-\u08ff\u0900-\u0dff\u0f00-\u109f\u1780-\u17ff\ufb1d-\ufdff\ufe70-\ufeff\U00010800-\U00011fff]"
)
"""Scripts from right to left, and those of India, Tibet, Burma and Cambodia."""
_NUMBERS = re.compile(r"\d+")
_BRACKETS = re.compile(r"[][(){}<>«»‹›]")
_SEEN_MODES = frozenset({raw.FPDF_TEXTRENDERMODE_FILL, raw.FPDF_TEXTRENDERMODE_FILL_STROKE})


@dataclass(frozen=True, kw_only=True)
class Page:
    """What a certificate's page says."""

    fields: dict[str, str]
    """The text of each printed field; runs of space count as one."""
    first_layout: bool = False
    """Whether it is of the layout that had neither structure nor signatures."""
    additions: int = 0
    """How many pieces were put on the page that no certificate has there."""
    unseen: tuple[str, ...] = ()
    """The names of the fields that an eye does not see as they read."""


@dataclass
class _Run:
    """Text objects that belong together: the text that is claimed for them, and the letters that are drawn."""

    claimed: str | None = None
    drawn: list[Character] = field(default_factory=list)

    def text(self) -> str:
        """Return the claimed text where the drawn letters bear it out, else the letters."""
        drawn = _joined(self.drawn)
        return self.claimed if self.claimed is not None and _bears_out(drawn, self.claimed) else drawn


def read_fields(pdf: bytes) -> dict[str, str]:
    """Return every printed field by name.

    Raises:
        Refused: it is not a PDF, or not a certificate of a layout that is known.
    """
    with opened(pdf) as document:
        return read_page(document).fields


def read_page(document: pypdfium2.PdfDocument) -> Page:
    """Return what the page of an opened certificate says.

    Raises:
        Refused: it is not a certificate of a layout that is known.
    """
    creator = document.get_metadata_value("Creator")
    refused = Refused(
        tr("This PDF is not a certificate of cequiz."),
        hint=tr("A scan or another copy has to be checked by its code or its number."),
    )
    if creator not in {CREATOR, first_layout.CREATOR} or (creator != CREATOR and len(document) != 1):
        raise refused
    page = document[0]
    try:
        if creator == first_layout.CREATOR:
            return Page(fields=first_layout.read_boxes(page), first_layout=True)
        found = _read(page)
    finally:
        page.close()
    if not found.fields:
        raise refused
    return replace(found, additions=found.additions + len(document) - 1)


def _read(page: pypdfium2.PdfPage) -> Page:
    additions = sum(not _is_signature_field(page, index) for index in range(raw.FPDFPage_GetAnnotCount(page)))
    fits = tuple(round(side) for side in page.get_size()) in SIZES
    additions += not fits
    pieces: dict[int, dict[int, _Run]] = {}  # by the number of the marked content, then by the claim
    owners: dict[int, _Run] = {}
    claims = _Claims()
    named = list(_elements(page))
    others = Additions(
        texts={number for kind, _, numbers in named if kind != _FIGURE for number in numbers},
        figures={number for kind, _, numbers in named if kind == _FIGURE for number in numbers},
    )
    texts = []
    own = set()
    for one in _objects(page):
        number = raw.FPDFPageObj_GetMarkedContentID(one)
        others.look_at(one, number)
        if raw.FPDFPageObj_GetType(one) != raw.FPDF_PAGEOBJ_TEXT:
            continue
        own.add(_address(one))
        if number < 0:
            continue
        place, claimed = claims.of(one)
        run = pieces.setdefault(number, {}).setdefault(place, _Run(claimed))
        if raw.FPDFTextObj_GetTextRenderMode(one) in _SEEN_MODES:
            owners[_address(one)] = run
            texts.append(one)
    # Only now, after the claims were taken away: pdfium would have given them for the drawn letters.
    everything = list(characters(page))
    for character in everything:
        if character.owner in owners:
            owners[character.owner].drawn.append(character)
        elif character.owner not in own:
            additions += 1  # inside of a form: ornaments have no text
    fields: dict[str, str] = {}
    drawn: dict[str, list[Character]] = {}
    for kind, name, numbers in named:
        letters = [one for number in numbers for run in pieces.get(number, {}).values() for one in run.drawn]
        if name not in _NAMES:
            additions += kind != _FIGURE and any(one.size > _LARGEST_WORD for one in letters)
            continue
        drawn.setdefault(name, []).extend(letters)
        text = " ".join(_together(list(pieces[number].values())) for number in numbers if number in pieces)
        # A second element of the same name is text beside the first's, so that it shows as a difference.
        fields[name] = " ".join(f"{fields.get(name, '')} {text}".split())
    return Page(
        fields={name: text for name, text in fields.items() if text},
        additions=additions + others.count,
        unseen=() if "specimen" in drawn or not fits else unseen(page, texts, drawn, everything),
    )


def _together(runs: Sequence[_Run]) -> str:
    """Return the text of runs that follow each other on one line or on several."""
    text = ""
    last: Character | None = None
    for run in runs:
        if last is not None and run.drawn and _far_apart(last, run.drawn[0]):
            text += " "
        text += run.text()
        last = run.drawn[-1] if run.drawn else last
    return text


def _objects(page: pypdfium2.PdfPage) -> Iterator[Any]:
    """Yield the objects of a page; those inside of form objects, which are ornaments, are not looked into."""
    count = raw.FPDFPage_CountObjects(page)
    if count > _MOST_OBJECTS:
        raise Refused(tr("This page holds more than a certificate of cequiz."))
    for index in range(count):
        yield raw.FPDFPage_GetObject(page, index)


class _Claims:
    """The texts that marks claim for what they enclose; each is taken away from the page once it is known."""

    def __init__(self) -> None:
        self._known: dict[int, str] = {}

    def of(self, one: Any) -> tuple[int, str | None]:
        """Return the mark that claims a text for a page object, and the text; 0 and None where none does."""
        for index in range(raw.FPDFPageObj_CountMarks(one)):
            mark = raw.FPDFPageObj_GetMark(one, index)
            place = _address(mark)
            claimed = _claimed(mark)
            if claimed is not None:
                self._known[place] = claimed
                raw.FPDFPageObjMark_RemoveParam(one, mark, b"ActualText")
            if place in self._known:
                return place, self._known[place]
        return 0, None


def _claimed(mark: Any) -> str | None:
    # As bytes: asked for a text, pdfium takes them for UTF-8, which they never are.
    length = c_ulong()
    if not raw.FPDFPageObjMark_GetParamBlobValue(mark, b"ActualText", None, 0, byref(length)):
        return None
    buffer = create_string_buffer(max(length.value, 1))
    place = cast(buffer, POINTER(c_ubyte))
    raw.FPDFPageObjMark_GetParamBlobValue(mark, b"ActualText", place, length.value, byref(length))
    found = buffer.raw[: length.value]
    if found.startswith(b"\xfe\xff"):
        return found[2:].decode("utf-16-be", "replace")
    return found.decode("latin-1")


def _address(pointer: Any) -> int:
    return cast(pointer, c_void_p).value or 0


def _elements(page: pypdfium2.PdfPage) -> Iterator[tuple[str, str, list[int]]]:
    """Yield the elements of the structure tree: kind, name of the printed field, numbers of the marked content."""
    tree = raw.FPDF_StructTree_GetForPage(page)
    if not tree:
        return
    try:
        children = raw.FPDF_StructTree_CountChildren(tree)
        waiting = [(raw.FPDF_StructTree_GetChildAtIndex(tree, index), 1) for index in range(max(children, 0))]
        waiting.reverse()
        seen = 0
        while waiting:
            element, depth = waiting.pop()
            seen += 1
            if seen > _MOST_ELEMENTS or depth > _DEEPEST:
                raise Refused(tr("This page holds more than a certificate of cequiz."))
            if not element:
                continue
            yield _said(raw.FPDF_StructElement_GetType, element), _title(element), _contents(element)
            count = max(raw.FPDF_StructElement_CountChildren(element), 0)
            inner = [(raw.FPDF_StructElement_GetChildAtIndex(element, index), depth + 1) for index in range(count)]
            waiting += reversed(inner)
    finally:
        raw.FPDF_StructTree_Close(tree)


def _contents(element: Any) -> list[int]:
    count = max(raw.FPDF_StructElement_GetMarkedContentIdCount(element), 0)
    return [raw.FPDF_StructElement_GetMarkedContentIdAtIndex(element, index) for index in range(count)]


def _title(element: Any) -> str:
    return _said(raw.FPDF_StructElement_GetTitle, element)


def _said(ask: Callable[..., int], element: Any) -> str:
    buffer = create_string_buffer(64)  # the longest name has a quarter of it
    length = ask(element, buffer, len(buffer))
    return _text(buffer.raw[:length]) if 0 < length <= len(buffer) else ""


def _is_signature_field(page: pypdfium2.PdfPage, index: int) -> bool:
    """Whether an annotation is the invisible field of the file's own signature."""
    annotation = raw.FPDFPage_GetAnnot(page, index)
    if not annotation:
        return False
    try:
        place = raw.FS_RECTF()
        found = raw.FPDFAnnot_GetRect(annotation, byref(place))
        hidden = not found or (place.left == place.right and place.bottom == place.top)
        return raw.FPDFAnnot_GetSubtype(annotation) == raw.FPDF_ANNOT_WIDGET and hidden
    finally:
        raw.FPDFPage_CloseAnnot(annotation)


def _joined(drawn: Sequence[Character]) -> str:
    """Return characters as text; a line ends where the next character stands far lower or higher."""
    text = ""
    for number, one in enumerate(drawn):
        text += " " if number and _far_apart(drawn[number - 1], one) else ""
        text += one.text
    # pdfium may give a character outside of the first plane as its two surrogates.
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _far_apart(before: Character, after: Character) -> bool:
    """Whether two characters stand on two lines; accents stand a little higher than their letters."""
    return abs(after.y - before.y) > 0.7 * min(after.size, before.size)


def _bears_out(drawn: str, claimed: str) -> bool:
    """Whether drawn letters are those of a text; spaces and accents may be drawn in ways that do not read back.

    The order counts, but where scripts run from right to left or draw vowels before their consonants: there the
    letters must be the same, and every number, whose digits always stand in one order. Brackets are mirrored there.
    """
    if _bare(drawn) == _bare(claimed):
        return True
    if not _REORDERED.search(claimed):
        return False
    if Counter(_BRACKETS.sub("", _bare(drawn))) != Counter(_BRACKETS.sub("", _bare(claimed))):
        return False
    # Spaces between two numbers may not read back, so the digits count as they follow each other.
    return _made_of("".join(_NUMBERS.findall(drawn)), _NUMBERS.findall(claimed))


def _made_of(digits: str, numbers: list[str]) -> bool:
    """Whether digits are these numbers, each whole and once, in whatever order."""
    if len(numbers) > _MOST_NUMBERS:
        return False
    if not numbers:
        return not digits
    return any(
        digits.startswith(one) and _made_of(digits.removeprefix(one), [*numbers[:place], *numbers[place + 1 :]])
        for place, one in enumerate(numbers)
    )


def _bare(text: str) -> str:
    spread = unicodedata.normalize("NFKD", text)
    return "".join(one for one in spread if unicodedata.category(one)[0] in "LNPS")


def _text(utf_16: bytes) -> str:
    return utf_16.decode("utf-16-le", "replace").split("\0", 1)[0]
