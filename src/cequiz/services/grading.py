"""Ending and marking attempts: every ending goes through one `finish`.

Whoever notices that an attempt is over (its own session, a sweep, the office) calls the same function, which writes
the ending and the score in one transaction. An attempt that ran out is closed with the deadline as its finish time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from cequiz.domain.bank.question import Question
from cequiz.domain.canonical import Json
from cequiz.domain.chain import receipt
from cequiz.domain.exam.attempt import Attempt, Status, held_up, replay
from cequiz.domain.exam.events import ENDINGS, EventDraft, EventKind, ends_at, late
from cequiz.domain.exam.ledger import Explanation, explain
from cequiz.domain.exam.marking import Score, mark, near_misses
from cequiz.domain.exam.remark import remark
from cequiz.domain.exam.review import Review, review
from cequiz.domain.exam.timekeeping import Anchor, Stamp, observe
from cequiz.errors import CequizError, NotFound, StorageDamaged, WrongState
from cequiz.language import tr
from cequiz.services.corrections import as_judged, corrections, in_force
from cequiz.services.outages import cut_off, found, may_go_on, silence, with_outage
from cequiz.services.ports import AttemptHeader, NearMissRecord, Ports, Standing, Unit

SWEEP_GRACE = timedelta(seconds=2)
"""How long after a deadline a sweep by others waits: an answer received in time may still be on its way to the disk."""

SWEEPER = "system:sweep"

_LEAF = 2_000
"""So many attempts of a list are read at once."""


@dataclass(frozen=True)
class Result:
    """An ended attempt as its student may see it."""

    attempt: Attempt
    review: Review
    receipt: str
    """The head of the attempt's chain, as a code to keep."""


def load_attempt(unit: Unit, attempt_id: str) -> Attempt:
    """Return an attempt's state.

    Raises:
        NotFound: there is no such attempt.
    """
    events = unit.attempts.events(attempt_id)
    if not events:
        raise NotFound(
            tr("There is no attempt {attempt}.", attempt=attempt_id),
            hint=tr("`cequiz attempt list` shows what there is."),
        )
    header = unit.attempts.header(attempt_id)
    attempt = replay(events)
    # The events name whom they were written for; after a merge of two students the list knows better.
    return replace(attempt, student_id=header.student_id, number=header.number) if header else attempt


def questions_of(unit: Unit, attempt: Attempt) -> dict[str, Question]:
    """Return the very questions an attempt was drawn from, by item key.

    Raises:
        StorageDamaged: a bank version is missing or is not what the form names.
    """
    banks = {(item.bank, item.bank_version) for item in attempt.form.items}
    loaded = {pair: unit.banks.get(*pair) for pair in banks}
    found: dict[str, Question] = {}
    for item in attempt.form.items:
        bank = loaded[item.bank, item.bank_version]
        if bank is None:
            raise StorageDamaged(
                tr(
                    "The bank {bank} {version} of attempt {attempt} is missing.",
                    bank=item.bank,
                    version=item.bank_version,
                    attempt=attempt.id,
                )
            )
        question = bank.question(item.question)
        if question.content_hash() != item.content_hash:
            raise StorageDamaged(
                tr(
                    "The question {question} is not the one that was shown in attempt {attempt}.",
                    question=item.key,
                    attempt=attempt.id,
                )
            )
        found[item.key] = question
    return found


def standing_after(attempt: Attempt, draft: EventDraft) -> Standing | None:
    """Return the standing that an event gives its attempt; None where it changes nothing."""
    ledger = attempt.ledger_after(draft)
    if draft.kind in ENDINGS:
        return Standing(Status(str(draft.kind)), ledger.deadline, attempt.finished_at or ends_at(draft))
    return None if ledger.deadline == attempt.ledger.deadline else Standing(attempt.status, ledger.deadline)


