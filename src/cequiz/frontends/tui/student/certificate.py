"""The certificate: its fields, the page in half blocks where there is room, the file, printing."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from cequiz.errors import CequizError, EnvironmentFailed
from cequiz.frontends.states import state_words
from cequiz.frontends.tui.commands import Scope, bindings
from cequiz.frontends.tui.desk import Desk
from cequiz.frontends.tui.screen import HouseScreen
from cequiz.frontends.tui.student.settling import settle_if_due
from cequiz.frontends.tui.widgets.hanging import Hanging
from cequiz.frontends.tui.widgets.page import Page
from cequiz.language import mark, tr
from cequiz.services.papers import Drawn, drawn, file_name, print_certificate, write_file
from cequiz.services.ports import Ports

_LABEL = 20


@dataclass(frozen=True)
class _Found:
    drawn: Drawn
    refusal: CequizError | None
    """Why nothing could be issued."""
    path: Path | None
    trouble: str
    """Why there is no file."""


class CertificateScreen(HouseScreen[None]):
    """Shows the certificate in force, or the SPECIMEN."""

    SCOPE = Scope.CERTIFICATE
    BINDINGS = bindings(SCOPE)
    HEADING = mark("Certificate")

    def __init__(self, desk: Desk, course_id: str) -> None:
        super().__init__(desk)
        self._course_id = course_id
        self._found: _Found | None = None
        self._page_asked = False

    def compose_body(self) -> ComposeResult:
        """Lay out fields and page; which of them shows depends on the room."""
        with Vertical(classes="body", id="certificate"):
            yield Static(tr("Drawing …"), id="kind", markup=False)
            with Horizontal(id="sheet"):
                yield VerticalScroll(id="fields")
                yield Page(self.desk.draw_page, id="page")
            yield Static("", id="path", classes="quiet", markup=False)

    def on_mount(self) -> None:
        """Settle what is due, then show it."""
        self.query_one("#fields").focus()
        self.attend(self._load, group="load")

    async def _load(self) -> None:
        assert self.desk.student is not None  # noqa: S101 - only somebody who sits here gets in; for the type checker
        student_id, course_id, actor = self.desk.student.id, self._course_id, self.desk.actor
        here = self.desk.outside.here

        def work(ports: Ports) -> _Found:
            refusal = settle_if_due(ports, student_id=student_id, course_id=course_id, actor=actor, here=here)
            page = drawn(ports, student_id=student_id, course_id=course_id)
            if not here:
                return _Found(page, refusal, None, "")
            try:
                return _Found(page, refusal, write_file(ports, page), "")
            except EnvironmentFailed as error:
                return _Found(page, refusal, None, f"{error.sentence} {error.hint}")

        self._found = await self.desk.write(work)
        await self._show(self._found)

    async def _show(self, found: _Found) -> None:
        facts = found.drawn.facts
        kind = self.query_one("#kind", Static)
        if facts.is_specimen:
            words = tr("SPECIMEN: a preview without any standing. You have earned the hours, and they stay earned.")
            kind.update(Content(f"▲ {words} {self._what_is_missing(found.refusal)}").stylize("bold $warning"))
        else:
            kind.update(_standing(found.drawn))
        await self.query_one("#fields").mount_all(
            Static(Hanging(Content(tr(field.label).ljust(_LABEL)).stylize("$quiet"), Content(field.text)))
            for field in facts.printed_fields()
        )
        self.query_one("#path", Static).update(Content(self._place(found)))
        self.query_one(Page).show(found.drawn.pdf)
        self.show_keys()

    def _what_is_missing(self, refusal: CequizError | None) -> str:
        if refusal is None:
            return tr("The real certificate is issued as soon as the provider has entered its name here.")
        why = refusal.whole if self.desk.outside.here else self.desk.told(refusal)
        if isinstance(refusal, EnvironmentFailed):
            return tr("The real certificate could not be issued now: {why}", why=why)
        return tr("Your provider will issue the real certificate as soon as this is put right: {why}", why=why)

    def _place(self, found: _Found) -> str:
        """Return where the file is, or how to come by it."""
        if not self.desk.outside.here:
            return "" if found.drawn.facts.is_specimen else self.desk.outside.words(file_name(found.drawn))
        return tr("File: {path}", path=found.path) if found.path else f"▲ {found.trouble}"

    def allows(self, command: str) -> bool:
        """Opening needs a file, printing this machine, handing over a certificate that was issued."""
        outside, found = self.desk.outside, self._found
        match command:
            case "open_file":
                return outside.here and found is not None and found.path is not None
            case "print":
                return outside.here and found is not None
            case "download":
                return outside.hands_over and found is not None and found.drawn.facts.number is not None
            case _:
                return True

    def action_preview(self) -> None:
        """Show the page instead of the fields, or the fields again."""
        self._page_asked = not self._page_asked
        self.query_one("#certificate").set_class(self._page_asked, "page-asked")

    def action_open_file(self) -> None:
        """Open the PDF in this computer's viewer."""
        if self._found is not None and self._found.path is not None:
            self.app.open_url(self._found.path.as_uri())
            self.tell(tr("Asked this computer's viewer to open the PDF."))

    def action_download(self) -> None:
        """Have the PDF handed over, once at a time."""
        if not self.busy("download"):
            self.attend(self._download, group="download")

    async def _download(self) -> None:
        if self._found is not None:
            self.tell(await self.desk.outside.hand_over(self.desk, str(self._found.drawn.facts.number)))

    def action_print(self) -> None:
        """Print, once at a time."""
        if not self.busy("print"):
            self.attend(self._print, group="print")

    async def _print(self) -> None:
        found = self._found
        if found is None:
            return
        actor = self.desk.actor
        words = await self.desk.write(lambda ports: print_certificate(ports, found.drawn, actor=actor))
        self.tell(words)


def _standing(page: Drawn) -> Content:
    """Say which certificate it is, and whether it is in force."""
    title, number = page.facts.document_title, str(page.facts.number)
    if page.status == "issued":
        return Content(tr("✓ {title}, number {number}", title=title, number=number)).stylize("bold $success")
    words = tr(
        "▲ {title}, number {number}: {state}. Ask your provider why.",
        title=title,
        number=number,
        state=state_words(page.status),
    )
    return Content(words).stylize("bold $warning")
