"""Reports as files for spreadsheets: CSV (RFC 4180) and the old Excel format that CE Broker takes.

What came from people is text there too: a cell that a spreadsheet would run as a formula gets an apostrophe in front.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Sequence
from datetime import date
from io import BytesIO, StringIO

from cequiz.domain.report import Report, cell_text
from cequiz.domain.text import visible
from cequiz.errors import Refused
from cequiz.language import tr

BOM = "\ufeff"
"""Begins a CSV file for people: without it Excel takes UTF-8 for the letters of the machine's own country."""

MOST_ROWS = 65_536
"""Rows of a sheet in the old format."""

_DAY = 5  # column F
_RUNS = ("=", "+", "-", "@", "\t", "\r")
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")


def harmless(text: str) -> str:
    """Return a cell that no spreadsheet runs: what begins like a formula, and is no number, gets an apostrophe."""
    return f"'{text}" if text.startswith(_RUNS) and not _NUMBER.fullmatch(text) else text


def report_csv(report: Report) -> str:
    """Return a report's rows as CSV, under the columns' stable names; lines end in CR LF."""
    names = [column.key for column in report.columns]
    return lines_csv([names, *([cell_text(row.get(name)) for name in names] for row in report.rows)])


def lines_csv(lines: Iterable[Sequence[str]]) -> str:
    """Return lines of cells as CSV; lines end in CR LF."""
    written = StringIO(newline="")
    csv.writer(written, lineterminator="\r\n").writerows([_shown(cell) for cell in line] for line in lines)
    return written.getvalue()


def lines_xls(lines: Sequence[Sequence[str | date | None]], *, sheet: str) -> bytes:
    """Return lines of cells as an Excel 97 workbook; days are dates shown as M/D/YYYY, everything else is text.

    Raises:
        Refused: there are more lines than a sheet has rows.
    """
    import xlwt  # type: ignore[import-untyped] # noqa: PLC0415 - xlwt has no types; only this format needs it

    if len(lines) > MOST_ROWS:
        raise Refused(
            tr("The old Excel format has room for {most} rows.", most=MOST_ROWS), hint=tr("Take the CSV file.")
        )
    book = xlwt.Workbook(encoding="utf-8")
    page, as_day = book.add_sheet(sheet), xlwt.easyxf(num_format_str="M/D/YYYY")
    for row, line in enumerate(lines):
        for column, cell in enumerate(line):
            if isinstance(cell, date):
                page.write(row, column, cell, as_day)
            elif cell:
                page.write(row, column, _shown(cell))
    written = BytesIO()
    book.save(written)
    return written.getvalue()


def roster_xls(lines: Sequence[Sequence[str]]) -> bytes:
    """Return the columns A to J of a CE Broker roster as a workbook, in which column F is a date.

    Args:
        lines: cells as the CSV file has them, days as M/D/YYYY.
    """
    return lines_xls([_dated(line) for line in lines], sheet="Roster")


def _dated(line: Sequence[str]) -> list[str | date | None]:
    month, day, year = map(int, line[_DAY].split("/"))
    return [*line[:_DAY], date(year, month, day), *line[_DAY + 1 :]]


def _shown(text: str) -> str:
    """Return a cell without signs that would act on a terminal, which a file may be shown in."""
    return harmless(visible(text, line=False))
