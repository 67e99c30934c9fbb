"""Another's name on a certificate, in the ways in which a PDF can show one text and hold another."""

from __future__ import annotations

import re
from collections.abc import Callable
from io import BytesIO

import pikepdf
import pypdfium2
import pytest
from pikepdf import Array, Dictionary, Name, String

from cequiz.adapters.pdf.appearance import seen_text
from cequiz.adapters.pdf.document import opened
from cequiz.domain.credential.look import Look, Paper
from tests.adapters.pdf.test_changed_pages import DRAWN, FACTS, block, changed, read
from tests.papers import facts, press, texts

NAME = "Marisol Ortega-Quinn"
PATCH = b"1 1 1 rg 250 360 300 40 re f "
EVE = b"BT 0 0 0 rg /Eve 30 Tf 300 370 Td (Eve Evil) Tj ET "
PIECE = b"q " + PATCH + EVE + b"Q"
SMALL = b"/Artifact BMC q BT 0 0 0 rg /Eve 15 Tf 337 267 Td (1) Tj ET Q EMC "

Forge = Callable[[pikepdf.Pdf, bytes], bytes]


def forged(forge: Forge) -> bytes:
    """Return the certificate with another content, and a font by which to write on it."""

    def put(pdf: pikepdf.Pdf) -> None:
        page = pdf.pages[0]
        page.Resources.Font["/Eve"] = pdf.make_indirect(
            Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name("/Helvetica-Bold"))
        )
        before = page.Contents.read_bytes()
        after = forge(pdf, before)
        assert after != before
        page.Contents.write(after)

    return changed(put)


def behind(added: bytes) -> Forge:
    return lambda _, content: content + b"\n" + added


def name(begin: bytes, end: bytes = b" Q EMC") -> Forge:
    """Return a forger who hides the name, and writes another in its place."""

    def forge(_: pikepdf.Pdf, content: bytes) -> bytes:
        whole = block(content, NAME)
        return content.replace(whole, whole.replace(b"BDC", b"BDC q " + begin, 1)[:-3] + end) + _ornament(EVE)

    return forge


def _ornament(drawn: bytes) -> bytes:
    return b"\n/Artifact BMC q " + drawn + b"Q EMC\n"


def form(pdf: pikepdf.Pdf, content: bytes) -> bytes:
    page = pdf.pages[0]
    drawn = pdf.make_stream(PIECE)
    drawn.Type, drawn.Subtype, drawn.BBox = Name.XObject, Name.Form, Array([0, 0, 792, 612])
    drawn.Resources = Dictionary(Font=Dictionary(Eve=page.Resources.Font["/Eve"]))
    page.Resources.XObject["/Patch"] = drawn
    return content + _ornament(b"/Patch Do ")


def picture(pdf: pikepdf.Pdf, content: bytes) -> bytes:
    drawn = pdf.make_stream(bytes(300 * 40))
    drawn.Type, drawn.Subtype, drawn.ColorSpace = Name.XObject, Name.Image, Name.DeviceGray
    drawn.Width, drawn.Height, drawn.BitsPerComponent = 300, 40, 8
    pdf.pages[0].Resources.XObject["/Patch"] = drawn
    return content + _ornament(b"300 0 0 40 250 360 cm /Patch Do ")


def transparent(pdf: pikepdf.Pdf, content: bytes) -> bytes:
    pdf.pages[0].Resources["/ExtGState"] = Dictionary(Clear=Dictionary(ca=0, CA=0))
    return name(b"/Clear gs ")(pdf, content)


def layer(pdf: pikepdf.Pdf, content: bytes) -> bytes:
    """Let a viewer's layers show another name, which is not shown at first."""
    group = pdf.make_indirect(Dictionary(Type=Name.OCG, Name=String("print")))
    pdf.Root.OCProperties = Dictionary(OCGs=Array([group]), D=Dictionary(OFF=Array([group])))
    pdf.pages[0].Resources["/Properties"] = Dictionary(Layer=group)
    return content + b"\n/OC /Layer BDC" + _ornament(PATCH + EVE) + b"EMC\n"


