"""Where everything stands on a page: computed from the paper's size, so that one layout fits Letter and A4.

Points, origin at the lower left, always landscape. Knows places, not texts: how a text is fitted into its place is the
page's matter, and what the ornaments look like that of the art.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache, lru_cache

from cequiz.adapters.pdf import fonts
from cequiz.adapters.pdf.template import Arrangement, LogoPlace
from cequiz.domain.credential.look import Paper

SIZES: Mapping[Paper, tuple[float, float]] = {Paper.LETTER: (792.0, 612.0), Paper.A4: (841.89, 595.28)}
"""Width and height of the papers, landscape."""

MARGIN = 27.0
"""What some office printers leave white on every side; nothing stands there."""


class Align(StrEnum):
    """Where a line stands in its box."""

    LEFT = "left"
    CENTRE = "centre"


@dataclass(frozen=True)
class Box:
    """The place of a text and how it is fitted: from the largest size to the smallest, then on more lines."""

    left: float
    bottom: float
    right: float
    top: float
    font: str
    largest: float
    smallest: float
    lines: int = 1
    colour: str = "ink"
    align: Align = Align.CENTRE
    tracking: float = 0.0
    """Space between letters, as a part of the size."""
    alone: float = 0.0
    """The smallest size on one line where more lines would be larger; the smallest size of all else."""
    hangs: bool = False
    """Whether a text that does not fill the box stands at its top instead of its middle."""

    @property
    def width(self) -> float:
        """The room for a line."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """The room for all lines."""
        return self.top - self.bottom


@dataclass(frozen=True)
class Area:
    """A place for a picture."""

    left: float
    bottom: float
    right: float
    top: float


@dataclass(frozen=True, kw_only=True, eq=False)
class Layout:
    """The places of a page; made once for a paper and told apart by identity."""

    width: float
    height: float
    align: Align
    boxes: Mapping[str, Box]
    """Field name to place, but for those in the columns; the title's box takes two lines of two sizes."""
    words: Mapping[str, Box]
    """Word of the template to place."""
    columns: tuple[float, float, tuple[float, float]]
    """Left and right end of the columns, and the baselines of the labels in their two rows."""
    name_rule: tuple[float, float, float]
    """Left end, right end and height of the rule under the name."""
    seal: tuple[float, float]
    code: Area
    """The code itself; four modules around it stay white."""
    logo: Area
    signatures: Mapping[str, Area]
    """Role to the room over the signature's line; the line is its lower side."""


ROWS: tuple[tuple[str, ...], ...] = (
    ("completed", "issued", "examination", "format"),
    ("place", "revision", "number"),
)
"""The fields in the columns. Those that are not printed leave their room to the others."""

LABEL_RISE = 13.0
"""From a value's baseline to that of its label."""


@cache
def layout_of(arrangement: Arrangement, paper: Paper) -> Layout:
    """Return the places of a layout on a paper."""
    width, height = SIZES[paper]
    make: Callable[[float, float], Layout] = _centred if arrangement is Arrangement.CENTRED else _left
    return make(width, height)


@lru_cache(maxsize=32)
def beside_logo(layout: Layout, place: LogoPlace) -> Layout:
    """Return the layout with a logo in a corner and the words at the top kept clear of it."""
    logo, provider = layout.logo, layout.boxes["provider"]
    wide = logo.right - logo.left
    edge = min(logo.left, layout.width - logo.right) if layout.align is Align.CENTRE else provider.left
    left = edge if place is LogoPlace.LEFT else layout.width - edge - wide
    if layout.align is Align.LEFT and place is LogoPlace.RIGHT:
        left = provider.right - wide
    logo = replace(logo, left=left, right=left + wide)
    if layout.align is Align.CENTRE:
        room = edge + wide + 8
        ends = (room, layout.width - room)
    else:
        ends = (logo.right + 14, provider.right) if place is LogoPlace.LEFT else (provider.left, logo.left - 14)
    boxes = {name: replace(layout.boxes[name], left=ends[0], right=ends[1]) for name in ("provider", "contact")}
    return replace(layout, logo=logo, boxes={**layout.boxes, **boxes})


