"""The figures of a question in the terminal: pixels or half blocks where there is room and colour, words always.

A picture is drawn in a thread and kept; one that cannot be drawn shows its words. Which question has which figure, and
what the keys are called, others know.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from rich.color import Color
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.app import App, ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import Static
from textual.worker import WorkType

from cequiz.errors import CequizError
from cequiz.frontends.pictures import file_of, open_outside
from cequiz.frontends.tui.widgets import graphics
from cequiz.frontends.tui.widgets.place import Place
from cequiz.language import tr

if TYPE_CHECKING:
    from cequiz.bootstrap import House
    from cequiz.frontends.tui.widgets.page import Cells
    from cequiz.services.figures import FigureView

_ROOM = (70, 24)
"""Columns and rows of a terminal from which on a picture stands beside its words."""

_FEWEST, _SHARE = 6, (3, 8)
"""Rows of a picture beside a question: at least so many, and at most this share of the terminal's."""

_AROUND = 12
"""Rows that an exam's screen needs besides the picture and the rows of the answer."""

_GAP = 2
_WORDS = 3
"""Rows for the words where there is no picture."""


class Pictures:
    """Draws figures for one screen, in threads, and keeps what was drawn."""

    def __init__(self, house: House, *, takes: str | None = None, window: bool = True) -> None:
        """Draw for one terminal.

        Args:
            house: the whole program.
            takes: how the terminal takes pictures: `kitty`, `sixel`, or empty for half blocks; None for as the
                settings say of the terminal of this machine.
            window: whether a picture can be opened in a window outside.
        """
        self._house = house
        self._takes = house.settings.pictures if takes is None else takes
        self.window = window
        self._cells: dict[tuple[FigureView, int, int], Cells] = {}

    def kind(self, app: App[object]) -> str | None:
        """Return how pictures are shown in an app: `kitty`, `sixel`, `blocks`, or None for words only."""
        if app.no_color:
            return None
        if app.is_headless:
            return "blocks"
        # Sixteen colours make noise of a picture.
        plain = app.console.color_system in {None, "standard", "windows"}
        return self._takes or (None if plain else "blocks")

    async def cells(self, view: FigureView, columns: int, rows: int) -> Cells:
        """Return a figure in half blocks.

        Raises:
            CequizError: there is no picture, or it cannot be drawn.
        """
        wanted = (view, columns, rows)
        if wanted not in self._cells:
            self._cells[wanted] = await asyncio.to_thread(self._draw, *wanted)
        return self._cells[wanted]

    async def png(self, view: FigureView, width: int, height: int) -> bytes:
        """Return a figure with its markers as PNG.

        Raises:
            CequizError: there is no picture, or it cannot be drawn.
        """
        house = self._house
        return await asyncio.to_thread(
            lambda: house.draw_png(file_of(house, view), view.points, width, height),
        )

    async def open_outside(self, views: Sequence[FigureView]) -> str:
        """Hand figures to this computer's viewer and return a sentence about it; see `frontends.pictures`."""
        return await asyncio.to_thread(open_outside, self._house, views)

    def _draw(self, view: FigureView, columns: int, rows: int) -> Cells:
        return self._house.draw_blocks(file_of(self._house, view), view.points, columns, rows)


class Blocks(Widget):
    """Cells of a terminal as they are."""

    def __init__(self, cells: Cells) -> None:
        super().__init__()
        self._rows = [Strip([Segment(sign, _style(sign, ink, paper)) for sign, ink, paper in row]) for row in cells]
        self.styles.width = max((len(row) for row in cells), default=0)
        self.styles.height = len(cells)

    def render_line(self, y: int) -> Strip:
        """Return one row."""
        return self._rows[y] if y < len(self._rows) else Strip.blank(self.size.width)


