"""`cequiz audit`: proving that the records are what they were."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cequiz.frontends.cli.desk import JsonOption, clock_words, desk_of, json_text
from cequiz.frontends.cli.noun import example, noun
from cequiz.frontends.cli.report_out import FromOption, ToOption, period_of
from cequiz.language import tr

if TYPE_CHECKING:
    from cequiz.services.ports import Head

app = noun("audit", about="Proving the records.", shows="cequiz audit verify --anchors seal.json")


@app.command(epilog=example("cequiz audit verify --anchors seal.json"))
def verify(
    ctx: typer.Context,
    anchors: Annotated[Path | None, typer.Option(help="A seal kept outside the store, from `audit seal`.")] = None,
    as_json: JsonOption = False,
) -> int:
    """Recompute every chain and print the first difference of each; exit code 1 when there is one."""
    from cequiz.services import auditing

    desk = desk_of(ctx)
    heads = _read_seal(anchors) if anchors else ()
    report = auditing.verify(desk.ports(), anchors=heads)
    if as_json:
        findings = [vars(one) for one in report.findings]
        desk.document({"chains": report.chains, "records": report.records, "findings": findings})
        return 1 if findings else 0
    for one in report.findings:
        desk.print(tr("{chain}, place {place}: {words}", chain=one.chain, place=one.place, words=one.words))
    if report.findings:
        desk.say(
            tr(
                "{chains} chains with {records} records were recomputed, {differing} with a difference.",
                chains=report.chains,
                records=report.records,
                differing=len(report.findings),
            )
        )
    else:
        desk.say(
            tr(
                "{chains} chains with {records} records were recomputed: all are whole.",
                chains=report.chains,
                records=report.records,
            )
        )
    return 1 if report.findings else 0


@app.command(epilog=example("cequiz audit seal seal.json"))
def seal(
    ctx: typer.Context,
    file: Annotated[str, typer.Argument(metavar="FILE", help="The file to write; keep it elsewhere.")],
) -> int:
    """Write the heads of all chains into a file: kept outside, it shows what was cut off or made anew."""
    from cequiz.errors import EnvironmentFailed
    from cequiz.services import auditing

    desk = desk_of(ctx)
    text = json_text(auditing.seal(desk.ports()))
    try:
        Path(file).write_text(f"{text}\n", encoding="utf-8")
    except OSError as error:
        raise EnvironmentFailed(tr("{file} cannot be written: {reason}.", file=file, reason=error.strerror)) from None
    desk.print(file)
    return 0


@app.command("list", epilog=example("cequiz audit list --deed certificate. --from 2026-11-01 --limit 100"))
def list_(
    ctx: typer.Context,
    *,
    who: Annotated[str, typer.Option(metavar="WHO", help="Only what one did: the name or `staff:ID`.")] = "",
    deed: Annotated[str, typer.Option(metavar="DEED", help="Only deeds that begin so, such as `certificate.`.")] = "",
    subject: Annotated[str, typer.Option(metavar="ID", help="Only what was done to this.")] = "",
    since: FromOption = None,
    until: ToOption = None,
    limit: Annotated[int | None, typer.Option(metavar="N", min=1, help="Only the newest so many.")] = None,
    as_json: JsonOption = False,
) -> int:
    """List who did what, when and why, oldest first."""
    from cequiz.services import auditing
    from cequiz.services.ports import AuditQuery

    desk = desk_of(ctx)
    query = AuditQuery(actor=who, deed=deed, subject=subject)
    records = auditing.records(desk.ports(), query, period=period_of(since, until), limit=limit)
    if as_json:
        desk.document([vars(one) for one in records])
        return 0
    rows = [(clock_words(one.at), one.actor, one.deed, one.subject, auditing.why(one)) for one in records]
    headings = (tr("WHEN"), tr("WHO"), tr("DEED"), tr("SUBJECT"), tr("WHY"))
    desk.table(headings, rows, none=tr("Nothing like that was recorded."))
    return 0


def _read_seal(file: Path) -> tuple[Head, ...]:
    from cequiz.errors import NotFound, Refused
    from cequiz.services import auditing

    try:
        document = json.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise NotFound(tr("{file} cannot be read: {reason}.", file=file, reason=error.strerror)) from None
    except (ValueError, RecursionError):
        raise Refused(
            tr("{file} is not a seal of cequiz.", file=file), hint=tr("`cequiz audit seal FILE` writes one.")
        ) from None
    return auditing.read_seal(document if isinstance(document, dict) else {})
