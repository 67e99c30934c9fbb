"""Adding a student and correcting what is written about one: what will be printed is shown before anything is kept."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Button, Input, Static, TextArea

from cequiz.domain.people.staff import Right
from cequiz.domain.people.student import Licence, Student, clean_email, clean_name, parse_licence
from cequiz.errors import CequizError
from cequiz.frontends.tui.commands import Scope, bindings
from cequiz.frontends.tui.office.desk import OfficeDesk
from cequiz.frontends.tui.office.forms import OfficeForm
from cequiz.frontends.tui.office.screen import OfficeScreen
from cequiz.frontends.tui.widgets.plate import plate
from cequiz.language import mark, tr
from cequiz.services import enrolling, licensing, rolling
from cequiz.services.enrolling import check_printable
from cequiz.services.ports import Ports


@dataclass(frozen=True, kw_only=True)
class Particulars:
    """What is written about a student."""

    name: str
    email: str
    licences: tuple[Licence, ...]


class ParticularsForm(OfficeForm):
    """Asks for name, address and licences, then shows the plate."""

    SEND = mark("Go on")

    def __init__(self, desk: OfficeDesk, before: Student | None = None) -> None:
        super().__init__(desk)
        self._before = before

    def compose_fields(self) -> ComposeResult:
        """Lay out the fields with what is written already."""
        yield from self.field("name", tr("Name, as on the licence"))
        yield from self.field("email", tr("E-mail address"), hint="name@example.org")
        yield Static(
            tr("Licences, one a line, such as FL:MA12345 (none: leave it empty)"), classes="label", markup=False
        )
        yield TextArea(id="licences", compact=True, tab_behavior="focus", soft_wrap=False)

    def on_mount(self) -> None:
        """Fill in what is written already."""
        if self._before is not None:
            self.query_one("#name", Input).value = self._before.name
            self.query_one("#email", Input).value = self._before.email
            self.query_one("#licences", TextArea).text = "\n".join(str(one) for one in self._before.licences)

    async def send(self) -> None:
        """Check every field, then show back what will be printed."""
        self.refuse("")
        wanted = self._checked()
        if wanted is None:
            return

        def work(ports: Ports) -> None:
            check_printable(ports, wanted.name)
            for licence in wanted.licences:
                check_printable(ports, str(licence), what=mark("licence"))

        await self.desk.look(work)
        await self.show_back(wanted)

    def _checked(self) -> Particulars | None:
        area = self.query_one("#licences", TextArea)
        written = [one.strip() for one in re.split(r"[\n,;]", area.text) if one.strip()]
        field: Widget = self.query_one("#name")
        try:
            name = clean_name(self.value("name"))
            field = self.query_one("#email")
            email = clean_email(self.value("email"))
            field = area
            licences = tuple(dict.fromkeys(parse_licence(one) for one in written))
        except CequizError as error:
            self.refuse(error.whole, field)
            return None
        return Particulars(name=name, email=email, licences=licences)

    async def show_back(self, wanted: Particulars) -> None:
        """Show the plate."""


class AddStudentScreen(ParticularsForm):
    """Takes somebody new in."""

    HEADING = mark("Add a student")
    INTRODUCTION = mark("Name and licences will stand on certificates exactly as you write them here.")

    async def show_back(self, wanted: Particulars) -> None:
        """Show the plate; a yes keeps the student and opens the file."""

        async def keep() -> None:
            made = await self.desk.do(
                Right.ADMINISTER,
                lambda ports, actor: enrolling.register(
                    ports, name=wanted.name, email=wanted.email, licences=wanted.licences, actor=actor
                ),
            )
            from cequiz.frontends.tui.office.student_view import StudentScreen  # noqa: PLC0415 - loaded when opened

            self.app.pop_screen()
            self.app.switch_screen(StudentScreen(self.desk, made.id))

        note = tr("The first passphrase that {email} signs in with becomes the student's.", email=wanted.email)
        await self.app.push_screen(PlateScreen(self.desk, wanted, keep, notes=[note]))


class CorrectStudentScreen(ParticularsForm):
    """Corrects somebody, and asks why; certificates in force keep what they say until they are issued anew."""

    HEADING = mark("Correct a student")
    INTRODUCTION = mark("What is on certificates stays there until they are issued anew; you are asked about each.")

    def compose_fields(self) -> ComposeResult:
        """Lay out the fields, and one for the reason."""
        yield from super().compose_fields()
        yield from self.reason_field()

    async def show_back(self, wanted: Particulars) -> None:
        """Show the plate; a yes corrects, then names the certificates that show what was before."""
        before = self._before
        assert before is not None  # noqa: S101 - this form is opened for somebody; for the type checker
        if wanted == Particulars(name=before.name, email=before.email, licences=before.licences):
            self.refuse(tr("That is what is written already."))
            return
        reason = self.reason()
        if reason is None:
            return

        async def keep() -> None:
            await self.desk.do(
                Right.ADMINISTER,
                lambda ports, actor: rolling.correct(
                    ports,
                    student_id=before.id,
                    # What stays is not named: somebody else may have corrected it meanwhile.
                    name=None if wanted.name == before.name else wanted.name,
                    email=None if wanted.email == before.email else wanted.email,
                    licences=None if wanted.licences == before.licences else wanted.licences,
                    reason=reason,
                    actor=actor,
                ),
            )
            from cequiz.frontends.tui.office.touched import TouchedScreen  # noqa: PLC0415 - loaded when opened

            self.app.pop_screen()
            self.app.switch_screen(TouchedScreen(self.desk, before.id))

        await self.app.push_screen(PlateScreen(self.desk, wanted, keep, notes=_changes(before, wanted), of=before.id))


class PlateScreen(OfficeScreen[None]):
    """Shows what will be printed, and does the deed on a yes."""

    SCOPE = Scope.CONFIRM
    BINDINGS = bindings(SCOPE)
    HEADING = mark("Is this right?")

    def __init__(
        self,
        desk: OfficeDesk,
        wanted: Particulars,
        deed: Callable[[], Awaitable[None]],
        *,
        notes: list[str],
        of: str | None = None,
    ) -> None:
        """Prepare the screen.

        Args:
            desk: where who asks sits.
            wanted: what will be printed.
            deed: what a yes does.
            notes: sentences below the plate.
            of: the id of the student whose licences they are; None for somebody new.
        """
        super().__init__(desk)
        self._of = of
        self._wanted = wanted
        self._deed = deed
        self._notes = notes

    def compose_body(self) -> ComposeResult:
        """Lay out the piece of certificate above what else there is to know."""
        with VerticalScroll(classes="body form", can_focus=False):
            yield Static(tr("This is how certificates will read from now on:"), markup=False)
            yield from plate(self._wanted.name, self._wanted.licences)
            for note in self._notes:
                yield Static(note, classes="quiet", markup=False)
            yield Static("", id="warnings", markup=False)
            with Horizontal(classes="buttons"):
                yield Button(Content(tr("Yes, it is right (y)")), id="agree", variant="primary")
                yield Button(Content(tr("Change it (n)")), id="change")

    def on_mount(self) -> None:
        """Start on the yes: everything was typed just now."""
        self.query_one("#agree").focus()
        self.attend(self._warn, group="warn")

    async def _warn(self) -> None:
        """Show what is unusual about the licences; nothing of it stands in the way."""
        licences = self._wanted.licences
        found = await self.desk.look(lambda ports: licensing.warnings(ports, licences, of=self._of))
        words = Content("\n".join(f"▲ {one}" for one in found)).stylize("bold $warning")
        self.query_one("#warnings", Static).update(words)

    @on(Button.Pressed, "#agree")
    def action_agree(self) -> None:
        """Do it, once."""
        if not self.busy("agree"):
            self.attend(self._deed, group="agree")

    @on(Button.Pressed, "#change")
    def action_change(self) -> None:
        """Go back to the form."""
        self.app.pop_screen()


def _changes(before: Student, wanted: Particulars) -> list[str]:
    """Return what changes, a sentence each."""
    pairs = (
        (tr("Name"), before.name, wanted.name),
        (tr("E-mail"), before.email, wanted.email),
        (tr("Licences"), ", ".join(map(str, before.licences)), ", ".join(map(str, wanted.licences))),
    )
    return [
        tr("{what}: {old} becomes {new}.", what=what, old=old or tr("none"), new=new or tr("none"))
        for what, old, new in pairs
        if old != new
    ]
