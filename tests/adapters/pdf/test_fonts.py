"""The fonts of a certificate: what they cover, how wide a line is, and what a file holds of them."""

from __future__ import annotations

import re
import shutil
import socket
import subprocess
import sys
import zlib
from dataclasses import dataclass
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

import pikepdf
import pytest
from reportlab.lib.colors import HexColor
from reportlab.pdfgen.canvas import Canvas

from cequiz.adapters.pdf import fonts
from cequiz.adapters.pdf.added_fonts import add_font, added_faces, font_files
from cequiz.adapters.pdf.face import Face
from cequiz.adapters.pdf.fonts import Fonts
from cequiz.adapters.pdf.sheet import Sheet
from cequiz.errors import EnvironmentFailed, NotAllowed, NotFound, Refused
from tests.adapters.pdf.made_fonts import KOREAN, korean_font
from tests.adapters.pdf.sheets import ABOUT, shipped_fonts
from tests.papers import CERTIFICATES

FOLDER = CERTIFICATES / "fonts"
ROOT = CERTIFICATES.parent


def drawn(*texts: str, font: str = fonts.NAME, tracking: float = 0.0, faces: Fonts | None = None) -> bytes:
    """Return a page with lines of text."""
    sheet = Sheet(400, 400, ABOUT)
    for number, text in enumerate(texts):
        with sheet.tagged("P"):
            (faces or shipped_fonts()).draw(sheet.canvas, 20, 20 + 30 * number, text, font, 20, tracking)
    return sheet.finish()


@dataclass(frozen=True)
class Embedded:
    """What a file holds of a font."""

    name: str
    program: bytes
    widths: list[Any]
    table: str
    """From codes to text."""

    @property
    def texts(self) -> list[tuple[int, str]]:
        """Return what the codes stand for."""
        pairs = re.findall(r"^<([0-9A-F]{4})> <([0-9A-F]+)>$", self.table, re.M)
        return [(int(code, 16), bytes.fromhex(text).decode("utf-16-be")) for code, text in pairs]


def embedded(pdf: bytes) -> dict[str, Embedded]:
    """Return the fonts of a page by their resource names."""
    with pikepdf.open(BytesIO(pdf)) as document:
        return {
            str(name): Embedded(
                str(font.BaseFont),
                font.DescendantFonts[0].FontDescriptor.FontFile2.read_bytes(),
                [
                    [float(one) for one in part] if count % 2 else int(part)
                    for count, part in enumerate(font.DescendantFonts[0].W)
                ],
                font.ToUnicode.read_bytes().decode("ascii"),
            )
            for name, font in document.pages[0].Resources.Font.items()
        }


def test_faces_cover_latin_with_all_diacritics_greek_and_cyrillic() -> None:
    faces = shipped_fonts()
    text = "Łódź Żółć Nguyễn Thị Ọláyínká Ẹ̀gbẹ́ İstanbul Œuvre Þór Ἀθηνᾶ Ωρίων Щёлокова Ђорђевић Їжак"
    for font in (fonts.TEXT, fonts.NAME, fonts.ITALIC):
        assert faces.best(font, text) == font
        assert faces.covers(font, text)


def test_a_face_without_a_letter_gives_way_for_the_whole_line() -> None:
    faces = shipped_fonts()
    assert faces.best(fonts.CAPITALS, "Łódź School") == fonts.CAPITALS
    assert faces.best(fonts.CAPITALS, "Щ School") == fonts.NAME
    assert faces.best(fonts.SCRIPT, "Ωρίων") == fonts.ITALIC
    assert faces.best(fonts.CAPITALS, "Школа محمد") == fonts.NAME
    assert faces.best(fonts.CAPITALS, "محمد") == fonts.CAPITALS


def test_uncovered_characters_are_named_once_in_their_order() -> None:
    assert shipped_fonts().uncovered("Zoë 王王芳 (محمد) \u00ad") == ("王", "芳", "\u00ad")


