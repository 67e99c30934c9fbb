"""Beginning an exam and taking one up again: what happens before somebody holds an open attempt.

Both are one transaction. Taking up decides what became of the time in between: whether it is over, whether the session
before broke off, and whether the clock waits for a key.
"""

from __future__ import annotations

from datetime import timedelta

from cequiz.domain.canonical import Json
from cequiz.domain.exam.attempt import Attempt, OfficeMessage, Status, opening, replay
from cequiz.domain.exam.events import EventDraft, EventKind
from cequiz.domain.exam.form import Form, PoolItem, draw
from cequiz.domain.exam.ledger import Outage
from cequiz.domain.exam.timekeeping import JUMP, Anchor, arrive, drift
from cequiz.errors import DeadlinePassed, NotAllowed, WrongState
from cequiz.language import mark, tr
from cequiz.services.briefing import Briefing, compose, find_exam
from cequiz.services.enrolling import ensure_enrolled, find_student
from cequiz.services.grading import finish, load_attempt, questions_of, sweep, write_events
from cequiz.services.in_use import bank_in_use
from cequiz.services.instants import instant_words
from cequiz.services.outages import (
    BEAT,
    SILENCE,
    absence,
    continued,
    found,
    in_vain,
    open_elsewhere,
    silence,
    with_outage,
)
from cequiz.services.ports import Heartbeat, Ports, Standing, Unit
from cequiz.services.sitting import Sitting
from cequiz.services.studying import weakness

_REFUSALS = {
    "running": mark("This exam is running already."),
    "passed": mark("You have passed this exam."),
    "used_up": mark("Every attempt at this exam is used up."),
    "waiting": mark("The waiting time after the last attempt is not over."),
    "not_yet": mark("This exam is not open yet."),
    "closed": mark("This exam is closed."),
}

_UNTIL = {
    "waiting": mark("You can start again from: {instant}."),
    "not_yet": mark("It opens at: {instant}."),
    "closed": mark("It closed at: {instant}."),
}


def start(ports: Ports, *, student_id: str, exam_ref: str, attested: bool, actor: str) -> Sitting:
    """Start a new attempt: check, draw the form, write the first event, in one transaction.

    Args:
        ports: the outside world.
        student_id: the student's id or e-mail address.
        exam_ref: `COURSE/EXAM`, or the exam's id where that is unique.
        attested: whether the student accepted the course's attestation.
        actor: who starts it.

    Raises:
        NotFound: there is no such student or exam.
        NotAllowed: the attestation was not accepted, or no attempt is allowed now.
        WrongState: an attempt is running; `resume` it.
    """
    if not attested:
        raise NotAllowed(tr("The exam starts only when the statement is accepted."))
    sweep(ports)
    stamp = ports.clock.read()
    anchor = arrive(None, stamp)
    with ports.store.write() as unit:
        student = find_student(unit, student_id)
        course, exam = find_exam(unit, exam_ref, student_id=student.id)
        ensure_enrolled(ports, unit, student_id=student.id, course_id=course.id, actor=actor)
        briefing = compose(ports, unit, student=student, course=course, exam=exam)
        check_startable(briefing)
        attempt = _drawn(ports, unit, briefing, anchor=anchor)
        draft = EventDraft(
            attempt_id=attempt.id,
            kind=EventKind.STARTED,
            payload=opening(attempt),
            at=anchor.instant,
            stamp=stamp,
            actor=actor,
            session=attempt.session,
            key=ports.ids.token(),
        )
        ack = unit.attempts.start(draft, standing=Standing(Status.OPEN, attempt.ledger.deadline))
        attempt = replay([ack.event])
        _appear(unit, attempt, anchor)
        questions = questions_of(unit, attempt)
    return Sitting(ports, attempt, questions, anchor=anchor, actor=actor)


def check_startable(briefing: Briefing) -> None:
    """Refuse a start that the policy forbids, with the reason and, where there is one, the instant that ends it."""
    bar = briefing.eligibility.bar
    if bar is None:
        return
    kind = WrongState if bar == "running" else NotAllowed
    until = briefing.eligibility.until
    hint = "" if until is None else tr(_UNTIL[bar], instant=instant_words(until))
    raise kind(tr(_REFUSALS[bar]), hint=hint)


def resume(ports: Ports, *, attempt_id: str, actor: str) -> Sitting:
    """Take an open attempt up, here and now; whoever held it can only read from then on.

    Raises:
        NotFound: there is no such attempt.
        AttemptClosed: it has ended; where its time had run out it was closed by this call (`DeadlinePassed`).
    """
    stamp, session = ports.clock.read(), ports.ids.token()
    with ports.store.write() as unit:
        attempt = load_attempt(unit, attempt_id)
        anchor = arrive(_last_sign(unit, attempt), stamp)
        missed = _missed(unit, attempt)
        here = _where(unit, attempt)
        # Where the time ran out in between, no gap is too short to be asked for.
        patience = timedelta() if attempt.overdue(anchor.instant) else SILENCE
        outage = silence(unit, attempt, anchor.instant, patience=patience)
        ahead = with_outage(attempt, outage)
        if not ahead.overdue(anchor.instant):
            ahead.check_open(anchor.instant)
            takes_over = open_elsewhere(unit, attempt, anchor.instant)
            attempt = _take_over(ports, unit, attempt, outage=outage, anchor=anchor, actor=actor, session=session)
            _appear(unit, attempt, anchor, item=here)
            sitting = Sitting(ports, attempt, questions_of(unit, attempt), anchor=anchor, actor=actor, here=here)
            sitting.absence, sitting.took_over = absence(attempt, anchor.instant), takes_over
            sitting.missed = missed
            return sitting
    finish(
        ports,
        attempt_id=attempt_id,
        cause=EventKind.EXPIRED,
        at=anchor.instant,
        stamp=stamp,
        actor=actor,
        session=session,
    )
    hint = tr("Everything that was saved before the deadline counts.")
    raise DeadlinePassed(tr("The time of this exam ran out."), hint=hint)


