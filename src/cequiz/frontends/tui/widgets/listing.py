"""The one list of the house: rows of text, a highlight, and the terminal's cursor on the highlighted row.

Screen readers and braille lines of terminals follow the cursor, so it stands where the highlight is, and is shown
while a list has the focus.
"""

from __future__ import annotations

from typing import ClassVar, Protocol, runtime_checkable

from textual import events
from textual.app import App
from textual.binding import Binding, BindingType
from textual.geometry import Offset
from textual.reactive import reactive
from textual.visual import Visual
from textual.widgets import OptionList
from textual.widgets.option_list import Option

_SHOW_CURSOR, _HIDE_CURSOR = "\x1b[?25h", "\x1b[?25l"


@runtime_checkable
class Pointing(Protocol):
    """A list on whose highlighted row the terminal's cursor stands while it has the focus."""

    def appear(self) -> None:
        """Show the terminal's cursor and bring it here: this has the focus on the screen that is shown now."""
        ...


class Listing(OptionList):
    """A list of rows, each one option; a hundred rows are still one widget."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("space", "select", show=False)]

    # A highlight that moves changes two rows; Textual's own list draws all of them anew.
    highlighted: reactive[int | None] = reactive(None, repaint=False)

    def __init__(self, *rows: Option, id: str | None = None) -> None:
        self._lit: int | None = None
        self._counted: object = None
        """For which rows in which width the lines were counted last."""
        super().__init__(*rows, id=id, markup=False)

    def fill(self, rows: list[Option], *, keep: bool = True) -> None:
        """Replace the rows; the highlight stays on the row with the same id, else goes to the first open row."""
        held = self.highlighted_option.id if keep and self.highlighted_option else None
        self.set_options(rows)
        ids = [row.id for row in rows]
        if held is not None and held in ids:
            self.highlighted = ids.index(held)
        else:
            self.action_first()

    def replace_row(self, index: int, prompt: Visual) -> None:
        """Draw another text in a row; only this row is drawn anew, unless it is higher or lower now."""
        option = self.get_option_at_index(index)
        room = self.scrollable_content_region.width - self.get_component_styles("option-list--option").padding.width
        before = self._get_visual(option).get_height({}, room)
        if before != prompt.get_height({}, room):
            self.replace_option_prompt_at_index(index, prompt)
            self.refresh(layout=True)
            return
        option._set_prompt(prompt)
        for key in [key for key in self._option_render_cache.keys() if key[0] is option]:  # noqa: SIM118 - no mapping
            self._option_render_cache.discard(key)
        self._repaint(index)

    def count_lines(self) -> None:
        """Count the lines of new rows before they are drawn; `virtual_size` tells them."""
        self._update_lines()

    def _update_lines(self) -> None:
        """Count the lines, unless nothing has changed: Textual's own list asks with every key, and many times."""
        lines = self._line_cache.lines
        facts = (len(lines), len(self._options), self.outer_size, self.show_vertical_scrollbar)
        if not lines or facts != self._counted:
            super()._update_lines()
            self._counted = (len(lines), *facts[1:])

    def _repaint(self, index: int | None) -> None:
        if index is None or not self.is_mounted:
            return
        line = self._index_to_line.get(index)
        if line is None:
            self.refresh()
        else:
            self.refresh_lines(line, self._heights[index])

    def watch_highlighted(self, highlighted: int | None) -> None:
        """Draw the two rows that change, and let the terminal's cursor follow."""
        super().watch_highlighted(highlighted)
        before, self._lit = self._lit, highlighted
        self._repaint(before)
        self._repaint(highlighted)
        self.follow()

    def follow(self) -> None:
        """Bring the terminal's cursor to the highlight: with the next frame, and again where that moves the rows."""
        if self.is_mounted and self.has_focus and self.screen.is_current:
            self._place_cursor()
            self.call_after_refresh(self._place_cursor)

    def appear(self) -> None:
        """Show the terminal's cursor and bring it here: the list has the focus on the screen that is shown now."""
        show_cursor(self.app, shown=True)
        self.call_after_refresh(self._place_cursor)

    def on_focus(self, event: events.Focus) -> None:
        """Bring the terminal's cursor here, unless another screen lies above."""
        if self.app.screen is self.screen:
            self.appear()

    def on_blur(self, event: events.Blur) -> None:
        """Hide the terminal's cursor: what has the focus now draws its own, or has none."""
        show_cursor(self.app, shown=False)

    def on_resize(self, event: events.Resize) -> None:
        """Rows may have moved."""
        self.follow()

    def _place_cursor(self) -> None:
        if self.highlighted is None or not self.is_attached or not self.screen.is_current:
            return
        line = self._index_to_line.get(self.highlighted, 0) - self.scroll_offset.y
        where = self.content_region.offset + Offset(0, max(line, 0))
        if where != self.app.cursor_position:
            self.app.cursor_position = where
            self._repaint(self.highlighted)  # the cursor moves with the next frame, which need not hold the whole list


def show_cursor(app: App[object], *, shown: bool) -> None:
    """Show the terminal's cursor, or hide it; Textual itself only ever moves it."""
    driver = app._driver
    if driver is not None:
        driver.write(_SHOW_CURSOR if shown else _HIDE_CURSOR)
