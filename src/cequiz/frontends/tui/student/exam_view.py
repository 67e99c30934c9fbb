"""How an open attempt looks: the map, the question with its options, what is saved; and moving between questions."""

from __future__ import annotations

from concurrent.futures import Future
from dataclasses import dataclass, replace
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from cequiz.domain.bank.question import Question
from cequiz.domain.exam.form import FormItem
from cequiz.frontends.tui.commands import LETTERS, Command, Scope, bindings
from cequiz.frontends.tui.desk import Desk
from cequiz.frontends.tui.pen import Pen, Saved
from cequiz.frontends.tui.questions import faces, letters_of
from cequiz.frontends.tui.screen import Dialog, HouseScreen
from cequiz.frontends.tui.widgets.choices import Choices
from cequiz.frontends.tui.widgets.navigator import Cell, Navigator
from cequiz.frontends.tui.words import plural
from cequiz.services.sitting import Sitting

_READ_ONLY = "This exam is open elsewhere. Here you can only read. Take it over again with r, or leave with x."


class ExamView(HouseScreen[None]):
    """Shows an attempt; answering and ending it are added by the classes below."""

    SCOPE = Scope.EXAM
    BINDINGS: ClassVar[list[BindingType]] = bindings(SCOPE)

    @dataclass
    class Done(Message):
        """A deed is done, one way or the other."""

        item: str
        future: Future[object]

    def __init__(self, desk: Desk, sitting: Sitting) -> None:
        super().__init__(desk)
        self.sitting = sitting
        self.pen = Pen(sitting, desk.submit, self._report)
        self.place = self._first_place()
        self.ending = False
        """Whether the attempt is being closed: nothing can be pressed any more."""

    def _report(self, item: str, future: Future[object]) -> None:
        """Bring a finished deed from the writing thread into the UI's loop."""
        self.post_message(self.Done(item, future))

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
        """Show the first question that is open."""
        self.desk.sitting = self.sitting
        self.top.where = self.sitting.attempt.terms.exam_title
        self.show()
        self.query_one(Choices).focus()

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
        """The key line has room for the exam's own keys only, and names no way back where there is none."""
        return frozenset({"back", "leave_program"} | ({"previous"} if self.one_way else set()))

    @property
    def one_way(self) -> bool:
        """Whether the exam moves forward only."""
        return self.sitting.attempt.terms.forward_only

    @property
    def read_only(self) -> bool:
        """Whether nothing may be written from here any more."""
        return self.ending or self.sitting.taken_over

    def show(self) -> None:
        """Draw the question, the map and what is saved."""
        item, question, items = self.item, self.question, self.sitting.attempt.form.items
        face = faces()[question.type]
        flag = "   ⚑ flagged" if self.pen.flagged(item.key) else ""
        self.query_one("#number", Static).update(
            Content.assemble(
                (f"Question {self.place + 1} of {len(items)}", "bold $primary"),
                (f"   {face.instruction(question)}", "$quiet"),
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
        self.show_banner()
        self.show_keys()

    def cells(self) -> tuple[Cell, ...]:
        """Return the state of every question."""
        return tuple(
            Cell(
                answered=self.pen.response(item.key) is not None,
                flagged=self.pen.flagged(item.key),
                unsaved=self.pen.saved(item.key) is Saved.UNSAVED,
                behind=place < self.pen.reached,
            )
            for place, item in enumerate(self.sitting.attempt.form.items)
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

    def show_banner(self, words: str = "") -> None:
        """Show a sentence above the question, or that the exam is open elsewhere; hide it when there is neither."""
        banner = self.query_one("#banner", Static)
        words = words or (_READ_ONLY if self.sitting.taken_over else "")
        if words or not self.ending:
            banner.update(Content(f"▲ {words}"))
            banner.display = bool(words)

    def allows(self, command: str) -> bool:
        """Only what the state of the exam lets a student do."""
        match command:
            case "answer" | "clear" | "flag" | "submit":
                return not self.read_only
            case "take_over":
                return self.sitting.taken_over and not self.ending
            case "next" | "go_to":
                # Moving forward is written down, so only who holds the pen can do it.
                return not (self.read_only if self.one_way else self.ending)
            case _:
                return not self.ending or command == "scroll_question"

    def as_shown(self, command: Command) -> Command:
        """Name the letters that this question has."""
        return replace(command, shown=f"a-{LETTERS[len(self.item.order) - 1]}") if command.id == "answer" else command

    def go(self, place: int | None) -> None:
        """Show another question; in a forward-only exam ask before an open one is left behind."""
        items = self.sitting.attempt.form.items
        if place is None or not 0 <= place < len(items) or (self.one_way and self.read_only):
            return
        if place < self.pen.reached:
            self.tell("This exam moves forward only: what was left behind cannot be opened again.", warn=True)
            return
        open_count = sum(self.pen.response(item.key) is None for item in items[self.place : place])
        if not self.one_way or not open_count:
            self._move(place)
            return

        def answered(yes: bool | None) -> None:
            if yes and not self.read_only:
                self._move(place)

        words = f"This exam moves forward only: {plural(open_count, 'question')} would stay open and score 0."
        self.app.push_screen(Dialog("Leave open what has no answer?", words, yes="Go on", no="Stay"), answered)

    def _move(self, place: int) -> None:
        self.pen.move_to(place)
        self.place = place
        self.query_one("#stem-area").scroll_home(animate=False)
        self.show()
        self.query_one(Choices).focus()

    def _first_place(self) -> int:
        attempt = self.sitting.attempt
        open_places = [attempt.form.position(item.key) for item in attempt.open_items]
        if attempt.terms.forward_only:
            return attempt.reached
        return open_places[0] if open_places else 0
