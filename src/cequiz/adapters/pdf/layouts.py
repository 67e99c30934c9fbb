"""Where everything stands on a page: places, how rows share the height, how columns share the width.

Points, origin at the lower left, always landscape. Knows places, not texts: how a text is fitted into its place is the
page's matter, and what the ornaments look like that of the art.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache

from cequiz.adapters.pdf import fonts
from cequiz.adapters.pdf.rhythm import Row, spread
from cequiz.adapters.pdf.template import LogoPlace
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
_UNDER_LABEL = 18.0
"""From the lower end of a row of columns to the baseline of its labels."""


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
