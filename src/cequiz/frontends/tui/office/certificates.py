"""The certificates: those that are due and those that were issued, by their state, with a search."""

from __future__ import annotations

from datetime import tzinfo

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from cequiz.domain.credential.lifecycle import Life
from cequiz.domain.people.staff import Right
from cequiz.domain.text import folded
from cequiz.errors import CequizError
from cequiz.frontends.states import state_words
from cequiz.frontends.tui.commands import Scope, bindings
from cequiz.frontends.tui.office.desk import OfficeDesk
from cequiz.frontends.tui.office.issuing_deeds import issue_all, issue_one
from cequiz.frontends.tui.office.search_list import SearchListScreen
from cequiz.frontends.tui.widgets.filter_bar import Filter, FilterBar
from cequiz.frontends.tui.widgets.long_list import ListColumn, ListRow, Rows
from cequiz.language import mark, tr
from cequiz.services import hindering, issuing
from cequiz.services.days import day_words, provider_zone
from cequiz.services.ports import CertificateLine, CertificateQuery, DueLine, DueQuery, Ports, Unit, Window

DUE, EVERY = "due", ""
"""The filters that are no state."""

_FILTERS = (
    (DUE, mark("due")),
    *((one.value, "") for one in Life),
    (EVERY, mark("all")),
)
SIGNS = {
    DUE: "○",
    Life.ISSUED.value: "★",
    Life.SUPERSEDED.value: "·",
    Life.SUSPENDED.value: "◷",
    Life.REVOKED.value: "✗",
    Life.EXPIRED.value: "◷",
}
"""A state is told by sign and word."""


