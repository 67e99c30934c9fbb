"""One certificate: what it says, how it looks, its life, its file, and what may become of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from cequiz.domain.credential.lifecycle import Life, may_become
from cequiz.domain.people.staff import Right
from cequiz.frontends.dates import instant_text
from cequiz.frontends.states import state_words
from cequiz.frontends.tui.commands import Scope, bindings
from cequiz.frontends.tui.office.breach_lines import breach_lines
from cequiz.frontends.tui.office.certificates import SIGNS
from cequiz.frontends.tui.office.desk import OfficeDesk
from cequiz.frontends.tui.office.question import OfficeQuestion
from cequiz.frontends.tui.office.screen import OfficeScreen
from cequiz.frontends.tui.screen import Dialog
from cequiz.frontends.tui.widgets.hanging import Hanging
from cequiz.frontends.tui.widgets.page import Page
from cequiz.language import mark, tr, trn
from cequiz.services import admitting, correcting, papers, printing
from cequiz.services.papers import CertificateFile
from cequiz.services.ports import CertificateRecord, CertificateStatus, Ports

_LABEL = 20
_MOVES = {
    "suspend": Life.SUSPENDED,
    "reinstate": Life.ISSUED,
    "expire": Life.EXPIRED,
    "revoke": Life.REVOKED,
    "correct": Life.SUPERSEDED,
}
"""Which state each deed leads to."""

_ASKED = {
    "suspend": (
        mark("Suspend this certificate?"),
        mark("It is not in force until it is reinstated."),
        mark("Suspend"),
    ),
    "reinstate": (mark("Reinstate this certificate?"), mark("It is in force again at once."), mark("Reinstate")),
    "expire": (
        mark("Let this certificate expire?"),
        mark("It says that it is no longer good for what it was issued for. It cannot be reinstated."),
        mark("Expire"),
    ),
    "revoke": (
        mark("Revoke this certificate for good?"),
        mark("What was earned gets no other certificate. To suspend can be undone, and to correct issues anew."),
        mark("Revoke"),
    ),
    "correct": (
        mark("Issue this certificate anew?"),
        mark("A new one with today's name, licences and provider takes its place; hours, day and score stay."),
        mark("Correct"),
    ),
}
"""Title, what it means, and the word on the button."""


class CertificateViewScreen(OfficeScreen[None]):
    """Everything on one certificate."""

    SCOPE = Scope.CERTIFICATE_FILE
    BINDINGS = bindings(SCOPE)
    HEADING = mark("Certificate")
    RIGHTS = dict.fromkeys((*_MOVES, "print", "export"), Right.ADMINISTER)

    def __init__(self, desk: OfficeDesk, number: str) -> None:
        super().__init__(desk)
        self._number = number
        self._found: CertificateFile | None = None
        self._names: dict[str, str] = {}
        """How the actors of the office are called."""

    def compose_body(self) -> ComposeResult:
        """Lay out fields and page; which of them shows depends on the room."""
        with Vertical(classes="body", id="certificate"):
            yield Static(tr("Opening …"), id="kind", markup=False)
            with Horizontal(id="sheet"):
                yield VerticalScroll(id="fields")
                yield Page(self.desk.draw_page, id="page")
            yield Static("", id="path", classes="quiet", markup=False)

    def on_mount(self) -> None:
        """Read the certificate."""
        self.query_one("#fields").focus()
        self.freshen(self._load)

    async def _load(self) -> None:
        def work(ports: Ports) -> tuple[CertificateFile, dict[str, str], Path]:
            found = papers.certificate_file(ports, self._number)
            return found, admitting.names(ports), ports.folder / papers.file_name(found.record)

        found, self._names, path = await self.desk.look(work)
        self._found = found
        self.top.where = found.record.number
        self.query_one("#kind", Static).update(_standing(found))
        fields = self.query_one("#fields")
        await fields.remove_children()
        await fields.mount_all(self._parts(found))
        there = tr("File: {path}", path=path) if path.exists() else tr("No file is written at present.")
        self.query_one("#path", Static).update(Content(there))
        self.query_one(Page).show(found.record.pdf)
        self.show_keys()

    def _parts(self, found: CertificateFile) -> Iterator[Widget]:
        for field in found.record.facts.printed_fields():
            yield _line(tr(field.label), field.text)
        yield Static(tr("Life"), classes="heading", markup=False)
        for number, entry in found.life:
            yield Static(self._entry(number, entry))
        yield Static(tr("Boards"), classes="heading", markup=False)
        if not found.breaches:
            yield Static(Content(tr("✓ It satisfies the rules of every board concerned, as they are today.")))
        for line in breach_lines(found.breaches):
            yield Static(line)
        yield Static(tr("Proof and paper"), classes="heading", markup=False)
        proof = found.record.proof
        yield _line(tr("Key"), proof.key_id if proof else tr("not signed: only this store can verify it"))
        yield _line("SHA-256", found.record.sha256)
        printed = trn("printed {count} time", "printed {count} times", found.prints)
        yield _line(tr("Paper"), printed if found.prints else tr("never printed"))

    def _entry(self, number: str, entry: CertificateStatus) -> Hanging:
        who = self._names.get(entry.actor, entry.actor)
        other = f"{number}: " if number != self._number else ""
        words = f"{other}{state_words(entry.status)} · {instant_text(entry.at, self.desk.zone)} · {who}"
        reason = f"\n{entry.reason}" if entry.reason else ""
        return Hanging(Content(f"{SIGNS.get(entry.status, '●')}  "), Content.assemble(words, (reason, "$quiet")))

    def allows(self, command: str) -> bool:
        """Whoever may, may what the state of the certificate allows."""
        if self._found is None:
            return command not in (*_MOVES, "print", "export", "open_file", "student")
        if command in _MOVES:
            known = self._found.status in list(Life)
            if not known or not may_become(Life(self._found.status), _MOVES[command]):
                return False
        if command == "student":
            return bool(self._found.student_id)
        return super().allows(command)

    def action_preview(self) -> None:
        """Show the page instead of the fields, or the fields again."""
        self.query_one("#certificate").toggle_class("page-asked")

    def action_suspend(self) -> None:
        """Suspend it, with a reason."""
        self._ask("suspend")

    def action_reinstate(self) -> None:
        """Put it in force again, with a reason."""
        self._ask("reinstate")

    def action_expire(self) -> None:
        """Let it expire, with a reason."""
        self._ask("expire")

    def action_revoke(self) -> None:
        """Revoke it, with a reason."""
        self._ask("revoke")

    def action_correct(self) -> None:
        """Issue it anew, with a reason."""
        self._ask("correct")

    def _ask(self, deed: str) -> None:
        title, body, yes = map(tr, _ASKED[deed])

        async def work(reason: str) -> None:
            await self._do(deed, reason)
            self.freshen(self._load)

        if not self.busy("deed"):
            self.ask_then(OfficeQuestion(title, body, label=tr("Reason, which is kept"), yes=yes), work)

    async def _do(self, deed: str, reason: str) -> None:
        number, to = self._number, _MOVES[deed]
        if to is Life.SUPERSEDED:

            def correct(ports: Ports, actor: str) -> CertificateRecord:
                return correcting.correct(ports, number, reason=reason, actor=actor)

            self._number = (await self.desk.do(Right.ADMINISTER, correct)).number
            self.tell(tr("{new} takes the place of {old}.", new=self._number, old=number))
            return

        def move(ports: Ports, actor: str) -> CertificateStatus:
            return correcting.move(ports, number, to=to, reason=reason, actor=actor)

        entry = await self.desk.do(Right.ADMINISTER, move)
        self.tell(tr("{number} is {state} from now on.", number=number, state=state_words(entry.status)))
        if to is Life.REVOKED:
            boards = await self.desk.look(lambda ports: correcting.boards_told(ports, number))
            if boards:
                await self.app.push_screen_wait(Dialog(tr("The board must be told"), "\n\n".join(boards)))

    def action_print(self) -> None:
        """Print it, once at a time: the bytes that were issued."""
        if not self.busy("print"):
            self.attend(self._print, group="print")

    async def _print(self) -> None:
        number = self._number
        done = await self.desk.do(
            Right.ADMINISTER, lambda ports, actor: printing.print_numbers(ports, [number], actor=actor)
        )
        ended = [
            tr("{number} was printed, but it is {state}.", number=one, state=state_words(status))
            for one, status in done.not_in_force
        ]
        self.tell("\n".join([*done.said, *ended]), warn=bool(ended))
        self.freshen(self._load)

    def action_export(self) -> None:
        """Ask for a folder and write the PDF there."""
        if self._found is None or self.busy("deed"):
            return
        record = self._found.record

        async def work(folder: str) -> None:
            target = Path(folder).expanduser()
            path = await self.desk.do(
                Right.ADMINISTER, lambda ports, _actor: papers.write_file(ports, record, folder=target)
            )
            self.tell(tr("The PDF is there: {path}", path=path))

        body = tr("The file has the very bytes that were issued.")
        self.ask_then(OfficeQuestion(tr("Write the PDF"), body, label=tr("Folder"), yes=tr("Write")), work)

    def action_open_file(self) -> None:
        """Open the PDF in this computer's viewer."""
        self.attend(self._open_file, group="print")

    async def _open_file(self) -> None:
        if self._found is None:
            return
        record = self._found.record
        path = await self.desk.look(lambda ports: papers.write_file(ports, record))
        self.app.open_url(path.as_uri())
        self.tell(tr("Asked this computer's viewer to open the PDF."))

    def action_student(self) -> None:
        """Open the student's file."""
        from cequiz.frontends.tui.office.student_view import StudentScreen  # noqa: PLC0415 - loaded when opened

        if self._found is not None and self._found.student_id:
            self.app.push_screen(StudentScreen(self.desk, self._found.student_id))


def _standing(found: CertificateFile) -> Content:
    tone = "bold $success" if found.status == Life.ISSUED else "bold $warning"
    words = tr(
        "{title} of {name}: {state}",
        title=found.record.facts.document_title,
        name=found.record.facts.student_name,
        state=state_words(found.status),
    )
    return Content(f"{SIGNS.get(found.status, '●')} {words}").stylize(tone)


def _line(label: str, text: str) -> Static:
    return Static(Hanging(Content(label.ljust(_LABEL)).stylize("$quiet"), Content(text)))
