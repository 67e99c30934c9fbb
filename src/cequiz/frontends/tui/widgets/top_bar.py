"""The first line of every screen: the house's badge, where one is, and one thing that matters on the right.

During an exam this is the clock, which is drawn every second for everybody. A line that many people see, or one person
twice, is made once.
"""

from __future__ import annotations

from textual.cache import LRUCache
from textual.content import Content
from textual.reactive import reactive
from textual.strip import Strip
from textual.visual import Visual
from textual.widget import Widget

BADGE = " cequiz "

_MOST_LINES = 1024
"""Drawn lines that are kept, at most: the clocks of a class that began together show the same again and again."""

_lines: LRUCache[tuple[object, ...], Strip] = LRUCache(_MOST_LINES)


class TopBar(Widget):
    """One line; the text on the right is kept whole, the title is cut when there is no room for both."""

    auto_links = False
    """There are none on it."""

    where: reactive[str] = reactive("")
    right: reactive[str] = reactive("")
    tone: reactive[str] = reactive("")
    """Style of the right side; the words say the same without it."""

    def __init__(self, where: str = "") -> None:
        super().__init__()
        self.set_reactive(TopBar.where, where)

    def render_line(self, y: int) -> Strip:
        """Return the line, as it was made for whoever saw it first."""
        if y or self.text_selection is not None:
            return super().render_line(y)
        style, width = self.visual_style, self.size.width
        key = (self.where, self.right, self.tone, width, style, self.app.theme)
        line = _lines.get(key)
        if line is None:
            [line] = Visual.to_strips(self, self.render(), width, 1, style)
            _lines[key] = line
        return line

    def render(self) -> Content:
        """Draw the line."""
        right = Content(f" {self.right} " if self.right else "")
        room = self.size.width - len(BADGE) - 2 - right.cell_length
        where = Content(self.where.replace("\n", " ")).truncate(max(room, 0), ellipsis=True)
        gap = self.size.width - len(BADGE) - 1 - where.cell_length - right.cell_length
        return Content.assemble(
            (BADGE, "bold $badge-text on $badge"),
            " ",
            where.stylize("bold"),
            " " * max(gap, 0),
            right.stylize(self.tone) if self.tone else right,
        )
