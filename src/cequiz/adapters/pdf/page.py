"""Fitting texts into their places: what stands where, in which size, before anything is drawn.

A text that has no room at its smallest size, or that no font can print, is refused by the name of its field: a
certificate never shows half a name.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from cequiz.adapters.pdf.fonts import Fonts
from cequiz.adapters.pdf.layouts import Align, Box, Layout, columns
from cequiz.domain.credential.facts import Facts, Field
from cequiz.domain.text import code_point
from cequiz.errors import Refused
from cequiz.language import tr

_LEADING = 1.14
_RISE = 0.3  # from a line's middle to its baseline, as a part of the size
_STANDS_ALONE = 6
"""Letters of a title's first word that make a line of its own look meant."""
_SECOND_LINE = 0.36  # of the title, as a part of the first line's size


@dataclass(frozen=True)
class Line:
    """One line of text in its place; tracking in points."""

    text: str
    x: float
    y: float
    font: str
    size: float
    colour: str
    tracking: float = 0.0
    width: float = 0.0


@dataclass(frozen=True)
class Block:
    """A printed field as it stands on the page."""

    name: str
    text: str
    """Exactly as it has to be read back, runs of space folded."""
    lines: tuple[Line, ...]


class Fitter:
    """Fits texts into places. Most of a page's texts are those of the page before, so what was fitted is kept."""

    def __init__(self, faces: Fonts) -> None:
        """Fit with the widths of these fonts."""
        self.faces = faces
        self.fitted = lru_cache(maxsize=2048)(self._fitted)
        """Return a text's lines in a box, at the largest size that fits, on few lines; None where none fits."""

    def blocks(self, facts: Facts, layout: Layout) -> Iterator[Block]:
        """Yield every printed field, fitted into its place, in reading order.

        Raises:
            Refused: a text is too long for its place at the smallest size, or holds a character no font has.
        """
        fields = facts.printed_fields()
        boxes = {**layout.boxes, **columns(layout, frozenset(place_of(field.name) for field in fields))[0]}
        for field in fields:
            text = " ".join(field.text.split())
            self._check_covered(text, field)
            fit = self._title if field.name == "title" else self.fitted
            lines = fit(text, boxes[place_of(field.name)])
            if lines is None:
                raise Refused(
                    tr("The {what} is too long to be printed: {text}...", what=tr(field.label).lower(), text=text[:40]),
                    hint=tr("Shorten it."),
                )
            yield Block(field.name, text, lines)

    def _check_covered(self, text: str, field: Field) -> None:
        if missing := self.faces.uncovered(text):
            points = ", ".join(code_point(one) for one in missing)
            raise Refused(
                tr("No font here can print {points} in the {what}.", points=points, what=tr(field.label).lower()),
                hint=tr("Write it otherwise."),
            )

    def _fitted(self, text: str, box: Box) -> tuple[Line, ...] | None:
        font = self.faces.best(box.font, text)
        # Widths grow with the size, so that one measure is enough.
        width = self.faces.width(font, text, box.largest, box.tracking * box.largest)
        alone = box.largest * min(1.0, box.width / width) if width else box.largest
        if alone >= max(box.smallest, box.alone):
            return self._placed([text], box, font, alone)
        for count in range(2, box.lines + 1):
            if found := self._broken(text, box, count, font):
                size, broken = found
                if size > alone:
                    return self._placed(broken, box, font, size)
        return self._placed([text], box, font, alone) if alone >= box.smallest else None

    def _broken(self, text: str, box: Box, count: int, font: str) -> tuple[float, list[str]] | None:
        """Return the largest size at which a text fits on so many lines, and the lines."""
        measure = _Measure(font, box.tracking, self.faces)
        size = min(box.largest, box.height / (count * _LEADING))
        while size >= box.smallest:
            broken = measure.wrapped(text, box.width / size)
            if len(broken) <= count and all(measure.width(line) * size <= box.width for line in broken):
                return size, measure.balanced(text, broken, box.width / size)
            size -= 0.25
        return None

    def _placed(self, broken: list[str], box: Box, font: str, size: float) -> tuple[Line, ...]:
        leading = size * _LEADING
        if box.hangs:
            first = box.top - size * (0.5 + _RISE)
        else:
            first = (box.top + box.bottom) / 2 + leading * (len(broken) - 1) / 2 - size * _RISE
            first += self._lift(broken, box, font, size, first)
        return tuple(self._line(text, box, first - leading * at, font, size) for at, text in enumerate(broken))

    def _lift(self, broken: list[str], box: Box, font: str, size: float, first: float) -> float:
        """Return by how much lines stand higher whose letters would leave the box: some scripts reach far down."""
        if broken[-1].isascii():
            return 0.0
        last = first - size * _LEADING * (len(broken) - 1)
        below = box.bottom - last - self.faces.reach(font, broken[-1], size)[0]
        above = box.top - first - self.faces.reach(font, broken[0], size)[1]
        # Where there is no room on either side, both share the need.
        return max(0.0, below if below <= above else (below + above) / 2)

    def _line(self, text: str, box: Box, y: float, font: str, size: float) -> Line:
        tracking = box.tracking * size
        width = self.faces.width(font, text, size, tracking)
        x = box.left + (box.width - width) / 2 if box.align is Align.CENTRE else box.left
        return Line(text, x, y, font, size, box.colour, tracking, width)

    def _title(self, text: str, box: Box) -> tuple[Line, ...] | None:
        """Return the title: a first word that can stand alone large, the rest under it; else the whole in one size.

        Where everything stands at the left, so does the whole title, in one size.
        """
        if box.align is Align.LEFT:
            return self.fitted(text, box)
        first, _, rest = text.partition(" ")
        if len(first) >= _STANDS_ALONE and rest:
            above = self.fitted(first, replace(box, bottom=box.bottom + 0.4 * box.height, smallest=24))
            if above is not None:
                size = above[0].size * _SECOND_LINE
                under = replace(box, top=box.bottom + box.height / 3, largest=size, tracking=0.22, colour="accent")
                below = self.fitted(rest, replace(under, smallest=8))
                if below is not None:
                    return (*above, *below)
        return self.fitted(text, replace(box, largest=box.largest * 0.7, lines=2))


