"""A student's file: who it is, what is enrolled, sat, earned and issued, and every deed of the office on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static
from textual.widgets.option_list import Option

from cequiz.domain.exam.attempt import Status
from cequiz.domain.people.staff import Right
from cequiz.frontends.dates import instant_text
from cequiz.frontends.profile_words import profile_words
from cequiz.frontends.tui.commands import Scope, bindings
from cequiz.frontends.tui.office.desk import OfficeDesk
from cequiz.frontends.tui.office.screen import OfficeScreen
from cequiz.frontends.tui.office.student_rows import ATTEMPT, CERTIFICATE, COURSE, DEED, rows
from cequiz.frontends.tui.screen import Dialog
from cequiz.frontends.tui.widgets.hanging import Column, Hanging
from cequiz.frontends.tui.widgets.listing import Listing
from cequiz.language import mark, tr
from cequiz.services import accommodating, admitting, licensing
from cequiz.services.filing import StudentFile, student_file
from cequiz.services.ports import AccommodationRecord, Ports

if TYPE_CHECKING:
    from cequiz.services.filing import CourseEntry

_LABEL = 15
_DEEDS = ("correct", "enrol", "renew", "accommodate", "merge", "passphrase")


@dataclass(frozen=True, kw_only=True)
class _Found:
    """What the screen shows."""

    file: StudentFile
    names: dict[str, str]
    """How the actors of the office are called."""
    granted: AccommodationRecord | None
    """The accommodation in force; None for none, and for those who may not see it."""
    warnings: tuple[str, ...]


class StudentScreen(OfficeScreen[None]):
    """Everything on one person."""

    SCOPE = Scope.STUDENT
    BINDINGS = bindings(SCOPE)
    HEADING = mark("Student")
    RIGHTS = {**dict.fromkeys(_DEEDS, Right.ADMINISTER), "accommodate": Right.OVERSEE}  # noqa: RUF012 - as in the base

    def __init__(self, desk: OfficeDesk, student_id: str) -> None:
        super().__init__(desk)
        self._student_id = student_id
        self._found: _Found | None = None

    def compose_body(self) -> ComposeResult:
        """Lay out the particulars above the records."""
        yield Static(tr("Opening …"), id="particulars", classes="body", markup=False)
        yield Listing(id="records")

    def on_mount(self) -> None:
        """Read the file."""
        self.query_one(Listing).focus()
        self.reload()

    def on_screen_resume(self) -> None:
        """Show what has changed meanwhile."""
        super().on_screen_resume()
        if self._found is not None:
            self.reload()

    def reload(self) -> None:
        """Read the file anew."""
        self.freshen(self._load)

    async def _load(self) -> None:
        self._found = found = await self.desk.look(self._read)
        student = found.file.student
        self._student_id = student.id  # a file may be asked for by another name, or by an id that was merged
        self.top.where = student.name
        particulars = [Hanging(_label(label), text) for label, text in self._particulars(found)]
        self.query_one("#particulars", Static).update(Column(particulars))
        now = self.desk.house.clock.read().wall
        drawn = rows(found.file, names=found.names, zone=self.desk.zone, now=now)
        listing = self.query_one(Listing)
        listing.fill([Option(prompt, id=key, disabled=not opens) for key, prompt, opens in drawn])
        self.show_keys()

    def _read(self, ports: Ports) -> _Found:
        file = student_file(ports, self._student_id)
        granted = None
        if self.desk.may(Right.OVERSEE):
            versions = accommodating.versions(ports, file.student.id)
            granted = versions[-1] if versions else None
        warnings = licensing.warnings(ports, file.student.licences, of=file.student.id)
        return _Found(file=file, names=admitting.names(ports), granted=granted, warnings=warnings)

    def _particulars(self, found: _Found) -> list[tuple[str, Content]]:
        student = found.file.student
        facts = [
            (tr("E-mail"), Content(f"{student.email} · {student.id}")),
            (tr("Licences"), Content(", ".join(map(str, student.licences)) or tr("none"))),
        ]
        if found.granted is not None:
            facts.append((tr("Accommodation"), Content(profile_words(found.granted.profile))))
        if not found.file.signs_in:
            facts.append((tr("Passphrase"), Content(tr("none yet: the first one typed at the sign-in becomes it"))))
        elif found.file.code_until is not None:
            until = instant_text(found.file.code_until, self.desk.zone)
            facts.append((tr("Passphrase"), Content(tr("a one-time code, until {until}", until=until))))
        signs = [tr("A legal hold lies on these records.")] if found.file.held else []
        facts.extend(("▲", Content(words).stylize("bold $warning")) for words in (*signs, *found.warnings))
        return facts

    def allows(self, command: str) -> bool:
        """Whoever may, may renew the course that is highlighted."""
        if self._found is None:
            return command == "open" or command not in (*_DEEDS, "transcript")
        if command == "renew":
            return super().allows(command) and self._course() is not None
        return super().allows(command)

    @on(Listing.OptionHighlighted)
    def moved(self) -> None:
        """Say which deeds there are on what is highlighted."""
        self.show_keys()

    @property
    def _highlighted(self) -> str:
        option = self.query_one(Listing).highlighted_option
        return str(option.id) if option is not None else ""

    def _course(self) -> CourseEntry | None:
        course_id = self._highlighted.removeprefix(COURSE)
        courses = self._found.file.courses if self._found and self._highlighted.startswith(COURSE) else ()
        return next((one for one in courses if one.enrolment.course_id == course_id), None)

    @on(Listing.OptionSelected, "#records")
    def chosen(self, event: Listing.OptionSelected) -> None:
        """Open what was chosen."""
        self._open(str(event.option.id))

    def action_open(self) -> None:
        """Open what is highlighted."""
        self.query_one(Listing).action_select()

    def _open(self, key: str) -> None:
        if key.startswith(ATTEMPT):
            self._show_attempt(key.removeprefix(ATTEMPT))
        elif key.startswith(CERTIFICATE):
            from cequiz.frontends.tui.office.certificate_view import CertificateViewScreen  # noqa: PLC0415 - when opened

            self.app.push_screen(CertificateViewScreen(self.desk, key.removeprefix(CERTIFICATE)))
        elif key.startswith(DEED):
            self._show_deed(int(key.removeprefix(DEED)))
        elif key.startswith(COURSE):
            self._show_course()

    def _show_attempt(self, attempt_id: str) -> None:
        """Open an attempt: one that runs as the proctors see it, one that has ended with its score."""
        from cequiz.frontends.tui.office.live_attempt import LiveAttemptScreen  # noqa: PLC0415 - when opened
        from cequiz.frontends.tui.office.student_attempt import AttemptFileScreen  # noqa: PLC0415 - when opened

        entries = self._found.file.attempts if self._found else ()
        runs = any(one.header.id == attempt_id and one.header.standing.status is Status.OPEN for one in entries)
        self.app.push_screen((LiveAttemptScreen if runs else AttemptFileScreen)(self.desk, attempt_id))

    def _show_course(self) -> None:
        entry = self._course()
        if entry is None:
            return
        enrolment = entry.enrolment
        missing = [f"· {one}" for one in entry.missing] or [tr("Everything that the course asks for is done.")]
        lines = [
            tr("Enrolled: {when}", when=instant_text(enrolment.enrolled_at, self.desk.zone)),
            tr("Version: {version}", version=enrolment.course_version),
            tr("Renewal cycle: {number}", number=enrolment.cycle),
            tr("Delivery: {delivery}", delivery=tr(entry.course.delivery.words())),
            "",
            *missing,
        ]
        self.app.push_screen(Dialog(entry.course.title, Content("\n".join(lines))))

    def _show_deed(self, number: int) -> None:
        if self._found is None:
            return
        record = self._found.file.history[number]
        name = self._found.names.get(record.actor)
        lines = [
            tr("When: {when}", when=instant_text(record.at, self.desk.zone)),
            tr("Who: {who}", who=f"{name} ({record.actor})" if name else record.actor),
            *(f"{what}: {value}" for what, value in record.details.items()),
        ]
        self.app.push_screen(Dialog(record.deed, Content("\n".join(lines))))

    def action_correct(self) -> None:
        """Open the form with what is written."""
        from cequiz.frontends.tui.office.student_form import CorrectStudentScreen  # noqa: PLC0415 - when opened

        if self._found is not None:
            self.app.push_screen(CorrectStudentScreen(self.desk, self._found.file.student))

    def action_enrol(self) -> None:
        """Ask for the course."""
        from cequiz.frontends.tui.office.enrolments import EnrolScreen  # noqa: PLC0415 - when opened

        if self._found is not None:
            self.app.push_screen(EnrolScreen(self.desk, self._found.file.student))

    def action_renew(self) -> None:
        """Open the next cycle of the highlighted course, after one question."""
        from cequiz.frontends.tui.office.enrolments import renew  # noqa: PLC0415 - when opened

        entry = self._course()
        if entry is not None and not self.busy("deed"):
            self.attend(lambda: renew(self, entry), group="deed")

    def action_accommodate(self) -> None:
        """Open the form with what is granted."""
        from cequiz.frontends.tui.office.accommodations import AccommodationScreen  # noqa: PLC0415 - when opened

        if self._found is not None:
            self.app.push_screen(AccommodationScreen(self.desk, self._found.file.student))

    def action_transcript(self) -> None:
        """Show the transcript."""
        from cequiz.frontends.tui.office.transcript import TranscriptScreen  # noqa: PLC0415 - when opened

        self.app.push_screen(TranscriptScreen(self.desk, self._student_id))

    def action_merge(self) -> None:
        """Ask for the other one."""
        from cequiz.frontends.tui.office.merge import TwinScreen  # noqa: PLC0415 - when opened

        if self._found is not None:
            self.app.push_screen(TwinScreen(self.desk, self._found.file.student))

    def action_passphrase(self) -> None:
        """Help with a forgotten passphrase."""
        from cequiz.frontends.tui.office.passphrase_help import help_with_passphrase  # noqa: PLC0415 - when opened

        found = self._found
        if found is not None and not self.busy("deed"):
            self.attend(lambda: help_with_passphrase(self, found.file.student), group="deed")


def _label(label: str) -> Content:
    return Content(f"{label} ".ljust(_LABEL)).stylize("$quiet")
