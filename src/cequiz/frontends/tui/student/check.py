"""Before handing in: what is open, flagged or not saved; nothing is handed in without an explicit yes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Button, Static
from textual.widgets.option_list import Option

from cequiz.frontends.tui.commands import Scope, bindings
from cequiz.frontends.tui.desk import Desk
from cequiz.frontends.tui.screen import Dialog, HouseScreen
from cequiz.frontends.tui.student.question_rows import question_rows
from cequiz.frontends.tui.widgets.listing import Listing
from cequiz.frontends.tui.widgets.navigator import Cell
from cequiz.language import mark, tr, trn
from cequiz.services.sitting import Sitting


@dataclass(frozen=True)
class Decision:
    """What the student decided: to hand in, or to go to a question."""

    hand_in: bool
    place: int | None = None


class CheckScreen(HouseScreen[Decision | None]):
    """Returns the decision; None goes back to where the student was."""

    SCOPE = Scope.CHECK
    BINDINGS = bindings(SCOPE)
    HEADING = mark("Before you hand in")

    def __init__(self, desk: Desk, sitting: Sitting, cells: Sequence[Cell]) -> None:
        super().__init__(desk)
        self._sitting = sitting
        self._cells = cells
        self._rows = self._loose_ends()

    def _loose_ends(self) -> list[Option]:
        loose = [
            place
            for place, cell in enumerate(self._cells)
            if not cell.answered or cell.partly or cell.flagged or cell.unsaved
        ]
        return question_rows(self._sitting, self._cells, loose)

    def look(self, cells: Sequence[Cell]) -> None:
        """Show the state of this moment: what was on its way to the disk is there now, or is not."""
        if tuple(cells) != tuple(self._cells):
            self._cells = cells
            self._rows = self._loose_ends()
            self.query_one("#summary", Static).update(self._summary())
            self.query_one(Listing).fill(self._rows)

    def compose_body(self) -> ComposeResult:
        """Lay out the count, the list and the two ways on."""
        with Vertical(classes="body"):
            yield Static(self._summary(), id="summary", markup=False)
            yield Listing(*self._rows, id="loose")
            with Horizontal(classes="buttons"):
                yield Button(Content(tr("Hand in (s)")), id="hand-in", variant="primary")
                yield Button(Content(tr("Back to the exam (Esc)")), id="stay")

    def on_mount(self) -> None:
        """Start on the first loose end, or on the way back where there is none."""
        self.set_focus(self.query_one("#loose" if self._rows else "#hand-in"))

    def _summary(self) -> Content:
        total = len(self._cells)
        if not self._rows and any(cell.saving for cell in self._cells):
            words = trn("The {count} question is answered.", "All {count} questions are answered.", total)
            return Content(f"… {words} {tr('The last answer is being saved.')}").stylize("bold")
        if not self._rows:
            words = trn(
                "The {count} question is answered and saved.", "All {count} questions are answered and saved.", total
            )
            return Content(f"✓ {words}").stylize("bold $success")
        words = trn(
            "{open} open, {flagged} flagged of {count} question.",
            "{open} open, {flagged} flagged of {count} questions.",
            total,
            open=sum(not cell.answered for cell in self._cells),
            flagged=sum(cell.flagged for cell in self._cells),
        )
        partly = sum(cell.answered and cell.partly for cell in self._cells)
        unsaved = sum(cell.unsaved for cell in self._cells)
        if partly:
            words += " " + trn("{count} partly answered.", "{count} partly answered.", partly)
        if unsaved:
            words += " " + tr("NOT SAVED: {count}.", count=unsaved)
        return Content(f"▲ {words} {tr('An open question scores 0.')}").stylize("bold $warning")

    @on(Listing.OptionSelected)
    def picked(self, event: Listing.OptionSelected) -> None:
        """Go to the question."""
        self.dismiss(Decision(hand_in=False, place=int(event.option_id or 0)))

    @on(Button.Pressed, "#stay")
    def action_back(self) -> None:
        """Go back to the exam."""
        self.dismiss(None)

    @on(Button.Pressed, "#hand-in")
    def action_hand_in(self) -> None:
        """Ask once more, once."""
        if self.app.screen is not self:
            return
        words = tr("After that you cannot change anything.")

        def answered(yes: bool | None) -> None:
            if yes:
                self.dismiss(Decision(hand_in=True))

        self.app.push_screen(Dialog(tr("Hand in now?"), words, yes=tr("Hand in"), no=tr("Not yet")), answered)
