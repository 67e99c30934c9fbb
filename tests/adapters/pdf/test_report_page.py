"""Reports on paper: everything that is in the table is on a page, in order, for eyes and for screen readers."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO

import pikepdf
import pypdfium2
import pytest

from cequiz.adapters.pdf.press import ReportLabPress
from cequiz.domain.credential.look import Paper
from cequiz.domain.report import Align, Column, Report
from cequiz.errors import Stopped
from tests.adapters.pdf.sheets import broken_rules

NAMES = ("María Ñúñez", "محمد علي", "สมชาย ใจดี", "प्रिया शर्मा", "<b>Bold</b> & Co", "Zoë Łukasiewicz")


def report(count: int = 6, **changes: object) -> Report:
    """Return a report with so many rows."""
    made = Report(
        id="roster",
        title="Roster of completions",
        made_at=datetime(2026, 11, 22, 4, 30, tzinfo=UTC),
        covers="2026-11-01 to 2026-11-30",
        columns=(Column("name", "Name"), Column("hours", "CE hours", Align.RIGHT), Column("number", "Certificate")),
        rows=[
            {"name": NAMES[place % len(NAMES)], "hours": "16", "number": f"CQ-2026-{place:06}"}
            for place in range(count)
        ],
        notes=("The day of completion is that of the last pass.",),
    )
    return replace(made, **changes)  # type: ignore[arg-type] # fields by name


def pages(pdf: bytes) -> list[str]:
    """Return the text of each page."""
    document = pypdfium2.PdfDocument(pdf)
    return [page.get_textpage().get_text_bounded() for page in document]


def size(pdf: bytes) -> tuple[float, float]:
    """Return width and height of the first page."""
    width, height = pypdfium2.PdfDocument(pdf)[0].get_size()
    return width, height


def table(pdf: bytes) -> list[list[str]]:
    """Return the first table as a screen reader gets it: the kinds of its cells, row by row."""
    with pikepdf.open(BytesIO(pdf)) as file:
        (root,) = list(file.Root.StructTreeRoot.K)
        found = next(one for one in root.K if one.S == "/Table")
        return [[str(cell.S) for cell in row.K] for row in found.K]


def test_a_report_keeps_to_the_standards_of_archives_and_screen_readers(press: ReportLabPress) -> None:
    """A state archive would refuse the file; a blind auditor could not read it."""
    assert broken_rules(press.report(report(80), report(3), provider="Harbour School")) == {}


def test_a_page_says_what_it_is_whose_and_when(press: ReportLabPress) -> None:
    """A page in a folder would not say where it comes from."""
    (text,) = pages(press.report(report(), provider="Harbour School", zone="America/New_York"))
    for said in (
        "Harbour School",
        "Roster of completions",
        "2026-11-01 to 2026-11-30",
        "Made on 2026-11-21 at 23:30 (America/New_York)",
        "The day of completion is that of the last pass.",
        "Page 1 of 1",
    ):
        assert said in text


def test_every_row_is_on_a_page_and_headings_stand_on_each(press: ReportLabPress) -> None:
    """Somebody's line would be missing where the page ends."""
    pdf = press.report(report(200), provider="Harbour School")
    texts = pages(pdf)
    assert len(texts) > 3
    for place in range(200):
        assert sum(f"-2026-{place:06}" in text for text in texts) == 1
    for number, text in enumerate(texts, 1):
        assert f"Page {number} of {len(texts)}" in text
        assert "Certificate" in text
    assert table(pdf) == [["/TH"] * 3, *[["/TD"] * 3] * 200]


def test_names_of_every_script_are_read_back_as_they_are(press: ReportLabPress) -> None:
    """A name would come out of a search or a screen reader as nonsense."""
    (text,) = pages(press.report(report()))
    for name in ("María Ñúñez", "<b>Bold</b> & Co", "Zoë Łukasiewicz"):
        assert name in text
    with pikepdf.open(BytesIO(press.report(report()))) as file:
        content = file.pages[0].Contents.read_bytes().decode("latin-1")
    for name in NAMES:
        said = f"({name})" if name.isascii() else f"<FEFF{name.encode('utf-16-be').hex().upper()}>"
        assert f"/ActualText {said}" in content


