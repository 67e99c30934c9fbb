"""What every turn of an exam in line mode rests on: which question is shown, what is saved, and how it all ends.

The turns themselves are in `exam.py`. Whether a deed is in time and whether it is saved, the sitting says.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import Enum

from cequiz.domain.exam.attempt import Status
from cequiz.domain.exam.events import EventKind
from cequiz.domain.exam.form import FormItem
from cequiz.errors import AttemptClosed, EnvironmentFailed, OpenElsewhere, WrongState
from cequiz.frontends.dates import deadline_words, duration_words
from cequiz.frontends.plain.console import Console
from cequiz.frontends.plain.pages import say_question
from cequiz.frontends.plain.questions import face_of
from cequiz.frontends.plain.unsaved import Deed, latest, pending
from cequiz.frontends.plain.watch import Watch, rounded
from cequiz.language import tr
from cequiz.services.figures import FigureView
from cequiz.services.sitting import Sitting


class Ending(Enum):
    """How a conversation about an exam came to its end."""

    LEFT = "left"
    """The student left; the exam goes on."""
    ENDED = "ended"
    """The attempt has ended: submitted, run out, or ended elsewhere."""
    ELSEWHERE = "elsewhere"
    """Another session holds the pen."""
    UNSAVED = "unsaved"
    """The student left and something could not be written."""


class Talk:
    """Knows the question, says what became of every deed, and ends the conversation."""

    def __init__(
        self,
        console: Console,
        sitting: Sitting,
        *,
        figures: Mapping[str, Sequence[FigureView]],
        back: str,
        spacious: bool = False,
    ) -> None:
        self._console = console
        self._sitting = sitting
        self._figures = figures
        """The figures of each item by item key, the case's first."""
        self._back = back
        """The command that continues this exam."""
        self._spacious = spacious
        """Whether an empty line parts the choices."""
        self._place = 0
        self._tried: list[Deed] = []
        """What was not written when this turn began, and what the turn tries to write."""
        self._leaving = False
        self._hidden = False
        """Whether the question is not shown yet, because the clock waits for the student."""
        self._watch = Watch(console, sitting)
        self._watch.goes_on = self._uncover

    def _not_saved(self, error: EnvironmentFailed) -> None:
        self._console.say(tr("NOT SAVED: {what}", what=self._console.told(error)))
        self._say_outcome()
        self._console.say(tr("Press Enter to try again."))

    def _say_outcome(self) -> None:
        """Say of everything that was tried whether it is saved."""
        for deed in latest([*self._tried, *pending(self._sitting)]):
            if not deed.on_record(self._sitting):
                self._console.say(tr("NOT SAVED: {what}", what=deed.words(self._sitting)))
            elif deed.kind is EventKind.ANSWERED and deed.item == self._item.key:
                question, response = self._sitting.questions[deed.item], self._sitting.attempt.responses[deed.item]
                answer = face_of(question).long(question, self._item.order, response)
                self._console.say(tr("Saved: {what}", what=answer))
            else:
                self._console.say(tr("Saved: {what}", what=deed.words(self._sitting)))
        self._tried = []

    def _leave(self, *, orderly: bool = True) -> Ending:
        self._leaving = True
        try:
            self._watch.learn()
            self._depart(orderly=orderly and not self._watch.gone)
        except OpenElsewhere as error:
            return self._elsewhere(error)
        except AttemptClosed:
            return self._expire() or self._left()
        except EnvironmentFailed as error:
            self._console.say(self._console.told(error))
            self._say_outcome()
            self._console.say(tr("You left, and not everything is saved. Continue with: {command}", command=self._back))
            return Ending.UNSAVED
        self._say_outcome()
        if self._sitting.attempt.status is not Status.OPEN:
            return Ending.ENDED
        if self._watch.over():
            return self._expire() or self._left()
        return self._left()

    def _depart(self, *, orderly: bool) -> None:
        """Let the clock stand still where the terms say so; a terminal that is gone is an outage from here on."""
        self._sitting.leave(orderly=orderly)

    def _left(self) -> Ending:
        self._console.say(
            f"{tr('You left the exam.')} {self._goes_on()} {tr('Continue with: {command}', command=self._back)}"
        )
        return Ending.LEFT

    def _elsewhere(self, error: OpenElsewhere) -> Ending:
        self._console.say(error.sentence)
        self._say_outcome()
        self._console.say(tr("Continue there, or take it over again with: {command}", command=self._back))
        return Ending.ELSEWHERE

    def _goes_on(self) -> str:
        ledger = self._sitting.attempt.ledger
        if ledger.held is not None:
            return tr("The provider has suspended it, and its clock stands still.")
        if ledger.suspended:
            return tr("The clock stands still until you continue.")
        if ledger.deadline is None:
            return tr("It goes on without a time limit.")
        return tr("It goes on until {until}.", until=deadline_words(ledger.deadline))

    def _expire(self) -> Ending | None:
        """Close an attempt whose time is over; None when the time was extended meanwhile and the exam goes on."""
        try:
            self._sitting.expire()
        except OpenElsewhere as error:
            return self._elsewhere(error)
        except EnvironmentFailed as error:
            self._console.say(self._console.told(error))
            self._say_outcome()
            self._console.say(
                tr("Everything that was saved counts; the exam is closed as soon as the store can be written.")
            )
            return Ending.UNSAVED
        except WrongState as error:
            self._watch.learn()
            if self._sitting.attempt.status is Status.OPEN:
                self._console.say(self._console.told(error))
        self._say_outcome()
        return None if self._sitting.attempt.status is Status.OPEN else Ending.ENDED

    @property
    def _item(self) -> FormItem:
        return self._sitting.attempt.form.items[self._place]

    @property
    def _case(self) -> str | None:
        """The case that the question belongs to."""
        case = self._sitting.questions[self._item.key].case
        return None if case is None else case.id

    @property
    def _count(self) -> int:
        return len(self._sitting.attempt.form.items)

    def _open(self, *, resumed: bool) -> None:
        attempt, left = self._sitting.attempt, self._sitting.time_left()
        time = (
            tr("There is no time limit.")
            if left is None
            else tr("Time left: {span}.", span=duration_words(rounded(left)))
        )
        if resumed:
            self._place = self._sitting.first_place()
            answered = self._count - len(attempt.open_items)
            done = tr(
                "You continue this exam: {answered} of {count} questions answered.",
                answered=answered,
                count=self._count,
            )
            self._console.say(f"{done} {time}")
        else:
            self._console.say(f"{tr('The exam has started.')} {time} {tr('Type ? for help.')}")
        self._watch.welcome()
        # Nobody reads a question while the clock stands still: it is shown once the student goes on.
        self._hidden = self._sitting.waits or self._sitting.held is not None
        if not self._hidden:
            self._show()

    def _uncover(self) -> None:
        """Show the question again that was hidden, or far up by now."""
        self._hidden = False
        self._show()

    def _show(self, *, story: bool = True) -> None:
        self._sitting.here = self._item.key
        say_question(
            self._console,
            self._sitting,
            self._place,
            figures=self._figures,
            spacious=self._spacious,
            story=story,
        )
