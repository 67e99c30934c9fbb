"""Enrolling a student, by course or by code, and renewing: what boards say of the hours is shown before anything."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static
from textual.widgets.option_list import Option

from cequiz.domain.people.staff import Right
from cequiz.domain.people.student import Student
from cequiz.frontends.tui.commands import Scope, bindings
from cequiz.frontends.tui.office.course_choice import courses_in_use
from cequiz.frontends.tui.office.desk import OfficeDesk
from cequiz.frontends.tui.office.question import OfficeQuestion
from cequiz.frontends.tui.office.screen import OfficeScreen
from cequiz.frontends.tui.office.student_rows import row
from cequiz.frontends.tui.screen import Dialog
from cequiz.frontends.tui.widgets.hanging import Hanging
from cequiz.frontends.tui.widgets.listing import Listing
from cequiz.language import mark, tr
from cequiz.services import advising, coding, enrolling
from cequiz.services.coding import CodeLine
from cequiz.services.ports import CourseVersion, Ports

if TYPE_CHECKING:
    from cequiz.frontends.tui.office.student_view import StudentScreen
    from cequiz.services.filing import CourseEntry


class EnrolScreen(OfficeScreen[None]):
    """Asks for a course."""

    SCOPE = Scope.ENROLLING
    BINDINGS = bindings(SCOPE)
    HEADING = mark("Enrol")
    RIGHTS = {"open": Right.ADMINISTER, "code": Right.ADMINISTER}  # noqa: RUF012 - declared in the base

    def __init__(self, desk: OfficeDesk, student: Student) -> None:
        super().__init__(desk)
        self._student = student
        self._courses: dict[str, CourseVersion] = {}
        self._enrolled: frozenset[str] = frozenset()

    def compose_body(self) -> ComposeResult:
        """Lay out the courses."""
        yield Static(tr("Opening …"), id="greeting", classes="body", markup=False)
        yield Listing(id="courses")

    def on_mount(self) -> None:
        """Read which courses there are."""
        self.top.where = tr("Enrol {name}", name=self._student.name)
        self.query_one(Listing).focus()
        self.attend(self._load, group="load")

    async def _load(self) -> None:
        def work(ports: Ports) -> tuple[list[CourseVersion], frozenset[str]]:
            with ports.store.read() as unit:
                enrolled = frozenset(one.course_id for one in unit.enrolments.of(self._student.id))
            return courses_in_use(ports), enrolled

        courses, self._enrolled = await self.desk.look(work)
        self._courses = {one.id: one for one in courses}
        words = tr("In which course? A code is typed with k.") if courses else tr("Load a course first.")
        self.query_one("#greeting", Static).update(Content(words))
        self.query_one(Listing).fill([Option(self._row(one), id=one.id) for one in courses])

    def _row(self, course: CourseVersion) -> Hanging:
        about = tr("{hours} CE hours · version {version}", hours=course.ce_hours, version=course.version)
        if course.id in self._enrolled:
            return row("✓", "$success", course.title, tr("enrolled"), about)
        return row("○", "$primary", course.title, "", about)

    @on(Listing.OptionSelected, "#courses")
    def chosen(self, event: Listing.OptionSelected) -> None:
        """Enrol in what was chosen, after one question."""
        course_id = str(event.option.id)
        if not self.busy("deed"):
            self.attend(lambda: self._enrol(self._courses[course_id]), group="deed")

    def action_open(self) -> None:
        """Choose what is highlighted."""
        self.query_one(Listing).action_select()

    def action_code(self) -> None:
        """Ask for a code."""
        body = tr("The code says which course it is, and how it is taken.")
        title = tr("Enrol {name} by a code", name=self._student.name)
        self.ask_then(OfficeQuestion(title, body, label=tr("Code"), yes=tr("Go on")), self._by_code)

    async def _enrol(self, course: CourseVersion) -> None:
        if course.id in self._enrolled:
            self.tell(tr("{name} is enrolled in it already.", name=self._student.name), warn=True)
            return
        student_id = self._student.id
        told = await self.desk.look(
            lambda ports: advising.advice_for(ports, student_id=student_id, course_id=course.id)
        )
        if not await self._agreed(course.title, told):
            return
        await self.desk.do(
            Right.ADMINISTER,
            lambda ports, actor: enrolling.enrol(ports, student_id=student_id, course_id=course.id, actor=actor),
        )
        self._done(course.title)

    async def _by_code(self, typed: str) -> None:
        student_id = self._student.id

        def look(ports: Ports) -> tuple[CodeLine, tuple[str, ...]]:
            line = coding.lookup(ports, student_id=student_id, typed=typed)
            return line, advising.advice_for_code(ports, student_id=student_id, typed=typed)

        line, told = await self.desk.look(look)
        if not await self._agreed(line.course_title, told):
            return
        await self.desk.do(
            Right.ADMINISTER,
            lambda ports, actor: coding.redeem(ports, student_id=student_id, typed=typed, actor=actor),
        )
        self._done(line.course_title)

    async def _agreed(self, title: str, told: Sequence[str]) -> bool:
        """Ask once, with what boards say of the hours."""
        question = tr("{name} will be enrolled in {course}.", name=self._student.name, course=title)
        words = "\n".join([question, *(["", *(f"▲ {one}" for one in told)] if told else [])])
        asked = Dialog(tr("Enrol?"), Content(words), yes=tr("Enrol"), no=mark("Back"))
        return await self.app.push_screen_wait(asked) is True

    def _done(self, title: str) -> None:
        self.app.pop_screen()
        self.tell(tr("{name} is enrolled in {course}.", name=self._student.name, course=title))


async def renew(screen: StudentScreen, entry: CourseEntry) -> None:
    """Open the next cycle of a course, after one question."""
    course, enrolment = entry.course, entry.enrolment
    told = await screen.desk.look(
        lambda ports: advising.advice_for(ports, student_id=enrolment.student_id, course_id=course.id)
    )
    words = [
        tr("What was earned stays earned. Exams and evaluation begin anew, in the newest version of the course."),
        *(["", *(f"▲ {one}" for one in told)] if told else []),
    ]
    title = tr("Open cycle {number} of {course}?", number=enrolment.cycle + 1, course=course.title)
    reason = await screen.ask(OfficeQuestion(title, "\n".join(words), label=tr("Reason"), yes=tr("Open it")))
    if reason is None:
        return
    made = await screen.desk.do(
        Right.ADMINISTER,
        lambda ports, actor: enrolling.renew(
            ports, student_id=enrolment.student_id, course_id=course.id, actor=actor, reason=reason
        ),
    )
    screen.tell(tr("Cycle {number} is open.", number=made.cycle))
    screen.reload()
