"""The ornaments around the words: borders, rosettes, seals, and the word SPECIMEN as outlines.

Everything is vector and a function of page and template alone. Ornament holds no text that a reader of the file could
take for a fact: its letters are outlines. Repeated pieces are written alike each time, so that deflate keeps them once.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import pi

from cequiz.adapters.pdf.layouts import MARGIN, Align, Layout
from cequiz.adapters.pdf.lettering import Lettering
from cequiz.adapters.pdf.page import Line
from cequiz.adapters.pdf.pen import Pen, Point, rose, wave
from cequiz.adapters.pdf.template import Border, Seal, Template

_MIDDLE = MARGIN + 17.5
"""Where the braid runs; the corner rosettes reach the margin."""
_BRAID = 8.8
_SEAL = 0.94
"""The seal is drawn with a radius of 45 and scaled to its place."""
_WHITE = "#FFFFFF"
_GOLD = ("#C9A557", "#E7D3A0", "#FBF5E4")
"""Metal of the seal, from its edge inwards; the words keep to the template's own colours."""


def border(pen: Pen, template: Template, layout: Layout) -> None:
    """Draw what runs around the page."""
    match template.border:
        case Border.BRAID:
            _braided(pen, template, layout)
        case Border.RULES:
            pen.ink(stroke=template.colours["ink"])
            for inset, width in ((MARGIN + 1, 2.0), (MARGIN + 5.5, 0.7)):
                pen.ink(width=width)
                pen.frame(inset, inset, layout.width - inset, layout.height - inset)
        case Border.BAR:
            pen.ink(fill=template.colours["accent"])
            pen.frame(MARGIN, MARGIN, MARGIN + 9, layout.height - MARGIN, paint="f")
            pen.ink(fill=template.colours["ink"])
            pen.frame(MARGIN, layout.height - MARGIN - 92, MARGIN + 9, layout.height - MARGIN, paint="f")
        case Border.NONE:
            pass


def _braided(pen: Pen, template: Template, layout: Layout) -> None:
    """Draw rules, the braid between them and a rosette in each corner."""
    ink, accent = template.colours["ink"], template.colours["accent"]
    for offset, width, colour in ((-14.2, 1.9, ink), (-10.9, 0.5, accent), (10.9, 0.5, accent), (13.9, 0.9, ink)):
        inset = _MIDDLE + offset
        pen.ink(stroke=colour, width=width)
        pen.frame(inset, inset, layout.width - inset, layout.height - inset)
    for turn, length, other in (
        (0, layout.width, layout.height),
        (90, layout.height, layout.width),
        (180, layout.width, layout.height),
        (270, layout.height, layout.width),
    ):
        with pen.placed(layout.width / 2, layout.height / 2, turn=turn):
            pen.move(-(length - 2 * _MIDDLE) / 2, _MIDDLE - other / 2)
            _side(pen, template, length - 2 * _MIDDLE)
    for x in (_MIDDLE, layout.width - _MIDDLE):
        for y in (_MIDDLE, layout.height - _MIDDLE):
            _corner(pen, template, (x, y))


def _side(pen: Pen, template: Template, length: float) -> None:
    # A whole number of periods, so that every corner meets its rosette alike.
    periods = round(length / 25)
    pen.say("1 J 1 j")
    for colour, sign in ((template.colours["accent"], 1), (template.colours["ink"], -1)):
        pen.ink(stroke=colour, width=0.34)
        for strand in range(6):
            swing = sign * _BRAID * (1 - 0.145 * strand)
            with pen.placed():
                for _ in range(periods):
                    pen.follow(wave(length / periods, swing, 0.045 * strand), 0, 1, pieces=4)
                    pen.move(length / periods)


def _corner(pen: Pen, template: Template, centre: Point) -> None:
    ink, accent = template.colours["ink"], template.colours["accent"]
    with pen.placed(*centre):
        pen.ink(stroke=ink, fill=_WHITE, width=1.1)
        pen.circle(0, 0, 16.8, paint="B")
        pen.ink(stroke=accent, width=0.5)
        pen.circle(0, 0, 15.2)
        pen.ink(width=0.3)
        _turned(pen, radius=9.3, swing=5.2, petals=8, count=6)
        pen.ink(fill=_WHITE, stroke=accent, width=0.4)
        pen.circle(0, 0, 4.4, paint="B")
        pen.ink(fill=ink)
        pen.circle(0, 0, 2.5, paint="f")


def _turned(pen: Pen, *, radius: float, swing: float, petals: int, count: int) -> None:
    """Draw closed lines that swing round a circle, each turned a little further: what a rose engine engraves."""
    with pen.placed():
        for _ in range(count):
            pen.follow(rose(radius, swing, petals), 0, 1, pieces=4 * petals, paint="s")
            pen.move(turn=360 / petals / count)


def watermark(pen: Pen, template: Template, layout: Layout) -> None:
    """Draw a pale rosette behind the words."""
    if not template.watermark:
        return
    pen.ink(stroke=template.colours["tint"], width=0.42)
    with pen.placed(layout.width / 2, layout.height / 2 + 14):
        _turned(pen, radius=122, swing=44, petals=12, count=10)
        _turned(pen, radius=58, swing=20, petals=9, count=6)
        _turned(pen, radius=30, swing=8, petals=12, count=3)


def seal(pen: Pen, template: Template, layout: Layout, lettering: Lettering) -> None:
    """Draw the seal without the hours, which differ from page to page."""
    with pen.placed(*layout.seal, scale=_SEAL):
        match template.seal:
            case Seal.WAVES:
                _waves(pen, template, lettering)
            case Seal.RING:
                _ring(pen, template, lettering)
            case Seal.NONE:
                pass


