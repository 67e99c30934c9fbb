"""A list of any length: it asks for the rows it shows, a window at a time, and never holds them all.

One widget draws every line itself. Rows come from a source that is asked in the background; until they are there their
places show dots, and an answer to a question nobody asks any more is thrown away.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
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

CHUNK = 100
"""Rows that are asked for at once."""


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


@dataclass(frozen=True)
class ListRow:
    """One row: an id, and a text for each column."""

    id: str
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Rows:
    """Some rows, and how many there are in all."""

    rows: Sequence[ListRow]
    total: int


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
        self._empty = empty
        """The words of a list without rows."""
        self._source: Source | None = None
        self._chunks: dict[int, Sequence[ListRow]] = {}
        self._asked: set[int] = set()
        self._question = 0
        """Which question is asked: older answers are thrown away."""
        self.total: int | None = None
        """How many rows there are; None until the first answer."""

    def ask(self, source: Source) -> None:
        """Show what a source answers, from its first row; what is shown stays until the answer is there."""
        self._source = source
        self._question += 1
        self._asked = {0}
        self._fetch(0, fresh=True)

    def again(self) -> None:
        """Ask for the visible rows anew, and stay where the highlight is."""
        if self._source is not None:
            self._question += 1
            self._asked = set()
            for chunk in self._visible_chunks():
                self._asked.add(chunk)
                self._fetch(chunk, fresh=False)

    @property
    def row(self) -> ListRow | None:
        """The highlighted row, where it is known."""
        return self._row(self.highlighted)

    def _row(self, place: int) -> ListRow | None:
        chunk = self._chunks.get(place // CHUNK, ())
        within = place % CHUNK
        return chunk[within] if within < len(chunk) else None

    def _fetch(self, chunk: int, *, fresh: bool) -> None:
        question, source = self._question, self._source
        assert source is not None  # noqa: S101 - whoever asks has one, checked for the type checker

        async def work() -> None:
            try:
                answer = await source(chunk * CHUNK, CHUNK)
            except CequizError as error:
                if question == self._question:
                    self.post_message(self.Refused(error))
                return
            if question == self._question:
                self._take(chunk, answer, fresh=fresh)

        job: WorkType[None] = work
        self.run_worker(job, group=f"rows-{self.id}", exclusive=fresh)

    def _take(self, chunk: int, answer: Rows, *, fresh: bool) -> None:
        if fresh:
            self._chunks = {}
        self._chunks[chunk] = tuple(answer.rows)
        if answer.total != self.total or fresh:
            self.total = answer.total
            self.virtual_size = Size(self.size.width, answer.total)
            self.highlighted = 0 if fresh else min(self.highlighted, max(answer.total - 1, 0))
            if fresh:
                self.scroll_to(y=0, animate=False)
        self.refresh()
        if fresh:
            self.post_message(self.Loaded(answer.total))
        self._follow()

    def _visible_chunks(self) -> range:
        first = int(self.scroll_offset.y) // CHUNK
        last = (int(self.scroll_offset.y) + max(self._height - 1, 0)) // CHUNK
        most = max((self.total or 1) - 1, 0) // CHUNK
        return range(first, min(last, most) + 1)

    @property
    def _height(self) -> int:
        return max(self.size.height - 1, 1)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Ask for what has come into sight."""
        super().watch_scroll_y(old_value, new_value)
        self._want_visible()

    def _want_visible(self) -> None:
        if self._source is None or self.total is None:
            return
        for chunk in self._visible_chunks():
            if chunk not in self._chunks and chunk not in self._asked:
                self._asked.add(chunk)
                self._fetch(chunk, fresh=False)

    def render_line(self, y: int) -> Strip:
        """Draw one line: the headings first, they stay."""
        width = self.size.width
        if y == 0:
            return self._line([one.heading for one in self._columns], width, "long-list--heading")
        place = int(self.scroll_offset.y) + y - 1
        if self.total == 0 and y == 1:
            return self._text(self._empty, width, "long-list--quiet")
        if self.total is None or place >= self.total:
            return Strip.blank(width, self.rich_style)
        row = self._row(place)
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

    def watch_highlighted(self) -> None:
        """Bring the highlighted row into sight."""
        top, height = int(self.scroll_offset.y), self._height
        if self.highlighted < top:
            self.scroll_to(y=self.highlighted, animate=False)
        elif self.highlighted >= top + height:
            self.scroll_to(y=self.highlighted - height + 1, animate=False)
        self._want_visible()
        self.refresh()
        self._follow()

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
        self.virtual_size = Size(self.size.width, self.total or 0)
        self.watch_highlighted()

    def on_focus(self) -> None:
        """Show the terminal's cursor on the highlighted row."""
        show_cursor(self.app, shown=True)
        self._follow()

    def on_blur(self) -> None:
        """Hide the terminal's cursor."""
        show_cursor(self.app, shown=False)

    def _follow(self) -> None:
        if self.is_mounted and self.has_focus and self.screen.is_current:
            self.call_after_refresh(self._place_cursor)

    def _place_cursor(self) -> None:
        if not self.is_attached or not self.screen.is_current:
            return
        y = self.highlighted - int(self.scroll_offset.y) + 1
        self.app.cursor_position = self.content_region.offset + Offset(0, max(y, 0))
        self.refresh(Region(0, y, self.size.width, 1))
