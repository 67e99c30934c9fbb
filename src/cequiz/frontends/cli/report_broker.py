"""`cequiz report ce-broker`, `batches`, `batch`, `post` and `requeue`: what is reported to boards, once."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cequiz.errors import EnvironmentFailed, Refused, WrongUsage
from cequiz.frontends.cli.desk import Desk, JsonOption, desk_of
from cequiz.frontends.cli.noun import example, noun
from cequiz.frontends.cli.report_out import CourseOption, CsvOption, PdfOption, print_table, show
from cequiz.language import tr, trn

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cequiz.services.reports.ce_broker import Roster

BatchId = Annotated[str, typer.Argument(metavar="BATCH", help="ID of a batch.")]
Folder = Annotated[Path | None, typer.Option("--out", metavar="FOLDER", help="Where both files go; made if need be.")]

_batch = noun(
    "batch", about="A batch of completions that were reported.", shows="cequiz report batch show B-7K3Q9V2MXA"
)


def add_to(app: typer.Typer) -> None:
    """Give the noun of reports what is reported to boards."""
    app.command("ce-broker", epilog=example("cequiz report ce-broker --out reported"))(ce_broker)
    app.command("batches", epilog=example("cequiz report batches --json"))(batches)
    app.command("post", epilog=example("cequiz report post B-7K3Q9V2MXA"))(post)
    requeued = example('cequiz report requeue CQ-2026-000001 --reason "The licence was wrong."')
    app.command("requeue", epilog=requeued)(requeue)
    app.add_typer(_batch)


def ce_broker(
    ctx: typer.Context,
    *,
    course: CourseOption = None,
    state: Annotated[str, typer.Option(metavar="STATE", help="Whose licences are reported.")] = "FL",
    out: Folder = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show who would be reported.")] = False,
    as_json: JsonOption = False,
) -> int:
    """Write the roster for CE Broker as CSV and .xls, of nobody who was reported before, and print the batch's ID."""
    from cequiz.frontends.report_files import check_roster
    from cequiz.services.reports import ce_broker as service

    if dry_run is (out is not None):
        raise WrongUsage(tr("Give --out with a folder, or --dry-run."))
    desk = desk_of(ctx)
    before = service.preview(desk.ports(), state=state, course_id=course or "")
    if out is not None or not (before.lines or as_json):
        for note in before.notes:
            desk.say(tr("Note: {words}", words=note))
    if dry_run or out is None:
        return _told(desk, before, as_json=as_json)
    if before.lines:
        check_roster(out, [line.cells() for line in before.lines])
    found = service.export(desk.ports(), state=state, course_id=course or "", actor=desk.actor)
    if found.batch is not None:
        _write_files(desk, found.batch.id, [line.cells() for line in found.lines], out)
    return _told(desk, found, as_json=as_json)


def batches(ctx: typer.Context, *, as_json: JsonOption = False, csv: CsvOption = None, pdf: PdfOption = None) -> int:
    """List what was reported, the newest first."""
    from cequiz.services.reports.batches import batches as made

    desk = desk_of(ctx)
    return show(desk, made(desk.ports()), as_json=as_json, csv=csv, pdf=pdf)


@_batch.command("show", epilog=example("cequiz report batch show B-7K3Q9V2MXA"))
def show_batch(
    ctx: typer.Context, batch: BatchId, *, as_json: JsonOption = False, csv: CsvOption = None, pdf: PdfOption = None
) -> int:
    """Show the completions of a batch, and which will be reported again."""
    from cequiz.services.reports.batches import batch_report

    desk = desk_of(ctx)
    return show(desk, batch_report(desk.ports(), batch), as_json=as_json, csv=csv, pdf=pdf)


@_batch.command("write", epilog=example("cequiz report batch write B-7K3Q9V2MXA --out reported"))
def write(
    ctx: typer.Context,
    batch: BatchId,
    out: Annotated[Path, typer.Option(metavar="FOLDER", help="Where both files go; made if need be.")],
) -> int:
    """Write both files of a batch again, as they were."""
    from cequiz.frontends.report_files import save_roster
    from cequiz.services.reports.batches import batch as found
    from cequiz.services.reports.batches import outdated

    desk = desk_of(ctx)
    view = found(desk.ports(), batch)
    for path in save_roster(out, view.batch.id, view.cells):
        desk.print(str(path))
    for words in outdated(desk.ports(), batch):
        desk.say(tr("Note: {words}", words=words))
    return 0


def post(ctx: typer.Context, batch: BatchId) -> int:
    """Mark a batch as posted: its file was handed in."""
    from cequiz.services.reports import batches as service

    desk = desk_of(ctx)
    late = service.outdated(desk.ports(), batch)
    posted = service.post(desk.ports(), batch_id=batch, actor=desk.actor)
    desk.say(tr("The batch {id} is marked as posted.", id=posted.id))
    for words in late:
        desk.say(tr("Note: {words}", words=words))
    return 0


def requeue(
    ctx: typer.Context,
    what: Annotated[str, typer.Argument(metavar="CERTIFICATE", help="Number of a certificate, or ID of a completion.")],
    reason: Annotated[str, typer.Option(help="Why, in a sentence; it is kept in the audit record.")],
) -> int:
    """Report a completion again with the next export."""
    from cequiz.services.reports import batches as service

    desk = desk_of(ctx)
    service.requeue(desk.ports(), what=what, reason=reason, actor=desk.actor)
    desk.say(tr("{what} will be reported again.", what=what))
    return 0


def _told(desk: Desk, found: Roster, *, as_json: bool) -> int:
    """Tell who is in the file and who is not; the batch's id alone is data, and so is a preview."""
    from cequiz.services.reports.ce_broker import left_out_report, roster_report

    lines, left_out = roster_report(found), left_out_report(found)
    if as_json:
        desk.document({**lines.to_json(), "left_out": left_out.rows})
        return 0
    if found.batch is not None:
        desk.print(found.batch.id)
    elif found.lines:
        print_table(desk, lines)
    for one in found.left_out:
        desk.say(
            tr(
                "Left out: {name} ({student}), {course}: {reason}.",
                name=one.name,
                student=one.student_id,
                course=one.course_id,
                reason=tr(one.reason),
            )
        )
    desk.say(
        trn("{count} line.", "{count} lines.", len(found.lines)) if found.lines else tr("There is nobody to report.")
    )
    return 0


def _write_files(desk: Desk, batch_id: str, lines: Sequence[Sequence[str]], out: Path) -> None:
    """Write both files; the batch is kept already, so who cannot write them is told how to do it later."""
    from cequiz.frontends.report_files import save_roster

    try:
        csv, xls = save_roster(out, batch_id, lines)
    except (EnvironmentFailed, Refused) as error:
        hint = tr("The batch is kept: `cequiz report batch write {id} --out FOLDER` writes it.", id=batch_id)
        raise type(error)(error.sentence, hint=hint) from None
    desk.say(tr("Written: {csv} and {xls}", csv=csv, xls=xls))
