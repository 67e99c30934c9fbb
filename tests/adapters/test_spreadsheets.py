"""CSV and Excel files: what a spreadsheet shows, and what it must not run."""

from __future__ import annotations

import csv
from datetime import UTC, date, datetime
from io import StringIO

import pytest
import xlrd  # type: ignore[import-untyped] # xlrd has no types
from hypothesis import given
from hypothesis import strategies as st

from cequiz.adapters.spreadsheets import MOST_ROWS, harmless, lines_csv, lines_xls, report_csv, roster_xls
from cequiz.domain.report import Align, Column, Report
from cequiz.errors import Refused

ROSTER = [
    ("12345", "678901", "", "", "MA12345", "12/3/2026", "State=FL", "Profession=MA", "", ""),
    ("12345", "", "course", "", "MA2", "1/11/2027", "State=FL", "Profession=MA", "", ""),
]


def test_a_report_is_csv_under_its_stable_names() -> None:
    """A script that reads the column `name` would stop with the language of the screen."""
    report = Report(
        id="roster",
        title="Roster",
        made_at=datetime(2026, 11, 22, tzinfo=UTC),
        columns=(Column("name", "Nombre"), Column("hours", "Horas", Align.RIGHT), Column("licences", "Licencias")),
        rows=[
            {"name": 'Zoë "Z", Łukasz', "hours": "16", "licences": ["FL MA1", "NY 27"]},
            {"name": "two\nlines", "hours": None, "licences": []},
        ],
    )
    assert report_csv(report) == ('name,hours,licences\r\n"Zoë ""Z"", Łukasz",16,"FL MA1, NY 27"\r\n"two\nlines",,\r\n')


@pytest.mark.parametrize("text", ["=1+1", "+cmd", "-2+3", "@SUM(A1)", "\tx", '=HYPERLINK("http://x")', "-"])
def test_what_a_spreadsheet_would_run_is_text(text: str) -> None:
    """A student's name would open a program on the office's machine."""
    assert harmless(text) == f"'{text}"


@pytest.mark.parametrize("text", ["-0.125", "+3", "-7", "MA12345", "", "a=b", "État"])
def test_numbers_and_words_stay_as_they_are(text: str) -> None:
    """A discrimination of -0.125 would not be a number any more."""
    assert harmless(text) == text


@given(st.lists(st.lists(st.text(st.characters(categories=["L", "N", "P", "Zs"])), min_size=1), min_size=1))
def test_what_is_written_is_read_back(lines: list[list[str]]) -> None:
    """A comma or a quote in a name would shift every column behind it."""
    read = list(csv.reader(StringIO(lines_csv(lines), newline="")))
    assert [[cell.removeprefix("'") for cell in line] for line in read] == [
        [cell.removeprefix("'") for cell in line] if line != [""] else [""] for line in lines
    ]


def test_nothing_in_a_file_acts_on_a_terminal() -> None:
    """A comment could clear the screen of whoever prints the file in a terminal."""
    assert lines_csv([["a\x1b[2Jb"]]) == "a\\x1b[2Jb\r\n"


def test_the_roster_as_csv_is_ce_brokers_file_cell_by_cell() -> None:
    """CE Broker would refuse the file; there is no line of headings in it."""
    assert lines_csv(ROSTER) == (
        "12345,678901,,,MA12345,12/3/2026,State=FL,Profession=MA,,\r\n"
        "12345,,course,,MA2,1/11/2027,State=FL,Profession=MA,,\r\n"
    )


def test_the_roster_as_excel_has_the_same_cells_and_real_dates() -> None:
    """CE Broker asks for an .xls file with dates in the Excel format."""
    book = xlrd.open_workbook(file_contents=roster_xls(ROSTER), formatting_info=True)
    (sheet,) = book.sheets()
    assert (sheet.nrows, sheet.ncols) == (2, 8)  # the columns I and J are empty
    for row, line in enumerate(ROSTER):
        for column, expected in enumerate(line[:8]):
            cell = sheet.cell(row, column)
            if column == 5:
                assert cell.ctype == xlrd.XL_CELL_DATE
                day = xlrd.xldate_as_datetime(cell.value, book.datemode)
                assert f"{day.month}/{day.day}/{day.year}" == expected
                shown = book.format_map[book.xf_list[sheet.cell_xf_index(row, column)].format_key].format_str
                assert shown == "M/D/YYYY"
            else:
                assert (cell.ctype, cell.value) == ((1, expected) if expected else (xlrd.XL_CELL_EMPTY, ""))


def test_a_sheet_that_has_no_room_is_refused_before_anything_is_written() -> None:
    """Everybody beyond row 65,536 would be lost without a word."""
    with pytest.raises(Refused, match="65536 rows"):
        lines_xls([["a"]] * (MOST_ROWS + 1), sheet="Roster")
    assert lines_xls([[date(2026, 1, 1), None, "=x"]], sheet="Roster").startswith(b"\xd0\xcf\x11\xe0")
