"""A question's figure in line mode: its words stand with the question, the picture opens in a window on request."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from cequiz.errors import CequizError
from cequiz.language import tr

if TYPE_CHECKING:
    from cequiz.frontends.plain.console import Console
    from cequiz.services.figures import FigureView

OpenFigures = Callable[["Sequence[FigureView]"], str]
"""Shows figures outside of the terminal and returns a sentence about it."""


def show_figures(console: Console, views: Sequence[FigureView], *, outside: OpenFigures | None) -> None:
    """Open the figures of a question outside, and say what became of it.

    Args:
        console: where it is said.
        views: the question's figures, as `services.figures.of` gives them; none says so.
        outside: what opens them; None where nothing can.
    """
    if not views:
        console.say(tr("This question has no figure."))
        return
    if outside is None:
        console.say(tr("There is no viewer here."))
        return
    try:
        console.say(outside(views))
    except CequizError as error:
        console.say(console.told(error))
