"""What became of what was reported: batches listed, shown, marked as posted, and completions reported again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC

from cequiz.domain.canonical import Json
from cequiz.domain.credential.award import Award
from cequiz.domain.credential.lifecycle import Life
from cequiz.domain.people.student import Licence, clean_words
from cequiz.domain.report import Align, Column, Report
from cequiz.errors import NotAllowed, NotFound, WrongState
from cequiz.language import mark, tr, trn
from cequiz.services.instants import instant_words
from cequiz.services.ports import AuditRecord, Ports, ReportBatch, Reported, Unit
from cequiz.services.ports.reports import CompletionQuery
from cequiz.services.reports.periods import house

_CORRECTED, EARNED_ANEW, OTHER_DAY, WITHDRAWN = "licence-corrected", "earned-anew", "day-changed", "withdrawn"
"""Why a line holds no more where nobody gave a reason; people are told in words."""

_WORDS: Mapping[str, str] = {
    _CORRECTED: mark("the licence was corrected"),
    EARNED_ANEW: mark("it was earned anew"),
    OTHER_DAY: mark("the day of completion is another now"),
    WITHDRAWN: mark("it was taken away: the board must be told"),
}

_TAKEN_AWAY = frozenset({Life.REVOKED.value, Life.EXPIRED.value})


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
        late = _outdated(unit, view.lines)
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
            {
                "award": one.award_id,
                "licence": one.licence,
                "again": one.requeued and not one.replaced and one.reason != WITHDRAWN,
                "reason": _reason_words(one.reason),
            }
            for one in view.lines
        ],
        notes=(*late, *view.notes),
    )


def post(ports: Ports, *, batch_id: str, actor: str) -> ReportBatch:
    """Mark a batch as posted: its file was handed in, and what it says counts as reported.

    Lines that were put back since it was made count no more all the same: `outdated` tells of them.

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
        back = sum(one.requeued for one in unit.batches.lines(found.id))
        unit.batches.post(found.id, actor=actor, at=now)
        details: dict[str, Json] = {"outdated": back} if back else {}
        unit.audit.add(AuditRecord(at=now, actor=actor, deed="report.posted", subject=found.id, details=details))
    return replace(found, posted_at=now, poster=actor)


def outdated(ports: Ports, batch_id: str) -> tuple[str, ...]:
    """Return what of a batch counts no more, and which newer batch says it, as sentences; nothing where all counts.

    Raises:
        NotFound: there is none of that id.
    """
    with ports.store.read() as unit:
        _found(unit, batch_id)
        return _outdated(unit, unit.batches.lines(batch_id))


def requeue(ports: Ports, *, what: str, reason: str, actor: str) -> tuple[Reported, ...]:
    """Let a completion be reported again with the next export, and return the lines that held it.

    Args:
        ports: the outside world.
        what: the number of its certificate, or the award's id as `batch_report` shows it.
        reason: why; it is kept with the lines.
        actor: who does it.

    Raises:
        NotFound: it is in no batch, or waits already.
        NotAllowed: its certificate was taken away, so nothing of it would be reported.
        InvalidText: there is no reason, or one that cannot be shown.
    """
    why = clean_words(reason, what=mark("reason"))
    with ports.store.write() as unit:
        record = unit.certificates.get(what)
        award_id = record.award_id if record else what
        if not unit.reports.standing([award_id]):
            raise NotFound(
                tr("{what} is in no batch, or will be reported again already.", what=what),
                hint=tr("`cequiz report batches` lists what was reported."),
            )
        _refuse_taken_away(unit, award_id)
        return requeue_award(ports, unit, award_id=award_id, reason=why, actor=actor)


def requeue_award(ports: Ports, unit: Unit, *, award_id: str, reason: str, actor: str) -> tuple[Reported, ...]:
    """Let a completion be reported again, inside a unit, and return the lines that held it; none where none did.

    Whoever changes what a board was told of a completion calls this in the same transaction.

    Args:
        ports: the outside world.
        unit: the transaction.
        award_id: which completion.
        reason: why; it is kept with the lines.
        actor: who does it.
    """
    lines = tuple(unit.reports.standing([award_id]))
    if reason == EARNED_ANEW:  # what was withdrawn is reported by the next file after all
        unit.batches.wait_for(award_id, was=WITHDRAWN, reason=reason)
    if lines:
        unit.batches.requeue(award_id, reason=reason)
        _record(ports, unit, award_id, reason, actor=actor, batches=lines)
    return lines


def requeue_corrected(
    ports: Ports, unit: Unit, *, student_id: str, licences: Sequence[Licence], actor: str
) -> tuple[str, ...]:
    """Let every completion be reported again whose reported licence a student has no longer; return their awards.

    Only the licences that are wrong: what was told right under another one stays told.

    Whoever corrects licences, or moves completions to another student, calls this in the same transaction.

    Args:
        ports: the outside world.
        unit: the transaction.
        student_id: whose licences changed.
        licences: those of now.
        actor: who corrected them.
    """
    wrong = lines_of_others(unit, student_id=student_id, licences=licences)
    for award_id, lines in wrong.items():
        unit.batches.requeue(award_id, reason=_CORRECTED, licences=[one.licence for one in lines])
        _record(ports, unit, award_id, _CORRECTED, actor=actor, batches=lines)
    return tuple(wrong)


