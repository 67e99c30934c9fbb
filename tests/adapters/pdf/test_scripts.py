"""A name in any script that the fonts cover stands on the certificate and is read back as it was written."""

from __future__ import annotations

from pathlib import Path
from random import Random
from unicodedata import normalize

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from cequiz.adapters.pdf.added_fonts import add_font
from cequiz.adapters.pdf.fonts import Fonts
from cequiz.adapters.pdf.press import ReportLabPress
from cequiz.errors import Refused
from tests.papers import CERTIFICATES, facts

NAMES = {
    "Latin": ["Marisol", "Office", "Fjord", "O’Brien", "D'Souza", "Ñúñez", "Jean-Luc"],
    "Polish": ["Łukasz", "Żółć", "Świętosława", "Gżegżółka"],
    "Vietnamese": ["Nguyễn", "Thị", "Hồng", "Ánh", "Phượng", "Đặng"],
    "Yoruba": ["Ọláyínká", "Adébáyọ̀", "Ẹ̀gbẹ́", "Ṣadé"],
    "Icelandic": ["Þórunn", "Guðrún", "Ægir"],
    "Turkish": ["İbrahim", "Işık", "Çağrı"],
    "Greek": ["Γιώργος", "Παπαδόπουλος", "Ἀθηνᾶ", "Ωρίων"],
    "Cyrillic": ["Ольга", "Щёлокова", "Ђорђевић", "Їжакевич"],
    "Hebrew": ["שָׂרָה", "כֹּהֵן", "דניאל", "לוי"],
    "Arabic": ["محمد", "عبد الرحمن", "الأحمد", "قنبر", "ثابت"],
    "Persian": ["علی‌رضا", "پژوهش", "گچساران", "۱۲۳"],
    "Devanagari": ["क्षितिज", "श्रीवास्तव", "सिद्धार्थ", "ज्ञानेश्वर", "त्र्यम्बक"],
    "Thai": ["ณัฐพล", "ศรีสุข", "น้ำทิพย์", "พิมพ์ชนก"],
}


def read_back(press: ReportLabPress, name: str) -> str:
    return press.read_fields(press.draw(facts(student_name=name)))["name"]


@pytest.mark.parametrize("script", NAMES)
def test_names_of_a_script_read_back_as_they_were_written(press: ReportLabPress, script: str) -> None:
    random = Random(script)
    for _ in range(8):
        name = " ".join(random.choices(NAMES[script], k=random.randint(1, 4)))
        assert press.uncovered(name) == ()
        assert read_back(press, name) == name


@given(
    st.lists(
        st.sampled_from([one for names in NAMES.values() for one in names] + ["(12)", "[3]", "LMT,"]),
        min_size=1,
        max_size=4,
    )
)
@example(["Marisol", "שָׂרָה", "۱۲۳", "۱۲۳"])
@example(["محمد", "۱۲۳", "(12)", "[3]"])
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_mixed_names_read_back_as_they_were_written(press: ReportLabPress, words: list[str]) -> None:
    name = " ".join(words)
    assert read_back(press, name) == name


@pytest.mark.parametrize("script", NAMES)
def test_a_name_that_is_long_stays_whole_over_two_lines(press: ReportLabPress, script: str) -> None:
    name = " ".join((NAMES[script] * 5)[:10])[:90].strip()
    assert read_back(press, name) == name


@pytest.mark.parametrize("name", ["Ẹ̀gbẹ́", "Nguyễn", "שָׂרָה", "Ἀθηνᾶ"])
def test_composed_and_decomposed_letters_are_both_printed(press: ReportLabPress, name: str) -> None:
    for form in ("NFC", "NFD"):
        assert press.uncovered(normalize(form, name)) == ()


@pytest.mark.parametrize("name", ["王小明", "Анна 王", "محمد\u0cad", "\U0001f600"])
def test_a_script_that_no_font_has_is_refused_by_its_code_point(press: ReportLabPress, name: str) -> None:
    missing = press.uncovered(name)
    assert missing
    with pytest.raises(Refused, match=rf"U\+{ord(missing[0]):04X}"):
        press.draw(facts(student_name=name))


SYSTEM = Path("/usr/share/fonts/truetype")
EASTERN = {
    "Korean": (SYSTEM / "nanum" / "NanumMyeongjo.ttf", "김철수"),
    "Japanese": (SYSTEM.parent / "opentype" / "ipaexfont-mincho" / "ipaexm.ttf", "山田 花子"),
    "Chinese": (SYSTEM / "wqy" / "wqy-microhei.ttc", "王小明"),
}


@pytest.mark.parametrize("script", EASTERN)
def test_eastern_names_are_printed_with_a_font_that_was_added(tmp_path: Path, script: str) -> None:
    font, name = EASTERN[script]
    if not font.is_file():
        pytest.skip(f"{font} is not installed")
    add_font(font, tmp_path, shipped=Fonts(CERTIFICATES / "fonts").shipped())
    assert read_back(ReportLabPress(CERTIFICATES, fonts=tmp_path), f"Zoë {name} (12)") == f"Zoë {name} (12)"


def test_the_shipped_fonts_cover_what_they_promise() -> None:
    faces = Fonts(CERTIFICATES / "fonts")
    whole = [
        (0x20, 0x7E),
        (0xA1, 0xAC),
        (0xAE, 0x17F),
        (0x1EA0, 0x1EF9),
        (0x391, 0x3A1),
        (0x3A3, 0x3CE),
        (0x400, 0x45F),
    ]
    whole += [(0x5D0, 0x5EA), (0x621, 0x63A), (0x641, 0x64A), (0x905, 0x939), (0xE01, 0xE3A), (0xE3F, 0xE5B)]
    for first, last in whole:
        assert not faces.uncovered("".join(map(chr, range(first, last + 1))))
