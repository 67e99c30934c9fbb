"""`cequiz attempt explain-time`, `adjust-time`, `void`: why an attempt ends when it does, and what the office does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from cequiz.frontends.cli.desk import Desk, JsonOption, clock_words, desk_of
from cequiz.frontends.cli.noun import example
from cequiz.language import tr

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from cequiz.domain.exam.attempt import Attempt
    from cequiz.domain.exam.ledger import Reason, TimeLedger
    from cequiz.services.timing import Stake

AttemptId = Annotated[str, typer.Argument(metavar="ID", help="ID of an attempt.")]
Why = Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why; it is kept with the attempt.")]


def add_to(app: typer.Typer) -> None:
    """Declare the commands."""
    app.command("explain-time", epilog=example("cequiz attempt explain-time A-7K3Q9V2MXA"))(explain_time)
    app.command(
        "adjust-time", epilog=example('cequiz attempt adjust-time A-7K3Q9V2MXA --by 10m --reason "fire alarm"')
    )(adjust_time)
    app.command("void", epilog=example('cequiz attempt void A-7K3Q9V2MXA --reason "sat by somebody else" --yes'))(void)


def deadline_line(deadline: datetime | None, *, stands_still: bool) -> str:
    """Return a deadline in words; while the clock of a timed exam stands still there is none yet."""
    if deadline is not None:
        return clock_words(deadline)
    return tr("none while the clock stands still") if stands_still else tr("none")


def explain_time(ctx: typer.Context, attempt: AttemptId, as_json: JsonOption = False) -> int:
    """Say when the time of an attempt ends, and every reason for it."""
    from cequiz.frontends.policy_words import attempt_words
    from cequiz.services import grading

    desk = desk_of(ctx)
    found, explanation, now = grading.explain_time(desk.ports(), attempt)
    if as_json:
        desk.document(
            {
                "attempt": found.id,
                "status": str(found.status),
                "now": now,
                "deadline": explanation.deadline,
                "suspended": explanation.suspended,
                "reasons": [_reason_record(reason) for reason in explanation.reasons],
            }
        )
        return 0
    still = explanation.suspended and (found.ledger.timed or found.ledger.held is not None)
    ends = deadline_line(explanation.deadline, stands_still=still)
    desk.fields(
        [
            (tr("Attempt"), found.id),
            (tr("Status"), attempt_words(found.status)),
            (tr("Deadline"), ends),
            (tr("Now"), clock_words(now)),
        ]
    )
    for reason in explanation.reasons:
        desk.print(_reason_line(reason))
    return 0


def adjust_time(
    ctx: typer.Context,
    attempt: AttemptId,
    by: Annotated[str, typer.Option(metavar="AMOUNT", help="How much: 10m gives ten minutes, -5m takes five away.")],
    reason: Why,
    as_json: JsonOption = False,
) -> int:
    """Give time to an open attempt, or take some away; an exam that runs elsewhere learns of it within two seconds."""
    from cequiz.frontends.amounts import amount_of
    from cequiz.services import timing

    desk = desk_of(ctx)
    after = timing.adjust_time(desk.ports(), attempt_id=attempt, amount=amount_of(by), reason=reason, actor=desk.actor)
    tell(desk, after, as_json=as_json)
    return 0


def void(
    ctx: typer.Context,
    attempt: AttemptId,
    reason: Why,
    take_away: Annotated[
        bool, typer.Option("--take-away", help="Revoke the certificate that rests on it, if there is one.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask first.")] = False,
    as_json: JsonOption = False,
) -> int:
    """Declare an attempt void: it earns nothing, does not count as an attempt, and cannot be restored.

    What was earned by it ends with it; where another attempt has passed too, it rests on that one from then on. A
    certificate that rests on the voided one is revoked, or has to be corrected, and that only with --take-away.
    """
    from cequiz.frontends.stakes import lost_words
    from cequiz.services import timing

    desk = desk_of(ctx)
    stakes = timing.at_stake(desk.ports(), attempt)
    if not yes and (take_away or not any(one.number for one in stakes)):
        _agree(desk, attempt, stakes)
    after = timing.void(desk.ports(), attempt_id=attempt, reason=reason, actor=desk.actor, take_away=take_away)
    tell(desk, after, as_json=as_json, more=_lost_record(stakes))
    for line in lost_words(stakes):
        desk.say(line)
    return 0


def _lost_record(stakes: Sequence[Stake]) -> dict[str, object]:
    from cequiz.services.consequences import Outcome

    return {
        "revoked": [one.number for one in stakes if one.outcome is Outcome.REVOKED],
        "to_correct": [one.number for one in stakes if one.outcome is Outcome.SUPERSEDED],
        "boards": [words for one in stakes for words in one.boards],
    }


def _agree(desk: Desk, attempt: str, stakes: Sequence[Stake]) -> None:
    from cequiz.domain.text import visible
    from cequiz.errors import WrongUsage
    from cequiz.frontends.plain.words import agreed
    from cequiz.frontends.stakes import stake_words

    hint = tr("Nothing was changed. Add --yes to do it without being asked.")
    if desk.stdin is None or not desk.interactive:
        raise WrongUsage(tr("Voiding attempt {attempt} needs your agreement.", attempt=attempt), hint=hint)
    for line in stake_words(stakes):
        desk.say(line)
    desk.err.write(visible(tr("Type yes to void attempt {attempt}: ", attempt=attempt)))
    desk.err.flush()
    if not agreed(desk.stdin.readline().strip()):
        raise WrongUsage(tr("You did not agree."), hint=hint)


def stands_still(ledger: TimeLedger) -> bool:
    """Whether a limit waits: the exam was left where that stops the clock, or the office has suspended it."""
    return ledger.held is not None or (ledger.timed and ledger.suspended)


def tell(desk: Desk, after: Attempt, *, as_json: bool, more: Mapping[str, object] | None = None) -> None:
    """Say how an attempt stands after a deed of the office; a document has more, where there is more to it."""
    from cequiz.frontends.policy_words import attempt_words

    ledger, deadline = after.ledger, after.ledger.deadline
    if as_json:
        desk.document({"attempt": after.id, "status": str(after.status), "deadline": deadline, **(more or {})})
        return
    ends = deadline_line(deadline, stands_still=stands_still(ledger))
    desk.fields([(tr("Attempt"), after.id), (tr("Status"), attempt_words(after.status)), (tr("Deadline"), ends)])


def _reason_line(reason: Reason) -> str:
    from cequiz.domain.exam.ledger import ReasonKind
    from cequiz.frontends.dates import duration_words
    from cequiz.frontends.standstill import held_line, outage_line

    if reason.kind is ReasonKind.OUTAGE:
        return outage_line(reason, None)
    if reason.hold is not None:
        return held_line(reason, None, by=reason.hold.actor)
    amount = f": {duration_words(reason.amount)}" if reason.amount is not None else ""
    at = f", {clock_words(reason.at)}" if reason.at is not None else ""
    return f"{_words(reason)}{amount}{at}"


def _words(reason: Reason) -> str:
    """Return the words of a reason for the office, which reads who did what."""
    entry = reason.adjustment or reason.hold
    return reason.words if entry is None else tr("{reason} (by {actor})", reason=entry.reason, actor=entry.actor)


def _reason_record(reason: Reason) -> dict[str, object]:
    record: dict[str, object] = {
        "kind": str(reason.kind),
        "words": _words(reason),
        "seconds": None if reason.amount is None else reason.amount.total_seconds(),
        "at": reason.at,
    }
    if reason.until is not None:
        record["until"] = reason.until
    if reason.allowed is not None:
        record["allowed_seconds"] = reason.allowed.total_seconds()
    return record
