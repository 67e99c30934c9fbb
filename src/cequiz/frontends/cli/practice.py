"""`cequiz practice`: practising the questions of a course, the five of a day, and where a student stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from cequiz.frontends.cli.desk import JsonOption, desk_of
from cequiz.frontends.cli.lines import PlainOption, conversation, need_terminal, prefers_lines
from cequiz.frontends.cli.noun import example

if TYPE_CHECKING:
    from cequiz.frontends.cli.desk import Desk
    from cequiz.services.practised import PracticeStatus


def add_to(app: typer.Typer) -> None:
    """Declare the command."""
    app.command("practice", epilog=example("cequiz practice essential-assessments --student S-7K3Q9V2MXA --five"))(
        practice
    )


def practice(
    ctx: typer.Context,
    course: Annotated[str, typer.Argument(metavar="COURSE", help="ID of the course.")],
    student: Annotated[str, typer.Option(help="ID or e-mail address of the student.")],
    five: Annotated[bool, typer.Option("--five", help="The five questions of today.")] = False,
    plain: PlainOption = None,
    status: Annotated[bool, typer.Option("--status", help="Only say where the student stands.")] = False,
    as_json: JsonOption = False,
) -> int:
    """Practise the questions of a course: untimed, answered at once with the reason, and kept from the exams."""
    from cequiz.errors import WrongUsage
    from cequiz.language import tr
    from cequiz.services import accommodating, practising

    desk = desk_of(ctx)
    if status or as_json:
        if not status:
            raise WrongUsage(
                tr("Practice itself is no JSON."), hint=tr("Add --status to print where a student stands.")
            )
        return _say_status(desk, practising.status(desk.ports(), student_id=student, course_id=course), as_json=as_json)
    if plain is None:
        # Practice has nothing that a pipe could spoil, so without a terminal it speaks in lines by itself.
        plain = prefers_lines(desk, student) or not desk.interactive
    if plain:
        from cequiz.frontends.plain.patience import patient
        from cequiz.frontends.plain.practice import Practice

        with conversation(desk) as (console, open_figures), patient(console, desk.ports()) as ports:
            hold = practising.begin(ports, student_id=student, course_id=course, five=five)
            spacious = accommodating.profile_of(ports, hold.student_id).spacious
            talk = Practice(
                console,
                hold,
                now=lambda: desk.house.clock.read().wall,
                open_figures=open_figures,
                spacious=spacious,
            )
            return int(talk.run())
    hold = practising.begin(desk.ports(), student_id=student, course_id=course, five=five)
    need_terminal(desk)
    from cequiz.frontends.tui.app import run

    return run(desk.house, student_id=hold.student_id, practice=(hold.course.id, five))


def _say_status(desk: Desk, found: PracticeStatus, *, as_json: bool) -> int:
    from cequiz.domain.practice import DAILY

    if as_json:
        desk.document(
            {
                "course": found.course.id,
                "course_version": found.course.version,
                "questions": found.questions,
                "new": found.new,
                "due": found.due,
                "next_due": found.next_due,
                "answered": found.answered,
                "five": {"done": found.drill.done, "of": DAILY, "streak": found.drill.streak},
                "open_attempt": found.running,
            }
        )
        return 0
    from cequiz.frontends.practice_words import drill_words, waiting_words
    from cequiz.language import tr, trn

    desk.fields(
        [
            (tr("Course"), found.course.title),
            (tr("Questions"), str(found.questions)),
            (tr("Waiting"), waiting_words(found, zone=None, now=desk.house.clock.read().wall)),
            (tr("Answered"), trn("{count} time", "{count} times", found.answered)),
            (tr("Daily drill"), drill_words(found.drill)),
        ]
    )
    if found.running is not None:
        desk.say(tr("Practice waits until the attempt {attempt} has ended.", attempt=found.running))
    return 0
