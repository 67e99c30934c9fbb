"""`cequiz certificate correct`, `suspend`, `reinstate`, `revoke`, `expire`: what becomes of an issued certificate."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from cequiz.frontends.cli.desk import clock_words, desk_of
from cequiz.frontends.cli.noun import example
from cequiz.frontends.states import state_words
from cequiz.language import tr

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cequiz.domain.credential.lifecycle import Life
    from cequiz.services.ports import CertificateStatus

Number = Annotated[str, typer.Argument(metavar="NUMBER", help="A certificate number, such as CQ-2026-000001.")]
Reason = Annotated[str, typer.Option(metavar="TEXT", help="Why; it is kept, and shown to whoever verifies here.")]


def add_to(app: typer.Typer) -> None:
    """Give the noun of certificates the commands of their life."""
    for command, shown in (
        (correct, example('cequiz certificate correct CQ-2026-000001 --reason "name as on the licence"')),
        (suspend, example('cequiz certificate suspend CQ-2026-000001 --reason "complaint under review"')),
        (reinstate, example('cequiz certificate reinstate CQ-2026-000001 --reason "complaint settled"')),
        (revoke, example('cequiz certificate revoke CQ-2026-000001 --reason "sat by somebody else"')),
        (expire, example('cequiz certificate expire CQ-2026-000001 --reason "approval withdrawn"')),
    ):
        app.command(epilog=shown)(command)


def correct(
    ctx: typer.Context,
    number: Number,
    reason: Annotated[str, typer.Option(metavar="TEXT", help="Why; what has changed else.")] = "",
) -> int:
    """Issue a certificate anew with today's name, licences and provider, and print the new number.

    The one before is superseded. Course, hours, day of completion and score never change.
    """
    from cequiz.services import correcting

    desk = desk_of(ctx)
    desk.print(correcting.correct(desk.ports(), number, reason=reason, actor=desk.actor).number)
    return 0


def suspend(ctx: typer.Context, number: Number, reason: Reason) -> int:
    """Suspend a certificate until it is reinstated or revoked."""
    from cequiz.domain.credential.lifecycle import Life

    return _move(ctx, number, Life.SUSPENDED, reason)


def reinstate(ctx: typer.Context, number: Number, reason: Reason) -> int:
    """Put a suspended certificate in force again."""
    from cequiz.domain.credential.lifecycle import Life

    return _move(ctx, number, Life.ISSUED, reason)


def revoke(ctx: typer.Context, number: Number, reason: Reason) -> int:
    """Revoke a certificate for good: what was earned gets no other one.

    `suspend` can be undone, and `correct` issues anew: try those first.
    """
    from cequiz.domain.credential.lifecycle import Life

    return _move(ctx, number, Life.REVOKED, reason)


def expire(ctx: typer.Context, number: Number, reason: Reason) -> int:
    """Say that a certificate is no longer good for what it was issued for."""
    from cequiz.domain.credential.lifecycle import Life

    return _move(ctx, number, Life.EXPIRED, reason)


def _move(ctx: typer.Context, number: str, to: Life, reason: str) -> int:
    from cequiz.services import correcting

    desk = desk_of(ctx)
    entry = correcting.move(desk.ports(), number, to=to, reason=reason, actor=desk.actor)
    desk.say(tr("{number} is {state} from now on.", number=entry.number, state=state_words(entry.status)))
    if to == "revoked":
        desk.say(tr("That is final: what was earned gets no other certificate."))
        for line in correcting.boards_told(desk.ports(), entry.number):
            desk.say(line)
    if desk.ports().notary.keys():
        desk.say(tr("Verifiers elsewhere learn of it from a new trust file: `cequiz trust export FILE`."))
    return 0


def life_rows(life: Sequence[tuple[str, CertificateStatus]]) -> list[tuple[str, ...]]:
    """Return a certificate's life as rows of a table."""
    return [(clock_words(one.at), number, state_words(one.status), one.actor, one.reason) for number, one in life]


def life_records(life: Sequence[tuple[str, CertificateStatus]]) -> list[dict[str, object]]:
    """Return a certificate's life as JSON values."""
    return [
        {"at": one.at, "number": number, "status": one.status, "actor": one.actor, "reason": one.reason}
        for number, one in life
    ]