def _last_sign(unit: Unit, attempt: Attempt) -> Anchor:
    """Return the last moment that is settled: of the last event, or of a sign of life after it."""
    beat = unit.heartbeats.last(attempt.id)
    return attempt.last if beat is None or beat.at <= attempt.last.instant else Anchor(beat.at, beat.stamp)


def _where(unit: Unit, attempt: Attempt) -> str:
    """Return the key of the item that somebody was at; empty where nothing tells.

    Signs of life are some seconds apart: what was done to an item after the last one tells more.
    """
    beat = unit.heartbeats.last(attempt.id)
    if beat is None or beat.at < attempt.last.instant:
        for event in reversed(unit.attempts.events(attempt.id)):
            if beat is not None and event.anchor.instant <= beat.at:
                break
            if "item" in event.payload:
                return str(event.payload["item"])
    return beat.item if beat is not None else ""


def _missed(unit: Unit, attempt: Attempt) -> tuple[OfficeMessage, ...]:
    """Return what the office wrote since the session before gave a sign of life; rather once too often than never."""
    beat = unit.heartbeats.last(attempt.id)
    there = attempt.seen or attempt.ledger.started_at
    if beat is not None:
        there = max(there, beat.at)
    return tuple(one for one in attempt.messages if one.at > there - BEAT)


def _appear(unit: Unit, attempt: Attempt, anchor: Anchor, *, item: str = "") -> None:
    """Give a session's first sign of life together with its first event."""
    unit.heartbeats.beat(
        Heartbeat(attempt_id=attempt.id, session=attempt.session, at=anchor.instant, stamp=anchor.stamp, item=item)
    )


def _take_over(
    ports: Ports,
    unit: Unit,
    attempt: Attempt,
    *,
    outage: Outage | None,
    anchor: Anchor,
    actor: str,
    session: str,
) -> Attempt:
    at = anchor.instant
    drafts: list[tuple[EventKind, dict[str, Json]]] = []
    # Between two processes UTC counts, so only a machine that was not restarted can tell that its clock was moved.
    if attempt.last.stamp.boot_id == anchor.stamp.boot_id:
        moved = drift(attempt.last, anchor.stamp)
        before = attempt.last.stamp.wall - attempt.last.instant
        if abs(moved - before) > JUMP:
            drafts.append((EventKind.CLOCK_MOVED, {"milliseconds": (moved - before) // timedelta(milliseconds=1)}))
    if outage is not None:
        drafts.append((EventKind.OUTAGE, found(outage)))
    ahead = with_outage(attempt, outage)
    vain = in_vain(ahead, at)
    drafts.append((EventKind.RESUMED, {"waits": True} if ahead.ledger.waits and not vain else {}))
    if vain:
        drafts.append((EventKind.CONTINUED, continued(ahead, at)))
    return write_events(ports, unit, attempt, drafts, anchor=anchor, actor=actor, session=session)


def _drawn(ports: Ports, unit: Unit, briefing: Briefing, *, anchor: Anchor) -> Attempt:
    exam, course, student = briefing.exam, briefing.course, briefing.student
    banks = [bank for bank in (bank_in_use(unit, bank_id) for bank_id in exam.banks) if bank is not None]
    pool = [PoolItem(bank.id, bank.version, question) for bank in banks for question in bank.items]
    headers = unit.attempts.headers(student_id=student.id, course_id=course.id, exam_id=exam.id)
    seen: frozenset[str] = frozenset()
    if exam.attempts.prefer_unseen:
        earlier = [replay(unit.attempts.events(header.id)) for header in headers]
        seen = frozenset(item.key for one in earlier for item in one.form.items)
    past = weakness(unit, student_id=student.id, course_id=course.id, exam_id=exam.id)
    form: Form = draw(
        pool, blueprint=exam.blueprint, seed=ports.ids.token(), seen=seen, weak=past.objectives, missed=past.missed
    )
    terms = briefing.terms
    return Attempt(
        id=ports.ids.new("A"),
        student_id=student.id,
        course_id=course.id,
        course_version=course.version,
        exam_id=exam.id,
        number=len(headers) + 1,
        form=form,
        terms=terms,
        ledger=terms.ledger(anchor.instant),
        attestation=briefing.attestation,
        seq=0,
        head=b"",
        session=ports.ids.token(),
        last=anchor,
    )
