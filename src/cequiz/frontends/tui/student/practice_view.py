"""How practice looks: where the student stands, the question on its paper, and what became of the answer."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from cequiz.domain.exam.attempt import Response
from cequiz.domain.exam.timekeeping import Stamp
from cequiz.errors import CequizError
from cequiz.frontends.practice_words import drill_words, waiting_words
from cequiz.frontends.tongues import foreign_words
from cequiz.frontends.tui.commands import Command, Scope, bindings, with_letters
from cequiz.frontends.tui.desk import Desk
from cequiz.frontends.tui.face import Asked as Face
from cequiz.frontends.tui.questions import faces
from cequiz.frontends.tui.questions.case import part_words
from cequiz.frontends.tui.screen import HouseScreen
from cequiz.frontends.tui.student.practice_told import told_rows
from cequiz.frontends.tui.widgets.figure import Figure, Pictures
from cequiz.frontends.tui.widgets.hanging import Column
from cequiz.frontends.tui.widgets.paper import Paper
from cequiz.language import mark, tr
from cequiz.services.accommodating import profile_of
from cequiz.services.figures import FigureView
from cequiz.services.ports import Clock
from cequiz.services.practised import Asked, Feedback
from cequiz.services.practising import Practising, begin


class Sheet:
    """What a paper is written on in practice: it keeps the answers while they are not checked."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._responses: dict[str, Response] = {}

    def response(self, item: str) -> Response | None:
        """Return the newest response."""
        return self._responses.get(item)

    def answer(self, item: str, response: Response | None, *, received: Stamp | None = None) -> None:
        """Take a response, or take it back with None."""
        if response is None:
            self._responses.pop(item, None)
        else:
            self._responses[item] = response

    def receive(self) -> Stamp:
        """Return the clocks now."""
        return self._clock.read()


