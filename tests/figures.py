"""A plainly artificial figure: a square on the left, a circle on the right, on a ground that is dark on one side."""

from __future__ import annotations

import hashlib
from typing import Any

from cequiz.domain.bank.bank import Bank
from cequiz.services.ports import FigureFile
from tests import samples

SVG = b"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 200" width="400" height="200">
<rect width="400" height="200" fill="#f4efe2"/><rect x="200" width="200" height="200" fill="#20304a"/>
<rect x="60" y="60" width="80" height="80" fill="#b03030"/><circle cx="300" cy="100" r="45" fill="#3fa060"/>
<text x="100" y="40" font-family="Arial, sans-serif" font-size="24" text-anchor="middle">Square</text></svg>"""

FIGURE = FigureFile(sha256=hashlib.sha256(SVG).hexdigest(), media_type="image/svg+xml", content=SVG)

ALT = "A square on the left and a circle on the right."
CREDIT = "Drawn for samples"


def bank(*added: dict[str, Any], only: tuple[str, ...] = ("q-label",), alt: str = ALT) -> Bank:
    """Return the sample bank with the figure's digest, as the reader gives it.

    Args:
        added: further questions.
        only: ids of the sample questions to keep.
        alt: the figure's words.
    """
    plate = {"file": "figures/plate.svg", "alt": alt, "credit": CREDIT, "sha256": FIGURE.sha256}
    return Bank.from_json(samples.bank_json(*added, only=only) | {"figures": {samples.PLATE: plate}})
