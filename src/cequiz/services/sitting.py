"""Sitting an exam: starting, continuing, answering, leaving, submitting.

A `Sitting` is one program's hold on one open attempt. Every deed becomes an event that is durable before the deed
returns. A deed that could not be written stays pending, in order, with the instant at which it was received; nothing
else is written before it, and asking again is safe because the store knows each event by its key.

A sitting is driven by one thread at a time. `attempt` is a value: any thread may read it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import TypeVar

from cequiz.domain.bank.question import Question
from cequiz.domain.canonical import Json
from cequiz.domain.exam.attempt import Attempt, Status, opening, replay
from cequiz.domain.exam.events import EventDraft, EventKind
from cequiz.domain.exam.form import Form, PoolItem, draw
from cequiz.domain.exam.ledger import Explanation, TimeLedger, explain
from cequiz.domain.exam.marking import Score
from cequiz.domain.exam.timekeeping import JUMP, Anchor, Stamp, arrive, drift, reckon
from cequiz.domain.people.student import clean_words
from cequiz.errors import (
    AttemptClosed,
    CequizError,
    DeadlinePassed,
    EnvironmentFailed,
    NotAllowed,
    OpenElsewhere,
    StorageFull,
    StorageIO,
    WrongState,
)
from cequiz.services.briefing import Briefing, compose, find_exam
from cequiz.services.enrolling import ensure_enrolled, find_student
from cequiz.services.grading import finish, load_attempt, questions_of, sweep
from cequiz.services.ports import Ack, Ports, Standing, Unit

T = TypeVar("T")

_RECOVERIES = 3
"""How often an unknown outcome is looked up before the student is told that the answer is not saved."""

_ELSEWHERE = "This exam is open elsewhere."
_TAKE_BACK = "Continue there, or take it over here again."

_REFUSALS = {
    "running": "This exam is running already.",
    "passed": "You have passed this exam.",
    "used_up": "Every attempt at this exam is used up.",
    "waiting": "The waiting time after the last attempt is not over.",
    "not_yet": "This exam is not open yet.",
    "closed": "This exam is closed.",
}

_UNTIL = {
    "waiting": "You can start again from",
    "not_yet": "It opens at",
    "closed": "It closed at",
}


class Sitting:
    """One program's hold on one open attempt."""

    def __init__(
        self, ports: Ports, attempt: Attempt, questions: Mapping[str, Question], *, anchor: Anchor, actor: str
    ) -> None:
        self._ports = ports
        self._anchor = anchor
        self._actor = actor
        self._logged = drift(anchor, anchor.stamp)
        self._session = attempt.session
        self.attempt = attempt
        self.questions = questions
        self.pending: tuple[EventDraft, ...] = ()
        """Deeds that are not on disk yet, oldest first; empty when everything is saved."""
        self.taken_over = False
        """Whether another session holds the pen now: this one only reads."""

    # -------------------------------------------------------------------------------------------------- the clock

    def receive(self) -> Stamp:
        """Return the clocks now: call it when the key is pressed and hand it to the deed."""
        return self._ports.clock.read()

    def now(self) -> datetime:
        """Return what time it is for this attempt (UTC); moving the wall clock does not change it."""
        return reckon(self._anchor, self._ports.clock.read())

    def time_left(self) -> timedelta | None:
        """Return the time until the deadline, never below zero; None when there is none or the clock stands still."""
        deadline = self.attempt.ledger.deadline
        return None if deadline is None else max(deadline - self.now(), timedelta())

    def explain(self) -> Explanation:
        """Return the deadline with its reasons."""
        return explain(self.attempt.ledger)

    # --------------------------------------------------------------------------------------------------- the deeds

    def answer(self, item: str, response: Mapping[str, Json], *, received: Stamp | None = None) -> Ack:
        """Save an answer; it replaces the one before.

        Raises:
            InvalidResponse: the question cannot take it; nothing was written.
            NotAllowed: the exam moves forward only and has left the item behind.
            AttemptClosed: the attempt has ended (`DeadlinePassed`: it was received too late).
            OpenElsewhere: another session has taken over.
            EnvironmentFailed: it could not be written; it stays in `pending`.
        """
        clean = self.questions[item].accept(response)
        self.attempt.check_navigable(self.attempt.form.position(item))
        return self._do(EventKind.ANSWERED, {"item": item, "response": clean}, received)

    def clear(self, item: str, *, received: Stamp | None = None) -> Ack:
        """Take an answer back; errors as in `answer`."""
        self.attempt.check_navigable(self.attempt.form.position(item))
        return self._do(EventKind.CLEARED, {"item": item}, received)

    def flag(self, item: str, *, received: Stamp | None = None) -> Ack:
        """Mark an item for another look, or take the mark away; errors as in `answer`."""
        kind = EventKind.UNFLAGGED if item in self.attempt.flags else EventKind.FLAGGED
        return self._do(kind, {"item": item}, received)

    def move_to(self, place: int, *, received: Stamp | None = None) -> None:
        """Go to a 0-based place: in a forward-only exam everything before it is left behind, for good.

        Raises:
            NotAllowed: the exam moves forward only and has left the place behind.
            CequizError: as in `answer`.
        """
        self.attempt.check_navigable(place)
        if self.attempt.terms.forward_only and place > self.attempt.reached:
            self._do(EventKind.MOVED, {"place": place}, received)

    def challenge(self, item: str, *, reason: str, source: str = "", received: Stamp | None = None) -> Ack:
        """Dispute an item; bound to its version and the response at that moment."""
        place = self.attempt.form.items[self.attempt.form.position(item)]
        payload: dict[str, Json] = {
            "item": item,
            "content_hash": place.content_hash,
            "response": self.attempt.responses.get(item),
            "reason": clean_words(reason, what="reason"),
            "source": clean_words(source, what="source") if source.strip() else "",
        }
        return self._do(EventKind.CHALLENGED, payload, received)

    def leave(self) -> None:
        """Leave the exam: the clock goes on, or stops where the course says so. Pending deeds are tried once more."""
        self.save_pending()
        if self.attempt.terms.pauses and self.attempt.status is Status.OPEN and not self.taken_over:
            self._do(EventKind.SUSPENDED, {}, None)

    def submit(self, *, received: Stamp | None = None) -> Score:
        """Hand the exam in and return the score; after the deadline it counts as run out, with what was saved.

        Raises:
            OpenElsewhere: another session has taken over.
            EnvironmentFailed: it could not be written; the exam is still open.
        """
        return self._end(EventKind.SUBMITTED, received)

    def expire(self) -> Score:
        """Close an attempt whose time is over and return the score; errors as in `submit`.

        Raises:
            WrongState: it was extended meanwhile, and is not over.
        """
        return self._end(EventKind.EXPIRED, None)

    def save_pending(self) -> Ack | None:
        """Write what is pending, in order; return the last acknowledgement, None when nothing was pending.

        Raises:
            CequizError: as in `answer`; what the store refuses for good leaves the queue, the rest stays.
        """
        last: Ack | None = None
        while self.pending:
            try:
                last = self._append(self.pending[0])
            except EnvironmentFailed:
                raise
            except OpenElsewhere:
                # Others may write too (an administrator gives time); only a take-over ends this session's turn.
                if self._reload():
                    continue
                self.pending = ()
                raise
            except CequizError:
                self.pending = self.pending[1:]
                raise
            self.pending = self.pending[1:]
            self.attempt = self.attempt.apply(last.event)
        return last

    def refresh(self) -> bool:
        """Learn what others wrote (extra time, a take-over, an ending); True when something changed."""
        if self.pending:
            return False
        with self._ports.store.read() as unit:
            header = unit.attempts.header(self.attempt.id)
        if header is None or header.seq == self.attempt.seq:
            return False
        self._reload()
        return True

    # --------------------------------------------------------------------------------------------------- inside

    def _reload(self) -> bool:
        """Read the attempt anew; True while this session still holds the pen."""
        with self._ports.store.read() as unit:
            self.attempt = load_attempt(unit, self.attempt.id)
        self.taken_over = self.attempt.session != self._session
        return not self.taken_over

    def _do(self, kind: EventKind, payload: Mapping[str, Json], received: Stamp | None) -> Ack:
        stamp = received or self.receive()
        if self.taken_over:
            raise OpenElsewhere(_ELSEWHERE, hint=_TAKE_BACK)
        at = reckon(self._anchor, stamp)
        self.attempt.check_open(at)
        self._note_clock(stamp)
        self._queue(kind, payload, stamp)
        ack = self.save_pending()
        assert ack is not None  # noqa: S101 - something was queued just above
        return ack

    def _note_clock(self, stamp: Stamp) -> None:
        """Log a wall clock that was moved since it was last noted; the deadline does not care."""
        moved = drift(self._anchor, stamp) - self._logged
        if abs(moved) > JUMP:
            self._logged += moved
            self._queue(EventKind.CLOCK_MOVED, {"milliseconds": moved // timedelta(milliseconds=1)}, stamp)

    def _queue(self, kind: EventKind, payload: Mapping[str, Json], stamp: Stamp) -> None:
        at = max(reckon(self._anchor, stamp), self.attempt.last.instant)
        self.pending += (
            EventDraft(
                attempt_id=self.attempt.id,
                kind=kind,
                payload=payload,
                at=at,
                stamp=stamp,
                actor=self._actor,
                session=self._session,
                key=self._ports.ids.token(),
            ),
        )

    def _append(self, draft: EventDraft) -> Ack:
        standing = standing_after(self.attempt, draft)
        return self._durably(lambda: self._ports.store.append(draft, expected_seq=self.attempt.seq, standing=standing))

    def _durably(self, deed: Callable[[], T]) -> T:
        """Do something that may be asked for again, until its outcome is known."""
        for _ in range(_RECOVERIES):
            try:
                return deed()
            except StorageIO:
                # The outcome is unknown. Asked again, the store answers with what is there.
                self._ports.store.recover()
            except StorageFull:
                if not self._ports.store.make_room():
                    raise
        return deed()

    def _end(self, cause: EventKind, received: Stamp | None) -> Score:
        stamp = received or self.receive()
        while self.pending:
            try:
                self.save_pending()
            except AttemptClosed:
                continue  # it was received too late: it does not count, and the student was told so
        while not self.taken_over:
            try:
                score = self._durably(
                    lambda: finish(
                        self._ports,
                        attempt_id=self.attempt.id,
                        cause=cause,
                        at=reckon(self._anchor, stamp),
                        stamp=stamp,
                        actor=self._actor,
                        session=self._session,
                        expected_seq=self.attempt.seq,
                    )
                )
            except OpenElsewhere:
                self._reload()
                continue
            except WrongState:  # extended, or voided, meanwhile
                self._reload()
                raise
            self._reload()
            return score
        raise OpenElsewhere(_ELSEWHERE, hint=_TAKE_BACK)


def standing_after(attempt: Attempt, draft: EventDraft) -> Standing | None:
    """Return the standing an event gives its attempt; None where it changes nothing."""
    match draft.kind:
        case EventKind.SUSPENDED:
            return Standing(attempt.status, attempt.ledger.suspend(draft.at).deadline)
        case EventKind.RESUMED:
            return Standing(attempt.status, attempt.ledger.resume(draft.at).deadline)
        case _:
            return None


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
        raise NotAllowed("The exam starts only when the statement is accepted.")
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
        questions = questions_of(unit, attempt)
    return Sitting(ports, attempt, questions, anchor=anchor, actor=actor)


def check_startable(briefing: Briefing) -> None:
    """Refuse a start that the policy forbids, with the reason and, where there is one, the instant that ends it."""
    bar = briefing.eligibility.bar
    if bar is None:
        return
    kind = WrongState if bar == "running" else NotAllowed
    until = briefing.eligibility.until
    hint = "" if until is None else f"{_UNTIL[bar]}: {until.astimezone():%d %B %Y, %H:%M:%S %Z}."
    raise kind(_REFUSALS[bar], hint=hint)


def resume(ports: Ports, *, attempt_id: str, actor: str) -> Sitting:
    """Take an open attempt up, here and now; whoever held it can only read from then on.

    Raises:
        NotFound: there is no such attempt.
        AttemptClosed: it has ended; where its time had run out it was closed by this call (`DeadlinePassed`).
    """
    stamp, session = ports.clock.read(), ports.ids.token()
    with ports.store.write() as unit:
        attempt = load_attempt(unit, attempt_id)
        anchor = arrive(attempt.last, stamp)
        if not attempt.overdue(anchor.instant):
            attempt.check_open(anchor.instant)
            attempt = _take_over(ports, unit, attempt, anchor=anchor, actor=actor, session=session)
            return Sitting(ports, attempt, questions_of(unit, attempt), anchor=anchor, actor=actor)
    finish(
        ports,
        attempt_id=attempt_id,
        cause=EventKind.EXPIRED,
        at=anchor.instant,
        stamp=stamp,
        actor=actor,
        session=session,
    )
    raise DeadlinePassed("The time of this exam ran out.", hint="Everything that was saved before the deadline counts.")


def _take_over(ports: Ports, unit: Unit, attempt: Attempt, *, anchor: Anchor, actor: str, session: str) -> Attempt:
    drafts = []
    # Between two processes UTC counts, so only a machine that was not restarted can tell that its clock was moved.
    if attempt.last.stamp.boot_id == anchor.stamp.boot_id:
        moved = drift(attempt.last, anchor.stamp)
        before = attempt.last.stamp.wall - attempt.last.instant
        if abs(moved - before) > JUMP:
            drafts.append((EventKind.CLOCK_MOVED, {"milliseconds": (moved - before) // timedelta(milliseconds=1)}))
    drafts.append((EventKind.RESUMED, {}))
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
        ack = unit.attempts.append(draft, expected_seq=attempt.seq, standing=standing_after(attempt, draft))
        attempt = attempt.apply(ack.event)
    return attempt


def _drawn(ports: Ports, unit: Unit, briefing: Briefing, *, anchor: Anchor) -> Attempt:
    exam, course, student = briefing.exam, briefing.course, briefing.student
    banks = [bank for bank in (unit.banks.latest(bank_id) for bank_id in exam.banks) if bank is not None]
    pool = [PoolItem(bank.id, bank.version, question) for bank in banks for question in bank.questions]
    headers = unit.attempts.headers(student_id=student.id, course_id=course.id, exam_id=exam.id)
    seen: frozenset[str] = frozenset()
    if exam.attempts.prefer_unseen:
        earlier = [replay(unit.attempts.events(header.id)) for header in headers]
        seen = frozenset(item.key for past in earlier for item in past.form.items)
    form: Form = draw(pool, blueprint=exam.blueprint, seed=ports.ids.token(), seen=seen)
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
        ledger=TimeLedger(anchor.instant, terms.time_limit, terms.factor, closes_at=terms.closes_at),
        attestation=briefing.attestation,
        seq=0,
        head=b"",
        session=ports.ids.token(),
        last=anchor,
    )
