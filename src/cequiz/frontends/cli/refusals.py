"""Telling people why something was not done: a sentence, where it has them its reasons one a line, and the hint."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cequiz.errors import CequizError
    from cequiz.frontends.cli.desk import Desk
    from cequiz.services.issuing import Refusal


def say_error(desk: Desk, error: CequizError) -> None:
    """Tell why a command was refused."""
    for line in (*error.lines, error.hint):
        if line:
            desk.say(line)


def say_refused(desk: Desk, refused: Sequence[Refusal]) -> None:
    """Tell for whom no certificate could be issued, and why; what has one reason stands in one line."""
    for one in refused:
        who = f"{one.student.name}, {one.course_id}"
        first, *rest = one.error.lines
        if not rest:
            desk.say(f"{who}: {one.error.whole}")
            continue
        for line in (f"{who}: {first}", *rest, one.error.hint):
            desk.say(line)
