"""The exam: one question at a time, every answer saved at once, the time always in sight.

The screen shows and forwards. What an answer is worth, whether the time is over and what is saved, others know:
the question, the sitting, the store.
"""

from __future__ import annotations

from functools import partial

from textual import on
from textual.containers import VerticalScroll
from textual.screen import Screen
from textual.timer import Timer

from cequiz.errors import AttemptClosed, CequizError, DeadlinePassed, OpenElsewhere
from cequiz.frontends.tui.commands import LETTERS
from cequiz.frontends.tui.desk import Desk
from cequiz.frontends.tui.pen import Saved
from cequiz.frontends.tui.questions import faces
from cequiz.frontends.tui.screen import HouseScreen
from cequiz.frontends.tui.student.exam_endings import ExamEndings
from cequiz.frontends.tui.student.exam_view import ExamView
from cequiz.frontends.tui.student.go_to import GoTo
from cequiz.frontends.tui.student.question_list import QuestionListScreen
from cequiz.frontends.tui.student.result import ResultScreen
from cequiz.frontends.tui.widgets.choices import Choices
from cequiz.frontends.tui.widgets.navigator import Navigator
from cequiz.services.sitting import Sitting, resume


class ExamScreen(ExamEndings):
    """An open attempt that can be answered."""

    def __init__(self, desk: Desk, sitting: Sitting) -> None:
        super().__init__(desk, sitting)
        self._retry: Timer | None = None

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

    @on(ExamView.Done)
    def settled(self, event: ExamView.Done) -> None:
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

    def action_take_over(self) -> None:
        """Take the exam over again."""
        self.attend(partial(resume_here, self, self.sitting.attempt.id), group="resume")


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
