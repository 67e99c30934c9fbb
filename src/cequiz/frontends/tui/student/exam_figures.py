"""The figures of a question on the exam's screen: beside it, over the whole screen, and in a window outside.

It reads which item has which figure once, and keeps what was drawn; answering and time know nothing of it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static
from textual.worker import WorkType

from cequiz.domain.bank.frames import SlotQuestion
from cequiz.domain.bank.question import Question
from cequiz.domain.exam.form import FormItem
from cequiz.frontends.tui.commands import Scope, bindings
from cequiz.frontends.tui.desk import Desk
from cequiz.frontends.tui.screen import HouseScreen
from cequiz.frontends.tui.widgets.figure import Figure, Picture, Pictures
from cequiz.language import mark, tr
from cequiz.services import figures

if TYPE_CHECKING:
    from cequiz.services.figures import FigureView

_AROUND = 4
"""Rows of the whole screen that are not the picture's: the bars, the heading, the first line of its words."""


Left = Callable[[], tuple[str, str]]
"""The time left in words, and their style."""


class ExamFigures:
    """The figures of one exam."""

    def __init__(self, screen: HouseScreen[None], items: Sequence[FormItem], questions: Mapping[str, Question]) -> None:
        self._screen = screen
        self._items = items
        self._questions = questions
        desk = screen.desk
        self._pictures = Pictures(desk.house, takes=desk.pictures, window=desk.outside.here)
        self._views: Mapping[str, tuple[FigureView, ...]] = {}
        self._figure: Figure | None = None

    async def load(self) -> None:
        """Read which item has which figure, and make the place for them where there are any."""
        self._views = await self._screen.desk.read(lambda ports: figures.of(ports, self._items, self._questions))
        if self._views:
            self._figure = Figure(self._pictures)
            await self._screen.query_one("#figure").mount(self._figure)

    def of(self, item: str) -> tuple[FigureView, ...]:
        """Return the figures of an item; none until they are read."""
        return self._views.get(item, ())

    def show(self, item: str) -> None:
        """Show the figures of an item beside its question."""
        if self._figure is not None:
            self._screen.query_one("#figure").display = bool(self.of(item))
            self._figure.show(self.of(item), beside=_rows(self._questions[item]))

    def enlarge(self, item: str, *, left: Left) -> None:
        """Show the figures of an item over the whole screen."""
        self._screen.app.push_screen(FigureScreen(self._screen.desk, self._pictures, self.of(item), left=left))

    async def open_outside(self, item: str) -> None:
        """Hand the figures of an item to this computer's viewer.

        Raises:
            CequizError: there is no picture, or it cannot be drawn.
        """
        self._screen.tell(await self._pictures.open_outside(self.of(item)))


class FigureScreen(HouseScreen[None]):
    """The figures of one question, as large as the screen, with all their words."""

    SCOPE = Scope.FIGURE
    BINDINGS: ClassVar[list[BindingType]] = bindings(SCOPE)
    HEADING = mark("Figure")

    def __init__(self, desk: Desk, pictures: Pictures, views: Sequence[FigureView], *, left: Left) -> None:
        super().__init__(desk)
        self._pictures = pictures
        self._views = views
        self._left = left

    def compose_body(self) -> ComposeResult:
        """Lay out the pictures with their words below them."""
        with VerticalScroll(classes="body", id="figures"):
            for view in self._views:
                yield Picture(self._pictures)
                yield Static(_words(view), markup=False)

    def on_mount(self) -> None:
        """Let the arrow keys scroll, and keep the time in sight."""
        self.set_focus(self.query_one("#figures"))
        self._tick()
        self.set_interval(1.0, self._tick)

    def _tick(self) -> None:
        self.top.right, self.top.tone = self._left()

    def on_resize(self, event: events.Resize) -> None:
        """Draw for the size there is now."""
        draw: WorkType[None] = partial(self._draw, event.size.width, event.size.height)
        self.run_worker(draw, exclusive=True, group="draw")

    async def _draw(self, columns: int, rows: int) -> None:
        for picture, view in zip(self.query(Picture), self._views, strict=True):
            await picture.draw(view, columns - 4, rows - _AROUND)

    def allows(self, command: str) -> bool:
        """Only at this machine there is a window outside of the terminal."""
        return command != "open_figure" or self.desk.outside.here

    def action_close(self) -> None:
        """Go back to the question."""
        self.action_back()

    def action_open_figure(self) -> None:
        """Open the pictures outside."""
        self.attend(self._open, group="open")

    async def _open(self) -> None:
        self.tell(await self._pictures.open_outside(self._views))


def _rows(question: Question) -> int:
    """Return how many rows an answer takes: its slots and the choices that are shown at once."""
    if not isinstance(question, SlotQuestion):
        return len(question.choices())
    slots = question.slots()
    return len(slots) + max((1 + len(slot.choices) for slot in slots if slot.choices), default=0)


def _words(view: FigureView) -> Content:
    words = [Content(view.alt)]
    if view.credit:
        words.append(Content(tr("Picture: {credit}", credit=view.credit)).stylize("$quiet"))
    return Content("\n").join([*words, Content("")])
