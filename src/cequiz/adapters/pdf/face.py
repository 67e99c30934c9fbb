"""One font file: what it holds, whether it may be used, and what its glyphs stand for.

Only TrueType outlines can be embedded in the way `embedding` does it. Knows nothing of pages.
"""

from __future__ import annotations

import struct
from collections import Counter
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path
from unicodedata import category, name, normalize

import uharfbuzz as hb

from cequiz.errors import Refused
from cequiz.language import tr

_OUTLINES = frozenset({b"glyf", b"head", b"hhea", b"hmtx", b"loca", b"maxp"})
"""What a reader of a PDF needs (ISO 32000-1, 9.9); widths, names and codes stand in the PDF itself."""
_NEEDED = _OUTLINES | {b"cmap"}
_RESTRICTED, _BITMAPS_ONLY = 0x0002, 0x0200
"""Bits of `fsType` (OpenType, OS/2) that forbid embedding outlines."""
_PREVIEW, _EDITABLE = 0x0004, 0x0008
_PRESENTATION = (range(0xFB00, 0xFE00), range(0xFE70, 0xFEFF))
"""Characters that are shapes of others: ligatures, and letters as they stand in a word."""
_CONTROLS = frozenset({*range(0x20), *range(0x7F, 0xA0)})
_FEW = 10


class Face:
    """A font that was read from a file."""

    def __init__(self, title: str, path: Path) -> None:
        """Read a font.

        Args:
            title: the PostScript name that files will know it by; two fonts must not share one.
            path: a TrueType font, or a collection of which the first font counts.

        Raises:
            Refused: the file is no font that can be embedded.
            OSError: the file cannot be read.
        """
        self.name = title
        data = path.read_bytes()
        tables = _checked(path.name, data)
        self._file = path.name
        self._unneeded = [int.from_bytes(tag, "big") for tag in tables if tag not in _OUTLINES]
        self.hb_face = hb.Face(hb.Blob(data))
        self.hb_font = hb.Font(self.hb_face)
        self.codes = frozenset(self.hb_face.unicodes) - _CONTROLS  # some fonts have empty glyphs for these
        if not self.codes or not self.hb_face.glyph_count or not self.hb_face.upem:
            raise _broken(path.name)
        self.unit: float = 1000 / self.hb_face.upem
        """Thousandths of an em to a unit of the font."""
        extents = self.hb_font.get_font_extents("ltr")
        self.ascent = float(extents.ascender) * self.unit
        self.descent = float(extents.descender) * self.unit

    @property
    def box(self) -> tuple[float, ...]:
        """The box that holds every glyph, in thousandths of an em: left, bottom, right, top."""
        sides = struct.unpack_from(">4h", self._table("head"), 36)
        return tuple(side * self.unit for side in sides)

    @property
    def slant(self) -> float:
        """The angle of an italic, in degrees against the clock from upright."""
        table = self._table("post")
        return float(struct.unpack_from(">l", table, 4)[0]) / 65536 if len(table) >= 8 else 0.0

    @property
    def capital_height(self) -> float:
        """The height of capitals, in thousandths of an em."""
        extents = self.hb_font.get_glyph_extents(self.glyph("H") or 0)
        top: int = extents.y_bearing if extents else 0
        return top * self.unit if top > 0 else self.ascent

    @property
    def own_name(self) -> str:
        """What the font calls itself."""
        return self.hb_face.get_name(hb.OTNameIdPredefined.FULL_NAME) or self.name

    def glyph(self, character: str) -> int | None:
        """Return the glyph of a character, None where there is none."""
        found: int | None = self.hb_font.get_nominal_glyph(ord(character))
        return found

    def advance(self, glyph: int) -> float:
        """Return a glyph's own width in thousandths of an em."""
        units: int = self.hb_font.get_glyph_h_advance(glyph)
        return units * self.unit

    def reach(self, glyph: int) -> tuple[float, float]:
        """Return the lowest and the highest point of a glyph's shape, in thousandths of an em."""
        extents = self.hb_font.get_glyph_extents(glyph)
        if extents is None:
            return 0.0, 0.0
        top: int = extents.y_bearing
        height: int = extents.height  # below 0
        return (top + height) * self.unit, top * self.unit

    def meaning(self, glyph: int) -> str | None:
        """Return the text that a glyph stands for by itself; None for one that only shaping reaches."""
        return self._meanings.get(glyph)

    @cached_property
    def _meanings(self) -> dict[int, str]:
        # A glyph may serve several characters: the plain one goes first, a no-break space is read back as a space.
        plain_first = sorted(self.codes, key=lambda code: (_is_variant(chr(code)), code))
        found: dict[int, str] = {}
        for code in plain_first:
            if category(chr(code)) not in {"Co", "Cf", "Cc"}:
                found.setdefault(self.glyph(chr(code)) or 0, _plain(chr(code)))
        return found

    def subset(self, glyphs: Iterable[int]) -> bytes:
        """Return a font of some glyphs under the numbers that they have here, with their outlines and nothing else.

        Raises:
            Refused: the font is broken.
        """
        chosen = hb.SubsetInput()
        chosen.flags = hb.SubsetFlags.RETAIN_GIDS | hb.SubsetFlags.NO_HINTING | hb.SubsetFlags.NO_LAYOUT_CLOSURE
        chosen.glyph_set.update(glyphs)
        chosen.drop_table_tag_set.update(self._unneeded)
        try:
            data: bytes = hb.subset(self.hb_face, chosen).blob.data
        except RuntimeError:
            raise _broken(self._file) from None
        return data

    def _table(self, tag: str) -> bytes:
        data: bytes = self.hb_face.reference_table(tag).data
        return data


