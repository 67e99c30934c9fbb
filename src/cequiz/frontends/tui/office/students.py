"""The students: a search over everybody, the way to add one or many, and the file behind each."""

from __future__ import annotations

from cequiz.domain.people.staff import Right
from cequiz.frontends.tui.commands import Scope, bindings
from cequiz.frontends.tui.office.search_list import SearchListScreen
from cequiz.frontends.tui.widgets.long_list import ListColumn, ListRow, Rows
from cequiz.language import mark, tr
from cequiz.services.ports import Ports, StudentLine, Window


class StudentSearch(SearchListScreen[None]):
    """A search over everybody; what a chosen row does is for the subclass to say."""

    def placeholder(self) -> str:
        """Say what the search looks for."""
        return tr("Search with /: part of a name, address, licence or id")

    def empty(self) -> str:
        """Say that nobody answers to the search."""
        return tr("Nobody was found.")

    def columns(self) -> tuple[ListColumn, ...]:
        """Return name, address, licences and id; a narrow terminal shows the first two."""
        return (
            ListColumn(tr("Name"), 18, grows=True),
            ListColumn(tr("E-mail"), 20, grows=True),
            ListColumn(tr("Licences"), 18, least=76),
            ListColumn(tr("ID"), 12, least=100),
        )

    async def rows(self, words: str, offset: int, limit: int) -> Rows:
        """Return some students by name."""

        def work(ports: Ports) -> Rows:
            with ports.store.read() as unit:
                page = unit.listings.students(words, Window(offset, limit))
            return Rows([_row(one) for one in page.rows], page.total)

        return await self.desk.look(work)


class StudentsScreen(StudentSearch):
    """Everybody on the roll."""

    SCOPE = Scope.STUDENTS
    BINDINGS = bindings(SCOPE)
    HEADING = mark("Students")
    RIGHTS = {"add": Right.ADMINISTER, "take_in": Right.ADMINISTER}  # noqa: RUF012 - declared in the base

    def open_row(self, row_id: str) -> None:
        """Open a student's file."""
        from cequiz.frontends.tui.office.student_view import StudentScreen  # noqa: PLC0415 - loaded when opened

        self.app.push_screen(StudentScreen(self.desk, row_id))

    def action_add(self) -> None:
        """Open the form for somebody new."""
        from cequiz.frontends.tui.office.student_form import AddStudentScreen  # noqa: PLC0415 - loaded when opened

        self.app.push_screen(AddStudentScreen(self.desk))

    def action_take_in(self) -> None:
        """Ask which file to take in."""
        from cequiz.frontends.tui.office.student_import import RollScreen  # noqa: PLC0415 - loaded when opened

        self.app.push_screen(RollScreen(self.desk))


def _row(line: StudentLine) -> ListRow:
    return ListRow(line.id, (line.name, line.email, ", ".join(line.licences), line.id))
