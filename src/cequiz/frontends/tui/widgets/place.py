"""The place of a figure in a question, and how a question's parts share the height of a terminal.

The answer comes first: a few of its rows are always in sight. Text that is longer than what is left scrolls in its
place, and a figure gets what nobody else needs.
"""

from __future__ import annotations

from dataclasses import dataclass

from textual.containers import Vertical
from textual.reactive import reactive

_LINES = 3
"""Lines of a story or a stem that are left to it, at least; the rest scrolls."""

_WORDS, _PICTURE, _ROOMY = 2, 7, 18
"""Lines of a figure's words that are left to it, at least; of a picture with its gap, where there are so many lines."""


class Place(Vertical):
    """Where a figure goes; whoever is in it draws itself no higher than its room."""

    room: reactive[int] = reactive(1000, layout=False, repaint=False)
    """Lines for the figure and the gap below it."""


@dataclass(frozen=True)
class Shares:
    """Lines for the parts above the answer."""

    story: int
    stem: int
    figure: int


def shares(*, free: int, story: int, stem: int, figure: bool) -> Shares:
    """Return how many lines each part gets.

    Args:
        free: lines that are left once number, answer and the line about saving have theirs.
        story: lines that the story of a case would like; 0 where there is none.
        stem: lines that the stem would like.
        figure: whether there is one.
    """
    least = 0 if not figure else _PICTURE if free >= _ROOMY else _WORDS + 1
    wanted = story + stem + least
    for _ in range(max(wanted - free, 0)):
        if story >= stem and story > _LINES:
            story -= 1
        elif stem > _LINES:
            stem -= 1
        elif story > _LINES:
            story -= 1
    return Shares(story, stem, max(free - story - stem, _WORDS + 1))
