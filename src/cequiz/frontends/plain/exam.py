"""The exam itself in line mode: one question at a time, one prompt, one deed a line.

The loop translates lines into calls of the sitting and its answers into sentences. Whether a deed is allowed, whether
it was in time and whether it is saved, the sitting says.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping, Sequence
from enum import Enum

from cequiz.domain.canonical import Json
from cequiz.domain.exam.attempt import Status
from cequiz.domain.exam.events import EventKind
from cequiz.domain.exam.form import FormItem
from cequiz.domain.exam.timekeeping import Stamp
from cequiz.errors import AttemptClosed, CequizError, DeadlinePassed, EnvironmentFailed, OpenElsewhere, WrongState
from cequiz.frontends.dates import deadline_words, duration_words
from cequiz.frontends.plain.console import Console, Signal
from cequiz.frontends.plain.figure import OpenFigures, show_figures
from cequiz.frontends.plain.hangup import Hangup
from cequiz.frontends.plain.pages import (
    behind,
    incomplete_places,
    open_places,
    open_words,
    say_places,
    say_question,
    say_time,
)
from cequiz.frontends.plain.questions import face_of
from cequiz.frontends.plain.unsaved import Deed, latest, pending
from cequiz.frontends.plain.watch import Watch, rounded
from cequiz.frontends.plain.words import agreed, place_words
from cequiz.language import tr, trn
from cequiz.services.figures import FigureView
from cequiz.services.sitting import Sitting


def help_lines() -> list[str]:
    """Return what can be typed, one a line."""
    return [
        tr("Type the letter of your answer, for example: b"),
        tr("Where more than one answer may be right, type all letters in one line: a c"),
        tr("To put things in order, type the letters from first to last: c a b"),
        tr("To match numbers with letters: 1b 2a, and 2- takes the answer of number 2 away"),
        tr("To answer in your own words or with a number: = your words, or 2 = your words"),
        tr("n  next question"),
        tr("p  previous question"),
        tr("12 (any number)  go to that question"),
        tr("*  flag this question for another look, or take the flag away"),
        tr("-  clear the answer of this question"),
        tr("t  time left, and why the time ends when it ends"),
        tr("l  list of open and flagged questions"),
        tr("v  read this question again, with its case"),
        tr("o  open the figure of this question in a window"),
        tr("!  challenge this question"),
        tr("s  submit the exam"),
        tr("x  leave; the exam goes on"),
        tr("?  this help"),
    ]


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


class Exam:
    """One program's conversation about one open attempt."""

    def __init__(
        self,
        console: Console,
        sitting: Sitting,
        *,
        figures: Mapping[str, Sequence[FigureView]],
        open_figures: OpenFigures,
        back: str,
    ) -> None:
        self._console = console
        self._figures = figures
        self._open_figures = open_figures
        """The figures of each item by item key, the case's first."""
        self._sitting = sitting
        self._back = back
        """The command that continues this exam."""
        self._place = 0
        self._tried: list[Deed] = []
        """What was not written when this turn began, and what the turn tries to write."""
        self._leaving = False
        self._hidden = False
        """Whether the question is not shown yet, because the clock waits for the student."""
        self._watch = Watch(console, sitting)
        self._commands: dict[str, Callable[[], Ending | None]] = {
            "n": self._next,
            "p": self._previous,
            "*": self._flag,
            "-": self._clear,
            "t": self._time,
            "l": self._list,
            "v": self._again,
            "o": self._open_figure,
            "!": self._challenge,
            "s": self._submit,
            "x": self._leave,
            "?": self._help,
        }

    def run(self, *, resumed: bool) -> Ending:
        """Talk until the student leaves or the attempt ends.

        Args:
            resumed: True when the attempt was taken up again: it is said where the student is.
        """
        try:
            return self._talk(resumed=resumed)
        except OSError:
            # Nobody hears any more: a closed pipe, a terminal that is gone, a full disk behind the output.
            with contextlib.suppress(CequizError):
                self._depart(orderly=False)
            raise
        except KeyboardInterrupt:
            self._say_outcome()
            raise

    def _talk(self, *, resumed: bool) -> Ending:
        try:
            self._open(resumed=resumed)
            ending = None
            while ending is None:
                ending = self._guarded(self._turn)
            return ending
        except KeyboardInterrupt as stop:
            # Whatever was being written is tried once more; a second Ctrl-C does not wait for that.
            if self._leaving and not isinstance(stop, Hangup):
                raise
            return self._leave(orderly=not isinstance(stop, Hangup))

    # ------------------------------------------------------------------------------------------------ one turn

    def _turn(self) -> Ending | None:
        self._tried = pending(self._sitting)
        reply = self._watch.ask("> ")
        received = self._sitting.receive()
        if isinstance(reply, Signal) or reply.lower() == "x":
            return self._leave()
        if self._hidden:
            self._hidden = False
            self._show()
        command = self._commands.get(reply.lower())
        number = reply if reply.isascii() and reply.isdigit() else ""
        if reply and not (command or number):
            return self._answer(reply, received)
        if self._sitting.pending and not self._try_again(reply):
            return None
        if command is not None:
            return command()
        return self._go_to(number) if number else None

    def _guarded(self, deed: Callable[[], Ending | None]) -> Ending | None:
        """Do something and turn a refusal into sentences, or into the ending that it means."""
        try:
            return deed()
        except DeadlinePassed as error:
            self._console.say(f"{error.sentence} {error.hint}")
            return self._expire()
        except AttemptClosed:
            self._watch.learn()
            self._say_outcome()
            return Ending.ENDED
        except OpenElsewhere as error:
            return self._elsewhere(error)
        except EnvironmentFailed as error:
            self._not_saved(error)
        except CequizError as error:
            self._console.say(f"{error.sentence} {error.hint}".strip())
            self._say_outcome()
        return None

    # -------------------------------------------------------------------------------------------------- saving

    def _answer(self, text: str, received: Stamp) -> Ending | None:
        item = self._item
        question = self._sitting.questions[item.key]
        response = face_of(question).read(question, item.order, text, current=self._so_far(item))
        if response is None:
            self._clear()
            return None
        self._try(Deed(EventKind.ANSWERED, item.key, response))
        self._sitting.answer(item.key, response, received=received)
        self._say_outcome()
        missing = question.missing(response)
        if missing:
            self._console.say(open_words(missing))
            return None
        return self._advance()

    def _so_far(self, item: FormItem) -> Mapping[str, Json] | None:
        """Return the answer that a line adds to: what waits to be written comes before what is on record."""
        for deed in reversed(pending(self._sitting)):
            if deed.item == item.key and deed.kind in {EventKind.ANSWERED, EventKind.CLEARED}:
                return deed.response if isinstance(deed.response, Mapping) else None
        return self._sitting.attempt.responses.get(item.key)

    def _advance(self) -> Ending | None:
        """Show the question after the one that was answered; after the last one, what is left to do."""
        if self._place + 1 < self._count:
            return self._move(self._place + 1)
        self._list()
        return None

    def _try(self, deed: Deed) -> None:
        self._tried = latest([*self._tried, deed])

    def _try_again(self, reply: str) -> bool:
        """Write what is pending and say how that went; True when the line that was typed may be obeyed."""
        waiting, place = self._tried, self._place
        try:
            self._sitting.save_pending()
        except EnvironmentFailed as error:
            self._not_saved(error)
            if reply.lower() == "s":
                self._console.say(tr("Not submitted."))
            elif reply and not _only_reads(reply):
                self._console.say(tr("Nothing else can be done before that is saved."))
            return bool(reply) and _only_reads(reply)
        self._say_outcome()
        self._place = max(place, behind(self._sitting))
        if not reply:
            if any(deed.kind is EventKind.ANSWERED and deed.item == self._item.key for deed in waiting):
                self._advance()
            elif self._place != place:
                self._show()
        return True

    def _not_saved(self, error: EnvironmentFailed) -> None:
        self._console.say(tr("NOT SAVED: {what}", what=f"{error.sentence} {error.hint}".strip()))
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

    # ------------------------------------------------------------------------------------------------- moving

    def _next(self) -> Ending | None:
        if self._place + 1 < self._count:
            return self._move(self._place + 1)
        self._console.say(tr("This is the last question."))
        self._list()
        return None

    def _previous(self) -> Ending | None:
        if self._place:
            return self._move(self._place - 1)
        self._console.say(tr("This is the first question."))
        return None

    def _go_to(self, number: str) -> Ending | None:
        # More digits than any form needs are cut, so that no line can be too long a number.
        place = int(number[:9]) - 1
        if 0 <= place < self._count:
            return self._move(place)
        self._console.say(
            tr("There is no question {number}: the numbers go from 1 to {last}.", number=number[:9], last=self._count)
        )
        return None

    def _move(self, place: int) -> Ending | None:
        """Go to a question; in an exam that moves forward only, not before the student agreed to what is lost."""
        if self._sitting.attempt.terms.forward_only:
            lost = [one for one in open_places(self._sitting) if behind(self._sitting) < one <= place]
            if lost:
                self._console.say(
                    tr("This exam moves forward only. Without an answer: {places}.", places=place_words(lost))
                )
                reply = self._watch.ask(tr("Type yes to leave that behind for good: "))
                if isinstance(reply, Signal):
                    return self._leave()
                if not agreed(reply):
                    self._console.say(tr("You stay at question {number}.", number=self._place + 1))
                    return None
        self._sitting.move_to(place, received=self._sitting.receive())
        before, self._place = self._case, place
        self._show(story=self._case is None or self._case != before)
        return None

    # ------------------------------------------------------------------------------------------------ commands

    def _flag(self) -> None:
        flagged = self._item.key not in self._sitting.attempt.flags
        self._try(Deed(EventKind.FLAGGED if flagged else EventKind.UNFLAGGED, self._item.key))
        self._sitting.flag(self._item.key, received=self._sitting.receive())
        self._tried = []
        number = self._place + 1
        self._console.say(
            tr("Question {number} is flagged.", number=number)
            if flagged
            else tr("Question {number} is not flagged any more.", number=number)
        )

    def _clear(self) -> None:
        if self._item.key not in self._sitting.attempt.responses:
            self._console.say(tr("This question has no saved answer."))
            return
        self._try(Deed(EventKind.CLEARED, self._item.key))
        self._sitting.clear(self._item.key, received=self._sitting.receive())
        self._tried = []
        self._console.say(tr("Answer cleared: question {number} is open again.", number=self._place + 1))

    def _time(self) -> None:
        say_time(self._console, self._sitting)

    def _list(self) -> None:
        say_places(self._console, self._sitting)

    def _challenge(self) -> Ending | None:
        item = self._item
        reason = self._watch.ask(tr("What is wrong with this question? (empty line: nothing): "))
        if isinstance(reason, Signal):
            return self._leave()
        if not reason:
            self._console.say(tr("Nothing was challenged."))
            return None
        source = self._watch.ask(tr("A source that shows it (empty line for none): "))
        words = "" if isinstance(source, Signal) else source
        self._try(Deed(EventKind.CHALLENGED, item.key))
        self._sitting.challenge(item.key, reason=str(reason), source=words, received=self._sitting.receive())
        self._tried = []
        self._console.say(
            tr("Your challenge of question {number} is saved. The provider will see it.", number=self._place + 1)
        )
        return self._leave() if isinstance(source, Signal) else None

    def _help(self) -> None:
        for line in help_lines():
            self._console.say(line)

    def _again(self) -> None:
        say_question(self._console, self._sitting, self._place, figures=self._figures)

    def _open_figure(self) -> None:
        show_figures(self._console, self._figures.get(self._item.key, ()), outside=self._open_figures)

    def _submit(self) -> Ending | None:
        self._list_unfinished()
        reply = self._watch.ask(tr("Type yes to submit: "))
        if isinstance(reply, Signal):
            return self._leave()
        if not agreed(reply):
            self._console.say(tr("Not submitted."))
            return None
        try:
            self._sitting.submit(received=self._sitting.receive())
        except EnvironmentFailed as error:
            self._console.say(tr("Not submitted: {why}", why=f"{error.sentence} {error.hint}".strip()))
            return None
        return Ending.ENDED

    def _list_unfinished(self) -> None:
        attempt = self._sitting.attempt
        lines = (
            trn("{count} question is open.", "{count} questions are open.", len(attempt.open_items)),
            trn(
                "{count} question is answered in part.",
                "{count} questions are answered in part.",
                len(incomplete_places(self._sitting)),
            ),
            trn("{count} question is flagged.", "{count} questions are flagged.", len(attempt.flags)),
        )
        counts = (len(attempt.open_items), len(incomplete_places(self._sitting)), len(attempt.flags))
        for line, count in zip(lines, counts, strict=True):
            if count:
                self._console.say(line)

    # ------------------------------------------------------------------------------------------------- endings

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
            self._console.say(f"{error.sentence} {error.hint}".strip())
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
            self._console.say(f"{error.sentence} {error.hint}".strip())
            self._say_outcome()
            self._console.say(
                tr("Everything that was saved counts; the exam is closed as soon as the store can be written.")
            )
            return Ending.UNSAVED
        except WrongState as error:
            self._watch.learn()
            if self._sitting.attempt.status is Status.OPEN:
                self._console.say(f"{error.sentence} {error.hint}".strip())
        self._say_outcome()
        return None if self._sitting.attempt.status is Status.OPEN else Ending.ENDED

    # ------------------------------------------------------------------------------------------------- showing

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
            if attempt.terms.forward_only:
                self._place = attempt.reached
            elif attempt.open_items:
                self._place = attempt.form.position(attempt.open_items[0].key)
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
        self._hidden = self._sitting.waits
        if not self._hidden:
            self._show()

    def _show(self, *, story: bool = True) -> None:
        say_question(self._console, self._sitting, self._place, figures=self._figures, story=story)


def _only_reads(reply: str) -> bool:
    """Whether a line writes nothing: it may be obeyed while something else is not saved."""
    return reply.lower() in {"n", "p", "t", "l", "v", "o", "?"} or (reply.isascii() and reply.isdigit())
