"""One version of a course: its exams with what their blueprints need and the banks have, hours, approvals, policies."""

from __future__ import annotations

from collections.abc import Iterator

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from cequiz.domain.bank.course import Approval, Course, Exam
from cequiz.domain.bank.fields import decimal_text
from cequiz.frontends.dates import duration_words, instant_text, percent
from cequiz.frontends.policy_words import clock_policy, enrolment_words, navigation_words, shown_words
from cequiz.frontends.practice_words import practice_policy
from cequiz.frontends.tui.commands import Scope, bindings
from cequiz.frontends.tui.office.desk import OfficeDesk
from cequiz.frontends.tui.office.item_rows import plain, section
from cequiz.frontends.tui.office.screen import OfficeScreen
from cequiz.frontends.tui.widgets.hanging import Column, Hanging
from cequiz.language import mark, tr, trn
from cequiz.services import supplying
from cequiz.services.supplying import CoursePage, Supply


class CourseScreen(OfficeScreen[None]):
    """What a course promises, and whether its banks can keep it."""

    SCOPE = Scope.COURSE
    BINDINGS = bindings(SCOPE)
    HEADING = mark("Course")

    def __init__(self, desk: OfficeDesk, name: str) -> None:
        """Prepare the screen.

        Args:
            desk: where somebody sits.
            name: `ID@VERSION`, or `ID` for the version in use.
        """
        super().__init__(desk)
        self._wanted = name
        self._page: CoursePage | None = None

    def compose_body(self) -> ComposeResult:
        """Lay out the place of the course."""
        with VerticalScroll(classes="body", id="review"):
            yield Static("", id="course", markup=False)

    def on_mount(self) -> None:
        """Show the course; let the arrow keys scroll."""
        super().on_mount()
        self.set_focus(self.query_one("#review"))

    def on_screen_resume(self) -> None:
        """Show the course as it is now."""
        super().on_screen_resume()
        self.freshen(self._load)

    async def _load(self) -> None:
        page = await self.desk.look(lambda ports: supplying.course_page(ports, self._wanted))
        self._page = page
        use = tr("in use") if page.in_use else tr("retired") if page.retired else tr("not in use")
        self.top.where = f"{page.course.id} {page.course.version} · {use}"
        rows = [*_promise(page), *_exams(page), *_boards(page), *_rules(page.course)]
        self.query_one("#course", Static).update(Column(rows))
        self.show_keys()

    def allows(self, command: str) -> bool:
        """There must be a bank to go to."""
        return self._page is not None if command == "banks" else super().allows(command)

    def action_banks(self) -> None:
        """Go to the first bank that cannot give what an exam needs, else to the first bank of the first exam."""
        from cequiz.frontends.tui.office.bank_view import BankScreen  # noqa: PLC0415 - loaded when opened

        page = self._page
        if page is not None:
            short = next((one.exam_id for one in page.supplies if one.approved < one.needed), page.course.exams[0].id)
            self.app.push_screen(BankScreen(self.desk, page.course.exam(short).banks[0]))


def _promise(page: CoursePage) -> Iterator[Hanging]:
    course = page.course
    yield plain(course.title, "bold")
    hours = tr(
        "{hours} CE hours of {minutes} minutes", hours=decimal_text(course.ce_hours), minutes=course.hour_minutes
    )
    yield plain(f"{hours} · {tr(course.delivery.words())}")
    basis = course.hours_basis
    if basis is not None:
        counted = [
            trn("{count} word", "{count} words", basis.words) if basis.words else "",
            trn("{count} minute of media", "{count} minutes of media", basis.media_minutes)
            if basis.media_minutes
            else "",
            trn("{count} minute live", "{count} minutes live", basis.live_minutes) if basis.live_minutes else "",
            trn("{count} question", "{count} questions", basis.questions) if basis.questions else "",
        ]
        yield plain(
            tr("Hours reached by {rule}: {counted}", rule=basis.rule, counted=", ".join(filter(None, counted))),
            "$quiet",
        )
    if page.instructors:
        names = ", ".join(f"{one.name}, {one.role}" if one.role else one.name for one in page.instructors)
        yield plain(tr("Instructors: {names}", names=names))
    else:
        yield plain(tr("Nobody is named as instructor, and no certificate can be issued without one."))
    if course.subjects:
        yield plain(tr("Subjects: {names}", names=", ".join(course.subjects)))


