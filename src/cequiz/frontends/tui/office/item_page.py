"""One question: what is asked and right, what was answered, its history, and the way to change its key."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import Static

from cequiz.domain.people.staff import Right
from cequiz.frontends.tui.commands import Scope, bindings
from cequiz.frontends.tui.office.counting import CountingScreen
from cequiz.frontends.tui.office.desk import OfficeDesk
from cequiz.frontends.tui.office.item_rows import item_rows
from cequiz.frontends.tui.widgets.hanging import Column
from cequiz.language import mark, tr
from cequiz.services import browsing
from cequiz.services.browsing import ItemPage


class ItemScreen(CountingScreen[None]):
    """A question of a bank, and the way to its neighbours in the list it was opened from."""

    SCOPE = Scope.ITEM
    BINDINGS = bindings(SCOPE)
    HEADING = mark("Question")
    RIGHTS = {"key": Right.ADMINISTER}  # noqa: RUF012 - declared in the base

    def __init__(self, desk: OfficeDesk, names: Sequence[str], place: int = 0) -> None:
        """Prepare the screen.

        Args:
            desk: where somebody sits.
            names: the questions of the list, as `BANK/QUESTION` or `BANK@VERSION/QUESTION`.
            place: which of them to show, from 0.
        """
        super().__init__(desk)
        self._names = names
        self._place = place
        self._page: ItemPage | None = None

    def compose_body(self) -> ComposeResult:
        """Lay out the place of the question."""
        with VerticalScroll(classes="body", id="review"):
            yield Static("", id="item", markup=False)

    def on_mount(self) -> None:
        """Show the question; let the arrow keys scroll."""
        super().on_mount()
        self.set_focus(self.query_one("#review"))

    def on_screen_resume(self) -> None:
        """Show the question as it is now."""
        super().on_screen_resume()
        self._show()

    def counted(self) -> None:
        """Show the statistics anew."""
        self._show()

    def _show(self) -> None:
        self.freshen(self._load)

    async def _load(self) -> None:
        name = self._names[self._place]
        page = self._page = await self.desk.look(lambda ports: browsing.item_page(ports, name), right=Right.KEYS)
        self.top.where = tr(
            "{question} · {bank} {version}", question=page.question.id, bank=page.bank.id, version=page.bank.version
        )
        self.query_one("#item", Static).update(Column(item_rows(page, zone=self.desk.zone)))
        self.show_keys()

    def allows(self, command: str) -> bool:
        """Neighbours, a figure and challenges must be there."""
        page = self._page
        match command:
            case "next":
                return self._place + 1 < len(self._names)
            case "previous":
                return self._place > 0
            case "figure":
                return page is not None and bool(page.figures)
            case "challenge":
                return page is not None and bool(page.waiting)
            case _:
                return page is not None and super().allows(command)

    def action_next(self) -> None:
        """Go to the next question of the list."""
        self._step(1)

    def action_previous(self) -> None:
        """Go to the previous question of the list."""
        self._step(-1)

    def _step(self, by: int) -> None:
        self._place += by
        self.query_one("#review").scroll_home(animate=False)
        self._show()

    def action_figure(self) -> None:
        """Show the figures over the whole screen."""
        from cequiz.frontends.tui.student.exam_figures import FigureScreen  # noqa: PLC0415 - loaded when opened
        from cequiz.frontends.tui.widgets.figure import Pictures  # noqa: PLC0415 - as above

        if self._page is not None:
            pictures = Pictures(self.desk.house)
            self.app.push_screen(
                FigureScreen(self.desk, pictures, self._page.figures, left=lambda: (self.top.right, ""))
            )

    def action_challenge(self) -> None:
        """Open the oldest thing that waits about the question."""
        from cequiz.frontends.tui.office.challenge_view import ChallengeScreen  # noqa: PLC0415 - loaded when opened

        if self._page is not None:
            self.app.push_screen(ChallengeScreen(self.desk, self._page.waiting[0].id))

    def action_key(self) -> None:
        """Go to the change of the key."""
        from cequiz.frontends.tui.office.key_change import KeyChangeScreen  # noqa: PLC0415 - loaded when opened

        page = self._page
        if page is not None:
            self.app.push_screen(KeyChangeScreen(self.desk, page.bank.id, page.question.id))
