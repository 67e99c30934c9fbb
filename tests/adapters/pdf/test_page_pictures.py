"""Logo and signatures: pictures that a provider gives stand on the page, and what is no picture is refused."""

from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image

from cequiz.adapters.pdf.arrangements import layout_of
from cequiz.adapters.pdf.layouts import Area
from cequiz.adapters.pdf.press import ReportLabPress
from cequiz.adapters.pdf.template import Arrangement
from cequiz.domain.credential.look import Look, Paper
from cequiz.errors import Refused
from tests.adapters.pdf.test_page import page_text, rendered
from tests.papers import facts, texts


def _png(width: int, height: int, colour: tuple[int, int, int, int]) -> bytes:
    target = BytesIO()
    Image.new("RGBA", (width, height), colour).save(target, "PNG")
    return target.getvalue()


BLACK = _png(800, 600, (0, 0, 0, 255))
GLASS = _png(300, 100, (0, 0, 0, 0))


def _darkest(page: Image.Image, area: Area) -> int:
    box = (area.left, page.height - area.top, area.right, page.height - area.bottom)
    return min(page.crop(tuple(map(round, box))).tobytes())  # type: ignore[arg-type] # four numbers


def test_a_logo_stands_in_its_corner_and_the_words_stay_readable(press: ReportLabPress) -> None:
    area = layout_of(Arrangement.CENTRED, Paper.LETTER).logo
    assert _darkest(rendered(press.draw(facts())), area) > 200
    pdf = press.draw(facts(), look=Look(logo=BLACK))
    assert _darkest(rendered(pdf), area) < 20
    assert press.read_fields(pdf) == texts(facts())


def test_a_given_signature_takes_the_place_of_the_drawn_name(press: ReportLabPress) -> None:
    drawn = press.draw(facts())
    given = press.draw(facts(), look=Look(signatures={"instructor": BLACK}))
    area = layout_of(Arrangement.CENTRED, Paper.LETTER).signatures["instructor"]
    middle = Area((area.left + area.right) / 2 - 3, area.bottom + 20, (area.left + area.right) / 2 + 3, area.top - 5)
    assert _darkest(rendered(given), middle) < 20
    assert page_text(drawn).count("Dana Sample") == 2, "once drawn, once printed"
    assert page_text(given).count("Dana Sample") == 1
    assert press.read_fields(given) == texts(facts())


def test_what_is_transparent_lets_the_page_through(press: ReportLabPress) -> None:
    clear = rendered(press.draw(facts(), look=Look(logo=GLASS)))
    assert _darkest(clear, layout_of(Arrangement.CENTRED, Paper.LETTER).logo) > 200


def test_a_large_picture_does_not_make_a_large_file(press: ReportLabPress) -> None:
    noise = BytesIO()
    Image.effect_noise((1600, 1200), 90).save(noise, "PNG")
    plain, with_logo = press.draw(facts()), press.draw(facts(), look=Look(logo=noise.getvalue()))
    assert len(noise.getvalue()) > 1_000_000
    assert len(with_logo) - len(plain) < 350_000


def _bomb() -> bytes:
    target = BytesIO()
    Image.new("1", (20_000, 20_000)).save(target, "PNG")
    return target.getvalue()


def _jpeg() -> bytes:
    target = BytesIO()
    Image.new("RGB", (9, 9)).save(target, "JPEG")
    return target.getvalue()


@pytest.mark.parametrize("picture", [b"no picture", BLACK[:60], BLACK[:200], _jpeg(), _bomb()], ids=len)
def test_what_is_no_png_or_too_large_is_refused(press: ReportLabPress, picture: bytes) -> None:
    with pytest.raises(Refused, match="picture of the certificate"):
        press.draw(facts(), look=Look(logo=picture))