def write_events(
    ports: Ports,
    unit: Unit,
    attempt: Attempt,
    drafts: Sequence[tuple[EventKind, Mapping[str, Json]]],
    *,
    anchor: Anchor,
    actor: str,
    session: str,
    expected_seq: int | None = None,
) -> Attempt:
    """Write events of one instant one after the other, inside a unit, and return the attempt after the last.

    Args:
        ports: the outside world.
        unit: the transaction.
        attempt: the attempt before them.
        drafts: kind and payload of each.
        anchor: when they happened, and what the clocks showed.
        actor: who did it.
        session: which running program did it.
        expected_seq: the last event the writer has seen; None where the attempt was read in this very unit.
    """
    for kind, payload in drafts:
        draft = EventDraft(
            attempt_id=attempt.id,
            kind=kind,
            payload=payload,
            at=anchor.instant,
            stamp=anchor.stamp,
            actor=actor,
            session=session,
            key=ports.ids.token(),
        )
        seen = attempt.seq if expected_seq is None else expected_seq
        ack = unit.attempts.append(draft, expected_seq=seen, standing=standing_after(attempt, draft))
        attempt, expected_seq = attempt.apply(ack.event), None
    return attempt


def finish(
    ports: Ports,
    *,
    attempt_id: str,
    cause: EventKind,
    at: datetime,
    stamp: Stamp,
    actor: str,
    session: str,
    expected_seq: int | None = None,
) -> Score:
    """End an attempt and mark it, in one transaction; an ended attempt answers with the score it has.

    Args:
        ports: the outside world.
        attempt_id: which attempt.
        cause: `submitted` or `expired`; a submit that comes after the deadline is an expiry.
        at: when it happened (UTC, reckoned).
        stamp: what the machine's clocks showed.
        actor: who did it.
        session: which running program did it.
        expected_seq: the last event the writer has seen; None for a sweep, which ends whatever is there.

    Raises:
        OpenElsewhere: another session has written since `expected_seq`.
        WrongState: the attempt was voided, or it should expire and its time is not over.
        AttemptHeld: it is submitted while the office has suspended it.
    """
    with ports.store.write() as unit:
        attempt = load_attempt(unit, attempt_id)
        if attempt.status is Status.VOIDED:
            raise WrongState(tr("This attempt was voided."), hint=tr("Ask the provider why."))
        if attempt.status is not Status.OPEN:
            return _marked(ports, unit, attempt, actor=actor, at=at)
        # A session that ends its own attempt is there; whoever else does may be the first to find that it broke off.
        outage = None if session == attempt.session else silence(unit, attempt, at)
        present = with_outage(attempt, outage)
        held = present.ledger.held
        if held is not None and cause is EventKind.SUBMITTED:
            raise held_up(held)
        if present.overdue(at):
            cause, at = EventKind.EXPIRED, present.finish(at)
        elif cause is EventKind.EXPIRED:
            raise WrongState(tr("The time of this exam is not over."), hint=tr("It may have been extended meanwhile."))
        ending: dict[str, Json] = {"answered": len(attempt.responses), "items": len(attempt.form.items)}
        written = max(at, attempt.last.instant)
        ending |= late(counts=at, written=written)
        drafts = [(cause, ending)]
        if cause is EventKind.EXPIRED:
            ending |= cut_off(present, at)
            drafts[:0] = [] if outage is None else [(EventKind.OUTAGE, found(outage))]
        attempt = write_events(
            ports,
            unit,
            attempt,
            drafts,
            anchor=Anchor(written, stamp),
            actor=actor,
            session=session,
            expected_seq=expected_seq,
        )
        return _marked(ports, unit, attempt, actor=actor, at=stamp.wall)


def _marked(ports: Ports, unit: Unit, attempt: Attempt, *, actor: str, at: datetime) -> Score:
    score = unit.scores.latest(attempt.id)
    if score is None:
        questions = questions_of(unit, attempt)
        score = mark(attempt, questions, lexicon=ports.lexicon)
        # A key that was corrected while the exam ran counts for it; what was asked is the same.
        found = corrections(in_force(unit), attempt, questions)
        corrected = remark(attempt, score, found, lexicon=ports.lexicon, take_away=True).after
        score = replace(corrected, revision=score.revision)
        unit.scores.add(score, actor=actor, at=at)
        judging = {**questions, **{key: one.judged for key, one in found.items() if one.judged is not None}}
        for item, miss in near_misses(attempt, judging, ports.lexicon):
            unit.queue.add_near_miss(
                NearMissRecord(attempt_id=attempt.id, item=item.key, content_hash=item.content_hash, miss=miss, at=at)
            )
    return score


