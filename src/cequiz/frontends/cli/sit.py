"""`cequiz sit`: one exam, straight away, on the screens or in plain lines."""

from __future__ import annotations

from typing import Annotated

import typer

from cequiz.frontends.cli.desk import desk_of
from cequiz.frontends.cli.lines import PlainOption, conversation, need_terminal, prefers_lines
from cequiz.frontends.cli.noun import example


def add_to(app: typer.Typer) -> None:
    """Declare the command."""
    app.command("sit", epilog=example("cequiz sit essential-assessments/neck-anatomy --student S-7K3Q9V2MXA --plain"))(
        sit
    )


def sit(
    ctx: typer.Context,
    exam: Annotated[str, typer.Argument(metavar="EXAM", help="COURSE/EXAM, or the exam's id where that is unique.")],
    student: Annotated[str, typer.Option(help="ID or e-mail address of the student.")],
    plain: PlainOption = None,
) -> int:
    """Sit an exam, or continue it; exit code 0 when passed or left, 1 when not passed, 3 when refused."""
    desk = desk_of(ctx)
    if prefers_lines(desk, student) if plain is None else plain:
        from cequiz.frontends.plain.patience import patient
        from cequiz.frontends.plain.sit import sit as talk

        with conversation(desk) as (console, open_figures), patient(console, desk.ports()) as ports:
            return int(
                talk(
                    console,
                    ports,
                    student_id=student,
                    exam_ref=exam,
                    actor=desk.actor,
                    open_figures=open_figures,
                )
            )
    need_terminal(desk)
    from cequiz.frontends.tui.app import run
    from cequiz.services import enrolling

    found = enrolling.student(desk.ports(), student)
    return run(desk.house, student_id=found.id, exam_ref=exam)
