"""What every screen has: the top bar, the key line, refusals in words, and a sentence when the terminal is too small.

`allows` is the single rule on which commands are available; keys, clicks and the key line all ask it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from typing import ClassVar, TypeVar

from textual import events
from textual.app import ComposeResult
from textual.await_complete import AwaitComplete
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.css.query import NoMatches
from textual.screen import ModalScreen, Screen
from textual.widgets import Static
from textual.worker import WorkType

from cequiz.errors import CequizError
from cequiz.frontends.tui import commands
from cequiz.frontends.tui.commands import Command, Scope
from cequiz.frontends.tui.desk import Desk
from cequiz.frontends.tui.frames import Frames
from cequiz.frontends.tui.widgets.key_bar import KeyBar
from cequiz.frontends.tui.widgets.listing import Pointing, show_cursor
from cequiz.frontends.tui.widgets.top_bar import TopBar
from cequiz.language import mark, tr

R = TypeVar("R")

Work = Callable[[], Awaitable[None]]
"""Something that waits; called only when its turn comes, so that a screen closed before has started nothing."""

SMALLEST = (60, 20)
"""Columns and rows that the screens are made for."""

_TOO_SMALL = mark("This window is too small. Make it at least 60 columns wide and 20 rows high. Your work is kept.")


class Once(Screen[R]):
    """A screen that returns one result, and that begins only where it has its widgets.

    Textual lets a screen that has gone away already, by the first of two clicks, take the next one with it. Beside a
    modal screen it comes second: styles follow the first of the bases only.
    """

    def __init__(self, name: str | None = None, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(name, id, classes)
        self._compositor = Frames()

    def dismiss(self, result: R | None = None) -> AwaitComplete:
        """Return a result, unless another screen lies above or this one has returned already."""
        return super().dismiss(result) if self.app.screen is self else AwaitComplete()

    async def on_event(self, event: events.Event) -> None:
        """Pass over the beginning of a screen that was left, or whose app has ended, before it was filled.

        Textual gives such a screen no widgets, or some of them, and tells it nevertheless that it has them.
        """
        if isinstance(event, events.Mount) and (self._pruning or not self.is_attached):
            if not self.is_attached:
                self._close_messages_no_wait()  # the app ends, and might not know of this screen any more
            return
        await super().on_event(event)


class HouseScreen(Once[R]):
    """A full screen of the house.

    A subclass gives `SCOPE`, `BINDINGS = bindings(SCOPE)` and `compose_body`.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "back", show=False, id="everywhere.back")]
    SCOPE: ClassVar[Scope]
    HEADING: ClassVar[str] = ""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self._once_more: dict[str, Work] = {}
        """What is to run again after what is under way, by group."""

    def compose(self) -> ComposeResult:
        """Lay out the bars around the body."""
        yield TopBar(tr(self.HEADING))
        yield Static(tr(_TOO_SMALL), id="too-small", markup=False)
        yield from self.compose_body()
        yield KeyBar()

    def compose_body(self) -> ComposeResult:
        """Lay out what is between the bars."""
        yield from ()

    def on_mount(self) -> None:
        """Show who sits here and which keys work; Textual calls this after a subclass's own `on_mount`."""
        if self.desk.student is not None and not self.top.right:
            self.top.right = self.desk.student.name
        self.show_keys()

    def on_screen_suspend(self) -> None:
        """Hide the terminal's cursor: it belongs to a list of this screen."""
        if not isinstance(self.app.screen.focused, Pointing):
            show_cursor(self.app, shown=False)

    def on_screen_resume(self) -> None:
        """Bring the terminal's cursor back to the list that has the focus."""
        focused: object = self.focused
        if isinstance(focused, Pointing):
            focused.appear()

    @property
    def top(self) -> TopBar:
        """The top bar."""
        return self.query_one(TopBar)

    def _compositor_refresh(self) -> None:
        """Draw what has changed, unless another full screen lies above.

        Textual 8.2 takes a covered screen for a visible one, and, once something has changed on it, paints the whole
        screen above anew with every message: a hundred kilobytes a second, where there is a picture.
        """
        above = self.app.screen
        if above is not self and isinstance(above, HouseScreen):
            self._dirty_widgets.clear()
            self._compositor._dirty_regions.clear()
            return
        super()._compositor_refresh()

    def allows(self, command: str) -> bool:
        """Whether a command of this screen is available now."""
        return True

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Refuse what is not available, and everything while the screen cannot be seen."""
        if self.too_small or not self.is_mounted:  # a key may come before the widgets, where the machine is slow
            return False
        return self.allows(action)

    @property
    def too_small(self) -> bool:
        """Whether the terminal is smaller than the screens are made for."""
        return self.app.size.width < SMALLEST[0] or self.app.size.height < SMALLEST[1]

    def show_keys(self) -> None:
        """Bring the key line up to date."""
        common = [command for command in commands.of(Scope.EVERYWHERE) if command.id not in self.unsaid]
        own: list[Command] = []
        if self.SCOPE is not Scope.EVERYWHERE:
            own = [one for one in commands.of(self.SCOPE) if self.allows(one.id) and one.id not in self.unsaid]
        self.query_one(KeyBar).commands = (*(self.as_shown(command) for command in own), *common)
        self.refresh_bindings()

    def as_shown(self, command: Command) -> Command:
        """Return a command as the key line shows it here."""
        return command

    @property
    def unsaid(self) -> frozenset[str]:
        """Commands that the key line leaves out here; the help has them all."""
        return frozenset() if self.can_go_back else frozenset({"back"})

    @property
    def can_go_back(self) -> bool:
        """Whether there is a screen to go back to."""
        return len(self.app.screen_stack) > 2

    def action_back(self) -> None:
        """Go back, where there is somewhere to go."""
        if self.can_go_back:
            self.app.pop_screen()

    def put_down(self) -> int:
        """Hand over what is not handed over yet, for the program is being left; return how many texts stay behind."""
        return 0

    def attend(self, work: Work, *, group: str = "work") -> None:
        """Run something that waits; a refusal becomes a notification."""
        guarded: WorkType[None] = partial(self._guarded, work)
        self.run_worker(guarded, group=group)

    def freshen(self, work: Work, *, group: str = "load") -> None:
        """Run something that looks and shows; where one of this group is under way, run this after it.

        A look that began before a deed does not know of it, and of two side by side the older might end last.
        """
        if self.busy(group):
            self._once_more[group] = work
        else:
            self.attend(partial(self._until_fresh, work, group), group=group)

    async def _until_fresh(self, work: Work, group: str) -> None:
        await self._guarded(work)
        while group in self._once_more and self in self.app.screen_stack:
            await self._guarded(self._once_more.pop(group))

    def busy(self, group: str) -> bool:
        """Whether something of this group still runs: a second press of the same key waits for it."""
        return any(worker.group == group and not worker.is_finished for worker in self.workers if worker.node is self)

    async def _guarded(self, work: Work) -> None:
        try:
            await work()
        except CequizError as error:
            self.complain(error)
        except NoMatches:
            if self.app.is_running and self in self.app.screen_stack:
                raise
            # The screen was left while the work ran: there is nothing to show the answer on, and nobody to show it to.

    def complain(self, error: CequizError) -> None:
        """Show a refusal: the sentence and the hint, as text."""
        words = "\n".join(part for part in self.desk.words_of(error) if part)
        self.app.notify(words, severity="error", timeout=10, markup=False)

    def tell(self, words: str, *, warn: bool = False) -> None:
        """Show a sentence for a while."""
        self.app.notify(words, severity="warning" if warn else "information", timeout=8, markup=False)


SCROLLS = (
    ("up", "up"),
    ("down", "down"),
    ("pageup", "page_up"),
    ("pagedown", "page_down"),
    ("home", "home"),
    ("end", "end"),
)
"""Keys that move through a text that is longer than its box, and which way; they reach it from the buttons too."""


class Dialog(ModalScreen[bool], Once[bool]):
    """A question that waits for a yes or a no, or a note that waits to be closed."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *commands.bindings(Scope.DIALOG),
        *commands.bindings(Scope.NOTE),
        Binding("escape", "back", show=False, id="everywhere.back"),
        *(Binding(key, f"scroll_body('{way}')", show=False) for key, way in SCROLLS),
    ]

    def __init__(self, title: str, body: Content | str, *, yes: str | None = None, no: str = mark("Close")) -> None:
        super().__init__()
        self._title = title
        self._body = Content(body) if isinstance(body, str) else body
        self._yes = yes
        self._no = no

    def compose(self) -> ComposeResult:
        """Lay out the box."""
        from textual.containers import Horizontal, Vertical, VerticalScroll  # noqa: PLC0415 - not for the first paint
        from textual.widgets import Button  # noqa: PLC0415 - as above

        with Vertical(id="box"):
            yield Static(self._title, id="box-title", markup=False)
            with VerticalScroll(id="box-body"):
                yield Static(self._body, markup=False)
            with Horizontal(id="box-buttons"):
                if self._yes is not None:
                    yield Button(Content(f"{self._yes} (y)"), id="yes", variant="primary")
                yield Button(Content(f"{tr(self._no)} (n)" if self._yes is not None else tr(self._no)), id="no")

    def on_mount(self) -> None:
        """Start on the button that changes nothing."""
        self.set_focus(self.query_one("#no"))

    def on_button_pressed(self, event: object) -> None:
        """Answer by button."""
        button = getattr(event, "button", None)
        self.dismiss(button is not None and button.id == "yes")

    def action_scroll_body(self, way: str) -> None:
        """Move through the text, so that the end of a long one is read without leaving the buttons."""
        getattr(self.query_one("#box-body"), f"scroll_{way}")(animate=False)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A note knows no yes, and a box without its widgets nothing at all."""
        return self.is_mounted and (action != "yes" or self._yes is not None)

    def action_yes(self) -> None:
        """Answer yes."""
        self.dismiss(True)

    def action_no(self) -> None:
        """Answer no."""
        self.dismiss(False)

    def action_close(self) -> None:
        """Answer no: Enter reaches this only where no button has the focus."""
        self.dismiss(False)

    def action_back(self) -> None:
        """Answer no."""
        self.dismiss(False)