def sweep(ports: Ports) -> tuple[str, ...]:
    """Close every attempt whose time ran out while nobody was there; return their ids.

    One attempt that cannot be closed never stops the others; it stays due for the next sweep.
    """
    stamp = ports.clock.read()
    with ports.store.read() as unit:
        overdue = unit.attempts.overdue(stamp.wall - SWEEP_GRACE)
    closed = []
    for attempt_id in overdue:
        now = _over_at(ports, attempt_id, stamp)
        if now is None:
            continue
        try:
            finish(
                ports,
                attempt_id=attempt_id,
                cause=EventKind.EXPIRED,
                at=now,
                stamp=stamp,
                actor=SWEEPER,
                session=SWEEPER,
            )
        except CequizError:
            continue
        closed.append(attempt_id)
    return tuple(closed)


def _over_at(ports: Ports, attempt_id: str, stamp: Stamp) -> datetime | None:
    """Return what time it is for an attempt that nobody can take up any more; None where somebody still may.

    Its deadline on file has passed by the wall clock.

    On a machine that was not restarted the boot clock knows what elapsed: somebody may be sitting the exam at this
    moment, and a sweep must not end it because a clock was wrong for a minute. Where a session broke off, the course's
    credit may still cover the time since.
    """
    with ports.store.read() as unit:
        attempt = load_attempt(unit, attempt_id)
        until = may_go_on(unit, attempt)
    now = observe(attempt.last, stamp)
    return now if until is not None and now - SWEEP_GRACE > until else None


def result(ports: Ports, attempt_id: str) -> Result:
    """Return an ended attempt with what its student may see.

    Raises:
        NotFound: there is no such attempt.
        WrongState: it has not ended.
    """
    with ports.store.read() as unit:
        attempt = load_attempt(unit, attempt_id)
        if attempt.status is Status.OPEN:
            raise WrongState(tr("This attempt has not ended."), hint=tr("Continue it, or wait for its deadline."))
        score, questions = unit.scores.latest(attempt_id), questions_of(unit, attempt)
        shown = attempt
        if score is not None:
            found = corrections(in_force(unit), attempt, questions)
            shown, questions = as_judged(attempt, score, questions, found)
        return Result(attempt, review(shown, score, questions), receipt(attempt.head))


def explain_time(ports: Ports, attempt_id: str) -> tuple[Attempt, Explanation, datetime]:
    """Return an attempt, its deadline with every reason, and what time it is for it now (UTC)."""
    with ports.store.read() as unit:
        attempt = load_attempt(unit, attempt_id)
        now = observe(attempt.last, ports.clock.read())
        ledger = with_outage(attempt, silence(unit, attempt, now)).ledger
    return attempt, explain(ledger), now


def attempts(ports: Ports, *, student_id: str | None = None) -> tuple[AttemptHeader, ...]:
    """Return attempts, oldest first, after a sweep."""
    return tuple(each_attempt(ports, student_id=student_id))


def each_attempt(ports: Ports, *, student_id: str | None = None) -> Iterator[AttemptHeader]:
    """Yield attempts, oldest first, after a sweep; a leaf of them is read at a time, and nothing stays open between."""
    sweep(ports)
    stamp, last = ports.clock.read(), None
    while True:
        with ports.store.read() as unit:
            leaf = unit.attempts.headers(student_id=student_id, after=last, limit=_LEAF)
            found = [as_it_stands(unit, header, stamp) for header in leaf]
        yield from found
        if len(found) < _LEAF:
            return
        last = found[-1]


def as_it_stands(unit: Unit, header: AttemptHeader, stamp: Stamp) -> AttemptHeader:
    """Return the line of an attempt at a reading of the clock: ended once its deadline has passed, swept or not."""
    standing = header.standing
    if standing.status is not Status.OPEN or standing.deadline is None or stamp.wall <= standing.deadline:
        return header
    attempt = load_attempt(unit, header.id)
    until = may_go_on(unit, attempt)
    if until is None or observe(attempt.last, stamp) <= until:
        return header
    return replace(header, standing=Standing(Status.EXPIRED, standing.deadline, standing.deadline))


def attempt(ports: Ports, attempt_id: str) -> tuple[Attempt, Score | None, Mapping[str, Question]]:
    """Return everything of one attempt, for the office."""
    with ports.store.read() as unit:
        found = load_attempt(unit, attempt_id)
        return found, unit.scores.latest(attempt_id), questions_of(unit, found)