def test_a_width_is_what_the_line_takes() -> None:
    faces = shipped_fonts()
    one = faces.width(fonts.NAME, "AVATAR", 20)
    assert faces.width(fonts.NAME, "AVATAR", 40) == pytest.approx(2 * one)
    assert faces.width(fonts.NAME, "AVATAR", 20, 3) == pytest.approx(one + 3 * 5)
    assert faces.draw(Canvas(BytesIO()), 0, 0, "AVATAR", fonts.NAME, 20) == one
    assert faces.width(fonts.NAME, "", 20) == 0


def test_a_line_is_drawn_in_the_colour_that_is_asked_for() -> None:
    canvas = Canvas(BytesIO())
    shipped_fonts().draw(canvas, 0, 0, "A", fonts.TEXT, 10, colour=HexColor("#9C7A35"))
    assert ".611765 .478431 .207843 rg" in canvas.getCurrentPageContent()


def test_words_that_are_ornament_are_outlines() -> None:
    path = shipped_fonts().trace(Canvas(BytesIO()), 10, 20, "Lee Sample", fonts.SCRIPT, 20)
    code = path.getCode()
    assert code.count(" c") > 50
    numbers = [float(one) for one in re.findall(r"-?\d+\.?\d*", code)]
    assert max(numbers) < 10 + shipped_fonts().width(fonts.SCRIPT, "Lee Sample", 20) + 10


def test_pages_in_plain_letters_share_one_subset() -> None:
    first, second = embedded(drawn("Marisol Ortega")), embedded(drawn("Fjodor Quick"))
    assert list(first) == list(second) == ["/CqName"]
    assert first == second


def test_other_letters_are_in_a_small_subset_beside_it() -> None:
    found = embedded(drawn("Zoë"))
    assert list(found) == ["/CqName", "/CqName+"]
    assert len(zlib.compress(found["/CqName+"].program)) < 1000


def test_two_weights_of_one_family_stay_two_fonts() -> None:
    sheet = Sheet(400, 400, ABOUT)
    with sheet.tagged("P"):
        for number, font in enumerate((fonts.TEXT, fonts.NAME)):
            shipped_fonts().draw(sheet.canvas, 20, 20 + 30 * number, "Marisol", font, 20)
    found = embedded(sheet.finish())
    assert len({one.name for one in found.values()}) == len({one.program for one in found.values()}) == 2


def test_shipped_fonts_have_names_of_their_own_and_no_hints() -> None:
    names = set()
    for path in FOLDER.glob("*.ttf"):
        face = Face("Test", path)
        assert not {"fpgm", "prep", "cvt ", "fvar"} & set(face.hb_face.table_tags), path.name
        names.add(face.hb_face.get_name(6))
    assert len(names) == len(list(FOLDER.glob("*.ttf"))) == 9


def test_shipped_fonts_are_small() -> None:
    assert sum(path.stat().st_size for path in FOLDER.glob("*.ttf")) < 2_000_000


def test_widths_in_the_file_are_those_of_the_glyphs() -> None:
    face = Face("Test", FOLDER / "EBGaramond-Medium.ttf")
    for font in embedded(drawn("Zoë AVATAR Żółć")).values():
        said = {
            start + number: width
            for start, widths in zip(font.widths[::2], font.widths[1::2], strict=True)
            for number, width in enumerate(widths)
        }
        assert said == {code: pytest.approx(face.advance(code), abs=0.01) for code, _ in font.texts}


NAMES = (
    "Zoë Office ﬁ", "Nguyễn Thị Hồng Ánh", "Ọláyínká Ẹ̀gbẹ́", "Щёлокова Παπαδόπουλος", "محمد عبد الرحمن الأحمد بن قنبر",
    "علی‌رضا ۱۲۳", "שָׂרָה כֹּהֵן", "क्षितिज श्रीवास्तव", "น้ำทิพย์", "Zoë (محمد) 12",
)  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_every_code_stands_for_text_that_the_standards_allow(name: str) -> None:
    for font in embedded(drawn(name)).values():
        assert all(int(count) <= 100 for count in re.findall(r"^(\d+) beginbfchar", font.table, re.M))
        pairs = font.texts
        assert pairs
        for one, other in pairwise(pairs):
            assert one[0] < other[0]
        for _, text in pairs:
            assert text
            assert not {"\0", "\ufeff", "\ufffe"} & set(text)
            assert not any("\ue000" <= character <= "\uf8ff" for character in text)


