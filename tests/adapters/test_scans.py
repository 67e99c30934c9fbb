"""Codes are read from what copiers, scanners and telephones make of a page; nothing else is taken for one."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from io import BytesIO

import pytest
import zxingcpp
from PIL import Image, ImageDraw, ImageFilter

from cequiz.adapters.pdf.document import opened
from cequiz.adapters.scans import codes_of_file, codes_on
from cequiz.errors import Refused
from tests.papers import facts, press
from tests.sealed import School, school

DPI = 150


@pytest.fixture(scope="module")
def harbour(tmp_path_factory: pytest.TempPathFactory) -> School:
    return school(tmp_path_factory.mktemp("harbour"))


def page(harbour: School, *, number: str = "CQ-2026-000123", dpi: int = DPI) -> tuple[Image.Image, str]:
    """Return a printed certificate as a picture, and what its code says."""
    one = facts(number=number).frozen()
    proof = harbour.proof(one)
    with opened(press().draw(one, proof=proof)) as document:
        return document[0].render(scale=dpi / 72).to_pil().convert("RGB"), proof.code


@pytest.fixture(scope="module")
def printed(harbour: School) -> tuple[Image.Image, str]:
    return page(harbour)


def encoded(picture: Image.Image, kind: str, **options: int) -> bytes:
    target = BytesIO()
    picture.save(target, kind, **options)
    return target.getvalue()


def _jpeg(picture: Image.Image) -> Image.Image:
    return Image.open(BytesIO(encoded(picture, "JPEG", quality=30)))


def _turned(picture: Image.Image) -> Image.Image:
    return picture.rotate(3, expand=True, fillcolor="white", resample=Image.Resampling.BICUBIC)


def _blurred(picture: Image.Image) -> Image.Image:
    return picture.filter(ImageFilter.GaussianBlur(1.0))


@pytest.mark.parametrize(
    "copied",
    [
        lambda picture: picture,
        lambda picture: picture.convert("L"),
        lambda picture: picture.convert("1"),
        lambda picture: picture.convert("RGBA"),
        lambda picture: picture.convert("P"),
        lambda picture: picture.convert("L").convert("I"),
        lambda picture: picture.rotate(180),
        lambda picture: picture.rotate(90, expand=True),
        _turned,
        _blurred,
        _jpeg,
        lambda picture: _jpeg(_turned(picture)),
        lambda picture: _jpeg(_blurred(_turned(picture)).convert("L")),
    ],
    ids=[
        "straight", "grey", "black and white", "transparent", "palette", "deep grey", "upside down", "on its side",
        "3 degrees", "blurred", "JPEG 30", "turned JPEG", "all of it",
    ],
)  # fmt: skip
def test_a_page_at_150_dpi_reads_however_it_was_copied(
    printed: tuple[Image.Image, str], copied: Callable[[Image.Image], Image.Image]
) -> None:
    picture, code = printed
    assert codes_on(copied(picture)) == (code,)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF"])
def test_the_usual_files_of_scanners_read(printed: tuple[Image.Image, str], kind: str) -> None:
    picture, code = printed
    assert codes_of_file(encoded(picture, kind)) == (code,)


def test_two_certificates_on_one_picture_are_both_read(harbour: School) -> None:
    (above, first), (below, second) = page(harbour), page(harbour, number="CQ-2026-000124")
    both = Image.new("RGB", (above.width, above.height * 2), "white")
    both.paste(above)
    both.paste(below, (0, above.height))
    assert set(codes_of_file(encoded(both, "PNG"))) == {first, second}


def test_every_page_of_a_tiff_is_read(harbour: School) -> None:
    (above, first), (below, second) = page(harbour), page(harbour, number="CQ-2026-000124")
    target = BytesIO()
    above.save(target, "TIFF", save_all=True, append_images=[below])
    assert codes_of_file(target.getvalue()) == (first, second)


@pytest.mark.parametrize("says", ["https://example.org/#ABC", "WIFI:T:WPA;S:home;;", "HELLO", "x" * 900])
def test_other_codes_are_passed_over(printed: tuple[Image.Image, str], says: str) -> None:
    code = zxingcpp.create_barcode(says, zxingcpp.BarcodeFormat.QRCode)
    other = Image.fromarray(zxingcpp.write_barcode_to_image(code, scale=3)).convert("RGB")
    assert codes_on(other) == ()
    picture, ours = printed
    both = picture.copy()
    both.paste(other, (0, 0))
    assert codes_on(both) == (ours,)


def test_a_page_without_a_code_has_none() -> None:
    blank = Image.new("L", (800, 600), 255)
    ImageDraw.Draw(blank).text((30, 30), "CQ-2026-000123")
    assert codes_of_file(encoded(blank, "PNG")) == ()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"plain text",
        b"\x89PNG\r\n\x1a\n" + b"\0" * 100,
        b"\xff\xd8\xff" + b"\0" * 100,
        b"II*\0" + b"\xff" * 100,
        encoded(Image.new("L", (9, 9)), "GIF"),
        encoded(Image.new("L", (9, 9)), "PNG")[:40],
        encoded(Image.new("L", (400, 400)), "JPEG")[:300],
    ],
    ids=["empty", "text", "no PNG", "no JPEG", "no TIFF", "GIF", "cut PNG", "cut JPEG"],
)
def test_what_is_no_picture_is_refused_with_a_sentence(content: bytes) -> None:
    with pytest.raises(Refused, match="cannot be read"):
        codes_of_file(content)


def test_a_picture_that_would_fill_the_memory_is_refused_before_it_is_unpacked() -> None:
    for side in (10_000, 60_000):
        bomb = bytearray(encoded(Image.new("1", (100, 100)), "PNG"))
        head = bomb[16:33]
        head[:8] = side.to_bytes(4, "big") * 2
        bomb[16:29] = head[:13]
        bomb[29:33] = zlib.crc32(b"IHDR" + bytes(head[:13])).to_bytes(4, "big")
        with pytest.raises(Refused, match="too large"):
            codes_of_file(bytes(bomb))
