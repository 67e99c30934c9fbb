"""What both faces do with figures: get them drawn, and hand them to a viewer outside of the terminal.

Knows the house and the figures of questions; what a screen looks like is for the faces.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from typing import TYPE_CHECKING

from cequiz.errors import NotFound
from cequiz.language import tr
from cequiz.services import figures

if TYPE_CHECKING:
    from cequiz.bootstrap import House
    from cequiz.services.figures import FigureView
    from cequiz.services.ports import FigureFile

OUTSIDE = (1600, 1200)
"""Pixels of a picture that is opened outside, at most."""


def file_of(house: House, view: FigureView) -> FigureFile:
    """Return a figure's bytes.

    Raises:
        NotFound: there are only its words: its bank was loaded by a version that kept no pictures.
    """
    found = figures.content(house.ports(), view.sha256)
    if found is None:
        raise NotFound(
            tr("There is no picture of this figure here, only its description."),
            hint=tr("Loading its bank again, with its figures beside it, brings the picture."),
        )
    return found


def open_outside(house: House, views: Sequence[FigureView]) -> str:
    """Draw figures with their markers, hand them to this computer's viewer, and return a sentence about it.

    The pictures have names of our own making, lie in a private folder, and are gone when the program ends.

    Raises:
        NotFound: see `file_of`.
        Refused: a picture cannot be drawn.
    """
    paths = []
    for view in views:
        drawn = house.draw_png(file_of(house, view), view.points, *OUTSIDE)
        # By its own hash: a viewer that is still open shows the markers of this question, not those of another.
        paths.append(house.viewer.keep(f"figure-{sha256(drawn).hexdigest()[:16]}.png", drawn))
    if all(house.viewer.show(path) for path in paths):
        return tr("Asked this computer's viewer to show the picture.")
    where = ", ".join(str(path) for path in paths)
    return tr("There is no viewer here. Until cequiz is left, the picture is in {where}.", where=where)
