"""`cequiz report audit-pack`: everything a board asks for, in one file that verifies without cequiz."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cequiz.frontends.cli.bar import bar
from cequiz.frontends.cli.desk import JsonOption, desk_of
from cequiz.frontends.cli.noun import example
from cequiz.frontends.cli.report_out import FromOption, ToOption, period_of
from cequiz.language import tr, trn


def add_to(app: typer.Typer) -> None:
    """Give the noun of reports the command."""
    shown = example("cequiz report audit-pack --out audit-pack.zip --from 2026-01-01 --to 2026-12-31")
    app.command("audit-pack", epilog=shown)(audit_pack)


def audit_pack(
    ctx: typer.Context,
    *,
    out: Annotated[Path, typer.Option(metavar="FILE", help="The ZIP file to write; it must not exist yet.")],
    course: Annotated[str | None, typer.Option(metavar="ID", help="Only what is about this course.")] = None,
    student: Annotated[
        str | None, typer.Option(metavar="STUDENT", help="Only this student (ID or e-mail address).")
    ] = None,
    since: FromOption = None,
    until: ToOption = None,
    as_json: JsonOption = False,
) -> int:
    """Write approvals, courses, items, attempts, evaluations, certificates and the audit record into one signed file.

    The period is that of the end of attempts and of completions. Anybody can verify the file with sha256sum and
    openssl; its README.txt says how. Accommodations are never in it.
    """
    from cequiz.bootstrap import audit_pack_file
    from cequiz.services.packing.chosen import Scope
    from cequiz.services.packing.whole import pack

    desk = desk_of(ctx)
    scope = Scope(course_id=course, student=student, period=period_of(since, until))
    with bar(desk.err, tr("Packing")) as tell:
        done = pack(desk.ports(), lambda: audit_pack_file(out), scope, actor=desk.actor, progress=tell)
    if as_json:
        desk.document({"path": str(out), **vars(done)})
        return 0
    desk.print(str(out))
    desk.say(
        tr(
            "{files} files, signed by {key}. Students: {students}, attempts: {attempts}, certificates: {certificates}.",
            files=done.files,
            students=done.students,
            attempts=done.attempts,
            certificates=done.certificates,
            key=done.key,
        )
    )
    if done.findings:
        desk.say(
            trn(
                "The records differ in {count} chain from what was written; the pack says so.",
                "The records differ in {count} chains from what was written; the pack says so.",
                done.findings,
            )
        )
    return 0
