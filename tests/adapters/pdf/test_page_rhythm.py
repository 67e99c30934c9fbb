"""The rhythm of the page: the height is shared by a rule whatever is printed, and lines keep off from each other."""

from __future__ import annotations

from io import BytesIO
from itertools import pairwise

import pikepdf
import pytest

from cequiz.adapters.pdf import fonts
from cequiz.adapters.pdf.arrangements import layout_of
from cequiz.adapters.pdf.fonts import Fonts
from cequiz.adapters.pdf.layouts import Layout, arranged, columns
from cequiz.adapters.pdf.page import Fitter, Line
from cequiz.adapters.pdf.press import ReportLabPress
from cequiz.adapters.pdf.rhythm import Row, spread
from cequiz.adapters.pdf.template import Arrangement, Border
from cequiz.domain.credential.facts import Facts
from cequiz.domain.credential.look import Look, Paper
from tests.adapters.pdf.test_page import FULLEST, LAYOUTS, PROOF, SETS, TEMPLATES, page_text, present
from tests.papers import CERTIFICATES, facts

FITTER = Fitter(Fonts(CERTIFICATES / "fonts"))
ROWS = (Row("first", 20, 1), Row("second", 10, 3), Row("third", 30, 0))


def _shape(lines: tuple[Line, ...]) -> tuple[float, float]:
    """Return the lower and upper end of what is drawn."""
    first, last = lines[0], lines[-1]
    low = FITTER.faces.reach(last.font, last.text, last.size)[0]
    return last.y + low, first.y + FITTER.faces.reach(first.font, first.text, first.size)[1]


def _layout(arrangement: Arrangement, paper: Paper, border: Border, of: Facts) -> Layout:
    return arranged(layout_of(arrangement, paper, border), present(of))


def test_what_is_left_of_the_height_goes_to_the_gaps_by_their_weights() -> None:
    places = spread(ROWS, bottom=100, top=200, under=1)
    assert places == {"first": (172, 192), "second": (138, 148), "third": (108, 138)}


def test_rows_without_room_to_spare_shrink_alike_instead_of_meeting() -> None:
    places = spread(ROWS, bottom=0, top=30, under=1)
    assert places == {"first": (20, 30), "second": (15, 20), "third": (0, 15)}


@pytest.mark.parametrize(("arrangement", "paper", "border"), LAYOUTS)
@pytest.mark.parametrize("of", SETS, ids=["fullest", "usual", "without examination", "fewest"])
def test_gaps_grow_alike_when_fields_are_missing(
    arrangement: Arrangement, paper: Paper, border: Border, of: Facts
) -> None:
    """A page with few fields has larger gaps everywhere, not one hole where a field would be."""
    layout = _layout(arrangement, paper, border, of)
    boxes = {**layout.boxes, **{name: layout.words[name] for name in ("certifies", "completed")}}
    weights = {row.name: row.over for row in layout.rows}
    gaps = {
        lower: (boxes[upper].bottom - boxes[lower].top) / weights[lower]
        for upper, lower in (("provider", "contact"), ("contact", "title"), ("completed", "course"))
    }
    bottom, top, _ = layout.span
    used = sum(row.room for row in layout.rows)
    assert max(gaps.values()) == pytest.approx(min(gaps.values()))
    assert min(gaps.values()) > 3
    assert top - bottom > used, "every field has the room for its largest size"


@pytest.mark.parametrize(("arrangement", "paper", "border"), LAYOUTS)
@pytest.mark.parametrize("of", [FULLEST, facts(score="100 %")], ids=["fullest", "usual"])
def test_words_keep_off_from_the_rules_between_columns(
    arrangement: Arrangement, paper: Paper, border: Border, of: Facts
) -> None:
    layout = _layout(arrangement, paper, border, of)
    boxes, rules = columns(layout, present(of))
    for block in FITTER.blocks(of, layout):
        for line in block.lines if block.name in boxes else ():
            for x, low, high in rules:
                if low <= line.y <= high:
                    assert x + 6 <= line.x or line.x + line.width <= x - 6, block.name


