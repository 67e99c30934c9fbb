"""Proposals: a change of keys is put on record, and done at once or when a second person has approved it.

Whether a second person is needed is a rule of the house. Who proposes cannot approve; what is approved is what was
looked at, to the last attempt.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from cequiz.domain.canonical import Json
from cequiz.domain.people.student import clean_words
from cequiz.domain.text import folded
from cequiz.errors import NotAllowed, NotFound, WrongState
from cequiz.language import mark, tr
from cequiz.services.corrections import APPLIED, KIND, KeyChange
from cequiz.services.foreseeing import Preview, Request, Turn, preview
from cequiz.services.ports import AuditRecord, Ports, Proposal, Unit
from cequiz.services.rekeying import Papers, apply_in, as_foreseen, look_again, papers

WAITING, DECLINED = "waiting", "declined"
"""States of a proposal, beside `applied`."""

Progress = Callable[[int, int], None]


@dataclass(frozen=True, kw_only=True)
class Submitted:
    """What became of a change of keys: it waits for a second person, or was applied."""

    proposal: Proposal
    preview: Preview
    papers: Papers | None = None
    """The certificates drawn after it; None while it waits."""


def submit(ports: Ports, seen: Preview, *, reason: str, actor: str) -> Submitted:
    """Put a change of keys on record; it is applied at once unless the house asks for a second person.

    Args:
        ports: the outside world.
        seen: what was foreseen, and looked at.
        reason: why the keys are changed; it is kept with every score.
        actor: who proposes it.

    Raises:
        WrongState: something has happened since it was looked at.
        NotAllowed: the bank that it makes cannot be loaded.
        InvalidText: there is no reason, or one that cannot be shown.
    """
    words, now = clean_words(reason, what=mark("reason")), ports.clock.read().wall
    proposal = Proposal(
        id=ports.ids.new("K"),
        kind=KIND,
        body=_body(seen),
        reason=words,
        state=WAITING,
        proposer=actor,
        proposed_at=now,
    )
    if ports.rules.second_approver:
        details: dict[str, Json] = {"bank": seen.request.bank, "reason": words, "digest": seen.digest}
        record = AuditRecord(at=now, actor=actor, deed="proposal.made", subject=proposal.id, details=details)
        with ports.store.write() as unit:
            unit.proposals.add(proposal)
            unit.audit.add(record)
        return Submitted(proposal=proposal, preview=seen)
    with as_foreseen(ports, seen) as unit:
        apply_in(ports, unit, seen, reason=words, actor=actor, proposal_id=proposal.id)
        done = replace(proposal, state=APPLIED, decider=actor, decided_at=now)
        unit.proposals.add(done)
    made = papers(ports, seen, reason=words, actor=actor)
    return Submitted(proposal=done, preview=seen, papers=made)


def approve(ports: Ports, *, proposal_id: str, seen: Preview, reason: str, actor: str) -> Submitted:
    """Approve a proposal and apply it.

    Args:
        ports: the outside world.
        proposal_id: which.
        seen: what it would do now, as the approver has looked at it; see `look`.
        reason: why; it is kept.
        actor: who approves.

    Raises:
        NotFound: there is no such proposal.
        NotAllowed: the proposer cannot approve, under whichever of their names.
        WrongState: it was decided already, or it would do something else than when it was proposed: look again.
        InvalidText: there is no reason, or one that cannot be shown.
    """
    words, now = clean_words(reason, what=mark("reason")), ports.clock.read().wall
    with ports.store.read() as unit:
        _approvable(unit, proposal_id, seen, actor=actor)
    with as_foreseen(ports, seen) as unit:
        waiting = _approvable(unit, proposal_id, seen, actor=actor)
        apply_in(ports, unit, seen, reason=waiting.reason, actor=actor, proposal_id=waiting.id)
        done = replace(waiting, state=APPLIED, decider=actor, decided_at=now, note=words)
        unit.proposals.decide(done)
        _record(unit, done, deed="proposal.approved", actor=actor)
    made = papers(ports, seen, reason=waiting.reason, actor=actor)
    return Submitted(proposal=done, preview=seen, papers=made)


def decline(ports: Ports, *, proposal_id: str, reason: str, actor: str) -> Proposal:
    """Turn a proposal down, or take one's own back; nothing else changes.

    Raises:
        NotFound: there is no such proposal.
        WrongState: it was decided already.
        InvalidText: there is no reason, or one that cannot be shown.
    """
    words, now = clean_words(reason, what=mark("reason")), ports.clock.read().wall
    with ports.store.write() as unit:
        waiting = _waiting(unit, proposal_id)
        done = replace(waiting, state=DECLINED, decider=actor, decided_at=now, note=words)
        unit.proposals.decide(done)
        _record(unit, done, deed="proposal.declined", actor=actor)
    return done


def renew(ports: Ports, *, proposal_id: str, seen: Preview, reason: str, actor: str) -> Proposal:
    """Put what a waiting proposal would do now in the place of what it would have done; its proposer is who does that.

    Args:
        ports: the outside world.
        proposal_id: which.
        seen: what it would do now.
        reason: why; it is kept.
        actor: who has looked again, and cannot approve it any more.

    Raises:
        NotFound: there is no such proposal.
        WrongState: it was decided already.
    """
    words, now = clean_words(reason, what=mark("reason")), ports.clock.read().wall
    with ports.store.write() as unit:
        waiting = _waiting(unit, proposal_id)
        again = replace(waiting, body=_body(seen), proposer=actor, proposed_at=now, reason=words)
        unit.proposals.decide(again)
        details: dict[str, Json] = {"reason": words, "digest": seen.digest, "before": waiting.proposer}
        unit.audit.add(AuditRecord(at=now, actor=actor, deed="proposal.renewed", subject=waiting.id, details=details))
    return again


def proposals(ports: Ports, *, open_only: bool = False) -> tuple[Proposal, ...]:
    """Return the proposals, oldest first.

    Args:
        ports: the outside world.
        open_only: leave out what was decided.
    """
    with ports.store.read() as unit:
        return tuple(one for one in unit.proposals.all() if not open_only or one.state == WAITING)


def proposal(ports: Ports, proposal_id: str) -> Proposal:
    """Return one proposal.

    Raises:
        NotFound: there is none.
    """
    with ports.store.read() as unit:
        return _found(unit, proposal_id)


def look(
    ports: Ports,
    proposal_id: str,
    *,
    progress: Progress = lambda done, of: None,
    stop: Callable[[], bool] = lambda: False,
) -> tuple[Preview, bool]:
    """Return what a waiting proposal would do now, and whether that is what it would have done when it was made.

    Raises:
        NotFound: there is no such proposal.
        WrongState: it was decided already, or there is nothing left to do.
        Stopped: somebody stopped it.
    """
    found = proposal(ports, proposal_id)
    if found.state != WAITING:
        raise decided(found)
    seen = preview(ports, request_of(found), progress=progress, stop=stop)
    return seen, seen.digest == found.body["digest"]


def request_of(found: Proposal) -> Request:
    """Return what a proposal wants."""
    body = found.body
    bank, changes = str(body["bank"]), body["changes"]
    assert isinstance(changes, Sequence)  # noqa: S101 - our own record, checked for the type checker
    return Request(
        bank=bank,
        changes=tuple(KeyChange.from_json(bank, one) for one in changes if isinstance(one, Mapping)),
        version=str(body["asked_version"]),
        take_away=body["take_away"] is True,
    )


def decided(found: Proposal) -> WrongState:
    """Return the refusal to decide twice."""
    sentence = (
        tr("The proposal {id} was applied.", id=found.id)
        if found.state == APPLIED
        else tr("The proposal {id} was declined.", id=found.id)
    )
    return WrongState(sentence, hint=tr("`cequiz proposal list` shows what waits."))


def _name(unit: Unit, actor: str) -> str:
    """Return the name that somebody signs in with, to this machine or to the office: one person often has the same."""
    kind, _, who = actor.partition(":")
    staff = unit.staff.get(who) if kind == "staff" else None
    return folded(staff.name if staff else who)


def _found(unit: Unit, proposal_id: str) -> Proposal:
    found = unit.proposals.get(proposal_id)
    if found is None:
        raise NotFound(
            tr("There is no proposal {id}.", id=proposal_id), hint=tr("`cequiz proposal list` shows what waits.")
        )
    return found


def _waiting(unit: Unit, proposal_id: str) -> Proposal:
    found = _found(unit, proposal_id)
    if found.state != WAITING:
        raise decided(found)
    return found


def _approvable(unit: Unit, proposal_id: str, seen: Preview, *, actor: str) -> Proposal:
    """Return a proposal that somebody may approve as they have seen it; refusals as of `approve`."""
    waiting = _waiting(unit, proposal_id)
    if _name(unit, waiting.proposer) == _name(unit, actor):
        raise NotAllowed(tr("Who proposed a change cannot approve it."), hint=tr("Another person has to look at it."))
    if seen.digest != waiting.body["digest"]:
        raise look_again()
    return waiting


def _record(unit: Unit, done: Proposal, *, deed: str, actor: str) -> None:
    details: dict[str, Json] = {"reason": done.note, "proposer": done.proposer}
    at = done.decided_at or done.proposed_at
    unit.audit.add(AuditRecord(at=at, actor=actor, deed=deed, subject=done.id, details=details))


def _body(seen: Preview) -> dict[str, Json]:
    """Return what is kept of a change of keys: what it is, and how much it would do."""
    counts: dict[str, Json] = {str(turn): seen.count(turn) for turn in Turn}
    return {
        "bank": seen.request.bank,
        "base": seen.base.version,
        "version": seen.bank.version if seen.bank else None,
        "asked_version": seen.request.version,
        "take_away": seen.request.take_away,
        "changes": [change.to_json() for change in seen.changes],
        "told": [[str(one.kind), one.question, one.before, one.after, one.part] for one in seen.told],
        "attempts": counts,
        "digest": seen.digest,
    }
