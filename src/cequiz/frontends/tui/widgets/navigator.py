"""The map of an exam: every question with a sign for its state, and the legend in words. One widget for all of them."""

from __future__ import annotations

from dataclasses import dataclass

from textual import events
from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from cequiz.language import trn

ANSWERED, PARTLY, OPEN, FLAGGED, UNSAVED, HERE, BEHIND = "●", "◐", "○", "⚑", "!", "▸", "‹"

_CELL = 6
"""Cells a question takes: the sign of being here, two or three digits, state, flag, a gap."""
_STRIP_ROWS = 2
"""Rows of the strip in a narrow terminal; it shows the part around the current question."""


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

    cells: reactive[tuple[Cell, ...]] = reactive(())
    here: reactive[int] = reactive(0)

    @dataclass
    class Picked(Message):
        """A question was clicked."""

        place: int

    def watch_cells(self, before: tuple[Cell, ...], cells: tuple[Cell, ...]) -> None:
        """Make room for another number of questions; their states need none."""
        if len(before) != len(cells):
            self.refresh(layout=True)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Return the height of the strip; beside the question the map takes what there is."""
        return min(_STRIP_ROWS, -(-len(self.cells) // self._columns(width))) + 1

    def render(self) -> Content:
        """Draw the map and, below it, the legend with its counts."""
        first, rows = self._window()
        columns = self._columns(self.size.width)
        lines = [
            Content("").join(
                self._cell(place) for place in range(row * columns, min((row + 1) * columns, len(self.cells)))
            )
            for row in range(first, first + rows)
        ]
        return Content("\n").join([*lines, *self._legend()])

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

    def _cell(self, place: int) -> Content:
        cell, here = self.cells[place], place == self.here
        sign, tone = sign_of(cell)
        number = f"{place + 1:>2}" if len(self.cells) < 100 else f"{place + 1:>3}"
        flag = FLAGGED if cell.flagged else " "
        style = "bold $block-cursor-foreground on $block-cursor-background" if here else ""
        mark = HERE if here else BEHIND if cell.behind else " "
        shown = Content.assemble((mark, "bold $primary"), number, (sign, tone), (flag, "$warning"))
        return Content.assemble(shown.stylize_before(style), " " * (_CELL - 3 - len(number)))

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
        parts = [Content.assemble((f" {sign}", tone), f" {words} ") for sign, tone, words in counts]
        if self.size.height > 2 * _STRIP_ROWS:
            return [Content(""), *parts]
        return [Content("").join(parts)]


def sign_of(cell: Cell) -> tuple[str, str]:
    """Return the sign of a question's state and its style; the words of the state stand in the legend and the lists."""
    if cell.unsaved:
        return UNSAVED, "bold $error"
    if not cell.answered:
        return OPEN, "$quiet"
    return (PARTLY, "$warning") if cell.partly else (ANSWERED, "$success")
