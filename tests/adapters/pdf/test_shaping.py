"""Names look as their scripts ask: joined, marked, ordered, and never with a mark in another font than its letter."""

from __future__ import annotations

from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cequiz.adapters.pdf.face import Face
from cequiz.adapters.pdf.shaping import Run, clusters, shape, uncovered
from tests.papers import CERTIFICATES


def face(file: str) -> Face:
    return Face(file.split("-", maxsplit=1)[0], CERTIFICATES / "fonts" / file)


LATIN, ARABIC = face("EBGaramond-Regular.ttf"), face("NotoNaskhArabic-Regular.ttf")
HEBREW, INDIC, THAI = (face(f"NotoSerif{one}-Regular.ttf") for one in ("Hebrew", "Devanagari", "Thai"))
CHAIN = (LATIN, ARABIC, HEBREW, INDIC, THAI)


def numbers(runs: list[Run]) -> list[int]:
    return [glyph.number for run in runs for glyph in run.glyphs]


def width(runs: list[Run]) -> float:
    return sum(glyph.advance for run in runs for glyph in run.glyphs)


def said(runs: list[Run]) -> str:
    return "".join(glyph.text for run in runs for glyph in run.glyphs)


def apart(text: str) -> int:
    """Return how many glyphs the characters of a text have when each stands alone."""
    return sum(len(numbers(shape(one, CHAIN))) for one in text)


def test_latin_is_kerned_and_has_its_standard_ligatures() -> None:
    assert width(shape("AVATAR", CHAIN)) < sum(width(shape(one, CHAIN)) for one in "AVATAR")
    assert len(numbers(shape("fi", CHAIN))) == 1
    assert said(shape("Office", CHAIN)) == "Office"


def test_latin_has_no_discretionary_ligatures() -> None:
    assert len(numbers(shape("act st", CHAIN))) == len("act st")


def test_letter_spaced_text_has_no_ligatures_but_arabic_stays_joined() -> None:
    assert len(numbers(shape("fi", CHAIN, tracked=True))) == 2
    assert numbers(shape("محمد", CHAIN, tracked=True)) == numbers(shape("محمد", CHAIN))


@pytest.mark.parametrize("name", ["محمد", "علی", "شششس"])
def test_arabic_letters_are_joined(name: str) -> None:
    alone = [number for one in reversed(name) for number in numbers(shape(one, CHAIN))]
    assert numbers(shape(name, CHAIN)) != alone


def test_a_joiner_that_keeps_letters_apart_is_obeyed_and_prints_nothing() -> None:
    joined, apart_ = shape("علیرضا", CHAIN), shape("علی‌رضا", CHAIN)
    assert numbers(joined) != numbers(apart_)
    assert not uncovered("علی‌رضا", CHAIN)
    assert said(apart_).count("\u200c") == 1


@pytest.mark.parametrize("name", ["क्षितिज", "श्रीवास्तव", "द्विवेदी", "सिद्धार्थ"])
def test_devanagari_has_conjuncts_and_its_vowel_signs_in_place(name: str) -> None:
    assert len(numbers(shape(name, CHAIN))) < apart(name)
    assert sorted(said(shape(name, CHAIN))) == sorted(name)


def test_a_vowel_sign_that_is_drawn_before_its_letter_stands_before_it() -> None:
    assert numbers(shape("कि", CHAIN))[-1] == INDIC.glyph("क")


@pytest.mark.parametrize(("text", "face_"), [("שָׂרָה", HEBREW), ("น้ำทิพย์", THAI)])
def test_points_and_tone_marks_are_put_over_and_under_their_letters(text: str, face_: Face) -> None:
    runs = shape(text, CHAIN)
    assert [run.face for run in runs] == [face_]
    marks = [glyph for glyph in runs[0].glyphs if not glyph.advance]
    assert marks
    assert width(runs) < sum(width(shape(one, CHAIN)) for one in text) + 1


@pytest.mark.parametrize("letter", ["Ẹ̀", "Ọ̀", "ẹ́", "Ṣ̀"])
def test_a_mark_that_the_font_has_no_place_for_does_not_strike_its_letter(letter: str) -> None:
    runs = shape(normalize("NFC", letter), CHAIN)
    base, mark = runs[0].glyphs
    shape_of, sign = (LATIN.hb_font.get_glyph_extents(one.number) for one in (base, mark))
    lowest = (sign.y_bearing + sign.height) * LATIN.unit + mark.up
    assert lowest > shape_of.y_bearing * LATIN.unit - 10
    middle = base.advance + mark.right + (sign.x_bearing + sign.width / 2) * LATIN.unit
    assert 0 < middle < base.advance


def test_each_part_of_a_mixed_name_has_the_font_of_its_script() -> None:
    runs = shape("Zoë (محمد) शिव", CHAIN)
    assert [run.face for run in runs] == [LATIN, ARABIC, LATIN, INDIC]


def test_numbers_inside_of_arabic_run_from_left_to_right() -> None:
    drawn = said(shape("محمد 123 علي", CHAIN))
    assert "123" in drawn
    assert drawn.index("ي") < drawn.index("1") < drawn.rindex("م")


def test_a_space_or_a_comma_between_words_of_one_script_is_in_their_font() -> None:
    assert [run.face for run in shape("محمد علي", CHAIN)] == [ARABIC]


def test_a_mark_stays_with_its_letter() -> None:
    assert list(clusters("e\u0301x\u0300\u0323 क्षि")) == ["e\u0301", "x\u0300\u0323", " ", "क्", "षि"]
    # The Arabic font has the acute accent too; the letter decides.
    assert [run.face for run in shape("ме\u0301ж", (ARABIC, LATIN))] == [LATIN]


def test_what_no_font_has_is_named_with_its_letter_seen_whole() -> None:
    assert uncovered("Zoë 王", CHAIN) == ["王"]
    assert uncovered("e\u0301 q\u0301", CHAIN) == []
    assert uncovered("a\u20dd", CHAIN) == ["\u20dd"]


@pytest.mark.parametrize("unseen", ["\u00ad", "\u200b", "\u2060", "\ufeff", "\ue000", "\x07", "\u202e"])
def test_what_prints_as_nothing_counts_as_uncovered(unseen: str) -> None:
    assert unseen in uncovered(f"Un{unseen}seen", CHAIN)


@pytest.mark.parametrize("joiner", ["\u200c", "\u200d"])
def test_a_joiner_between_letters_that_never_join_is_refused(joiner: str) -> None:
    assert uncovered(f"An{joiner}na", CHAIN) == [joiner]


LETTERS = "abcfiltÁéẹ̀ΩαЩё שָׂבג محمدع۱ کशक्षिต์น้ำ()[]12-'."


def covered(text: str) -> str:
    """Return a text without what the fonts together do not have, such as the mark of one script on another's letter."""
    while missing := uncovered(text, CHAIN):
        for one in missing:
            text = text.replace(one, "")
    return text


@given(st.text(st.sampled_from(LETTERS), min_size=1, max_size=16).map(covered))
def test_every_character_is_said_once_and_nothing_is_lost(text: str) -> None:
    runs = shape(text, CHAIN)
    mirrored = str.maketrans(")]", "([")  # in text that runs from right to left brackets say what they look like
    assert sorted(said(runs).translate(mirrored)) == sorted(text.translate(mirrored))
    assert all(number for number in numbers(runs)), "a box is drawn where a letter should be"
