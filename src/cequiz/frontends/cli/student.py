"""`cequiz student`: people who sit exams."""

from __future__ import annotations

from typing import Annotated

import typer

from cequiz.frontends.cli import student_changes, student_import, student_records
from cequiz.frontends.cli.desk import JsonOption, clock_words, desk_of
from cequiz.frontends.cli.noun import example, noun
from cequiz.frontends.cli.student_changes import Who, Why, say_warnings, student_record
from cequiz.language import tr

app = noun("student", about="Students: add, look at, accommodate.", shows="cequiz student list")


@app.command(
    epilog=example('cequiz student add --name "Sample Student" --email sample@example.org --licence FL:MA12345')
)
def add(
    ctx: typer.Context,
    name: Annotated[str, typer.Option(help="Name as on the licence; certificates print it exactly so.")],
    email: Annotated[str, typer.Option(help="E-mail address; it signs the student in.")],
    licence: Annotated[
        list[str] | None, typer.Option(help="STATE:NUMBER, such as FL:MA12345; may be given again.")
    ] = None,
    as_json: JsonOption = False,
) -> int:
    """Add a student and print the new id; the first passphrase given at the sign-in becomes the student's."""
    from cequiz.domain.people.student import parse_licence
    from cequiz.services import enrolling, licensing

    desk = desk_of(ctx)
    licences = [parse_licence(one) for one in licence or []]
    say_warnings(desk, licensing.warnings(desk.ports(), licences))
    student = enrolling.register(desk.ports(), name=name, email=email, licences=licences, actor=desk.actor)
    if as_json:
        desk.document(student_record(student))
    else:
        desk.print(student.id)
    return 0


@app.command("list", epilog=example("cequiz student list --search souza --limit 20"))
def list_(
    ctx: typer.Context,
    *,
    search: Annotated[
        str, typer.Option(metavar="WORDS", help="Only who has these in name, address, licence or id.")
    ] = "",
    limit: Annotated[int | None, typer.Option(metavar="N", min=1, help="Only the first so many.")] = None,
    as_json: JsonOption = False,
) -> int:
    """List students, by name."""
    from cequiz.services import enrolling

    desk = desk_of(ctx)
    students = enrolling.students(desk.ports(), words=search, limit=limit)
    if as_json:
        desk.document([student_record(one) for one in students])
        return 0
    rows = [(one.id, one.name, one.email, ", ".join(map(str, one.licences))) for one in students]
    headings = (tr("ID"), tr("NAME"), tr("E-MAIL"), tr("LICENCES"))
    desk.table(headings, rows, none=tr("There is no student yet."))
    return 0


@app.command(epilog=example("cequiz student show sample@example.org"))
def show(ctx: typer.Context, student: Who, as_json: JsonOption = False) -> int:
    """Show a student and where the student stands in every course."""
    from cequiz.frontends.cli.student_changes import version_records, version_rows
    from cequiz.services import accommodating, enrolling, grading, reporting

    desk = desk_of(ctx)
    found = enrolling.student(desk.ports(), student)
    if "@" not in student and student != found.id:
        desk.say(tr("{old} was merged into {new}.", old=student, new=found.id))
    grading.sweep(desk.ports())
    home = reporting.home(desk.ports().store, desk.ports().clock, student_id=found.id)
    exams = [(course, card) for course in home.courses for card in course.exams]
    versions = accommodating.versions(desk.ports(), found.id)
    if as_json:
        record = student_record(found)
        record["accommodations"] = version_records(found, versions)
        record["exams"] = [
            {
                "exam": card.ref,
                "state": str(card.state),
                "attempts_used": card.attempts_used,
                "attempts_left": card.attempts_left,
                "until": card.until,
                "enrolled": course.enrolled,
                "certificate": course.certificate,
            }
            for course, card in exams
        ]
        desk.document(record)
        return 0
    desk.fields(
        [
            (tr("ID"), found.id),
            (tr("Name"), found.name),
            (tr("E-mail"), found.email),
            (tr("Licences"), ", ".join(map(str, found.licences)) or tr("none")),
        ]
    )
    desk.print()
    headings = (tr("VERSION"), tr("ACCOMMODATION"), tr("SINCE"), tr("BY"), tr("REASON"))
    desk.table(headings, version_rows(found, versions), none=tr("No accommodation was granted."))
    desk.print()
    rows = [
        (
            card.ref,
            card.state.replace("_", " "),
            str(card.attempts_used),
            str(card.attempts_left),
            course.certificate or "",
        )
        for course, card in exams
    ]
    headings = (tr("EXAM"), tr("STATE"), tr("USED"), tr("LEFT"), tr("CERTIFICATE"))
    desk.table(headings, rows, none=tr("No course is loaded."))
    return 0


@app.command("reset-passphrase", epilog=example("cequiz student reset-passphrase sample@example.org --code"))
def reset_passphrase(
    ctx: typer.Context,
    student: Who,
    code: Annotated[
        bool,
        typer.Option("--code", help="Print a one-time code, with which the student chooses a new one within 24 hours."),
    ] = False,
    reason: Why = "",
) -> int:
    """Set a new passphrase: typed twice at a terminal, else the first line of the input; or give a one-time code."""
    from cequiz.frontends.cli.passphrases import new_passphrase
    from cequiz.services import enrolling

    desk = desk_of(ctx)
    found = enrolling.student(desk.ports(), student)
    if code:
        made = enrolling.reset_passphrase(desk.ports(), student_id=found.id, actor=desk.actor, reason=reason)
        desk.print(made.shown)
        desk.say(
            tr(
                "{name} signs in with it in the place of the passphrase, until {until}, and chooses a new one.",
                name=found.name,
                until=clock_words(made.until),
            )
        )
        return 0
    passphrase = new_passphrase(desk)
    enrolling.set_passphrase(desk.ports(), student_id=found.id, passphrase=passphrase, actor=desk.actor, reason=reason)
    desk.say(tr("The passphrase of {name} is set.", name=found.name))
    return 0


student_changes.add_to(app)
student_import.add_to(app)
student_records.add_to(app)
