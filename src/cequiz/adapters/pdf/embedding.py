"""Fonts inside a PDF: the glyphs that a page uses, their widths, and the text that each stands for.

Fonts are embedded as composite ones in which a code is the number of the glyph, so that what is written on a page does
not depend on what else stands there: finished strings and finished subsets can be kept. What every page needs is one
subset, cut once; a name's other letters are a second, small one. ReportLab's own embedding goes by characters: it
cannot hold shaped glyphs but as private characters, and merges fonts of equal names without a word.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property, lru_cache
from hashlib import sha256
from typing import NamedTuple
from weakref import WeakKeyDictionary

from reportlab.pdfbase.pdfdoc import PDFDocument

from cequiz.adapters.pdf.face import Face
from cequiz.adapters.pdf.objects import add, stream
from cequiz.adapters.pdf.shaping import Glyph, shape

_PLAIN = " !%&'()+,-./0123456789:;?@ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz’“”–—·"
"""What names, titles and addresses are mostly made of; each of these letters makes every page larger."""
_LIGATURES = "ff fi fl ffi ffl fb fh fj fk ft tt Th Qu"
_NO_TEXT = "\u200b"
"""What a glyph says whose text another one bears; nothing at all would not be allowed."""
_LAST_CODE = 0xFFFF
_MOST = 100  # entries in a block of a CMap (Adobe Technical Note 5014)
_UPRIGHT_STEM = 80
_SYMBOLIC, _ITALIC = 4, 64

Codes = tuple[tuple[int, int, str], ...]
"""What strings may hold: codes with the glyphs and the texts they stand for, in the order of the codes."""


class _Subset(NamedTuple):
    """The finished parts of an embedded font."""

    name: bytes
    file: bytes
    glyphs: bytes
    """Empty where codes are the numbers of glyphs."""
    texts: bytes
    widths: bytes


class _Document(NamedTuple):
    """What one document uses of a font."""

    used: dict[int, Glyph]
    """By code."""
    others: dict[tuple[int, str], int]
    """Codes of glyphs that stand for something else than by themselves, by number and text."""


class EmbeddedFont:
    """A font that documents of ReportLab can use; it is what their list of delayed fonts asks for."""

    def __init__(self, face: Face, *, plain: bool = False) -> None:
        """Make a font ready.

        Args:
            face: the font.
            plain: whether most pages have text in it, so that the plain letters are one subset for all of them.
        """
        self.face = face
        self.name = face.name
        self._plain = dict(sorted(_plain_glyphs(face).items())) if plain else {}
        self._plain_codes = tuple((number, number, text) for number, text in self._plain.items())
        self._documents: WeakKeyDictionary[PDFDocument, _Document] = WeakKeyDictionary()
        self._subset = lru_cache(maxsize=256)(self._cut)

    def resource(self, glyph: Glyph) -> str:
        """Return the name by which a page knows the subset that a glyph is taken from."""
        return f"{self.name}{'' if self._plain.get(glyph.number) == glyph.text else '+'}"

    def says(self, glyph: Glyph) -> bool:
        """Return whether a glyph stands for the same text wherever it is used; its number is its code then."""
        return glyph.text == self._plain.get(glyph.number, self.face.meaning(glyph.number))

    def use(self, document: PDFDocument, glyphs: Iterable[Glyph]) -> None:
        """Note that a document uses glyphs that always stand for the same text."""
        used = self._in(document).used
        for glyph in glyphs:
            used[glyph.number] = glyph

    def code(self, document: PDFDocument, glyph: Glyph) -> int:
        """Return the code of a glyph that stands for something else here than elsewhere in a document."""
        here = self._in(document)
        found = here.others.get((glyph.number, glyph.text))
        if found is None:
            free = self.face.hb_face.glyph_count + len(here.others)
            found = here.others[glyph.number, glyph.text] = free if free <= _LAST_CODE else glyph.number
            here.used.setdefault(found, glyph)
        return found

    def addObjects(self, document: PDFDocument) -> None:  # noqa: N802 - ReportLab's name
        """Add the subsets that a document uses."""
        used = self._in(document).used
        del self._documents[document]
        files: dict[bytes, bytes] = {}
        if not self._plain.keys().isdisjoint(used):
            self._add(document, self.name, self._plain_codes, files)
        others = [(code, glyph.number, glyph.text) for code, glyph in used.items() if code not in self._plain]
        if others:
            self._add(document, f"{self.name}+", tuple(sorted(others)), files)

    def _in(self, document: PDFDocument) -> _Document:
        found = self._documents.get(document)
        if found is None:
            found = self._documents[document] = _Document({}, {})
            document.delayedFonts.append(self)
        return found

    def _add(self, document: PDFDocument, resource: str, codes: Codes, files: dict[bytes, bytes]) -> None:
        """Add a subset; those of one name share the file that the first of them has brought."""
        subset = self._subset(codes)
        if subset.name not in files:
            files[subset.name] = add(document, subset.file)[1]
        file, texts = files[subset.name], add(document, subset.texts)[1]
        glyphs = add(document, subset.glyphs)[1] if subset.glyphs else b"/Identity"
        descriptor = add(
            document,
            b"<< /Type /FontDescriptor /FontName /%b %b /FontFile2 %b >>" % (subset.name, self._description, file),
        )[1]
        descendant = add(
            document,
            b"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /%b /CIDToGIDMap %b /DW 0 /W [%b]"
            b" /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> /FontDescriptor %b >>"
            % (subset.name, glyphs, subset.widths, descriptor),
        )[1]
        font = add(
            document,
            b"<< /Type /Font /Subtype /Type0 /BaseFont /%b /Encoding /Identity-H /DescendantFonts [%b] /ToUnicode %b >>"
            % (subset.name, descendant, texts),
        )[0]
        document.idToObject["BasicFonts"].dict[resource] = font

    @cached_property
    def _description(self) -> bytes:
        """What a font descriptor says of the whole font (ISO 32000-1, 9.8)."""
        face = self.face
        return b"/Flags %d /FontBBox [%b] /ItalicAngle %b /Ascent %b /Descent %b /CapHeight %b /StemV %d" % (
            _SYMBOLIC | (_ITALIC if face.slant else 0),
            b" ".join(map(_number, face.box)),
            _number(face.slant),
            _number(face.ascent),
            _number(face.descent),
            _number(face.capital_height),
            _UPRIGHT_STEM,
        )

    def _cut(self, codes: Codes) -> _Subset:
        """Return a subset that holds glyphs under the numbers they have in the font."""
        numbers = sorted({number for _, number, _ in codes})
        # Plain letters that stand for others have no need of a second file.
        plain = self._plain.keys() >= set(numbers)
        return _Subset(
            name=_tag(list(self._plain) if plain else numbers) + b"+" + self.name.encode("ascii"),
            file=self._plain_file if plain else self._file(numbers),
            glyphs=_glyph_map(codes),
            texts=stream(b"", _to_unicode(codes)),
            widths=_widths((code, self.face.advance(number)) for code, number, _ in codes),
        )

    @cached_property
    def _plain_file(self) -> bytes:
        return self._file(list(self._plain))

    def _file(self, numbers: Sequence[int]) -> bytes:
        data = self.face.subset(numbers)
        return stream(b"/Length1 %d" % len(data), data)


def _widths(widths: Iterable[tuple[int, float]]) -> bytes:
    """Return the widths of codes: a list for each stretch of codes that follow each other (ISO 32000-1, 9.7.4.3)."""
    parts: list[bytes] = []
    before = -2
    for code, width in widths:
        parts.append(_number(width) if code == before + 1 else b"] %d [ %b" % (code, _number(width)))
        before = code
    return b" ".join(parts)[2:] + b"]"


def _glyph_map(codes: Codes) -> bytes:
    """Return the stream that leads from codes to glyphs; empty where they are the same."""
    if all(code == number for code, number, _ in codes):
        return b""
    table = bytearray(2 * (codes[-1][0] + 1))
    for code, number, _ in codes:
        table[2 * code : 2 * code + 2] = number.to_bytes(2, "big")
    return stream(b"", bytes(table))


def _plain_glyphs(face: Face) -> Mapping[int, str]:
    """Return the glyphs that nearly every page has: plain letters, and the ligatures a font makes of them."""
    letters = "".join(one for one in _PLAIN if ord(one) in face.codes)
    words = [letters, *_LIGATURES.split(" ")] if face.glyph("f") is not None else [letters]
    found: dict[int, str] = {}
    for word in words:
        for glyph in (glyph for run in shape(word, [face]) for glyph in run.glyphs):
            found.setdefault(glyph.number, face.meaning(glyph.number) or glyph.text)
    return found


def _tag(numbers: Sequence[int]) -> bytes:
    """Return the six letters that tell one subset of a font from another (ISO 32000-1, 9.6.4)."""
    digest = sha256(",".join(map(str, numbers)).encode("ascii")).digest()
    return bytes(65 + byte % 26 for byte in digest[:6])


def _to_unicode(codes: Codes) -> bytes:
    """Return the CMap from codes to text (ISO 32000-1, 9.10.3)."""
    lines = [
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap",
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def",
        "/CMapName /Adobe-Identity-UCS def /CMapType 2 def",
        "1 begincodespacerange <0000> <FFFF> endcodespacerange",
    ]
    for start in range(0, len(codes), _MOST):
        block = codes[start : start + _MOST]
        lines.append(f"{len(block)} beginbfchar")
        lines += [f"<{code:04X}> <{(text or _NO_TEXT).encode('utf-16-be').hex().upper()}>" for code, _, text in block]
        lines.append("endbfchar")
    lines.append("endcmap CMapName currentdict /CMap defineresource pop end end")
    return "\n".join(lines).encode("ascii")


def _number(value: float) -> bytes:
    return b"%g" % round(value, 3)