class CertificatesScreen(SearchListScreen[None]):
    """Every certificate, and everything that has none yet."""

    SCOPE = Scope.CERTIFICATES
    BINDINGS = bindings(SCOPE)
    HEADING = mark("Certificates")
    RIGHTS = dict.fromkeys(("issue", "issue_all", "batch"), Right.ADMINISTER)

    def __init__(self, desk: OfficeDesk) -> None:
        super().__init__(desk)
        self._unmade: tuple[DueLine, ...] = ()
        """What is earned without an award; it takes a while to find, so the list does not wait for it."""
        self._due: dict[str, DueLine] = {}
        """Row id to what is due."""
        self._counted = False

    def compose_body(self) -> ComposeResult:
        """Lay out the states above the search."""
        filters = [Filter(one, str(key), _name(one)) for key, (one, _) in enumerate(_FILTERS, start=1)]
        with Vertical(classes="body"):
            yield FilterBar(filters, chosen=DUE, id="states")
            yield Static("", id="hindrance", markup=False)
            yield from super().compose_body()

    @property
    def states(self) -> FilterBar:
        """The line of states."""
        return self.query_one(FilterBar)

    def placeholder(self) -> str:
        """Say what the search looks for."""
        return tr("Search with /: part of a name or a number")

    def empty(self) -> str:
        """Say that there is none, and whether it is the search that leaves none."""
        if self.words:
            return tr("There is no such certificate.")
        if self.states.chosen == DUE:
            return tr("Nothing is due.")
        if self.states.chosen == EVERY:
            return tr("No certificate was issued yet.")
        return tr("No certificate is in this state.")

    def columns(self) -> tuple[ListColumn, ...]:
        """Return number, name and state; wider terminals show the course and the day."""
        return (
            ListColumn(tr("Number"), 17),
            ListColumn(tr("Name"), 14, grows=True),
            ListColumn(tr("State"), 13),
            ListColumn(tr("Course"), 16, grows=True, least=90),
            ListColumn(tr("Day"), 10, least=70),
        )

    async def rows(self, words: str, offset: int, limit: int) -> Rows:
        """Return some certificates in the chosen state, or some of what is due."""
        state, unmade = self.states.chosen, self._unmade

        def work(ports: Ports) -> Rows:
            window = Window(offset, limit)
            with ports.store.read() as unit:
                if state == DUE:
                    return self._due_rows(unit, words, window, unmade)
                page = unit.listings.certificates(CertificateQuery(status=state, words=words), window)
                zone = provider_zone(unit)
            return Rows([_issued_row(one, zone) for one in page.rows], page.total)

        return await self.desk.look(work)

    def _due_rows(self, unit: Unit, words: str, window: Window, unmade: tuple[DueLine, ...]) -> Rows:
        """Return some of what is due: what has an award, and after it what has none yet."""
        page = unit.listings.due(DueQuery(words=words), window)
        rest = [one for one in unmade if all(word in folded(one.name) for word in folded(words).split())]
        first = max(window.offset - page.total, 0)
        found = [*page.rows, *rest[first : max(window.offset + window.limit - page.total, 0)]]
        titles = {one.id: one.title for one in unit.courses.versions()}
        zone = provider_zone(unit)
        return Rows([self._due_row(one, titles, zone) for one in found], page.total + len(rest))

    def _due_row(self, one: DueLine, titles: dict[str, str], zone: tzinfo) -> ListRow:
        key = f"{DUE} {one.student_id} {one.course_id}"
        self._due[key] = one
        day = day_words(one.completed_at, zone)
        cells = ("–", one.name, _state(DUE), titles.get(one.course_id, one.course_id), day)
        return ListRow(key, cells)

    async def _count(self) -> None:
        """Count every state, find what is earned without an award, and say what keeps all of it from being issued."""
        self.states.counts = await self.desk.look(_counts)
        before = self._unmade
        self._unmade, hindrances = await self.desk.look(
            lambda ports: (issuing.unmade(ports), hindering.hindrances(ports))
        )
        self.states.counts = {**self.states.counts, DUE: self.states.counts[DUE] + len(self._unmade)}
        if self._unmade != before:
            self.list.again()
        self._tell_hindrances(hindrances)

    def _tell_hindrances(self, found: tuple[CequizError, ...]) -> None:
        line = self.query_one("#hindrance", Static)
        line.set_class(bool(found) and self.states.counts.get(DUE, 0) > 0, "shown")
        words = " ".join(f"▲ {one.sentence} {one.hint}".strip() for one in found)
        line.update(Content(words).stylize("bold $warning"))

    def on_screen_resume(self) -> None:
        """Count again what may have changed meanwhile."""
        if self._counted:
            self.freshen(self._count, group="count")

    def allows(self, command: str) -> bool:
        """Whoever may, may issue what is due."""
        if command in ("issue", "issue_all"):
            return super().allows(command) and self.states.chosen == DUE and bool(self.list.total)
        return super().allows(command)

    def on_long_list_loaded(self) -> None:
        """Say which deeds there are for what was found; the first time, begin to count what is not seen."""
        self.show_keys()
        if not self._counted:
            self._counted = True
            self.call_after_refresh(self.freshen, self._count, group="count")

    def action_filter(self, key: str) -> None:
        """Show the certificates in another state."""
        self.states.chosen = _FILTERS[int(key) - 1][0]
        self.show_keys()
        self.look()

    def open_row(self, row_id: str) -> None:
        """Open a certificate, or what is due."""
        from cequiz.frontends.tui.office.certificate_due import DueScreen  # noqa: PLC0415 - loaded when opened
        from cequiz.frontends.tui.office.certificate_view import CertificateViewScreen  # noqa: PLC0415 - as above

        due = self._due.get(row_id)
        if due is not None:
            self.app.push_screen(DueScreen(self.desk, student_id=due.student_id, course_id=due.course_id))
        else:
            self.app.push_screen(CertificateViewScreen(self.desk, row_id))

    def action_issue(self) -> None:
        """Issue the highlighted one, after a question."""
        row = self.list.row
        due = self._due.get(row.id) if row else None
        if due is not None and not self.busy("deed"):
            self.attend(lambda: self._issue(due), group="deed")

    async def _issue(self, due: DueLine) -> None:
        if await issue_one(self, student_id=due.student_id, name=due.name, course_id=due.course_id) is not None:
            self._again()

    def action_issue_all(self) -> None:
        """Issue everything that is due, after a question."""
        if not self.busy("deed"):
            self.attend(self._issue_all, group="deed")

    async def _issue_all(self) -> None:
        if await issue_all(self, self.states.counts.get(DUE, 0)):
            self._again()

    def action_batch(self) -> None:
        """Open the form for whole courses."""
        from cequiz.frontends.tui.office.batch_print import BatchScreen  # noqa: PLC0415 - loaded when opened

        self.app.push_screen(BatchScreen(self.desk))

    def action_reload(self) -> None:
        """Look again."""
        self._again()

    def _again(self) -> None:
        self.list.again()
        self.freshen(self._count, group="count")


def _issued_row(one: CertificateLine, zone: tzinfo) -> ListRow:
    cells = (one.number, one.name, _state(one.status), one.course_title, day_words(one.issued_at, zone))
    return ListRow(one.number, cells)


def _name(one: str) -> str:
    """Return what a filter is called."""
    own = dict(_FILTERS)[one]
    return tr(own) if own else state_words(one)


def _state(one: str) -> str:
    return f"{SIGNS.get(one, '●')} {_name(one) if one == DUE else state_words(one)}"


def _counts(ports: Ports) -> dict[str, int]:
    """Return how many certificates there are in each state, and how many awards wait for one."""
    with ports.store.read() as unit:
        listings, first = unit.listings, Window(limit=1)
        states = (*(one.value for one in Life), EVERY)
        found = {one: listings.certificates(CertificateQuery(status=one), first).total for one in states}
        return {DUE: listings.due(DueQuery(), first).total, **found}
