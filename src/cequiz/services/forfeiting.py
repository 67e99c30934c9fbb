"""Forfeiting: what becomes of an award, and of its certificate, when the pass that it stood on counts no more.

A change of keys and a void come here with what was foreseen, in the transaction in which the pass falls.
"""

from __future__ import annotations

from cequiz.domain.canonical import Json
from cequiz.domain.credential.award import Award
from cequiz.services.consequences import Consequence, Outcome
from cequiz.services.correcting import LONGEST_REASON, RESCORED, revoke_in
from cequiz.services.earning import end_in
from cequiz.services.ports import AuditRecord, Ports, Unit
from cequiz.services.reports.batches import OTHER_DAY, is_other_day, requeue_award


def forfeit(ports: Ports, unit: Unit, one: Consequence, *, because: str, reason: str, actor: str) -> None:
    """Let an award, its certificate and what boards were told of it follow; whatever else was foreseen is left alone.

    Args:
        ports: the outside world.
        unit: the transaction.
        one: what becomes of one award.
        because: what happened, such as `re-marked`; records of certificates are English.
        reason: why, as somebody wrote it.
        actor: who does it.
    """
    if one.award is None:
        return
    if one.outcome in {Outcome.SUPERSEDED, Outcome.RESCORED}:
        _move(ports, unit, one, one.award, reason=reason, actor=actor)
    if one.outcome is Outcome.REVOKED:
        revoke_in(ports, unit, one.number, reason=shortened(because, reason), actor=actor)
    if one.outcome in {Outcome.REVOKED, Outcome.LOST}:
        end_in(ports, unit, one.award, reason=reason, actor=actor)


def shortened(because: str, reason: str) -> str:
    """Return a reason that a certificate's life can keep: what happened, and why."""
    return f"{because}: {reason}"[:LONGEST_REASON].strip()


def _move(ports: Ports, unit: Unit, one: Consequence, award: Award, *, reason: str, actor: str) -> None:
    """Give an award another score, or the day of another pass; a board that was told of the day is told again."""
    before = unit.awards.named(award.id)
    unit.awards.replace(award)
    details: dict[str, Json] = {"before": one.before, "after": one.after, "reason": reason}
    now = ports.clock.read().wall
    unit.audit.add(AuditRecord(at=now, actor=actor, deed=RESCORED, subject=award.id, details=details))
    if before is not None and is_other_day(unit, before, award):
        requeue_award(ports, unit, award_id=award.id, reason=OTHER_DAY, actor=actor)
