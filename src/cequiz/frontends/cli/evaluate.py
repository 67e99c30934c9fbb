"""`cequiz evaluate`: a course evaluation that was left for later."""

from __future__ import annotations

from typing import Annotated

import typer

from cequiz.frontends.cli.desk import desk_of
from cequiz.frontends.cli.noun import example
from cequiz.language import tr


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
    from cequiz.frontends.plain.patience import patient
    from cequiz.frontends.plain.progress import say_progress
    from cequiz.services import earning, enrolling, evaluating

    desk = desk_of(ctx)
    console = Console(open_source(desk.stdin), desk.out)
    with patient(console, desk.ports()) as ports:
        found = enrolling.student(ports, student)
        progress = earning.course_progress(ports, student_id=found.id, course_id=course)
        taken, state = progress.course, progress.evaluation
        if state is earning.EvaluationState.NOT_REQUIRED:
            console.say(tr("This course asks for no evaluation."))
        elif state is earning.EvaluationState.MISSING and decline:
            evaluating.evaluate(ports, student_id=found.id, course_id=taken.id, answers=None, actor=desk.actor)
            console.say(tr("You declined the evaluation."))
        elif state is earning.EvaluationState.MISSING and not ask_evaluation(
            console, ports, course=taken, student_id=found.id, actor=desk.actor
        ):
            return 0
        # Whatever kept a certificate back may be out of the way now, so this is settled in every case.
        say_progress(console, ports, course=taken, student_id=found.id, actor=desk.actor, asks=False)
        if state in {earning.EvaluationState.GIVEN, earning.EvaluationState.DECLINED}:
            raise NotAllowed(
                tr("This course was evaluated already."), hint=tr("An evaluation is given, or declined, once.")
            )
        return 0
