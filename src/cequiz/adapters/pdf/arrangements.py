"""The two arrangements of a page: on the middle axis, or on one at the left, computed from the paper's size.

Points, origin at the lower left, always landscape. One arrangement fits Letter and A4; how its rows share the height is
the layouts' matter.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache

from cequiz.adapters.pdf import fonts
from cequiz.adapters.pdf.layouts import COLUMNS, ROWS, RULE, SIZES, Align, Area, Box, Layout, arranged
from cequiz.adapters.pdf.rhythm import Row
from cequiz.adapters.pdf.template import Arrangement, Border
from cequiz.domain.credential.look import Paper

EDGES: Mapping[Border, float] = {Border.BRAID: 58.5, Border.RULES: 43.0, Border.BAR: 43.0, Border.NONE: 43.0}
"""From the paper's edge to where words may begin, inside of what runs around the page."""

_FOOT = 7.2
"""The size of the lines at the foot of a page."""


@cache
def layout_of(arrangement: Arrangement, paper: Paper, border: Border = Border.BRAID) -> Layout:
    """Return the places of a layout on a paper, with room for every field.

    Args:
        arrangement: of the page.
        paper: of the page.
        border: what runs around the page; a narrow one leaves more room.
    """
    width, height = SIZES[paper]
    layout = _centred(width, height, EDGES[border]) if arrangement is Arrangement.CENTRED else _left(width, height)
    return arranged(layout, frozenset({*layout.boxes, *(name for row in ROWS for name in row)}))


def _centred(width: float, height: float, edge: float) -> Layout:
    """Everything on the middle axis; approvals to the lower left, the code to the lower right."""
    middle, left, right = width / 2, edge + 7, width - edge - 7

    def line(half: float, font: str, largest: float, smallest: float) -> Box:
        return Box(middle - half, 0, middle + half, 0, font, largest, smallest)

    side = 108.5
    code = Area(right - 4 - side, edge + 6.5, right - 4, edge + 6.5 + side)
    half = (code.left - 8 - 46 - middle - 14) / 2
    instructor, administrator = middle - 46 - 8 - half, middle + 46 + 8 + half
    signature_line = edge + 64.5

    def signed(centre: float) -> Box:
        low, high = signature_line - 23, signature_line - 2.5
        return Box(centre - half, low, centre + half, high, fonts.TEXT, 10.5, 5.2, 3, alone=8.0, hangs=True)

    wide = width / 2 - edge - 26
    # Narrow enough that a note of two lines and the line over it look like one paragraph.
    foot = Box(middle - 178, edge + 2.5, middle + 178, edge + 19.5, fonts.TEXT, _FOOT, 4.2, 4, "quiet")
    foot = replace(foot, alone=_FOOT, hangs=True)
    beside = Box(left + 4, 0, instructor - half - 10, 0, fonts.TEXT, 8.5, 5.5, 14, "quiet", Align.LEFT, hangs=True)
    return Layout(
        width=width,
        height=height,
        align=Align.CENTRE,
        boxes={
            "provider": replace(line(wide, fonts.CAPITALS, 16, 9), lines=2, tracking=0.07),
            "contact": replace(line(wide, fonts.TEXT, 10.5, 5.8), lines=2, alone=8.0, colour="quiet"),
            "title": replace(line(wide - 40, fonts.TALL_CAPITALS, 47, 16), tracking=0.09),
            "name": replace(line(wide - 20, fonts.NAME, 38, 8), lines=2, alone=18.0),
            "licences": replace(line(wide - 20, fonts.TEXT, 11.5, 7), lines=2, colour="quiet"),
            "course": replace(line(wide, fonts.NAME, 25, 11), lines=2, alone=18.0),
            "hours": replace(line(wide, fonts.CAPITALS, 15.5, 11), tracking=0.07, colour="accent"),
            "subjects": replace(line(wide - 10, fonts.ITALIC, 11, 6), lines=2, alone=9.0, colour="quiet"),
            "approvals": replace(beside, bottom=edge + 3.5, top=edge + 88.5),
            "instructor": signed(instructor),
            "administrator": signed(administrator),
            "footer": foot,
        },
        words={
            "certifies": replace(line(wide, fonts.ITALIC, 15, 9), colour="quiet"),
            "completed": replace(line(wide, fonts.ITALIC, 13.5, 8), colour="quiet"),
            "approvals": _small_capitals(replace(beside, bottom=edge + 90.5, top=edge + 100.5)),
            "scan": _over_code(code),
            "verify": replace(foot, bottom=foot.top, top=foot.top + _FOOT * 1.14, smallest=5.5, lines=1, alone=0),
        },
        columns=(left + 14, right - 14, (0, 0)),
        name_rule=(middle - 250, middle + 250, 0),
        rows=(
            Row("provider", 23, 1.3),
            Row("contact", 14, 0.1),
            Row("title", 58, 1.6),
            Row("certifies", 15, 1.2),
            Row("name", 42, 0.8),
            Row(RULE, 3, 0.2),
            Row("licences", 16, 0.4),
            Row("completed", 15, 1.0),
            Row("course", 35, 0.3),
            Row("hours", 16, 0.4),
            Row("subjects", 14, 0.2),
            Row(COLUMNS[0], 23.5, 1.2),
            Row(COLUMNS[1], 23.5, 0.6),
        ),
        span=(code.top + 12, height - edge, 0.4),
        seal=(middle, edge + 73.5),
        code=code,
        logo=Area(left + 6, height - edge - 80, left + 96, height - edge - 12),
        signatures={
            role: Area(centre - half, signature_line, centre + half, signature_line + 38)
            for role, centre in (("instructor", instructor), ("administrator", administrator))
        },
    )


