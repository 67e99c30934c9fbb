"""The reports of the office: which there are, and what each wants to know before it is made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets.option_list import Option

from cequiz.domain.people.staff import Right
from cequiz.domain.report import Report
from cequiz.errors import Refused
from cequiz.frontends.tui.commands import Scope, bindings
from cequiz.frontends.tui.office.desk import OfficeDesk
from cequiz.frontends.tui.office.forms import OfficeForm
from cequiz.frontends.tui.office.report_view import ReportScreen
from cequiz.frontends.tui.office.screen import OfficeScreen
from cequiz.frontends.tui.office.working import Progress, Stop
from cequiz.frontends.tui.widgets.listing import Listing
from cequiz.language import mark, tr

if TYPE_CHECKING:
    from cequiz.services.ports import Ports
    from cequiz.services.reports.periods import Period


class Wish(StrEnum):
    """What a report wants to know."""

    PERIOD = "period"
    COURSE = "course"
    """One, or all."""
    ONE_COURSE = "one_course"
    BANK = "bank"


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What was chosen for a report."""

    period: Period
    course: str = ""
    bank: str = ""


Make = Callable[["Ports", Asked, Progress, Stop], Report]


@dataclass(frozen=True)
class Kind:
    """A report that can be asked for."""

    id: str
    heading: str
    about: str
    wishes: frozenset[Wish]
    make: Make
    slow: bool = False
    """Whether it shows its progress and can be stopped."""
    right: Right = Right.READ
    """What it asks for."""


class ReportsScreen(OfficeScreen[None]):
    """Every report."""

    SCOPE = Scope.REPORTS
    BINDINGS = bindings(SCOPE)
    HEADING = mark("Reports")

    def compose_body(self) -> ComposeResult:
        """Lay out the list."""
        with Vertical(classes="body"):
            yield Listing(id="reports")

    def on_mount(self) -> None:
        """Show which reports there are."""
        super().on_mount()
        rows = [Option(_row(one.heading, one.about), id=one.id) for one in KINDS if self.desk.may(one.right)]
        rows.append(Option(_row(mark("CE Broker roster"), mark("Who is to be reported, once.")), id="broker"))
        rows.append(Option(_row(mark("Batches"), mark("What was reported and posted.")), id="batches"))
        listing = self.query_one(Listing)
        listing.fill(rows)
        listing.focus()

    @on(Listing.OptionSelected)
    def chosen(self, event: Listing.OptionSelected) -> None:
        """Make a report, or ask first what it wants to know."""
        kind = next((one for one in KINDS if one.id == event.option.id), None)
        if kind is not None and kind.wishes:
            self.app.push_screen(ReportForm(self.desk, kind))
        elif not self.busy("open"):
            self.attend(lambda: self._open(str(event.option.id), kind), group="open")

    def action_open(self) -> None:
        """Open what is highlighted."""
        self.query_one(Listing).action_select()

    async def _open(self, name: str, kind: Kind | None) -> None:
        from cequiz.frontends.tui.office import report_broker  # noqa: PLC0415 - loaded when opened

        if kind is not None:
            report = await made(self, kind, Asked(period=_always()))
            if report is not None:
                await self.app.push_screen(ReportScreen(self.desk, report))
        elif name == "broker":
            await self.app.push_screen(await report_broker.opened(self.desk))
        else:
            await self.app.push_screen(await report_broker.batches_opened(self.desk))


class ReportForm(OfficeForm):
    """Asks for the period, the course or the bank of a report, and makes it."""

    HEADING = mark("Report")
    INTRODUCTION = mark("Days are the provider's, both ends belong to the period; empty means without an end.")
    SEND = mark("Make the report")

    def __init__(self, desk: OfficeDesk, kind: Kind) -> None:
        super().__init__(desk)
        self._kind = kind

    def compose_fields(self) -> ComposeResult:
        """Lay out what this report wants to know."""
        none: list[tuple[str, str]] = []
        wishes = self._kind.wishes
        if wishes & {Wish.COURSE, Wish.ONE_COURSE}:
            yield from self.pick("course", tr("Course"), none)
        if Wish.BANK in wishes:
            yield from self.pick("bank", tr("Bank"), none)
        if Wish.PERIOD in wishes:
            yield from self.field("since", tr("First day"), hint="2026-01-01")
            yield from self.field("until", tr("Last day"), hint="2026-12-31")

    def on_mount(self) -> None:
        """Read what there is to choose from."""
        super().on_mount()
        self.top.where = tr(self._kind.heading)
        self.attend(self._load, group="load")

    async def _load(self) -> None:
        wishes = self._kind.wishes
        every = [("", tr("all"))]
        if wishes & {Wish.COURSE, Wish.ONE_COURSE}:
            found = await self.desk.look(_courses)
            self.picker("course").fill(found if Wish.ONE_COURSE in wishes else [*every, *found])
        if Wish.BANK in wishes:
            self.picker("bank").fill([*every, *await self.desk.look(_banks)])
        self.focus_next()

    async def send(self) -> None:
        """Make the report and show it in the place of this form."""
        from cequiz.services.reports.periods import Period  # noqa: PLC0415 - after the first paint

        self.refuse("")
        wishes = self._kind.wishes
        period = Period(self._day("since"), self._day("until")) if Wish.PERIOD in wishes else Period()
        course = self.picker("course").value if wishes & {Wish.COURSE, Wish.ONE_COURSE} else ""
        bank = self.picker("bank").value if Wish.BANK in wishes else ""
        if Wish.ONE_COURSE in wishes and not course:
            self.refuse(tr("Load a course first."), self.picker("course"))
            return
        report = await made(self, self._kind, Asked(period=period, course=str(course or ""), bank=str(bank or "")))
        if report is not None:
            self.app.pop_screen()
            await self.app.push_screen(ReportScreen(self.desk, report))

    def _day(self, name: str) -> date | None:
        text = self.value(name).strip()
        try:
            return date.fromisoformat(text) if text else None
        except ValueError:
            self.query_one(f"#{name}").focus()
            raise Refused(tr("{text!r} is not a day.", text=text), hint=tr("Write it like 2026-11-22.")) from None