@pytest.mark.parametrize(("arrangement", "paper", "border"), LAYOUTS)
def test_the_two_rows_of_columns_have_air_between_them(arrangement: Arrangement, paper: Paper, border: Border) -> None:
    layout = _layout(arrangement, paper, border, FULLEST)
    first, second = layout.columns[2]
    assert first - second >= 26


@pytest.mark.parametrize(("arrangement", "paper", "border"), LAYOUTS)
def test_the_note_goes_on_where_the_line_on_verifying_ends(
    arrangement: Arrangement, paper: Paper, border: Border
) -> None:
    """They look like one paragraph: one size, one distance from line to line, one width."""
    layout = _layout(arrangement, paper, border, FULLEST)
    address = "Verify: scan the code, open harbour.example/V, or run “cequiz certificate verify FILE” (works offline)"
    verify = FITTER.fitted(address, layout.words["verify"])
    note = FITTER.fitted(FULLEST.footer, layout.boxes["footer"])
    assert verify is not None
    assert note is not None
    lines = (*verify, *note)
    assert {line.size for line in lines} == {lines[0].size}
    steps = [upper.y - lower.y for upper, lower in pairwise(lines)]
    assert max(steps) - min(steps) < 0.5


@pytest.mark.parametrize(("arrangement", "paper", "border"), LAYOUTS)
@pytest.mark.parametrize("name", ["María José Ñúñez-O’Brien", "محمد عبد الله الهاشمي", "श्रीलक्ष्मी विश्वनाथन"])
def test_a_name_touches_neither_its_rule_nor_the_words_over_it(
    arrangement: Arrangement, paper: Paper, border: Border, name: str
) -> None:
    layout = _layout(arrangement, paper, border, facts())
    lines = FITTER.fitted(name, layout.boxes["name"])
    over = FITTER.fitted("This certifies that", layout.words["certifies"])
    assert lines is not None
    assert over is not None
    low, high = _shape(lines)
    assert high < _shape(over)[0]
    if arrangement is Arrangement.CENTRED:
        assert low > layout.name_rule[2] + 1


def test_a_narrow_border_leaves_its_room_to_the_page() -> None:
    wide, narrow = (layout_of(Arrangement.CENTRED, Paper.A4, border) for border in (Border.BRAID, Border.RULES))
    assert narrow.boxes["provider"].top > wide.boxes["provider"].top + 10
    assert narrow.boxes["footer"].bottom < wide.boxes["footer"].bottom - 10


def test_letters_of_a_title_are_as_tall_as_its_capitals() -> None:
    faces = FITTER.faces
    heights = [faces.reach(fonts.TALL_CAPITALS, letter, 40)[1] for letter in "HhEe"]
    assert max(heights) - min(heights) < 1
    assert faces.reach(fonts.CAPITALS, "h", 40)[1] < min(heights) - 2


@pytest.mark.parametrize("template", TEMPLATES)
@pytest.mark.parametrize("title", ["Certificate of Achievement", "Großes Zeugnis", "Πιστοποιητικό σπουδών"])
def test_a_title_in_capitals_is_found_and_copied_as_it_is_written(
    press: ReportLabPress, template: str, title: str
) -> None:
    pdf = press.draw(facts(document_title=title), look=Look(template=template), proof=PROOF)
    assert press.read_fields(pdf)["title"] == title
    assert page_text(pdf).count(title) == 1


def test_capitals_that_stand_for_small_letters_bring_no_second_font_file(press: ReportLabPress) -> None:
    """A file would be three kilobytes larger else."""
    with pikepdf.open(BytesIO(press.draw(facts(), proof=PROOF))) as pdf:
        files = {
            str(name): font.DescendantFonts[0].FontDescriptor.FontFile2.objgen
            for name, font in pdf.pages[0].Resources.Font.items()
            if str(name).startswith("/CqCapitals")
        }
    assert set(files) == {"/CqCapitals", "/CqCapitals+"}
    assert len(set(files.values())) == 1
