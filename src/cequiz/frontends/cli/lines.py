"""What `sit` and `practice` share: whether a person is spoken to in plain lines, and the two ends of that talk.

It knows terminals and a person's preferences, and nothing of exams.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from cequiz.language import tr

if TYPE_CHECKING:
    from cequiz.frontends.cli.desk import Desk
    from cequiz.frontends.plain.console import Console
    from cequiz.frontends.plain.figure import OpenFigures

PlainOption = Annotated[
    bool | None,
    typer.Option("--plain/--screens", help="Plain lines, for screen readers and pipes; else as the person prefers."),
]
"""The option of every command that has both faces; None where neither was asked for."""


def prefers_lines(desk: Desk, student: str) -> bool:
    """Return whether the program, or the student's accommodation, is set to plain lines.

    Args:
        desk: the command's surroundings.
        student: id or e-mail address; whoever is not there is refused in a moment by the face that was asked for.
    """
    from cequiz.errors import NotFound
    from cequiz.services import accommodating

    if desk.settings.accessible:
        return True
    try:
        return accommodating.profile_of(desk.ports(), student).plain
    except NotFound:
        return False


@contextmanager
def conversation(desk: Desk) -> Iterator[tuple[Console, OpenFigures]]:
    """Open a talk in plain lines: its console, and what shows figures outside of the terminal.

    Inside of it a terminal that goes away, or a system that ends its programs, raises `Hangup`.
    """
    from functools import partial

    from cequiz.frontends.pictures import open_outside
    from cequiz.frontends.plain.console import Console, open_source
    from cequiz.frontends.plain.hangup import hangups

    console = Console(open_source(desk.stdin), desk.out)
    with hangups():
        yield console, partial(open_outside, desk.house)


def need_terminal(desk: Desk, *, hint: str = "") -> None:
    """Refuse screens where nobody sits at a terminal.

    Args:
        desk: the command's surroundings.
        hint: what to do instead; the way to plain lines, where nothing is given.

    Raises:
        WrongUsage: the input or the output is no terminal.
    """
    from cequiz.errors import WrongUsage

    if not desk.interactive:
        raise WrongUsage(
            tr("The screens of cequiz need a terminal."),
            hint=hint or tr("Add --plain: it asks in plain lines and reads pipes too."),
        )