def _exams(page: CoursePage) -> Iterator[Hanging]:
    for exam in page.course.exams:
        yield plain("")
        yield plain(exam.title, "bold $primary")
        yield plain(_terms(exam))
        yield plain(_rules_of(exam), "$quiet")
        yield plain(tr("Banks: {names}", names=", ".join(exam.banks)), "$quiet")
        for supply in (one for one in page.supplies if one.exam_id == exam.id):
            yield _supply(supply)


def _supply(one: Supply) -> Hanging:
    enough = one.approved >= one.needed
    sign, tone = ("✓", "$success") if enough else ("✗", "$error")
    figures = {"objective": one.objective, "needed": one.needed, "approved": one.approved}
    sentences = [tr("{objective} needs {needed} questions and has {approved} approved ones.", **figures)]
    if one.others:
        sentences.append(trn("{count} more may not be drawn.", "{count} more may not be drawn.", one.others))
    if not enough:
        sentences.append(tr("These are too few."))
    elif one.approved < 2 * one.needed:
        sentences.append(tr("A second attempt meets questions again."))
    return Hanging(Content(f"  {sign} ").stylize(f"bold {tone}"), Content(" ".join(sentences)))


def _terms(exam: Exam) -> str:
    limit = tr("no time limit") if exam.time_limit is None else duration_words(exam.time_limit)
    attempts = trn("{count} attempt", "{count} attempts", exam.attempts.limit)
    required = tr("required") if exam.required else tr("optional")
    length = trn("{count} question", "{count} questions", exam.length)
    passing = tr("pass mark {percent}", percent=percent(exam.pass_mark))
    return " · ".join((length, limit, passing, attempts, required))


def _rules_of(exam: Exam) -> str:
    wait = tr("{wait} between attempts", wait=duration_words(exam.attempts.wait))
    clock = clock_policy(exam.resume.clock)
    credit = tr("outages give back up to {credit}", credit=duration_words(exam.resume.outage_credit))
    review = tr(
        "review after passing: {passed}, after failing: {failed}",
        passed=shown_words(exam.review.after_pass),
        failed=shown_words(exam.review.after_fail),
    )
    floors = [
        tr("{objective} at least {percent}", objective=name, percent=percent(floor))
        for name, floor in exam.section_floors.items()
    ]
    book = tr("open book") if exam.open_book else tr("closed book")
    return " · ".join((navigation_words(exam.navigation), wait, clock, credit, review, book, *floors))


def _boards(page: CoursePage) -> Iterator[Hanging]:
    approvals = [_approval(one) for one in page.course.approvals]
    yield from section(tr("Approvals"), approvals or [tr("none")])
    yield from section(
        tr("What states say about such hours"),
        [f"▲ {one.words(page.course.ce_hours)} {one.grounds()}" for one in page.advisories],
    )


def _approval(one: Approval) -> str:
    numbers = " / ".join(number for number in (one.provider_number, one.course_number) if number)
    period = tr("{first} to {last}", first=one.from_.isoformat(), last=one.to.isoformat())
    hours = tr("{hours} CE hours", hours=decimal_text(one.hours))
    return " · ".join(part for part in (one.board, numbers, hours, period, one.title) if part)


def _rules(course: Course) -> Iterator[Hanging]:
    required = tr("required before the certificate") if course.evaluation.required else tr("offered")
    asked = trn("{count} question", "{count} questions", len(course.evaluation.questions))
    yield from section(
        tr("Policies"),
        [
            tr("Enrolment: {policy}", policy=enrolment_words(course.enrolment)),
            tr("Practice: {policy}", policy=practice_policy(course)),
            tr("Evaluation: {required}, {asked}", required=required, asked=asked),
            tr("Attestation: {words}", words=course.attestation),
            *([course.scope_statement] if course.scope_statement else []),
            *_windows(course),
        ],
    )
    yield from section(tr("Cut scores"), [f"{exam.title}: {exam.cut_score_basis}" for exam in course.exams])


def _windows(course: Course) -> Iterator[str]:
    for exam in course.exams:
        window = exam.window
        if window is not None and window.opens is not None:
            yield tr("{exam} opens {instant}", exam=exam.title, instant=instant_text(window.opens, None))
        if window is not None and window.closes is not None:
            yield tr("{exam} closes {instant}", exam=exam.title, instant=instant_text(window.closes, None))
