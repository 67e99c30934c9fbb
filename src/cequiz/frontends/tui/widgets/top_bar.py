"""The first line of every screen: the house's badge, where one is, and one thing that matters on the right."""

from __future__ import annotations

from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

BADGE = " cequiz "


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
