"""`cequiz evaluate`: a course evaluation that was left for later."""

from __future__ import annotations

from typing import Annotated

import typer

from cequiz.frontends.cli.desk import desk_of
from cequiz.frontends.cli.noun import example


def add_to(app: typer.Typer) -> None:
    """Declare the command."""
    app.command("evaluate", epilog=example("cequiz evaluate essential-assessments --student sample@example.org"))(
        evaluate
    )


def evaluate(
    ctx: typer.Context,
    course: Annotated[str, typer.Argument(metavar="COURSE", help="ID of the course.")],
    student: Annotated[str, typer.Option(help="ID or e-mail address of the student.")],
    decline: Annotated[bool, typer.Option("--decline", help="Decline the evaluation without a question.")] = False,
) -> int:
    """Ask for the evaluation of a course, then settle the certificate."""
    from cequiz.errors import NotAllowed
    from cequiz.frontends.plain.console import Console, open_source
    from cequiz.frontends.plain.evaluation import ask_evaluation
    from cequiz.frontends.plain.sit import say_progress
    from cequiz.services import enrolling, evaluating, issuing

    desk = desk_of(ctx)
    ports = desk.ports()
    found = enrolling.student(ports, student)
    progress = issuing.course_progress(ports, student_id=found.id, course_id=course)
    taken = progress.course
    if progress.evaluation in {issuing.EvaluationState.GIVEN, issuing.EvaluationState.DECLINED}:
        # Refused here as well as by the service, so that nobody types answers in vain.
        raise NotAllowed("This course was evaluated already.", hint="An evaluation is given, or declined, once.")
    console = Console(open_source(desk.stdin), desk.out)
    if decline:
        evaluating.evaluate(ports, student_id=found.id, course_id=taken.id, answers=None, actor=desk.actor)
        console.say("You declined the evaluation.")
    elif not ask_evaluation(console, ports, course=taken, student_id=found.id, actor=desk.actor):
        return 0
    say_progress(console, ports, course=taken, student_id=found.id, actor=desk.actor)
    return 0
