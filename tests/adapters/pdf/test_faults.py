"""The judge of PDF/A and PDF/UA that the other tests rely on sees faults: each is planted in a file that is sound."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Encryption, Name

from tests.adapters.pdf.sheets import broken_rules, sheet

Plant = Callable[[pikepdf.Pdf], None]


def _first(pdf: pikepdf.Pdf, kind: str, value: str) -> pikepdf.Object:
    """Return the first dictionary of the file in which `kind` is `value`."""
    return next(
        one
        for one in pdf.objects
        if isinstance(one, pikepdf.Dictionary | pikepdf.Stream) and one.get(kind) == Name(value)
    )


def _drop(key: str) -> Plant:
    def plant(pdf: pikepdf.Pdf) -> None:
        del pdf.Root[key]

    return plant


def _drop_from(kind: str, value: str, key: str) -> Plant:
    def plant(pdf: pikepdf.Pdf) -> None:
        del _first(pdf, kind, value)[key]

    return plant


def _redraw(change: Callable[[bytes], bytes]) -> Plant:
    def plant(pdf: pikepdf.Pdf) -> None:
        page = pdf.pages[0]
        page.Contents = pdf.make_stream(change(page.Contents.read_bytes()))

    return plant


def _untag(content: bytes) -> bytes:
    start = content.index(b"/P <</MCID")
    opened, closed = content.index(b"BDC", start) + 3, content.index(b"EMC", start)
    return content[:start] + content[opened:closed] + content[closed + 3 :]


def _wrong_widths(pdf: pikepdf.Pdf) -> None:
    font = _first(pdf, "/Subtype", "/CIDFontType2")
    font.W = Array([Array([900] * len(one)) if isinstance(one, Array) else one for one in font.W])


def _no_characters(pdf: pikepdf.Pdf) -> None:
    for one in pdf.objects:
        if isinstance(one, pikepdf.Dictionary) and "/ToUnicode" in one:
            del one["/ToUnicode"]


def _script(pdf: pikepdf.Pdf) -> None:
    pdf.Root.OpenAction = Dictionary(S=Name.JavaScript, JS="app.alert(1)")


CMYK = b"/Artifact BMC 1 0 0 0 k 0 0 9 9 re f EMC\n"


def _unknown_element(pdf: pikepdf.Pdf) -> None:
    _first(pdf, "/S", "/H1").S = Name("/Headline")


FAULTS: dict[str, tuple[Plant, set[str]]] = {
    "no output intent": (_drop("/OutputIntents"), {"3a"}),
    "no XMP packet": (_drop("/Metadata"), {"3a", "ua1"}),
    "no language": (_drop("/Lang"), {"ua1"}),
    "not marked as tagged": (_drop("/MarkInfo"), {"3a", "ua1"}),
    "no structure": (_drop("/StructTreeRoot"), {"3a", "ua1"}),
    "font not embedded": (_drop_from("/Type", "/FontDescriptor", "/FontFile2"), {"3a", "ua1"}),
    "no text behind the glyphs": (_no_characters, {"3a", "ua1"}),
    "wrong widths": (_wrong_widths, {"3a", "ua1"}),
    "a script": (_script, {"3a"}),
    "an attachment that belongs to nothing": (_drop_from("/Type", "/Filespec", "/AFRelationship"), {"3a"}),
    "title not shown": (_drop("/ViewerPreferences"), {"ua1"}),
    "picture without a description": (_drop_from("/S", "/Figure", "/Alt"), {"ua1"}),
    "text outside the structure": (_redraw(_untag), {"ua1"}),
    "colours of a printing press": (_redraw(lambda content: CMYK + content), {"3a"}),
    "an unknown kind of element": (_unknown_element, {"3a", "ua1"}),
}


def _saved(pdf: pikepdf.Pdf, *, encryption: Encryption | bool = False) -> bytes:
    target = BytesIO()
    pdf.save(target, encryption=encryption)
    return target.getvalue()


def test_a_file_that_was_only_copied_is_sound() -> None:
    """Otherwise the faults below would be those of the copying."""
    with pikepdf.open(BytesIO(sheet())) as pdf:
        assert broken_rules(_saved(pdf)) == {}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_seen_under_the_standards_that_forbid_it(fault: str) -> None:
    """A page that a screen reader or an archive would refuse would be called sound."""
    plant, standards = FAULTS[fault]
    with pikepdf.open(BytesIO(sheet())) as pdf:
        plant(pdf)
        assert broken_rules(_saved(pdf)).keys() == standards


def test_encryption_is_seen() -> None:
    """An archive must be able to read the file without a password."""
    with pikepdf.open(BytesIO(sheet())) as pdf:
        assert "3a" in broken_rules(_saved(pdf, encryption=Encryption(owner="secret", user="")))


def test_a_missing_line_end_before_the_end_of_a_stream_is_seen() -> None:
    """It is what ReportLab leaves out, so a judge that overlooks it would not notice if it came back."""
    sound = sheet()
    assert "3a" in broken_rules(sound.replace(b"\nendstream", b" endstream", 1))
