"""The page: boxes that never meet, words that stand once, the same bytes everywhere, and refusals instead of ruins."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from itertools import combinations
from pathlib import Path

import pypdfium2
import pytest

from cequiz.adapters.pdf import fonts
from cequiz.adapters.pdf.fonts import Fonts
from cequiz.adapters.pdf.page import BOXES, HEIGHT, WIDTH, Box, lines
from cequiz.adapters.pdf.press import ReportLabPress
from cequiz.adapters.pdf.template import read_template
from cequiz.adapters.preview import preview
from cequiz.domain.bank.course import Delivery
from cequiz.domain.credential.facts import ApprovalFact, Facts
from cequiz.errors import EnvironmentFailed, NotFound, Refused
from tests import papers
from tests.papers import CERTIFICATES, facts, texts

ROOT = CERTIFICATES.parent

SAME_ELSEWHERE = """
import sys
from hashlib import sha256
from tests.papers import facts, press
machine = press()
if len(sys.argv) > 1:
    machine.draw(facts(student_name="Σία Ђорђевић", number=None))
sys.stdout.write(sha256(machine.draw(facts())).hexdigest() + sha256(machine.draw(facts(number=None))).hexdigest())
"""


def words(pdf: bytes) -> str:
    """Return everything that a reader of the file can extract, runs of space folded."""
    document = pypdfium2.PdfDocument(pdf)
    page = document[0]
    text = page.get_textpage()
    found: str = text.get_text_range()
    text.close()
    page.close()
    document.close()
    return " ".join(found.split())


def _apart(one: Box, other: Box) -> bool:
    return one.right <= other.left or other.right <= one.left or one.top <= other.bottom or other.top <= one.bottom


def test_boxes_are_on_the_page_and_never_meet() -> None:
    for box in BOXES.values():
        assert 55 < box.left < box.right < WIDTH - 55, "inside the border"
        assert 55 < box.bottom < box.top < HEIGHT - 55
    for one, other in combinations(BOXES, 2):
        assert _apart(BOXES[one], BOXES[other]), f"{one} meets {other}"


def test_every_field_that_can_be_printed_has_a_box() -> None:
    fullest = facts(revision=1, revision_note="x")
    names = {field.name for field in (*fullest.printed_fields(), *facts(number=None).printed_fields())}
    assert names - {"specimen"} == set(BOXES)


@pytest.mark.parametrize(
    "one",
    [
        facts(),
        facts(
            student_name="Ana Maria " * 19, course_title="Assessments of everything " * 6, provider_name="School " * 20
        ),
        facts(approvals=tuple(ApprovalFact(f"Board of {n}", "12345", "67890", "T", "16") for n in "abcd")),
    ],
)
def test_every_line_stays_inside_its_box(one: Facts) -> None:
    faces = Fonts(CERTIFICATES / "fonts")
    for line in lines(one, faces):
        right, top = line.x + faces.width(line.font, line.text, line.size), line.y + line.size * 0.7
        assert any(
            box.left - 0.01 <= line.x and right <= box.right + 0.01 and box.bottom <= line.y and top <= box.top + 1
            for box in BOXES.values()
        ), line


def test_the_words_that_people_search_for_stand_once(press: ReportLabPress) -> None:
    issued, preview = words(press.draw(facts())), words(press.draw(facts(number=None)))
    for text in (issued, preview):
        assert text.count("Certificate of Achievement") == 1
        assert text.count("16 CE hours") == 1
    assert issued.upper().count("SPECIMEN") == 0
    assert preview.upper().count("SPECIMEN") == 1
    assert "CEU" not in issued


def test_a_specimen_looks_different_across_the_page(press: ReportLabPress) -> None:
    assert len(press.draw(facts(number=None))) > len(press.draw(facts()))


@pytest.mark.parametrize("arguments", [[], ["after another document"]])
def test_the_same_facts_give_the_same_bytes_in_another_process(press: ReportLabPress, arguments: list[str]) -> None:
    from hashlib import sha256

    here = "".join(sha256(press.draw(one)).hexdigest() for one in (facts(), facts(number=None)))
    ran = subprocess.run(
        [sys.executable, "-c", SAME_ELSEWHERE, *arguments], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert ran.stdout == here


def test_a_certificate_is_small_enough_to_send(press: ReportLabPress) -> None:
    assert len(press.draw(facts())) < 100_000


def test_what_cannot_be_printed_is_refused_and_named(press: ReportLabPress) -> None:
    assert press.uncovered("Zoë 王王芳") == ("王", "芳")
    assert press.uncovered("Un\u00adseen\u200b") == ("\u00ad", "\u200b")
    with pytest.raises(Refused, match=r"U\+738B.*course"):
        press.draw(facts(course_title="王"))
    with pytest.raises(Refused, match="course is too long"):
        press.draw(facts(course_title="Assessment " * 200))


def test_a_face_without_a_character_gives_way_to_one_that_has_it() -> None:
    faces = Fonts(CERTIFICATES / "fonts")
    assert faces.best(fonts.CAPITALS, "School") == fonts.CAPITALS
    assert faces.best(fonts.CAPITALS, "Σχολή") == fonts.NAME
    assert faces.best(fonts.NAME, "Zoë") == fonts.NAME


def test_every_delivery_has_a_title(press: ReportLabPress) -> None:
    titles = {delivery: press.title(str(delivery)) for delivery in Delivery}
    assert titles[Delivery.HOME_STUDY] == "Certificate of Achievement"
    assert titles[Delivery.LIVE] == "Certificate of Completion"
    with pytest.raises(NotFound, match="pigeon"):
        press.title("pigeon")


@pytest.mark.parametrize("text", ["", "[]", "titles: 1\nwords: {}\ncolours: {}", "titles: {", "\x00", "words: {}"])
def test_a_template_that_is_none_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "classic.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(EnvironmentFailed, match=r"classic\.yaml"):
        read_template(path)


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ("  certifies: This certifies that\n", "", "lacks certifies"),
        ('  ink: "#1B2A41"\n', "", "lacks ink"),
        ("#1B2A41", "navy", "colour ink .* 'navy'"),
    ],
)
def test_a_template_that_was_edited_badly_is_refused(tmp_path: Path, before: str, after: str, words: str) -> None:
    path = tmp_path / "classic.yaml"
    sound = (CERTIFICATES / "templates" / "classic.yaml").read_text(encoding="utf-8")
    path.write_text(sound.replace(before, after), encoding="utf-8")
    with pytest.raises(EnvironmentFailed, match=words):
        read_template(path)


@pytest.mark.parametrize("size", [None, 0, 100, 5000])
def test_a_missing_or_broken_font_is_named(tmp_path: Path, size: int | None) -> None:
    if size is not None:
        sound = (CERTIFICATES / "fonts" / "EBGaramond-Regular.ttf").read_bytes()
        (tmp_path / "EBGaramond-Regular.ttf").write_bytes(sound[:size])
    with pytest.raises(EnvironmentFailed, match=r"EBGaramond-Regular\.ttf"):
        Fonts(tmp_path).uncovered("x")


def test_pages_drawn_read_and_looked_at_by_several_threads_are_not_mixed_up() -> None:
    fresh = papers.press()  # fonts and artwork are made under way as well

    def there_and_back(number: int) -> bool:
        one = facts(student_name=f"Σία {number} Ђорђевић", number=f"CQ-2026-{number:06}")
        pdf = fresh.draw(one)
        return fresh.read_fields(pdf) == texts(one) and bool(preview(pdf, columns=40, rows=20))

    with ThreadPoolExecutor(max_workers=4) as pool:
        assert all(pool.map(there_and_back, range(24)))


def test_a_certificate_is_one_landscape_letter_page() -> None:
    document = pypdfium2.PdfDocument(papers.press().draw(facts()))
    try:
        assert len(document) == 1
        assert document[0].get_size() == (792, 612)
    finally:
        document.close()
