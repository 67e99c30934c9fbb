"""A page of a PDF in half blocks: two pixels a cell, drawn to the size there is."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from functools import partial

from rich.color import Color
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.strip import Strip
from textual.widget import Widget
from textual.worker import WorkType

from cequiz.errors import CequizError

Cells = Sequence[Sequence[tuple[str, tuple[int, int, int], tuple[int, int, int]]]]
"""Rows of cells: the character, its colour, the colour behind it."""

Draw = Callable[[bytes, int, int], Awaitable[Cells]]
"""Turns a PDF into so many columns and rows of cells."""


class Page(Widget):
    """Draws the first page; what it looks like comes from whoever turns pages into half blocks."""

    def __init__(self, draw: Draw, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._turn = draw
        self._pdf: bytes | None = None
        self._rows: list[Strip] = []

    def show(self, pdf: bytes) -> None:
        """Show another document."""
        self._pdf = pdf
        self._redraw()

    def on_resize(self, event: events.Resize) -> None:
        """Draw it anew for the new size."""
        self._redraw()

    def _redraw(self) -> None:
        if self._pdf is not None and self.size.width > 20 and self.size.height > 5:
            draw: WorkType[None] = partial(self._draw, self._pdf, self.size.width, self.size.height)
            self.run_worker(draw, exclusive=True)

    async def _draw(self, pdf: bytes, columns: int, rows: int) -> None:
        try:
            cells = await self._turn(pdf, columns, rows)
        except CequizError:
            return  # the fields beside it say the same
        self._rows = [
            Strip(
                [
                    Segment(sign, Style(color=Color.from_rgb(*ink), bgcolor=Color.from_rgb(*paper)))
                    for sign, ink, paper in row
                ]
            )
            for row in cells
        ]
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """Return one line of the page."""
        return self._rows[y] if y < len(self._rows) else Strip.blank(self.size.width, self.rich_style)
