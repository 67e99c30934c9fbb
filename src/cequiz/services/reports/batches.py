"""What became of what was reported: batches listed, shown, marked as posted, and completions reported again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from cequiz.domain.canonical import Json
from cequiz.domain.people.student import Licence, clean_words
from cequiz.domain.report import Align, Column, Report
from cequiz.errors import NotFound, WrongState
from cequiz.language import mark, tr
from cequiz.services.instants import instant_words
from cequiz.services.ports import AuditRecord, Ports, ReportBatch, Reported, Unit
from cequiz.services.ports.reports import CompletionQuery
from cequiz.services.reports.periods import house

_CORRECTED = "licence-corrected"
"""Why a completion is reported again by itself; people are told in words."""


@dataclass(frozen=True)
class BatchView:
    """A batch with its completions."""

    batch: ReportBatch
    lines: tuple[Reported, ...]

    @property
    def cells(self) -> tuple[tuple[str, ...], ...]:
        """What its file says, line by line."""
        lines = self.batch.body.get("lines", ())
        assert isinstance(lines, Sequence)  # noqa: S101 - our own record, checked for the type checker
        return tuple(tuple(map(str, line)) for line in lines if isinstance(line, Sequence))

    @property
    def notes(self) -> tuple[str, ...]:
        """What was told of it when it was made."""
        notes = self.batch.body.get("notes", ())
        return tuple(map(str, notes)) if isinstance(notes, Sequence) else ()


def batches(ports: Ports) -> Report:
    """Return every batch, the newest first."""
    with ports.store.read() as unit:
        here = house(ports, unit)
        counts = Counter(one.batch_id for one in unit.batches.reported())
        found = [*reversed(unit.batches.all())]
    return Report(
        id="batches",
        title=tr("Batches"),
        made_at=here.now,
        columns=(
            Column("id", tr("Batch")),
            Column("kind", tr("Kind")),
            Column("made", tr("Made on")),
            Column("by", tr("By")),
            Column("lines", tr("Lines"), Align.RIGHT),
            Column("posted", tr("Posted on")),
        ),
        rows=[
            {
                "id": one.id,
                "kind": one.kind,
                "made": here.day(one.made_at).isoformat(),
                "by": one.actor,
                "lines": counts[one.id],
                "posted": here.day(one.posted_at).isoformat() if one.posted_at else None,
            }
            for one in found
        ],
        summary={"batches": len(found), "not_posted": sum(one.posted_at is None for one in found)},
    )


def batch(ports: Ports, batch_id: str) -> BatchView:
    """Return a batch.

    Raises:
        NotFound: there is none of that id.
    """
    with ports.store.read() as unit:
        return BatchView(_found(unit, batch_id), tuple(unit.batches.lines(batch_id)))


def batch_report(ports: Ports, batch_id: str) -> Report:
    """Return the completions of a batch, and which of them must be reported again.

    Raises:
        NotFound: there is none of that id.
    """
    view = batch(ports, batch_id)
    with ports.store.read() as unit:
        here = house(ports, unit)
    made = view.batch
    posted = tr("posted on {day}", day=here.day(made.posted_at)) if made.posted_at else tr("not posted")
    return Report(
        id="batch",
        title=tr("Batch {id}", id=made.id),
        made_at=here.now,
        covers=tr("{kind}, made on {day}, {posted}", kind=made.kind, day=here.day(made.made_at), posted=posted),
        columns=(
            Column("award", tr("Completion")),
            Column("licence", tr("Licence")),
            Column("again", tr("To be reported again")),
            Column("reason", tr("Reason")),
        ),
        rows=[
            {"award": one.award_id, "licence": one.licence, "again": one.requeued, "reason": _reason_words(one.reason)}
            for one in view.lines
        ],
        notes=view.notes,
    )


def post(ports: Ports, *, batch_id: str, actor: str) -> ReportBatch:
    """Mark a batch as posted: its file was handed in, and what it says counts as reported.

    Raises:
        NotFound: there is none of that id.
        WrongState: it is posted already.
    """
    with ports.store.write() as unit:
        found = _found(unit, batch_id)
        if found.posted_at is not None:
            raise WrongState(
                tr("The batch {id} was posted already, on {when}.", id=found.id, when=instant_words(found.posted_at))
            )
        now = ports.clock.read().wall
        unit.batches.post(found.id, actor=actor, at=now)
        unit.audit.add(AuditRecord(at=now, actor=actor, deed="report.posted", subject=found.id))
    return replace(found, posted_at=now, poster=actor)


def requeue(ports: Ports, *, what: str, reason: str, actor: str) -> tuple[Reported, ...]:
    """Let a completion be reported again with the next export, and return the lines that held it.

    Args:
        ports: the outside world.
        what: the number of its certificate, or the award's id as `batch_report` shows it.
        reason: why; it is kept with the lines.
        actor: who does it.

    Raises:
        NotFound: it is in no batch, or waits already.
        InvalidText: there is no reason, or one that cannot be shown.
    """
    why = clean_words(reason, what=mark("reason"))
    with ports.store.write() as unit:
        record = unit.certificates.get(what)
        award_id = record.award_id if record else what
        lines = tuple(unit.reports.standing([award_id]))
        if not lines:
            raise NotFound(
                tr("{what} is in no batch, or will be reported again already.", what=what),
                hint=tr("`cequiz report batches` lists what was reported."),
            )
        unit.batches.requeue(award_id, reason=why)
        _record(ports, unit, award_id, why, actor=actor, batches=lines)
    return lines


def requeue_corrected(
    ports: Ports, unit: Unit, *, student_id: str, licences: Sequence[Licence], actor: str
) -> tuple[str, ...]:
    """Let every completion be reported again whose reported licence a student has no longer; return their awards.

    Only to the state that gave the licence: the others were told right, and get nobody twice.

    Whoever corrects licences calls this in the same transaction.

    Args:
        ports: the outside world.
        unit: the transaction.
        student_id: whose licences changed.
        licences: those of now.
        actor: who corrected them.
    """
    mine = [one.award.id for one in unit.reports.completions(CompletionQuery(student_id=student_id))]
    held = {str(one) for one in licences}
    wrong: dict[str, list[Reported]] = {}
    for line in unit.reports.standing(mine):
        if line.licence not in held:
            wrong.setdefault(line.award_id, []).append(line)
    for award_id, lines in wrong.items():
        for state in sorted({one.licence.partition(":")[0] for one in lines}):
            unit.batches.requeue(award_id, reason=_CORRECTED, state=state)
        _record(ports, unit, award_id, _CORRECTED, actor=actor, batches=lines)
    return tuple(wrong)


def _record(ports: Ports, unit: Unit, award_id: str, reason: str, *, actor: str, batches: Sequence[Reported]) -> None:
    details: dict[str, Json] = {"reason": reason, "batches": sorted({one.batch_id for one in batches})}
    now = ports.clock.read().wall
    unit.audit.add(AuditRecord(at=now, actor=actor, deed="report.requeued", subject=award_id, details=details))


def _reason_words(reason: str) -> str | None:
    return tr("the licence was corrected") if reason == _CORRECTED else reason or None


def _found(unit: Unit, batch_id: str) -> ReportBatch:
    found = unit.batches.get(batch_id)
    if found is None:
        raise NotFound(tr("There is no batch {id}.", id=batch_id), hint=tr("`cequiz report batches` lists them."))
    return found
