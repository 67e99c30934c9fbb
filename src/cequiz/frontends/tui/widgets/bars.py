"""Bars of text with their numbers beside them: they read the same without any colour."""

from __future__ import annotations

from dataclasses import dataclass

from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget

_FULL, _EMPTY = "█", "░"


@dataclass(frozen=True)
class Bar:
    """One bar: a share from 0 to 1, the words beside it, and whether a mark was reached where there is one."""

    label: str
    share: float
    words: str
    good: bool | None = None
    note: str = ""


class Bars(Widget):
    """Draws bars; two lines each: the label, then the bar with its words."""

    def __init__(self, bars: tuple[Bar, ...], *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._bars = bars

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Return two lines a bar."""
        return 2 * len(self._bars)

    def render(self) -> Content:
        """Draw them."""
        return Content("\n").join(self._bar(bar) for bar in self._bars)

    def _bar(self, bar: Bar) -> Content:
        width = max(min(self.size.width - len(bar.words) - 3, 50), 5)
        # Only a full share fills the bar: rounding must not turn 19 of 20 into all of it.
        filled = min(int(bar.share * width), width)
        tone = "$primary" if bar.good is None else "$success" if bar.good else "$warning"
        note = f"  {bar.note}" if bar.note else ""
        label = Content(bar.label).truncate(max(self.size.width - len(note), 1), ellipsis=True)
        return Content.assemble(
            label,
            (note, f"bold {tone}"),
            "\n",
            (_FULL * filled, tone),
            (_EMPTY * (width - filled), "$quiet"),
            f"  {bar.words}",
        )
