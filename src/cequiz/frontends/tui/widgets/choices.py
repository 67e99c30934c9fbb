"""The rows of a question: choices by letter, slots by number; every state has a sign and not a colour alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Protocol

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widgets.option_list import Option

from cequiz.frontends.tui.face import Row, slot_of, slot_row
from cequiz.frontends.tui.widgets.hanging import Hanging
from cequiz.frontends.tui.widgets.listing import Listing
from cequiz.language import tr


class Pressed(Protocol):
    """Hears which row was pressed, by Enter, space or the mouse."""

    def __call__(self, row: str, *, mouse: bool) -> None:
        """Take note of it."""


class Choices(Listing):
    """Draws the rows of one question and knows which of its slots is the active one.

    What is pressed is said at once: the next key may be pressed on another question.
    """

    # The list itself is short; the keys scroll a long question above it instead.
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("pagedown", "screen.scroll_question('pagedown')", show=False),
        Binding("pageup", "screen.scroll_question('pageup')", show=False),
    ]

    @dataclass
    class Moved(Message):
        """Another slot is the active one."""

        item: str

    def __init__(self, *, pressed: Pressed, id: str | None = None) -> None:
        super().__init__(id=id)
        self.disable_messages(self.OptionHighlighted)  # nobody hears it, and it would go through every part above
        self._say_pressed = pressed
        self.item = ""
        self.slot = ""
        """The slot that letters fill; empty where the question has none."""
        self._rows: list[Row | None] = []
        self._by_mouse = False
        self._spacious = False
        """Whether a blank line follows each row, as the person prefers; the screen's class says it."""

    def show(self, item: str, rows: Sequence[Row | None], *, slot: str = "", highlight: str | None = None) -> None:
        """Draw a question's rows, or the same rows in another state.

        Args:
            item: whose rows they are.
            rows: the rows; None is a line between two parts.
            slot: which slot is active.
            highlight: the row to highlight; None leaves the highlight where it is.
        """
        here = self.highlighted_option
        held = highlight or (here.id if here is not None and item == self.item else None)
        spacious = self.screen.has_class("-spacious")
        before, fresh = self._rows, item != self.item or spacious != self._spacious
        self._spacious = spacious
        self.item, self.slot, self._rows = item, slot, list(rows)
        lead = any(row is not None and row.filled is not None for row in rows)
        shown = [row for row in rows if row is not None]
        if not fresh and [row and row.id for row in before] == [row and row.id for row in rows]:
            old = [row for row in before if row is not None]
            for place, row in enumerate(shown):
                if row != old[place]:
                    self.replace_row(place, prompt(row, lead=lead, spacious=spacious))
        else:
            self.set_options(
                [None if row is None else Option(prompt(row, lead=lead, spacious=spacious), id=row.id) for row in rows]
            )
        ids = [row.id for row in shown]
        if held not in ids:
            held = slot_row(slot) if slot else next((row.id for row in shown if row.chosen), None)
        place = ids.index(held) if held in ids else 0
        if ids and self.highlighted != place:
            self.highlighted = place
        elif highlight is not None:
            self.scroll_to_highlight()

    def watch_highlighted(self, highlighted: int | None) -> None:
        """Let the active slot follow the highlight, at once: the next key may be a letter."""
        super().watch_highlighted(highlighted)
        option = self.highlighted_option
        slot = slot_of(option.id) if option is not None and option.id is not None else None
        if slot is not None and slot != self.slot:
            self.slot = slot
            self.post_message(self.Moved(self.item))

    def on_click(self, event: events.Click) -> None:
        """Note that the row is pressed by mouse; the list itself presses it."""
        self._by_mouse = event.style.meta.get("option") is not None

    def action_select(self) -> None:
        """Press the highlighted row."""
        option, mouse, self._by_mouse = self.highlighted_option, self._by_mouse, False
        if option is not None and option.id is not None:
            self._say_pressed(option.id, mouse=mouse)


def prompt(row: Row, *, lead: bool = False, spacious: bool = False) -> Hanging:
    """Return how a row looks.

    Args:
        row: what it says.
        lead: whether there is room for the sign of the active slot before it.
        spacious: whether a blank line follows it.
    """
    end = "\n " if spacious else ""
    active = ("▸" if row.active else " ") if lead else ""
    mark = Content.assemble(
        (active, "bold $warning"),
        (f"{row.sign} ", "bold $primary" if row.chosen else "$quiet"),
        (f"{row.name:<2} ", "bold $accent"),
    )
    if row.filled is None:
        text = Content.assemble(Content(row.text).stylize("bold" if row.chosen else ""), (row.note, "$quiet"), end)
        return Hanging(mark, text)
    filled = Content(row.filled).stylize("bold" if row.chosen else "$quiet")
    unsaved = Content(f"   ! {tr('NOT SAVED')}" if row.unsaved else "").stylize("bold $error")
    return Hanging(mark, Content.assemble(row.text, ("  → ", "$quiet"), filled, unsaved, end))
