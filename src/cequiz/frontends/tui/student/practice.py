"""Practice: a question, the answer to it, what that is worth and why; then the next one, until the student leaves.

The screen shows and forwards. What may be practised, what an answer is worth and when it comes back, the practice
itself knows; an answer is kept when it is checked, and the screen says so only then.
"""

from __future__ import annotations

from textual import on

from cequiz.errors import EnvironmentFailed, NotAllowed
from cequiz.frontends.practice_words import verdict
from cequiz.frontends.tui.commands import LETTERS
from cequiz.frontends.tui.screen import Dialog
from cequiz.frontends.tui.student.exam_figures import FigureScreen
from cequiz.frontends.tui.student.practice_view import PracticeView
from cequiz.frontends.tui.widgets.choices import Choices
from cequiz.frontends.tui.widgets.figure import Figure
from cequiz.frontends.tui.widgets.paper import Paper
from cequiz.language import tr


class PracticeScreen(PracticeView):
    """Questions of a course, one after the other."""

    # Answering ------------------------------------------------------------------------------------------------

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

    def action_scroll_question(self, key: str) -> None:
        """Scroll a long question."""
        self.paper.scroll(down=key == "pagedown")

    def action_check(self) -> None:
        """Check the answer; without one ask whether the right one is to be shown."""
        self.paper.close_field()
        if self.paper.unsaved(self.key):
            self.tell(tr("What is typed is not an answer to this question yet."), warn=True)
            return
        if self.sheet.response(self.key) is not None:
            self.attend(self._check, group="check")
            return

        def answered(yes: bool | None) -> None:
            if yes:
                self.attend(self._check, group="check")

        words = tr("It counts as not known, and the question comes back soon.")
        self.app.push_screen(Dialog(tr("Show the right answer?"), words, yes=tr("Show it"), no=tr("Not yet")), answered)

    async def _check(self) -> None:
        hold, key = self.hold, self.key
        if hold is None or not key:
            return
        response = self.sheet.response(key)
        try:
            self.told = await self.desk.write(lambda ports: hold.check(response))
        except EnvironmentFailed as error:
            self.trouble, self.leaving = self.desk.words_of(error)[0], False
            self.call_later(self.show)
            raise
        except NotAllowed:
            self._close()
            raise
        if self.leaving:
            self.tell(tr("{verdict} Saved.", verdict=verdict(self.told.share)))
            self._close()
            return
        self.trouble = ""
        self.checked += 1
        self.show()
        told = self.query_one("#told")
        told.scroll_home(animate=False)
        told.focus()

    def action_next(self) -> None:
        """Leave the question for later, or go on where it was answered."""
        if self.hold is None or self.asked is None:
            self.action_go_on()
            return
        before = self.asked.item.key
        following = self.hold.put_off()
        if following is not None and following.item.key == before:
            self.tell(tr("This is the only question that is left now."))
            return
        self._put()

    def action_go_on(self) -> None:
        """Go to the next question; after the five of today go on without counting, and at the end look again."""
        if self.told is None and self.five_done:
            self.app.switch_screen(PracticeScreen(self.desk, self.course_id))
            return
        self.told = None
        if self.hold is not None:
            self.hold.advance()
        self._put()

    def _put(self) -> None:
        self.turn += 1
        self.trouble = ""
        self.paper.rewind()
        self.show()
        self.query_one(Choices if self.asked is not None else "#told").focus()

    def action_leave(self) -> None:
        """Go home; what was checked is kept, and what is being checked is waited for."""
        if self.busy("check"):
            self.leaving = True
            return
        if self.asked is not None and self.sheet.response(self.key) is not None:
            self.tell(tr("Your last answer was not checked, and is not kept."))
        self._close()

    def _close(self) -> None:
        """Leave this screen, and whatever was opened above it."""
        while self in self.app.screen_stack:
            self.app.pop_screen()

    def action_back(self) -> None:
        """Go home."""
        self.action_leave()

    # Figures --------------------------------------------------------------------------------------------------

    @on(Figure.Pressed)
    def action_figure(self) -> None:
        """Show the figures over the whole screen."""
        if self.shown_figures:
            self.app.push_screen(FigureScreen(self.desk, self.pictures, self.shown_figures, left=_untimed))

    def action_open_figure(self) -> None:
        """Open the figures outside."""
        self.attend(self._open_outside, group="figures")

    async def _open_outside(self) -> None:
        self.tell(await self.pictures.open_outside(self.shown_figures))

    # What the paper says --------------------------------------------------------------------------------------

    @on(Paper.Answered)
    def answered(self) -> None:
        """Show what is answered so far."""
        self.trouble = ""
        self.show()

    @on(Paper.Hinted)
    def hinted(self, event: Paper.Hinted) -> None:
        """Say why a key did nothing."""
        self.tell(event.words)

    @on(Paper.Refused)
    def refused(self, event: Paper.Refused) -> None:
        """Say why an answer was not taken."""
        self.complain(event.error)


def _untimed() -> tuple[str, str]:
    """Return the time left, which there is none of in practice, and its tone."""
    return "", ""