class Picture(Vertical):
    """One figure, as large as fits into so many cells; nothing where it cannot be shown."""

    DEFAULT_CSS = "Picture { width: auto; height: auto; }"

    def __init__(self, pictures: Pictures) -> None:
        super().__init__()
        self._pictures = pictures

    async def draw(self, view: FigureView, columns: int, rows: int) -> bool:
        """Show a figure; False where it cannot be shown."""
        kind = self._pictures.kind(self.app)
        drawn: Widget | None = None
        if kind is not None and columns > 0 and rows > 0:
            try:
                drawn = await self._widget(kind, view, columns, rows)
            except CequizError:
                drawn = None  # its words say what it would have shown
        await self.remove_children()
        if drawn is not None and self.is_attached:
            await self.mount(drawn)
        self.display = drawn is not None
        return drawn is not None

    async def _widget(self, kind: str, view: FigureView, columns: int, rows: int) -> Widget:
        if kind == "blocks":
            return Blocks(await self._pictures.cells(view, columns, rows))
        cell = graphics.cell_size()
        png = await self._pictures.png(view, columns * cell.width, rows * cell.height)
        drawn = graphics.picture(kind, png, self._write)
        width, height = _png_size(png)
        drawn.styles.width = min(-(-width // cell.width), columns)
        drawn.styles.height = min(-(-height // cell.height), rows)
        return drawn

    def _write(self, text: str) -> None:
        driver = self.app._driver
        if driver is not None:
            driver.write(text)


class Figure(Horizontal):
    """The figure beside a question: the picture, and its words to the right of it."""

    DEFAULT_CSS = """
    Figure { height: auto; margin: 0 0 1 0; }
    Figure > #figure-words { width: 1fr; height: auto; color: $quiet; }
    Figure.-pictured > #figure-words { margin: 0 0 0 2; }
    """

    class Pressed(Message):
        """It was clicked: somebody wants to see all of it."""

    def __init__(self, pictures: Pictures, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._pictures = pictures
        self._views: tuple[FigureView, ...] = ()
        self._beside = 0

    def compose(self) -> ComposeResult:
        """Lay out picture and words."""
        picture = Picture(self._pictures)
        picture.display = False
        yield picture
        yield Static("", id="figure-words", markup=False)

    def on_mount(self) -> None:
        """Draw anew for another room."""
        if isinstance(self.parent, Place):
            self.watch(self.parent, "room", self.redraw, init=False)

    def show(self, views: Sequence[FigureView], *, beside: int) -> None:
        """Show the figures of a question; nothing where it has none.

        Args:
            views: the last one is drawn, the words of all are said.
            beside: how many rows the answer has, which need their place too.
        """
        if (tuple(views), beside) == (self._views, self._beside):
            return
        self._views, self._beside = tuple(views), beside
        self.redraw()

    def redraw(self) -> None:
        """Draw for the size there is now."""
        self.display = bool(self._views)
        if self._views:
            draw: WorkType[None] = self._draw
            self.run_worker(draw, exclusive=True, group="figure")

    async def _draw(self) -> None:
        rows = self._rows(self.app.size)
        words = self.query_one("#figure-words", Static)
        least = min(_WORDS, self._room() - 1)
        words.styles.max_height = rows or least
        words.update(self._words(pictured=bool(rows)))
        columns = self.container_size.width * 3 // 5 - _GAP
        shown = await self.query_one(Picture).draw(self._views[-1], columns, rows)
        self.set_class(shown, "-pictured")
        if rows and not shown:
            words.styles.max_height = least
            words.update(self._words(pictured=False))

    def _rows(self, screen: Size) -> int:
        if screen.width < _ROOM[0] or screen.height < _ROOM[1]:
            return 0
        most = screen.height * _SHARE[0] // _SHARE[1]
        rows = min(max(min(most, screen.height - _AROUND - self._beside), _FEWEST), self._room() - 1)
        return rows if rows >= _FEWEST else 0

    def _room(self) -> int:
        """Return the lines there are for the figure, with the gap below it."""
        return self.parent.room if isinstance(self.parent, Place) else _ROOM[1]

    def _words(self, *, pictured: bool) -> Content:
        """Return what it shows, in words, the keys first where the words may be cut."""
        if not self._pictures.window:
            keys = tr("v shows all of it.") if pictured else tr("v shows all its words.")
        elif pictured:
            keys = tr("v shows all of it, o opens a window.")
        else:
            keys = tr("o opens the picture, v shows all its words.")
        words = " ".join(view.alt for view in self._views)
        return Content.assemble((keys, "$footer-key-foreground"), "\n", tr("Figure: {words}", words=words))

    def on_resize(self, event: events.Resize) -> None:
        """Draw anew where the terminal has another size."""
        self.call_after_refresh(partial(self._resized, self.app.size))

    def _resized(self, size: Size, /) -> None:
        if self._views and getattr(self, "_drawn_for", None) != size:
            self._drawn_for = size
            self.redraw()

    def on_click(self) -> None:
        """Ask for all of it."""
        self.post_message(self.Pressed())


def _style(sign: str, ink: tuple[int, int, int], paper: tuple[int, int, int]) -> Style:
    return Style(color=Color.from_rgb(*ink), bgcolor=Color.from_rgb(*paper), bold=sign.isalnum())


def _png_size(png: bytes) -> tuple[int, int]:
    """Return width and height, which stand in the first chunk of every PNG."""
    return int.from_bytes(png[16:20], "big"), int.from_bytes(png[20:24], "big")
