"""`cequiz proposal`: changes of keys that wait for a second person, and those that were decided."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from cequiz.frontends.cli.desk import Desk, JsonOption, clock_words, desk_of
from cequiz.frontends.cli.noun import example, noun
from cequiz.language import tr

if TYPE_CHECKING:
    from cequiz.services.ports import Proposal

app = noun(
    "proposal",
    about="Changes of keys that wait for a second person: look, approve, decline.",
    shows="cequiz proposal list",
)

ProposalId = Annotated[str, typer.Argument(metavar="ID", help="ID of a proposal.")]
Reason = Annotated[str, typer.Option(metavar="TEXT", help="Why; it is kept.")]


@app.command("list", epilog=example("cequiz proposal list --all"))
def list_(
    ctx: typer.Context,
    everything: Annotated[bool, typer.Option("--all", help="With those that were decided.")] = False,
    as_json: JsonOption = False,
) -> int:
    """List what waits, oldest first."""
    from cequiz.frontends.key_proposals import state_words, told_line
    from cequiz.services import proposing

    desk = desk_of(ctx)
    found = proposing.proposals(desk.ports(), open_only=not everything)
    if as_json:
        desk.document([_record(one) for one in found])
        return 0
    rows = [
        (one.id, state_words(one), str(one.body["bank"]), one.proposer, clock_words(one.proposed_at), told_line(one))
        for one in found
    ]
    headings = (tr("ID"), tr("STATE"), tr("BANK"), tr("BY"), tr("WHEN"), tr("WHAT"))
    desk.table(headings, rows, none=tr("Nothing waits for a second person."))
    return 0


@app.command(epilog=example("cequiz proposal show K-7K3Q9V2MXA"))
def show(ctx: typer.Context, proposal: ProposalId, as_json: JsonOption = False) -> int:
    """Show a proposal; where it waits, with what it would do now."""
    from cequiz.frontends.cli.bank_key import preview_record, say_effects
    from cequiz.frontends.key_effects import consequence_words, summary
    from cequiz.services import proposing

    desk = desk_of(ctx)
    found = proposing.proposal(desk.ports(), proposal)
    seen, same = proposing.look(desk.ports(), proposal) if found.state == proposing.WAITING else (None, True)
    if as_json:
        now = {"same": same, "now": preview_record(seen)} if seen else {}
        desk.document({**_record(found), **now})
        return 0
    desk.fields(_facts(found))
    if seen is not None:
        desk.print()
        for line in (*summary(seen), *(consequence_words(one) for one in seen.consequences)):
            desk.print(line)
        say_effects(desk, seen)
        if not same:
            desk.say(tr("Something has happened since it was proposed: this is what it would do now."))
    return 0


@app.command(epilog=example('cequiz proposal approve K-7K3Q9V2MXA --reason "checked with the textbook"'))
def approve(ctx: typer.Context, proposal: ProposalId, reason: Reason, as_json: JsonOption = False) -> int:
    """Approve a proposal that somebody else made, and apply it, if it would still do the same."""
    from cequiz.frontends.cli.bank_key import say_submitted
    from cequiz.services import proposing

    desk = desk_of(ctx)
    seen, _ = proposing.look(desk.ports(), proposal)
    done = proposing.approve(desk.ports(), proposal_id=proposal, seen=seen, reason=reason, actor=desk.actor)
    return say_submitted(desk, done, as_json=as_json)


@app.command(epilog=example('cequiz proposal renew K-7K3Q9V2MXA --reason "two more attempts, looked at"'))
def renew(ctx: typer.Context, proposal: ProposalId, reason: Reason) -> int:
    """Propose what a proposal would do now, where something has happened since; another person approves it then."""
    from cequiz.services import proposing

    desk = desk_of(ctx)
    seen, _ = proposing.look(desk.ports(), proposal)
    done = proposing.renew(desk.ports(), proposal_id=proposal, seen=seen, reason=reason, actor=desk.actor)
    return _said(desk, done, tr("Proposed anew: another person has to approve it."))


@app.command(epilog=example('cequiz proposal decline K-7K3Q9V2MXA --reason "the key stands in the textbook"'))
def decline(ctx: typer.Context, proposal: ProposalId, reason: Reason) -> int:
    """Turn a proposal down; nothing else changes."""
    from cequiz.services import proposing

    desk = desk_of(ctx)
    done = proposing.decline(desk.ports(), proposal_id=proposal, reason=reason, actor=desk.actor)
    return _said(desk, done, tr("Declined: nothing was changed."))


def _said(desk: Desk, done: Proposal, words: str) -> int:
    desk.print(done.id)
    desk.say(words)
    return 0


def _facts(one: Proposal) -> list[tuple[str, str]]:
    from cequiz.frontends.key_proposals import state_words, told_line

    decided = (
        [(tr("Decided by"), one.decider), (tr("Decided"), clock_words(one.decided_at)), (tr("Note"), one.note)]
        if one.decided_at
        else []
    )
    return [
        (tr("ID"), one.id),
        (tr("State"), state_words(one)),
        (tr("Bank"), str(one.body["bank"])),
        (tr("What"), told_line(one)),
        (tr("Reason"), one.reason),
        (tr("Proposed by"), one.proposer),
        (tr("Proposed"), clock_words(one.proposed_at)),
        *decided,
    ]


def _record(one: Proposal) -> dict[str, object]:
    return {
        "id": one.id,
        "kind": one.kind,
        "state": one.state,
        "reason": one.reason,
        "proposer": one.proposer,
        "proposed_at": one.proposed_at,
        "decider": one.decider or None,
        "decided_at": one.decided_at,
        "note": one.note or None,
        **{name: one.body[name] for name in ("bank", "base", "version", "take_away", "changes", "attempts", "digest")},
    }
