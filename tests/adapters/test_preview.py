"""The preview: the page in half blocks, in its own shape, at any size of terminal."""

from __future__ import annotations

import pytest

from cequiz.adapters.preview import UPPER_HALF, preview
from cequiz.errors import Refused
from tests.papers import facts, press

PAGE = press().draw(facts())


@pytest.mark.parametrize(("columns", "rows"), [(120, 40), (80, 24), (60, 20), (10, 2), (200, 20), (20, 200)])
def test_it_fits_and_keeps_the_shape_of_the_page(columns: int, rows: int) -> None:
    cells = preview(PAGE, columns=columns, rows=rows)
    width, height = len(cells[0]), len(cells)
    assert 1 <= width <= columns
    assert 1 <= height <= rows
    assert all(len(row) == width for row in cells)
    assert width in (columns, columns - 1) or height in (rows, rows - 1)
    if height > 10:
        assert width / (2 * height) == pytest.approx(792 / 612, rel=0.1)


def test_cells_are_half_blocks_with_two_colours_each() -> None:
    cells = preview(PAGE, columns=80, rows=24)
    assert {cell[0] for row in cells for cell in row} == {UPPER_HALF}
    colours = {colour for row in cells for cell in row for colour in cell[1:]}
    assert all(0 <= part <= 255 for colour in colours for part in colour)
    assert (255, 255, 255) in colours
    assert min(sum(colour) for colour in colours) < 500, "the ink is seen"


def test_a_terminal_without_room_still_gets_a_cell() -> None:
    assert preview(PAGE, columns=0, rows=0)


@pytest.mark.parametrize("pdf", [b"", b"no PDF", b"%PDF-1.4\n%%EOF"])
def test_what_is_no_pdf_is_refused(pdf: bytes) -> None:
    with pytest.raises(Refused, match="readable PDF"):
        preview(pdf, columns=80, rows=24)
