"""How wide the columns of a report are and where its lines break; nothing is drawn here.

Widths are those of the words: a column gets what its longest word needs, and shares what is left by how much its texts
would like. A word that is wider than its column is broken rather than cut: nothing of a report is lost on paper.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar
from unicodedata import combining

from cequiz.adapters.pdf import fonts
from cequiz.adapters.pdf.fonts import Fonts
from cequiz.domain.canonical import Json
from cequiz.domain.report import Align, Column
from cequiz.domain.text import visible

GAP = 9.0
"""Points between columns."""
_WORD = 110.0  # points that a column gets for one word at most, before the words of others have their room
_ROUNDING = 0.01  # a column that is exactly as wide as its text
_HALVINGS = 40  # of a width of a page: far below a point
_JOINERS = "\u200c\u200d"
_BREAKS_AFTER = "-/@.:_"  # where addresses and numbers may end a line, so that they look meant


Step = Callable[[], None]
"""Told that a row has come one step further; what it raises stops the work."""

T = TypeVar("T")


@dataclass(frozen=True)
class Measure:
    """Measures texts in one size; what no font can print is shown as a sign for it."""

    faces: Fonts
    size: float
    _words: dict[tuple[str, str], float] = field(default_factory=dict, compare=False)
    """Widths by font and word; the words of a table come again and again."""

    def width(self, text: str, font: str = fonts.TEXT) -> float:
        """Return a text's width in points: that of its words and of the spaces between them."""
        words = text.split(" ")
        return sum(self._word(word, font) for word in words) + (len(words) - 1) * self._word(" ", font)

    def _word(self, word: str, font: str) -> float:
        known = self._words.get((font, word))
        if known is None:
            known = self._words[font, word] = self.faces.width(font, word, self.size)
        return known

    def printable(self, text: str) -> str:
        """Return a text on one line of which every character can be printed."""
        line = visible(" ".join(text.split()))
        for missing in () if line.isascii() else self.faces.uncovered(line):
            line = line.replace(missing, "?")
        return line

    def wrapped(self, text: str, width: float, font: str = fonts.TEXT) -> tuple[str, ...]:
        """Return the lines of a text that are no wider than this; one empty line for an empty text."""
        lines: list[str] = []
        line, at, gap = "", 0.0, self._word(" ", font)
        width += _ROUNDING
        for word in text.split(" "):
            wide = self.width(word, font)
            if line and at + gap + wide <= width:
                line, at = f"{line} {word}", at + gap + wide
                continue
            if line:
                lines.append(line)
            *whole, word = self._broken(word, width, font) if wide > width else [word]  # noqa: PLW2901 - what is left
            lines += whole
            line, at = word, self.width(word, font)
        return (*lines, line)

    def _broken(self, word: str, width: float, font: str) -> list[str]:
        """Return the parts of a word that is wider than its column; a letter keeps its marks."""
        parts: list[str] = []
        rest = word
        while rest and self.width(rest, font) > width:
            end = self._fits(rest, width, font)
            after = max(rest.rfind(sign, 1, end) for sign in _BREAKS_AFTER)
            end = after + 1 if after + 1 > end // 2 else end
            while 0 < end < len(rest) and (combining(rest[end]) or rest[end] in _JOINERS or rest[end - 1] in _JOINERS):
                end -= 1
            end = max(end, 1)
            parts.append(rest[:end])
            rest = rest[end:]
        return [*parts, rest] if rest else parts

    def _fits(self, text: str, width: float, font: str) -> int:
        """Return how many characters from the beginning are no wider than this, at least one."""
        low, high = 1, len(text)
        while low < high:
            middle = (low + high + 1) // 2
            low, high = (middle, high) if self.width(text[:middle], font) <= width else (low, middle - 1)
        return low


