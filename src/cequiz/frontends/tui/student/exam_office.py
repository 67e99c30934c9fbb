"""What the office does to an exam that runs here: it suspends it, lets it go on, and writes to its student.

Whether the exam is suspended, the sitting knows; here the question is covered, and what was written is shown.
"""

from __future__ import annotations

from dataclasses import replace

from cequiz.domain.exam.attempt import Status
from cequiz.frontends.dates import instant_text, span_text
from cequiz.frontends.standstill import held_lines
from cequiz.frontends.tui.desk import Desk
from cequiz.frontends.tui.student.exam_clock import ExamClock
from cequiz.frontends.tui.student.held import HeldScreen, MessageNote
from cequiz.language import tr
from cequiz.services.sitting import Sitting


class ExamOffice(ExamClock):
    """Adds the cover of a suspended exam, and messages."""

    def __init__(self, desk: Desk, sitting: Sitting) -> None:
        super().__init__(desk, sitting)
        self._covered_by: HeldScreen | None = None
        self._read = len(sitting.attempt.messages) - len(sitting.missed)
        """How many messages need not be shown any more."""

    def on_mount(self) -> None:
        """Show what the office did while nobody was here."""
        self.call_later(self.hear)

    def hear(self) -> None:
        """Cover the question or uncover it, and show what is new; cheap enough for every look at the records."""
        if self.ending or self not in self.app.screen_stack:
            return
        if self._covered_by is not None:
            self._covered_by.look()
        elif self.sitting.held is not None:
            self._keep_typed()
            self._covered_by = HeldScreen(self._held_words, over=self._goes_on, leave=self.action_leave)
            self.app.push_screen(self._covered_by, self._uncovered)
        new = self.sitting.attempt.messages[self._read :]
        self._read += len(new)
        if new:
            self.app.push_screen(MessageNote(new, self.desk.zone))

    def action_leave(self) -> None:
        """Leave the exam; a class below does."""

    def _goes_on(self) -> bool:
        return self.sitting.held is None

    def _held_words(self) -> str:
        hold, left = self.sitting.held, self.sitting.time_left()
        if hold is None:
            return tr("The exam goes on.")
        lines = held_lines(hold, self.desk.zone)
        if left is not None:
            lines.append(tr("Time left: {span}.", span=span_text(left)))
        return "\n".join([*lines, "", tr("Press x to leave the exam; you can come back.")])

    def _keep_typed(self) -> None:
        """Hand over what was typed before the suspension; what was typed after it stays, and waits for its Enter."""
        paper = self.paper
        late = {place: one for place, one in paper.drafts.all().items() if self.sitting.held_back(one.received)}
        paper.drafts.hold({place: replace(one, held=True) for place, one in late.items()})
        paper.close_field()
        paper.hand_over_typed()

    def _uncovered(self, _: None) -> None:
        self._covered_by = None
        if self.ending or self.sitting.attempt.status is not Status.OPEN:
            return
        deadline = self.sitting.attempt.ledger.deadline
        if deadline is None:
            self.tell(tr("The exam goes on."))
        else:
            self.tell(tr("The exam goes on until {until}.", until=instant_text(deadline, self.desk.zone)))
        self.welcome()
        self.show()
