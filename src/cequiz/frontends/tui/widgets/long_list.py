"""A list of any length: it asks for the rows it shows, a window at a time, and never holds them all.

One widget draws every line itself. Rows come from a source that is asked in the background; until they are there their
places show dots, and an answer to a question nobody asks any more is thrown away.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

from rich.segment import Segment
from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.geometry import Offset, Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.worker import WorkType

from cequiz.errors import CequizError
from cequiz.frontends.tui.widgets.listing import show_cursor
from cequiz.frontends.tui.widgets.row_shelf import CHUNK, ListRow, Rows, RowShelf, Wanted

__all__ = ["ListColumn", "ListRow", "LongList", "Rows", "Source"]

_LANES = 2
"""So many questions are on their way at once: a new one need not wait for one that nobody wants any more."""


@dataclass(frozen=True)
class ListColumn:
    """One column of a long list."""

    heading: str
    width: int
    """Cells; the columns with `grows` share what is left."""
    grows: bool = False
    right: bool = False
    """Whether values stand at the right."""
    least: int = 0
    """The width of the list from which the column is shown."""


Source = Callable[[int, int], Awaitable[Rows]]
"""Asked for rows: the place of the first, from 0, and how many."""


class LongList(ScrollView, can_focus=True):
    """Shows any number of rows; the highlight is one of them, and the terminal's cursor stands on it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", show=False),
        Binding("down", "move(1)", show=False),
        Binding("pageup", "leaf(-1)", show=False),
        Binding("pagedown", "leaf(1)", show=False),
        Binding("home", "first", show=False),
        Binding("end", "last", show=False),
        Binding("space", "choose", show=False),
    ]
    COMPONENT_CLASSES: ClassVar[set[str]] = {"long-list--heading", "long-list--highlight", "long-list--quiet"}

    highlighted: reactive[int] = reactive(0, repaint=False)

    class Chosen(Message):
        """A row was asked for."""

        def __init__(self, row: ListRow) -> None:
            super().__init__()
            self.row = row

    class Loaded(Message):
        """The first rows of a question are there."""

        def __init__(self, total: int) -> None:
            super().__init__()
            self.total = total

    class Refused(Message):
        """The source could not answer."""

        def __init__(self, error: CequizError) -> None:
            super().__init__()
            self.error = error

    def __init__(self, *columns: ListColumn, empty: str = "", id: str | None = None) -> None:
        super().__init__(id=id)
        self._columns = columns
        self.words_if_empty = empty
        """The words of a list without rows."""
        self._source: Source | None = None
        self._shelf = RowShelf()
        self._scrolled: tuple[Size, Size, bool] | None = None
        """What the scroll bar was drawn for."""
        self._asking = 0
        """How many questions are on their way; one that nobody waits for any more still runs to its end."""
        self._held: str | None = None
        """The id of the highlighted row while what is seen is brought up to date."""

    @property
    def total(self) -> int | None:
        """How many rows there are; None until the first answer."""
        return self._shelf.total

    @property
    def row(self) -> ListRow | None:
        """The highlighted row, where it is known."""
        return self._shelf.row(self.highlighted)

    def ask(self, source: Source) -> None:
        """Show what a source answers, from its first row; what is shown stays until the answer is there."""
        self._source = source
        self._shelf.begin()
        self._want()

    def again(self) -> None:
        """Ask for the visible rows anew, and stay on the row that is highlighted, wherever it is by then."""
        if self._source is None:
            return
        if self._shelf.unanswered:
            self._shelf.begin()
        else:
            self._held = self.row.id if self.row else None
            self._shelf.stale()
        self._want()

    def put(self, rows: Sequence[ListRow]) -> None:
        """Show these rows and no others; the highlight stays on the row it is on, wherever that has gone."""
        before, self._source = self.row, None
        self._shelf.put(rows)
        self._fit()
        self._hold(before.id if before else None)
        self.refresh()
        self._follow()

    def _want(self) -> None:
        """Ask for what is needed now, as far as there is room for another question on its way."""
        while self._source is not None and self._asking < _LANES:
            top = int(self.scroll_offset.y)
            last = min(top + self._height, self.total or 1) - 1
            wanted = self._shelf.next_wanted(min(top, max(last, 0)), max(last, 0))
            if wanted is None:
                return
            self._asking += 1
            job: WorkType[None] = partial(self._fetch, self._source, wanted)
            self.run_worker(job, group=f"rows-{self.id}")

    async def _fetch(self, source: Source, wanted: Wanted) -> None:
        try:
            answer = await source(wanted.offset, CHUNK)
        except CequizError as error:
            if self._shelf.still_wanted(wanted):
                self._shelf.give_up(wanted)
                self.post_message(self.Refused(error))
        else:
            if self._shelf.still_wanted(wanted):
                self._take(wanted, answer)
        finally:
            self._asking -= 1
        self._want()

    def _take(self, wanted: Wanted, answer: Rows) -> None:
        fresh, before = self._shelf.unanswered, self.total
        self._shelf.take(wanted, answer)
        self._fit()
        if fresh:
            self._held = None
            self.set_reactive(LongList.highlighted, 0)
            self.scroll_to(y=0, animate=False, immediate=True)
        elif self._shelf.settled or self._held is None or self._shelf.place_of(self._held) is not None:
            self._hold(self._held)
        self.refresh()
        if fresh or answer.total != before:
            self.post_message(self.Loaded(answer.total))
        self._follow()

    def _hold(self, row_id: str | None) -> None:
        """Bring the highlight to a row, where it is still there; else it stays on its place."""
        place = self._shelf.place_of(row_id) if row_id is not None else None
        self._held = None
        self.highlighted = self.highlighted if place is None else place

    def _fit(self) -> None:
        # The headings take a line of what is seen, so there is one line more to scroll than there are rows.
        size = Size(self.size.width, (self.total or 0) + 1)
        if size != self.virtual_size:
            # Set in the ordinary way it would lay out the whole screen anew, with every letter of a search.
            self.set_reactive(LongList.virtual_size, size)
            self._scroll_update(size)

    def _scroll_update(self, virtual_size: Size) -> None:
        """Draw the scroll bar anew where it changes: a letter of a search lays everything out, and it stays."""
        now = virtual_size, self.container_size, self.show_vertical_scrollbar
        if now != self._scrolled:
            self._scrolled = now
            super()._scroll_update(virtual_size)

    @property
    def _height(self) -> int:
        return max(self.size.height - 1, 1)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Ask for what has come into sight."""
        super().watch_scroll_y(old_value, new_value)
        self._want()
        self._follow()

    def render_line(self, y: int) -> Strip:
        """Draw one line: the headings first, they stay."""
        width = self.size.width
        if y == 0:
            return self._line([one.heading for one in self._columns], width, "long-list--heading")
        place = int(self.scroll_offset.y) + y - 1
        if self.total == 0 and y == 1:
            return self._text(self.words_if_empty, width, "long-list--quiet")
        if self.total is None or place >= self.total:
            return Strip.blank(width, self.rich_style)
        row = self._shelf.row(place)
        name = "long-list--highlight" if place == self.highlighted else ""
        if row is None:
            return self._text("…", width, name or "long-list--quiet")
        return self._line(row.cells, width, name)

    def _text(self, words: str, width: int, name: str) -> Strip:
        style = self.get_component_rich_style(name) if name else self.rich_style
        text = Content(f" {words}").truncate(width, ellipsis=True, pad=True)
        return Strip([Segment(text.plain, style)], width)

    def _line(self, cells: Sequence[str], width: int, name: str) -> Strip:
        parts = []
        for column, cell, room in zip(self._columns, cells, self._widths(width), strict=True):
            if not room:
                continue
            text = Content(cell.replace("\n", " ")).truncate(room, ellipsis=True)
            gap = " " * (room - text.cell_length)
            parts.append(gap + text.plain if column.right else text.plain + gap)
        return self._text("  ".join(parts), width, name)

    def _widths(self, width: int) -> list[int]:
        """Return the cells of each column, 0 for one that is not shown at this width."""
        shown = [width >= one.least for one in self._columns]
        fixed = sum(one.width for one, seen in zip(self._columns, shown, strict=True) if seen)
        room = width - 2 - fixed - 2 * (sum(shown) - 1)
        growing = sum(one.grows for one, seen in zip(self._columns, shown, strict=True) if seen) or 1
        extra = max(room, 0) // growing
        return [
            (one.width + (extra if one.grows else 0)) if seen else 0
            for one, seen in zip(self._columns, shown, strict=True)
        ]

    def validate_highlighted(self, place: int) -> int:
        """Keep the highlight on a row."""
        return min(max(place, 0), max((self.total or 1) - 1, 0))

    def watch_highlighted(self, before: int, highlighted: int) -> None:
        """Bring the highlighted row into sight, and draw the two rows that change."""
        self._held = None if before != highlighted else self._held
        self._scroll_into_sight()
        for place in (before, highlighted):
            self.refresh(Region(0, place - int(self.scroll_offset.y) + 1, self.size.width, 1))
        self._follow()

    def _scroll_into_sight(self) -> None:
        top, height = int(self.scroll_offset.y), self._height
        if self.highlighted < top:
            self.scroll_to(y=self.highlighted, animate=False, immediate=True)
        elif self.highlighted >= top + height:
            self.scroll_to(y=self.highlighted - height + 1, animate=False, immediate=True)

    def action_move(self, by: int) -> None:
        """Go up or down by rows."""
        self.highlighted += by

    def action_leaf(self, by: int) -> None:
        """Go up or down by what fits on the screen."""
        self.highlighted += by * self._height

    def action_first(self) -> None:
        """Go to the first row."""
        self.highlighted = 0

    def action_last(self) -> None:
        """Go to the last row."""
        self.highlighted = max((self.total or 1) - 1, 0)

    def action_choose(self) -> None:
        """Ask for the highlighted row."""
        if self.row is not None:
            self.post_message(self.Chosen(self.row))

    def on_click(self, event: events.Click) -> None:
        """Highlight the row that was clicked; a second click on it asks for it."""
        place = int(self.scroll_offset.y) + event.y - 1
        if event.y < 1 or place >= (self.total or 0):
            return
        if place == self.highlighted:
            self.action_choose()
        self.highlighted = place

    def on_resize(self, event: events.Resize) -> None:
        """Fit the rows to the new width and keep the highlight in sight."""
        self._fit()
        self._scroll_into_sight()
        self._want()
        self._follow()

    def appear(self) -> None:
        """Show the terminal's cursor on the highlighted row."""
        show_cursor(self.app, shown=True)
        self._follow()

    def on_focus(self) -> None:
        """Bring the terminal's cursor here, unless another screen lies above."""
        if self.app.screen is self.screen:
            self.appear()

    def on_blur(self) -> None:
        """Hide the terminal's cursor."""
        show_cursor(self.app, shown=False)

    def _follow(self) -> None:
        if self.is_mounted and self.has_focus and self.screen.is_current:
            self.call_after_refresh(self._place_cursor)

    def _place_cursor(self) -> None:
        if not self.is_attached or not self.screen.is_current:
            return
        y = min(max(self.highlighted - int(self.scroll_offset.y) + 1, 1), self._height)
        where = self.content_region.offset + Offset(0, y)
        if where != self.app.cursor_position:
            self.app.cursor_position = where
            self.refresh(Region(0, y, self.size.width, 1))