def _waves(pen: Pen, template: Template, lettering: Lettering) -> None:
    ink, accent = template.colours["ink"], template.colours["accent"]
    metal, shine, middle = _GOLD
    pen.say("1 j")
    pen.ink(fill=metal, stroke=accent, width=0.5)
    pen.follow(rose(45.2, 1.5, 40), 0, 1, pieces=160, paint="b")
    pen.ink(stroke=shine, width=0.35)
    for radius in (43.0, 42.2):
        pen.circle(0, 0, radius)
    pen.ink(fill=ink, stroke=shine, width=0.9)
    pen.circle(0, 0, 40.8, paint="B")
    pen.ink(width=0.4)
    pen.circle(0, 0, 39.3)
    pen.ink(fill=middle, stroke=metal, width=1.0)
    pen.circle(0, 0, 28.6, paint="B")
    pen.ink(stroke=metal, width=0.26)
    _turned(pen, radius=22.9, swing=4.6, petals=20, count=5)
    pen.ink(fill=middle, stroke=metal, width=0.5)
    pen.circle(0, 0, 18.6, paint="B")
    pen.ink(fill=shine)
    _around(pen, lettering, template, radius=31.7, size=5.7)
    for x in (-34.0, 34.0):
        pen.polygon((x - 1.7, 0), (x, 1.7), (x + 1.7, 0), (x, -1.7))


def _ring(pen: Pen, template: Template, lettering: Lettering) -> None:
    ink = template.colours["ink"]
    pen.ink(stroke=ink, fill=ink)
    for radius, width in ((44.0, 1.6), (41.2, 0.6), (28.4, 0.8)):
        pen.ink(width=width)
        pen.circle(0, 0, radius)
    _around(pen, lettering, template, radius=31.9, size=5.8)
    for x in (-34.8, 34.8):
        pen.circle(x, 0, 1.1, paint="f")


def _around(pen: Pen, lettering: Lettering, template: Template, *, radius: float, size: float) -> None:
    """Set the seal's words on a circle: over the top, and under the bottom and still upright."""
    tall = 0.7 * size
    for words, over in ((template.words["seal_over"], True), (template.words["seal_under"], False)):
        letters = lettering.letters(words.upper(), size, tracking=0.4)
        at, sign = (radius, -1) if over else (radius + tall, 1)
        half = sum(width for _, width in letters) / 2
        middle = -half
        for outline, width in letters:
            middle += width / 2
            with pen.placed(turn=sign * middle / at * 180 / pi):
                pen.move(-width / 2, at if over else -at)
                pen.say(outline, "f")
            middle += width / 2


def hours(pen: Pen, template: Template, layout: Layout, lettering: Lettering, *, number: str) -> None:
    """Draw the hours into the seal, as outlines: the hours stand on the page as text already."""
    if template.seal is Seal.NONE:
        return
    size = 23.0 if len(number) <= 2 else 17.0 if len(number) <= 4 else 11.0
    with pen.placed(*layout.seal, scale=_SEAL):
        pen.ink(fill=template.colours["ink"])
        _centred(pen, lettering, number, size, y=-2.2 if len(number) <= 2 else -1.0)
        pen.ink(fill=template.colours["accent"])
        _centred(pen, lettering, template.words["seal_unit"].upper(), 4.9, y=-11.2)


def _centred(pen: Pen, lettering: Lettering, text: str, size: float, *, y: float) -> None:
    outline, width = lettering.line(text, size)
    with pen.placed(-width / 2, y):
        pen.say(outline, "f")


def specimen(pen: Pen, template: Template, layout: Layout, lettering: Lettering) -> None:
    """Draw the word SPECIMEN across the page in outlined letters."""
    letters = lettering.letters("SPECIMEN", 118.0, tracking=8.0)
    with pen.placed(layout.width / 2, layout.height / 2, turn=26):
        pen.ink(stroke=template.colours["specimen"], fill=template.colours["pale"], width=1.1)
        pen.say("1 j")
        pen.move(-sum(width for _, width in letters) / 2, -41)
        for outline, width in letters:
            pen.say(outline, "B")
            pen.move(width)


def title_rules(pen: Pen, template: Template, layout: Layout, lines: Sequence[Line]) -> None:
    """Draw rules on both sides of the title's second line, as far as the first one reaches."""
    if len(lines) != 2 or layout.align is not Align.CENTRE:
        return
    first, second = lines
    y = second.y + second.size * 0.34
    left, right = first.x, first.x + first.width
    inner = second.x - 16, second.x + second.width + 16
    if inner[0] - left < 20:
        return
    pen.ink(stroke=template.colours["accent"], width=0.9)
    pen.line((left, y), (inner[0], y))
    pen.line((inner[1], y), (right, y))


def name_rule(pen: Pen, template: Template, layout: Layout) -> None:
    """Draw the rule under the name, with a diamond in its middle where everything is centred."""
    left, right, y = layout.name_rule
    pen.ink(stroke=template.colours["accent"], fill=template.colours["accent"], width=0.8)
    if layout.align is not Align.CENTRE:
        pen.ink(width=2.0)
        pen.line((left, y), (right, y))
        return
    middle = (left + right) / 2
    pen.line((left, y), (middle - 6, y))
    pen.line((middle + 6, y), (right, y))
    pen.polygon((middle - 3.2, y), (middle, y + 3.2), (middle + 3.2, y), (middle, y - 3.2))


def column_rules(pen: Pen, template: Template, rules: Sequence[tuple[float, float, float]]) -> None:
    """Draw the rules between the columns: x, lower end, upper end."""
    pen.ink(stroke=template.colours["tint"], width=0.6)
    for x, low, high in rules:
        pen.line((x, low), (x, high))
