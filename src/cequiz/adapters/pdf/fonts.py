"""The fonts of a certificate: four faces and a script, and those that stand in for them in other scripts.

Whoever draws names a face and gives a text; which font prints which part of it, in which order and how joined, is
decided here. Fonts that a house has added come last.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property, lru_cache
from pathlib import Path
from typing import NamedTuple

from reportlab.lib.colors import Color
from reportlab.pdfgen.canvas import Canvas
from reportlab.pdfgen.pathobject import PDFPathObject

from cequiz.adapters.pdf import outlines
from cequiz.adapters.pdf.added_fonts import added_faces
from cequiz.adapters.pdf.embedding import EmbeddedFont
from cequiz.adapters.pdf.face import Face
from cequiz.adapters.pdf.shaping import Glyph, Run, clusters, prints, shape, shape_as_capitals, uncovered
from cequiz.errors import EnvironmentFailed, Refused
from cequiz.language import tr

TEXT = "CqText"
NAME = "CqName"
ITALIC = "CqItalic"
CAPITALS = "CqCapitals"
SCRIPT = "CqScript"
TALL_CAPITALS = "CqTallCapitals"
"""The face of capitals with every letter as tall as a capital; small letters stay small ones for those who read."""

_FILES = {
    TEXT: "EBGaramond-Regular.ttf",
    NAME: "EBGaramond-Medium.ttf",
    ITALIC: "EBGaramond-Italic.ttf",
    CAPITALS: "Cinzel-Regular.ttf",
    SCRIPT: "GreatVibes-Regular.ttf",
}
_OTHER_SCRIPTS = {
    "CqArabic": "NotoNaskhArabic-Regular.ttf",
    "CqHebrew": "NotoSerifHebrew-Regular.ttf",
    "CqDevanagari": "NotoSerifDevanagari-Regular.ttf",
    "CqThai": "NotoSerifThai-Regular.ttf",
}
_STANDS_IN = {
    TEXT: (),
    NAME: (TEXT,),
    ITALIC: (TEXT,),
    CAPITALS: (NAME, TEXT),
    SCRIPT: (ITALIC, TEXT),
    TALL_CAPITALS: (NAME, TEXT),
}
"""Which European faces print what a face lacks; the other scripts follow."""

_KEPT = 4096  # strings; a page has some forty, most of them the same on every page


class _Laid(NamedTuple):
    """A line of text, ready to be put on a page."""

    operators: str
    """With places for the two coordinates, and for the codes of the others."""
    width: float
    used: tuple[tuple[EmbeddedFont, tuple[Glyph, ...]], ...]
    others: tuple[tuple[EmbeddedFont, Glyph], ...]
    """Glyphs whose codes differ from document to document."""


class Fonts:
    """The faces of certificates; files are read when a text first needs them."""

    def __init__(self, folder: Path, added: Path | None = None) -> None:
        """Know where fonts are.

        Args:
            folder: holds the shipped fonts.
            added: holds the fonts of the house; it need not exist.
        """
        self._folder = folder
        self._added = added
        # Kept for each of these objects, not for the class: other folders have other fonts.
        self._lay_out = lru_cache(maxsize=_KEPT)(self._laid_out)
        self._runs = lru_cache(maxsize=_KEPT)(self._shaped)
        self._missing = lru_cache(maxsize=_KEPT)(self._looked_for)

    def covers(self, font: str, text: str) -> bool:
        """Whether every character can be printed, by a face or by those that stand in for it."""
        return not uncovered(text, self._chain(font))

    def best(self, font: str, text: str) -> str:
        """Return the face that should print a text: one of the same standing where it prints more of the text."""
        if text.isascii() or prints(self._chain(font)[0], text):
            return font
        parts = list(clusters(text))
        return min(
            (font, *_STANDS_IN[font]),
            key=lambda one: sum(not prints(self._chain(one)[0], part) for part in parts),
        )

    def uncovered(self, text: str) -> tuple[str, ...]:
        """Return the characters that no font can print, each once, in order."""
        return self._missing(text)

    def width(self, font: str, text: str, size: float, tracking: float = 0.0) -> float:
        """Return a text's width in points.

        Args:
            font: a face of this module.
            text: one line.
            size: in points.
            tracking: points between letters.
        """
        runs = self._runs(font, text, bool(tracking))
        advances = sum(glyph.advance for run in runs for glyph in run.glyphs) * size / 1000
        return advances + tracking * sum(1 for _ in _gaps(runs))

    def reach(self, font: str, text: str, size: float) -> tuple[float, float]:
        """Return how far a text's shapes reach from the base line, in points: down, below 0, and up."""
        low, high = 0.0, 0.0
        for run in self._runs(font, text, False):
            for glyph in run.glyphs:
                bottom, top = run.face.reach(glyph.number)
                low, high = min(low, glyph.up + bottom), max(high, glyph.up + top)
        return low * size / 1000, high * size / 1000

    def draw(
        self,
        canvas: Canvas,
        x: float,
        y: float,
        text: str,
        font: str,
        size: float,
        tracking: float = 0.0,
        colour: Color | None = None,
    ) -> float:
        """Draw a line of text from its left end and return its width.

        Args:
            canvas: takes the text.
            x: the left end, in points, also of text that runs from right to left.
            y: the base line, in points.
            text: one line.
            font: a face of this module.
            size: in points.
            tracking: points between letters; letters that hang together stay so.
            colour: of the text; the canvas's own else.
        """
        laid = self._lay_out(font, text, size, tracking)
        if colour is not None:
            canvas.setFillColor(colour)
        document = canvas._doc
        for embedded, glyphs in laid.used:
            embedded.use(document, glyphs)
        codes = [embedded.code(document, glyph) for embedded, glyph in laid.others]
        canvas._code.append(laid.operators.format(_number(x), _number(y), *codes))
        return laid.width

    def trace(self, canvas: Canvas, x: float, y: float, text: str, font: str, size: float) -> PDFPathObject:
        """Return a line of text as a path, for words that are ornament or picture and must not read as text."""
        path = canvas.beginPath()
        outlines.trace(path, x, y, self._runs(font, text, False), size)
        return path

    def shipped(self) -> dict[str, Face]:
        """Return the fonts that come with the program, by the names of their files."""
        return {file: self._embedded[name].face for name, file in {**_FILES, **_OTHER_SCRIPTS}.items()}

    @cached_property
    def _embedded(self) -> dict[str, EmbeddedFont]:
        """Every font by its name: the faces, the other scripts, the house's own."""
        shipped = {**_FILES, **_OTHER_SCRIPTS}
        faces = [self._shipped(name, file) for name, file in shipped.items()]
        faces += added_faces(self._added).values()
        return {face.name: EmbeddedFont(face, plain=face.name in _FILES and face.name != SCRIPT) for face in faces}

    @cached_property
    def _chains(self) -> dict[str, tuple[Face, ...]]:
        others = tuple(one.face for name, one in self._embedded.items() if name not in _FILES)
        chains = {
            font: (*(self._embedded[name].face for name in (font, *_STANDS_IN[font])), *others) for font in _FILES
        }
        return {**chains, TALL_CAPITALS: chains[CAPITALS]}

    def _chain(self, font: str) -> tuple[Face, ...]:
        return self._chains[font]

    def _shipped(self, name: str, file: str) -> Face:
        try:
            return Face(name, self._folder / file)
        except (OSError, Refused) as error:
            raise EnvironmentFailed(
                tr("The font {file} cannot be read.", file=file), hint=tr("Install cequiz again.")
            ) from error

    def _looked_for(self, text: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(uncovered(text, self._chain(TEXT))))

    def _shaped(self, font: str, text: str, tracked: bool) -> list[Run]:
        best = self.best(font, text)
        if best == TALL_CAPITALS:
            return shape_as_capitals(text, self._chain(best), tracked=tracked)
        return shape(text, self._chain(best), tracked=tracked)

    def _laid_out(self, font: str, text: str, size: float, tracking: float) -> _Laid:
        runs = self._runs(font, text, bool(tracking))
        glyphs = [(self._embedded[run.face.name], glyph) for run in runs for glyph in run.glyphs]
        used: dict[EmbeddedFont, dict[int, Glyph]] = {}
        for embedded, glyph in glyphs:
            if embedded.says(glyph):
                used.setdefault(embedded, {})[glyph.number] = glyph
        return _Laid(
            operators=f"BT {{}} {{}} Td {' '.join(self._operators(runs, size, tracking))} ET",
            width=self.width(font, text, size, tracking),
            used=tuple((embedded, tuple(found.values())) for embedded, found in used.items()),
            others=tuple((embedded, glyph) for embedded, glyph in glyphs if not embedded.says(glyph)),
        )

    def _operators(self, runs: list[Run], size: float, tracking: float) -> Iterator[str]:
        """Yield the operators that show runs of glyphs: fonts, rises, and strings with the moves between glyphs."""
        spaced = {id(glyph) for glyph in _gaps(runs)} if tracking else set()
        resource, rise, shown = "", 0.0, ""
        moved = 0.0  # thousandths of an em to go to the right before the next glyph
        begun = False
        # Said as the page's own space between characters: readers of the file take moves between glyphs for word ends.
        if tracking:
            yield f"{_number(tracking)} Tc"
        for run in runs:
            embedded = self._embedded[run.face.name]
            for glyph in run.glyphs:
                if begun and id(glyph) not in spaced:
                    moved -= tracking * 1000 / size
                begun = True
                needed, height = embedded.resource(glyph), round(glyph.up * size / 1000, 3)
                if (needed, height) != (resource, rise):
                    yield from _string(shown)
                    shown = ""
                    if needed != resource:
                        yield f"/{needed} {_number(size)} Tf"
                    if height != rise:
                        yield f"{_number(height)} Ts"
                    resource, rise = needed, height
                shown += _move(moved + glyph.right)
                shown += f"{glyph.number:04X}" if embedded.says(glyph) else "{:04X}"
                moved = glyph.advance - glyph.right - run.face.advance(glyph.number)
        yield from _string(shown)
        if rise:
            yield "0 Ts"
        if tracking:
            yield "0 Tc"


def _gaps(runs: list[Run]) -> Iterator[Glyph]:
    """Yield the glyphs before which there is room between letters: each that begins a cluster, the first apart."""
    first = True
    for run in runs:
        for number, glyph in enumerate(run.glyphs):
            if glyph.begins and not first and not (run.connected and number):
                yield glyph
            first = False


def _move(thousandths: float) -> str:
    """Return what stands in a string of glyphs for a move to the right."""
    return f"> {_number(-thousandths)} <" if abs(thousandths) >= 0.01 else ""


def _string(shown: str) -> Iterator[str]:
    if shown:
        yield f"[<{shown}>] TJ".replace("<> ", "").replace(" <>", "")


def _number(value: float) -> str:
    return f"{round(value, 3):.8g}" if value else "0"
