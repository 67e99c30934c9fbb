"""`cequiz sit`: one exam, straight away, on the screens or in plain lines."""

from __future__ import annotations

from functools import partial
from typing import Annotated

import typer

from cequiz.frontends.cli.desk import Desk, desk_of
from cequiz.frontends.cli.noun import example
from cequiz.language import tr


def add_to(app: typer.Typer) -> None:
    """Declare the command."""
    app.command("sit", epilog=example("cequiz sit essential-assessments/neck-anatomy --student S-7K3Q9V2MXA --plain"))(
        sit
    )


def sit(
    ctx: typer.Context,
    exam: Annotated[str, typer.Argument(metavar="EXAM", help="COURSE/EXAM, or the exam's id where that is unique.")],
    student: Annotated[str, typer.Option(help="ID or e-mail address of the student.")],
    plain: Annotated[
        bool | None,
        typer.Option(
            "--plain/--screens", help="Plain lines, for screen readers and pipes; else as the person prefers."
        ),
    ] = None,
) -> int:
    """Sit an exam, or continue it; exit code 0 when passed or left, 1 when not passed, 3 when refused."""
    from cequiz.errors import WrongUsage

    desk = desk_of(ctx)
    if plain is None:
        plain = desk.settings.accessible or _prefers_lines(desk, student)
    if plain:
        from cequiz.frontends.pictures import open_outside
        from cequiz.frontends.plain.console import Console, open_source
        from cequiz.frontends.plain.hangup import hangups
        from cequiz.frontends.plain.sit import sit as talk

        console = Console(open_source(desk.stdin), desk.out)
        with hangups():
            return int(
                talk(
                    console,
                    desk.ports(),
                    student_id=student,
                    exam_ref=exam,
                    actor=desk.actor,
                    open_figures=partial(open_outside, desk.house),
                )
            )
    if not desk.interactive:
        raise WrongUsage(
            tr("The screens of cequiz need a terminal."),
            hint=tr("Add --plain: it asks in plain lines and reads pipes too."),
        )
    from cequiz.frontends.tui.app import run
    from cequiz.services import enrolling

    found = enrolling.student(desk.ports(), student)
    return run(desk.house, student_id=found.id, exam_ref=exam)


def _prefers_lines(desk: Desk, student: str) -> bool:
    """Whether the student's accommodation asks for line mode."""
    from cequiz.errors import NotFound
    from cequiz.services import accommodating

    try:
        return accommodating.profile_of(desk.ports(), student).plain
    except NotFound:
        return False  # who is not there is refused in a moment, in the words of the face that was asked for