def test_a_ligature_reads_as_its_letters() -> None:
    face = Face("Test", FOLDER / "EBGaramond-Medium.ttf")
    found = dict(embedded(drawn("Office"))["/CqName"].texts)
    assert found[face.glyph("O") or 0] == "O"
    assert {"fi", "ffi", "fl"} <= set(found.values())


def test_a_glyph_that_stands_for_two_texts_has_a_code_for_each() -> None:
    found = embedded(drawn("بن تن ثن"))["/CqArabic+"]
    texts = [text for _, text in found.texts]
    assert {"ب", "ت", "ث", "ن"} <= set(texts)


SAME_ELSEWHERE = """
from hashlib import sha256
from tests.adapters.pdf.test_fonts import NAMES, drawn
drawn("something", "else محمد")
print(sha256(drawn(*NAMES, tracking=1.5)).hexdigest(), end="")
"""


@pytest.mark.parametrize("seed", ["0", "77"])
def test_the_same_text_gives_the_same_bytes_in_another_process(seed: str) -> None:
    from hashlib import sha256

    ran = subprocess.run(
        [sys.executable, "-c", SAME_ELSEWHERE],
        cwd=ROOT,
        env={"PYTHONHASHSEED": seed, "PYTHONPATH": "src"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stdout == sha256(drawn(*NAMES, tracking=1.5)).hexdigest()


@pytest.mark.parametrize("size", [None, 0, 3, 100, 5000])
def test_a_missing_or_broken_shipped_font_is_named(tmp_path: Path, size: int | None) -> None:
    shutil.copytree(FOLDER, tmp_path, dirs_exist_ok=True)
    broken = tmp_path / "NotoSerifThai-Regular.ttf"
    sound = broken.read_bytes()
    broken.unlink()
    if size is not None:
        broken.write_bytes(sound[:size])
    with pytest.raises(EnvironmentFailed, match=r"NotoSerifThai-Regular\.ttf"):
        Fonts(tmp_path).uncovered("x")


@pytest.fixture
def without_thai(tmp_path: Path) -> dict[str, Face]:
    """Return the shipped fonts as if there were none for Thai."""
    return {file: face for file, face in shipped_fonts().shipped().items() if "Thai" not in file}


THAI = FOLDER / "NotoSerifThai-Regular.ttf"


def test_an_added_font_prints_what_the_shipped_ones_cannot(tmp_path: Path, without_thai: dict[str, Face]) -> None:
    house = tmp_path / "fonts"
    added = add_font(THAI, house, shipped=without_thai)
    assert added.scripts == ("Thai",)
    assert added_faces(house)["NotoSerifThai-Regular.ttf"].codes
    listed = font_files(without_thai, house)
    assert [one.file for one in listed if one.added] == ["NotoSerifThai-Regular.ttf"]
    assert listed[0].scripts == ("Latin", "Greek", "Cyrillic")
    # Adding it once more changes nothing.
    assert add_font(THAI, house, shipped=without_thai) == added
    assert len(list(house.iterdir())) == 1


def test_a_font_that_brings_nothing_new_is_refused(tmp_path: Path, without_thai: dict[str, Face]) -> None:
    with pytest.raises(Refused, match="lack"):
        add_font(FOLDER / "Cinzel-Regular.ttf", tmp_path, shipped=without_thai)
    assert not list(tmp_path.iterdir())


def test_another_font_of_the_same_name_is_not_written_over(tmp_path: Path, without_thai: dict[str, Face]) -> None:
    house, other = tmp_path / "fonts", tmp_path / THAI.name
    add_font(THAI, house, shipped=without_thai)
    other.write_bytes(THAI.read_bytes() + b"\0")
    with pytest.raises(NotAllowed, match="added before"):
        add_font(other, house, shipped=without_thai)
    assert (house / THAI.name).read_bytes() == THAI.read_bytes()


def changed(place: int, value: bytes) -> bytes:
    data = bytearray(THAI.read_bytes())
    data[place : place + len(value)] = value
    return bytes(data)


def table(tag: bytes) -> int:
    """Return where a table of the Thai font begins."""
    data = THAI.read_bytes()
    entry = data.index(tag, 12)
    return int.from_bytes(data[entry + 8 : entry + 12], "big")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "not a font"),
        (b"%PDF-1.7", "not a font"),
        (b"OTTO" + bytes(100), "not a TrueType font"),
        (b"wOF2" + bytes(100), "not a TrueType font"),
        (THAI.read_bytes()[:4000], "not a font"),
        (changed(4, b"\xff\xff"), "not a font"),
        (changed(table(b"OS/2") + 8, b"\x00\x02"), "does not allow"),
        (changed(table(b"OS/2") + 8, b"\x02\x00"), "does not allow"),
    ],
)
def test_a_file_that_cannot_be_embedded_is_refused(
    tmp_path: Path, without_thai: dict[str, Face], data: bytes, words: str
) -> None:
    source = tmp_path / "font.ttf"
    source.write_bytes(data)
    with pytest.raises(Refused, match=words):
        add_font(source, tmp_path / "fonts", shipped=without_thai)
    assert not (tmp_path / "fonts").exists()


