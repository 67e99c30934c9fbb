"""The one list of the house: rows of text, a highlight, and the terminal's cursor on the highlighted row.

Screen readers and braille lines of terminals follow the cursor, so it stands where the highlight is.
"""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Offset
from textual.widgets import OptionList
from textual.widgets.option_list import Option


class Listing(OptionList):
    """A list of rows, each one option; a hundred rows are still one widget."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("space", "select", show=False)]

    def __init__(self, *rows: Option, id: str | None = None) -> None:
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

    def watch_highlighted(self, highlighted: int | None) -> None:
        """Let the terminal's cursor follow the highlight."""
        super().watch_highlighted(highlighted)
        if self.is_mounted and self.has_focus:
            self.call_after_refresh(self._place_cursor)

    def on_focus(self, event: events.Focus) -> None:
        """Bring the terminal's cursor here."""
        self.call_after_refresh(self._place_cursor)

    def _place_cursor(self) -> None:
        if self.highlighted is None or not self.is_attached:
            return
        line = self._index_to_line.get(self.highlighted, 0) - self.scroll_offset.y
        where = self.content_region.offset + Offset(0, max(line, 0))
        if where != self.app.cursor_position:
            self.app.cursor_position = where
            self.refresh()