@lru_cache(maxsize=64)
def columns(layout: Layout, present: frozenset[str]) -> tuple[dict[str, Box], list[tuple[float, float, float]]]:
    """Return the places in the two rows of columns, and the rules between them as x, lower end, upper end.

    Args:
        layout: of the page.
        present: the fields that are printed.
    """
    left, right, baselines = layout.columns
    boxes: dict[str, Box] = {}
    rules = []
    for row, baseline in zip(ROWS, baselines, strict=True):
        names = [name for name in row if name in present]
        shares = [_share(name, names) for name in names]
        x = left
        for name, share in zip(names, shares, strict=True):
            wide = (right - left) * share / sum(shares)
            value = baseline - LABEL_RISE
            box = Box(
                x + 5, value - 5, x + wide - 5, value + 10, fonts.TEXT, 11.5, 5.2, 2, align=layout.align, alone=8.2
            )
            boxes[name] = box if layout.align is Align.CENTRE else replace(box, left=x, right=x + wide - 16)
            if x > left:
                rules.append((x if layout.align is Align.CENTRE else x - 8, value - 5, baseline + 6))
            x += wide
    return boxes, rules


def label_box(value: Box) -> Box:
    """Return the place of the label over a value."""
    bottom = value.bottom + LABEL_RISE + 2
    return replace(
        value,
        bottom=bottom,
        top=bottom + 8.3,
        font=fonts.CAPITALS,
        largest=6.8,
        smallest=4,
        lines=1,
        colour="quiet",
        tracking=0.07,
    )


def role_box(name: Box, baseline: float) -> Box:
    """Return the place of a signer's role, under the last line of the name."""
    bottom = baseline - 13
    return replace(
        name,
        bottom=bottom,
        top=bottom + 9.5,
        font=fonts.ITALIC,
        largest=9.5,
        smallest=6,
        lines=1,
        colour="quiet",
        hangs=False,
    )


def _share(name: str, row: list[str]) -> float:
    """Return how many columns of four a field takes: a place is long, and so is what a correction replaces."""
    if name == "place" and "revision" in row:
        return 1.7
    return {"place": 2.0, "revision": 1.3, "number": 1.0 if "revision" in row else 2.0}.get(name, 1.0)


def _centred(width: float, height: float) -> Layout:
    """Everything on the middle axis; approvals to the lower left, the code to the lower right."""
    middle, edge = width / 2, 58.5  # the frame's inner side
    left, right = edge + 7, width - edge - 7
    squeeze = (height - edge - 176) / (612 - edge - 176)

    def up(y: float) -> float:
        """Measured on Letter; what stands above the signatures comes closer on a lower page."""
        return 176 + (y - 176) * squeeze

    def line(half: float, bottom: float, top: float, font: str, largest: float, smallest: float) -> Box:
        return Box(middle - half, up(bottom), middle + half, up(top), font, largest, smallest)

    side = 108.5
    code = Area(right - 4 - side, 65, right - 4, 65 + side)
    half = (code.left - 8 - 46 - middle - 14) / 2
    instructor, administrator = middle - 46 - 8 - half, middle + 46 + 8 + half
    signature_line = 123.0

    def signed(centre: float) -> Box:
        return Box(centre - half, 100, centre + half, 120.5, fonts.TEXT, 10.5, 5.2, 3, alone=8.0, hangs=True)

    wide = (width - 2 * edge) / 2 - 26
    return Layout(
        width=width,
        height=height,
        align=Align.CENTRE,
        boxes={
            "provider": replace(line(wide, 521, 545, fonts.CAPITALS, 16, 9), lines=2, tracking=0.07),
            "contact": replace(line(wide, 504, 518, fonts.TEXT, 10.5, 5.8), lines=2, alone=8.0, colour="quiet"),
            "title": replace(line(wide - 40, 435, 497, fonts.CAPITALS, 47, 16), tracking=0.09),
            "name": replace(line(wide - 20, 366, 410, fonts.NAME, 38, 8), lines=2, alone=18.0),
            "licences": replace(line(wide - 20, 336, 354, fonts.TEXT, 11.5, 7), lines=2, colour="quiet"),
            "course": replace(line(wide, 276, 315, fonts.NAME, 25, 11), lines=2, alone=18.0),
            "hours": replace(line(wide, 255, 274, fonts.CAPITALS, 15.5, 11), tracking=0.07, colour="accent"),
            "subjects": replace(line(wide - 10, 238, 255, fonts.ITALIC, 11, 6), lines=2, alone=9.0, colour="quiet"),
            "approvals": Box(
                left + 4, 62, instructor - half - 10, 147, fonts.TEXT, 8.5, 5.5, 14, "quiet", Align.LEFT, hangs=True
            ),
            "instructor": signed(instructor),
            "administrator": signed(administrator),
            "footer": Box(instructor - half, 61, administrator + half, 78, fonts.TEXT, 7.2, 4.2, 4, "quiet", alone=6.6),
        },
        words={
            "certifies": replace(line(wide, 413, 430, fonts.ITALIC, 15, 9), colour="quiet"),
            "completed": replace(line(wide, 316, 333, fonts.ITALIC, 13.5, 8), colour="quiet"),
            "approvals": Box(
                left + 4, 149, instructor - half - 10, 159, fonts.CAPITALS, 6.8, 5, 1, "quiet", Align.LEFT, 0.07
            ),
            "scan": Box(
                code.left,
                code.top + 3.5,
                code.right,
                code.top + 11,
                fonts.CAPITALS,
                6.8,
                5,
                1,
                "quiet",
                tracking=0.07,
            ),
            "verify": Box(instructor - half, 78.5, administrator + half, 87, fonts.TEXT, 7.5, 5.5, 1, "quiet"),
        },
        columns=(left + 14, right - 14, (up(229), up(204))),
        name_rule=(middle - 250, middle + 250, up(362)),
        seal=(middle, 132),
        code=code,
        logo=Area(left + 6, height - edge - 80, left + 96, height - edge - 12),
        signatures={
            "instructor": Area(instructor - half, signature_line, instructor + half, signature_line + 38),
            "administrator": Area(administrator - half, signature_line, administrator + half, signature_line + 38),
        },
    )


