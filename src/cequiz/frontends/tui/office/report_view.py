"""A finished report as a long list, its rows in full, and its files. It makes none itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from cequiz.domain.report import Align, Column, Report
from cequiz.errors import Stopped
from cequiz.frontends.tui.commands import Scope, bindings
from cequiz.frontends.tui.office.desk import OfficeDesk
from cequiz.frontends.tui.office.question import OfficeQuestion
from cequiz.frontends.tui.office.screen import OfficeScreen
from cequiz.frontends.tui.office.working import Progress, Stop
from cequiz.frontends.tui.screen import Dialog
from cequiz.frontends.tui.widgets.long_list import ListColumn, ListRow, LongList, Rows
from cequiz.language import mark, tr, trn

if TYPE_CHECKING:
    from cequiz.services.ports import Ports

_NARROWEST, _GROWING, _WIDEST = 4, 16, 24
"""Cells of a column: at least, of the one that takes what is left, and of the others at most."""

_SAMPLE = 200
"""Rows by which the widths of columns are chosen."""

Save = Callable[[Path, "Ports", Progress], Path]


class ReportTable(OfficeScreen[None]):
    """A report: what it is about, its rows, and how many there are."""

    def __init__(self, desk: OfficeDesk, report: Report) -> None:
        super().__init__(desk)
        self.report = report

    def compose_body(self) -> ComposeResult:
        """Lay out the title and the rows."""
        with Vertical(classes="body search-list"):
            yield Static("", id="about", classes="quiet", markup=False)
            yield LongList(*list_columns(self.report), empty=self.empty(), id="rows")

    def on_mount(self) -> None:
        """Show the rows."""
        super().on_mount()
        self.list.focus()
        self._say(self.report)
        self.list.ask(self._rows)

    def fill(self, report: Report) -> None:
        """Show a report with the same columns."""
        self.report = report
        self._say(report)
        self.list.again()

    def _say(self, report: Report) -> None:
        self.top.where = report.title
        words = " · ".join(part for part in (report.covers, _count(len(report.rows))) if part)
        self.query_one("#about", Static).update(Content(words))
        self.show_keys()

    async def _rows(self, offset: int, limit: int) -> Rows:
        some = self.report.rows[offset : offset + limit]
        rows = [
            ListRow(str(offset + place), tuple(column.text(row) for column in self.report.columns))
            for place, row in enumerate(some)
        ]
        return Rows(rows, len(self.report.rows))

    def empty(self) -> str:
        """Return the words of a report without rows."""
        return tr("There is nothing to report.")

    @property
    def list(self) -> LongList:
        """The rows."""
        return self.query_one(LongList)

    @on(LongList.Chosen)
    def chosen(self, event: LongList.Chosen) -> None:
        """Open a row."""
        self.open_row(int(event.row.id))

    def open_row(self, place: int) -> None:
        """Show every value of a row: a narrow terminal has no room for all columns."""
        row = self.report.rows[place]
        lines = [f"{column.heading}: {column.text(row) or '-'}" for column in self.report.columns]
        self.app.push_screen(Dialog(self.report.title, Content("\n".join(lines))))

    def action_open(self) -> None:
        """Open the highlighted row."""
        self.list.action_choose()

    def action_csv(self) -> None:
        """Write the report as CSV."""
        from cequiz.frontends.report_files import save_csv  # noqa: PLC0415 - loaded when asked for

        self.save("csv", lambda path, _ports, _tell: save_csv(path, self.report))

    def action_pdf(self) -> None:
        """Write the report as PDF."""
        from cequiz.frontends.report_files import save_pdf  # noqa: PLC0415 - loaded when asked for

        self.save("pdf", lambda path, ports, tell: save_pdf(path, ports, self.report, tell=tell))

    def action_json(self) -> None:
        """Write the report as JSON."""
        from cequiz.frontends.report_files import save_json  # noqa: PLC0415 - loaded when asked for

        self.save("json", lambda path, _ports, _tell: save_json(path, self.report))

    def save(self, ending: str, work: Save) -> None:
        """Ask where a file goes, write it, and say where it is."""
        day = f"{self.report.made_at:%Y-%m-%d}"
        at = self.desk.house.settings.home / "reports" / f"{self.report.id}-{day}.{ending}"

        async def deed(typed: str) -> None:
            path = await self.work(
                tr("Writing {name}", name=at.name),
                lambda ports, _, progress, stop: work(Path(typed).expanduser(), ports, _stopping(progress, stop)),
            )
            if path is not None:
                self.tell(tr("Written: {path}", path=path))

        title = tr("Write the report?")
        body = tr("A file of this name that is there is replaced.")
        self.ask_then(OfficeQuestion(title, body, label=tr("File"), yes=tr("Write"), value=str(at)), deed)


class ReportScreen(ReportTable):
    """A report that can be read and written."""

    SCOPE = Scope.REPORT
    BINDINGS = bindings(SCOPE)
    HEADING = mark("Report")

    def allows(self, command: str) -> bool:
        """Rows are opened where there are any, notes where there are some."""
        if command == "open":
            return bool(self.report.rows)
        return super().allows(command) and (command != "notes" or bool(self.report.notes))

    def action_notes(self) -> None:
        """Show what the report says of itself."""
        self.app.push_screen(Dialog(self.report.title, Content("\n\n".join(self.report.notes))))


def _stopping(progress: Progress, stop: Stop) -> Progress:
    """Return what passes progress on, and stops the work when somebody wants it to."""

    def tell(done: int, of: int) -> None:
        if stop():
            raise Stopped(tr("Stopped. Nothing is half-done."))
        progress(done, of)

    return tell


def _count(rows: int) -> str:
    return trn("{count} row", "{count} rows", rows)


def list_columns(report: Report) -> tuple[ListColumn, ...]:
    """Return a report's columns as wide as their texts need, within bounds; the widest of words takes what is left.

    A column that has no room in a narrow terminal is left out there; the whole row shows it.
    """
    widths = [_width(column, report.rows[:_SAMPLE]) for column in report.columns]
    words = [place for place, column in enumerate(report.columns) if column.align is Align.LEFT]
    widest = max(words, key=widths.__getitem__, default=0)
    found, least = list[ListColumn](), 2
    for place, (column, width) in enumerate(zip(report.columns, widths, strict=True)):
        own = min(width, _GROWING if place == widest else _WIDEST)
        least += own + (2 if place else 0)
        found.append(
            ListColumn(
                column.heading,
                own,
                grows=place == widest,
                right=column.align is Align.RIGHT,
                least=least if place > 1 else 0,
            )
        )
    return tuple(found)


def _width(column: Column, rows: Sequence[object]) -> int:
    texts = [column.text(row) for row in rows if isinstance(row, dict)]
    return max(_NARROWEST, Content(column.heading).cell_length, *(Content(text).cell_length for text in texts), 0)
