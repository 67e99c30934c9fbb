"""The course evaluation: scales and free text, given or declined, once."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Button, Static, TextArea

from cequiz.domain.bank.course import Course
from cequiz.frontends.tui.commands import Scope, bindings
from cequiz.frontends.tui.desk import Desk
from cequiz.frontends.tui.screen import Dialog, HouseScreen
from cequiz.frontends.tui.student.settling import settle_if_due
from cequiz.frontends.tui.widgets.scale import Scale
from cequiz.language import mark, tr
from cequiz.services.earning import EvaluationState, Progress, course_progress
from cequiz.services.evaluating import evaluate
from cequiz.services.ports import Ports

if TYPE_CHECKING:
    from cequiz.domain.canonical import Json


class EvaluationScreen(HouseScreen[None]):
    """Asks what the course asks."""

    SCOPE = Scope.EVALUATION
    BINDINGS = bindings(SCOPE)
    HEADING = mark("Course evaluation")

    def __init__(self, desk: Desk, course_id: str) -> None:
        super().__init__(desk)
        self._course_id = course_id
        self._course: Course | None = None

    def compose_body(self) -> ComposeResult:
        """Lay out the place for the questions."""
        with VerticalScroll(classes="body form", can_focus=False):
            yield Static(tr("Opening …"), id="introduction", markup=False)
            yield VerticalScroll(id="asked", can_focus=False)
            with Horizontal(classes="buttons"):
                yield Button(Content(tr("Send (Ctrl-S)")), id="send", variant="primary")
                yield Button(Content(tr("Decline (Ctrl-N)")), id="decline")

    def on_mount(self) -> None:
        """Read what the course asks."""
        self.attend(self._load, group="load")

    async def _load(self) -> None:
        from cequiz.frontends.tui.student.certificate import CertificateScreen  # noqa: PLC0415 - screens load when opened

        assert self.desk.student is not None  # noqa: S101 - only somebody who sits here gets in; for the type checker
        student_id, course_id, actor = self.desk.student.id, self._course_id, self.desk.actor
        here = self.desk.outside.here

        def work(ports: Ports) -> Progress:
            settle_if_due(ports, student_id=student_id, course_id=course_id, actor=actor, here=here)
            return course_progress(ports, student_id=student_id, course_id=course_id)

        progress = await self.desk.write(work)
        if progress.evaluation in (EvaluationState.GIVEN, EvaluationState.DECLINED):
            self.tell(tr("You have evaluated this course already."))
            self.app.switch_screen(CertificateScreen(self.desk, course_id))
            return
        self._course = progress.course
        self.query_one("#introduction", Static).update(
            Content.assemble(
                (self._course.title, "bold"), "\n", tr("Your answers help the provider to make the course better.")
            )
        )
        widgets: list[Widget] = []
        for place, question in enumerate(self._course.evaluation.questions):
            widgets.append(Static(question.text, classes="label", markup=False))
            if question.scale is not None:
                widgets.append(Scale(question.scale, id=f"answer-{place}"))
            else:
                widgets.append(TextArea(id=f"answer-{place}", compact=True, tab_behavior="focus"))
        await self.query_one("#asked").mount_all(widgets)
        if widgets:
            self.query_one("#answer-0").focus()

    @on(Button.Pressed, "#send")
    def action_send(self) -> None:
        """Send what was answered, when every scale has an answer."""
        answers = self._answers()
        if answers is not None:
            self._give(answers)

    def _answers(self) -> dict[str, Json] | None:
        if self._course is None:
            return None
        answers: dict[str, Json] = {}
        for place, question in enumerate(self._course.evaluation.questions):
            widget = self.query_one(f"#answer-{place}")
            if isinstance(widget, Scale):
                if widget.chosen is None:
                    widget.focus()
                    self.tell(tr("One question has no answer yet. Press a digit, or decline."), warn=True)
                    return None
                answers[question.id] = widget.chosen
            elif isinstance(widget, TextArea):
                answers[question.id] = widget.text
        return answers

    @on(Button.Pressed, "#decline")
    def action_decline(self) -> None:
        """Decline, after one question."""

        def answered(yes: bool | None) -> None:
            if yes:
                self._give(None)

        words = tr(
            "You can evaluate a course once. Declining counts as done, and your certificate does not wait for it."
        )
        asked = Dialog(tr("Decline the evaluation?"), words, yes=tr("Decline"), no=tr("Back"))
        self.app.push_screen(asked, answered)

    def _give(self, answers: dict[str, Json] | None) -> None:
        if not self.busy("give"):
            self.attend(partial(self._send, answers), group="give")

    async def _send(self, answers: dict[str, Json] | None) -> None:
        from cequiz.frontends.tui.student.certificate import CertificateScreen  # noqa: PLC0415 - screens load when opened

        assert self.desk.student is not None  # noqa: S101 - only somebody who sits here gets in; for the type checker
        student_id, actor = self.desk.student.id, self.desk.actor
        await self.desk.write(
            lambda ports: evaluate(
                ports, student_id=student_id, course_id=self._course_id, answers=answers, actor=actor
            )
        )
        self.tell(tr("Thank you.") if answers is not None else tr("Declined."))
        self.app.switch_screen(CertificateScreen(self.desk, self._course_id))
