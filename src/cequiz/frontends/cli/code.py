"""`cequiz code`: enrolment codes, which let whoever types one into a course."""

from __future__ import annotations

from datetime import time, timedelta
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from cequiz.frontends.cli.desk import JsonOption, clock_words, desk_of
from cequiz.frontends.cli.noun import example, noun
from cequiz.language import tr

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

    from cequiz.services.coding import CodeLine

app = noun("code", about="Enrolment codes: who types one is in the course.", shows="cequiz code list")

Code = Annotated[str, typer.Argument(metavar="CODE", help="The code, with or without hyphens, in capitals or not.")]


@app.command(epilog=example("cequiz code create essential-assessments --delivery live --until 2026-12-31 --uses 25"))
def create(
    ctx: typer.Context,
    course: Annotated[str, typer.Argument(metavar="COURSE", help="ID of a course.")],
    *,
    delivery: Annotated[
        Literal["live", "home-study", "webinar", "hybrid"] | None,
        typer.Option(help="How those who come with it take the course; else in the course's own way."),
    ] = None,
    until: Annotated[
        str | None,
        typer.Option(metavar="DATE|INSTANT", help="The last day, or moment, in the provider's time zone."),
    ] = None,
    uses: Annotated[int | None, typer.Option(metavar="N", help="How many students it enrols; else any number.")] = None,
    note: Annotated[str, typer.Option(metavar="TEXT", help="What it is for; only the office sees it.")] = "",
    as_json: JsonOption = False,
) -> int:
    """Make a code and print it."""
    from cequiz.domain.bank.course import Delivery
    from cequiz.services import coding

    desk = desk_of(ctx)
    made = coding.create(
        desk.ports(),
        course_id=course,
        delivery=Delivery(delivery) if delivery else None,
        valid_until=coding.last_moment(desk.ports(), until) if until else None,
        uses=uses,
        note=note,
        actor=desk.actor,
    )
    line = coding.code(desk.ports(), made.code).line
    if as_json:
        desk.document(code_record(line))
    else:
        desk.print(line.shown)
    return 0


@app.command("list", epilog=example("cequiz code list --json"))
def list_(ctx: typer.Context, as_json: JsonOption = False) -> int:
    """List every code, the newest first."""
    from cequiz.services import coding

    desk = desk_of(ctx)
    found = coding.codes(desk.ports())
    if as_json:
        desk.document([code_record(one) for one in found])
        return 0
    zone = coding.provider_zone(desk.ports())
    rows = [
        (
            one.shown,
            one.code.course_id,
            one.code.delivery,
            tr(str(one.state)),
            _uses(one),
            _until(one.code.valid_until, zone),
            one.code.note,
        )
        for one in found
    ]
    headings = (tr("CODE"), tr("COURSE"), tr("DELIVERY"), tr("STATE"), tr("USED"), tr("UNTIL"), tr("NOTE"))
    desk.table(headings, rows, none=tr("There is no enrolment code."))
    return 0


@app.command(epilog=example("cequiz code show ABCDE-FGHJK"))
def show(ctx: typer.Context, code: Code, as_json: JsonOption = False) -> int:
    """Show a code and who came in with it."""
    from cequiz.services import coding

    desk = desk_of(ctx)
    found = coding.code(desk.ports(), code)
    line = found.line
    if as_json:
        desk.document({**code_record(line), "students": [one.id for one in found.users]})
        return 0
    zone = coding.provider_zone(desk.ports())
    desk.fields(
        [
            (tr("Code"), line.shown),
            (tr("Course"), f"{line.code.course_id} ({line.course_title})"),
            (tr("Delivery"), line.code.delivery or tr("the course's own")),
            (tr("State"), tr(str(line.state))),
            (tr("Used"), _uses(line)),
            (tr("Valid until"), _until(line.code.valid_until, zone) or tr("no end")),
            (tr("Note"), line.code.note),
            (tr("Made"), clock_words(line.code.made_at)),
            (tr("By"), line.code.actor),
        ]
    )
    desk.print()
    rows = [(one.id, one.name, one.email) for one in found.users]
    desk.table((tr("ID"), tr("NAME"), tr("E-MAIL")), rows, none=tr("Nobody has come in with it yet."))
    return 0


@app.command(epilog=example('cequiz code withdraw ABCDE-FGHJK --reason "sent to the wrong list"'))
def withdraw(
    ctx: typer.Context,
    code: Code,
    *,
    reason: Annotated[str, typer.Option(metavar="TEXT", help="Why; it is kept.")],
    as_json: JsonOption = False,
) -> int:
    """Let a code enrol nobody any more; who came in with it stays enrolled."""
    from cequiz.services import coding

    desk = desk_of(ctx)
    line = coding.withdraw(desk.ports(), code, reason=reason, actor=desk.actor)
    if as_json:
        desk.document(code_record(line))
    else:
        desk.say(tr("{code} is withdrawn.", code=line.shown))
    return 0


def code_record(line: CodeLine) -> dict[str, object]:
    """Return a code as JSON values; `state` is a name that never changes."""
    code = line.code
    return {
        "code": line.shown,
        "course": code.course_id,
        "delivery": code.delivery or None,
        "state": line.state.name.lower(),
        "uses": code.uses,
        "used": code.used,
        "valid_until": code.valid_until,
        "note": code.note,
        "made_at": code.made_at,
        "actor": code.actor,
    }


def _uses(line: CodeLine) -> str:
    if line.code.uses is None:
        return str(line.code.used)
    return tr("{used} of {uses}", used=line.code.used, uses=line.code.uses)


def _until(at: datetime | None, zone: tzinfo | None) -> str:
    """Return the last day or moment as it was asked for: a midnight ends the day before it."""
    if at is None:
        return ""
    local = at.astimezone(zone)
    if local.time() == time():
        return (local.date() - timedelta(days=1)).isoformat()
    return local.strftime("%Y-%m-%d %H:%M %Z")
