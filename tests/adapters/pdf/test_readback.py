"""What was drawn reads back, field by field; nothing else is taken for a certificate."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given, reject, settings
from hypothesis import strategies as st
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from cequiz.adapters.pdf import fonts
from cequiz.adapters.pdf.fonts import Fonts
from cequiz.adapters.pdf.press import ReportLabPress
from cequiz.adapters.pdf.readback import CREATOR
from cequiz.domain.credential.facts import ApprovalFact, Facts, LicenceFact
from cequiz.domain.credential.provider import Signatory
from cequiz.domain.text import first_unsafe
from cequiz.errors import CequizError, Refused
from tests.papers import CERTIFICATES, facts, press, texts

FACES = Fonts(CERTIFICATES / "fonts")
COVERED = [
    chr(code)
    for code in (*range(0x21, 0x590), *range(0x1D00, 0x2600))  # other scripts have tests of their own
    if FACES.covers(fonts.TEXT, chr(code)) and not first_unsafe(chr(code), line=True) and not chr(code).isspace()
]
MARKS = [one for one in COVERED if unicodedata.combining(one)]
LETTERS = [one for one in COVERED if one.isalpha()]

WORD = st.text(st.sampled_from(LETTERS) | st.sampled_from("-'.’–") | st.sampled_from(COVERED), min_size=1, max_size=14)
MARKED = st.builds(
    lambda letter, mark, rest: letter + mark + rest, st.sampled_from(LETTERS), st.sampled_from(MARKS), WORD
)
HYPHENED = st.lists(WORD, min_size=2, max_size=3).map(lambda words: "- ".join(words) + "-")


def phrases(most: int) -> st.SearchStrategy[str]:
    """Return texts of words, marks and hyphens, at most so many words long."""
    return st.lists(WORD | MARKED | HYPHENED, min_size=1, max_size=most).map(" ".join)


PEOPLE = st.builds(Signatory, phrases(2), phrases(2) | st.just(""))
FACTS = st.builds(
    facts,
    provider_name=phrases(9),
    provider_contact=phrases(4),
    student_name=phrases(8),
    course_title=phrases(9),
    licences=st.lists(st.builds(LicenceFact, st.sampled_from(["FL", "NY", "CA"]), WORD), max_size=4).map(tuple),
    subjects=st.lists(phrases(2), max_size=4).map(tuple),
    approvals=st.lists(
        st.builds(ApprovalFact, WORD, WORD | st.just(""), WORD | st.just(""), st.just("T"), st.just("16")), max_size=3
    ).map(tuple),
    instructors=st.lists(PEOPLE, min_size=1, max_size=2).map(tuple),
    administrator=PEOPLE,
    place=phrases(5) | st.just(""),
    ce_hours=st.sampled_from(["16", "1.5", "0.25", "120"]),
    score=st.sampled_from(["92 %", "100 %", ""]),
    footer=phrases(12) | st.just(""),
    number=st.sampled_from(["CQ-2026-000123", "CQ-2026-999999999-R12", None]),
    revision=st.sampled_from([0, 1]),
    revision_note=phrases(3),
)


@settings(max_examples=60, deadline=None)
@given(FACTS)
def test_every_printed_field_reads_back_equal(one: Facts) -> None:
    try:
        pdf = PRESS.draw(one)
    except Refused:  # too long for the page
        reject()
    assert PRESS.read_fields(pdf) == texts(one)


PRESS = press()


def test_every_character_that_names_may_have_reads_back() -> None:
    for start in range(0, len(COVERED), 12):
        name = " ".join(f"A{one}B" for one in COVERED[start : start + 12])
        one = facts(student_name=name, provider_name=name)
        assert PRESS.read_fields(PRESS.draw(one)) == texts(one)


@pytest.mark.parametrize(
    "changes",
    [
        {"student_name": "O'Brien & <b>Sons</b>"},
        {"student_name": "</para><b>x</b><img src='/etc/hostname'/>"},
        {"student_name": "%s {0} \\1 (unbalanced ( \\) >> endstream"},
        {"student_name": "x̣́ Zoe\u0308 e\u0301"},
        {"student_name": "Ελένη Παπαδοπούλου-Ζωγράφου"},
        {"student_name": "Александра Ђорђевић"},
        {"student_name": "Nguyễn Thị Minh Khai"},
        {"student_name": "Wolfeschlegelsteinhausenbergerdorff" * 2},
        {"student_name": "Ana Maria " * 7 + "Sosa"},
        {"course_title": "Assessment of the Cervical Spine, Shoulder and Upper Extremity for Manual Therapists - " * 2},
        {"course_title": "Two  spaces and a\u00a0hard one"},
        {"provider_name": "The Greater Metropolitan Academy of Orthopedic Massage and Continuing Education " * 2},
        {"licences": tuple(LicenceFact(state, "CAMTC 551-20") for state in ("FL", "TX", "NY", "CA"))},
        {"licences": (), "approvals": (), "subjects": (), "score": "", "footer": "", "place": "", "instructors": ()},
        {
            "approvals": tuple(
                ApprovalFact(f"Board of Massage Therapy {n}", "50-12345", "20-678901", "T", "16") for n in "abc"
            )
        },
        {"number": None},
        {
            "number": "CQ-2026-000123-R1",
            "revision": 1,
            "revision_note": "Replaces CQ-2026-000123: the name was corrected",
        },
        {"student_name": "SPECIMEN", "course_title": "SPECIMEN"},
        {"number": None, "revision": 1, "revision_note": "x"},
    ],
)
def test_hard_cases_print_literally(press: ReportLabPress, changes: dict[str, Any]) -> None:
    one = facts(**changes)
    assert press.read_fields(press.draw(one)) == texts(one)


def _page(write: Callable[[Canvas], object], **options: Any) -> bytes:
    target = BytesIO()
    canvas = Canvas(target, pagesize=(792, 612), **options)
    canvas.setCreator(CREATOR)
    write(canvas)
    canvas.showPage()
    canvas.save()
    return target.getvalue()


def _foreign() -> bytes:
    return _page(lambda canvas: canvas.setCreator("something else"))


def _two_pages() -> bytes:
    return _page(lambda canvas: canvas.showPage())


def _without_structure() -> bytes:
    return _page(lambda canvas: canvas.setPageSize((612, 792)))


def _encrypted() -> bytes:
    return _page(lambda canvas: canvas.drawString(9, 9, "x"), encrypt=StandardEncryption("secret", strength=128))


@pytest.mark.parametrize(
    ("pdf", "words"),
    [
        (b"", "readable PDF"),
        (b"plain text", "readable PDF"),
        (b"%PDF-1.4\n%%EOF", "readable PDF"),
        (_encrypted(), "readable PDF"),
        (_foreign(), "not a certificate"),
        (_two_pages(), "not a certificate"),
        (_without_structure(), "not a certificate"),
        (b"%PDF-" + b"x" * 21_000_000, "too large"),
    ],
    ids=["empty", "text", "hollow", "encrypted", "foreign", "two pages", "no structure", "too large"],
)
def test_anything_else_is_refused_with_a_sentence(press: ReportLabPress, pdf: bytes, words: str) -> None:
    with pytest.raises(Refused, match=words):
        press.read_fields(pdf)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_damaged_certificate_never_ends_in_a_crash(data: st.DataObject) -> None:
    pdf = bytearray(PRESS.draw(facts()))
    start = data.draw(st.integers(0, len(pdf) - 1))
    if data.draw(st.booleans()):
        del pdf[start:]
    else:
        pdf[start : start + 40] = data.draw(st.binary(max_size=80))
    try:
        PRESS.read_fields(bytes(pdf))
    except CequizError as error:
        assert error.sentence.endswith(".")
