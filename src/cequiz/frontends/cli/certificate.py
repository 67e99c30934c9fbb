"""`cequiz certificate`: issuing, showing, printing and verifying certificates."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cequiz.frontends.cli import certificate_batch, certificate_credential, certificate_life, certificate_verify
from cequiz.frontends.cli.certificate_life import Number, life_records, life_rows
from cequiz.frontends.cli.desk import JsonOption, clock_words, desk_of
from cequiz.frontends.cli.noun import example, noun
from cequiz.frontends.cli.page_picture import PageOption, check_can_draw, draw_page
from cequiz.frontends.cli.refusals import say_refused
from cequiz.frontends.states import state_words
from cequiz.language import tr

if TYPE_CHECKING:
    from cequiz.services.ports import CertificateRecord

app = noun("certificate", about="Certificates: issue, print, verify.", shows="cequiz certificate verify CQ-2026-000001")


@app.command(epilog=example("cequiz certificate issue"))
def issue(ctx: typer.Context, as_json: JsonOption = False) -> int:
    """Issue every certificate that is due, and print the numbers; exit code 3 or 4 if any could not be issued."""
    from cequiz.services import correcting, issuing

    desk = desk_of(ctx)
    issued = issuing.issue_due(desk.ports(), actor=desk.actor)
    caught_up = correcting.catch_up(desk.ports(), actor=desk.actor)
    certificates, refused = issued.certificates + caught_up.certificates, issued.refused + caught_up.refused
    if as_json:
        desk.document([_record(one) for one in certificates])
    else:
        for one in certificates:
            desk.print(one.number)
    say_refused(desk, refused)
    if not (certificates or refused or as_json):
        desk.say(tr("No certificate is due."))
    return max((one.error.exit_code for one in refused), default=0)


@app.command("list", epilog=example("cequiz certificate list --json"))
def list_(ctx: typer.Context, as_json: JsonOption = False) -> int:
    """List every certificate, oldest first."""
    from cequiz.services import papers

    desk = desk_of(ctx)
    lines = papers.each_certificate(desk.ports())
    if as_json:
        desk.documents(vars(one) for one in lines)
        return 0
    rows = (
        (
            one.number,
            state_words(one.status),
            one.completed_on.isoformat(),
            one.hours,
            one.student_name,
            one.course_title,
        )
        for one in lines
    )
    headings = (tr("NUMBER"), tr("STATE"), tr("COMPLETED"), tr("CE HOURS"), tr("NAME"), tr("COURSE"))
    desk.table(headings, rows, none=tr("No certificate was issued yet."))
    return 0


@app.command(epilog=example("cequiz certificate show CQ-2026-000001"))
def show(ctx: typer.Context, number: Number, page: PageOption = False, as_json: JsonOption = False) -> int:
    """Show every printed field of a certificate, its whole life, and where its PDF is (written again if need be)."""
    from cequiz.services import papers

    desk = desk_of(ctx)
    if page:
        check_can_draw(desk, as_json=as_json)
    record, newest = papers.certificate(desk.ports(), number)
    status = newest.status if newest else "unknown"
    life = papers.history(desk.ports(), number)
    path = papers.write_file(desk.ports(), record)
    if as_json:
        desk.document({**_record(record), "status": status, "path": str(path), "life": life_records(life)})
        return 0
    if page:
        draw_page(desk, record.pdf)
    fields = [(tr(field.label), field.text) for field in record.facts.printed_fields()]
    key = record.proof.key_id if record.proof else tr("not signed: only this store can verify it")
    desk.fields(
        [
            *fields,
            (tr("State"), state_words(newest.status if newest else "")),
            (tr("Made"), clock_words(record.issued_at)),
            (tr("Key"), key),
            ("SHA-256", record.sha256),
            ("PDF", str(path)),
        ]
    )
    desk.print()
    headings = (tr("SINCE"), tr("NUMBER"), tr("STATE"), tr("BY"), tr("REASON"))
    desk.table(headings, life_rows(life), none=tr("Nothing is written of its life."))
    return 0


@app.command(epilog=example("cequiz certificate preview essential-assessments --student sample@example.org --out ."))
def preview(
    ctx: typer.Context,
    course: Annotated[str, typer.Argument(metavar="COURSE", help="ID of the course.")],
    student: Annotated[str, typer.Option(help="ID or e-mail address of the student.")],
    out: Annotated[Path | None, typer.Option(help="Folder for the file; the folder of certificates else.")] = None,
    page: PageOption = False,
) -> int:
    """Draw a SPECIMEN of a student's certificate and print the file's path."""
    from cequiz.services import enrolling, papers

    desk = desk_of(ctx)
    if page:
        check_can_draw(desk)
    found = enrolling.student(desk.ports(), student)
    drawn = papers.specimen(desk.ports(), student_id=found.id, course_id=course)
    if page:
        draw_page(desk, drawn.pdf)
    desk.print(str(papers.write_file(desk.ports(), drawn, folder=out)))
    return 0


certificate_batch.add_to(app)
certificate_credential.add_to(app)
certificate_life.add_to(app)
certificate_verify.add_to(app)


def _record(record: CertificateRecord) -> dict[str, object]:
    return {
        "number": record.number,
        "award": record.award_id,
        "issued_at": record.issued_at,
        "sha256": record.sha256,
        "facts": record.facts.to_json(),
        "proof": {"key_id": record.proof.key_id, "index": record.proof.index, "code": record.proof.code}
        if record.proof
        else None,
    }
