"""The result: passed or not in words, the score by objective, and what comes next; as much as the course lets show."""

from __future__ import annotations

from dataclasses import dataclass

from textual import on
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static
from textual.widgets.option_list import Option

from cequiz.domain.exam.attempt import Status
from cequiz.domain.exam.marking import ObjectiveScore, Score, percent_text, points_text
from cequiz.frontends.tui.commands import Scope, bindings
from cequiz.frontends.tui.desk import Desk
from cequiz.frontends.tui.screen import HouseScreen
from cequiz.frontends.tui.student.settling import settle_if_due
from cequiz.frontends.tui.widgets.bars import Bar, Bars
from cequiz.frontends.tui.widgets.hanging import Hanging
from cequiz.frontends.tui.widgets.listing import Listing
from cequiz.frontends.tui.words import instant_text, plural
from cequiz.services.grading import Result, result
from cequiz.services.reporting import CourseCard, ExamCard, ExamState


@dataclass(frozen=True)
class _Found:
    result: Result
    course: CourseCard
    exam: ExamCard


class ResultScreen(HouseScreen[None]):
    """How an attempt ended."""

    SCOPE = Scope.RESULT
    BINDINGS = bindings(SCOPE)
    HEADING = "Result"

    def __init__(self, desk: Desk, attempt_id: str, *, ran_out: bool = False) -> None:
        super().__init__(desk)
        self._attempt_id = attempt_id
        self._ran_out = ran_out
        self._found: _Found | None = None

    def compose_body(self) -> ComposeResult:
        """Lay out the result above the next steps."""
        with VerticalScroll(classes="body", id="result"):
            yield Static("Opening …", id="headline", markup=False)
        yield Listing(id="next-steps")

    def on_mount(self) -> None:
        """Read the result."""
        self.attend(self._load, group="load")

    def on_screen_resume(self) -> None:
        """Bring the next steps up to date."""
        if self._found is not None:
            self.attend(self._load, group="load")

    async def _load(self) -> None:
        found = await self.desk.read(lambda ports: result(ports, self._attempt_id))
        student_id, course_id, actor = found.attempt.student_id, found.attempt.course_id, self.desk.actor
        # What stands in the way is said where the certificate is shown.
        await self.desk.write(
            lambda ports: settle_if_due(ports, student_id=student_id, course_id=course_id, actor=actor)
        )
        home = await self.desk.home()
        course = next(card for card in home.courses if card.course.id == found.attempt.course_id)
        exam = next(card for card in course.exams if card.exam.id == found.attempt.exam_id)
        self._found = _Found(found, course, exam)
        score = found.review.score
        self.desk.exit_code = 0 if score is None or score.passed else 1
        self.top.where = f"Result: {found.attempt.terms.exam_title}"
        area = self.query_one("#result")
        await area.remove_children()
        await area.mount_all(self._lines(found))
        steps = self.query_one(Listing)
        steps.fill(self._steps())
        steps.focus()
        self.show_keys()

    def _lines(self, found: Result) -> list[Static | Bars]:
        score, attempt = found.review.score, found.attempt
        lines: list[Static | Bars] = [Static(_headline(found), id="headline", markup=False)]
        if self._ran_out or attempt.status is Status.EXPIRED:
            answered = f"{len(attempt.responses)} of {plural(len(attempt.form.items), 'question')}"
            words = f"The time ran out. What was saved counts: {answered} answered."
            lines.append(Static(Content(f"▲ {words}").stylize("$warning"), markup=False))
        if score is not None:
            lines.append(Static(_score_line(score), id="score", markup=False))
        if found.review.objectives:
            lines.append(Bars(tuple(_bar(part) for part in found.review.objectives), id="bars"))
        facts = [f"Receipt {found.receipt}. Keep it: it stands for your answers as they were handed in."]
        if attempt.finished_at is not None:
            facts.append(f"Finished {instant_text(attempt.finished_at, self.desk.zone)}.")
        lines.append(Static("\n".join(facts), classes="quiet", id="receipt", markup=False))
        return lines

    # What comes next ------------------------------------------------------------------------------------------

    def allows(self, command: str) -> bool:
        """Only the next steps that there are; none that would tell a result which the course keeps."""
        found = self._found
        if found is None or _kept(found.result):
            return command == "home"
        match command:
            case "review":
                return bool(found.result.review.items)
            case "evaluate":
                return found.course.passed_all and not found.course.evaluated and bool(_questions(found))
            case "certificate":
                due = found.course.course.evaluation.required and not found.course.evaluated
                return found.course.passed_all and not due
            case "again":
                return found.exam.state in (ExamState.READY, ExamState.WAITING)
            case _:
                return True

    def _steps(self) -> list[Option]:
        exam = self._found.exam if self._found else None
        until = ""
        if exam is not None and exam.state is ExamState.WAITING and exam.until is not None:
            until = f"from {instant_text(exam.until, self.desk.zone)}"
        left = plural(exam.attempts_left, "attempt") + " left" if exam else ""
        steps = [
            ("evaluate", "✎", "Evaluate the course (e)", "then your certificate is ready"),
            ("certificate", "★", "Your certificate (c)", ""),
            ("again", "○", "Another attempt (a)", ", ".join(part for part in (left, until) if part)),
            ("review", "≡", "Your answers (v)", ""),
            ("home", "←", "Home (h)", ""),
        ]
        return [
            Option(
                Hanging(
                    Content.assemble((f"{sign}  ", "$accent")),
                    Content.assemble((label, "bold"), "  ", (about, "$quiet")),
                ),
                id=step,
            )
            for step, sign, label, about in steps
            if self.allows(step)
        ]

    @on(Listing.OptionSelected)
    async def stepped(self, event: Listing.OptionSelected) -> None:
        """Take the step that was chosen."""
        await self.run_action(event.option_id or "home")

    def action_review(self) -> None:
        """Show the answers."""
        from cequiz.frontends.tui.student.review import ReviewScreen  # noqa: PLC0415 - screens load when opened

        if self._found is not None:
            self.app.push_screen(ReviewScreen(self.desk, self._found.result.review))

    def action_evaluate(self) -> None:
        """Ask about the course."""
        from cequiz.frontends.tui.student.evaluation import EvaluationScreen  # noqa: PLC0415 - screens load when opened

        if self._found is not None:
            self.app.switch_screen(EvaluationScreen(self.desk, self._found.course.course.id))

    def action_certificate(self) -> None:
        """Show the certificate."""
        from cequiz.frontends.tui.student.certificate import CertificateScreen  # noqa: PLC0415 - as above

        if self._found is not None:
            self.app.switch_screen(CertificateScreen(self.desk, self._found.course.course.id))

    def action_again(self) -> None:
        """Go to the briefing of another attempt."""
        from cequiz.frontends.tui.student.briefing import BriefingScreen  # noqa: PLC0415 - screens load when opened

        if self._found is not None:
            self.app.switch_screen(BriefingScreen(self.desk, self._found.exam.ref))

    def action_home(self) -> None:
        """Go home."""
        self.app.pop_screen()