def scripts(codes: Iterable[int]) -> tuple[str, ...]:
    """Return the scripts of which there are more than a few letters, the largest first, as Unicode names them."""
    found = Counter(script(chr(code)) for code in codes)
    return tuple(
        "Han" if word == "CJK" else word.capitalize() for word, count in found.most_common() if word and count >= _FEW
    )


def script(character: str) -> str:
    """Return the script of a letter by its Unicode name, such as `LATIN`; empty for what all scripts share."""
    if character.isascii():
        return "LATIN" if character.isalpha() else ""
    if category(character)[0] != "L" or category(character) == "Lm":
        return ""
    words = name(character, "").split(" ")
    return words[words[0] in {"FULLWIDTH", "HALFWIDTH"}].split("-")[0]


def _is_variant(character: str) -> bool:
    return normalize("NFKC", character) != character


def _plain(character: str) -> str:
    shape = any(ord(character) in block for block in _PRESENTATION)
    return normalize("NFKC", character) if shape else character


def _checked(file: str, data: bytes) -> dict[bytes, tuple[int, int]]:
    """Return a font's tables; refuse other kinds of fonts, broken ones, and those whose maker forbids embedding."""
    if data[:4] in {b"OTTO", b"wOFF", b"wOF2"}:
        raise Refused(
            tr("{file} is not a TrueType font.", file=file),
            hint=tr(
                "Only fonts with TrueType outlines (.ttf) can be used; most families have one in that form as well."
            ),
        )
    try:
        tables = _tables(data)
        embedding = struct.unpack_from(">H", data, tables[b"OS/2"][0] + 8)[0] if b"OS/2" in tables else 0
    except struct.error:
        raise _broken(file) from None
    if any(tag not in tables for tag in _NEEDED) or any(at + size > len(data) for at, size in tables.values()):
        raise _broken(file)
    forbidden = embedding & _RESTRICTED and not embedding & (_PREVIEW | _EDITABLE)
    if forbidden or embedding & _BITMAPS_ONLY:
        raise Refused(
            tr("The maker of {file} does not allow it in documents.", file=file),
            hint=tr("Take a font with an open licence, such as one of the Noto family."),
        )
    return tables


def _tables(data: bytes) -> dict[bytes, tuple[int, int]]:
    """Return place and length of each table of a font, or of the first font of a collection."""
    start = struct.unpack_from(">L", data, 12)[0] if data[:4] == b"ttcf" else 0
    if data[start : start + 4] not in {b"\0\1\0\0", b"true"}:
        raise struct.error
    count = struct.unpack_from(">H", data, start + 4)[0]
    entries = (struct.unpack_from(">4s4xLL", data, start + 12 + 16 * number) for number in range(count))
    return {tag: (at, size) for tag, at, size in entries}


def _broken(file: str) -> Refused:
    return Refused(tr("{file} is not a font that can be read.", file=file), hint=tr("Get it anew, or take another."))
