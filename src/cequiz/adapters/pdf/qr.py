"""The code on the page: as one path of rectangles, so that it stays sharp at every size and on every printer."""

from __future__ import annotations

import re
from math import isqrt

import zxingcpp

from cequiz.adapters.pdf.pen import Pen

_DARK = re.compile(b"\x00+")
QUIET = 4
"""Modules of white that readers need on every side (ISO/IEC 18004, 6.3.8)."""


def draw_code(pen: Pen, text: str, *, left: float, bottom: float, side: float) -> None:
    """Draw a QR code in black; the quiet zone is for the page to keep.

    Error correction is the lowest level: a long text makes small modules, and the larger a module the better a scan
    reads. The signature inside says whether it was read right.

    Args:
        pen: draws.
        text: what the code says.
        left: of the code itself, in points.
        bottom: of the code itself, in points.
        side: its width and height, in points.
    """
    rows = matrix(text)
    module = side / len(rows)
    pen.say("q", f"{module:.5f} 0 0 {module:.5f} {left:.2f} {bottom:.2f} cm", "0 0 0 rg")
    pen.say(*_rectangles(rows), "f", "Q")


def matrix(text: str) -> list[bytes]:
    """Return the modules of a code row by row, from the top: 0 is dark.

    The mask is given: trying all eight and counting their faults takes eight times as long as all the rest, and a
    signature is as irregular under one mask as under another.
    """
    code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="L", data_mask=3)
    picture = zxingcpp.write_barcode_to_image(code, scale=1, add_quiet_zones=False)
    flat = memoryview(picture).tobytes()  # type: ignore[arg-type] # it is a buffer, which its stubs do not say
    wide = isqrt(len(flat))
    return [flat[at : at + wide] for at in range(0, len(flat), wide)]


def _rectangles(rows: list[bytes]) -> list[str]:
    """Return dark runs as rectangles of side 1, from the lower left; equal runs in rows that follow are one."""
    found: list[str] = []
    open_runs: dict[tuple[int, int], int] = {}
    high = len(rows)
    number = [str(value) for value in range(high + 1)]
    for y, row in enumerate([*rows, b""]):
        going_on = {run: open_runs.pop(run, y) for run in [dark.span() for dark in _DARK.finditer(row)]}
        for (start, stop), since in open_runs.items():
            found.append(f"{number[start]} {number[high - y]} {number[stop - start]} {number[y - since]} re")
        open_runs = going_on
    return found