def _questions(found: _Found) -> int:
    return len(found.course.course.evaluation.questions)


def _kept(found: Result) -> bool:
    """Whether the course keeps this result."""
    return found.review.score is None and found.attempt.status is not Status.VOIDED


def _headline(found: Result) -> Content:
    score = found.review.score
    if found.attempt.status is Status.VOIDED:
        return Content("This attempt was voided and does not count. Ask the provider why.").stylize("bold $warning")
    if score is None:
        return Content("Handed in. This course does not show results here.").stylize("bold")
    if score.passed:
        return Content(" ✓ PASSED ").stylize("bold $badge-text on $success")
    return Content(" ✗ NOT PASSED ").stylize("bold $badge-text on $warning")


def _score_line(score: Score) -> Content:
    words = f"{points_text(score.earned)} of {points_text(score.possible)} points, {percent_text(score.percent)} %"
    needed = f"{percent_text(score.pass_mark)} % needed"
    missed = [part for part in score.objectives if not part.met]
    if missed:
        needed += "; not reached in " + ", ".join(part.title for part in missed)
    return Content.assemble((words, "bold"), f"  ({needed})")


def _bar(part: ObjectiveScore) -> Bar:
    share = float(part.earned / part.possible) if part.possible else 0.0
    note = ""
    if part.floor is not None:
        word = "reached" if part.met else "NOT reached"
        note = f"{'✓' if part.met else '✗'} {percent_text(part.floor)} % {word}"
    words = f"{points_text(part.earned)} of {points_text(part.possible)}"
    return Bar(label=part.title, share=share, words=words, good=None if part.floor is None else part.met, note=note)
