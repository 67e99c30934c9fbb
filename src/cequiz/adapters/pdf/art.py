"""The drawing around the words: border, rosettes, seal, and the word SPECIMEN as outlines.

Everything is vector and a function of the page alone. Decoration holds no text that a reader of the file could take
for a fact: the diagonal SPECIMEN is strokes, and the seal's words are not those of a printed field.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import cos, pi, sin

from reportlab.lib.colors import HexColor
from reportlab.pdfgen.canvas import Canvas

from cequiz.adapters.pdf import fonts
from cequiz.adapters.pdf.fonts import Fonts
from cequiz.adapters.pdf.page import CENTRE, HEIGHT, WIDTH
from cequiz.adapters.pdf.template import Template

Point = tuple[float, float]

_EDGE = 27.0  # office printers cannot print closer to the edge than a quarter of an inch
_BAND = 18.0
_MIDDLE = _EDGE + 4 + _BAND / 2


def _arc(x: float, y: float, wide: float, high: float, *, start: int, stop: int) -> list[Point]:
    """Return points of an ellipse from one sixteenth of a turn to another, counted against the clock from the right."""
    steps = 4 * abs(stop - start)
    turns = [pi / 8 * (start + (stop - start) * step / steps) for step in range(steps + 1)]
    return [(x + wide * cos(turn), y + high * sin(turn)) for turn in turns]


# Each letter's width and strokes, 1.4 units high.
_LETTERS: dict[str, tuple[float, Sequence[Sequence[Point]]]] = {
    "S": (0.9, [_arc(0.45, 1.04, 0.42, 0.36, start=2, stop=12) + _arc(0.45, 0.34, 0.45, 0.34, start=20, stop=10)]),
    "P": (0.9, [[(0, 0), (0, 1.4), (0.45, 1.4), *_arc(0.45, 1.03, 0.42, 0.37, start=4, stop=-4), (0, 0.66)]]),
    "E": (0.8, [[(0.8, 1.4), (0, 1.4), (0, 0), (0.8, 0)], [(0, 0.72), (0.65, 0.72)]]),
    "C": (1.0, [_arc(0.58, 0.7, 0.58, 0.7, start=2, stop=14)]),
    "I": (0.0, [[(0, 0), (0, 1.4)]]),
    "M": (1.1, [[(0, 0), (0, 1.4), (0.55, 0.55), (1.1, 1.4), (1.1, 0)]]),
    "N": (1.0, [[(0, 0), (0, 1.4), (1, 0), (1, 1.4)]]),
}


def border(canvas: Canvas, template: Template) -> None:
    """Draw the double rule, the braided band between, and a rosette in each corner."""
    ink = HexColor(template.colours["ink"])
    canvas.setStrokeColor(ink)
    for inset, width in ((_EDGE, 1.6), (_EDGE + 3.2, 0.4), (_EDGE + _BAND + 4.8, 0.4), (_EDGE + _BAND + 8, 1.0)):
        canvas.setLineWidth(width)
        canvas.rect(inset, inset, WIDTH - 2 * inset, HEIGHT - 2 * inset)
    canvas.setLineWidth(0.45)
    canvas.setLineCap(1)
    for turn, length in ((0, WIDTH), (90, HEIGHT), (180, WIDTH), (270, HEIGHT)):
        _side(canvas, template, turn=turn, length=length - 2 * _MIDDLE)
    canvas.setLineCap(0)
    for x in (_MIDDLE, WIDTH - _MIDDLE):
        for y in (_MIDDLE, HEIGHT - _MIDDLE):
            _rosette(canvas, x, y, template)


def _side(canvas: Canvas, template: Template, *, turn: int, length: float) -> None:
    # A whole number of periods, so that every corner meets its rosette alike. The text of a period is the same each
    # time, which is what makes the drawing small: deflate keeps it once.
    periods = round(length / 22)
    canvas.saveState()
    canvas.translate(WIDTH / 2, HEIGHT / 2)
    canvas.rotate(turn)
    canvas.translate(-length / 2, _MIDDLE - (HEIGHT if turn % 180 == 0 else WIDTH) / 2)
    for _ in range(periods):
        _period(canvas, template, length / periods)
        canvas.translate(length / periods, 0)
    canvas.restoreState()


def _period(canvas: Canvas, template: Template, length: float) -> None:
    """Draw one period of the braid from the origin to the right: four waves, each in two heights, as Bezier curves."""
    ink, accent = HexColor(template.colours["ink"]), HexColor(template.colours["accent"])
    step = length / 8
    for phase, colour in ((0.0, ink), (2 * pi / 3, accent), (4 * pi / 3, accent), (pi, ink)):
        canvas.setStrokeColor(colour)
        for swing in (0.36 * _BAND, 0.2 * _BAND):
            path = canvas.beginPath()
            path.moveTo(0, round(swing * sin(phase), 2))
            slope = swing * pi / 4 / 3
            for number in range(8):
                at, to, left = phase + number * pi / 4, phase + (number + 1) * pi / 4, number * step
                curve = (
                    *(left + step / 3, swing * sin(at) + slope * cos(at)),
                    *(left + 2 * step / 3, swing * sin(to) - slope * cos(to)),
                    *(left + step, swing * sin(to)),
                )
                path.curveTo(*(round(part, 2) for part in curve))
            canvas.drawPath(path)


def _rosette(canvas: Canvas, x: float, y: float, template: Template) -> None:
    ink, accent = HexColor(template.colours["ink"]), HexColor(template.colours["accent"])
    canvas.setFillColor(HexColor("#FFFFFF"))
    canvas.setStrokeColor(ink)
    canvas.setLineWidth(1.0)
    canvas.circle(x, y, 16.5, fill=1)
    canvas.setLineWidth(0.3)
    canvas.setStrokeColor(accent)
    _roses(canvas, (x, y), radius=9.6, swing=5.2, petals=8, count=5)
    canvas.setFillColor(ink)
    canvas.circle(x, y, 2.4, stroke=0, fill=1)


def _roses(canvas: Canvas, centre: Point, *, radius: float, swing: float, petals: int, count: int) -> None:
    """Draw closed lines that swing round a circle, each turned a little further: what a rose engine engraves.

    The pieces are Bezier curves with the line's own ends and slopes, four a petal. The canvas is turned, so that the
    lines have the same text: deflate keeps it once.
    """
    step = pi / 2 / petals

    def at(angle: float) -> tuple[float, float, float, float]:
        reach, slope = radius + swing * cos(petals * angle), -petals * swing * sin(petals * angle)
        across, up = cos(angle), sin(angle)
        return reach * across, reach * up, slope * across - reach * up, slope * up + reach * across

    canvas.saveState()
    canvas.translate(*centre)
    for _ in range(count):
        path = canvas.beginPath()
        x0, y0, dx0, dy0 = at(0)
        path.moveTo(x0, y0)
        for number in range(1, 4 * petals + 1):
            x1, y1, dx1, dy1 = at(number * step)
            curve = (x0 + dx0 * step / 3, y0 + dy0 * step / 3, x1 - dx1 * step / 3, y1 - dy1 * step / 3, x1, y1)
            path.curveTo(*(round(part, 2) for part in curve))
            x0, y0, dx0, dy0 = x1, y1, dx1, dy1
        path.close()
        canvas.drawPath(path)
        canvas.rotate(360 / petals / count)
    canvas.restoreState()


def watermark(canvas: Canvas, template: Template) -> None:
    """Draw a pale rosette behind the words, and the rule under the name."""
    canvas.setStrokeColor(HexColor(template.colours["tint"]))
    canvas.setLineWidth(0.45)
    _roses(canvas, (CENTRE, 316), radius=136, swing=40, petals=12, count=8)
    _roses(canvas, (CENTRE, 316), radius=66, swing=22, petals=10, count=6)
    rule(canvas, template, y=367, half=250)


def rule(canvas: Canvas, template: Template, *, y: float, half: float) -> None:
    """Draw a thin rule with a diamond in its middle."""
    accent = HexColor(template.colours["accent"])
    canvas.setStrokeColor(accent)
    canvas.setFillColor(accent)
    canvas.setLineWidth(0.8)
    canvas.line(CENTRE - half, y, CENTRE - 7, y)
    canvas.line(CENTRE + 7, y, CENTRE + half, y)
    path = canvas.beginPath()
    path.moveTo(CENTRE - 3.4, y)
    for point in ((CENTRE, y + 3.4), (CENTRE + 3.4, y), (CENTRE, y - 3.4)):
        path.lineTo(*point)
    path.close()
    canvas.drawPath(path, stroke=0, fill=1)


def seal(canvas: Canvas, template: Template, faces: Fonts, *, hours: str) -> None:
    """Draw the seal with the hours in its middle."""
    x, y, radius = CENTRE, 122.0, 33.0
    ink, accent = HexColor(template.colours["ink"]), HexColor(template.colours["accent"])
    canvas.setFillColor(accent)
    path = canvas.beginPath()
    for number in range(72):
        turn, reach = 2 * pi * number / 72, radius + (1.6 if number % 2 else -1.2)
        (path.lineTo if number else path.moveTo)(x + reach * cos(turn), y + reach * sin(turn))
    path.close()
    canvas.drawPath(path, stroke=0, fill=1)
    canvas.setFillColor(ink)
    canvas.circle(x, y, radius - 3.4, stroke=0, fill=1)
    canvas.setStrokeColor(HexColor("#FFFFFF"))
    canvas.setLineWidth(0.4)
    canvas.circle(x, y, radius - 5)
    canvas.setFillColor(HexColor(template.colours["tint"]))
    canvas.circle(x, y, radius - 13, stroke=0, fill=1)
    canvas.setStrokeColor(accent)
    canvas.circle(x, y, radius - 14.4)
    canvas.setFillColor(HexColor("#FFFFFF"))
    _arc_text(canvas, faces, template.words["seal_over"], (x, y), radius=radius - 10.4, size=4.4, over=True)
    _arc_text(canvas, faces, template.words["seal_under"], (x, y), radius=radius - 10.4 + 3.1, size=4.4, over=False)
    canvas.setFillColor(ink)
    size = 17.0 if len(hours) <= 2 else 11.0
    canvas.setFont(fonts.NAME, size)
    canvas.drawCentredString(x, y - size * 0.18, hours)
    canvas.setFont(fonts.CAPITALS, 4.2)
    canvas.drawCentredString(x, y - 10.5, template.words["seal_unit"])


def _arc_text(
    canvas: Canvas, faces: Fonts, text: str, centre: Point, *, radius: float, size: float, over: bool
) -> None:
    """Set letters on a circle: over the top, or under the bottom and still upright."""
    gap = 0.55
    widths = [faces.width(fonts.CAPITALS, letter, size) + gap for letter in text]
    sign = -1 if over else 1
    turn = (pi / 2 if over else -pi / 2) - sign * sum(widths) / radius / 2
    canvas.setFont(fonts.CAPITALS, size)
    for letter, width in zip(text, widths, strict=True):
        turn += sign * width / radius / 2
        canvas.saveState()
        canvas.translate(centre[0] + radius * cos(turn), centre[1] + radius * sin(turn))
        canvas.rotate((turn + (-pi / 2 if over else pi / 2)) * 180 / pi)
        canvas.drawCentredString(gap / 2, 0, letter)
        canvas.restoreState()
        turn += sign * width / radius / 2


def specimen(canvas: Canvas, template: Template) -> None:
    """Draw the word SPECIMEN across the page: outlined letters, made of strokes."""
    canvas.saveState()
    canvas.translate(CENTRE, HEIGHT / 2)
    canvas.rotate(28)
    canvas.setLineCap(2)
    canvas.setLineJoin(1)
    # A pale line over a wider one leaves the outline: strong from afar, and the words over it stay readable.
    for colour, width in ((template.colours["specimen"], 10.5), (template.colours["pale"], 9.0)):
        canvas.setStrokeColor(HexColor(colour))
        canvas.setLineWidth(width)
        _word(canvas, unit=62.0, gap=0.42)
    canvas.restoreState()


def _word(canvas: Canvas, *, unit: float, gap: float) -> None:
    word = [_LETTERS[letter] for letter in "SPECIMEN"]
    left = -(sum(wide for wide, _ in word) + gap * (len(word) - 1)) / 2
    for wide, strokes in word:
        for stroke in strokes:
            _stroke(canvas, [((left + px) * unit, (py - 0.7) * unit) for px, py in stroke])
        left += wide + gap


def _stroke(canvas: Canvas, points: Sequence[Point]) -> None:
    path = canvas.beginPath()
    move: Callable[..., None] = path.moveTo
    for point in points:
        move(*point)
        move = path.lineTo
    canvas.drawPath(path)
