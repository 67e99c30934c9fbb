"""Figures become pictures: markers that can be read, shapes that stay, and nothing that harms the program."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image

from cequiz.adapters.figures import INK, LARGEST, PAPER, blocks, png
from cequiz.adapters.preview import UPPER_HALF
from cequiz.adapters.viewer import Viewer
from cequiz.errors import Refused
from tests.figures import SVG

TYPE = "image/svg+xml"
HEAD = b'<svg xmlns="http://www.w3.org/2000/svg" '


def a_png(size: tuple[int, int] = (40, 20), colour: tuple[int, ...] = (200, 0, 0), mode: str = "RGB") -> bytes:
    written = io.BytesIO()
    Image.new(mode, size, colour).save(written, format="PNG")
    return written.getvalue()


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content)).convert("RGB")


def test_a_picture_keeps_its_shape_in_half_blocks() -> None:
    lines = blocks(SVG, TYPE, (), columns=40, rows=30)
    assert (len(lines), {len(line) for line in lines}) == (10, {40})
    assert {sign for line in lines for sign, _, _ in line} == {UPPER_HALF}
    lines = blocks(SVG, TYPE, (), columns=80, rows=5)
    assert (len(lines), len(lines[0])) == (5, 20)


def test_left_and_right_top_and_bottom_are_where_they_were() -> None:
    lines = blocks(SVG, TYPE, (), columns=40, rows=10)
    row = lines[5]
    assert lines[0][0][1][0] > 200  # light ground on the left
    assert row[10][1][0] > 150 > row[10][1][1]  # the red square
    assert row[30][1][1] > 120 > row[30][1][0]  # the green circle
    assert row[39][1] < (60, 60, 90)  # dark ground on the right


@pytest.mark.parametrize(("columns", "rows"), [(40, 10), (12, 3), (3, 1), (1, 1)])
def test_the_number_of_a_point_is_a_character_that_can_be_read(columns: int, rows: int) -> None:
    lines = blocks(SVG, TYPE, [("7", 1.0, 1.0)], columns=columns, rows=rows)
    assert lines[-1][-1] == ("7", PAPER, INK)


def test_numbers_of_two_digits_stay_inside_the_picture() -> None:
    line = blocks(SVG, TYPE, [("10", 0.0, 0.5), ("11", 1.0, 0.5)], columns=40, rows=10)[5]
    assert "".join(sign for sign, _, _ in line).replace(UPPER_HALF, "") == "1011"
    assert (line[0][0], line[39][0]) == ("1", "1")


def test_a_marker_is_a_dark_disc_with_light_and_dark_rings_on_any_ground() -> None:
    plain = opened(png(SVG, TYPE, (), width=800, height=600))
    marked = opened(png(SVG, TYPE, [("1", 0.1, 0.9), ("2", 0.9, 0.9)], width=800, height=600))
    assert plain.size == marked.size == (800, 400)
    for x in (80, 720):
        column = [marked.getpixel((x + step, 360)) for step in range(30)]
        assert INK in column
        assert PAPER in column
    assert marked.getpixel((400, 20)) == plain.getpixel((400, 20))


def test_letters_need_no_font_of_this_computer() -> None:
    lettered = (
        HEAD + b'width="200" height="100"><text x="10" y="70" font-size="60" font-family="Nowhere">H</text></svg>'
    )
    assert len(opened(png(lettered, TYPE, (), width=200, height=100)).getcolors(100_000) or ()) > 1


def test_a_png_with_clear_parts_lies_on_white_paper() -> None:
    drawn = opened(png(a_png(colour=(0, 0, 0, 0), mode="RGBA"), "image/png", (), width=40, height=20))
    assert drawn.getpixel((5, 5)) == (255, 255, 255)


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"", TYPE),
        (b"\xff\xfe", TYPE),
        (b"<svg", TYPE),
        (HEAD + b'width="0" height="0"/>', TYPE),
        (HEAD + b'width="10" height="10">' + b"<g>" * 30_000 + b"</g>" * 30_000 + b"</svg>", TYPE),
        (b"", "image/png"),
        (a_png()[:60], "image/png"),
        (SVG, "image/png"),
        (a_png((9000, 9000)), "image/png"),
    ],
    ids=["empty", "not text", "cut", "no size", "deep", "empty png", "cut png", "no png", "huge png"],
)
def test_a_picture_that_cannot_be_drawn_is_refused_and_nothing_else_happens(content: bytes, kind: str) -> None:
    with pytest.raises(Refused, match="picture"):
        blocks(content, kind, (), columns=10, rows=5)


def test_a_very_long_picture_does_not_fill_the_memory() -> None:
    drawn = opened(png(HEAD + b'width="1" height="1000000"/>', TYPE, (), width=100, height=100))
    assert drawn.width * drawn.height <= LARGEST[0] * LARGEST[1]


def test_a_viewer_gets_a_private_file_which_is_gone_afterwards(tmp_path: Path) -> None:
    viewer = Viewer(desktop=False)
    path = viewer.keep("figure-1.png", b"x")
    assert path.read_bytes() == b"x"
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert not viewer.show(path)
    viewer.close()
    assert not path.parent.exists()
    viewer.close()
    other = viewer.keep("figure-1.png", b"y")
    del viewer
    assert not other.exists()


def test_the_desktop_is_asked_by_a_command_with_the_path_as_one_argument(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opener = tmp_path / "xdg-open"
    opener.write_text("#!/bin/sh\n", encoding="ascii")
    opener.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("sys.platform", "linux")
    started: list[list[str]] = []
    viewer = Viewer(desktop=True, start=lambda command: started.append(list(command)))
    assert viewer.show(Path("/somewhere/a b;c.png"))
    assert started == [[str(opener), "/somewhere/a b;c.png"]]
    opener.unlink()
    assert not viewer.show(Path("/somewhere/a.png"))