def test_a_damaged_font_is_refused_or_prints_but_never_crashes(tmp_path: Path) -> None:
    sound, random = korean_font(tmp_path).read_bytes(), Random(7)
    outcomes = set()
    for number in range(60):
        data = bytearray(sound)
        for _ in range(random.choice([1, 3, 20])):
            data[random.randrange(random.choice([400, len(data)]))] = random.randrange(256)
        house, source = tmp_path / str(number), tmp_path / f"{number}.ttf"
        source.write_bytes(data)
        try:
            add_font(source, house, shipped=shipped_fonts().shipped())
        except Refused:
            outcomes.add("refused")
        else:
            assert drawn(KOREAN, faces=Fonts(FOLDER, house)).startswith(b"%PDF")
            outcomes.add("printed")
    assert outcomes == {"refused", "printed"}


def test_a_font_that_is_not_there_is_named(tmp_path: Path, without_thai: dict[str, Face]) -> None:
    with pytest.raises(NotFound, match=r"none\.ttf"):
        add_font(tmp_path / "none.ttf", tmp_path, shipped=without_thai)


@pytest.mark.skipif(not hasattr(socket, "AF_UNIX"), reason="there are no such files")
def test_what_is_no_file_is_not_read_for_a_font(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, without_thai: dict[str, Face]
) -> None:
    monkeypatch.chdir(tmp_path)  # the name of a socket is short
    with socket.socket(socket.AF_UNIX) as odd:
        odd.bind("odd.ttf")
        with pytest.raises(Refused, match="not a font"):  # a device is read without end, and a pipe for ever
            add_font(tmp_path / "odd.ttf", tmp_path / "fonts", shipped=without_thai)


def test_a_broken_added_font_is_named(tmp_path: Path) -> None:
    (tmp_path / "broken.ttf").write_bytes(b"no font")
    with pytest.raises(EnvironmentFailed, match=r"broken\.ttf"):
        Fonts(FOLDER, tmp_path).uncovered("x")


def test_controls_are_never_covered_even_where_a_font_has_a_glyph_for_them(tmp_path: Path) -> None:
    korean_font(tmp_path)
    assert Fonts(FOLDER, tmp_path).uncovered(f"{KOREAN}\t\r\0") == ("\t", "\r", "\0")


def test_a_house_without_fonts_of_its_own_has_the_shipped_ones(tmp_path: Path) -> None:
    assert Fonts(FOLDER, tmp_path / "none").uncovered("Zoë 王") == ("王",)
