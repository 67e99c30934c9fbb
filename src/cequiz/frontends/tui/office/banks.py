"""Banks and courses: every version that is loaded, what is in use, and the ways to check, load and retire."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from cequiz.domain.people.staff import Right
from cequiz.domain.text import folded
from cequiz.frontends.dates import list_text
from cequiz.frontends.item_words import STATES
from cequiz.frontends.tui.commands import Scope, bindings
from cequiz.frontends.tui.office.desk import OfficeDesk
from cequiz.frontends.tui.office.question import OfficeQuestion
from cequiz.frontends.tui.office.search_list import SearchListScreen
from cequiz.frontends.tui.remembered import Remembered
from cequiz.frontends.tui.widgets.long_list import ListColumn, ListRow, Rows
from cequiz.language import mark, tr
from cequiz.services import browsing, retiring
from cequiz.services.browsing import BankLine, CourseLine, Shelf
from cequiz.services.ports import Ports
from cequiz.services.retiring import Kind

_KINDS = {Kind.BANK: mark("Bank"), Kind.COURSE: mark("Course")}


class BanksScreen(SearchListScreen[None]):
    """Every version of every bank and course."""

    SCOPE = Scope.BANKS
    BINDINGS = bindings(SCOPE)
    HEADING = mark("Banks and courses")
    RIGHTS = {"retire": Right.ADMINISTER, "reinstate": Right.ADMINISTER}  # noqa: RUF012 - declared in the base

    def __init__(self, desk: OfficeDesk) -> None:
        super().__init__(desk)
        self._shelf = Remembered(lambda: desk.look(browsing.shelf, right=Right.KEYS))

    def placeholder(self) -> str:
        """Say what the search looks for."""
        return tr("Search with /: part of an id or a title")

    def empty(self) -> str:
        """Say that there is nothing."""
        return tr("No bank and no course is loaded, or none has these words.")

    def columns(self) -> tuple[ListColumn, ...]:
        """Return kind, id, version, state, and in a wider terminal more."""
        return (
            ListColumn(tr("Kind"), 6),
            ListColumn(tr("ID"), 14, grows=True),
            ListColumn(tr("Version"), 8),
            ListColumn(tr("State"), 12),
            ListColumn(tr("Questions"), 9, right=True, least=70),
            ListColumn(tr("Review, hours"), 15, least=76),
            ListColumn(tr("Loaded"), 16, least=100),
            ListColumn(tr("Title"), 10, grows=True, least=110),
        )

    async def rows(self, words: str, offset: int, limit: int) -> Rows:
        """Return the versions that have the words in id or title."""
        shelf = await self._shelf.get()
        found = [row for row, text in self._lines(shelf) if folded(words) in folded(text)]
        return Rows(found[offset : offset + limit], len(found))

    def _lines(self, shelf: Shelf) -> Iterator[tuple[ListRow, str]]:
        for course in shelf.courses:
            yield self._course(course), f"{course.version.id} {course.version.title}"
        for bank in shelf.banks:
            yield self._bank(bank), f"{bank.version.id} {bank.version.title}"

    def _course(self, line: CourseLine) -> ListRow:
        one = line.version
        loaded = list_text(one.loaded_at, self.desk.zone)
        hours = tr("{hours} CE hours", hours=one.ce_hours)
        cells = (tr(_KINDS[Kind.COURSE]), one.id, one.version, _state(line), "", hours, loaded, one.title)
        return ListRow(f"{Kind.COURSE} {one.id}@{one.version}", cells)

    def _bank(self, line: BankLine) -> ListRow:
        one = line.version
        review = "  ".join(
            f"{sign}{line.states[state]}" for state, (sign, _) in STATES.items() if line.states.get(state)
        )
        loaded = list_text(one.loaded_at, self.desk.zone)
        questions = str(one.questions)
        cells = (tr(_KINDS[Kind.BANK]), one.id, one.version, _state(line), questions, review, loaded, one.title)
        return ListRow(f"{Kind.BANK} {one.id}@{one.version}", cells)

    def open_row(self, row_id: str) -> None:
        """Open a bank or a course."""
        from cequiz.frontends.tui.office.bank_view import BankScreen  # noqa: PLC0415 - loaded when opened
        from cequiz.frontends.tui.office.course_view import CourseScreen  # noqa: PLC0415 - as above

        kind, _, name = row_id.partition(" ")
        screen = CourseScreen if kind == Kind.COURSE else BankScreen
        self.app.push_screen(screen(self.desk, name))

    def forget(self) -> None:
        """Let go of the versions."""
        self._shelf.forget()

    def action_check(self) -> None:
        """Go to the files."""
        from cequiz.frontends.tui.office.bank_files import BankFilesScreen  # noqa: PLC0415 - loaded when opened

        self.app.push_screen(BankFilesScreen(self.desk))

    def action_retire(self) -> None:
        """Ask why, and take the highlighted version out of use."""
        body = tr(
            "New attempts and new students get an earlier version that is in use. Who is enrolled goes on, and every "
            "attempt, score and certificate stays what it is."
        )
        title, done = mark("Retire {name}"), mark("✓ {name} is retired.")
        self._ask_why(retiring.retire, body, title=title, yes=tr("Retire"), done=done)

    def action_reinstate(self) -> None:
        """Ask why, and take the highlighted version back into use."""
        body = tr("If it is the newest version in use, new attempts and new students get it from now on.")
        title, done = mark("Reinstate {name}"), mark("✓ {name} is in use again.")
        self._ask_why(retiring.reinstate, body, title=title, yes=tr("Reinstate"), done=done)

    def _ask_why(self, deed: Callable[..., object], body: str, *, title: str, yes: str, done: str) -> None:
        row = self.list.row
        if row is None:
            return
        kind, _, name = row.id.partition(" ")

        async def work(reason: str) -> None:
            def change(ports: Ports, actor: str) -> None:
                deed(ports, kind=Kind(kind), name=name, reason=reason, actor=actor)

            await self.desk.do(Right.ADMINISTER, change)
            self.again()
            self.tell(tr(done, name=name))

        self.ask_then(OfficeQuestion(tr(title, name=name), body, label=tr("Reason"), yes=yes), work)


def _state(line: BankLine | CourseLine) -> str:
    """Return whether a version is in use, with a sign: no colour says it alone."""
    if line.retired:
        return tr("✗ retired")
    return tr("✓ in use") if line.in_use else tr("· not in use")
