"""Enrolment codes: which there are, who came in with them, making one, and taking one back."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Input

from cequiz.domain.bank.course import Delivery
from cequiz.domain.people.staff import Right
from cequiz.domain.text import folded
from cequiz.errors import Refused
from cequiz.frontends.dates import instant_text
from cequiz.frontends.tui.commands import Scope, bindings
from cequiz.frontends.tui.office.course_choice import courses_in_use
from cequiz.frontends.tui.office.desk import OfficeDesk
from cequiz.frontends.tui.office.forms import OfficeForm
from cequiz.frontends.tui.office.question import OfficeQuestion
from cequiz.frontends.tui.office.search_list import SearchListScreen
from cequiz.frontends.tui.remembered import Remembered
from cequiz.frontends.tui.screen import Dialog
from cequiz.frontends.tui.widgets.long_list import ListColumn, ListRow, Rows
from cequiz.language import mark, tr, trn
from cequiz.services import coding
from cequiz.services.coding import CodeLine, CodeState
from cequiz.services.ports import EnrolmentCode, Ports

_SIGNS = {
    CodeState.VALID: "✓",
    CodeState.WITHDRAWN: "✗",
    CodeState.EXPIRED: "◷",
    CodeState.USED_UP: "●",
    CodeState.RETIRED: "✗",
}


class CodesScreen(SearchListScreen[None]):
    """Every code, the newest first."""

    SCOPE = Scope.CODES
    BINDINGS = bindings(SCOPE)
    HEADING = mark("Enrolment codes")
    RIGHTS = {"make": Right.ADMINISTER, "withdraw": Right.ADMINISTER}  # noqa: RUF012 - declared in the base

    def __init__(self, desk: OfficeDesk) -> None:
        super().__init__(desk)
        self._read = Remembered(lambda: desk.look(coding.codes))
        self._lines: dict[str, CodeLine] = {}

    def on_mount(self) -> None:
        """Keep the key line up to date with what is highlighted."""
        self.watch(self.list, "highlighted", self.show_keys, init=False)

    def placeholder(self) -> str:
        """Say what the search looks for."""
        return tr("Search with /: part of a code, a course or a note")

    def empty(self) -> str:
        """Say how the first code is made."""
        return tr("There is no such code. A new one is made with n.") if self.allows("make") else super().empty()

    def columns(self) -> tuple[ListColumn, ...]:
        """Return code, state, use and course; wider terminals show until when, and the note."""
        return (
            ListColumn(tr("Code"), 11),
            ListColumn(tr("State"), 16),
            ListColumn(tr("Used"), 8, right=True),
            ListColumn(tr("Course"), 14, grows=True),
            ListColumn(tr("Until"), 26, least=100),
            ListColumn(tr("Note"), 10, grows=True, least=76),
        )

    async def rows(self, words: str, offset: int, limit: int) -> Rows:
        """Return some codes."""
        lines = await self._read.get()
        self._lines = {one.code.code: one for one in lines}
        found = [one for one in lines if _answers(one, folded(words))]
        self.call_later(self.show_keys)
        return Rows([self._row(one) for one in found[offset : offset + limit]], len(found))

    def forget(self) -> None:
        """Let go of the codes."""
        self._read.forget()

    def _row(self, line: CodeLine) -> ListRow:
        code = line.code
        until = instant_text(code.valid_until, self.desk.zone) if code.valid_until else ""
        state = f"{_SIGNS[line.state]} {tr(line.state.value)}"
        return ListRow(code.code, (line.shown, state, _used(code), line.course_title, until, code.note))

    def allows(self, command: str) -> bool:
        """Whoever may, may take back what is not taken back yet."""
        if command == "withdraw":
            row = self.list.row
            line = self._lines.get(row.id) if row else None
            return super().allows(command) and line is not None and not line.code.withdrawn
        return super().allows(command)

    def open_row(self, row_id: str) -> None:
        """Show a code's terms and who came in with it."""
        self.attend(lambda: self._open(row_id), group="open")

    async def _open(self, code: str) -> None:
        view = await self.desk.look(lambda ports: coding.code(ports, code))
        people = [f"· {one.name} ({one.email})" for one in view.users] or [tr("Nobody came in with it yet.")]
        words = "\n".join([*self._terms(view.line), "", *people])
        await self.app.push_screen_wait(Dialog(tr("Code {code}", code=view.line.shown), Content(words)))

    def _terms(self, line: CodeLine) -> list[str]:
        code = line.code
        delivery = tr(Delivery(code.delivery).words()) if code.delivery else tr("as the course is held")
        until = instant_text(code.valid_until, self.desk.zone) if code.valid_until else tr("no end")
        return [
            tr("Course: {course}", course=line.course_title),
            tr("Delivery: {delivery}", delivery=delivery),
            tr("State: {state}", state=tr(line.state.value)),
            tr("Until: {until}", until=until),
            tr("Used: {used}", used=_used(code)),
            *([tr("Note: {note}", note=code.note)] if code.note else []),
        ]

    def action_make(self) -> None:
        """Open the form for a new code."""
        self.app.push_screen(MakeCodeScreen(self.desk))

    def action_withdraw(self) -> None:
        """Ask why, then take the highlighted code back."""
        row = self.list.row
        line = self._lines.get(row.id) if row else None
        if line is None:
            return
        body = trn(
            "{count} student came in with it and stays enrolled.",
            "{count} students came in with it and stay enrolled.",
            line.code.used,
        )

        async def deed(reason: str) -> None:
            await self.desk.do(
                Right.ADMINISTER,
                lambda ports, actor: coding.withdraw(ports, line.code.code, reason=reason, actor=actor),
            )
            self.tell(tr("The code {code} enrols nobody any more.", code=line.shown))
            self.again()

        question = OfficeQuestion(tr("Withdraw {code}?", code=line.shown), body, label=tr("Reason"), yes=tr("Withdraw"))
        self.ask_then(question, deed)