async def made(screen: OfficeScreen[None], kind: Kind, asked: Asked) -> Report | None:
    """Make a report, with its progress where it takes time; None where it was stopped."""
    if kind.slow:
        title = tr("Making the report: {name}", name=tr(kind.heading))
        return await screen.work(
            title, lambda ports, _, progress, stop: kind.make(ports, asked, progress, stop), right=kind.right
        )
    return await screen.desk.look(lambda ports: kind.make(ports, asked, _tell_nobody, _never), right=kind.right)


def _tell_nobody(done: int, of: int) -> None:
    """Report no progress."""


def _never() -> bool:
    return False


def _always() -> Period:
    from cequiz.services.reports.periods import ALWAYS  # noqa: PLC0415 - after the first paint

    return ALWAYS


def _row(heading: str, about: str) -> Content:
    return Content.assemble((f"{tr(heading):<17} ", "bold"), (tr(about), "$quiet"))


def _courses(ports: Ports) -> list[tuple[str, str]]:
    with ports.store.read() as unit:
        newest = {one.id: one for one in unit.courses.versions()}
    return sorted(((one.id, one.title) for one in newest.values()), key=lambda one: one[1].casefold())


def _banks(ports: Ports) -> list[tuple[str, str]]:
    with ports.store.read() as unit:
        newest = {one.id: one for one in unit.banks.versions()}
    return sorted(((one.id, one.title) for one in newest.values()), key=lambda one: one[1].casefold())


def _results(ports: Ports, asked: Asked, progress: Progress, stop: Stop) -> Report:
    from cequiz.services.reports.results import results  # noqa: PLC0415 - after the first paint

    return results(ports, period=asked.period, course_id=asked.course, progress=progress, stop=stop)


def _items(ports: Ports, asked: Asked, progress: Progress, stop: Stop) -> Report:
    from cequiz.services.reports.items import items  # noqa: PLC0415 - after the first paint

    return items(ports, bank_id=asked.bank, progress=progress, stop=stop)


def _roster(ports: Ports, asked: Asked, progress: Progress, stop: Stop) -> Report:
    from cequiz.services.reports.roster import roster  # noqa: PLC0415 - after the first paint

    return roster(ports, period=asked.period, course_id=asked.course, progress=progress, stop=stop)


def _due(ports: Ports, asked: Asked, progress: Progress, stop: Stop) -> Report:
    from cequiz.services.reports.due import due  # noqa: PLC0415 - after the first paint

    return due(ports, progress=progress, stop=stop)


def _enrolments(ports: Ports, asked: Asked, progress: Progress, stop: Stop) -> Report:
    from cequiz.services.reports.enrolments import enrolments  # noqa: PLC0415 - after the first paint

    return enrolments(ports, period=asked.period, course_id=asked.course, progress=progress, stop=stop)


def _evaluations(ports: Ports, asked: Asked, progress: Progress, stop: Stop) -> Report:
    from cequiz.services.reports.evaluations import evaluations  # noqa: PLC0415 - after the first paint

    return evaluations(ports, course_id=asked.course, period=asked.period, progress=progress, stop=stop)


def _hours(ports: Ports, asked: Asked, progress: Progress, stop: Stop) -> Report:
    from cequiz.services.reports.hours import hours  # noqa: PLC0415 - after the first paint

    return hours(ports, course_id=asked.course)


_OF_A_TIME = frozenset({Wish.PERIOD, Wish.COURSE})

KINDS = (
    Kind("due", mark("What is due"), mark("What is owed to students and boards."), frozenset(), _due, slow=True),
    Kind("results", mark("Exam results"), mark("Attempts, passes, means and times."), _OF_A_TIME, _results, slow=True),
    Kind("roster", mark("Roster"), mark("Everybody who completed a course."), _OF_A_TIME, _roster, slow=True),
    Kind(
        "enrolments", mark("Enrolments"), mark("Who enrolled, and how far they are."),
        _OF_A_TIME, _enrolments, slow=True,
    ),
    Kind(
        "items", mark("Item statistics"), mark("How hard each question is."),
        frozenset({Wish.BANK}), _items, slow=True, right=Right.KEYS,
    ),
    Kind(
        "evaluations", mark("Evaluations"), mark("What students said; nobody is named."),
        frozenset({Wish.PERIOD, Wish.ONE_COURSE}), _evaluations, slow=True,
    ),
    Kind(
        "hours", mark("Hours dossier"), mark("How a course's hours were reached."),
        frozenset({Wish.ONE_COURSE}), _hours,
    ),
)  # fmt: skip
"""Every report that is made from what somebody chooses, in the order of the list."""
