"""The exam: one question at a time, every answer saved at once, the time always in sight.

The screen shows and forwards. What an answer is worth, whether the time is over and what is saved, others know:
the question, the sitting, the store.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from textual import on
from textual.screen import Screen
from textual.timer import Timer

from cequiz.domain.bank.frames import SlotQuestion
from cequiz.domain.exam.attempt import Response
from cequiz.errors import AttemptClosed, CequizError, DeadlinePassed, OpenElsewhere
from cequiz.frontends.tui.commands import LETTERS
from cequiz.frontends.tui.desk import Desk
from cequiz.frontends.tui.pen import CHALLENGE, Saved
from cequiz.frontends.tui.screen import HouseScreen
from cequiz.frontends.tui.student.challenge import Challenge, ChallengeScreen
from cequiz.frontends.tui.student.check import CheckScreen
from cequiz.frontends.tui.student.exam_endings import ExamEndings
from cequiz.frontends.tui.student.exam_view import ExamView
from cequiz.frontends.tui.student.go_to import GoTo
from cequiz.frontends.tui.student.question_list import QuestionListScreen
from cequiz.frontends.tui.student.result import ResultScreen
from cequiz.frontends.tui.widgets.drafts import Draft, Place
from cequiz.frontends.tui.widgets.figure import Figure
from cequiz.frontends.tui.widgets.navigator import Navigator
from cequiz.language import tr
from cequiz.services.sitting import Sitting
from cequiz.services.starting import resume


class ExamScreen(ExamEndings):
    """An open attempt that can be answered."""

    def __init__(self, desk: Desk, sitting: Sitting, *, before: ExamScreen | None = None) -> None:
        """Open an attempt.

        Args:
            desk: where the student sits.
            sitting: the attempt.
            before: the screen that showed it until another window took it over; its place and its texts come along.
        """
        super().__init__(desk, sitting)
        self._retry: Timer | None = None
        self._typed: Mapping[Place, Draft] = before.unsent() if before else {}
        # One that moves forward only opens where it stands: the other window may have left this place behind.
        if before is not None and not self.one_way:
            self.place = before.place

    def on_mount(self) -> None:
        """Show again what was typed before another window took the exam over."""
        if self._typed:
            self.paper.drafts.hold(self._typed)
            self.show()

    def unsent(self) -> Mapping[Place, Draft]:
        """Return what was typed here and is not saved, by item and slot; a letter is pressed again more easily."""
        return self._typed_in(self.pen.lost_answers()) | dict(self.paper.drafts.held())

    def _typed_in(self, answers: Mapping[str, Response | None]) -> dict[Place, Draft]:
        """Return what was typed of answers that were refused, to be handed over again with an Enter."""
        found = {}
        for item, response in answers.items():
            question = self.sitting.questions[item]
            if isinstance(question, SlotQuestion):
                kept, received = question.filled(self.sitting.attempt.responses.get(item)), self.pen.receive()
                typed = {slot.id for slot in question.slots() if slot.choices is None}
                for slot, text in question.filled(response).items():
                    if slot in typed and kept.get(slot) != text:
                        found[item, slot] = Draft(text, received, held=True)
        return found

    # Answers --------------------------------------------------------------------------------------------------

    def action_answer(self, letter: str) -> None:
        """Choose by a letter."""
        self.paper.letter(LETTERS.index(letter))

    def action_type(self) -> None:
        """Open the field of a typed answer."""
        self.paper.open_field()

    def action_move_up(self) -> None:
        """Move a part of an order up."""
        self.paper.move(-1)

    def action_move_down(self) -> None:
        """Move a part of an order down."""
        self.paper.move(1)

    def action_clear(self) -> None:
        """Take the answer, or the highlighted part of it, back."""
        self.paper.clear()

    def action_flag(self) -> None:
        """Flag, or take the flag away."""
        if self.pen.saved(self.item.key) is Saved.UNSAVED:
            self.tell(tr("Flags wait until your answer is saved."), warn=True)
            return
        self.pen.flag(self.item.key)
        self.show()

    def action_challenge(self) -> None:
        """Ask why the question is disputed."""
        item = self.item.key
        self.paper.close_field()

        def told(challenge: Challenge | None) -> None:
            if challenge is None:
                return
            if self.read_only:
                self.tell(tr("NOT SAVED: your challenge. This exam is open elsewhere."), warn=True)
                return
            self.pen.challenge(item, reason=challenge.reason, source=challenge.source)

        self.app.push_screen(ChallengeScreen(self.place + 1), told)

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
            # For answers the banner and the paper say it.
            if event.item == CHALLENGE:
                self.tell(tr("NOT SAVED: your challenge. This exam is open elsewhere."), warn=True)
        except CequizError as error:
            self.complain(error)
            self._keep_refused()
        if event.item == CHALLENGE and self.pen.trouble is not None:
            why, _ = self.desk.words_of(self.pen.trouble)
            self.tell(tr("NOT SAVED: your challenge. {why} Trying again.", why=why), warn=True)
        if self.pen.challenge_saved():
            self.tell(tr("Your challenge is saved. The provider will look at it."))
        if self.sitting.pending and self._retry is None and not self.read_only:
            self._retry = self.set_timer(self.pen.wait, self.try_again)
        self.learn()
        above = self.app.screen
        if isinstance(above, CheckScreen | QuestionListScreen) and above.is_mounted:
            above.look(self.cells())

    def _keep_refused(self) -> None:
        """Keep what was typed before this screen knew of a suspension: it waits for its Enter."""
        self.paper.drafts.hold(self._typed_in(self.pen.refused))
        self.pen.refused.clear()

    def try_again(self) -> None:
        """Try to write what is pending."""
        self._retry = None
        if self.sitting.pending:
            self.pen.retry()

    # Figures --------------------------------------------------------------------------------------------------

    @on(Figure.Pressed)
    def action_figure(self) -> None:
        """Show the figure over the whole screen."""
        self.figures.enlarge(self.item.key, left=self._left)

    def action_open_figure(self) -> None:
        """Open the figure outside."""
        self.attend(partial(self.figures.open_outside, self.item.key), group="figures")

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
        self.paper.scroll(down=key == "pagedown")

    @on(Navigator.Picked)
    def picked(self, event: Navigator.Picked) -> None:
        """Go to a question that was clicked on the map."""
        self.go(event.place)

    def action_list(self) -> None:
        """List every question."""
        self.app.push_screen(QuestionListScreen(self.desk, self.sitting, self.cells(), self.place), self.go)

    def action_take_over(self) -> None:
        """Take the exam over again; what was typed meanwhile comes along."""
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
        following = ExamScreen(desk, sitting, before=screen if isinstance(screen, ExamScreen) else None)
    except AttemptClosed as error:
        desk.sitting = None
        following = ResultScreen(desk, attempt_id, ran_out=isinstance(error, DeadlinePassed))
    while len(app.screen_stack) > 2:
        app.pop_screen()
    app.push_screen(following)
