"""Who works in the office: taking somebody in, roles, passphrases, and who is locked out."""

from __future__ import annotations

from dataclasses import replace

from textual.app import ComposeResult

from cequiz.domain.people.passphrase import SHORTEST_PASSPHRASE
from cequiz.domain.people.staff import Right, Role
from cequiz.domain.people.student import clean_words
from cequiz.domain.text import folded
from cequiz.frontends.dates import short_text
from cequiz.frontends.tui.commands import Command, Scope, bindings
from cequiz.frontends.tui.office.desk import OfficeDesk
from cequiz.frontends.tui.office.forms import OfficeForm
from cequiz.frontends.tui.office.question import OfficeQuestion
from cequiz.frontends.tui.office.search_list import SearchListScreen
from cequiz.frontends.tui.remembered import Remembered
from cequiz.frontends.tui.widgets.long_list import ListColumn, ListRow, Rows
from cequiz.language import mark, tr
from cequiz.services import admitting
from cequiz.services.admitting import Seat

_ROLES = {
    Role.ADMINISTRATOR: mark("administrator: may do everything"),
    Role.PROCTOR: mark("proctor: looks after exams in progress"),
    Role.AUDITOR: mark("auditor: looks, and changes nothing"),
}
_DEEDS = ("add", "role", "passphrase", "unlock", "active")


class StaffScreen(SearchListScreen[None]):
    """Everybody in the office."""

    SCOPE = Scope.STAFF
    BINDINGS = bindings(SCOPE)
    HEADING = mark("Staff")
    RIGHTS = dict.fromkeys(_DEEDS, Right.ADMINISTER)

    def __init__(self, desk: OfficeDesk) -> None:
        super().__init__(desk)
        self._read = Remembered(lambda: desk.look(admitting.seats, right=Right.OVERSEE))
        self._seats: dict[str, Seat] = {}

    def on_mount(self) -> None:
        """Keep the key line up to date with what is highlighted."""
        self.watch(self.list, "highlighted", self.show_keys, init=False)

    def placeholder(self) -> str:
        """Say what the search looks for."""
        return tr("Search with /: part of a name or a role")

    def columns(self) -> tuple[ListColumn, ...]:
        """Return name, role and state."""
        return (ListColumn(tr("Name"), 13, grows=True), ListColumn(tr("Role"), 14), ListColumn(tr("State"), 26))

    async def rows(self, words: str, offset: int, limit: int) -> Rows:
        """Return some of them."""
        seats = await self._read.get()
        self._seats = {one.staff.id: one for one in seats}
        found = [one for one in seats if folded(words) in folded(f"{one.staff.name} {tr(one.staff.role.value)}")]
        self.call_later(self.show_keys)
        return Rows([self._row(one) for one in found[offset : offset + limit]], len(found))

    def forget(self) -> None:
        """Let go of who works here."""
        self._read.forget()

    def _row(self, seat: Seat) -> ListRow:
        staff = seat.staff
        if not staff.active:
            state = tr("✗ left the office")
        elif seat.locked_until is not None:
            now = self.desk.house.clock.read().wall
            state = tr("◷ locked until {until}", until=short_text(seat.locked_until, self.desk.zone, now=now))
        else:
            state = tr("✓ may sign in")
        return ListRow(staff.id, (staff.name, tr(staff.role.value), state))

    def allows(self, command: str) -> bool:
        """A deed on somebody needs somebody, and unlocking one who is locked out."""
        if command in _DEEDS[1:] and self._seat is None:
            return False
        if command == "unlock" and (self._seat is None or self._seat.locked_until is None):
            return False
        return super().allows(command)

    def as_shown(self, command: Command) -> Command:
        """Name what the key does to who is highlighted."""
        if command.id == "active" and self._seat is not None:
            return replace(command, label=mark("let out") if self._seat.staff.active else mark("let in"))
        return command

    def open_row(self, row_id: str) -> None:
        """Open the form for another role."""
        self.action_role()

    @property
    def _seat(self) -> Seat | None:
        row = self.list.row
        return self._seats.get(row.id) if row else None

    def action_add(self) -> None:
        """Open the form for somebody new."""
        self.app.push_screen(AddStaffScreen(self.desk))

    def action_role(self) -> None:
        """Open the form for another role."""
        if self._seat is not None:
            self.app.push_screen(RoleScreen(self.desk, self._seat))

    def action_passphrase(self) -> None:
        """Open the form for a new passphrase."""
        if self._seat is not None:
            self.app.push_screen(StaffPassphraseScreen(self.desk, self._seat))

    def action_unlock(self) -> None:
        """Ask why, then let the highlighted person try again."""
        seat = self._seat
        if seat is None or self.busy("deed"):
            return
        staff = seat.staff

        async def deed(reason: str) -> None:
            await self.desk.do(
                Right.ADMINISTER,
                lambda ports, actor: admitting.unlock(ports, staff_id=staff.id, actor=actor, reason=reason),
            )
            self.tell(tr("{name} may sign in again.", name=staff.name))
            self.again()

        title = tr("Let {name} try again?", name=staff.name)
        body = tr("Somebody typed a wrong passphrase too often. Make sure that it was {name}.", name=staff.name)
        self.ask_then(OfficeQuestion(title, body, label=tr("Reason"), yes=tr("Unlock")), deed)

    def action_active(self) -> None:
        """Ask why, then let the highlighted person out, or back in."""
        seat = self._seat
        if seat is None:
            return
        staff, back = seat.staff, not seat.staff.active

        async def deed(reason: str) -> None:
            why = clean_words(reason, what=mark("reason"))
            await self.desk.do(
                Right.ADMINISTER,
                lambda ports, actor: admitting.set_active(
                    ports, staff_id=staff.id, active=back, reason=why, actor=actor
                ),
            )
            self.again()

        if back:
            title, yes = tr("Let {name} back into the office?", name=staff.name), tr("Let in")
            body = tr("The passphrase is the one from before.")
        else:
            title, yes = tr("Let {name} out of the office?", name=staff.name), tr("Let out")
            body = tr(
                "They cannot sign in any more, and what they do at this moment is refused. Records keep the name."
            )
        self.ask_then(OfficeQuestion(title, body, label=tr("Reason"), yes=yes), deed)


