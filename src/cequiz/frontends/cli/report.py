"""`cequiz report`: what a provider is asked for, as a table, JSON, CSV or PDF."""

from __future__ import annotations

from typing import Annotated

import typer

from cequiz.frontends.cli import report_audit_pack, report_broker
from cequiz.frontends.cli.desk import JsonOption, desk_of
from cequiz.frontends.cli.noun import example, noun
from cequiz.frontends.cli.report_out import (
    CourseName,
    CourseOption,
    CsvOption,
    FromOption,
    PdfOption,
    ToOption,
    counting,
    period_of,
    show,
)

app = noun("report", about="Reports: results, rosters, what is due, CE Broker.", shows="cequiz report due")


@app.command(epilog=example("cequiz report results --from 2026-01-01 --to 2026-12-31"))
def results(
    ctx: typer.Context,
    *,
    since: FromOption = None,
    until: ToOption = None,
    course: CourseOption = None,
    exam: Annotated[str | None, typer.Option(metavar="ID", help="Only this exam.")] = None,
    as_json: JsonOption = False,
    csv: CsvOption = None,
    pdf: PdfOption = None,
) -> int:
    """Exam results of a period: attempts, passes, means, and the time that was used."""
    from cequiz.services.reports.results import results as made

    desk = desk_of(ctx)
    period = period_of(since, until)
    with counting(desk) as tell:
        report = made(desk.ports(), period=period, course_id=course or "", exam_id=exam or "", progress=tell)
    return show(desk, report, as_json=as_json, csv=csv, pdf=pdf)


@app.command(epilog=example("cequiz report items --bank neck-anatomy --csv items.csv"))
def items(
    ctx: typer.Context,
    *,
    bank: Annotated[str | None, typer.Option(metavar="ID", help="Only this bank.")] = None,
    as_json: JsonOption = False,
    csv: CsvOption = None,
    pdf: PdfOption = None,
) -> int:
    """Statistics of items: how often drawn, how hard, and what was answered."""
    from cequiz.services.reports.items import items as made

    desk = desk_of(ctx)
    with counting(desk) as tell:
        report = made(desk.ports(), bank_id=bank or "", progress=tell)
    return show(desk, report, as_json=as_json, csv=csv, pdf=pdf)


@app.command(epilog=example("cequiz report roster --from 2026-11-01 --to 2026-11-30 --pdf roster.pdf"))
def roster(
    ctx: typer.Context,
    *,
    since: FromOption = None,
    until: ToOption = None,
    course: CourseOption = None,
    as_json: JsonOption = False,
    csv: CsvOption = None,
    pdf: PdfOption = None,
) -> int:
    """Everybody who completed a course in a period, with what boards ask for in their lists."""
    from cequiz.services.reports.roster import roster as made

    desk = desk_of(ctx)
    period = period_of(since, until)
    with counting(desk) as tell:
        report = made(desk.ports(), period=period, course_id=course or "", progress=tell)
    return show(desk, report, as_json=as_json, csv=csv, pdf=pdf)


@app.command(epilog=example("cequiz report due --json"))
def due(
    ctx: typer.Context,
    *,
    course: CourseOption = None,
    as_json: JsonOption = False,
    csv: CsvOption = None,
    pdf: PdfOption = None,
) -> int:
    """What is owed: certificates not issued, completions not reported, and how many days are left."""
    from cequiz.services.reports.due import due as made

    desk = desk_of(ctx)
    with counting(desk) as tell:
        report = made(desk.ports(), course_id=course or "", progress=tell)
    return show(desk, report, as_json=as_json, csv=csv, pdf=pdf)


@app.command(epilog=example("cequiz report hours essential-assessments --pdf hours.pdf"))
def hours(
    ctx: typer.Context,
    course: CourseName,
    *,
    version: Annotated[
        str | None, typer.Option(metavar="VERSION", help="Another version than the newest in use.")
    ] = None,
    as_json: JsonOption = False,
    csv: CsvOption = None,
    pdf: PdfOption = None,
) -> int:
    """The hours dossier of a course: every rule with its sum shown, beside what the course claims."""
    from cequiz.services.reports.hours import hours as made

    desk = desk_of(ctx)
    return show(desk, made(desk.ports(), course_id=course, version=version or ""), as_json=as_json, csv=csv, pdf=pdf)


@app.command(epilog=example("cequiz report evaluations essential-assessments"))
def evaluations(
    ctx: typer.Context,
    course: CourseName,
    *,
    since: FromOption = None,
    until: ToOption = None,
    as_json: JsonOption = False,
    csv: CsvOption = None,
    pdf: PdfOption = None,
) -> int:
    """What students said of a course: each scale, and the comments; nobody is named."""
    from cequiz.services.reports.evaluations import evaluations as made

    desk = desk_of(ctx)
    period = period_of(since, until)
    with counting(desk) as tell:
        report = made(desk.ports(), course_id=course, period=period, progress=tell)
    return show(desk, report, as_json=as_json, csv=csv, pdf=pdf)


@app.command(epilog=example("cequiz report enrolments --from 2026-01-01"))
def enrolments(
    ctx: typer.Context,
    *,
    since: FromOption = None,
    until: ToOption = None,
    course: CourseOption = None,
    as_json: JsonOption = False,
    csv: CsvOption = None,
    pdf: PdfOption = None,
) -> int:
    """Who enrolled in a period, and how far they have come."""
    from cequiz.services.reports.enrolments import enrolments as made

    desk = desk_of(ctx)
    period = period_of(since, until)
    with counting(desk) as tell:
        report = made(desk.ports(), period=period, course_id=course or "", progress=tell)
    return show(desk, report, as_json=as_json, csv=csv, pdf=pdf)


report_broker.add_to(app)
report_audit_pack.add_to(app)
