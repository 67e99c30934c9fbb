"""Every question with its state, in one list."""

from __future__ import annotations

from collections.abc import Sequence

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical

from cequiz.frontends.tui.commands import Scope, bindings
from cequiz.frontends.tui.desk import Desk
from cequiz.frontends.tui.screen import HouseScreen
from cequiz.frontends.tui.student.question_rows import question_rows
from cequiz.frontends.tui.widgets.listing import Listing
from cequiz.frontends.tui.widgets.navigator import Cell
from cequiz.language import mark
from cequiz.services.sitting import Sitting


class QuestionListScreen(HouseScreen[int | None]):
    """Returns the place to go to."""

    SCOPE = Scope.QUESTIONS
    BINDINGS = bindings(SCOPE)
    HEADING = mark("Questions")

    def __init__(self, desk: Desk, sitting: Sitting, cells: Sequence[Cell], here: int) -> None:
        super().__init__(desk)
        self._sitting = sitting
        self._rows = question_rows(sitting, cells, range(len(cells)))
        self._here = here

    def compose_body(self) -> ComposeResult:
        """Lay out the list."""
        with Vertical(classes="body"):
            yield Listing(*self._rows, id="questions")

    def on_mount(self) -> None:
        """Start where the student is."""
        listing = self.query_one(Listing)
        self.set_focus(listing)
        listing.highlighted = self._here

    def look(self, cells: Sequence[Cell]) -> None:
        """Show the state of this moment."""
        self.query_one(Listing).fill(question_rows(self._sitting, cells, range(len(cells))))

    @on(Listing.OptionSelected)
    def picked(self, event: Listing.OptionSelected) -> None:
        """Go there."""
        self.dismiss(int(event.option_id or 0))

    def action_back(self) -> None:
        """Stay where the student was."""
        self.dismiss(None)
