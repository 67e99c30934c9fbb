"""Practice in line mode: a question, an answer, what it is worth and why; until the student leaves.

Nothing here is timed or scored. What an answer is worth, what comes next and what is kept, the practice itself says.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from cequiz.domain.canonical import Json
from cequiz.domain.practice import DAILY
from cequiz.errors import EnvironmentFailed, InvalidResponse
from cequiz.frontends.plain.answered import answer_lines
from cequiz.frontends.plain.console import Console, Signal
from cequiz.frontends.plain.figure import OpenFigures, show_figures
from cequiz.frontends.plain.pages import open_words, say_asked, say_case
from cequiz.frontends.plain.questions import face_of
from cequiz.frontends.plain.sit import Exit
from cequiz.frontends.practice_words import (
    back_words,
    drill_words,
    near_miss_words,
    reasons,
    source_words,
    verdict,
    waiting_words,
)
from cequiz.frontends.tongues import foreign_words
from cequiz.language import tr
from cequiz.services.practised import Asked, Feedback
from cequiz.services.practising import Practising


def help_lines(*, window: bool = True) -> list[str]:
    """Return what can be typed, one a line.

    Args:
        window: whether a figure can be opened outside of the terminal.
    """
    lines = [
        tr("Type your answer as in an exam: b, or a c, or c a b, or 1b 2a, or = your words."),
        tr("It is checked at once; where a part is still open, complete it, or type s."),
        tr("s  check the answer so far; without one, show the right answer"),
        tr("-  take the answer so far back"),
        tr("n  leave this question for later"),
        tr("v  read this question again, with its case"),
        tr("o  open the figure of this question in a window"),
        tr("l  what is due, and the five of today"),
        tr("x  leave practice"),
        tr("?  this help"),
    ]
    return lines if window else [line for line in lines if not line.startswith("o ")]


class Practice:
    """Talks until the student leaves, today's five are done, or nothing is due any more."""

    def __init__(
        self,
        console: Console,
        hold: Practising,
        *,
        now: Callable[[], datetime],
        open_figures: OpenFigures | None,
        spacious: bool = False,
    ) -> None:
        self._console = console
        self._hold = hold
        self._now = now
        self._open_figures = open_figures
        """Shows figures outside of the terminal and returns a sentence about it; None where nothing can."""
        self._spacious = spacious
        """Whether an empty line parts the choices."""
        self._answered = 0
        """How many answers were kept."""
        self._so_far: Mapping[str, Json] | None = None
        """The answer while parts of it are open, or while it could not be saved."""
        self._unsaved = False
        self._story = ""
        """The case whose story was read last."""
        self._commands: dict[str, Callable[[], None]] = {
            "s": self._check,
            "-": self._take_back,
            "n": self._put_off,
            "v": self._again,
            "o": self._outside,
            "l": self._say_status,
            "?": self._help,
        }

    def run(self) -> Exit:
        """Talk, and return what a script is told.

        Raises:
            NotAllowed: an exam of the course was opened meanwhile.
        """
        title = self._hold.course.title
        self._console.say(tr("Five today: {course}", course=title) if self._hold.five else title)
        self._console.say(tr("Practice is not timed and earns nothing. Type ? for help."))
        foreign = foreign_words(self._hold.languages)
        if foreign:
            self._console.say(foreign)
        self._say_status()
        self._show()
        while self._hold.current is not None:
            reply = self._console.ask("> ")
            if isinstance(reply, Signal) or reply.lower() == "x":
                return self._leave()
            self._obey(reply)
        self._end()
        return Exit.DONE

    def _obey(self, reply: str) -> None:
        command = self._commands.get(reply.lower())
        try:
            if command is not None:
                command()
            elif reply:
                self._answer(reply)
            elif self._unsaved:
                self._check()
        except EnvironmentFailed as error:
            self._unsaved = True
            self._console.say(tr("NOT SAVED: {what}", what=self._console.told(error)))
            self._console.say(tr("Press Enter to try again."))
        except InvalidResponse as error:
            self._console.say(self._console.told(error))

    def _answer(self, text: str) -> None:
        asked = self._asked
        self._so_far = face_of(asked.question).read(asked.question, asked.order, text, current=self._so_far)
        if self._so_far is None:
            self._console.say(tr("Answer cleared."))
            return
        missing = asked.question.missing(self._so_far)
        if not missing:
            self._check()
            return
        face = face_of(asked.question)
        answer = face.long(asked.question, asked.order, self._so_far)
        self._console.say(tr("Your answer so far: {answer}", answer=answer))
        self._console.say(f"{open_words(missing)} {tr('Complete it, or type s to check what there is.')}")

    def _check(self) -> None:
        told = self._hold.check(self._so_far)
        self._answered += 1
        self._so_far, self._unsaved = None, False
        self._say_feedback(told)
        self._hold.advance()
        self._show()

    def _take_back(self) -> None:
        self._so_far, self._unsaved = None, False
        self._console.say(tr("Answer cleared."))

    def _put_off(self) -> None:
        before = self._asked.item.key
        self._so_far, self._unsaved = None, False
        asked = self._hold.put_off()
        if asked is not None and asked.item.key == before:
            self._console.say(tr("This is the only question that is left now."))
        self._show()

    @property
    def _asked(self) -> Asked:
        asked = self._hold.current
        assert asked is not None  # noqa: S101 - the loop ends where there is none; for the type checker
        return asked

    def _show(self, *, story: bool = False) -> None:
        asked = self._hold.current
        if asked is None:
            return
        question = asked.question
        self._console.say()
        self._console.say(self._head(asked))
        if question.case is not None:
            say_case(self._console, question.case, story=story or question.case.id != self._story)
        self._story = question.case.id if question.case is not None else ""
        say_asked(self._console, question, asked.order, figures=asked.figures, spacious=self._spacious)

    def _head(self, asked: Asked) -> str:
        known = tr("This question comes back.") if asked.again else tr("A new question.")
        if not self._hold.five:
            return known
        number = self._hold.status.drill.done + 1
        return f"{tr('Question {number} of {count}.', number=number, count=DAILY)} {known}"

    def _say_feedback(self, told: Feedback) -> None:
        question, order = told.asked.question, told.asked.order
        self._console.say(tr("{verdict} Saved.", verdict=verdict(told.share)))
        for line in answer_lines(question, order, told.response, parts=told.parts, keys=True):
            self._console.say(line)
        for line in near_miss_words(told.near_misses):
            self._console.say(line)
        for reason in reasons(question, told.response):
            self._console.say(tr("Why: {reason}", reason=reason))
        for reference in question.references:
            self._console.say(tr("Source: {source}", source=source_words(reference)))
        self._console.say(back_words(told, zone=None, now=self._now()))
        if self._hold.five:
            self._console.say(drill_words(self._hold.status.drill))

    def _again(self) -> None:
        self._show(story=True)

    def _outside(self) -> None:
        show_figures(self._console, self._asked.figures, outside=self._open_figures)

    def _say_status(self) -> None:
        status = self._hold.status
        self._console.say(waiting_words(status, zone=None, now=self._now()))
        self._console.say(drill_words(status.drill))

    def _help(self) -> None:
        for line in help_lines(window=self._open_figures is not None):
            self._console.say(line)

    def _end(self) -> None:
        self._console.say()
        if self._hold.five and self._hold.status.drill.complete:
            self._console.say(tr("Today's five are done."))
        else:
            self._console.say(tr("You have practised everything that waits."))
        self._say_status()

    def _leave(self) -> Exit:
        if self._unsaved:
            self._console.say(tr("You left, and your last answer is NOT SAVED."))
            return Exit.ENVIRONMENT
        if self._so_far is not None:
            self._console.say(tr("Your last answer was not checked, and is not kept."))
        kept, none = tr("You left practice. What you answered is saved."), tr("You left practice.")
        self._console.say(kept if self._answered else none)
        self._say_status()
        return Exit.DONE