class MakeCodeScreen(OfficeForm):
    """Makes a code; its terms cannot be changed afterwards, only taken back."""

    HEADING = mark("A new enrolment code")
    INTRODUCTION = mark("Whoever has the code can enrol with it. Empty fields set no limit.")
    SEND = mark("Make the code")

    def compose_fields(self) -> ComposeResult:
        """Lay out the fields."""
        own: list[tuple[Delivery | None, str]] = [(None, tr("as the course is held"))]
        none: list[tuple[str, str]] = []
        yield from self.pick("course", tr("Course"), none)
        yield from self.pick("delivery", tr("Delivery"), [*own, *((one, tr(one.words())) for one in Delivery)])
        yield from self.field("until", tr("Valid until, in the provider's time zone"), hint="2026-12-31")
        yield from self.field("uses", tr("How many students may use it"))
        yield from self.field("note", tr("Note for the office"))

    def on_mount(self) -> None:
        """Read which courses there are."""
        self.picker("course").focus()
        self.attend(self._load, group="load")

    async def _load(self) -> None:
        courses = await self.desk.look(courses_in_use)
        self.picker("course").fill([(one.id, one.title) for one in courses])

    async def send(self) -> None:
        """Make the code and show it."""
        self.refuse("")
        course, delivery = self.picker("course").value, self.picker("delivery").value
        if not isinstance(course, str):
            self.refuse(tr("Load a course first."), self.picker("course"))
            return
        uses = _number(self.value("uses"), self.query_one("#uses", Input))
        until, note = self.value("until").strip(), self.value("note")

        def work(ports: Ports, actor: str) -> EnrolmentCode:
            return coding.create(
                ports,
                course_id=course,
                delivery=delivery if isinstance(delivery, Delivery) else None,
                valid_until=coding.last_moment(ports, until) if until else None,
                uses=uses,
                note=note,
                actor=actor,
            )

        made = await self.desk.do(Right.ADMINISTER, work)
        view = await self.desk.look(lambda ports: coding.code(ports, made.code))
        self.app.pop_screen()
        words = tr("{code}\n\nIt enrols in {course}.", code=view.line.shown, course=view.line.course_title)
        await self.app.push_screen(Dialog(tr("The code is made"), Content(words)))


def _answers(line: CodeLine, words: str) -> bool:
    """Whether a code answers to a search."""
    sought = folded(f"{line.code.code} {line.shown} {line.course_title} {line.code.note}")
    return words in sought


def _used(code: EnrolmentCode) -> str:
    return str(code.used) if code.uses is None else tr("{done} of {all}", done=code.used, all=code.uses)


def _number(text: str, field: Input) -> int | None:
    """Return a number that was typed; None for an empty field.

    Raises:
        Refused: something else was typed.
    """
    if not text.strip():
        return None
    try:
        return int(text)
    except ValueError:
        field.focus()
        raise Refused(tr("{text!r} is not a number.", text=text), hint=tr("Leave it empty for any number.")) from None
