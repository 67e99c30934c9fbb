"""The exam itself in line mode: one question at a time, one prompt, one deed a line.

The loop translates lines into calls of the sitting and its answers into sentences. Whether a deed is allowed, whether
it was in time and whether it is saved, the sitting says.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping, Sequence

from cequiz.domain.canonical import Json
from cequiz.domain.exam.events import EventKind
from cequiz.domain.exam.form import FormItem
from cequiz.domain.exam.ledger import Hold
from cequiz.domain.exam.timekeeping import Stamp
from cequiz.errors import AttemptClosed, CequizError, DeadlinePassed, EnvironmentFailed, OpenElsewhere
from cequiz.frontends.plain.console import Console, Signal
from cequiz.frontends.plain.figure import OpenFigures, show_figures
from cequiz.frontends.plain.hangup import Hangup
from cequiz.frontends.plain.pages import (
    behind,
    incomplete_places,
    open_places,
    open_words,
    say_places,
    say_time,
)
from cequiz.frontends.plain.questions import face_of
from cequiz.frontends.plain.talk import Ending, Talk
from cequiz.frontends.plain.unsaved import Deed, latest, pending
from cequiz.frontends.plain.words import agreed, place_words
from cequiz.language import tr, trn
from cequiz.services.figures import FigureView
from cequiz.services.sitting import Sitting


def help_lines(*, window: bool = True) -> list[str]:
    """Return what can be typed, one a line.

    Args:
        window: whether a figure can be opened outside of the terminal.
    """
    lines = [
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
    return lines if window else [line for line in lines if not line.startswith("o ")]


class Exam(Talk):
    """One program's conversation about one open attempt."""

    def __init__(
        self,
        console: Console,
        sitting: Sitting,
        *,
        figures: Mapping[str, Sequence[FigureView]],
        open_figures: OpenFigures | None,
        back: str,
        spacious: bool = False,
    ) -> None:
        super().__init__(console, sitting, figures=figures, back=back, spacious=spacious)
        self._open_figures = open_figures
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

    def _turn(self) -> Ending | None:
        self._tried = pending(self._sitting)
        reply = self._watch.ask("> ")
        received = self._sitting.receive()
        if isinstance(reply, Signal) or reply.lower() == "x":
            return self._leave()
        held = self._sitting.held
        if held is not None:
            self._while_held(held, reply)
            return None
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

    def _while_held(self, hold: Hold, reply: str) -> None:
        """Obey what can be asked while the office has suspended the exam; whatever else is typed hears why not."""
        if reply.lower() == "t":
            self._time()
        elif reply == "?":
            self._help()
        else:
            self._watch.say_held(hold)

    def _guarded(self, deed: Callable[[], Ending | None]) -> Ending | None:
        """Do something and turn a refusal into sentences, or into the ending that it means."""
        try:
            return deed()
        except DeadlinePassed as error:
            self._console.say(self._console.told(error))
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
            self._console.say(self._console.told(error))
            self._say_outcome()
        return None

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
        for line in help_lines(window=self._open_figures is not None):
            self._console.say(line)

    def _again(self) -> None:
        self._show()

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
            self._console.say(tr("Not submitted: {why}", why=self._console.told(error)))
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


def _only_reads(reply: str) -> bool:
    """Whether a line writes nothing: it may be obeyed while something else is not saved."""
    return reply.lower() in {"n", "p", "t", "l", "v", "o", "?"} or (reply.isascii() and reply.isdigit())
