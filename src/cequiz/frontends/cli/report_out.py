"""What every report of the command line shares: its options, and how it is shown or written."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cequiz.errors import WrongUsage
from cequiz.language import tr

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from cequiz.domain.report import Report
    from cequiz.frontends.cli.desk import Desk
    from cequiz.services.reports.periods import Period

FromOption = Annotated[
    str | None, typer.Option("--from", metavar="DATE", help="First day, such as 2026-11-01, in the provider's zone.")
]
ToOption = Annotated[
    str | None, typer.Option("--to", metavar="DATE", help="Last day, such as 2026-11-30; it belongs to the period.")
]
CourseOption = Annotated[str | None, typer.Option(metavar="ID", help="Only this course.")]
CourseName = Annotated[str, typer.Argument(metavar="COURSE", help="ID of a course.")]
CsvOption = Annotated[
    str | None, typer.Option("--csv", metavar="FILE", help="Write a CSV file instead; - writes to the output.")
]
PdfOption = Annotated[str | None, typer.Option("--pdf", metavar="FILE", help="Write a PDF file instead.")]


def period_of(since: str | None, until: str | None) -> Period:
    """Return the period that two days name.

    Raises:
        WrongUsage: one of them is no day, or it ends before it begins.
    """
    from cequiz.services.reports.periods import Period

    return Period(_day(since), _day(until))


def counting(desk: Desk) -> AbstractContextManager[Callable[[int, int], None]]:
    """Return what shows how far a report is while it is made; Ctrl+C stops it, and nothing is changed."""
    from cequiz.frontends.cli.bar import bar

    return bar(desk.err, tr("Counting"))


def show(desk: Desk, report: Report, *, as_json: bool, csv: str | None, pdf: str | None) -> int:
    """Show a report as a table or as JSON, or write the files that were asked for and print their paths.

    Args:
        desk: the command's surroundings.
        report: finished.
        as_json: whether a program reads it.
        csv: a file's path, `-` for the output, or None.
        pdf: a file's path, or None.
    """
    if csv == "-" and (as_json or pdf is not None):
        raise WrongUsage(tr("--csv - writes to the output, where nothing else has room."))
    _write(desk, report, csv=csv, pdf=pdf, quiet=as_json)
    if as_json:
        desk.document(report.to_json())
    elif csv is None and pdf is None:
        print_table(desk, report)
    return 0


def print_table(desk: Desk, report: Report) -> None:
    """Write a report's rows as aligned columns; title and notes go beside them, to the person."""
    from cequiz.domain.report import Align

    desk.say(f"{report.title}. {report.covers}".rstrip())
    columns = [column for column in report.columns if not column.shared]
    rows = [[column.text(row) for column in columns] for row in report.rows]
    headings = [column.heading.upper() for column in columns]
    for place, column in enumerate(columns):
        if column.align is Align.RIGHT:
            width = max(len(line[place]) for line in (headings, *rows))
            for line in (headings, *rows):
                line[place] = line[place].rjust(width)
    desk.table(headings, rows, none=tr("There is nothing to report."))
    for note in report.notes:
        desk.say(note)
    left_out = [column.heading for column in report.columns if column.shared]
    if left_out and rows:
        desk.say(tr("Files and --json have more columns: {names}.", names=", ".join(left_out)))


def _write(desk: Desk, report: Report, *, csv: str | None, pdf: str | None, quiet: bool) -> None:
    from cequiz.frontends.cli.bar import bar
    from cequiz.frontends.report_files import save_csv, save_pdf

    if csv == "-":
        from cequiz.bootstrap import report_csv

        desk.out.write(report_csv(report))
        return
    written = [] if csv is None else [save_csv(Path(csv), report)]
    if pdf is not None:
        with bar(desk.err, tr("Writing")) as tell:
            written.append(save_pdf(Path(pdf), desk.ports(), report, tell=tell))
    for path in written:
        (desk.say if quiet else desk.print)(str(path))
    if written and not report.rows:
        desk.say(tr("There is nothing to report."))


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise WrongUsage(tr("{text!r} is not a day.", text=text), hint=tr("Write it like 2026-11-22.")) from None