class _Measure:
    """Measures lines from their words at size 1; a word is measured once."""

    def __init__(self, font: str, tracking: float, faces: Fonts) -> None:
        self._font = font
        self._tracking = tracking
        self._faces = faces
        self._known: dict[str, float] = {}

    def width(self, line: str) -> float:
        """Return the width of a line."""
        words = line.split(" ")
        return sum(map(self._word, words)) + (len(words) - 1) * (self._word(" ") + 2 * self._tracking)

    def wrapped(self, text: str, width: float) -> list[str]:
        """Return lines no wider than this, but for a word that is wider alone."""
        broken: list[str] = []
        gap, at = self._word(" ") + 2 * self._tracking, 0.0
        for word in text.split(" "):
            wide = self._word(word)
            if broken and at + gap + wide <= width:
                broken[-1] += f" {word}"
                at += gap + wide
            else:
                broken.append(word)
                at = wide
        return broken

    def balanced(self, text: str, broken: list[str], width: float) -> list[str]:
        """Return two lines of nearly equal length, where there are two: a last word alone looks like a mistake."""
        for share in range(50, 100, 5) if len(broken) == 2 else ():
            narrower = self.wrapped(text, width * share / 100)
            if len(narrower) == len(broken) and all(self.width(line) <= width for line in narrower):
                return narrower
        return broken

    def _word(self, word: str) -> float:
        if word not in self._known:
            self._known[word] = self._faces.width(self._font, word, 100, self._tracking * 100) / 100
        return self._known[word]


def place_of(name: str) -> str:
    """Return the place of a printed field; the word SPECIMEN stands where the number would."""
    return "number" if name == "specimen" else name
