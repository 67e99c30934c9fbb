"""`cequiz queue`: what waits for an administrator's decision."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal, cast

import typer

from cequiz.frontends.cli.desk import JsonOption, clock_words, desk_of
from cequiz.frontends.cli.noun import example, noun
from cequiz.language import tr

if TYPE_CHECKING:
    from cequiz.services.queueing import Entry, Outcome

app = noun("queue", about="The review queue: challenges, outages, near misses.", shows="cequiz queue list")

EntryId = Annotated[str, typer.Argument(metavar="ID", help="ID of an entry.")]
Note = Annotated[str, typer.Option(help="Why, in a sentence; it is kept with the decision.")]


@app.command("list", epilog=example("cequiz queue list --kind challenge --json"))
def list_(
    ctx: typer.Context,
    kind: Annotated[
        Literal["challenge", "outage", "near-miss"] | None, typer.Option(help="Only entries of this kind.")
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="With those that were decided.")] = False,
    as_json: JsonOption = False,
) -> int:
    """List what waits for a decision, oldest first."""
    from cequiz.services import queueing

    desk = desk_of(ctx)
    found = queueing.entries(desk.ports(), open_only=not everything)
    found = tuple(one for one in found if kind in (None, str(one.kind)))
    if as_json:
        desk.document([_record(one) for one in found])
        return 0
    rows = [(one.id, clock_words(one.at), one.student_id, one.exam, _gist(one), _state(one)) for one in found]
    headings = (tr("ID"), tr("WHEN"), tr("STUDENT"), tr("EXAM"), tr("WHAT"), tr("STATE"))
    desk.table(headings, rows, none=tr("Nothing waits for a decision."))
    return 0


@app.command(epilog=example("cequiz queue show challenge:A-7K3Q9V2MXA:17"))
def show(ctx: typer.Context, entry: EntryId, as_json: JsonOption = False) -> int:
    """Show an entry with everything that helps to decide it."""
    from cequiz.frontends.queue_words import kind_text
    from cequiz.services import queueing

    desk = desk_of(ctx)
    found = queueing.entry(desk.ports(), entry)
    if as_json:
        desk.document(_record(found))
        return 0
    desk.fields(
        [
            (tr("Entry"), found.id),
            (tr("Kind"), kind_text(found.kind)),
            (tr("When"), clock_words(found.at)),
            (tr("Attempt"), found.attempt_id),
            (tr("Student"), found.student_id),
            (tr("Exam"), found.exam),
            *([(tr("Item"), found.item)] if found.item else []),
            *_facts(found),
            *_decided(found),
        ]
    )
    return 0


@app.command(epilog=example('cequiz queue accept challenge:A-7K3Q9V2MXA:17 --note "The key is out of date."'))
def accept(
    ctx: typer.Context,
    entry: EntryId,
    note: Note,
    give: Annotated[bool, typer.Option("--give", help="Give back the time that an outage took, in one deed.")] = False,
    as_json: JsonOption = False,
) -> int:
    """Decide that an entry is right: no score changes by it, and time is given for an outage with --give alone."""
    from cequiz.services.queueing import Outcome, give_back

    if give:
        desk = desk_of(ctx)
        found = give_back(desk.ports(), entry_id=entry, note=note, actor=desk.actor)
        if as_json:
            desk.document(_record(found))
        else:
            given = _duration(found, "uncredited_ms")
            desk.say(tr("{entry} is accepted, and {duration} was given back.", entry=found.id, duration=given))
        return 0
    return _decide(ctx, entry, Outcome.ACCEPTED, note, as_json=as_json)


@app.command(epilog=example('cequiz queue decline challenge:A-7K3Q9V2MXA:17 --note "The key stands in the textbook."'))
def decline(ctx: typer.Context, entry: EntryId, note: Note, as_json: JsonOption = False) -> int:
    """Decide that an entry changes nothing."""
    from cequiz.services.queueing import Outcome

    return _decide(ctx, entry, Outcome.DECLINED, note, as_json=as_json)


def _decide(ctx: typer.Context, entry: str, outcome: Outcome, note: str, *, as_json: bool) -> int:
    from cequiz.services import queueing

    desk = desk_of(ctx)
    found = queueing.decide(desk.ports(), entry_id=entry, outcome=outcome, note=note, actor=desk.actor)
    if as_json:
        desk.document(_record(found))
        return 0
    desk.say(_accepted(found) if outcome is queueing.Outcome.ACCEPTED else _declined(found))
    return 0


def _accepted(entry: Entry) -> str:
    """Return what accepting an entry did, which is to keep the decision, and how what follows from it is done."""
    from cequiz.services.queueing import Kind

    match entry.kind:
        case Kind.CHALLENGE:
            words = tr(
                "{entry} is accepted. No score was changed: a corrected key is a new version of the bank.",
                entry=entry.id,
            )
            look = f"cequiz bank rekey {entry.item} --key KEY"
            how = tr("What another key would do to every attempt: {command}", command=look)
            return f"{words} {how}"
        case Kind.NEAR_MISS:
            words = tr(
                "{entry} is accepted. No score was changed: "
                "an answer that is to count is added in a new version of the bank.",
                entry=entry.id,
            )
            look = f"cequiz bank rekey {entry.item} --key {_beside(entry)}"
            how = tr("What it would do if the answer counted from now on: {command}", command=look)
            return f"{words} {how}"
        case Kind.OUTAGE:
            words = tr("{entry} is accepted. No time was given by that.", entry=entry.id)
            how = tr("While the attempt is open, give it with: {command}", command=_give_back(entry))
            return f"{words} {how}"


def _beside(entry: Entry) -> str:
    """Return the key that takes what was typed beside what is accepted, as a shell reads it."""
    import shlex

    part = str(entry.details["part"])
    return shlex.quote(f"{part} + {entry.details['given']}" if part else f"+ {entry.details['given']}")


def _declined(entry: Entry) -> str:
    from cequiz.services.queueing import Kind

    if entry.kind is Kind.OUTAGE:
        return tr("{entry} is declined. No time was given.", entry=entry.id)
    return tr("{entry} is declined. No score was changed.", entry=entry.id)


def _give_back(entry: Entry) -> str:
    """Return the command that gives back what an outage took, to the second, and never less than it was."""
    seconds = -(-int(str(entry.details["uncredited_ms"])) // 1000)
    # An amount has six digits at most.
    amount = f"{seconds}s" if seconds % 60 and seconds < 1_000_000 else f"{-(-seconds // 60)}m"
    return f'cequiz attempt adjust-time {entry.attempt_id} --by {amount} --reason "outage"'


def _record(entry: Entry) -> dict[str, object]:
    decision = entry.decision
    return {
        "id": entry.id,
        "kind": str(entry.kind),
        "attempt": entry.attempt_id,
        "student": entry.student_id,
        "exam": entry.exam,
        "item": entry.item or None,
        "at": entry.at,
        "details": entry.details,
        "decision": None
        if decision is None
        else {"outcome": decision.outcome, "note": decision.note, "actor": decision.actor, "at": decision.at},
    }


def _gist(entry: Entry) -> str:
    """Return what an entry is about, on one line of a table."""
    from cequiz.services.queueing import Kind

    details = entry.details
    match entry.kind:
        case Kind.CHALLENGE:
            return f"{entry.item}: {details['reason']}"
        case Kind.OUTAGE:
            return tr("{duration} not given back", duration=_duration(entry, "uncredited_ms"))
        case Kind.NEAR_MISS:
            return tr(
                "{item}: {given} for {accepted}",
                item=entry.item,
                given=details["given"],
                accepted=details["accepted"],
            )


def _state(entry: Entry) -> str:
    from cequiz.services.queueing import Outcome

    if entry.decision is None:
        return tr("open")
    return tr("accepted") if entry.decision.outcome == Outcome.ACCEPTED else tr("declined")


def _facts(entry: Entry) -> list[tuple[str, str]]:
    """Return what an entry of its kind has to say, a line each."""
    from cequiz.services.queueing import Kind

    details = entry.details
    match entry.kind:
        case Kind.CHALLENGE:
            return [
                (tr("Content hash"), str(details["content_hash"])),
                (tr("Answer"), _response(entry)),
                (tr("Reason"), str(details["reason"])),
                (tr("Source"), str(details["source"] or "")),
            ]
        case Kind.OUTAGE:
            return [
                (tr("From"), str(details["since"])),
                (tr("Until"), str(details["until"])),
                (tr("Given back"), _duration(entry, "credited_ms")),
                (tr("Not given back"), _duration(entry, "uncredited_ms")),
            ]
        case Kind.NEAR_MISS:
            typed, meant = _pair(entry)
            return [
                (tr("Content hash"), str(details["content_hash"])),
                *([(tr("Part"), str(details["part"]))] if details["part"] else []),
                (tr("Typed"), str(details["given"])),
                (tr("Accepted answer"), str(details["accepted"])),
                (tr("Kept apart"), tr('"{typed}" is not "{meant}"', typed=typed, meant=meant)),
                (tr("Rule"), str(details["rule"])),
            ]


def _decided(entry: Entry) -> list[tuple[str, str]]:
    decision = entry.decision
    if decision is None:
        return [(tr("Decision"), tr("open"))]
    return [
        (tr("Decision"), _state(entry)),
        (tr("Note"), decision.note),
        (tr("Decided by"), decision.actor),
        (tr("Decided"), clock_words(decision.at)),
    ]


def _response(entry: Entry) -> str:
    import json

    response = entry.details["response"]
    return tr("no answer") if response is None else json.dumps(response, ensure_ascii=False)


def _pair(entry: Entry) -> tuple[str, str]:
    """Return the two terms, as typed and as accepted; one is empty where only one text has a negation."""
    typed, meant = cast("tuple[str, str]", entry.details["pair"])
    return typed, meant


def _duration(entry: Entry, name: str) -> str:
    from datetime import timedelta

    from cequiz.frontends.dates import duration_words

    return duration_words(timedelta(milliseconds=int(str(entry.details[name]))))
