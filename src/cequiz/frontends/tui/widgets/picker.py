"""One of a few: a line of a form that the left and right keys, a first letter or a click turn to the next choice."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Generic, TypeVar

from textual import events
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from cequiz.language import tr

V = TypeVar("V")


class Picker(Widget, Generic[V], can_focus=True):
    """A choice in one line: what is chosen between two arrows, its place, and how many there are."""

    DEFAULT_CSS = """
    Picker { height: 1; max-width: 72; padding: 0 1; background: $surface; }
    Picker:focus { background: $block-cursor-blurred-background; }
    """

    place: reactive[int] = reactive(0)

    class Changed(Message):
        """Something else was chosen."""

        def __init__(self, picker: Widget) -> None:
            super().__init__()
            self.picker = picker

        @property
        def control(self) -> Widget:
            """The line that was changed."""
            return self.picker

    def __init__(self, choices: Sequence[tuple[V, str]], *, chosen: V | None = None, id: str | None = None) -> None:
        """Make a line.

        Args:
            choices: what can be chosen, each with its words; the words are shown as they are.
            chosen: what is chosen at first; None for the first of them.
            id: the widget's id.
        """
        super().__init__(id=id)
        self._choices: tuple[tuple[V, str], ...] = ()
        self.fill(choices, chosen=chosen)

    def fill(self, choices: Sequence[tuple[V, str]], *, chosen: V | None = None) -> None:
        """Put other choices in the place of those before."""
        self._choices = tuple(choices)
        values = [value for value, _ in self._choices]
        self.set_reactive(Picker.place, values.index(chosen) if chosen in values else 0)
        self.refresh()

    def choose(self, value: object) -> None:
        """Choose a value, where it is among the choices."""
        values: list[object] = [one for one, _ in self._choices]
        if value in values:
            self.place = values.index(value)

    @property
    def value(self) -> V | None:
        """What is chosen; None where there is nothing to choose from."""
        return self._choices[self.place][0] if self._choices else None

    def render(self) -> Content:
        """Draw the line; the words are cut where there is no room."""
        if not self._choices:
            return Content(tr("There is nothing to choose from.")).stylize("$quiet")
        count = Content(f"  {self.place + 1}/{len(self._choices)}").stylize("$quiet")
        room = max(self.size.width - count.cell_length - 4, 1)
        words = Content(self._choices[self.place][1].replace("\n", " ")).truncate(room, ellipsis=True)
        return Content.assemble(("◂ ", "$primary"), words.stylize("bold"), (" ▸", "$primary"), count)

    def watch_place(self) -> None:
        """Say that something else is chosen."""
        if self.is_mounted:
            self.post_message(self.Changed(self))

    def on_key(self, event: events.Key) -> None:
        """Choose by arrow, by the space bar, or by the letter that a choice begins with."""
        steps = {"left": -1, "right": 1, "space": 1}
        if event.key in steps:
            self._turn(steps[event.key])
        elif event.key in ("home", "end"):
            self.place = 0 if event.key == "home" else max(len(self._choices) - 1, 0)
        elif not self._turn_to(event.character or ""):
            return
        event.stop()
        event.prevent_default()

    def _turn(self, step: int) -> None:
        if self._choices:
            self.place = (self.place + step) % len(self._choices)

    def _turn_to(self, letter: str) -> bool:
        """Go to the next choice that begins with a letter; False where none does."""
        if not letter.isalnum():
            return False
        for step in range(1, len(self._choices) + 1):
            place = (self.place + step) % len(self._choices)
            if self._choices[place][1].casefold().startswith(letter.casefold()):
                self.place = place
                return True
        return False

    def on_click(self, event: events.Click) -> None:
        """Go to the next choice; a click on the first arrow goes to the one before."""
        at = event.get_content_offset(self)
        self.focus()
        self._turn(-1 if at is not None and at.x <= 1 else 1)