def _left(width: float, height: float) -> Layout:
    """Everything on one axis at the left; approvals beside the signatures, the code to the lower right."""
    axis, right, base = 84.0, width - 47, 176.0
    squeeze = (height - 42 - base) / (612 - 42 - base)

    def up(y: float) -> float:
        """Measured on Letter; what stands above the signatures comes closer on a lower page."""
        return base + (y - base) * squeeze

    def line(bottom: float, top: float, font: str, largest: float, smallest: float) -> Box:
        return Box(axis, up(bottom), right, up(top), font, largest, smallest, align=Align.LEFT)

    side = 110.0
    code = Area(right - side, 50, right, 50 + side)
    wide = (code.left - 16 - axis - 2 * 20) / 3
    places = [axis + number * (wide + 20) for number in range(3)]

    def column(number: int, bottom: float, top: float, font: str, largest: float, smallest: float) -> Box:
        left = places[number]
        return Box(left, bottom, left + wide, top, font, largest, smallest, align=Align.LEFT, hangs=True)

    foot = Box(axis, 48, code.left - 16, 66, fonts.TEXT, 7.2, 4.2, 4, "quiet", Align.LEFT, alone=6.6)
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
            "provider": replace(line(541, 563, fonts.CAPITALS, 15, 8.5), lines=2, tracking=0.06),
            "contact": replace(line(524, 539, fonts.TEXT, 10.5, 5.8), lines=2, alone=8.0, colour="quiet"),
            "title": replace(line(460, 506, fonts.CAPITALS, 37, 16), lines=2, tracking=0.03, alone=24.0),
            "name": replace(line(370, 416, fonts.NAME, 38, 8), lines=2, alone=18.0),
            "licences": replace(line(349, 367, fonts.TEXT, 11.5, 7), lines=2, colour="quiet"),
            "course": replace(line(280, 322, fonts.NAME, 25, 11), lines=2, alone=18.0),
            "hours": replace(line(258, 277, fonts.CAPITALS, 15.5, 11), colour="accent", tracking=0.06),
            "subjects": replace(line(239, 257, fonts.ITALIC, 11, 6), lines=2, colour="quiet", alone=9.0),
            "approvals": replace(column(2, 77, 145, fonts.TEXT, 8.5, 5.5), lines=14, colour="quiet"),
            **signed,
            "footer": foot,
        },
        words={
            "certifies": replace(line(419, 437, fonts.ITALIC, 14.5, 9), colour="quiet"),
            "completed": replace(line(325, 342, fonts.ITALIC, 13.5, 8), colour="quiet"),
            "approvals": replace(column(2, 147, 157, fonts.CAPITALS, 6.8, 5), colour="quiet", tracking=0.07),
            "scan": Box(
                code.left,
                code.top + 3.5,
                code.right,
                code.top + 11,
                fonts.CAPITALS,
                6.8,
                5,
                1,
                "quiet",
                tracking=0.07,
            ),
            "verify": replace(foot, bottom=66.5, top=75.5, lines=1, largest=7.5, smallest=5.5, alone=0),
        },
        columns=(axis, right, (up(222), up(193))),
        name_rule=(axis, axis + 72, up(449)),
        seal=(width / 2, 132),
        code=code,
        logo=Area(right - 120, height - 108, right, height - 48),
        signatures={
            role: Area(box.left, signature_line, box.right, signature_line + 38) for role, box in signed.items()
        },
    )
