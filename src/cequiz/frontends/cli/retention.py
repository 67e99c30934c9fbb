"""`cequiz retention`: how long records are kept, legal holds, and the purge of what is over."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from cequiz.frontends.cli.bar import bar
from cequiz.frontends.cli.desk import JsonOption, clock_words, desk_of
from cequiz.frontends.cli.noun import example, noun
from cequiz.frontends.retention_words import kind_words, left_words, printed_words, standing_words
from cequiz.language import tr, trn

if TYPE_CHECKING:
    from cequiz.frontends.cli.desk import Desk
    from cequiz.services.ports import Hold
    from cequiz.services.retaining import Kept, Plan

app = noun(
    "retention",
    about="How long records are kept, legal holds, and the purge of what is over.",
    shows="cequiz retention list --due",
)

StudentWho = Annotated[str, typer.Argument(metavar="STUDENT", help="A student: ID or e-mail address.")]
Reason = Annotated[str, typer.Option(metavar="TEXT", help="Why; it is kept in the audit record.")]


@app.command("list", epilog=example("cequiz retention list --due --json"))
def list_(
    ctx: typer.Context,
    due: Annotated[bool, typer.Option("--due", help="Only those whose time is over, held or not.")] = False,
    as_json: JsonOption = False,
) -> int:
    """List whose records are kept and until when, those that may be purged first at the front."""
    from cequiz.services import retaining

    desk = desk_of(ctx)
    found = retaining.keeping(desk.ports(), due_only=due)
    if as_json:
        desk.document([_record(one) for one in found])
        return 0
    rows = [
        (
            one.student_id,
            one.name,
            one.complete_on.isoformat(),
            str(one.years),
            one.free_on.isoformat(),
            standing_words(one),
        )
        for one in found
    ]
    headings = (tr("ID"), tr("NAME"), tr("COMPLETE"), tr("YEARS"), tr("MAY GO FROM"), tr("STANDING"))
    none = tr("Nobody's records are over their time.") if due else tr("No records are kept of anybody.")
    desk.table(headings, rows, none=none)
    return 0


@app.command(epilog=example("cequiz retention holds --json"))
def holds(ctx: typer.Context, as_json: JsonOption = False) -> int:
    """List the legal holds that are in force."""
    from cequiz.services import retaining

    desk = desk_of(ctx)
    found = retaining.holds(desk.ports())
    if as_json:
        desk.document([_hold_record(one) for one in found])
        return 0
    rows = [(one.student_id, clock_words(one.at), one.actor, one.reason) for one in found]
    headings = (tr("ID"), tr("SINCE"), tr("WHO"), tr("REASON"))
    desk.table(headings, rows, none=tr("There is no legal hold."))
    return 0


@app.command(epilog=example('cequiz retention hold S-7K3Q9V2MXA --reason "case 12/34"'))
def hold(ctx: typer.Context, student: StudentWho, reason: Reason, as_json: JsonOption = False) -> int:
    """Place a legal hold: nothing of a student's records is purged until it is lifted."""
    from cequiz.services import retaining

    desk = desk_of(ctx)
    done = retaining.hold(desk.ports(), student=student, reason=reason, actor=desk.actor)
    return _told(desk, done, tr("The records of {who} are held from now on.", who=done.student_id), as_json=as_json)


@app.command(epilog=example('cequiz retention lift S-7K3Q9V2MXA --reason "the case is closed"'))
def lift(ctx: typer.Context, student: StudentWho, reason: Reason, as_json: JsonOption = False) -> int:
    """Lift a legal hold; the times of retention go on as before."""
    from cequiz.services import retaining

    desk = desk_of(ctx)
    done = retaining.lift(desk.ports(), student=student, reason=reason, actor=desk.actor)
    return _told(desk, done, tr("The records of {who} are held no more.", who=done.student_id), as_json=as_json)


@app.command(epilog=example('cequiz retention purge --due --reason "seven years are over" --yes'))
def purge(
    ctx: typer.Context,
    reason: Reason,
    student: Annotated[
        str | None, typer.Option(metavar="STUDENT", help="This student's (ID or e-mail address).")
    ] = None,
    due: Annotated[bool, typer.Option("--due", help="Everybody's whose time is over.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do it; without this, what would go is listed.")] = False,
    as_json: JsonOption = False,
) -> int:
    """Remove records for good whose time is over; without --yes, list exactly what would go and what would stay.

    Never before the time, never under a legal hold, never while an attempt is open. What stays are tombstones, which
    keep the chains and the log of certificates whole, the student's id, and the audit record without what it said of
    the person. Files that a purge does not reach are named.
    """
    from cequiz.errors import WrongUsage

    if (student is None) == (not due):
        raise WrongUsage(tr("Name one student, or all whose time is over: --student or --due."))
    desk = desk_of(ctx)
    if student is not None:
        return _purge_one(desk, student, reason, yes=yes, as_json=as_json)
    return _purge_due(desk, reason, yes=yes, as_json=as_json)


