"""How an open attempt looks: the map, the paper with the question, what is saved; and moving between questions."""

from __future__ import annotations

from concurrent.futures import Future
from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.geometry import Region
from textual.message import Message
from textual.widgets import Static

from cequiz.domain.bank.question import Question
from cequiz.domain.exam.form import FormItem
from cequiz.frontends.tui.commands import Command, Scope, bindings, with_letters
from cequiz.frontends.tui.desk import Desk
from cequiz.frontends.tui.face import Asked, in_short
from cequiz.frontends.tui.pen import CHALLENGE, Pen, Saved
from cequiz.frontends.tui.questions import faces
from cequiz.frontends.tui.questions.case import part_words
from cequiz.frontends.tui.screen import Dialog, HouseScreen
from cequiz.frontends.tui.student.exam_figures import ExamFigures
from cequiz.frontends.tui.widgets.choices import Choices
from cequiz.frontends.tui.widgets.navigator import Cell, Navigator
from cequiz.frontends.tui.widgets.paper import Paper
from cequiz.language import mark, tr, trn
from cequiz.services.sitting import Sitting

_READ_ONLY = mark("This exam is open elsewhere. Here you can only read. Take it over again with r, or leave with x.")


class ExamView(HouseScreen[None]):
    """Shows an attempt; answering and ending it are added by the classes below."""

    SCOPE = Scope.EXAM
    BINDINGS: ClassVar[list[BindingType]] = bindings(SCOPE)

    @dataclass
    class Done(Message, bubble=False):
        """A deed is done, one way or the other."""

        item: str
        future: Future[object]

    def __init__(self, desk: Desk, sitting: Sitting) -> None:
        super().__init__(desk)
        self.sitting = sitting
        self.pen = Pen(sitting, desk.submit, self._report)
        self.figures = ExamFigures(self, sitting.attempt.form.items, sitting.questions)
        self.place = sitting.first_place()
        self._banner = ""
        self.ending = False
        """Whether the attempt is being closed: nothing can be pressed any more."""
        self._settling = False
        """Whether the parts of another question are still finding their heights."""

    def _report(self, item: str, future: Future[object]) -> None:
        """Bring a finished deed from the writing thread into the UI's loop."""
        self.post_message(self.Done(item, future))

    def compose_body(self) -> ComposeResult:
        """Lay out the map and the paper."""
        with Vertical(classes="body", id="exam"):
            yield Static("", id="banner", markup=False)
            yield Navigator()
            yield Paper(self.pen, id="paper")

    def on_mount(self) -> None:
        """Show the question that the student is at."""
        self.desk.sitting = self.sitting
        self.top.where = self.sitting.attempt.terms.exam_title
        self.show()
        self.set_focus(self.query_one(Choices))
        self.attend(self._load_figures, group="figures")

    async def _load_figures(self) -> None:
        await self.figures.load()
        self.show()

    @property
    def paper(self) -> Paper:
        """What the question stands on."""
        return self.query_one(Paper)

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
        item = self.item
        self.sitting.here = item.key
        self.figures.show(item.key)  # before the paper, which shares the height with it
        self.paper.set_locked(self.read_only)
        self.paper.show(item.key, self.question, item.order, heading=self._heading_words(), status=self._saved_words())
        navigator = self.query_one(Navigator)
        navigator.cells = self.cells()
        navigator.here = self.place
        self.show_banner()
        self.show_keys()

    def _heading_words(self) -> Content:
        question, total = self.question, len(self.sitting.attempt.form.items)
        case = f"   {part_words(question.case)}" if question.case is not None else ""
        flag = f"   ⚑ {tr('flagged')}" if self.pen.flagged(self.item.key) else ""
        return Content.assemble(
            (tr("Question {number} of {total}", number=self.place + 1, total=total), "bold $primary"),
            (case, "bold"),
            (f"   {faces()[question.type].instruction(question)}", "$quiet"),
            (flag, "bold $warning"),
        )

    def cells(self) -> tuple[Cell, ...]:
        """Return the state of every question."""
        paper, reached = self.paper, self.pen.reached
        return tuple(
            self._cell(item.key, paper, behind=place < reached)
            for place, item in enumerate(self.sitting.attempt.form.items)
        )

    def _cell(self, item: str, paper: Paper, *, behind: bool) -> Cell:
        response, saved = self.pen.response(item), self.pen.saved(item)
        return Cell(
            answered=response is not None,
            partly=response is not None and self.sitting.questions[item].missing(response) > 0,
            flagged=self.pen.flagged(item),
            unsaved=saved is Saved.UNSAVED or paper.unsaved(item),
            saving=saved is Saved.SAVING,
            behind=behind,
        )

    def _saved_words(self) -> Content:
        item = self.item
        asked = Asked(item.key, self.question, item.order, self.pen.response(item.key))
        face = faces()[self.question.type]
        words = tr("no answer") if asked.response is None else in_short(face.short(asked))
        match self.pen.saved(item.key):
            case Saved.OPEN:
                return Content(f"○ {tr('Not answered yet.')}").stylize("$quiet")
            case Saved.SAVING:
                return Content(f"… {tr('Saving: {answer}', answer=words)}")
            case Saved.SAVED:
                said = Content(f"✓ {tr('Saved: {answer}.', answer=words)}").stylize("bold $success")
                progress = face.progress(asked)
                return Content.assemble(said, (f"  ◐ {progress}" if progress else "", "bold $warning"))
            case Saved.UNSAVED:
                return Content(f"! {self._unsaved_words(words)}").stylize("bold $error")

    def _unsaved_words(self, answer: str) -> str:
        if self.pen.lost(self.item.key):
            return tr("NOT SAVED: {answer}. This exam is open elsewhere.", answer=answer)
        why = self._why_unsaved()
        return tr("NOT SAVED: {answer}. {why} Trying again.", answer=answer, why=why)

    def _why_unsaved(self) -> str:
        """Return what keeps answers from being saved; where nothing has failed they wait for an answer."""
        if self.pen.trouble is not None:
            return self.desk.words_of(self.pen.trouble)[0]
        return tr("The records do not answer yet.") if self.pen.late() else ""

    def show_banner(self, words: str = "") -> None:
        """Show a sentence above the question, or that the exam is open elsewhere; hide it when there is neither."""
        words = words or self._standing_words()
        if (words or not self.ending) and words != self._banner:
            self._banner = words
            banner = self.query_one("#banner", Static)
            banner.update(Content(f"▲ {words}"))
            banner.display = bool(words)

    def _standing_words(self) -> str:
        if self.sitting.taken_over:
            return tr(_READ_ONLY)
        if (self.pen.challenge_waits and self.pen.trouble is not None) or self.pen.slow(CHALLENGE):
            return tr("NOT SAVED: your challenge. {why} Trying again.", why=self._why_unsaved())
        return ""

    def allows(self, command: str) -> bool:
        """Only what the state of the exam lets a student do, and what this question can be answered with."""
        match command:
            case "answer":
                return not self.read_only and self.paper.letter_count > 0
            case "type":
                return not self.read_only and bool(self.paper.typed_slot)
            case "move_up" | "move_down":
                return not self.read_only and self.paper.in_order
            case "answer_by_row" | "clear" | "flag" | "submit" | "challenge":
                return not self.read_only
            case "figure" | "open_figure":
                return (command == "figure" or self.desk.outside.here) and bool(self.figures.of(self.item.key))
            case "take_over":
                return self.sitting.taken_over and not self.ending
            case "next" | "go_to":
                # Moving forward is written down, so only who holds the pen can do it.
                return not (self.read_only if self.one_way else self.ending)
            case _:
                return not self.ending or command == "scroll_question"

    def as_shown(self, command: Command) -> Command:
        """Name the letters that this question has."""
        return with_letters(command, self.paper.letter_count) if command.id == "answer" else command

    def go(self, place: int | None) -> None:
        """Show another question; in a forward-only exam ask before an open one is left behind."""
        items = self.sitting.attempt.form.items
        if place is None or not 0 <= place < len(items) or (self.one_way and self.read_only):
            return
        if place < self.pen.reached:
            self.tell(tr("This exam moves forward only: what was left behind cannot be opened again."), warn=True)
            return
        self.paper.save_typed()
        words = self._left_behind_words(place) if self.one_way else ""
        if not words:
            self._move(place)
            return

        def answered(yes: bool | None) -> None:
            if yes and not self.read_only:
                self._move(place)

        title = tr("Leave open what has no answer?")
        self.app.push_screen(Dialog(title, words, yes=tr("Go on"), no=tr("Stay")), answered)

    def _left_behind_words(self, place: int) -> str:
        """Return what would be lost on the way to a later place; nothing where all before it is answered and kept."""
        cells = self.cells()[self.place : place]
        still_open = sum(not cell.answered for cell in cells)
        partly = sum(cell.answered and cell.partly for cell in cells)
        unsaved = sum(cell.unsaved for cell in cells)
        parts = []
        if still_open:
            parts.append(
                trn(
                    "This exam moves forward only: {count} question would stay open and score 0.",
                    "This exam moves forward only: {count} questions would stay open and score 0.",
                    still_open,
                )
            )
        if partly:
            parts.append(
                trn(
                    "{count} question is answered in part only, and cannot be completed later.",
                    "{count} questions are answered in part only, and cannot be completed later.",
                    partly,
                )
            )
        if unsaved:
            parts.append(tr("NOT SAVED: {count}.", count=unsaved))
        return " ".join(parts)

    def _move(self, place: int) -> None:
        self.paper.close_field()
        self.pen.move_to(place)
        self.place = place
        self.paper.rewind()
        self.show()
        self.set_focus(self.query_one(Choices))
        # After the paper has shared out its height: what it asks to be done after a refresh is done in order.
        self._settling = self.paper.call_after_refresh(self._settled)

    def _settled(self) -> None:
        self._settling = False
        self._dirty_widgets.add(self.top)  # what has gathered since is drawn with the next frame
        self.check_idle()

    def _compositor_refresh(self) -> None:
        """Draw another question once it has its place: in one frame, not in one before and one after."""
        if self._settling:
            self.paper.choices.render_lines(Region())  # a list counts its lines where it would be drawn
            return
        super()._compositor_refresh()

    @on(Paper.Answered)
    def answered(self, event: Paper.Answered) -> None:
        """Show what an answer changes around the paper."""
        event.stop()
        self.show()

    @on(Paper.Hinted)
    def hinted(self, event: Paper.Hinted) -> None:
        """Say why a key did nothing."""
        self.tell(event.words)

    @on(Paper.Refused)
    def refused(self, event: Paper.Refused) -> None:
        """Say why an answer was not taken."""
        self.complain(event.error)

    def put_down(self) -> int:
        """Hand over what is typed, for the program is being left; return how many texts the exam could not take."""
        self.paper.hand_over_typed()
        return len(self.paper.drafts.held())
