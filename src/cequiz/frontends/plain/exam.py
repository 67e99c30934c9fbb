"""The exam itself in line mode: one question at a time, one prompt, one deed a line.

The loop translates lines into calls of the sitting and its answers into sentences. Whether a deed is allowed, whether
it was in time and whether it is saved, the sitting says.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import Enum

from cequiz.domain.canonical import Json
from cequiz.domain.exam.attempt import Status
from cequiz.domain.exam.form import FormItem
from cequiz.errors import AttemptClosed, CequizError, DeadlinePassed, EnvironmentFailed, OpenElsewhere
from cequiz.frontends.plain.console import Console, Signal
from cequiz.frontends.plain.questions import face_of
from cequiz.frontends.plain.watch import Watch, rounded
from cequiz.frontends.plain.words import duration_words, place_words
from cequiz.services.briefing import deadline_words
from cequiz.services.sitting import Sitting

HELP = """\
Type the letter of your answer, for example: b
Where more than one answer may be right, type all letters in one line: a c
n  next question
p  previous question
12 (any number)  go to that question
*  flag this question for another look, or take the flag away
-  clear the answer of this question
t  time left, and why the time ends when it ends
l  list of open and flagged questions
!  challenge this question
s  submit the exam
x  leave; the exam goes on
?  this help"""


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

    def __init__(self, console: Console, sitting: Sitting, *, figures: Mapping[str, str], back: str) -> None:
        self._console = console
        self._figures = figures
        """What each item's figure shows, in words, by item key."""
        self._sitting = sitting
        self._back = back
        """The command that continues this exam."""
        self._place = 0
        self._watch = Watch(console, sitting)
        self._commands: dict[str, Callable[[], Ending | None]] = {
            "n": self._next,
            "p": self._previous,
            "*": self._flag,
            "-": self._clear,
            "t": self._time,
            "l": self._list,
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
            self._open(resumed=resumed)
            ending = None
            while ending is None:
                ending = self._guarded(self._turn)
            return ending
        except KeyboardInterrupt:
            # Ctrl-C between two prompts; whatever was being written is still pending and is tried once more.
            return self._leave()

    # ------------------------------------------------------------------------------------------------ one turn

    def _turn(self) -> Ending | None:
        reply = self._watch.ask("> ")
        if isinstance(reply, Signal):
            return self._leave()
        if self._sitting.pending and not self._saved_again() and not _only_reads(reply):
            return None
        command = self._commands.get(reply.lower())
        if command is not None:
            return command()
        if reply.isascii() and reply.isdigit():
            self._go_to(reply)
            return None
        return self._answer(reply) if reply else None

    def _guarded(self, deed: Callable[[], Ending | None]) -> Ending | None:
        """Do something and turn a refusal into sentences, or into the ending that it means."""
        try:
            return deed()
        except DeadlinePassed as error:
            self._console.say(f"{error.sentence} {error.hint}")
            return self._expire()
        except AttemptClosed:
            self._watch.learn()
            return Ending.ENDED
        except OpenElsewhere as error:
            self._console.say(f"{error.sentence} {error.hint}")
            return Ending.ELSEWHERE
        except EnvironmentFailed as error:
            self._not_saved(error)
        except CequizError as error:
            self._console.say(f"{error.sentence} {error.hint}".strip())
        return None

    # -------------------------------------------------------------------------------------------------- saving

    def _answer(self, text: str) -> Ending | None:
        received = self._sitting.receive()
        item = self._item
        question = self._sitting.questions[item.key]
        face = face_of(question)
        response = face.read(question, item.order, text)
        self._sitting.answer(item.key, response, received=received)
        self._console.say(f"Saved: {face.long(question, item.order, response)}")
        if self._place + 1 < self._count:
            self._place += 1
            self._show()
        else:
            self._list()
        return None

    def _not_saved(self, error: EnvironmentFailed) -> None:
        self._console.say(f"NOT SAVED: {error.sentence} {error.hint}".strip())
        for words in self._unsaved():
            self._console.say(f"NOT SAVED: {words}")
        self._console.say("Press Enter to try again.")

    def _saved_again(self) -> bool:
        """Write what is pending, and say how that went."""
        waiting = self._unsaved()
        try:
            self._sitting.save_pending()
        except EnvironmentFailed as error:
            self._not_saved(error)
            return False
        for words in waiting:
            self._console.say(f"Saved: {words}")
        return True

    def _unsaved(self) -> list[str]:
        form, words = self._sitting.attempt.form, []
        for draft in self._sitting.pending:
            key = draft.payload.get("item")
            if isinstance(key, str):
                place = form.position(key)
                words.append(f"question {place + 1}, {self._deed(form.items[place], draft.payload.get('response'))}")
        return words

    def _deed(self, item: FormItem, response: Json) -> str:
        if not isinstance(response, dict):
            return "your last change"
        question = self._sitting.questions[item.key]
        return f"answer {face_of(question).short(question, item.order, response)}"

    # ------------------------------------------------------------------------------------------------ commands

    def _next(self) -> None:
        if self._place + 1 == self._count:
            self._console.say("This is the last question.")
            self._list()
            return
        self._place += 1
        self._show()

    def _previous(self) -> None:
        if not self._place:
            self._console.say("This is the first question.")
        else:
            self._place -= 1
            self._show()

    def _go_to(self, number: str) -> None:
        # More digits than any form needs are cut, so that no line can be too long a number.
        place = int(number[:9]) - 1
        if not 0 <= place < self._count:
            self._console.say(f"There is no question {number[:9]}: the numbers go from 1 to {self._count}.")
            return
        self._place = place
        self._show()

    def _flag(self) -> None:
        self._sitting.flag(self._item.key, received=self._sitting.receive())
        flagged = self._item.key in self._sitting.attempt.flags
        self._console.say(f"Question {self._place + 1} is {'flagged' if flagged else 'not flagged any more'}.")

    def _clear(self) -> None:
        if self._item.key not in self._sitting.attempt.responses:
            self._console.say("This question has no saved answer.")
            return
        self._sitting.clear(self._item.key, received=self._sitting.receive())
        self._console.say(f"Answer cleared: question {self._place + 1} is open again.")

    def _time(self) -> None:
        left, found = self._sitting.time_left(), self._sitting.explain()
        if left is None:
            self._console.say("There is no time limit." if not found.suspended else "The clock stands still.")
        else:
            self._console.say(f"Time left: {duration_words(left)}, until {deadline_words(found.deadline)}.")
        for reason in found.reasons:
            amount = f": {duration_words(reason.amount)}" if reason.amount is not None else ""
            at = f", {deadline_words(reason.at)}" if reason.at is not None else ""
            self._console.say(f"{reason.words}{amount}{at}")

    def _list(self) -> None:
        attempt = self._sitting.attempt
        open_places = [attempt.form.position(item.key) + 1 for item in attempt.open_items]
        flagged = sorted(attempt.form.position(key) + 1 for key in attempt.flags)
        self._console.say(f"Open: {place_words(open_places)}." if open_places else "Every question is answered.")
        self._console.say(f"Flagged: {place_words(flagged)}." if flagged else "No question is flagged.")
        self._console.say("Type a number to go to that question, or s to submit.")

    def _challenge(self) -> Ending | None:
        item = self._item
        reason = self._watch.ask("What is wrong with this question? (empty line: nothing): ")
        if reason is Signal.END:
            return self._leave()
        if not reason:
            self._console.say("Nothing was challenged.")
            return None
        source = self._watch.ask("A source that shows it (empty line for none): ")
        words = "" if isinstance(source, Signal) else source
        self._sitting.challenge(item.key, reason=str(reason), source=words, received=self._sitting.receive())
        self._console.say(f"Your challenge of question {self._place + 1} is saved. The provider will see it.")
        return self._leave() if source is Signal.END else None

    def _help(self) -> None:
        self._console.say(HELP)

    def _submit(self) -> Ending | None:
        self._list_unfinished()
        reply = self._watch.ask("Type yes to submit: ")
        if reply is Signal.END:
            return self._leave()
        if not isinstance(reply, str) or reply.lower() != "yes":
            self._console.say("Not submitted.")
            return None
        try:
            self._sitting.submit(received=self._sitting.receive())
        except EnvironmentFailed as error:
            self._console.say(f"Not submitted: {error.sentence} {error.hint}".strip())
            return None
        return Ending.ENDED

    def _list_unfinished(self) -> None:
        attempt = self._sitting.attempt
        for name, count in (("open", len(attempt.open_items)), ("flagged", len(attempt.flags))):
            if count:
                self._console.say(f"{count} {'question is' if count == 1 else 'questions are'} {name}.")

    # ------------------------------------------------------------------------------------------------- endings

    def _leave(self) -> Ending:
        try:
            self._sitting.leave()
        except OpenElsewhere as error:
            self._console.say(error.sentence)
            return Ending.ELSEWHERE
        except AttemptClosed:
            return self._expire()
        except EnvironmentFailed as error:
            self._console.say(f"{error.sentence} {error.hint}".strip())
            for words in self._unsaved():
                self._console.say(f"NOT SAVED: {words}")
            self._console.say(f"You left, and not everything is saved. Continue with: {self._back}")
            return Ending.UNSAVED
        if self._sitting.attempt.status is not Status.OPEN:
            return Ending.ENDED
        if self._watch.over():
            return self._expire()
        self._console.say(f"You left the exam. {self._goes_on()} Continue with: {self._back}")
        return Ending.LEFT

    def _goes_on(self) -> str:
        ledger = self._sitting.attempt.ledger
        if ledger.suspended:
            return "The clock stands still until you continue."
        if ledger.deadline is None:
            return "It goes on without a time limit."
        return f"It goes on until {deadline_words(ledger.deadline)}."

    def _expire(self) -> Ending:
        try:
            self._sitting.expire()
        except OpenElsewhere as error:
            self._console.say(error.sentence)
            return Ending.ELSEWHERE
        except EnvironmentFailed as error:
            self._console.say(f"{error.sentence} {error.hint}".strip())
            self._console.say(
                "Everything that was saved counts; the exam is closed as soon as the store can be written."
            )
            return Ending.UNSAVED
        return Ending.ENDED

    # ------------------------------------------------------------------------------------------------- showing

    @property
    def _item(self) -> FormItem:
        return self._sitting.attempt.form.items[self._place]

    @property
    def _count(self) -> int:
        return len(self._sitting.attempt.form.items)

    def _open(self, *, resumed: bool) -> None:
        attempt, left = self._sitting.attempt, self._sitting.time_left()
        time = "There is no time limit." if left is None else f"Time left: {duration_words(rounded(left))}."
        if resumed:
            if attempt.open_items:
                self._place = attempt.form.position(attempt.open_items[0].key)
            answered = self._count - len(attempt.open_items)
            self._console.say(f"You continue this exam: {answered} of {self._count} questions answered. {time}")
        else:
            self._console.say(f"The exam has started. {time} Type ? for help.")
        self._show()

    def _show(self) -> None:
        attempt, item = self._sitting.attempt, self._item
        question = self._sitting.questions[item.key]
        face, response = face_of(question), attempt.responses.get(item.key)
        head = f"Question {self._place + 1} of {self._count}."
        if item.key in attempt.flags:
            head += " Flagged."
        if response is not None:
            head += f" Answer saved: {face.short(question, item.order, response)}."
        self._console.say()
        self._console.say(head)
        self._console.say(question.stem)
        if item.key in self._figures:
            self._console.say(f"Figure: {self._figures[item.key]}")
        for line in face.lines(question, item.order):
            self._console.say(line)


def _only_reads(reply: str) -> bool:
    """Whether a line writes nothing: it may be obeyed while something else is not saved."""
    return reply.lower() in {"n", "p", "t", "l", "x", "?"} or (reply.isascii() and reply.isdigit())
