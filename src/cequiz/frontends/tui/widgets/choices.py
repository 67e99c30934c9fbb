"""The options of a question: one list, a letter a row, the chosen ones marked by a sign and not by colour alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets.option_list import Option

from cequiz.frontends.tui.questions import Face, Line
from cequiz.frontends.tui.widgets.hanging import Hanging
from cequiz.frontends.tui.widgets.listing import Listing


class Choices(Listing):
    """Draws the lines of a question; the screen hears `OptionSelected` with the option's id."""

    # The list itself is short; the keys scroll a long question above it instead.
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("pagedown", "screen.scroll_question('pagedown')", show=False),
        Binding("pageup", "screen.scroll_question('pageup')", show=False),
    ]

    def show(self, face: Face, lines: Sequence[Line]) -> None:
        """Draw a question's options, or the same options with another choice."""
        prompts = [self._prompt(face, line) for line in lines]
        if [line.option for line in lines] == [row.id for row in self.options]:
            for row, prompt in enumerate(prompts):
                self.replace_option_prompt_at_index(row, prompt)
            return
        self.set_options([Option(prompt, id=line.option) for line, prompt in zip(lines, prompts, strict=True)])
        chosen = [row for row, line in enumerate(lines) if line.chosen]
        self.highlighted = chosen[0] if chosen else 0

    def _prompt(self, face: Face, line: Line) -> Hanging:
        mark = face.chosen_mark if line.chosen else face.open_mark
        style = "bold $primary" if line.chosen else "$quiet"
        return Hanging(
            Content.assemble((f"{mark} ", style), (f"{line.letter}  ", "bold $accent")),
            Content(line.text).stylize("bold" if line.chosen else ""),
        )