def _left(width: float, height: float) -> Layout:
    """Everything on one axis at the left; approvals beside the signatures, the code to the lower right."""
    axis, right = 84.0, width - 47

    def line(font: str, largest: float, smallest: float) -> Box:
        return Box(axis, 0, right, 0, font, largest, smallest, align=Align.LEFT)

    side = 110.0
    code = Area(right - side, 50, right, 50 + side)
    wide = (code.left - 16 - axis - 2 * 20) / 3
    places = [axis + number * (wide + 20) for number in range(3)]

    def column(number: int, bottom: float, top: float, font: str, largest: float, smallest: float) -> Box:
        left = places[number]
        return Box(left, bottom, left + wide, top, font, largest, smallest, align=Align.LEFT, hangs=True)

    foot = Box(axis, 48, code.left - 16, 66, fonts.TEXT, _FOOT, 4.2, 4, "quiet", Align.LEFT, alone=6.6, hangs=True)
    signature_line = 117.0
    signed = {
        role: replace(column(number, 94, 114.5, fonts.TEXT, 10.5, 5.2), lines=3, alone=8.0)
        for number, role in enumerate(("instructor", "administrator"))
    }
    return Layout(
        width=width,
        height=height,
        align=Align.LEFT,
        boxes={
            "provider": replace(line(fonts.CAPITALS, 15, 8.5), lines=2, tracking=0.06),
            "contact": replace(line(fonts.TEXT, 10.5, 5.8), lines=2, alone=8.0, colour="quiet"),
            "title": replace(line(fonts.TALL_CAPITALS, 37, 16), lines=2, tracking=0.03, alone=24.0),
            "name": replace(line(fonts.NAME, 38, 8), lines=2, alone=18.0),
            "licences": replace(line(fonts.TEXT, 11.5, 7), lines=2, colour="quiet"),
            "course": replace(line(fonts.NAME, 25, 11), lines=2, alone=18.0),
            "hours": replace(line(fonts.CAPITALS, 15.5, 11), colour="accent", tracking=0.06),
            "subjects": replace(line(fonts.ITALIC, 11, 6), lines=2, colour="quiet", alone=9.0),
            "approvals": replace(column(2, 77, 145, fonts.TEXT, 8.5, 5.5), lines=14, colour="quiet"),
            **signed,
            "footer": foot,
        },
        words={
            "certifies": replace(line(fonts.ITALIC, 14.5, 9), colour="quiet"),
            "completed": replace(line(fonts.ITALIC, 13.5, 8), colour="quiet"),
            "approvals": _small_capitals(column(2, 147, 157, fonts.TEXT, 8.5, 5.5)),
            "scan": _over_code(code),
            "verify": replace(foot, bottom=foot.top, top=foot.top + _FOOT * 1.14, smallest=5.5, lines=1, alone=0),
        },
        columns=(axis, right, (0, 0)),
        name_rule=(axis, axis + 72, 0),
        rows=(
            Row("provider", 23, 0.0),
            Row("contact", 14, 0.1),
            Row("title", 46, 1.4),
            Row(RULE, 4, 0.4),
            Row("certifies", 16, 1.2),
            Row("name", 42, 0.6),
            Row("licences", 16, 0.1),
            Row("completed", 15, 1.0),
            Row("course", 38, 0.2),
            Row("hours", 16, 0.4),
            Row("subjects", 14, 0.2),
            Row(COLUMNS[0], 23.5, 1.2),
            Row(COLUMNS[1], 23.5, 0.6),
        ),
        span=(code.top + 12, height - 44, 0.6),
        seal=(width / 2, 132),
        code=code,
        logo=Area(right - 120, height - 108, right, height - 48),
        signatures={
            role: Area(box.left, signature_line, box.right, signature_line + 38) for role, box in signed.items()
        },
    )


def _small_capitals(box: Box) -> Box:
    """Return the place of a word over other words."""
    return replace(box, font=fonts.CAPITALS, largest=6.8, smallest=5, lines=1, colour="quiet", tracking=0.07)


def _over_code(code: Area) -> Box:
    """Return the place of the word over the code."""
    bottom = code.top + 3.5
    return _small_capitals(Box(code.left, bottom, code.right, bottom + 7.5, fonts.CAPITALS, 6.8, 5))
