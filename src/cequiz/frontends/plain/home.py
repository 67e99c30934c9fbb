"""Home in line mode, for a student who is served over a line: what there is to do, chosen by a number or a line.

The lines are the commands of cequiz without the student: who sits here is known, and can do nothing for anybody else.
After a deed the list is said again, because the numbers may mean something else by then.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from cequiz.errors import CequizError, NotFound, WrongState
from cequiz.frontends.plain.console import Console, Signal
from cequiz.frontends.plain.doors import Door, doors
from cequiz.frontends.plain.evaluation import ask_evaluation
from cequiz.frontends.plain.outcome import say_result
from cequiz.frontends.plain.practice import Practice
from cequiz.frontends.plain.progress import say_kept, say_progress
from cequiz.frontends.plain.sit import Exit, sit
from cequiz.frontends.plain.ways import Ways
from cequiz.frontends.plain.words import agreed
from cequiz.language import tr
from cequiz.services import accommodating, advising, coding, earning, evaluating, grading, papers, practising, studying
from cequiz.services.enrolling import find_course, student
from cequiz.services.ports import Ports
from cequiz.services.reporting import home as home_of


def help_lines() -> list[str]:
    """Return what can be typed at home, one a line."""
    return [
        tr("Type the number of what you want to do, for example: 1"),
        tr("c  continue the exam that is running"),
        tr("code ABCDE-FGHJK  enrol with an enrolment code"),
        tr("l  say the list again"),
        tr("x  leave"),
        tr("?  this help"),
    ]


class HomeTalk:
    """One student's conversation, until they leave."""

    def __init__(
        self,
        console: Console,
        ports: Ports,
        *,
        student_id: str,
        actor: str,
        ways: Ways,
        address: str = "",
    ) -> None:
        """Begin.

        Args:
            console: both ends of the conversation.
            ports: the outside world.
            student_id: who is signed in.
            actor: whom records name.
            ways: how the student comes back to something, and to a paper.
            address: the address of the student's machine; empty for this one.
        """
        self._console = console
        self._address = address
        self._ports = ports
        self._student_id = student_id
        self._actor = actor
        self._ways = ways
        self.in_exam = False
        """Whether the questions of an open exam are being talked about, which is never ended because nobody types."""
        self._doors: Sequence[Door] = ()
        """Those with a number, in its order."""
        self._deeds: dict[str, Callable[[str, Sequence[str]], object]] = {
            "sit": self._sit,
            "result": self._result,
            "practice": self._practise,
            "evaluate": self._evaluate,
            "certificate": self._certificate,
            "code": self._code,
        }

    def run(self) -> Exit:
        """Talk until the student leaves, or the input ends."""
        self._console.say(tr("Welcome, {name}.", name=student(self._ports, self._student_id).name))
        self._list()
        while True:
            reply = self._console.ask("> ")
            if isinstance(reply, Signal) or reply.lower() == "x":
                if reply is not Signal.GONE:
                    self._console.say(tr("You are signed out."))
                return Exit.DONE
            try:
                self._obey(reply)
            except CequizError as error:
                self._console.say(self._console.told(error))

    def sit(self, ref: str) -> Exit:
        """Talk about one exam, from the briefing to the certificate, until it ends or is left.

        Raises:
            CequizError: it cannot be started.
        """
        return sit(
            self._console,
            self._ports,
            student_id=self._student_id,
            exam_ref=ref,
            actor=self._actor,
            ways=self._ways,
            while_open=self._while_open(),
        )

    @contextmanager
    def _while_open(self) -> Iterator[None]:
        self.in_exam = True
        try:
            yield
        finally:
            self.in_exam = False

    def _obey(self, reply: str) -> None:
        word, *what = reply.split()[:3] or [""]
        match word.lower():
            case "":
                return
            case "?":
                self._say_all(help_lines())
            case "l":
                self._list()
            case "c":
                self._continue()
            case number if number.isascii() and number.isdigit():
                self._choose(number)
            case deed if deed in self._deeds and what:
                self._do(deed, what)
            case _:
                self._console.say(tr("Type a number from the list, or ? for help."))

    def _choose(self, number: str) -> None:
        place = int(number[:4]) - 1
        if not 0 <= place < len(self._doors):
            self._console.say(tr("There is no {number} in the list. Type l to hear it again.", number=number[:4]))
            return
        deed, *what = self._doors[place].deed.split()
        self._do(deed, what)

    def _do(self, deed: str, what: Sequence[str]) -> None:
        self._deeds[deed](what[0], what[1:])
        self._console.say()
        self._list()

    def _list(self) -> None:
        home = home_of(self._ports.store, self._ports.clock, student_id=self._student_id)
        found, number = [], 0
        if home.running:
            self._console.say(tr("An exam of yours is running."))
        for door in doors(self._ports, home):
            if door.deed:
                found.append(door)
                number += 1
                self._console.say(f"{number}  {door.words}")
            else:
                self._console.say(door.words)
        self._doors = found
        self._console.say(tr("Type a number, x to leave, or ? for help."))

    def _continue(self) -> None:
        home = home_of(self._ports.store, self._ports.clock, student_id=self._student_id)
        if not home.running:
            raise WrongState(tr("No exam of yours is running."))
        self._do("sit", [home.running[0].ref])

    def _sit(self, ref: str, _: Sequence[str]) -> None:
        self.sit(ref)

    def _result(self, attempt_id: str, _: Sequence[str]) -> None:
        with self._ports.store.read() as unit:
            header = unit.attempts.header(attempt_id)
        if header is None or header.student_id != self._student_id:  # before anything is told of somebody else's
            raise NotFound(tr("There is no such attempt of yours."))
        found = grading.result(self._ports, attempt_id)
        study = studying.study(self._ports, attempt_id)
        say_result(self._console, found, study=study, lexicon=self._ports.lexicon)
        if found.review.score is not None:
            self._say_progress(found.attempt.course_id)
            return
        with self._ports.store.read() as unit:
            course = find_course(unit, found.attempt.course_id, student_id=self._student_id)
        say_kept(
            self._console,
            self._ports,
            course=course,
            student_id=self._student_id,
            actor=self._actor,
            ways=self._ways,
        )

    def _practise(self, course_id: str, more: Sequence[str]) -> None:
        hold = practising.begin(self._ports, student_id=self._student_id, course_id=course_id, five="--five" in more)
        spacious = accommodating.profile_of(self._ports, self._student_id).spacious
        clock = self._ports.clock
        Practice(self._console, hold, now=lambda: clock.read().wall, open_figures=None, spacious=spacious).run()

    def _evaluate(self, course_id: str, more: Sequence[str]) -> None:
        progress = earning.course_progress(self._ports, student_id=self._student_id, course_id=course_id)
        if progress.evaluation in {earning.EvaluationState.GIVEN, earning.EvaluationState.DECLINED}:
            raise WrongState(tr("This course was evaluated already."))
        if "--decline" in more:
            evaluating.evaluate(
                self._ports, student_id=self._student_id, course_id=course_id, answers=None, actor=self._actor
            )
            self._console.say(tr("You declined the evaluation."))
        elif not ask_evaluation(
            self._console,
            self._ports,
            course=progress.course,
            student_id=self._student_id,
            actor=self._actor,
            ways=self._ways,
        ):
            return
        self._say_progress(course_id)

    def _certificate(self, course_id: str, _: Sequence[str]) -> None:
        """Say every field of the certificate, because who works in lines may not be able to look at a page."""
        self._say_progress(course_id)
        shown = papers.drawn(self._ports, student_id=self._student_id, course_id=course_id)
        self._say_all([f"{tr(field.label)}: {field.text}" for field in shown.facts.printed_fields()])

    def _say_progress(self, course_id: str) -> None:
        progress = earning.course_progress(self._ports, student_id=self._student_id, course_id=course_id)
        say_progress(
            self._console,
            self._ports,
            course=progress.course,
            student_id=self._student_id,
            actor=self._actor,
            asks=False,
            ways=self._ways,
        )

    def _code(self, typed: str, _: Sequence[str]) -> None:
        """Tell what a code is for before anybody is enrolled."""
        who, address = self._student_id, self._address
        line = coding.lookup(self._ports, student_id=who, typed=typed, address=address)
        with self._ports.store.read() as unit:
            course = find_course(unit, line.code.course_id).taken(line.code.delivery)
        advice = advising.advice_for_code(self._ports, student_id=self._student_id, typed=typed)
        self._say_all([course.title, tr(course.delivery.words()), *advice])
        if not agreed(self._console.ask(tr("Type yes to take this course: "))):
            self._console.say(tr("You did not take it."))
            return
        coding.redeem(self._ports, student_id=who, typed=typed, actor=self._actor, address=address)

    def _say_all(self, lines: Sequence[str]) -> None:
        for line in lines:
            self._console.say(line)
