"""The map of an exam: every question with a sign for its state, and the legend in words. One widget for all of them.

An answer changes one cell and a count: only the lines that look different are drawn anew, and a line that many people
see is made once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from textual import events
from textual.content import Content
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip
from textual.visual import Visual
from textual.widget import Widget

from cequiz.language import trn

ANSWERED, PARTLY, OPEN, FLAGGED, UNSAVED, HERE, BEHIND = "●", "◐", "○", "⚑", "!", "▸", "‹"

_CELL = 6
"""Cells a question takes: the sign of being here, two or three digits, state, flag, a gap."""
_STRIP_ROWS = 2
"""Rows of the strip in a narrow terminal; it shows the part around the current question."""
_MOST_STRIPS = 200
"""Drawn lines that are kept, at most."""


@dataclass(frozen=True)
class Cell:
    """What the map shows of one question."""

    answered: bool = False
    partly: bool = False
    """Whether a part of its answer is still open."""
    flagged: bool = False
    unsaved: bool = False
    saving: bool = False
    """Whether it is on its way to the disk."""
    behind: bool = False
    """Whether a forward-only exam has left it behind, for good."""


class Navigator(Widget):
    """The map; says which question was clicked."""

    auto_links = False
    """There are none on it."""

    cells: reactive[tuple[Cell, ...]] = reactive((), repaint=False)
    here: reactive[int] = reactive(0, repaint=False)

    @dataclass
    class Picked(Message):
        """A question was clicked."""

        place: int

    def __init__(self) -> None:
        super().__init__()
        self._shown: list[Content] = []
        """The lines as they were drawn."""
        self._strips: dict[tuple[int, int], tuple[Content, Strip]] = {}
        """What a line became, by its content and its place."""
        self._made_for: object = None
        """What these hold for: the size, and the colours."""

    def watch_cells(self, before: tuple[Cell, ...], cells: tuple[Cell, ...]) -> None:
        """Make room for another number of questions; their states need none."""
        self._mend()
        if len(before) != len(cells):
            self.refresh(layout=True)

    def watch_here(self) -> None:
        """Show another question as the one that is on the paper."""
        self._mend()

    def _mend(self) -> None:
        """Draw the lines anew that look different now."""
        before, self._shown = self._shown, self._lines()
        if len(before) != len(self._shown) or self._wraps(self._shown):
            self.refresh()
            return
        changed = [y for y, lines in enumerate(zip(before, self._shown, strict=True)) if lines[0] is not lines[1]]
        if changed:
            self.refresh(*(Region(0, y, self.size.width, 1) for y in changed))

    def _wraps(self, lines: Sequence[Content]) -> bool:
        """Whether some line takes more than one."""
        return any(line.cell_length > self.size.width for line in lines)

    def render_line(self, y: int) -> Strip:
        """Return one line, from what it was made for before where it looks the same."""
        state = (self.size, self.visual_style, self.app.theme)
        if state != self._made_for:
            self._made_for, self._shown = state, self._lines()
            self._strips.clear()
        lines = self._shown
        if y >= len(lines) or self.text_selection is not None or self._wraps(lines):
            return super().render_line(y)
        kept = self._strips.get((id(lines[y]), y))
        if kept is None:
            [strip] = Visual.to_strips(self, lines[y], self.size.width, 1, self.visual_style)
            kept = lines[y], strip.apply_offsets(0, y)
            if len(self._strips) > _MOST_STRIPS:
                self._strips.clear()
            self._strips[id(lines[y]), y] = kept
        return kept[1]

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Return the height of the strip; beside the question the map takes what there is."""
        return min(_STRIP_ROWS, -(-len(self.cells) // self._columns(width))) + 1

    def render(self) -> Content:
        """Draw the map and, below it, the legend with its counts."""
        return Content("\n").join(self._lines())

    def _lines(self) -> list[Content]:
        """Return the lines of the map, then those of the legend; a line that looks the same is the same object."""
        first, rows = self._window()
        columns, digits = self._columns(self.size.width), 2 if len(self.cells) < 100 else 3
        lines = []
        for begin in range(first * columns, (first + rows) * columns, columns):
            cells = tuple(replace(one, saving=False) if one.saving else one for one in self.cells[begin:][:columns])
            here = self.here if begin <= self.here < begin + columns else -1
            lines.append(_row(cells, begin, here, digits))
        return [*lines, *self._legend()]

    def on_click(self, event: events.Click) -> None:
        """Translate a click into a question."""
        at = event.get_content_offset(self)
        if at is None:
            return
        first, rows = self._window()
        place = (first + at.y) * self._columns(self.size.width) + at.x // _CELL
        if at.y < rows and at.x // _CELL < self._columns(self.size.width) and place < len(self.cells):
            self.post_message(self.Picked(place))

    def _columns(self, width: int) -> int:
        return max(width // _CELL, 1)

    def _window(self) -> tuple[int, int]:
        """Return the first row that is shown, and how many rows are."""
        columns = self._columns(self.size.width)
        total = -(-len(self.cells) // columns)
        shown = max(min(total, self.size.height - len(self._legend())), 1)
        first = min(max(self.here // columns - shown // 2, 0), total - shown)
        return max(first, 0), min(shown, total)

    def _legend(self) -> list[Content]:
        whole = sum(cell.answered and not cell.partly for cell in self.cells)
        flagged = sum(cell.flagged for cell in self.cells)
        still_open = sum(not cell.answered for cell in self.cells)
        partly = sum(cell.answered and cell.partly for cell in self.cells)
        unsaved = sum(cell.unsaved for cell in self.cells)
        behind = sum(cell.behind for cell in self.cells)
        counts = [
            (ANSWERED, "$success", trn("{count} answered", "{count} answered", whole)),
            (FLAGGED, "$warning", trn("{count} flagged", "{count} flagged", flagged)),
            (OPEN, "$quiet", trn("{count} open", "{count} open", still_open)),
        ]
        if partly:
            counts.append((PARTLY, "$warning", trn("{count} partly answered", "{count} partly answered", partly)))
        if unsaved:
            counts.append((UNSAVED, "bold $error", trn("{count} not saved", "{count} not saved", unsaved)))
        if behind:
            counts.append((BEHIND, "bold $primary", trn("{count} left behind", "{count} left behind", behind)))
        if self.size.height > 2 * _STRIP_ROWS:
            return [_words(()), *(_words((one,)) for one in counts)]
        return [_words(tuple(counts))]


@lru_cache(maxsize=1024)
def _row(cells: tuple[Cell, ...], begin: int, here: int, digits: int) -> Content:
    """Return the line of so many questions from a place on; where the question on the paper is none of them, -1."""
    return Content("").join(_cell(cell, place, place == here, digits) for place, cell in enumerate(cells, start=begin))


def _cell(cell: Cell, place: int, here: bool, digits: int) -> Content:
    sign, tone = sign_of(cell)
    flag = FLAGGED if cell.flagged else " "
    style = "bold $block-cursor-foreground on $block-cursor-background" if here else ""
    mark = HERE if here else BEHIND if cell.behind else " "
    shown = Content.assemble((mark, "bold $primary"), f"{place + 1:>{digits}}", (sign, tone), (flag, "$warning"))
    return Content.assemble(shown.stylize_before(style), " " * (_CELL - 3 - digits))


@lru_cache(maxsize=256)
def _words(counts: tuple[tuple[str, str, str], ...]) -> Content:
    """Return a line of the legend: signs, their styles and words."""
    return Content("").join(Content.assemble((f" {sign}", tone), f" {words} ") for sign, tone, words in counts)


def sign_of(cell: Cell) -> tuple[str, str]:
    """Return the sign of a question's state and its style; the words of the state stand in the legend and the lists."""
    if cell.unsaved:
        return UNSAVED, "bold $error"
    if not cell.answered:
        return OPEN, "$quiet"
    return (PARTLY, "$warning") if cell.partly else (ANSWERED, "$success")
