"""An answer on a scale: digits or arrows choose, signs and numbers show it."""

from __future__ import annotations

from textual import events
from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from cequiz.language import tr


class Scale(Widget, can_focus=True):
    """A row of numbers from 1 to `top`, one of them chosen or none."""

    chosen: reactive[int | None] = reactive(None)

    def __init__(self, top: int, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.top = top

    def render(self) -> Content:
        """Draw the numbers."""
        marks = [
            (f"◉ {number}   ", "bold $primary") if number == self.chosen else (f"○ {number}   ", "")
            for number in range(1, self.top + 1)
        ]
        return Content.assemble(*marks, (tr("1 lowest, {top} highest", top=self.top), "$quiet"))

    def on_key(self, event: events.Key) -> None:
        """Choose by digit (0 is 10) or by arrow."""
        if event.key in ("left", "right"):
            step = 1 if event.key == "right" else -1
            self.chosen = min(max((self.chosen or (0 if step == 1 else self.top + 1)) + step, 1), self.top)
        elif event.key.isdigit() and 1 <= (int(event.key) or 10) <= self.top:
            self.chosen = int(event.key) or 10
        else:
            return
        event.stop()

    def on_click(self, event: events.Click) -> None:
        """Choose by a click on a number."""
        at = event.get_content_offset(self)
        number = 0
        start = 0
        for number in range(1, self.top + 1):
            start += len(f"○ {number}   ")
            if at is not None and at.x < start:
                self.chosen = number
                return
