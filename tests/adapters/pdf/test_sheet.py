"""A sheet is a file that archives, screen readers and programs can use: what it says of itself and of its page."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from zoneinfo import ZoneInfo

import pikepdf
import pytest
from reportlab.pdfbase.pdfdoc import PDFDocument

from cequiz.adapters.pdf.objects import add, stream, written
from tests.adapters.pdf.sheets import ABOUT, CREDENTIAL, broken_rules, sheet


def _elements(pdf: pikepdf.Pdf) -> list[pikepdf.Object]:
    return list(pdf.Root.StructTreeRoot.K[0].K)


@pytest.mark.parametrize("signature_field", [True, False])
def test_a_sheet_keeps_to_both_standards(signature_field: bool) -> None:
    """A state archive or a blind student's reader would refuse the file."""
    assert broken_rules(sheet(signature_field=signature_field)) == {}


def test_text_that_is_no_latin_keeps_to_both_standards() -> None:
    """What is shaped has other codes than letters, and the standards ask for the letters."""
    assert broken_rules(sheet("प्रिया (محمد) שָׁלוֹם สมชาย")) == {}


@pytest.mark.parametrize("title", ["a & b < c > d", "paren ( in \\ title", "王 😀 Ω", "quote ' and \" both", " "])
def test_what_a_file_says_of_itself_is_text(title: str) -> None:
    """A course title with a bracket would break the file, or stand in the window otherwise than it was written."""
    drawn = sheet(about=replace(ABOUT, title=title, author=title, subject=title))
    assert broken_rules(drawn) == {}
    with pikepdf.open(BytesIO(drawn)) as pdf:
        assert str(pdf.docinfo["/Title"]) == str(pdf.docinfo["/Author"]) == str(pdf.docinfo["/Subject"]) == title
        with pdf.open_metadata() as described:
            assert described["dc:title"] == described["dc:description"] == title
            assert described["dc:creator"] == [title]


def test_both_descriptions_give_the_same_instant() -> None:
    """An archive refuses a file whose two dates differ; a zone must not shift one of them."""
    there = ABOUT.made_at.astimezone(ZoneInfo("America/New_York"))
    drawn = sheet(about=replace(ABOUT, made_at=there))
    with pikepdf.open(BytesIO(drawn)) as pdf, pdf.open_metadata() as described:
        assert str(pdf.docinfo["/CreationDate"]) == "D:20261122123000+00'00'"
        assert described["xmp:CreateDate"] == described["xmp:ModifyDate"] == "2026-11-22T12:30:00Z"
    assert drawn == sheet()


def test_each_printed_field_is_one_element_that_bears_its_name() -> None:
    """A page could not be read back field by field, and a screen reader would stop in the middle of a title."""
    with pikepdf.open(BytesIO(sheet("Zoë (محمد)"))) as pdf:
        named = {str(one.T): one for one in _elements(pdf) if "/T" in one}
        assert list(named) == ["title", "name"]
        assert named["title"].S == "/H1"
        assert [int(number) for number in named["title"].K] == [0, 2]
        assert str(named["name"].ActualText) == "Zoë (محمد)"
        assert "/ActualText" not in named["title"]
        content = pdf.pages[0].Contents.read_bytes()
        assert b"/ActualText <FEFF005A006F00EB" in content
        owners = pdf.Root.StructTreeRoot.ParentTree.Nums[1]
        assert [str(owner.get("/T", owner.S)) for owner in owners] == ["title", "name", "title", "/Figure"]


def test_the_credential_can_be_taken_out_as_it_was_put_in() -> None:
    """The machine-readable half of the certificate would be lost with the first program that copies it."""
    with pikepdf.open(BytesIO(sheet())) as pdf:
        assert pdf.attachments[CREDENTIAL.name].get_file().read_bytes() == CREDENTIAL.content
        specification = pdf.Root.AF[0]
        assert specification.AFRelationship == "/Data"
        assert specification.EF.F.Subtype == "/application/ld+json"


def test_only_what_was_drawn_decides_the_bytes() -> None:
    """Two prints of one certificate would have different hashes, and one of them would be called altered."""
    assert sheet() == sheet()
    assert sheet() != sheet("Zoë Kowalska")


def test_other_pages_have_other_identifiers() -> None:
    """Programs that collect files tell them apart by the identifier."""
    later = replace(ABOUT, made_at=ABOUT.made_at + timedelta(days=1))
    with pikepdf.open(BytesIO(sheet())) as one, pikepdf.open(BytesIO(sheet(about=later))) as other:
        assert bytes(one.trailer.ID[0]) != bytes(other.trailer.ID[0])


@pytest.mark.parametrize("ending", [b"\r", b"\n", b"\r\n", b"\n\r", b" "])
def test_a_stream_is_as_long_as_it_says_whatever_its_last_byte_is(ending: bytes) -> None:
    """One file in some hundred would be refused by archives, without any reason that a person could see."""
    document = PDFDocument(invariant=1)
    content = add(document, stream(b"", b"12345" + ending, deflate=False))[1]
    pages = add(document, b"<< /Type /Pages /Kids [] /Count 0 >>")[1]
    root = add(document, b"<< /Type /Catalog /Pages %s /Test %s >>" % (pages, content))[1]
    file = written(document, root=root, info=add(document, b"<< >>")[1])
    assert not any("STREAM-LENGTH" in rule for rule in broken_rules(file)["3a"])
    with pikepdf.open(BytesIO(file)) as pdf:
        assert pdf.Root.Test.read_raw_bytes() == b"12345" + ending
