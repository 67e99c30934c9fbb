"""Writing a drawing as the operators of a PDF page (ISO 32000-1, 8.4 and 8.5), as short as they can be.

Ornaments are tens of thousands of numbers: a canvas would write them slower and longer. Knows nothing of certificates.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from math import cos, pi, radians, sin

Point = tuple[float, float]
Motion = Callable[[float], tuple[float, float, float, float]]
"""A time to a place and a velocity: x, y, dx, dy."""

_ROUND = 0.5522847  # how far the handles of a quarter of a circle reach, in radii


class Pen:
    """Collects operators. Colours are `#RRGGBB`, lengths points, angles degrees against the clock."""

    def __init__(self) -> None:
        self._said: list[str] = []

    def content(self) -> str:
        """Return what was drawn."""
        return "\n".join(self._said)

    def say(self, *parts: str) -> None:
        """Add operators that somebody else has written."""
        self._said.extend(parts)

    def ink(self, *, stroke: str | None = None, fill: str | None = None, width: float | None = None) -> None:
        """Choose colours and the width of lines."""
        if stroke is not None:
            self.say(f"{rgb(stroke)} RG")
        if fill is not None:
            self.say(f"{rgb(fill)} rg")
        if width is not None:
            self.say(f"{shortly(width)} w")

    @contextmanager
    def placed(self, x: float = 0, y: float = 0, *, turn: float = 0, scale: float = 1) -> Iterator[None]:
        """Draw in moved, turned and scaled coordinates, and forget colours afterwards."""
        self.say("q")
        self.move(x, y, turn=turn, scale=scale)
        yield
        self.say("Q")

    def move(self, x: float = 0, y: float = 0, *, turn: float = 0, scale: float = 1) -> None:
        """Move, turn and scale the coordinates for all that follows in a block."""
        across, up = scale * cos(radians(turn)), scale * sin(radians(turn))
        self.say(" ".join(_decimal(part, 6) for part in (across, up, -up, across, x, y)) + " cm")

    def line(self, *points: Point) -> None:
        """Stroke straight lines from point to point."""
        first, *rest = points
        self.say(f"{_pair(first)} m", *(f"{_pair(one)} l" for one in rest), "S")

    def polygon(self, *points: Point, paint: str = "f") -> None:
        """Paint a closed figure: `f` fills, `s` strokes, `b` does both."""
        first, *rest = points
        self.say(f"{_pair(first)} m", *(f"{_pair(one)} l" for one in rest), "h", paint)

    def frame(self, left: float, bottom: float, right: float, top: float, *, paint: str = "S") -> None:
        """Paint a rectangle."""
        self.say(f"{shortly(left)} {shortly(bottom)} {shortly(right - left)} {shortly(top - bottom)} re {paint}")

    def circle(self, x: float, y: float, radius: float, *, paint: str = "S") -> None:
        """Paint a circle."""
        reach = radius * _ROUND
        at: tuple[Sequence[float], ...] = (
            (x + radius, y + reach, x + reach, y + radius, x, y + radius),
            (x - reach, y + radius, x - radius, y + reach, x - radius, y),
            (x - radius, y - reach, x - reach, y - radius, x, y - radius),
            (x + reach, y - radius, x + radius, y - reach, x + radius, y),
        )
        self.say(f"{shortly(x + radius)} {shortly(y)} m", *(f"{_row(one)} c" for one in at), f"h {paint}")

    def follow(self, motion: Motion, start: float, stop: float, *, pieces: int, paint: str = "S") -> None:
        """Paint the way of a motion as curves that have its places and slopes."""
        step = (stop - start) / pieces
        x0, y0, dx0, dy0 = motion(start)
        self.say(f"{shortly(x0)} {shortly(y0)} m")
        for piece in range(1, pieces + 1):
            x1, y1, dx1, dy1 = motion(start + piece * step)
            third = step / 3
            curve = (x0 + dx0 * third, y0 + dy0 * third, x1 - dx1 * third, y1 - dy1 * third, x1, y1)
            self.say(f"{_row(curve)} c")
            x0, y0, dx0, dy0 = x1, y1, dx1, dy1
        self.say(paint)


def rose(radius: float, swing: float, petals: int) -> Motion:
    """Return the motion of a rose engine: round a circle in one unit of time, swinging out and in."""

    def motion(time: float) -> tuple[float, float, float, float]:
        angle = 2 * pi * time
        reach = radius + swing * cos(petals * angle)
        slope = -petals * swing * sin(petals * angle)
        across, up = cos(angle), sin(angle)
        return (
            reach * across,
            reach * up,
            2 * pi * (slope * across - reach * up),
            2 * pi * (slope * up + reach * across),
        )

    return motion


def wave(length: float, swing: float, phase: float) -> Motion:
    """Return the motion of a wave: one period of a length in one unit of time; the phase is in periods."""

    def motion(time: float) -> tuple[float, float, float, float]:
        angle = 2 * pi * (time + phase)
        return time * length, swing * sin(angle), length, 2 * pi * swing * cos(angle)

    return motion


@lru_cache(maxsize=256)
def rgb(colour: str) -> str:
    """Return a colour `#RRGGBB` as three numbers from 0 to 1."""
    return " ".join(f"{int(colour[at : at + 2], 16) / 255:.3g}" for at in (1, 3, 5))


def shortly(value: float) -> str:
    """Return a length with two decimals and nothing that is not needed."""
    return _decimal(value, 2)


def _decimal(value: float, places: int) -> str:
    text = f"{value:.{places}f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def _pair(point: Point) -> str:
    return f"{shortly(point[0])} {shortly(point[1])}"


def _row(numbers: Iterable[float]) -> str:
    return " ".join(map(shortly, numbers))