class AddStaffScreen(OfficeForm):
    """Takes somebody into the office."""

    HEADING = mark("Add to the office")
    INTRODUCTION = mark("Tell them the passphrase yourself; only an administrator can set another one.")
    SEND = mark("Add")

    def compose_fields(self) -> ComposeResult:
        """Lay out the fields."""
        yield from self.field("name", tr("Name to sign in with"))
        yield from self.pick(
            "role", tr("Role"), [(one, tr(words)) for one, words in _ROLES.items()], chosen=Role.PROCTOR
        )
        least = tr("Passphrase (at least {least} characters)", least=SHORTEST_PASSPHRASE)
        yield from self.field("passphrase", least, secret=True)
        yield from self.field("again", tr("Passphrase again"), secret=True)
        yield from self.reason_field()

    async def send(self) -> None:
        """Take them in."""
        self.refuse("")
        name, passphrase, role = self.value("name"), self.value("passphrase"), self.picker("role").value
        if passphrase != self.value("again"):
            self.refuse(tr("The two passphrases differ."), self.query_one("#again"))
            return
        why = self.reason()
        if why is None:
            return
        assert isinstance(role, Role)  # noqa: S101 - the line offers nothing else; for the type checker
        made = await self.desk.do(
            Right.ADMINISTER,
            lambda ports, actor: admitting.create(
                ports, name=name, role=role, passphrase=passphrase, actor=actor, reason=why
            ),
        )
        self.app.pop_screen()
        self.tell(tr("{name} works in the office now.", name=made.name))


class RoleScreen(OfficeForm):
    """Gives somebody another role."""

    HEADING = mark("Role")
    INTRODUCTION = mark("What a role allows counts from the next deed on.")
    SEND = mark("Change")

    def __init__(self, desk: OfficeDesk, seat: Seat) -> None:
        super().__init__(desk)
        self._staff = seat.staff

    def compose_fields(self) -> ComposeResult:
        """Lay out the choice."""
        choices = [(one, tr(words)) for one, words in _ROLES.items()]
        yield from self.pick("role", self._staff.name, choices, chosen=self._staff.role)
        yield from self.reason_field()

    def on_mount(self) -> None:
        """Start on the choice."""
        self.picker("role").focus()

    async def send(self) -> None:
        """Change it."""
        self.refuse("")
        role = self.picker("role").value
        assert isinstance(role, Role)  # noqa: S101 - as above
        if role is self._staff.role:
            self.refuse(tr("That is the role already."))
            return
        why = self.reason()
        if why is None:
            return
        await self.desk.do(
            Right.ADMINISTER,
            lambda ports, actor: admitting.change_role(
                ports, staff_id=self._staff.id, role=role, reason=why, actor=actor
            ),
        )
        self.app.pop_screen()
        self.tell(tr("{name}: {role}", name=self._staff.name, role=tr(role.value)))


class StaffPassphraseScreen(OfficeForm):
    """Sets somebody's passphrase, which unlocks them as well."""

    HEADING = mark("Passphrase")
    INTRODUCTION = mark("Let them type it themselves, if they are here. It unlocks who was locked out.")
    SEND = mark("Set")

    def __init__(self, desk: OfficeDesk, seat: Seat) -> None:
        super().__init__(desk)
        self._staff = seat.staff

    def compose_fields(self) -> ComposeResult:
        """Lay out the two fields."""
        yield from self.field("passphrase", tr("New passphrase of {name}", name=self._staff.name), secret=True)
        yield from self.field("again", tr("The passphrase again"), secret=True)
        yield from self.reason_field()

    async def send(self) -> None:
        """Set it."""
        self.refuse("")
        passphrase = self.value("passphrase")
        if passphrase != self.value("again"):
            self.refuse(tr("The two passphrases differ."), self.query_one("#again"))
            return
        why = self.reason()
        if why is None:
            return
        await self.desk.do(
            Right.ADMINISTER,
            lambda ports, actor: admitting.set_passphrase(
                ports, staff_id=self._staff.id, passphrase=passphrase, actor=actor, reason=why
            ),
        )
        self.app.pop_screen()
        self.tell(tr("The passphrase of {name} is set.", name=self._staff.name))