def test_what_no_font_can_print_is_a_sign_and_is_said(press: ReportLabPress) -> None:
    """A report with one Chinese name would be refused as a whole, or show a gap without a word."""
    row = {"name": "王小明", "hours": "16", "number": "1"}
    (text,) = pages(press.report(report(rows=[row])))
    assert "???" in text
    assert "A ? stands for characters that no font here can print" in text
    assert "A ? stands" not in pages(press.report(report()))[0]


def test_a_wide_table_lies_across_the_page_and_nothing_is_cut(press: ReportLabPress) -> None:
    """The last columns would run over the edge of the paper."""
    columns = tuple(Column(f"c{place}", f"Heading {place}") for place in range(11))
    rows = [{f"c{place}": f"value{row}-{place} with words" for place in range(11)} for row in range(5)]
    pdf = press.report(report(columns=columns, rows=rows))
    width, height = size(pdf)
    assert width > height
    text = " ".join(pages(pdf)).replace("\r\n", " ")
    for row in range(5):
        for place in range(11):
            assert f"value{row}-{place}" in text
    assert size(press.report(report(), paper=Paper.A4)) == pytest.approx((595.28, 841.89))


def test_a_word_wider_than_its_column_is_broken_and_whole(press: ReportLabPress) -> None:
    """An address or a long id would run into the next column."""
    long = "https://example.org/" + "abcdefghij" * 30
    pdf = press.report(report(rows=[{"name": long, "hours": "16", "number": "1"}]))
    text = "".join(pages(pdf)).replace("\r\n", "").replace(" ", "")
    assert long in text
    (box,) = [page.get_bbox() for page in pypdfium2.PdfDocument(pdf)]
    assert box[2] <= size(pdf)[0]


def test_a_cell_longer_than_a_page_goes_on_on_the_next(press: ReportLabPress) -> None:
    """A long comment would push itself from page to page for ever, or lose its end."""
    words = " ".join(f"word{place}" for place in range(3000))
    pdf = press.report(report(rows=[{"name": words, "hours": "16", "number": "1"}] * 2))
    found = " ".join(pages(pdf)).split()
    assert len(pages(pdf)) < 40
    for place in (0, 1499, 2999):
        assert found.count(f"word{place}") == 2
    assert broken_rules(pdf) == {}


def test_an_empty_report_says_so(press: ReportLabPress) -> None:
    """An empty page looks like a mistake of the printer."""
    (text,) = pages(press.report(report(0)))
    assert "There is nothing to report." in text
    assert table_count(press.report(report(0))) == 0


def table_count(pdf: bytes) -> int:
    """Return how many tables a screen reader finds."""
    with pikepdf.open(BytesIO(pdf)) as file:
        return sum(one.S == "/Table" for one in file.Root.StructTreeRoot.K[0].K)


def test_the_same_report_is_the_same_file(press: ReportLabPress) -> None:
    """An audit pack made twice would differ without a reason."""
    assert press.report(report(50)) == press.report(report(50))


def test_texts_from_people_do_not_act(press: ReportLabPress) -> None:
    """A title with a bracket would break the file."""
    odd = "a ) endobj \\ ( <b> \x1b[2J \u202e x"
    pdf = press.report(report(title=odd, covers=odd, notes=(odd,), rows=[{"name": odd, "hours": "1", "number": "2"}]))
    assert broken_rules(pdf) == {}
    assert "\\x1b[2J" in pages(pdf)[0]


def test_a_long_report_tells_how_far_it_is_and_can_be_stopped(press: ReportLabPress) -> None:
    """The office would wait for a thousand pages without a word, and could not leave them."""
    told: list[tuple[int, int]] = []
    press.report(report(300), tell=lambda done, of: told.append((done, of)))
    assert told == [(done, 900) for done in range(100, 1000, 100)]

    def stop(done: int, of: int) -> None:
        raise Stopped("Enough.")

    with pytest.raises(Stopped):
        press.report(report(300), tell=stop)
