"""How a report that takes long tells how far it is, and learns that nobody waits for it any more.

It knows neither what is counted nor who is told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from cequiz.errors import Stopped
from cequiz.language import tr

T = TypeVar("T")

Tell = Callable[[int, int], None]
"""Told how much is done, of how much."""

Stop = Callable[[], bool]
"""Whether to stop."""

_PIECE = 500
"""So many things are done between two looks."""


def paced(things: Sequence[T], progress: Tell, stop: Stop) -> Iterator[T]:
    """Yield things, one after the other, telling now and then how many are done.

    Raises:
        Stopped: somebody asked for it.
    """
    for piece in pieces(things, progress, stop):
        yield from piece


def pieces(things: Sequence[T], progress: Tell, stop: Stop) -> Iterator[Sequence[T]]:
    """Yield things some hundreds at a time, telling after each piece how many are done.

    Raises:
        Stopped: somebody asked for it.
    """
    go_on(stop)
    for start in range(0, len(things), _PIECE):
        piece = things[start : start + _PIECE]
        yield piece
        progress(start + len(piece), len(things))
        go_on(stop)


def go_on(stop: Stop) -> None:
    """Go on unless somebody asked to stop.

    Raises:
        Stopped: they did.
    """
    if stop():
        raise Stopped(tr("The report was stopped."), hint=tr("Nothing was changed."))
