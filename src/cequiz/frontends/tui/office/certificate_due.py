"""A certificate that is due: how it would look, and everything that stands in the way of issuing it."""

from __future__ import annotations

from collections.abc import Iterator

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from cequiz.domain.people.staff import Right
from cequiz.frontends.dates import date_text
from cequiz.frontends.tui.commands import Scope, bindings
from cequiz.frontends.tui.office.breach_lines import breach_lines
from cequiz.frontends.tui.office.desk import OfficeDesk
from cequiz.frontends.tui.office.issuing_deeds import issue_one
from cequiz.frontends.tui.office.screen import OfficeScreen
from cequiz.frontends.tui.widgets.hanging import Hanging
from cequiz.frontends.tui.widgets.page import Page
from cequiz.language import mark, tr
from cequiz.services import hindering
from cequiz.services.hindering import Prospect

_LABEL = 20


class DueScreen(OfficeScreen[None]):
    """What is earned, and why there is no certificate yet."""

    SCOPE = Scope.CERTIFICATE_DUE
    BINDINGS = bindings(SCOPE)
    HEADING = mark("Certificate that is due")
    RIGHTS = {"issue": Right.ADMINISTER}  # noqa: RUF012 - declared in the base

    def __init__(self, desk: OfficeDesk, *, student_id: str, course_id: str) -> None:
        super().__init__(desk)
        self._student_id, self._course_id = student_id, course_id
        self._found: Prospect | None = None

    def compose_body(self) -> ComposeResult:
        """Lay out what is known and the page; which of them shows depends on the room."""
        with Vertical(classes="body", id="certificate"):
            yield Static(tr("Opening …"), id="kind", markup=False)
            with Horizontal(id="sheet"):
                yield VerticalScroll(id="fields")
                yield Page(self.desk.draw_page, id="page")

    def on_mount(self) -> None:
        """Look what stands in the way."""
        self.query_one("#fields").focus()
        self.reload()

    def on_screen_resume(self) -> None:
        """Look again: something may have been put right meanwhile."""
        if self._found is not None:
            self.reload()

    def reload(self) -> None:
        """Look again."""
        self.freshen(self._load)

    async def _load(self) -> None:
        student_id, course_id = self._student_id, self._course_id
        found = await self.desk.look(
            lambda ports: hindering.prospect(ports, student_id=student_id, course_id=course_id)
        )
        self._found = found
        self.top.where = tr("Due: {name}", name=found.student.name)
        self.query_one("#kind", Static).update(_standing(found))
        fields = self.query_one("#fields")
        await fields.remove_children()
        await fields.mount_all(self._parts(found))
        if found.pdf:
            self.query_one(Page).show(found.pdf)
        self.show_keys()

    def _parts(self, found: Prospect) -> Iterator[Widget]:
        for error in found.refusals:
            words = Content.assemble((error.sentence, "bold"), f"\n→ {error.hint}" if error.hint else "")
            yield Static(Hanging(Content("✗  ").stylize("$error"), words))
        yield from map(Static, breach_lines(found.breaches))
        yield Static(tr("What was earned"), classes="heading", markup=False)
        for label, text in (
            (tr("Student"), f"{found.student.name} ({found.student.id})"),
            (tr("Licences"), ", ".join(map(str, found.student.licences)) or tr("none")),
            (tr("Course"), f"{found.course.title} ({found.course.version})"),
            (tr("Completed"), date_text(found.completed_on)),
        ):
            yield Static(Hanging(Content(label.ljust(_LABEL)).stylize("$quiet"), Content(text)))

    def allows(self, command: str) -> bool:
        """Whoever may, may issue what nothing stands in the way of."""
        if command == "issue":
            return super().allows(command) and self._found is not None and self._found.can_be_issued
        if command == "student":
            return self._found is not None
        return super().allows(command)

    def action_preview(self) -> None:
        """Show the page instead of the words, or the words again."""
        self.query_one("#certificate").toggle_class("page-asked")

    def action_issue(self) -> None:
        """Issue it, after a question."""
        if not self.busy("deed"):
            self.attend(self._issue, group="deed")

    async def _issue(self) -> None:
        from cequiz.frontends.tui.office.certificate_view import CertificateViewScreen  # noqa: PLC0415 - when opened

        if self._found is None:
            return
        name = self._found.student.name
        self._found, kept = None, self._found  # while it is asked nothing is looked up again
        number = await issue_one(self, student_id=self._student_id, name=name, course_id=self._course_id)
        if number is None:
            self._found = kept
            self.show_keys()
        else:
            self.app.switch_screen(CertificateViewScreen(self.desk, number))

    def action_student(self) -> None:
        """Open the student's file."""
        from cequiz.frontends.tui.office.student_view import StudentScreen  # noqa: PLC0415 - loaded when opened

        self.app.push_screen(StudentScreen(self.desk, self._student_id))


def _standing(found: Prospect) -> Content:
    if found.can_be_issued:
        return Content(tr("○ Earned, and nothing stands in the way of the certificate.")).stylize("bold $success")
    return Content(tr("▲ Earned, but the certificate cannot be issued yet.")).stylize("bold $warning")