def _purge_one(desk: Desk, student: str, reason: str, *, yes: bool, as_json: bool) -> int:
    from cequiz.services import retaining

    if yes:
        done = retaining.purge(desk.ports(), student=student, reason=reason, actor=desk.actor)
    else:
        done = retaining.plan(desk.ports(), student=student)
        retaining.refuse(done.kept)
    if as_json:
        desk.document({**_plan_record(done), "purged": yes})
        return 0
    _list(desk, done)
    _say(desk, 1, yes=yes)
    return 0


def _purge_due(desk: Desk, reason: str, *, yes: bool, as_json: bool) -> int:
    from cequiz.services import retaining

    ports = desk.ports()
    if yes:
        with bar(desk.err, tr("Purging")) as tell:
            found = retaining.purge_due(ports, reason=reason, actor=desk.actor, progress=tell)
        plans, barred = found.done, [one for one, _ in found.refused]
        why = {one.student_id: error.sentence.rstrip(".") for one, error in found.refused if one.may_go}
    else:
        plans, stays = retaining.plan_due(ports)
        barred, why = list(stays), {}
    if as_json:
        plan_records = [_plan_record(one) for one in plans]
        desk.document({"purged": yes, "plans": plan_records, "barred": [_record(one) for one in barred]})
        return 0
    for plan in plans:
        _list(desk, plan)
    for one in barred:
        desk.say(tr("{who} stays: {why}.", who=one.student_id, why=why.get(one.student_id, standing_words(one))))
    _say(desk, len(plans), yes=yes)
    return 0


def _list(desk: Desk, plan: Plan) -> None:
    """Write what goes and what stays of one student."""
    for kind, name in (*_goes(plan), *_stays(plan)):
        desk.print(f"{plan.kept.student_id}  {kind}  {name}")


def _goes(plan: Plan) -> Iterator[tuple[str, str]]:
    for number in plan.goes.certificates:
        yield tr("goes"), tr("certificate {number}", number=number)
    for attempt in plan.goes.attempts:
        yield tr("goes"), tr("attempt {attempt}", attempt=attempt)
    for file in plan.files:
        yield tr("goes"), tr("file {file}", file=file)
    for kind, count in plan.goes.counts.items():
        if count:
            yield tr("goes"), f"{kind_words(kind)}: {count}"
    yield tr("goes"), tr("name, address, licences and passphrase")
    yield tr("goes"), tr("what reasons, notes and corrections say of the person")


def _stays(plan: Plan) -> Iterator[tuple[str, str]]:
    for file in plan.left:
        yield tr("stays"), left_words(file)
    yield tr("stays"), printed_words()
    yield tr("stays"), tr("the id, the audit record, and a tombstone in every chain")


def _say(desk: Desk, count: int, *, yes: bool) -> None:
    if yes:
        desk.say(
            trn("The records of {count} student were purged.", "The records of {count} students were purged.", count)
        )
        return
    desk.say(trn("The records of {count} student would go.", "The records of {count} students would go.", count))
    if count:
        desk.say(tr("Nothing was changed. Add --yes to do it; it cannot be undone."))


def _told(desk: Desk, done: Hold, words: str, *, as_json: bool) -> int:
    if as_json:
        desk.document(_hold_record(done))
    else:
        desk.say(words)
    return 0


def _hold_record(hold: Hold) -> dict[str, object]:
    return {
        "student": hold.student_id,
        "held": hold.placed,
        "reason": hold.reason,
        "actor": hold.actor,
        "at": hold.at,
    }


def _record(kept: Kept) -> dict[str, object]:
    return {
        "student": kept.student_id,
        "name": kept.name,
        "complete_on": kept.complete_on.isoformat(),
        "years": kept.years,
        "free_on": kept.free_on.isoformat(),
        "due": kept.due,
        "held": kept.held,
        "running": list(kept.running),
        "may_go": kept.may_go,
    }


def _plan_record(plan: Plan) -> dict[str, object]:
    return {
        **_record(plan.kept),
        "attempts": list(plan.goes.attempts),
        "certificates": list(plan.goes.certificates),
        "files": [str(file) for file in plan.files],
        "left": [{"file": str(one.path), "kind": str(one.kind), "names": one.read} for one in plan.left],
        "counts": dict(plan.goes.counts),
    }
