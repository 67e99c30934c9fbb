"""The result: passed or not in words, the score by objective, and what comes next; as much as the course lets show."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from textual import on
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static
from textual.widgets.option_list import Option

from cequiz.domain.exam.attempt import Status
from cequiz.domain.exam.study import Topic
from cequiz.errors import Refused
from cequiz.frontends.dates import instant_text
from cequiz.frontends.practice_words import source_words, waiting_words
from cequiz.frontends.standstill import cut_off_lines
from cequiz.frontends.tui.commands import Scope, bindings
from cequiz.frontends.tui.desk import Desk
from cequiz.frontends.tui.score_words import objective_bar, score_line
from cequiz.frontends.tui.screen import HouseScreen
from cequiz.frontends.tui.student.settling import settle_if_due
from cequiz.frontends.tui.widgets.bars import Bars
from cequiz.frontends.tui.widgets.hanging import Hanging
from cequiz.frontends.tui.widgets.listing import Listing
from cequiz.language import mark, tr, trn
from cequiz.services.grading import Result, result
from cequiz.services.outages import ended_away
from cequiz.services.ports import Ports
from cequiz.services.practised import PracticeStatus
from cequiz.services.practising import status
from cequiz.services.reporting import CourseCard, ExamCard, ExamState
from cequiz.services.studying import study


@dataclass(frozen=True)
class _Found:
    result: Result
    course: CourseCard
    exam: ExamCard
    study: tuple[Topic, ...]
    practice: PracticeStatus | None
    """Where the student stands with practice; None where the course has none for them."""


class ResultScreen(HouseScreen[None]):
    """How an attempt ended."""

    SCOPE = Scope.RESULT
    BINDINGS = bindings(SCOPE)
    HEADING = mark("Result")

    def __init__(self, desk: Desk, attempt_id: str, *, ran_out: bool = False) -> None:
        super().__init__(desk)
        self._attempt_id = attempt_id
        self._ran_out = ran_out
        self._found: _Found | None = None

    def compose_body(self) -> ComposeResult:
        """Lay out the result above the next steps."""
        with VerticalScroll(classes="body", id="result"):
            yield Static(tr("Opening …"), id="headline", markup=False)
        yield Listing(id="next-steps")

    def on_mount(self) -> None:
        """Read the result."""
        self.freshen(self._load)

    def on_screen_resume(self) -> None:
        """Bring the next steps up to date."""
        if self._found is not None:
            self.freshen(self._load)

    async def _load(self) -> None:
        found, topics, practice = await self.desk.read(self._read)
        student_id, course_id, actor = found.attempt.student_id, found.attempt.course_id, self.desk.actor
        here = self.desk.outside.here
        # What stands in the way is said where the certificate is shown.
        await self.desk.write(
            lambda ports: settle_if_due(ports, student_id=student_id, course_id=course_id, actor=actor, here=here)
        )
        home = await self.desk.home()
        course = next(card for card in home.courses if card.course.id == found.attempt.course_id)
        exam = next(card for card in course.exams if card.exam.id == found.attempt.exam_id)
        self._found = _Found(found, course, exam, topics, practice)
        score = found.review.score
        self.desk.exit_code = 0 if score is None or score.passed else 1
        self.top.where = tr("Result: {exam}", exam=found.attempt.terms.exam_title)
        area = self.query_one("#result")
        await area.remove_children()
        await area.mount_all(self._lines(found, topics))
        steps = self.query_one(Listing)
        steps.fill(self._steps())
        steps.focus()
        # Whether there is anything to scroll, the layout knows.
        self.call_after_refresh(self.show_keys)

    def _read(self, ports: Ports) -> tuple[Result, tuple[Topic, ...], PracticeStatus | None]:
        found, practice = result(ports, self._attempt_id), None
        attempt, zone = found.attempt, self.desk.zone
        with suppress(Refused):
            practice = status(ports, student_id=attempt.student_id, course_id=attempt.course_id, zone=zone)
        return found, study(ports, self._attempt_id), practice

    def _lines(self, found: Result, topics: tuple[Topic, ...]) -> list[Static | Bars]:
        score, attempt = found.review.score, found.attempt
        lines: list[Static | Bars] = [Static(_headline(found), id="headline", markup=False)]
        if self._ran_out or attempt.status is Status.EXPIRED:
            words = trn(
                "The time ran out. What was saved counts: {answered} of {count} question answered.",
                "The time ran out. What was saved counts: {answered} of {count} questions answered.",
                len(attempt.form.items),
                answered=len(attempt.responses),
            )
            away = ended_away(attempt)
            told = "" if away is None else "\n".join(["", *cut_off_lines(away, self.desk.zone)])
            lines.append(Static(Content(f"▲ {words}{told}").stylize("$warning"), markup=False))
        if score is not None:
            lines.append(Static(score_line(score), id="score", markup=False))
        if found.review.objectives:
            lines.append(Bars(tuple(objective_bar(part) for part in found.review.objectives), id="bars"))
        if topics:
            lines.append(Static(_study_words(topics), id="study", markup=False))
        facts = [
            tr("Receipt {receipt}. Keep it: it stands for your answers as they were handed in.", receipt=found.receipt)
        ]
        if attempt.finished_at is not None:
            facts.append(tr("Finished {instant}.", instant=instant_text(attempt.finished_at, self.desk.zone)))
        lines.append(Static("\n".join(facts), classes="quiet", id="receipt", markup=False))
        return lines

    def allows(self, command: str) -> bool:
        """Only the next steps that there are; none that would tell a result which the course keeps."""
        found = self._found
        if command == "scroll":
            return self.query_one("#result", VerticalScroll).max_scroll_y > 0
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
            case "practise":
                return found.practice is not None and found.practice.questions > 0 and found.practice.running is None
            case _:
                return True

    def _steps(self) -> list[Option]:
        exam = self._found.exam if self._found else None
        until = ""
        if exam is not None and exam.state is ExamState.WAITING and exam.until is not None:
            until = tr("from {instant}", instant=instant_text(exam.until, self.desk.zone))
        left = trn("{count} attempt left", "{count} attempts left", exam.attempts_left) if exam else ""
        practice = self._found.practice if self._found else None
        waiting = ""
        if practice is not None:
            waiting = waiting_words(practice, zone=self.desk.zone, now=self.desk.house.clock.read().wall)
        steps = [
            ("evaluate", "✎", tr("Evaluate the course (e)"), tr("then your certificate is ready")),
            ("certificate", "★", tr("Your certificate (c)"), ""),
            ("again", "○", tr("Another attempt (a)"), ", ".join(part for part in (left, until) if part)),
            ("practise", "↻", tr("Practice (p)"), waiting),
            ("review", "≡", tr("Your answers (v)"), ""),
            ("home", "←", tr("Home (h)"), ""),
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

    def action_scroll(self, key: str) -> None:
        """Scroll what is longer than its place."""
        area = self.query_one("#result", VerticalScroll)
        if key == "pagedown":
            area.scroll_page_down(animate=False)
        else:
            area.scroll_page_up(animate=False)

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

    def action_practise(self) -> None:
        """Practise the questions of the course."""
        from cequiz.frontends.tui.student.practice import PracticeScreen  # noqa: PLC0415 - screens load when opened

        if self._found is not None:
            self.app.switch_screen(PracticeScreen(self.desk, self._found.course.course.id))

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
        words = tr("This attempt was voided and does not count. Ask the provider why.")
        return Content(words).stylize("bold $warning")
    if score is None:
        return Content(tr("Handed in. This course does not show results here.")).stylize("bold")
    if score.passed:
        return Content(f" ✓ {tr('PASSED')} ").stylize("bold $badge-text on $success")
    return Content(f" ✗ {tr('NOT PASSED')} ").stylize("bold $badge-text on $warning")


def _study_words(topics: Sequence[Topic]) -> Content:
    """Return what to study: each objective with the sources of what was not right in it."""
    lines = [Content(tr("What to study, the weakest first:")).stylize("bold")]
    for number, topic in enumerate(topics, start=1):
        lines.append(Content.assemble((f"{number}. ", "bold $accent"), topic.score.title))
        lines += [Content(f"   {source_words(one)}").stylize("$quiet") for one in topic.references]
    return Content("\n").join([*lines, Content("")])