@pytest.mark.parametrize(
    ("forge", "hides"),
    [
        (behind(b"/Artifact BMC " + PIECE + b" EMC"), True),
        (behind(b"/P <</MCID 99>> BDC " + PIECE + b" EMC"), True),
        (behind(b"/P <</MCID 6>> BDC q " + EVE + b"Q EMC"), True),  # a number may be given once
        (behind(b"/Figure <</MCID 30>> BDC " + PIECE + b" EMC"), True),
        (lambda _, content: content.replace(block(content, NAME), block(content, NAME)[:-3] + PIECE + b" EMC"), True),
        (lambda _, content: content.replace(block(content, NAME), _ornament(EVE) + block(content, NAME)), True),
        (lambda _, content: SMALL + content, False),
        (form, True),
        (picture, True),
        (layer, True),
        (transparent, True),
        (name(b"1 1 1 rg ", b" Q EMC"), True),
        (name(b".05 0 0 .05 30 30 cm "), True),
        (name(b"1 0 0 1 3000 30 cm "), True),
        (name(b"0 0 1 1 re W n "), True),
    ],
    ids=["patch as an ornament", "patch as text", "text of a number twice", "patch in a figure", "patch in the name",
         "under the name", "a digit", "form", "picture", "layer", "transparent", "white", "tiny", "off the page",
         "clipped"],
)  # fmt: skip
def test_another_name_over_the_signed_one_is_found(forge: Forge, hides: bool) -> None:
    page = read(forged(forge))
    assert page.additions
    assert ("name" in page.unseen or page.fields["name"] != NAME) is hides


def test_a_patch_that_hides_a_single_letter_is_found() -> None:
    page = read(forged(behind(_ornament(b"1 1 1 rg 391 370 15 28 re f "))))
    assert page.unseen == ("name",)


def test_white_letters_are_not_read_as_a_field_though_nothing_was_added() -> None:
    def white(_: pikepdf.Pdf, content: bytes) -> bytes:
        whole = block(content, NAME)
        return content.replace(
            whole, re.sub(rb"[\d.]+ [\d.]+ [\d.]+ rg", b"1 1 1 rg", whole.replace(b"BT ", b"BT 1 1 1 rg "))
        )

    page = read(forged(white))
    assert (page.unseen, page.additions) == (("name",), 0)


def test_a_digit_before_the_hours_is_found_though_it_has_its_own_place_in_the_structure() -> None:
    def add(pdf: pikepdf.Pdf, content: bytes) -> bytes:
        top = pdf.Root.StructTreeRoot.K[0]
        element = Dictionary(Type=Name.StructElem, S=Name.P, P=top, Pg=pdf.pages[0].obj)
        places = pdf.Root.StructTreeRoot.ParentTree.Nums[1]
        element.K = Array([len(places)])
        top.K.append(pdf.make_indirect(element))
        places.append(top.K[-1])
        return content + SMALL.replace(b"/Artifact BMC", b"/P <</MCID %d>> BDC" % (len(places) - 1))

    page = read(forged(add))
    assert (page.fields["hours"], page.additions, page.unseen) == ("16 CE hours", 0, ("hours",))


@pytest.mark.parametrize("box", ["CropBox", "MediaBox"])
def test_a_page_of_another_size_is_found(box: str) -> None:
    def cut(pdf: pikepdf.Pdf) -> None:
        pdf.pages[0][f"/{box}"] = Array([0, 0, 792, 340])

    assert read(changed(cut)).additions == 1


def test_a_second_page_is_an_addition() -> None:
    def add(pdf: pikepdf.Pdf) -> None:
        pdf.add_blank_page(page_size=(792, 612))

    assert read(changed(add)).additions == 1


@pytest.mark.parametrize("template", ["classic", "modern", "plain"])
@pytest.mark.parametrize("paper", Paper)
@pytest.mark.parametrize("student", [NAME, "דנה לוי", "محمد الأمين", "अनिता शर्मा", "Jo", "A. " * 30 + "B."])
def test_nothing_on_a_certificate_of_ours_looks_like_a_forgery(template: str, paper: Paper, student: str) -> None:
    page = read(press().draw(facts(student_name=student), look=Look(template=template, paper=paper)))
    assert (page.additions, page.unseen) == (0, ())


def test_of_any_page_only_what_an_eye_can_read_counts() -> None:
    def text(pdf: bytes) -> str:
        with opened(pdf) as document:
            page: pypdfium2.PdfPage = document[0]
            try:
                return seen_text(page)
            finally:
                page.close()

    assert texts(FACTS)["name"] in text(DRAWN)
    over = text(forged(behind(_ornament(PATCH + EVE))))
    assert "Eve Evil" in over
    assert NAME not in over
    target = BytesIO()
    document = pypdfium2.PdfDocument(DRAWN)
    document[0].render(scale=1).to_pil().save(target, "PDF")
    document.close()
    assert text(target.getvalue()).strip() == ""
