"""The page on paper: what a printer, a copier, a fax and a camera make of it."""

from __future__ import annotations

import random
from base64 import b32encode
from io import BytesIO

import pytest
import zxingcpp
from PIL import Image, ImageFilter, ImageStat

from cequiz.adapters.pdf.arrangements import layout_of
from cequiz.adapters.pdf.fonts import Fonts
from cequiz.adapters.pdf.layouts import MARGIN, arranged
from cequiz.adapters.pdf.page import Fitter
from cequiz.adapters.pdf.press import ReportLabPress
from cequiz.adapters.pdf.template import read_template
from cequiz.domain.credential.look import Look, Paper
from cequiz.domain.credential.proof import Proof
from tests.adapters.pdf.test_page import FULLEST, TEMPLATES, present, rendered
from tests.papers import CERTIFICATES, facts

# As long as codes are: some 560 bytes of packed claims and a signature, which look like noise.
NOISE = random.Random(20261122)
CODE = "HTTPS://HARBOUR.EXAMPLE/V#" + b32encode(NOISE.randbytes(560)).decode().rstrip("=")
PROOF = Proof(key_id="0" * 16, index=3, code=CODE, credential="{}")


def _turned(picture: Image.Image) -> Image.Image:
    return picture.rotate(3, resample=Image.Resampling.BICUBIC, expand=True, fillcolor=255)


def _blurred(picture: Image.Image) -> Image.Image:
    return picture.filter(ImageFilter.GaussianBlur(1.0))


def _squeezed(picture: Image.Image) -> Image.Image:
    packed = BytesIO()
    picture.save(packed, "JPEG", quality=30)
    return Image.open(packed).convert("L")


def _read(picture: Image.Image) -> list[str]:
    return [
        code.text
        for code in zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode))
    ]


@pytest.fixture(scope="module", params=[(name, paper) for name in TEMPLATES for paper in Paper], ids=str)
def scan(request: pytest.FixtureRequest, press: ReportLabPress) -> Image.Image:
    name, paper = request.param
    return rendered(press.draw(FULLEST, look=Look(template=name, paper=paper), proof=PROOF), dpi=150)


@pytest.mark.parametrize(
    "harm",
    [(), (_turned,), (_blurred,), (_squeezed,), (_turned, _blurred, _squeezed)],
    ids=["straight", "turned by 3 degrees", "blurred", "JPEG 30", "all three"],
)
def test_the_code_reads_from_a_scan(scan: Image.Image, harm: tuple[object, ...]) -> None:
    picture = scan
    for one in harm:
        picture = one(picture)  # type: ignore[operator] # the functions above
    assert _read(picture) == [CODE]


def test_a_specimen_has_no_code(press: ReportLabPress) -> None:
    for template in TEMPLATES:
        draft = rendered(press.draw(facts(number=None), look=Look(template=template)), dpi=150)
        assert _read(draft) == []


@pytest.mark.parametrize("template", TEMPLATES)
@pytest.mark.parametrize("paper", Paper)
def test_nothing_stands_where_printers_do_not_print(press: ReportLabPress, template: str, paper: Paper) -> None:
    page = rendered(press.draw(FULLEST, look=Look(template=template, paper=paper), proof=PROOF), dpi=144)
    edge = int(2 * MARGIN) - 2  # half a point for what is drawn between two pixels
    inside = (edge, edge, page.width - edge, page.height - edge)
    page.paste(255, inside)
    assert ImageStat.Stat(page).extrema == [(255, 255)]


@pytest.mark.parametrize("template", TEMPLATES)
def test_every_line_is_dark_on_light_in_black_and_white(press: ReportLabPress, template: str) -> None:
    """A copier that knows no colours shows every field: its darkest parts are far darker than what is behind."""
    dpi, known = 200, read_template(CERTIFICATES / "templates" / f"{template}.yaml")
    layout = arranged(layout_of(known.layout, Paper.LETTER, known.border), present(facts()))
    page = rendered(press.draw(facts(), look=Look(template=template), proof=PROOF), dpi=dpi)
    scale = dpi / 72
    for block in Fitter(Fonts(CERTIFICATES / "fonts")).blocks(facts(), layout):
        for line in block.lines:
            top, bottom = layout.height - line.y - 0.65 * line.size, layout.height - line.y
            box = (line.x * scale, top * scale, (line.x + line.width) * scale, bottom * scale)
            shades = sorted(page.crop(tuple(map(round, box))).tobytes())  # type: ignore[arg-type] # four numbers
            paper, letters = shades[len(shades) * 3 // 4], shades[len(shades) // 50]
            assert paper >= 225, block.name
            assert letters <= 140, block.name


@pytest.mark.parametrize("template", TEMPLATES)
def test_colours_of_words_have_the_contrast_that_readers_need(template: str) -> None:
    """4.5 to 1 against white (WCAG 2.2, 1.4.3)."""
    colours = read_template(CERTIFICATES / "templates" / f"{template}.yaml").colours
    for name in ("ink", "accent", "quiet"):
        channels = [int(colours[name][at : at + 2], 16) / 255 for at in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in channels]
        light = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
        assert 1.05 / (light + 0.05) >= 4.5, name
