"""The page: places that never meet, words that stand once, texts that fit or are refused, for every look and paper."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from itertools import combinations
from pathlib import Path

import pypdfium2
import pytest
from PIL import Image

from cequiz.adapters.pdf import fonts
from cequiz.adapters.pdf.arrangements import layout_of
from cequiz.adapters.pdf.fonts import Fonts
from cequiz.adapters.pdf.layouts import (
    MARGIN,
    SIZES,
    Area,
    Box,
    Layout,
    arranged,
    beside_logo,
    columns,
    label_box,
)
from cequiz.adapters.pdf.page import Fitter, place_of
from cequiz.adapters.pdf.press import ReportLabPress
from cequiz.adapters.pdf.qr import QUIET, matrix
from cequiz.adapters.pdf.template import Arrangement, Border, LogoPlace
from cequiz.adapters.preview import preview
from cequiz.domain.bank.course import Delivery
from cequiz.domain.credential.facts import ApprovalFact, Facts, LicenceFact
from cequiz.domain.credential.look import Look, Paper
from cequiz.domain.credential.proof import Proof
from cequiz.domain.credential.provider import Signatory
from cequiz.errors import EnvironmentFailed, NotFound, Refused
from tests import papers
from tests.papers import CERTIFICATES, facts, texts

TEMPLATES = ("classic", "modern", "plain")
LAYOUTS = [
    (arrangement, paper, border)
    for arrangement in Arrangement
    for paper in Paper
    for border in (Border.BRAID, Border.RULES)
    if arrangement is Arrangement.CENTRED or border is Border.BRAID
]
PROOF = Proof(key_id="0" * 16, index=3, code="HTTPS://HARBOUR.EXAMPLE/V#" + "A7K2Q" * 180, credential='{"a": "é"}')

FULLEST = facts(
    student_name="Maria Guadalupe Francisca Hernández-Villanueva de la Santísima Trinidad Papadopoulou-Ivanova",
    licences=tuple(LicenceFact(state, "CAMTC 551-20") for state in ("FL", "TX", "NY", "CA")),
    course_title="Assessment of the Cervical Spine, Shoulder and Upper Extremity for Manual Therapists: Evidence, "
    "Technique, Contraindications and Documentation in Daily Practice",
    provider_name="The Greater Metropolitan Academy of Orthopedic Massage and Continuing Education",
    provider_contact="continuing.education@greater-metropolitan-academy-of-massage.example · +1 (813) 555-0100",
    subjects=("Orthopedic assessment", "Neck anatomy", "Ethics and boundaries", "Laws and rules of Florida"),
    ce_hours="16.5",
    place="Home study, Greater Metropolitan Academy, 12000 North Harbour Street, Suite 1400, Tampa, Florida 33601-1234",
    instructors=(
        Signatory("Dr. Alexandra Whitfield-Montgomery", "LMT, BCTMB, PhD"),
        Signatory("Jonathan Featherstonehaugh", "LMT, MMT"),
    ),
    administrator=Signatory("Bartholomew Featherstonehaugh-Cholmondeley", "Director of Continuing Education"),
    approvals=tuple(
        ApprovalFact(board, "50-12345", "20-678901", "T", "16")
        for board in ("NCBTMB", "Florida Board of Massage Therapy", "Texas Department of Licensing and Regulation")
    ),
    number="CQ-2026-000123-R1",
    revision=1,
    revision_note="Replaces CQ-2026-000123: the name was corrected",
    footer="This certificate records an assessment-based continuing education course. It is not a certification of "
    "competence and does not widen the scope of practice of the person named.",
)


SETS = (
    FULLEST,
    facts(),
    facts(score=""),
    facts(score="", licences=(), subjects=(), place="", approvals=(), footer="", number=None),
)
"""As many fields as there are, and as few."""


def page_text(pdf: bytes) -> str:
    """Return everything that a reader of the file can extract, runs of space folded."""
    document = pypdfium2.PdfDocument(pdf)
    page = document[0]
    text = page.get_textpage()
    found: str = text.get_text_range()
    text.close()
    page.close()
    document.close()
    return " ".join(found.split())


def rendered(pdf: bytes, *, dpi: int = 72) -> Image.Image:
    """Return the page in shades of grey."""
    document = pypdfium2.PdfDocument(pdf)
    page = document[0]
    picture: Image.Image = page.render(scale=dpi / 72, grayscale=True).to_pil().convert("L")
    page.close()
    document.close()
    return picture


def present(of: Facts) -> frozenset[str]:
    """Return the places that the printed fields of a certificate take."""
    return frozenset(place_of(field.name) for field in of.printed_fields())


def _places(layout: Layout, of: Facts) -> dict[str, Box | Area]:
    cells = columns(layout, present(of))[0]
    labels = {f"label of {name}": label_box(box) for name, box in cells.items()}
    words = {f"the word {name}": box for name, box in layout.words.items()}
    boxes = {name: box for name, box in layout.boxes.items() if name in present(of)}
    return {**boxes, **cells, **labels, **words, "code": layout.code}


def _apart(one: Box | Area, other: Box | Area) -> bool:
    gap = 0.01
    beside = one.right <= other.left + gap or other.right <= one.left + gap
    return beside or one.top <= other.bottom + gap or other.top <= one.bottom + gap


@pytest.mark.parametrize(("arrangement", "paper", "border"), LAYOUTS)
@pytest.mark.parametrize("of", SETS, ids=["fullest", "usual", "without examination", "fewest"])
def test_places_are_inside_the_margin_and_never_meet(
    arrangement: Arrangement, paper: Paper, border: Border, of: Facts
) -> None:
    layout = arranged(layout_of(arrangement, paper, border), present(of))
    places = _places(layout, of)
    for name, box in places.items():
        assert box.left < box.right, name
        assert box.bottom < box.top, name
        assert box.left >= MARGIN, name
        assert box.bottom >= MARGIN, name
        assert box.right <= layout.width - MARGIN, name
        assert box.top <= layout.height - MARGIN, name
    for one, other in combinations(places, 2):
        assert _apart(places[one], places[other]), f"{one} meets {other}"


@pytest.mark.parametrize(("arrangement", "paper", "border"), LAYOUTS)
@pytest.mark.parametrize("place", LogoPlace)
def test_a_logo_stands_in_its_corner_clear_of_the_words(
    arrangement: Arrangement, paper: Paper, border: Border, place: LogoPlace
) -> None:
    layout = arranged(beside_logo(layout_of(arrangement, paper, border), place), present(facts()))
    for name in ("provider", "contact", "title", "name"):
        assert _apart(layout.logo, layout.boxes[name]), name
    middle = (layout.logo.left + layout.logo.right) / 2
    assert (middle < layout.width / 3) is (place is LogoPlace.LEFT)
    assert (middle > layout.width * 2 / 3) is (place is LogoPlace.RIGHT)
    assert MARGIN < layout.logo.left < layout.logo.right < layout.width - MARGIN
    assert layout.logo.top < layout.height - MARGIN


@pytest.mark.parametrize(("arrangement", "paper", "border"), LAYOUTS)
def test_the_code_keeps_its_quiet_zone_and_can_be_read_on_paper(
    arrangement: Arrangement, paper: Paper, border: Border
) -> None:
    layout = arranged(layout_of(arrangement, paper, border), present(FULLEST))
    side = layout.code.right - layout.code.left
    assert 108 <= side <= 116
    quiet = QUIET * side / len(matrix(PROOF.code))
    zone = Area(
        layout.code.left - quiet, layout.code.bottom - quiet, layout.code.right + quiet, layout.code.top + quiet
    )
    fitter = Fitter(Fonts(CERTIFICATES / "fonts"))
    for block in fitter.blocks(FULLEST, layout):
        for line in block.lines:
            around = Area(line.x, line.y - 0.2 * line.size, line.x + line.width, line.y + 0.7 * line.size)
            assert _apart(zone, around), block.name
    scan = fitter.fitted("Scan to verify", layout.words["scan"])
    assert scan is not None
    assert scan[0].y >= zone.top, "the word over the code stands outside of the quiet zone"


def test_every_field_that_can_be_printed_has_a_place() -> None:
    names = {place_of(field.name) for one in (FULLEST, facts(number=None)) for field in one.printed_fields()}
    for arrangement, paper, border in LAYOUTS:
        layout = layout_of(arrangement, paper, border)
        assert names == {*layout.boxes, *columns(layout, frozenset(names))[0]}


@pytest.mark.parametrize(("arrangement", "paper", "border"), LAYOUTS)
@pytest.mark.parametrize(
    "one",
    [facts(), FULLEST, facts(document_title="Statement of Attendance"), facts(document_title="CE Course Record")],
    ids=["usual", "fullest", "another title", "a short first word"],
)
def test_every_line_stays_inside_its_place(arrangement: Arrangement, paper: Paper, border: Border, one: Facts) -> None:
    layout = arranged(layout_of(arrangement, paper, border), present(one))
    boxes = _places(layout, one)
    for block in Fitter(Fonts(CERTIFICATES / "fonts")).blocks(one, layout):
        box = boxes[place_of(block.name)]
        for line in block.lines:
            assert box.left - 0.01 <= line.x, block
            assert line.x + line.width <= box.right + 0.3, block
            assert box.bottom - 1 <= line.y, block
            assert line.y + 0.65 * line.size <= box.top + 1.5, block
        assert " ".join(line.text for line in block.lines) == block.text


@pytest.mark.parametrize("template", TEMPLATES)
@pytest.mark.parametrize("paper", Paper)
def test_the_longest_plausible_texts_print_whole(press: ReportLabPress, template: str, paper: Paper) -> None:
    pdf = press.draw(FULLEST, look=Look(template=template, paper=paper), proof=PROOF)
    assert press.read_fields(pdf) == texts(FULLEST)


@pytest.mark.parametrize("template", TEMPLATES)
def test_the_words_that_people_search_for_stand_once(press: ReportLabPress, template: str) -> None:
    look = Look(template=template)
    issued = page_text(press.draw(facts(), look=look, proof=PROOF))
    draft = page_text(press.draw(facts(number=None), look=look))
    for text in (issued, draft):
        assert text.count("Certificate of Achievement") == 1
        assert text.count("16 CE hours") == 1
        assert text.count("Marisol Ortega-Quinn") == 1
    assert issued.upper().count("SPECIMEN") == 0
    assert draft.upper().count("SPECIMEN") == 1
    assert "CEU" not in issued


@pytest.mark.parametrize("template", TEMPLATES)
def test_a_specimen_is_marked_across_the_page(press: ReportLabPress, template: str) -> None:
    """The word covers more of the page than any line does, so that a preview cannot pass for the paper."""
    issued = rendered(press.draw(facts(), look=Look(template=template)))
    draft = rendered(press.draw(facts(number=None), look=Look(template=template)))
    changed = [
        (x, y)
        for x in range(0, issued.width, 3)
        for y in range(0, issued.height, 3)
        if abs(issued.getpixel((x, y)) - draft.getpixel((x, y))) > 24  # type: ignore[operator] # shades of grey
    ]
    assert max(x for x, _ in changed) - min(x for x, _ in changed) > issued.width * 0.6
    assert max(y for _, y in changed) - min(y for _, y in changed) > issued.height * 0.4


def test_the_name_is_as_large_as_it_can_be() -> None:
    layout, fitter = layout_of(Arrangement.CENTRED, Paper.LETTER), Fitter(Fonts(CERTIFICATES / "fonts"))
    box = layout.boxes["name"]
    sizes = [fitter.fitted(name, box) for name in ("Ana Sosa", "Ana Maria Sosa " * 4, "Ana Maria Sosa " * 9)]
    usual, long, longest = ([line.size for line in lines or ()] for lines in sizes)
    assert usual == [38]
    assert len(long) == 1
    assert 18 <= long[0] < 38
    assert len(longest) == 2


def test_what_cannot_be_printed_is_refused_and_named(press: ReportLabPress) -> None:
    assert press.uncovered("Zoë 王王芳") == ("王", "芳")
    with pytest.raises(Refused, match=r"U\+738B.*course"):
        press.draw(facts(course_title="王"))
    for change, name in (
        ({"course_title": "Assessment " * 200}, "course"),
        ({"student_name": "Wolfeschlegelsteinhausen" * 20}, "name"),
        ({"place": "Harbour Street " * 60}, "place"),
        ({"footer": "It is no certification. " * 80}, "note"),
    ):
        with pytest.raises(Refused, match=f"The {name} is too long"):
            press.draw(facts(**change))


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


@pytest.mark.parametrize("size", [None, 0, 100, 5000])
def test_a_missing_or_broken_font_is_named(tmp_path: Path, size: int | None) -> None:
    if size is not None:
        sound = (CERTIFICATES / "fonts" / "EBGaramond-Regular.ttf").read_bytes()
        (tmp_path / "EBGaramond-Regular.ttf").write_bytes(sound[:size])
    with pytest.raises(EnvironmentFailed, match=r"EBGaramond-Regular\.ttf"):
        Fonts(tmp_path).uncovered("x")


def test_pages_drawn_read_and_looked_at_by_several_threads_are_not_mixed_up() -> None:
    fresh = papers.press()  # fonts and ornaments are made under way as well

    def there_and_back(number: int) -> bool:
        one = facts(student_name=f"Σία {number} Ђорђевић", number=f"CQ-2026-{number:06}")
        pdf = fresh.draw(one, look=Look(template=TEMPLATES[number % 3]))
        return fresh.read_fields(pdf) == texts(one) and bool(preview(pdf, columns=40, rows=20))

    with ThreadPoolExecutor(max_workers=4) as pool:
        assert all(pool.map(there_and_back, range(24)))


@pytest.mark.parametrize("paper", Paper)
def test_a_certificate_is_one_landscape_page(press: ReportLabPress, paper: Paper) -> None:
    document = pypdfium2.PdfDocument(press.draw(facts(), look=Look(paper=paper)))
    try:
        assert len(document) == 1
        assert document[0].get_size() == pytest.approx(SIZES[paper], abs=0.01)
    finally:
        document.close()


def test_a_file_is_small_enough_to_send(press: ReportLabPress) -> None:
    for template in TEMPLATES:
        assert len(press.draw(facts(), look=Look(template=template), proof=PROOF)) < 105_000, template


def test_pages_are_put_together_in_their_order_for_printing(press: ReportLabPress) -> None:
    names = ["Ana Sosa", "Bea Lund", "Σία Ђорђевић"]
    merged = pypdfium2.PdfDocument(press.merge([press.draw(facts(student_name=name)) for name in names]))
    try:
        assert len(merged) == 3
        for number, name in enumerate(names):
            assert name in merged[number].get_textpage().get_text_range()
    finally:
        merged.close()
    with pytest.raises(Refused, match="readable PDF"):
        press.merge([press.draw(facts()), b"no PDF"])
