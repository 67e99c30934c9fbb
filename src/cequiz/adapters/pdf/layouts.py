"""Where everything stands on a page: computed from the paper's size, so that one layout fits Letter and A4.

Points, origin at the lower left, always landscape. Knows places, not texts: how a text is fitted into its place is the
page's matter, and what the ornaments look like that of the art.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache, lru_cache

from cequiz.adapters.pdf import fonts
from cequiz.adapters.pdf.rhythm import Row, spread
from cequiz.adapters.pdf.template import Arrangement, Border, LogoPlace
from cequiz.domain.credential.look import Paper

SIZES: Mapping[Paper, tuple[float, float]] = {Paper.LETTER: (792.0, 612.0), Paper.A4: (841.89, 595.28)}
"""Width and height of the papers, landscape."""

MARGIN = 27.0
"""What some office printers leave white on every side; nothing stands there."""

EDGES: Mapping[Border, float] = {Border.BRAID: 58.5, Border.RULES: 43.0, Border.BAR: 43.0, Border.NONE: 43.0}
"""From the paper's edge to where words may begin, inside of what runs around the page."""


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
    """Left end, right end and height of the rule under the name, or under the title where all stands at the left."""
    rows: tuple[Row, ...]
    """What stands over the signatures, from top to bottom."""
    span: tuple[float, float, float]
    """Where the rows end and begin, and the weight of the gap under the last one."""
    seal: tuple[float, float]
    code: Area
    """The code itself; `qr.QUIET` modules around it stay white."""
    logo: Area
    signatures: Mapping[str, Area]
    """Role to the room over the signature's line; the line is its lower side."""


ROWS: tuple[tuple[str, ...], ...] = (
    ("completed", "examination", "format", "number"),
    ("issued", "place", "revision"),
)
"""The fields in the columns. Those that are not printed leave their room to the others."""

COLUMNS = ("first columns", "second columns")
"""The rows of columns among the rows of a page."""

RULE = "rule"
"""The rule among the rows of a page."""

LABEL_RISE = 13.0
"""From a value's baseline to that of its label."""

_SHARES: Mapping[str, float] = {"examination": 1.45, "format": 0.85, "number": 1.1, "place": 1.7, "revision": 1.3}
"""How wide a column is beside one with a date."""
_FROM_RULE = 7.0
"""How far words keep from the rules between columns."""
_SIZES = (11.5, 10.0)
"""Of the values in the two rows: the second one is the quieter one."""
_FOOT = 7.2
"""The size of the lines at the foot of a page."""
_UNDER_LABEL = 18.0
"""From the lower end of a row of columns to the baseline of its labels."""


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


@lru_cache(maxsize=64)
def arranged(layout: Layout, present: frozenset[str]) -> Layout:
    """Return a layout whose rows share the height among those fields that are printed.

    Args:
        layout: of the page.
        present: the fields that are printed.
    """
    fields = {row.name for row in layout.rows} & layout.boxes.keys()
    absent = fields - present
    absent |= {name for name, row in zip(COLUMNS, ROWS, strict=True) if present.isdisjoint(row)}
    bottom, top, under = layout.span
    rows = [row for row in layout.rows if row.name not in absent]
    places = spread(rows, bottom=bottom, top=top, under=under)

    def put(boxes: Mapping[str, Box]) -> dict[str, Box]:
        # An absent field keeps a place: nothing is drawn there.
        return {
            name: replace(box, bottom=places[name][0], top=places[name][1]) if name in places else box
            for name, box in boxes.items()
        }

    left, right, baselines = layout.columns
    first, second = (
        places[name][0] + _UNDER_LABEL if name in places else before
        for name, before in zip(COLUMNS, baselines, strict=True)
    )
    rule = places[RULE]
    return replace(
        layout,
        boxes=put(layout.boxes),
        words=put(layout.words),
        columns=(left, right, (first, second)),
        name_rule=(*layout.name_rule[:2], (rule[0] + rule[1]) / 2),
    )


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
    boxes = {
        name: replace(layout.boxes[name], left=ends[0], right=ends[1]) for name in ("provider", "contact", "title")
    }
    return replace(layout, logo=logo, boxes={**layout.boxes, **boxes})


@lru_cache(maxsize=64)
def columns(layout: Layout, present: frozenset[str]) -> tuple[dict[str, Box], list[tuple[float, float, float]]]:
    """Return the places in the two rows of columns, and the rules between them as x, lower end, upper end.

    Args:
        layout: of the page.
        present: the fields that are printed.
    """
    left, right, baselines = layout.columns
    centred = layout.align is Align.CENTRE
    boxes: dict[str, Box] = {}
    rules = []
    for row, baseline, size, colour in zip(ROWS, baselines, _SIZES, ("ink", "quiet"), strict=True):
        names = [name for name in row if name in present]
        shares = [_SHARES.get(name, 1.0) for name in names]
        x, value = left, baseline - LABEL_RISE
        for name, share in zip(names, shares, strict=True):
            end = x + (right - left) * share / sum(shares)
            ends = (x + _FROM_RULE, end - _FROM_RULE) if centred else (x, end - 2 * _FROM_RULE)
            boxes[name] = Box(
                ends[0], value - 5, ends[1], value + 10, fonts.TEXT, size, 5.2, 2, colour, layout.align, alone=8.2
            )
            if x > left:
                rules.append((x if centred else x - _FROM_RULE, value - 4, baseline + 6))
            x = end
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
