"""How rows share the height of a page: each takes what it needs, and the gaps take what is left, each by its weight.

Knows heights alone, neither texts nor papers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple


class Row(NamedTuple):
    """What stands at one height of a page."""

    name: str
    room: float
    """The height that it takes, in points."""
    over: float
    """The weight of the gap over it."""


def spread(rows: Sequence[Row], *, bottom: float, top: float, under: float) -> Mapping[str, tuple[float, float]]:
    """Return the lower and upper end of every row; without room to spare, rows close up and then shrink alike.

    Args:
        rows: from top to bottom.
        bottom: where the last one may end, in points.
        top: where the first one may begin, in points.
        under: the weight of the gap under the last one.
    """
    needed = sum(row.room for row in rows)
    weights = sum(row.over for row in rows) + under
    shrink = min(1.0, (top - bottom) / needed) if needed else 1.0
    gap = max(0.0, top - bottom - needed) / weights if weights else 0.0
    places: dict[str, tuple[float, float]] = {}
    y = top
    for row in rows:
        upper = y - row.over * gap
        y = upper - row.room * shrink
        places[row.name] = (y, upper)
    return places
