"""A page that was changed does not read as it was issued, whatever the file says of its own text."""

from __future__ import annotations

import re
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest

from cequiz.adapters.pdf.document import opened
from cequiz.adapters.pdf.readback import Page, read_page
from cequiz.errors import Refused
from tests.papers import facts, press, texts

FACTS = facts()
DRAWN = press().draw(FACTS)
FIRST = Path(__file__).with_name("first-layout.pdf")


def read(pdf: bytes) -> Page:
    with opened(pdf) as document:
        return read_page(document)


def changed(change: Callable[[pikepdf.Pdf], None], pdf: bytes = DRAWN) -> bytes:
    target = BytesIO()
    with pikepdf.open(BytesIO(pdf)) as document:
        change(document)
        document.save(target, static_id=True)
    return target.getvalue()


def rewritten(change: Callable[[bytes], bytes], pdf: bytes = DRAWN) -> bytes:
    """Return the certificate with another content on its page."""

    def put(document: pikepdf.Pdf) -> None:
        contents = document.pages[0].Contents
        before = contents.read_bytes()
        after = change(before)
        assert after != before
        contents.write(after)

    return changed(put, pdf)


def block(content: bytes, text: str) -> bytes:
    """Return the marked content that claims a text."""
    found = re.search(
        rb"/\w+ <</MCID \d+ /ActualText \(%s\)>> BDC.*?EMC" % re.escape(text).encode(), content, re.DOTALL
    )
    assert found is not None
    return found.group()


def test_an_untouched_page_reads_whole_with_nothing_added() -> None:
    assert read(DRAWN) == Page(fields=texts(FACTS))
    assert read(changed(lambda _: None)) == Page(fields=texts(FACTS))


def test_letters_that_are_exchanged_show_though_the_claim_stays() -> None:
    def exchange(content: bytes) -> bytes:
        hours = block(content, "16 CE hours")
        codes = re.findall(rb"[0-9A-F]{4}", hours.partition(b" Tf ")[2])
        first, second = codes[:2]
        return content.replace(
            hours, hours.replace(first, b"----", 1).replace(second, first, 1).replace(b"----", second)
        )

    assert read(rewritten(exchange)).fields["hours"].startswith("61")


@pytest.mark.parametrize("name", sorted(texts(FACTS)))
def test_no_letter_of_any_field_can_be_another_one(name: str) -> None:
    text = texts(FACTS)[name]

    def exchange(content: bytes) -> bytes:
        whole = block(content, text)
        head, font, shown = whole.partition(b" Tf ")
        codes = re.findall(rb"[0-9A-F]{4}", shown)
        other = next(code for code in codes if code != codes[0])
        return content.replace(whole, head + font + shown.replace(codes[0], other, 1))

    assert read(rewritten(exchange)).fields[name] != text


def test_a_claim_that_is_changed_is_not_believed() -> None:
    page = read(rewritten(lambda content: content.replace(b"/ActualText (16 CE hours)", b"/ActualText (61 CE hours)")))
    assert page.fields["hours"] != "61 CE hours"


def test_letters_that_nobody_can_see_do_not_count() -> None:
    def hide(content: bytes) -> bytes:
        name = block(content, "Marisol Ortega-Quinn")
        return content.replace(name, name.replace(b"BT ", b"BT 3 Tr "))

    assert "name" not in read(rewritten(hide)).fields


def test_a_field_that_is_taken_away_is_missing() -> None:
    page = read(rewritten(lambda content: content.replace(block(content, "License FL MA12345"), b"")))
    assert "licences" not in page.fields
    assert set(texts(FACTS)) - set(page.fields) == {"licences"}


@pytest.mark.parametrize(
    "added",
    [
        b"\n1 g 300 300 200 60 re f\n",
        b"\nq BT /CqText 20 Tf 300 300 Td <0043> Tj ET Q\n",
    ],
    ids=["a white patch", "a word"],
)
def test_what_was_put_on_the_page_is_counted(added: bytes) -> None:
    assert read(rewritten(lambda content: content + added)).additions >= 1
    assert read(rewritten(lambda content: added + content)).additions >= 1


def test_a_note_stuck_on_the_page_is_counted() -> None:
    def stick(document: pikepdf.Pdf) -> None:
        note = pikepdf.Dictionary(
            Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.FreeText, Rect=[300, 300, 500, 360], Contents="61 CE hours"
        )
        document.pages[0].Annots = document.make_indirect(pikepdf.Array([document.make_indirect(note)]))

    assert read(changed(stick)).additions == 1


def test_a_second_element_of_a_name_makes_the_field_differ() -> None:
    def rename(document: pikepdf.Pdf) -> None:
        top = document.Root.StructTreeRoot.K[0]
        course = next(one for one in top.K if str(one.get("/T", "")) == "course")
        course.T = pikepdf.String("name")

    page = read(changed(rename))
    assert page.fields["name"] == "Marisol Ortega-Quinn Essential Assessments"
    assert "course" not in page.fields


def test_structure_that_runs_in_circles_or_without_end_is_refused_or_read() -> None:
    def circle(document: pikepdf.Pdf) -> None:
        top = document.Root.StructTreeRoot.K[0]
        top.K.append(top)

    def deep(document: pikepdf.Pdf) -> None:
        top = document.Root.StructTreeRoot.K[0]
        for _ in range(3000):
            inner = document.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.StructElem, S=pikepdf.Name.P, P=top))
            top.K = pikepdf.Array([inner])
            top = inner

    for change in (circle, deep):
        try:
            assert read(changed(change)).fields
        except Refused as refusal:
            assert refusal.sentence.endswith(".")


def test_more_of_anything_than_a_certificate_has_is_refused() -> None:
    for added in (b"0 0 m 9 9 l S\n" * 25_000, b"BT /CqText 9 Tf <%s> Tj ET" % (b"0043" * 12_000)):
        with pytest.raises(Refused, match="more"):
            read(rewritten(lambda content, added=added: content + b"\n" + added))  # type: ignore[misc] # a default binds


def test_a_certificate_of_the_first_layout_still_reads() -> None:
    page = read(FIRST.read_bytes())
    assert page.first_layout
    expected = texts(facts(student_name="Zoë O'Brien-Đorđević & <b>Sons</b>"))
    assert page.fields == {**expected, "licences": "Licence FL MA12345"}  # as that layout spelled it
