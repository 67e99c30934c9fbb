"""`cequiz certificate`: issuing, showing, printing and verifying certificates."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cequiz.frontends.cli.desk import Desk, JsonOption, clock_words, desk_of
from cequiz.frontends.cli.noun import example, noun
from cequiz.language import mark, tr

if TYPE_CHECKING:
    from cequiz.services.ports import CertificateRecord
    from cequiz.services.verifying import Verification

app = noun("certificate", about="Certificates: issue, print, verify.", shows="cequiz certificate verify CQ-2026-000001")

Number = Annotated[str, typer.Argument(metavar="NUMBER", help="A certificate number, such as CQ-2026-000001.")]


@app.command(epilog=example("cequiz certificate issue"))
def issue(ctx: typer.Context, as_json: JsonOption = False) -> int:
    """Issue every certificate that is due, and print the numbers; exit code 3 if any could not be issued."""
    from cequiz.services import issuing

    desk = desk_of(ctx)
    issued = issuing.issue_due(desk.ports(), actor=desk.actor)
    if as_json:
        desk.document([_record(one) for one in issued.certificates])
    else:
        for one in issued.certificates:
            desk.print(one.number)
    for refusal in issued.refused:
        error = refusal.error
        desk.say(f"{refusal.student.name}, {refusal.course_id}: {error.sentence} {error.hint}".strip())
    if not (issued.certificates or issued.refused or as_json):
        desk.say(tr("No certificate is due."))
    return 3 if issued.refused else 0


@app.command("list", epilog=example("cequiz certificate list --json"))
def list_(ctx: typer.Context, as_json: JsonOption = False) -> int:
    """List every certificate, oldest first."""
    from cequiz.services import issuing

    desk = desk_of(ctx)
    lines = issuing.certificates(desk.ports())
    if as_json:
        desk.document([vars(one) for one in lines])
        return 0
    rows = [
        (one.number, one.status, one.completed_on.isoformat(), one.hours, one.student_name, one.course_title)
        for one in lines
    ]
    headings = (tr("NUMBER"), tr("STATUS"), tr("COMPLETED"), tr("CE HOURS"), tr("NAME"), tr("COURSE"))
    desk.table(headings, rows, none=tr("No certificate was issued yet."))
    return 0


@app.command(epilog=example("cequiz certificate show CQ-2026-000001"))
def show(ctx: typer.Context, number: Number, as_json: JsonOption = False) -> int:
    """Show every printed field of a certificate, its status, and where its PDF is (it is written again if need be)."""
    from cequiz.services import issuing

    desk = desk_of(ctx)
    record, newest = issuing.certificate(desk.ports(), number)
    status = newest.status if newest else "unknown"
    path = issuing.write_file(desk.ports(), record)
    if as_json:
        desk.document({**_record(record), "status": status, "path": str(path)})
        return 0
    fields = [(tr(field.label), field.text) for field in record.facts.printed_fields()]
    issued = clock_words(record.issued_at)
    desk.fields([*fields, (tr("State"), status), (tr("Made"), issued), ("SHA-256", record.sha256), ("PDF", str(path))])
    return 0


@app.command("print", epilog=example("cequiz certificate print CQ-2026-000001"))
def print_(ctx: typer.Context, number: Number) -> int:
    """Send a certificate to the printer."""
    from cequiz.services import issuing

    desk = desk_of(ctx)
    desk.say(issuing.print_certificate(desk.ports(), number, actor=desk.actor))
    return 0


@app.command(epilog=example("cequiz certificate preview essential-assessments --student sample@example.org --out ."))
def preview(
    ctx: typer.Context,
    course: Annotated[str, typer.Argument(metavar="COURSE", help="ID of the course.")],
    student: Annotated[str, typer.Option(help="ID or e-mail address of the student.")],
    out: Annotated[Path | None, typer.Option(help="Folder for the file; the folder of certificates else.")] = None,
) -> int:
    """Draw a SPECIMEN of a student's certificate and print the file's path."""
    from cequiz.services import enrolling, issuing

    desk = desk_of(ctx)
    found = enrolling.student(desk.ports(), student)
    drawn = issuing.specimen(desk.ports(), student_id=found.id, course_id=course)
    desk.print(str(issuing.write_file(desk.ports(), drawn, folder=out)))
    return 0


@app.command(epilog=example("cequiz certificate verify certificate.pdf"))
def verify(
    ctx: typer.Context,
    what: Annotated[str, typer.Argument(metavar="FILE|NUMBER", help="A PDF, or a certificate number.")],
    as_json: JsonOption = False,
) -> int:
    """Compare every printed field with the record; exit code 0 only when genuine and in force."""
    desk = desk_of(ctx)
    found = _verified(desk, what)
    verdict = found.verdict
    good = verdict.good and not verdict.differences
    if as_json:
        desk.document(
            {
                "standing": str(verdict.standing),
                "valid": good,
                "number": found.number,
                "reason": found.status_reason,
                "fields": [vars(field) for field in found.fields],
                "differences": [vars(one) for one in verdict.differences],
            }
        )
        return 0 if good else 1
    if found.fields:
        desk.fields([(tr(field.label), field.text) for field in found.fields])
    for one in verdict.differences:
        desk.print(
            tr(
                "Differs: {label}: printed {printed!r}, recorded {recorded!r}",
                label=tr(one.label),
                printed=one.printed,
                recorded=one.recorded,
            )
        )
    words = tr(_WORDS[str(verdict.standing)])
    if found.status_reason:
        desk.print(tr("Verdict: {words} ({reason})", words=words, reason=found.status_reason))
    else:
        desk.print(tr("Verdict: {words}", words=words))
    return 0 if good else 1


_WORDS = {
    "valid": mark("VALID. It is genuine and in force."),
    "superseded": mark("SUPERSEDED. A newer revision has taken its place."),
    "suspended": mark("SUSPENDED. It has no force now."),
    "revoked": mark("REVOKED. It has no force."),
    "expired": mark("EXPIRED. It has no force any more."),
    "specimen": mark("SPECIMEN. It is a preview without any standing."),
    "altered": mark("ALTERED. It does not read as it was issued."),
    "unknown": mark("UNKNOWN. This store has no such certificate."),
}


def _verified(desk: Desk, what: str) -> Verification:
    from cequiz.errors import EnvironmentFailed
    from cequiz.services import verifying

    path = Path(what)
    if not (path.exists() or what.lower().endswith(".pdf")):
        return verifying.verify_number(desk.ports(), what)
    from cequiz.errors import NotFound

    try:
        content = path.read_bytes()
    except (FileNotFoundError, IsADirectoryError):
        raise NotFound(tr("There is no file {name}.", name=what)) from None
    except OSError as error:
        raise EnvironmentFailed(tr("{what} cannot be read: {reason}.", what=what, reason=error.strerror)) from None
    return verifying.verify_file(desk.ports(), content)


def _record(record: CertificateRecord) -> dict[str, object]:
    return {
        "number": record.number,
        "award": record.award_id,
        "issued_at": record.issued_at,
        "sha256": record.sha256,
        "facts": record.facts.to_json(),
    }
