"""A line mark with text that hangs beside it: wrapped lines start below the text, not below the mark."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content
from textual.css.styles import RulesMap
from textual.strip import Strip
from textual.style import Style
from textual.visual import RenderOptions, Visual


class Hanging(Visual):
    """A mark on the left, text on the right; a text of one line is cut with an ellipsis instead of wrapped."""

    def __init__(self, mark: Content, text: Content, *, one_line: bool = False) -> None:
        self.mark = mark
        self.text = text
        self._one_line = one_line

    @property
    def plain(self) -> str:
        """The text beside the mark, as it is."""
        return self.text.plain

    def render_strips(self, width: int, height: int | None, style: Style, options: RenderOptions) -> list[Strip]:
        """Draw the text in what the mark leaves, with the mark on its first line."""
        indent = self.mark.cell_length
        room = max(width - indent, 1)
        text = self.text.truncate(room, ellipsis=True) if self._one_line else self.text
        lines = text.render_strips(room, height, style, options)
        marks = self.mark.render_strips(indent, 1, style, options)
        blank = Strip.blank(indent, style.rich_style)
        return [Strip.join([(marks[0] if row == 0 else blank), line]) for row, line in enumerate(lines)]

    def get_optimal_width(self, rules: RulesMap, container_width: int) -> int:
        """Return the width in cells that needs no wrapping."""
        return self.mark.cell_length + self.text.get_optimal_width(rules, container_width)

    def get_height(self, rules: RulesMap, width: int) -> int:
        """Return the height in lines at a width in cells."""
        return 1 if self._one_line else self.text.get_height(rules, max(width - self.mark.cell_length, 1))


class Column(Visual):
    """Visuals one below the other, drawn as one: a list of any length in one widget."""

    def __init__(self, parts: Sequence[Hanging]) -> None:
        self.parts = parts

    @property
    def plain(self) -> str:
        """The text of all parts."""
        return "\n".join(part.plain for part in self.parts)

    def render_strips(self, width: int, height: int | None, style: Style, options: RenderOptions) -> list[Strip]:
        """Draw the parts in their order."""
        strips = [strip for part in self.parts for strip in part.render_strips(width, None, style, options)]
        return strips if height is None else strips[:height]

    def get_optimal_width(self, rules: RulesMap, container_width: int) -> int:
        """Return the width in cells that needs no wrapping."""
        return max((part.get_optimal_width(rules, container_width) for part in self.parts), default=0)

    def get_height(self, rules: RulesMap, width: int) -> int:
        """Return the height in lines at a width in cells."""
        return sum(part.get_height(rules, width) for part in self.parts)