@dataclass(frozen=True)
class Grid:
    """A table with its columns' widths and every text broken into lines."""

    columns: tuple[Column, ...]
    widths: tuple[float, ...]
    headings: tuple[tuple[str, ...], ...]
    rows: tuple[tuple[tuple[str, ...], ...], ...]
    """By row and column: lines."""

    def left(self, place: int) -> float:
        """Return where a column begins, from the left end of the table."""
        return sum(self.widths[:place]) + GAP * place


def texts_of(columns: Sequence[Column], row: Mapping[str, Json]) -> tuple[str, ...]:
    """Return what stands in a row, column by column."""
    return tuple(column.text(row) for column in columns)


def grid(
    columns: Sequence[Column], rows: Sequence[Mapping[str, Json]], measure: Measure, room: float, step: Step
) -> Grid:
    """Return a table.

    Args:
        columns: of the report.
        rows: of the report.
        measure: in the size it is drawn in.
        room: how many points it is wide at most.
        step: is called twice for each row.
    """
    texts = [tuple(measure.printable(text) for text in texts_of(columns, row)) for row in _counted(rows, step)]
    headings = tuple(measure.printable(column.heading) for column in columns)
    widths = _widths(_needs(headings, texts, measure), room - GAP * (len(columns) - 1))
    return Grid(
        columns=tuple(columns),
        widths=widths,
        headings=tuple(measure.wrapped(text, wide, fonts.NAME) for text, wide in zip(headings, widths, strict=True)),
        rows=tuple(
            tuple(measure.wrapped(text, wide) for text, wide in zip(row, widths, strict=True))
            for row in _counted(texts, step)
        ),
    )


def wish(columns: Sequence[Column], rows: Sequence[Mapping[str, Json]], measure: Measure) -> tuple[float, float]:
    """Return how wide a table has to be so that no word breaks, and so that no line does, in points."""
    texts = [tuple(measure.printable(text) for text in texts_of(columns, row)) for row in rows]
    needs = _needs(tuple(measure.printable(column.heading) for column in columns), texts, measure)
    gaps = GAP * (len(columns) - 1)
    return sum(least for least, _ in needs) + gaps, sum(most for _, most in needs) + gaps


def starts_at(grid: Grid, place: int, line: str, measure: Measure, font: str) -> float:
    """Return where a line of a column begins, from the left end of the table: figures stand on the right."""
    inset = 0.0
    if grid.columns[place].align is Align.RIGHT:
        inset = max(0.0, grid.widths[place] - measure.width(line, font))
    return grid.left(place) + inset


def _needs(headings: Sequence[str], texts: Sequence[Sequence[str]], measure: Measure) -> list[tuple[float, float]]:
    """Return for each column the width of its widest word (bounded) and of its widest text."""
    found = []
    for place, heading in enumerate(headings):
        column = {row[place] for row in texts}
        words = {word for text in column for word in text.split(" ")}
        head = max(measure.width(word, fonts.NAME) for word in heading.split(" "))
        least = max(head, min(_WORD, max(map(measure.width, words), default=0.0)))
        found.append((least, max(least, measure.width(heading, fonts.NAME), *map(measure.width, column), 0.0)))
    return found


def _widths(needs: Sequence[tuple[float, float]], room: float) -> tuple[float, ...]:
    """Share out the room: all that is wished for where it fits, else narrow columns first and the wide ones alike."""
    least, most = sum(one for one, _ in needs), sum(one for _, one in needs)
    if most <= room:
        return tuple(wished for _, wished in needs)
    if least >= room:
        return tuple(room * one / least for one, _ in needs)
    low, high = 0.0, max(wished for _, wished in needs)
    for _ in range(_HALVINGS):
        cap = (low + high) / 2
        low, high = (low, cap) if sum(_capped(need, cap) for need in needs) > room else (cap, high)
    return tuple(_capped(need, low) for need in needs)


def _capped(need: tuple[float, float], cap: float) -> float:
    least, wished = need
    return max(least, min(wished, cap))


def _counted(rows: Iterable[T], step: Step) -> Iterator[T]:
    for row in rows:
        step()
        yield row
