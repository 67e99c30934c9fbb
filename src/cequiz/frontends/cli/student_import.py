"""`cequiz student import`: a class from a file, whole or not at all, and what would happen before it does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from cequiz.frontends.cli.desk import JsonOption, desk_of
from cequiz.frontends.cli.noun import example
from cequiz.frontends.cli.student_changes import say_all
from cequiz.frontends.roll_file import roll_text
from cequiz.language import tr, trn

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cequiz.domain.people.roll import Newcomer
    from cequiz.frontends.cli.desk import Desk
    from cequiz.services.rolling import Intake


def add_to(app: typer.Typer) -> None:
    """Declare the command."""
    app.command("import", epilog=example("cequiz student import class-of-november.csv --dry-run"))(import_)


def import_(
    ctx: typer.Context,
    file: Annotated[
        str,
        typer.Argument(
            metavar="FILE", help="CSV with the columns name, email and, if wanted, licences (FL:1;CA:2) and course."
        ),
    ],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would happen, and add nobody.")] = False,
    as_json: JsonOption = False,
) -> int:
    """Add everybody in a CSV file and print their new ids; with any error nobody is added."""
    from cequiz.domain.people.roll import read_roll
    from cequiz.services import advising, rolling

    desk = desk_of(ctx)
    newcomers, slips = read_roll(roll_text(file))
    if slips or dry_run:
        found = rolling.plan(desk.ports(), newcomers, slips=slips)
    else:
        found = rolling.take_in(desk.ports(), newcomers, actor=desk.actor)
    advice = () if found.slips else advising.advice_for_roll(desk.ports(), newcomers)
    if as_json and not found.slips:
        _print_document(desk, newcomers, found, advice=advice, dry_run=dry_run)
    else:
        _print_lines(desk, file, newcomers, found, dry_run=dry_run)
    if not (as_json and dry_run):
        say_all(desk, advice)
    return 1 if found.slips else 0


def _print_lines(desk: Desk, file: str, newcomers: Sequence[Newcomer], found: Intake, *, dry_run: bool) -> None:
    told = desk.print if dry_run or found.slips else desk.say
    for one in found.remarks:
        kind = "error" if one.wrong else "warning"
        told(f"{file}:{one.slip.line}:{one.slip.column}: {kind} {one.slip.words}")
    if found.slips:
        desk.say(tr("Nobody was added: correct the errors first."))
    elif dry_run:
        for who in newcomers:
            course = f" -> {who.course}" if who.course else ""
            desk.print(f"{file}:{who.line}:{who.columns[0]}: new {who.name} <{who.email}>{course}")
        count = len(newcomers)
        desk.say(trn("{count} student would be added.", "{count} students would be added.", count))
    for student in found.students:
        desk.print(student.id)


def _print_document(
    desk: Desk, newcomers: Sequence[Newcomer], found: Intake, *, advice: Sequence[str], dry_run: bool
) -> None:
    from cequiz.frontends.cli.student_changes import student_record

    if not dry_run:
        for slip in found.warnings:
            desk.say(tr("Warning: line {line}: {words}", line=slip.line, words=slip.words))
        desk.document([student_record(one) for one in found.students])
        return
    desk.document(
        {
            "new": [
                {"line": one.line, "name": one.name, "email": one.email, "course": one.course or None}
                for one in newcomers
            ],
            "warnings": [{"line": one.line, "column": one.column, "words": one.words} for one in found.warnings],
            "advice": list(advice),
        }
    )
