"""The exam: one question at a time, every answer saved at once, the time always in sight.

The screen shows and forwards. What an answer is worth, whether the time is over and what is saved, others know:
the question, the sitting, the store.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import Future
from dataclasses import dataclass, replace
from functools import partial

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.screen import Screen
from textual.timer import Timer
from textual.widgets import Static

from cequiz.domain.bank.question import Question
from cequiz.domain.exam.attempt import Status
from cequiz.domain.exam.form import FormItem
from cequiz.errors import AttemptClosed, CequizError, DeadlinePassed, EnvironmentFailed, OpenElsewhere
from cequiz.frontends.tui.commands import LETTERS, Command, Scope, bindings
from cequiz.frontends.tui.desk import Desk
from cequiz.frontends.tui.pen import Pen, Saved, leaving_words
from cequiz.frontends.tui.questions import faces, letters_of
from cequiz.frontends.tui.screen import Dialog, HouseScreen
from cequiz.frontends.tui.student.check import CheckScreen, Decision
from cequiz.frontends.tui.student.go_to import GoTo
from cequiz.frontends.tui.student.question_list import QuestionListScreen
from cequiz.frontends.tui.student.result import ResultScreen
from cequiz.frontends.tui.student.time_note import time_lines
from cequiz.frontends.tui.widgets.choices import Choices
from cequiz.frontends.tui.widgets.countdown import Countdown
from cequiz.frontends.tui.widgets.navigator import Cell, Navigator
from cequiz.frontends.tui.words import instant_text
from cequiz.services.sitting import Sitting, resume

_LOOK = 2.0
"""Seconds between two looks at what others wrote: extra time, a take-over, an ending."""

_READ_ONLY = "This exam is open elsewhere. Here you can only read. Take it over again with r, or leave with x."


class ExamScreen(HouseScreen[None]):
    """An open attempt."""

    SCOPE = Scope.EXAM
    BINDINGS = bindings(SCOPE)

    @dataclass
    class Done(Message):
        """A deed is done, one way or the other."""

        item: str
        future: Future[object]

    @dataclass
    class Looked(Message):
        """Somebody has looked at what others wrote."""

        future: Future[bool]

    def __init__(self, desk: Desk, sitting: Sitting) -> None:
        super().__init__(desk)
        self.sitting = sitting
        self.pen = Pen(sitting, desk.submit, lambda item, future: self._post(self.Done(item, future)))
        self.place = self._first_place()
        self._countdown = Countdown()
        self._deadline = sitting.attempt.ledger.deadline
        self._ending = False
        self._looking = False
        self._retry: Timer | None = None

    def _post(self, message: Message) -> None:
        self.post_message(message)

    # The picture ----------------------------------------------------------------------------------------------

    def compose_body(self) -> ComposeResult:
        """Lay out the map and the question."""
        with Vertical(classes="body", id="exam"):
            yield Static("", id="banner", markup=False)
            yield Navigator()
            with Vertical(id="paper"):
                yield Static("", id="number", markup=False)
                with VerticalScroll(id="stem-area", can_focus=False):
                    yield Static("", id="stem", markup=False)
                yield Choices(id="choices")
                yield Static("", id="saved", markup=False)

    def on_mount(self) -> None:
        """Start showing the question, the time and what others do."""
        self.desk.sitting = self.sitting
        self.top.where = self.sitting.attempt.terms.exam_title
        self.show()
        self.query_one(Choices).focus()
        self.tick()
        self.set_interval(1.0, self.tick)
        self.set_interval(_LOOK, self.look)

    @property
    def item(self) -> FormItem:
        """The item that is shown."""
        return self.sitting.attempt.form.items[self.place]

    @property
    def question(self) -> Question:
        """The question that is shown."""
        return self.sitting.questions[self.item.key]

    @property
    def can_go_back(self) -> bool:
        """Leaving an exam is a command of its own."""
        return False

    @property
    def unsaid(self) -> frozenset[str]:
        """The key line has room for the exam's own keys only."""
        return frozenset({"back", "leave_program"})

    @property
    def read_only(self) -> bool:
        """Whether nothing may be written from here any more."""
        return self._ending or self.sitting.taken_over

    def show(self) -> None:
        """Draw the question, the map and what is saved."""
        item, question, items = self.item, self.question, self.sitting.attempt.form.items
        face = faces()[question.type]
        flag = "   ⚑ flagged" if self.pen.flagged(item.key) else ""
        self.query_one("#number", Static).update(
            Content.assemble(
                (f"Question {self.place + 1} of {len(items)}", "bold $primary"),
                (f"   {face.task(question)}", "$quiet"),
                (flag, "bold $warning"),
            )
        )
        self.query_one("#stem", Static).update(Content(question.stem))
        lines = face.lines(question, order=item.order, response=self.pen.response(item.key))
        self.query_one(Choices).show(face, lines)
        navigator = self.query_one(Navigator)
        navigator.cells = self.cells()
        navigator.here = self.place
        self.query_one("#saved", Static).update(self._saved_words())
        self._show_banner()
        self.show_keys()

    def cells(self) -> tuple[Cell, ...]:
        """Return the state of every question."""
        keys = [item.key for item in self.sitting.attempt.form.items]
        return tuple(
            Cell(self.pen.response(key) is not None, self.pen.flagged(key), self.pen.saved(key) is Saved.UNSAVED)
            for key in keys
        )

    def _saved_words(self) -> Content:
        item = self.item
        letters = letters_of(self.question, order=item.order, response=self.pen.response(item.key)) or "no answer"
        match self.pen.saved(item.key):
            case Saved.OPEN:
                return Content("○ Not answered yet.").stylize("$quiet")
            case Saved.SAVING:
                return Content(f"… Saving: {letters}")
            case Saved.SAVED:
                return Content(f"✓ Saved: {letters}.").stylize("bold $success")
            case Saved.UNSAVED:
                why = self.pen.trouble.sentence if self.pen.trouble else ""
                return Content(f"! NOT SAVED: {letters}. {why} Trying again.").stylize("bold $error")

    def _show_banner(self, words: str = "") -> None:
        banner = self.query_one("#banner", Static)
        words = words or (_READ_ONLY if self.sitting.taken_over else "")
        if words or not self._ending:
            banner.update(Content(f"▲ {words}"))
            banner.display = bool(words)

    def allows(self, command: str) -> bool:
        """Only what the state of the exam lets a student do."""
        forward = self.sitting.attempt.terms.forward_only
        match command:
            case "answer" | "clear" | "flag" | "submit":
                return not self.read_only
            case "take_over":
                return self.sitting.taken_over and not self._ending
            case "previous" | "go_to":
                return not forward and not self._ending
            case _:
                return not self._ending or command == "scroll_question"

    def as_shown(self, command: Command) -> Command:
        """Name the letters that this question has."""
        return replace(command, shown=f"a-{LETTERS[len(self.item.order) - 1]}") if command.id == "answer" else command

    # Answers --------------------------------------------------------------------------------------------------

    def action_answer(self, letter: str) -> None:
        """Choose an option by its letter."""
        place = LETTERS.index(letter)
        if place < len(self.item.order):
            self.press(self.item.order[place])

    @on(Choices.OptionSelected, "#choices")
    def chosen(self, event: Choices.OptionSelected) -> None:
        """Choose an option by Enter, space or the mouse."""
        if event.option_id is not None and self.check_action("answer", ()):
            self.press(event.option_id)

    def press(self, option: str) -> None:
        """Save what an option makes of the answer."""
        key = self.item.key
        if self._left_behind():
            return
        face = faces()[self.question.type]
        self.query_one(Choices).highlighted = self.item.order.index(option)
        self.pen.answer(key, face.press(self.question, response=self.pen.response(key), option=option))
        self.show()

    def action_clear(self) -> None:
        """Take the answer back."""
        if self.pen.response(self.item.key) is not None and not self._left_behind():
            self.pen.answer(self.item.key, None)
            self.show()

    def action_flag(self) -> None:
        """Flag, or take the flag away."""
        if self.pen.saved(self.item.key) is Saved.UNSAVED:
            self.tell("Flags wait until your answer is saved.", warn=True)
            return
        self.pen.flag(self.item.key)
        self.show()

    def _left_behind(self) -> bool:
        try:
            self.sitting.attempt.check_navigable(self.place)
        except CequizError as error:
            self.complain(error)
            return True
        return False

    @on(Done)
    def settled(self, event: Done) -> None:
        """Show what became of a deed."""
        try:
            self.pen.settle(event.item, event.future)
        except DeadlinePassed:
            self.time_over()
        except AttemptClosed:
            self.closed()
        except OpenElsewhere:
            pass  # the banner says it
        except CequizError as error:
            self.complain(error)
        if self.sitting.pending and self._retry is None and not self.read_only:
            self._retry = self.set_timer(self.pen.wait, self.try_again)
        self.show()

    def try_again(self) -> None:
        """Try to write what is pending."""
        self._retry = None
        if self.sitting.pending:
            self.pen.retry()

    # Moving ---------------------------------------------------------------------------------------------------

    def go(self, place: int | None) -> None:
        """Show another question."""
        items = self.sitting.attempt.form.items
        if place is None or not 0 <= place < len(items):
            return
        if self.sitting.attempt.terms.forward_only and place < self.place:
            self.tell("This exam moves forward only.", warn=True)
            return
        self.place = place
        self.query_one("#stem-area").scroll_home(animate=False)
        self.show()
        self.query_one(Choices).focus()

    def action_next(self) -> None:
        """Go to the next question, or from the last to the list of what is open."""
        if self.place + 1 < len(self.sitting.attempt.form.items):
            self.go(self.place + 1)
        elif self.check_action("submit", ()):
            self.action_submit()

    def action_previous(self) -> None:
        """Go to the previous question."""
        self.go(self.place - 1)

    def action_go_to(self, digit: str) -> None:
        """Ask for the rest of the number."""
        last = len(self.sitting.attempt.form.items)
        self.app.push_screen(GoTo(digit, last), lambda number: self.go(number - 1 if number else None))

    def action_scroll_question(self, key: str) -> None:
        """Scroll a long question."""
        area = self.query_one("#stem-area", VerticalScroll)
        if key == "pagedown":
            area.scroll_page_down(animate=False)
        else:
            area.scroll_page_up(animate=False)

    @on(Navigator.Picked)
    def picked(self, event: Navigator.Picked) -> None:
        """Go to a question that was clicked on the map."""
        self.go(event.place)

    def action_list(self) -> None:
        """List every question."""
        self.app.push_screen(QuestionListScreen(self.desk, self.sitting, self.cells(), self.place), self.go)

    def _first_place(self) -> int:
        attempt = self.sitting.attempt
        open_places = [attempt.form.position(item.key) for item in attempt.open_items]
        if attempt.terms.forward_only:
            open_places = [place for place in open_places if place >= attempt.reached]
            return open_places[0] if open_places else attempt.reached
        return open_places[0] if open_places else 0

    # The time, and others -------------------------------------------------------------------------------------

    def tick(self) -> None:
        """Show the time left; the sitting knows it, and the moment it is over the exam ends."""
        if self._ending:
            return
        left = self.sitting.time_left()
        warning = self._countdown.warn(left)
        if warning:
            self.tell(warning, warn=True)
        self.top.right, self.top.tone = self._countdown.text(left, suspended=self.sitting.attempt.ledger.suspended)
        if left is not None and not left and not self.sitting.taken_over:
            self.time_over()

    def action_time(self) -> None:
        """Say how much time is left and why."""
        left, _ = self._countdown.text(self.sitting.time_left(), suspended=self.sitting.attempt.ledger.suspended)
        lines = [left, *time_lines(self.sitting.explain(), self.desk.zone)]
        self.app.push_screen(Dialog("Your time", Content("\n".join(lines))))

    def look(self) -> None:
        """Ask what others wrote."""
        if not self._looking and not self._ending:
            self._looking = True
            self.desk.submit(self.sitting.refresh).add_done_callback(lambda future: self._post(self.Looked(future)))

    @on(Looked)
    def looked(self, event: Looked) -> None:
        """Show what others wrote."""
        self._looking = False
        try:
            if not event.future.result() or self._ending:
                return
        except CequizError:
            return  # the next save says what is wrong with the store
        attempt = self.sitting.attempt
        deadline = attempt.ledger.deadline
        if attempt.status is not Status.OPEN:
            self.closed()
        elif deadline != self._deadline and deadline is not None:
            self.tell(f"Your deadline is now {instant_text(deadline, self.desk.zone)}. Press t to see why.")
        self._deadline = deadline
        self.tick()
        self.show()

    def action_take_over(self) -> None:
        """Take the exam over again."""
        self.attend(partial(resume_here, self, self.sitting.attempt.id), group="resume")

    # Endings --------------------------------------------------------------------------------------------------

    def action_submit(self) -> None:
        """Look over what is open or flagged before handing in."""
        screen = CheckScreen(self.desk, self.sitting, self.cells())
        self.app.push_screen(screen, self._decided)

    def _decided(self, decision: Decision | None) -> None:
        if decision is None:
            return
        if decision.hand_in:
            self.attend(self._hand_in, group="end")
        else:
            self.go(decision.place)

    async def _hand_in(self) -> None:
        received, sitting = self.sitting.receive(), self.sitting
        self._ending = True
        self.show_keys()
        self._show_banner("Handing in …")
        try:
            await self.desk.write(lambda ports: sitting.submit(received=received))
        except CequizError:
            self._ending = False
            self.show()
            raise
        self._show_result(ran_out=False)

    def time_over(self) -> None:
        """End the exam because its time is over."""
        if self._ending:
            return
        self._ending = True
        self._close_what_is_on_top()
        self.show_keys()
        self._show_banner("The time is over. Closing the exam …")
        self.attend(self._expire, group="end")

    async def _expire(self) -> None:
        sitting, wait = self.sitting, 1.0
        while True:
            try:
                await self.desk.write(lambda ports: sitting.expire())
            except EnvironmentFailed as error:
                self._show_banner(f"The time is over. NOT CLOSED YET: {error.sentence} Trying again.")
                await asyncio.sleep(wait)
                wait = min(wait * 2, 30.0)
            except OpenElsewhere:
                self._ending = False
                self.show()
                return
            else:
                self._show_result(ran_out=True)
                return

    def closed(self) -> None:
        """Go to the result: somebody else has ended the attempt."""
        if not self._ending:
            self._ending = True
            self._close_what_is_on_top()
            self._show_result(ran_out=self.sitting.attempt.status is Status.EXPIRED)

    def _show_result(self, *, ran_out: bool) -> None:
        self.desk.sitting = None
        self.app.switch_screen(ResultScreen(self.desk, self.sitting.attempt.id, ran_out=ran_out))

    def _close_what_is_on_top(self) -> None:
        while self.app.screen is not self and self in self.app.screen_stack:
            self.app.pop_screen()

    def action_back(self) -> None:
        """Escape leaves as well, after the same question."""
        if self.check_action("leave", ()):
            self.action_leave()

    def action_leave(self) -> None:
        """Ask, then leave; the exam goes on."""
        words = leaving_words(self.sitting, self.desk.zone)

        def answered(yes: bool | None) -> None:
            if yes:
                self.attend(self._leave, group="leave")

        self.app.push_screen(Dialog("Leave the exam?", words, yes="Leave", no="Stay"), answered)

    async def _leave(self) -> None:
        sitting = self.sitting
        if not sitting.taken_over:
            await self.desk.write(lambda ports: sitting.leave())
        self.desk.sitting = None
        self.tell(leaving_words(sitting, self.desk.zone))
        self.app.pop_screen()


async def resume_here(screen: HouseScreen[None], attempt_id: str) -> None:
    """Take an attempt up at this desk and show it; one whose time ran out shows its result instead.

    Args:
        screen: who asks; everything above the home screen gives way.
        attempt_id: which attempt.

    Raises:
        CequizError: it cannot be taken up.
    """
    desk, app = screen.desk, screen.app
    following: Screen[None]
    try:
        sitting = await desk.write(lambda ports: resume(ports, attempt_id=attempt_id, actor=desk.actor))
        following = ExamScreen(desk, sitting)
    except AttemptClosed as error:
        desk.sitting = None
        following = ResultScreen(desk, attempt_id, ran_out=isinstance(error, DeadlinePassed))
    while len(app.screen_stack) > 2:
        app.pop_screen()
    app.push_screen(following)
