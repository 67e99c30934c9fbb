"""Reading certificates of the first layout, which is drawn no more: the characters that begin in each box.

Those pages have no structure that names their fields, so that the places count. Nothing here may change: what was
issued then must read as it did.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import pypdfium2

from cequiz.adapters.pdf.characters import characters
from cequiz.domain.credential.facts import SPECIMEN
from cequiz.errors import Refused
from cequiz.language import tr

CREATOR = "cequiz certificate 1"
"""What those files say drew them."""

_SIZE = (792, 612)  # points, landscape Letter


class _Box(NamedTuple):
    """A place on the page, in points from its lower left."""

    left: float
    bottom: float
    right: float
    top: float

    def holds(self, x: float, y: float) -> bool:
        """Whether a character that begins here belongs into the box."""
        return self.left - 0.1 <= x < self.right + 0.1 and self.bottom <= y < self.top


_BOXES: Mapping[str, _Box] = {
    "provider": _Box(96, 520, 696, 549),
    "contact": _Box(96, 504, 696, 519),
    "title": _Box(96, 451, 696, 499),
    "name": _Box(96, 371, 696, 425),
    "licences": _Box(96, 345, 696, 362),
    "course": _Box(96, 276, 696, 322),
    "hours": _Box(96, 255, 696, 275),
    "subjects": _Box(96, 239, 696, 254),
    "completed": _Box(92, 206, 236, 223),
    "examination": _Box(246, 206, 390, 223),
    "format": _Box(400, 206, 544, 223),
    "number": _Box(554, 206, 698, 223),
    "issued": _Box(92, 175, 236, 192),
    "place": _Box(246, 175, 544, 192),
    "revision": _Box(554, 175, 698, 192),
    "approvals": _Box(96, 157, 696, 173),
    "instructor": _Box(92, 100, 302, 116),
    "administrator": _Box(490, 100, 700, 116),
    "footer": _Box(96, 59, 696, 74),
}


def read_boxes(page: pypdfium2.PdfPage) -> dict[str, str]:
    """Return the text of each box that has one; a line ends where the next character stands lower or higher.

    Raises:
        Refused: the page has another size, or more text than any certificate.
    """
    if tuple(round(side) for side in page.get_size()) != _SIZE:
        raise Refused(tr("This page does not have the size of a certificate."))
    found: dict[str, str] = {}
    heights: dict[str, float] = {}
    for one in characters(page):
        height = round(one.y, 1)
        name = next((name for name, box in _BOXES.items() if box.holds(one.x, height)), None)
        if name is not None:
            gap = "" if heights.setdefault(name, height) == height else " "
            found[name] = found.get(name, "") + gap + one.text
            heights[name] = height
    folded = {name: " ".join(text.split()) for name, text in found.items()}
    texts = {name: folded[name] for name in _BOXES if folded.get(name)}
    if texts.get("number") == SPECIMEN:
        texts["specimen"] = texts.pop("number")
    return texts