def lines_of_others(unit: Unit, *, student_id: str, licences: Sequence[Licence]) -> Mapping[str, Sequence[Reported]]:
    """Return the lines that report a student's completions under licences that are not among these, by award."""
    mine = [one.award.id for one in unit.reports.completions(CompletionQuery(student_id=student_id))]
    held = {str(one) for one in licences}
    found: dict[str, list[Reported]] = {}
    for line in unit.reports.standing(mine):
        if line.licence not in held:
            found.setdefault(line.award_id, []).append(line)
    return found


def told_boards(unit: Unit, award_id: str) -> tuple[str, ...]:
    """Return what to do about a completion that was reported and is taken away, as sentences; nothing where none was.

    Whoever takes a completion away shows them.
    """
    return tuple(_undo(unit, line) for line in unit.reports.standing([award_id]))


def _undo(unit: Unit, line: Reported) -> str:
    state = line.licence.partition(":")[0]
    if _found(unit, line.batch_id).posted_at is not None:
        return tr(
            "{state} was told of this completion ({licence}, batch {batch}): tell it that the completion is withdrawn.",
            state=state,
            licence=line.licence,
            batch=line.batch_id,
        )
    return tr(
        "The batch {batch} reports this completion ({licence}) and is not marked as posted: take the line out of its "
        "file, or tell {state} that the completion is withdrawn.",
        state=state,
        licence=line.licence,
        batch=line.batch_id,
    )


def told_other_day(unit: Unit, award_id: str) -> tuple[str, ...]:
    """Return what to do about a completion that was reported and gets another day; nothing where none was.

    Whoever lets it move shows them.
    """
    return tuple(_moved(unit, line) for line in unit.reports.standing([award_id]))


def _moved(unit: Unit, line: Reported) -> str:
    state = line.licence.partition(":")[0]
    if _found(unit, line.batch_id).posted_at is not None:
        return tr(
            "{state} was told of another day of this completion ({licence}, batch {batch}): tell it that the old day "
            "is withdrawn. The next file reports the new one.",
            state=state,
            licence=line.licence,
            batch=line.batch_id,
        )
    return tr(
        "The batch {batch} reports another day of this completion ({licence}) and is not marked as posted: take the "
        "line out of its file, or tell {state} that the old day is withdrawn. The next file reports the new one.",
        state=state,
        licence=line.licence,
        batch=line.batch_id,
    )


def is_other_day(unit: Unit, before: Award, after: Award) -> bool:
    """Whether a completion is reported with another day than before, in the provider's time zone."""
    provider = unit.providers.get()
    zone = provider.zone() if provider else UTC
    return before.completed_at.astimezone(zone).date() != after.completed_at.astimezone(zone).date()


def _refuse_taken_away(unit: Unit, award_id: str) -> None:
    papers = unit.certificates.current(award_id)
    status = unit.certificates.status(papers[-1].number) if papers else None
    if status is not None and status.status in _TAKEN_AWAY:
        raise NotAllowed(
            tr("The certificate {number} is not in force, so it is not reported.", number=papers[-1].number),
            hint=" ".join(told_boards(unit, award_id)) or tr("Nothing was changed."),
        )


def _outdated(unit: Unit, lines: Sequence[Reported]) -> tuple[str, ...]:
    """Count what was put back, by the newer batch that says it now."""
    back = [one for one in lines if one.requeued]
    now: dict[tuple[str, str], str] = {}
    for one in unit.reports.standing([one.award_id for one in back]):
        now[one.award_id, one.licence.partition(":")[0]] = one.batch_id
    newer = Counter(now.get((one.award_id, one.licence.partition(":")[0]), "") for one in back if one.replaced)
    found = [
        trn(
            "{count} line of it counts no more: the batch {batch} says it anew.",
            "{count} lines of it count no more: the batch {batch} says them anew.",
            count,
            batch=batch_id,
        )
        for batch_id, count in sorted(newer.items())
        if batch_id
    ]
    gone = sum(one.reason == WITHDRAWN and not one.replaced for one in back)
    if gone:
        found.append(
            trn(
                "{count} line of it counts no more: it was taken away, and the board must be told.",
                "{count} lines of it count no more: they were taken away, and the board must be told.",
                gone,
            )
        )
    waiting = len(back) - gone - sum(count for batch_id, count in newer.items() if batch_id)
    if waiting:
        found.append(
            trn(
                "{count} line of it counts no more, and waits for the next file.",
                "{count} lines of it count no more, and wait for the next file.",
                waiting,
            )
        )
    return tuple(found)


def _record(ports: Ports, unit: Unit, award_id: str, reason: str, *, actor: str, batches: Sequence[Reported]) -> None:
    details: dict[str, Json] = {"reason": reason, "batches": sorted({one.batch_id for one in batches})}
    now, deed = ports.clock.read().wall, "report.withdrawn" if reason == WITHDRAWN else "report.requeued"
    unit.audit.add(AuditRecord(at=now, actor=actor, deed=deed, subject=award_id, details=details))


def _reason_words(reason: str) -> str | None:
    return tr(_WORDS[reason]) if reason in _WORDS else reason or None


def _found(unit: Unit, batch_id: str) -> ReportBatch:
    found = unit.batches.get(batch_id)
    if found is None:
        raise NotFound(tr("There is no batch {id}.", id=batch_id), hint=tr("`cequiz report batches` lists them."))
    return found
