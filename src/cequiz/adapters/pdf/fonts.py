"""The shipped fonts: which one prints a text, and which characters none can print."""

from __future__ import annotations

import struct
from functools import cached_property, lru_cache
from pathlib import Path
from unicodedata import category

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFError, TTFont

from cequiz.errors import EnvironmentFailed
from cequiz.language import tr

TEXT = "CqText"
NAME = "CqName"
ITALIC = "CqItalic"
CAPITALS = "CqCapitals"

_FILES = {
    TEXT: "EBGaramond-Regular.ttf",
    NAME: "EBGaramond-Medium.ttf",
    ITALIC: "EBGaramond-Italic.ttf",
    CAPITALS: "Cinzel-Regular.ttf",
}
_LAST = 0xFFFD  # beyond are non-characters, and characters that ReportLab maps back to Unicode wrongly


class Fonts:
    """The four faces of a certificate, registered once when they are first needed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @cached_property
    def _faces(self) -> dict[str, TTFont]:
        faces = {}
        for name, file in _FILES.items():
            try:
                face = TTFont(name, str(self._folder / file))
            except (OSError, TTFError, struct.error) as error:
                raise EnvironmentFailed(
                    tr("The font {file} cannot be read.", file=file), hint=tr("Install cequiz again.")
                ) from error
            _remember_subsets(face)
            pdfmetrics.registerFont(face)
            faces[name] = face
        return faces

    def covers(self, font: str, text: str) -> bool:
        """Whether a face has a glyph for every character; invisible ones, such as a soft hyphen, print as none."""
        known = self._faces[font].face.charToGlyph
        return all(
            ord(character) in known and ord(character) <= _LAST and category(character) != "Cf" for character in text
        )

    def best(self, font: str, text: str) -> str:
        """Return the face that was asked for if it covers the text, else the text face of the same standing."""
        return font if self.covers(font, text) else NAME if font == CAPITALS else TEXT

    def width(self, font: str, text: str, size: float) -> float:
        """Return a text's width in points."""
        return float(self._faces[font].stringWidth(text, size))

    def uncovered(self, text: str) -> tuple[str, ...]:
        """Return the characters that the text face cannot print, each once, in order."""
        return tuple(dict.fromkeys(character for character in text if not self.covers(TEXT, character)))


def _remember_subsets(face: TTFont) -> None:
    """Let a face keep the subsets it has cut: names in plain Latin letters all need the same one."""
    cut = face.face.makeSubset
    kept = lru_cache(maxsize=64)(lambda codes: cut(list(codes)))
    face.face.makeSubset = lambda codes: kept(tuple(codes))
