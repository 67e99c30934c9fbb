"""`cequiz attempt board`, `hold`, `release`, `message`: watching exams that run, and what the office does to them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from cequiz.frontends.cli.attempt_time import Why, tell
from cequiz.frontends.cli.desk import Desk, JsonOption, desk_of
from cequiz.frontends.cli.noun import example
from cequiz.language import tr, trn

if TYPE_CHECKING:
    from cequiz.services.invigilating import LiveAttempt


Target = Annotated[str | None, typer.Argument(metavar="[ID]", help="ID of an attempt.")]


def add_to(app: typer.Typer) -> None:
    """Declare the commands."""
    app.command("board", epilog=example("cequiz attempt board --json"))(board)
    app.command("hold", epilog=example('cequiz attempt hold A-7K3Q9V2MXA --reason "fire alarm"'))(hold)
    app.command("release", epilog=example('cequiz attempt release A-7K3Q9V2MXA --reason "all clear"'))(release)
    app.command("message", epilog=example('cequiz attempt message A-7K3Q9V2MXA "The room closes at five."'))(message)


def board(ctx: typer.Context, as_json: JsonOption = False) -> int:
    """Show everybody who sits an exam at this moment, the least time left first."""
    from cequiz.frontends.live_words import left_words, state_words
    from cequiz.services import invigilating

    desk = desk_of(ctx)
    lines = invigilating.board(desk.ports())
    if as_json:
        desk.document([_record(line) for line in lines])
        return 0
    rows = [
        (
            line.id,
            line.student,
            line.exam,
            tr("{done} of {all}", done=line.answered, all=line.items),
            str(line.flagged),
            left_words(line),
            state_words(line),
            str(len(line.waiting)),
        )
        for line in lines
    ]
    headings = (
        tr("ID"),
        tr("STUDENT"),
        tr("EXAM"),
        tr("ANSWERED"),
        tr("FLAGGED"),
        tr("TIME LEFT"),
        tr("STATE"),
        tr("TO DECIDE"),
    )
    desk.table(headings, rows, none=tr("Nobody sits an exam now."))
    return 0


def hold(
    ctx: typer.Context,
    reason: Why,
    attempt: Target = None,
    everybody: Annotated[bool, typer.Option("--all", help="Suspend every exam that runs.")] = False,
    as_json: JsonOption = False,
) -> int:
    """Suspend an open attempt: its clock stands still and nothing can be answered; the student sees the reason."""
    from cequiz.services import timing

    desk = desk_of(ctx)
    if _one(attempt, everybody=everybody) is None:
        _tell_all(desk, timing.hold_all(desk.ports(), reason=reason, actor=desk.actor), as_json=as_json)
        return 0
    tell(desk, timing.hold(desk.ports(), attempt_id=str(attempt), reason=reason, actor=desk.actor), as_json=as_json)
    return 0


def release(
    ctx: typer.Context,
    reason: Why,
    attempt: Target = None,
    everybody: Annotated[bool, typer.Option("--all", help="Let every suspended exam go on.")] = False,
    as_json: JsonOption = False,
) -> int:
    """Let a suspended attempt go on at once."""
    from cequiz.services import timing

    desk = desk_of(ctx)
    if _one(attempt, everybody=everybody) is None:
        _tell_all(desk, timing.release_all(desk.ports(), reason=reason, actor=desk.actor), as_json=as_json)
        return 0
    tell(desk, timing.release(desk.ports(), attempt_id=str(attempt), reason=reason, actor=desk.actor), as_json=as_json)
    return 0


def _one(attempt: str | None, *, everybody: bool) -> str | None:
    """Return which attempt is meant; None for all of them."""
    from cequiz.errors import WrongUsage

    if everybody is (attempt is not None):
        raise WrongUsage(tr("Say which attempt, or --all."), hint=tr("`cequiz attempt board` lists those that run."))
    return attempt


def _tell_all(desk: Desk, attempts: tuple[str, ...], *, as_json: bool) -> None:
    if as_json:
        desk.document({"attempts": attempts})
        return
    for attempt in attempts:
        desk.print(attempt)
    desk.say(trn("{count} exam was changed.", "{count} exams were changed.", len(attempts)))


def message(
    ctx: typer.Context,
    target: Annotated[str, typer.Argument(metavar="ID", help="ID of an attempt; with --all the text alone.")],
    text: Annotated[str | None, typer.Argument(metavar="TEXT", help="What to write.")] = None,
    everybody: Annotated[bool, typer.Option("--all", help="Write to everybody who sits an exam now.")] = False,
    as_json: JsonOption = False,
) -> int:
    """Write to the student of an open attempt, who sees it within two seconds; it is kept on record."""
    from cequiz.errors import WrongUsage
    from cequiz.services import messaging

    desk = desk_of(ctx)
    if everybody is (text is not None):
        raise WrongUsage(
            tr("A message goes to one attempt, or to all of them."),
            hint=tr("Write: cequiz attempt message ID TEXT, or: cequiz attempt message --all TEXT"),
        )
    if text is None:
        told = messaging.message_all(desk.ports(), text=target, actor=desk.actor)
    else:
        told = (messaging.message(desk.ports(), attempt_id=target, text=text, actor=desk.actor).id,)
    if as_json:
        desk.document({"attempts": told})
    else:
        desk.say(trn("{count} student was told.", "{count} students were told.", len(told)))
    return 0


def _record(line: LiveAttempt) -> dict[str, object]:
    hold = line.hold
    return {
        "id": line.id,
        "student": line.student_id,
        "name": line.student,
        "exam": line.exam,
        "number": line.number,
        "started_at": line.started_at,
        "now": line.now,
        "items": line.items,
        "answered": line.answered,
        "flagged": line.flagged,
        "deadline": line.deadline,
        "seconds_left": None if line.left is None else line.left.total_seconds(),
        "stands_still": line.stands_still,
        "hold": None if hold is None else {"since": hold.since, "reason": hold.reason, "actor": hold.actor},
        "saved_at": line.saved_at,
        "connection": str(line.connection),
        "silent_seconds": line.silent.total_seconds(),
        "to_decide": line.waiting,
    }
