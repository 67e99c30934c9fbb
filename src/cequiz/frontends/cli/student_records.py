"""`cequiz student merge` and `transcript`: what is on record of one person, made one and told whole."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cequiz.errors import WrongUsage
from cequiz.frontends.cli.desk import JsonOption, desk_of
from cequiz.frontends.cli.noun import example
from cequiz.frontends.cli.student_changes import Who
from cequiz.frontends.merge_words import moved_words
from cequiz.language import tr

if TYPE_CHECKING:
    from cequiz.frontends.cli.desk import Desk
    from cequiz.services.merging import MergePlan


def add_to(app: typer.Typer) -> None:
    """Declare the commands."""
    app.command(
        "merge", epilog=example('cequiz student merge old@example.org new@example.org --reason "added twice" --dry-run')
    )(merge)
    app.command("transcript", epilog=example("cequiz student transcript sample@example.org --pdf transcript.pdf"))(
        transcript
    )


def merge(
    ctx: typer.Context,
    leaving: Annotated[str, typer.Argument(metavar="FROM", help="ID or e-mail address of the record that ends.")],
    staying: Annotated[str, typer.Argument(metavar="INTO", help="ID or e-mail address of the student who stays.")],
    *,
    reason: Annotated[str, typer.Option(metavar="TEXT", help="Why; it is kept.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would happen, and change nothing.")] = False,
    as_json: JsonOption = False,
) -> int:
    """Make one student of two records of the same person; exit code 1 where a dry run finds that it cannot be done."""
    from cequiz.services import merging

    desk = desk_of(ctx)
    if dry_run:
        plan = merging.preview(desk.ports(), from_id=leaving, into_id=staying)
    else:
        plan = merging.merge(desk.ports(), from_id=leaving, into_id=staying, reason=reason, actor=desk.actor)
    if as_json:
        desk.document(
            {
                "from": plan.leaving.id,
                "into": plan.staying.id,
                "moves": plan.moves,
                "notes": plan.notes,
                "collisions": plan.collisions,
                "merged": not dry_run,
            }
        )
    else:
        _say_plan(desk, plan)
        if not dry_run:
            desk.say(tr("{old} is {new} from now on.", old=plan.leaving.id, new=plan.staying.id))
    return 1 if plan.collisions else 0


def _say_plan(desk: Desk, plan: MergePlan) -> None:
    desk.fields(
        [
            (tr("From"), f"{plan.leaving.name} ({plan.leaving.id}, {plan.leaving.email})"),
            (tr("Into"), f"{plan.staying.name} ({plan.staying.id}, {plan.staying.email})"),
            *moved_words(plan),
        ]
    )
    for words in plan.notes:
        desk.print(f"- {words}")
    for words in plan.collisions:
        desk.print(f"! {words}")


def transcript(
    ctx: typer.Context,
    student: Who,
    *,
    csv: Annotated[str | None, typer.Option(metavar="FILE", help="Write a CSV file, one line a happening.")] = None,
    pdf: Annotated[str | None, typer.Option(metavar="FILE", help="Write a PDF file.")] = None,
    as_json: JsonOption = False,
) -> int:
    """Show, or write, what a student took, sat and earned."""
    from cequiz.bootstrap import report_csv
    from cequiz.domain.report import cell_text
    from cequiz.frontends.report_files import save_csv, save_pdf
    from cequiz.services import transcribing

    desk = desk_of(ctx)
    said = transcribing.transcript(desk.ports(), student)
    if csv == "-":
        if as_json or pdf is not None:
            raise WrongUsage(tr("--csv - writes to the output, where nothing else has room."))
        desk.out.write(report_csv(transcribing.chronicle(said)))
    elif csv is not None:
        desk.say(tr("Written to {path}.", path=save_csv(Path(csv), transcribing.chronicle(said))))
    if pdf is not None:
        desk.say(tr("Written to {path}.", path=save_pdf(Path(pdf), desk.ports(), *transcribing.reports(said))))
    if as_json:
        desk.document(transcribing.to_json(said))
    elif csv is None and pdf is None:
        for table in transcribing.reports(said):
            desk.print(table.title)
            headings = [column.heading for column in table.columns]
            rows = [[cell_text(row.get(column.key)) for column in table.columns] for row in table.rows]
            desk.table(headings, rows, none=tr("Nothing yet."))
            for note in table.notes:
                desk.print(note)
            desk.print()
    return 0
