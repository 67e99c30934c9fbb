"""A line of filters, each with how many rows it has; the one that is chosen stands between brackets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from textual.content import Content
from textual.geometry import Size
from textual.reactive import reactive
from textual.style import Style
from textual.widget import Widget


@dataclass(frozen=True)
class Filter:
    """One choice."""

    id: str
    key: str
    words: str


class FilterBar(Widget):
    """Shows filters in as many lines as they need; a click on one is the screen's action `filter` with its key."""

    DEFAULT_CSS = "FilterBar { height: auto; padding: 0 1; }"
    auto_links = False
    """The keys have their own colours."""

    chosen: reactive[str] = reactive("")
    counts: reactive[Mapping[str, int]] = reactive({}, layout=True)

    def __init__(self, filters: Sequence[Filter], *, chosen: str, id: str | None = None) -> None:
        super().__init__(id=id)
        self.filters = tuple(filters)
        self.set_reactive(FilterBar.chosen, chosen)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Return as many lines as the filters need."""
        return len(self._lines(width))

    def render(self) -> Content:
        """Draw the filters."""
        return Content("\n").join(Content("").join(map(self._entry, line)) for line in self._lines(self.size.width))

    def _text(self, one: Filter) -> str:
        count = self.counts.get(one.id)
        return one.words if count is None else f"{one.words} {count:,}"

    def _lines(self, width: int) -> list[list[Filter]]:
        lines: list[list[Filter]] = [[]]
        used = 0
        for one in self.filters:
            size = Content(f"[{one.key} {self._text(one)}] ").cell_length
            if lines[-1] and used + size > width:
                lines.append([])
                used = 0
            lines[-1].append(one)
            used += size
        return lines

    def _entry(self, one: Filter) -> Content:
        text = Content.assemble((one.key, "bold $footer-key-foreground"), f" {self._text(one)}")
        if one.id == self.chosen:
            text = Content.assemble("[", text, "] ").stylize("bold")
        else:
            text = Content.assemble(" ", text.stylize("$quiet"), "  ")
        return text.stylize(Style.from_meta({"@click": f"screen.filter('{one.key}')"}))
