"""Frames that cost what they show: of a screen only the lines that have changed are drawn anew.

Textual 8.2 asks every widget of a screen for all its lines, whatever has changed: the second of a clock costs as much
as half a screen. Here a widget is asked only for lines that have changed, and only where nothing above it covers them.
What reaches the terminal is the same. Knows no screen and no widget.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from textual._compositor import Compositor
from textual.geometry import Region
from textual.strip import Strip

_Line = dict[int, Strip | None]
"""What is drawn of one line: pieces by the column where they begin, None where nothing is yet."""


class Frames(Compositor):
    """Puts the lines of widgets together to frames."""

    def _render_chops(self, crop: Region, is_rendered_line: Callable[[int], bool]) -> Sequence[Mapping[int, Strip]]:
        """Return the pieces of every line; those that lie beside what has changed are left out.

        Args:
            crop: around everything that has changed.
            is_rendered_line: whether something in a line has changed.
        """
        lines: list[_Line] = [dict.fromkeys(cuts[:-1]) for cuts in self.cuts]
        wanted = {
            y: [x for x, end in zip(self.cuts[y], self.cuts[y][1:], strict=False) if x < crop.right and end > crop.x]
            for y in crop.line_range
            if is_rendered_line(y)
        }
        # From the front to the back: what is drawn first lies above the rest.
        for widget, (region, clip) in self.visible_widgets.items():
            shown = region.intersection(clip)
            rows = [y for y in wanted if shown.y <= y < shown.bottom and _open(lines[y], wanted[y], shown)]
            for top, count in _runs(rows):
                part = Region(shown.x - region.x, top - region.y, shown.width, count)
                for y, strip in enumerate(widget.render_lines(part), start=top):
                    self._place(lines[y], strip, wanted[y], y, shown)
        return lines  # type: ignore[return-value]  # as in Textual: None only where nothing is shown

    def _place(self, line: _Line, strip: Strip, wanted: Sequence[int], y: int, shown: Region) -> None:
        """Put a widget's line where nothing is drawn yet."""
        first, last = shown.column_span
        cuts = [cut for cut in self.cuts[y] if first <= cut <= last]
        for x, piece in zip(cuts, strip.divide([cut - first for cut in cuts[1:]]), strict=False):
            if x in wanted and line[x] is None:
                line[x] = piece


def _open(line: _Line, wanted: Sequence[int], shown: Region) -> bool:
    """Whether something that is wanted of a line is not drawn yet where a widget is shown."""
    first, last = shown.column_span
    return any(first <= x < last and line[x] is None for x in wanted)


def _runs(rows: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Yield the first row and the number of rows of every run of neighbours."""
    begin = 0
    for place, row in enumerate(rows, start=1):
        if place == len(rows) or rows[place] != row + 1:
            yield rows[begin], place - begin
            begin = place