class PracticeView(HouseScreen[None]):
    """Shows practice; answering and going on are added by the screen itself."""

    SCOPE = Scope.PRACTICE
    BINDINGS: ClassVar[list[BindingType]] = bindings(SCOPE)
    HEADING = mark("Practice")

    def __init__(self, desk: Desk, course_id: str, *, five: bool = False) -> None:
        super().__init__(desk)
        self.course_id = course_id
        self.five = five
        """Whether these are the five of today."""
        self.hold: Practising | None = None
        """The practice itself; None until it has begun."""
        self.told: Feedback | None = None
        """What became of the answer, until the student goes on."""
        self.trouble = ""
        """Why the answer could not be written."""
        self.leaving = False
        """Whether the student leaves as soon as the answer that is being checked is kept."""
        self.turn = 0
        """How many questions were put: the same question put again is another sheet."""
        self.checked = 0
        """How many answers were checked since the screen was opened."""
        self.sheet = Sheet(desk.house.clock)
        self.pictures = Pictures(desk.house, takes=desk.pictures, window=desk.outside.here)

    def compose_body(self) -> ComposeResult:
        """Lay out where the student stands, the paper, and what is told after it."""
        with Vertical(classes="body", id="practice"):
            yield Static(tr("Opening …"), id="standing", markup=False)
            yield Paper(self.sheet, id="paper")
            with VerticalScroll(id="told"):
                yield Static("", id="feedback", markup=False)

    def on_mount(self) -> None:
        """Begin."""
        self._lay(asking=False)
        self.attend(self._begin, group="begin")

    async def _begin(self) -> None:
        student, zone = self.desk.student, self.desk.zone
        assert student is not None  # noqa: S101 - home opens practice for who is signed in; for the type checker
        try:
            profile = await self.desk.read(lambda ports: profile_of(ports, student.id))
            self.set_class(profile.spacious, "-spacious")
            self.hold = await self.desk.write(
                lambda ports: begin(ports, student_id=student.id, course_id=self.course_id, five=self.five, zone=zone)
            )
        except CequizError:
            self.app.pop_screen()
            raise
        self.top.where = self.hold.course.title
        figure = Figure(self.pictures)
        await self.query_one("#figure").mount(figure)
        self.show()

    # What is shown --------------------------------------------------------------------------------------------

    @property
    def paper(self) -> Paper:
        """What the question stands on."""
        return self.query_one("#paper", Paper)

    @property
    def asked(self) -> Asked | None:
        """The question that is put and not answered; None before the first and after the last."""
        return self.hold.current if self.hold is not None and self.told is None else None

    def show(self) -> None:
        """Draw the question, what became of its answer, or that nothing is left."""
        hold, asked, told = self.hold, self.asked, self.told
        if hold is None:
            return
        now, zone = self.desk.house.clock.read().wall, self.desk.zone
        status = hold.status
        words = drill_words(status.drill) if self.five else waiting_words(status, zone=zone, now=now)
        self.query_one("#standing", Static).update(Content(f"{words} {foreign_words(hold.languages)}".rstrip()))
        self._lay(asking=asked is not None)
        if asked is not None:
            self._show_question(asked)
        else:
            rows = told_rows(told, self._number, lexicon=hold.lexicon, zone=zone, now=now) if told else None
            feedback = Column(rows) if rows else Content(self._end_words(hold))
            self.query_one("#feedback", Static).update(feedback)
        self.show_keys()

    def _lay(self, *, asking: bool) -> None:
        self.paper.display = asking
        self.query_one("#told").display = not asking

    def _show_question(self, asked: Asked) -> None:
        self.paper.locked = self.busy("check")
        heading, status = self._heading(asked), self._status(asked)
        self.query_one("#figure").display = bool(asked.figures)  # before the paper, which shares the height with it
        self.paper.show(self.key, asked.question, asked.order, heading=heading, status=status)
        self.query_one(Figure).show(asked.figures, beside=len(asked.order) + 1)

    def _heading(self, asked: Asked) -> Content:
        question = asked.question
        known = tr("This question comes back.") if asked.again else tr("A new question.")
        case = f"   {part_words(question.case)}" if question.case is not None else ""
        task = faces()[question.type].instruction(question)
        return Content.assemble((known, "bold $primary"), (case, "bold"), (f"   {task}", "$quiet"))

    def _status(self, asked: Asked) -> Content:
        response = self.sheet.response(self.key)
        if self.trouble:
            return Content(f"! {tr('NOT SAVED: {why} Try again with s.', why=self.trouble)}").stylize("bold $error")
        if response is None:
            return Content(f"○ {tr('Not answered yet. s shows the right answer.')}").stylize("$quiet")
        shown = Face(self.key, asked.question, asked.order, response)
        face = faces()[asked.question.type]
        words = Content(f"● {tr('Your answer: {answer}. Check it with s.', answer=face.short(shown))}").stylize("bold")
        progress = face.progress(shown)
        return Content.assemble(words, (f"  ◐ {progress}" if progress else "", "bold $warning"))

    def _end_words(self, hold: Practising) -> str:
        if self.five_done:
            return f"✓ {tr('The five of today are done. Enter goes on without counting, Esc goes home.')}"
        return f"✓ {tr('You have practised everything that waits.')}"

    @property
    def _number(self) -> int:
        """Which of the five, or of the answers since practice was opened, was told last."""
        return self.hold.status.drill.done if self.five and self.hold is not None else self.checked

    @property
    def key(self) -> str:
        """The name of the sheet that the question stands on; empty where no question is put."""
        asked = self.asked
        return f"{asked.item.key} {self.turn}" if asked is not None else ""

    @property
    def unsaid(self) -> frozenset[str]:
        """The key line has room for the keys of practice only."""
        return frozenset({"back", "leave_program"} | ({"next"} if self.asked is None else set()))

    # What can be done -----------------------------------------------------------------------------------------

    def allows(self, command: str) -> bool:
        """Only what the question, or what was told of it, leaves to do."""
        match command:
            case "leave" | "back":
                return True
            case "go_on":
                return self.hold is not None and self.asked is None
            case "next":
                return self.hold is not None and not self.busy("check")
            case "figure" | "open_figure":
                return (command == "figure" or self.desk.outside.here) and bool(self.shown_figures)
            case _:
                return self.asked is not None and not self.busy("check") and self._answers(command)

    def _answers(self, command: str) -> bool:
        """Whether the question that is put can be answered by a command."""
        match command:
            case "answer":
                return self.paper.letter_count > 0
            case "type":
                return bool(self.paper.typed_slot)
            case "move_up" | "move_down":
                return self.paper.in_order
            case _:
                return True

    @property
    def shown_figures(self) -> tuple[FigureView, ...]:
        """The figures of the question that is put, or whose answer is told."""
        shown = self.told.asked if self.told is not None else self.asked
        return shown.figures if shown is not None else ()

    @property
    def five_done(self) -> bool:
        """Whether these are today's five and done, so that more can be practised without counting."""
        return self.five and self.hold is not None and self.hold.status.drill.complete

    def as_shown(self, command: Command) -> Command:
        """Name the letters that this question has."""
        return with_letters(command, self.paper.letter_count) if command.id == "answer" else command
