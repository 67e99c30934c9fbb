"""A certificate's page as coloured half blocks, for a quick look in the terminal; the PDF is what counts."""

from __future__ import annotations

import os
from collections.abc import Sequence
from io import UnsupportedOperation
from typing import TYPE_CHECKING, Annotated

import typer

from cequiz.errors import WrongUsage
from cequiz.frontends.cli.desk import Desk
from cequiz.language import tr

if TYPE_CHECKING:
    from cequiz.adapters.preview import Cell

PageOption = Annotated[bool, typer.Option("--page", help="Draw the page in the terminal first.")]
"""The option of commands that have a page to show."""

_USUAL_WIDTH = 80
_PLAIN = "\x1b[0m"


def check_can_draw(desk: Desk, *, as_json: bool = False) -> None:
    """Refuse where nobody would see a picture.

    Raises:
        WrongUsage: the output is not a terminal, or the person asked for text alone.
    """
    if as_json or desk.settings.accessible or not desk.out.isatty():
        raise WrongUsage(
            tr("A page is drawn only in a terminal that can show it."),
            hint=tr("Without --page the path of the PDF is printed."),
        )


def draw_page(desk: Desk, pdf: bytes) -> None:
    """Draw the page as wide as the terminal."""
    from cequiz.bootstrap import preview

    width = _width(desk)
    for row in preview(pdf, width, width):
        desk.out.write(f"{_line(row)}{_PLAIN}\n")


def _line(row: Sequence[Cell]) -> str:
    """Return cells with 24-bit colours (ISO 8613-6); a colour is said where it changes."""
    said, before = [], ""
    for sign, ink, paper in row:
        colours = f"\x1b[38;2;{ink[0]};{ink[1]};{ink[2]};48;2;{paper[0]};{paper[1]};{paper[2]}m"
        said.append(f"{colours if colours != before else ''}{sign}")
        before = colours
    return "".join(said)


def _width(desk: Desk) -> int:
    try:
        return os.get_terminal_size(desk.out.fileno()).columns or _USUAL_WIDTH
    except (OSError, UnsupportedOperation):
        return _USUAL_WIDTH
