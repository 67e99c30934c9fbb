"""Sitting an exam: answering, leaving, submitting; how one is begun or taken up is in `starting`.

A `Sitting` is one program's hold on one open attempt. Every deed becomes an event that is durable before the deed
returns. A deed that could not be written stays pending, in order, with the instant at which it was received; nothing
else is written before it, and asking again is safe because the store knows each event by its key.

A sitting is driven by one thread at a time. `attempt` is a value: any thread may read it, and any may `tick`.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from threading import Lock
from typing import TypeVar

from cequiz.domain.bank.question import Question
from cequiz.domain.canonical import Json
from cequiz.domain.exam.attempt import Attempt, OfficeMessage, Status
from cequiz.domain.exam.events import EventDraft, EventKind
from cequiz.domain.exam.ledger import Explanation, Hold, Outage, explain
from cequiz.domain.exam.marking import Score
from cequiz.domain.exam.timekeeping import JUMP, Anchor, Stamp, drift, reckon
from cequiz.domain.people.student import clean_words
from cequiz.errors import (
    AttemptClosed,
    AttemptHeld,
    CequizError,
    EnvironmentFailed,
    OpenElsewhere,
    WrongState,
)
from cequiz.language import tr
from cequiz.services.grading import finish, load_attempt, standing_after
from cequiz.services.outages import Absence, absence, beat, broken_off, continued, found, in_vain, with_outage
from cequiz.services.persistence import durably
from cequiz.services.ports import Ack, Heartbeat, Ports

T = TypeVar("T")

_WHILE_HELD = {EventKind.OUTAGE, EventKind.SUSPENDED, EventKind.CLOCK_MOVED}
"""What is written down although the office has suspended the exam: nobody pressed a key for it."""


class Sitting:
    """One program's hold on one open attempt."""

    def __init__(
        self,
        ports: Ports,
        attempt: Attempt,
        questions: Mapping[str, Question],
        *,
        anchor: Anchor,
        actor: str,
        here: str = "",
    ) -> None:
        self._ports = ports
        self._anchor = anchor
        self._actor = actor
        self._logged = drift(anchor, anchor.stamp)
        self._session = attempt.session
        self._lost = False
        """Whether the session has ended although nobody left."""
        self._alive: datetime | None = None
        self._gap: Outage | None = None
        self._watching = Lock()
        """Held while an interruption is looked for: `tick` and the deeds come from two threads."""
        self.attempt = attempt
        self.questions = questions
        self.here = here
        """The key of the item on the screen; empty while there is none. It is told with every sign of life."""
        self.pending: tuple[EventDraft, ...] = ()
        """Deeds that are not on disk yet, oldest first; empty when everything is saved."""
        self.taken_over = False
        """Whether another session holds the pen now: this one only reads."""
        self.took_over = False
        """Whether another session seemed to sit the attempt when this one took it up; that one only reads since."""
        self.absence: Absence | None = None
        """The time that nobody was here before this session, or in the midst of it; None when there was none."""
        self.missed: tuple[OfficeMessage, ...] = ()
        """What the office wrote while nobody was here to read it."""

    def receive(self) -> Stamp:
        """Return the clocks now: call it when the key is pressed and hand it to the deed."""
        return self._ports.clock.read()

    def now(self) -> datetime:
        """Return what time it is for this attempt (UTC); moving the wall clock does not change it."""
        return reckon(self._anchor, self._ports.clock.read())

    def time_left(self) -> timedelta | None:
        """Return the time that is left, never below zero; None when there is no deadline.

        While the clock stands still it does not change.
        """
        return self._ahead.ledger.left(self.now())

    def explain(self) -> Explanation:
        """Return the deadline with its reasons."""
        return explain(self._ahead.ledger)

    @property
    def waits(self) -> bool:
        """Whether the clock waits for a key: `go_on` lets it run, and so does every deed."""
        return self._ahead.ledger.waits

    @property
    def stands_still(self) -> bool:
        """Whether the clock stands still at this moment; an outage that used up its credit waits and runs."""
        ledger = self._ahead.ledger
        if ledger.suspended or ledger.held:
            return True
        outage = ledger.outage
        return outage is not None and ledger.elapsed(outage.since, self.now()) < outage.allowed

    @property
    def held(self) -> Hold | None:
        """For which the office has suspended the exam; None while it has not, as far as is known here."""
        return self.attempt.ledger.held if self.attempt.status is Status.OPEN else None

    def held_back(self, received: Stamp) -> bool:
        """Whether what was received then would be refused, because the office had suspended the exam."""
        return self.attempt.ledger.hold_at(self._instant(received)) is not None

    def check_open(self) -> None:
        """Refuse unless something may still be written now; errors as in `Attempt.check_open`."""
        with_outage(self._ahead, self._gap).check_open(self.now())

    def over(self) -> bool:
        """Whether the time is over, whatever an interruption that is not written down yet can give back."""
        return self._ahead.overdue(self.now())

    def tick(self) -> bool:
        """Note that this program runs; True when it stood still for so long that `mend` has something to write.

        A laptop that slept or a program that was stopped is an interruption too, found by the clock that counts sleep.
        Call it about every second, from any thread; it writes nothing.
        """
        with self._watching:
            now = self.now()
            before, self._alive = self._alive, now
            if before is not None and self._gap is None and not self.taken_over:
                self._gap = self._broken_off(before, now)
            return self._gap is not None

    def mend(self) -> Absence | None:
        """Write down that this program stood still; return what to tell the student, None when there is nothing.

        Raises:
            CequizError: as in `answer`.
        """
        if self._gap is None or self.taken_over:
            return None
        self._catch_up(self.receive(), goes_on=False)
        self.save_pending()
        return self.absence

    def go_on(self, *, received: Stamp | None = None) -> None:
        """Let a clock that waits run again, because the student pressed a key.

        Raises:
            CequizError: as in `answer`.
        """
        if self.taken_over:
            raise _elsewhere()
        self._check_not_held(received)
        self._catch_up(received or self.receive(), goes_on=True)
        self.save_pending()

    def beat(self) -> None:
        """Give a sign of life; call it about every ten seconds, by the thread that drives. It never fails."""
        if self.attempt.status is Status.OPEN and not self.taken_over and not self._lost:
            self._beat()

    def answer(self, item: str, response: Mapping[str, Json], *, received: Stamp | None = None) -> Ack:
        """Save an answer; it replaces the one before.

        Raises:
            InvalidResponse: the question cannot take it; nothing was written.
            NotAllowed: the exam moves forward only and has left the item behind.
            AttemptClosed: the attempt has ended (`DeadlinePassed`: it was received too late).
            AttemptHeld: it was received after the office had suspended the exam; nothing was written.
            OpenElsewhere: another session has taken over.
            EnvironmentFailed: it could not be written; it stays in `pending`.
        """
        clean = self.questions[item].accept(response)
        self._ahead.check_navigable(self.attempt.form.position(item))
        return self._do(EventKind.ANSWERED, {"item": item, "response": clean}, received)

    def clear(self, item: str, *, received: Stamp | None = None) -> Ack:
        """Take an answer back; errors as in `answer`."""
        self._ahead.check_navigable(self.attempt.form.position(item))
        return self._do(EventKind.CLEARED, {"item": item}, received)

    def flag(self, item: str, *, received: Stamp | None = None) -> Ack:
        """Mark an item for another look, or take the mark away; errors as in `answer`."""
        kind = EventKind.UNFLAGGED if item in self._ahead.flags else EventKind.FLAGGED
        return self._do(kind, {"item": item}, received)

    def first_place(self) -> int:
        """Return the 0-based place that is shown first: where somebody was, else the first one without an answer.

        A place that was left behind for good is never shown again; an exam that moves forward only stands where it is.
        """
        attempt = self.attempt
        if attempt.terms.forward_only:
            return attempt.reached
        places = {item.key: place for place, item in enumerate(attempt.form.items)}
        open_places = (places[item.key] for item in attempt.open_items)
        return places[self.here] if self.here in places else next(open_places, 0)

    def move_to(self, place: int, *, received: Stamp | None = None) -> None:
        """Go to a 0-based place: in a forward-only exam everything before it is left behind, for good.

        Raises:
            NotAllowed: the exam moves forward only and has left the place behind.
            CequizError: as in `answer`.
        """
        ahead = self._ahead
        ahead.check_navigable(place)
        if ahead.terms.forward_only and place > ahead.reached:
            self._do(EventKind.MOVED, {"place": place}, received)

    def challenge(self, item: str, *, reason: str, source: str = "", received: Stamp | None = None) -> Ack:
        """Dispute an item; bound to its version and the response at that moment, on disk yet or not."""
        place = self.attempt.form.items[self.attempt.form.position(item)]
        payload: dict[str, Json] = {
            "item": item,
            "content_hash": place.content_hash,
            "response": self._ahead.responses.get(item),
            "reason": clean_words(reason, what="reason"),
            "source": clean_words(source, what="source") if source.strip() else "",
        }
        return self._do(EventKind.CHALLENGED, payload, received)

    def leave(self, *, orderly: bool = True) -> None:
        """Leave the exam: the clock goes on, or stops where the terms say so. Pending deeds are tried once more.

        Args:
            orderly: False when nobody wanted to leave: the terminal or the machine went. What follows is an outage.
        """
        try:
            self.save_pending()
        except AttemptHeld:
            self.save_pending()  # what was pressed too late has left the queue
        if self.attempt.status is not Status.OPEN or self.taken_over:
            return
        ledger = self.attempt.ledger
        if orderly and ledger.outage is not None and ledger.held is None:
            self.go_on()
            ledger = self.attempt.ledger
        if self.attempt.terms.stops and not ledger.suspended and ledger.outage is None:
            self._do(EventKind.SUSPENDED, {}, None)
        self._lost = not orderly
        self._beat(left=orderly)

    def submit(self, *, received: Stamp | None = None) -> Score:
        """Hand the exam in and return the score; after the deadline it counts as run out, with what was saved.

        Raises:
            AttemptHeld: the office has suspended the exam; it is still open.
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
                if self._held_back(self.pending[0]):
                    continue
                last = self._append(self.pending[0])
            except EnvironmentFailed:
                raise
            except OpenElsewhere:
                # Others may write too (an administrator gives time); only a take-over ends this session's turn.
                if self._reload():
                    continue
                self.pending = ()
                raise
            except AttemptHeld:
                raise
            except CequizError:
                self.pending = self.pending[1:]
                raise
            # In this order: another thread that looks in between sees the deed twice, which is harmless, never not.
            self.attempt = self.attempt.apply(last.event)
            self.pending = self.pending[1:]
        return last

    def _held_back(self, draft: EventDraft) -> bool:
        """Whether a deed falls away because the office had suspended the exam before it; True for what nobody did.

        Raises:
            AttemptHeld: it was the student's; with it falls away everything else that came too late.
        """
        if not self._too_late(draft):
            return False
        if draft.kind is EventKind.CONTINUED:
            self.pending = self.pending[1:]
            return True
        self.pending = tuple(one for one in self.pending if not self._too_late(one))
        self.attempt.check_not_held(draft.at)
        return True

    def _too_late(self, draft: EventDraft) -> bool:
        return draft.kind not in _WHILE_HELD and self.attempt.ledger.hold_at(draft.at) is not None

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

    def _reload(self) -> bool:
        """Read the attempt anew; True while this session still holds the pen."""
        with self._ports.store.read() as unit:
            self.attempt = load_attempt(unit, self.attempt.id)
        self.taken_over = self.attempt.session != self._session
        return not self.taken_over

    def _do(self, kind: EventKind, payload: Mapping[str, Json], received: Stamp | None) -> Ack:
        stamp = received or self.receive()
        if self.taken_over:
            raise _elsewhere()
        at = reckon(self._anchor, stamp)
        with_outage(self._ahead, self._gap_at(at)).check_open(at)
        if kind not in _WHILE_HELD:
            self._check_not_held(stamp)
        self._note_clock(stamp)
        self._catch_up(stamp, goes_on=self.held is None)
        self._queue(kind, payload, stamp)
        ack = self.save_pending()
        assert ack is not None  # noqa: S101 - something was queued just above
        return ack

    def _check_not_held(self, received: Stamp | None) -> None:
        """Refuse what was received while the office had suspended the exam; it may have let it go on a moment ago."""
        at = self._instant(received or self.receive())
        if self._ahead.ledger.hold_at(at) is not None:
            with suppress(EnvironmentFailed):
                self.refresh()
        self._ahead.check_not_held(at)

    @property
    def _ahead(self) -> Attempt:
        """The attempt as it stands once everything is written that waits to be written."""
        attempt = with_outage(self.attempt, self._gap)
        for draft in self.pending:
            attempt = attempt.foresee(draft)
        return attempt

    def _broken_off(self, since: datetime, at: datetime) -> Outage | None:
        return broken_off(self._ahead, since=max(since, self.attempt.seen or since), at=at)

    def _gap_at(self, at: datetime) -> Outage | None:
        """Return the interruption before `at`; it is only looked for where `tick` is called."""
        if self._gap is None and self._alive is not None:
            return self._broken_off(self._alive, at)
        return self._gap

    def _catch_up(self, stamp: Stamp, *, goes_on: bool) -> None:
        """Queue what happened to the clock before a deed that was received at `stamp`.

        Args:
            stamp: the clocks at that moment.
            goes_on: whether a clock that waits runs from here on; one that waits in vain runs in any case.
        """
        at = self._instant(stamp)
        with self._watching:
            outage = self._gap_at(at)
            if outage is not None:
                self._queue(EventKind.OUTAGE, found(outage), stamp)
                self._gap = None
            if self._alive is not None:
                self._alive = max(self._alive, at)
        ahead = self._ahead
        if ahead.ledger.waits and (goes_on or in_vain(ahead, at)):
            self._queue(EventKind.CONTINUED, continued(ahead, at), stamp)
        told = absence(self._ahead, at)
        if outage is not None or (told is not None and told.asked):
            self.absence = told

    def _beat(self, *, left: bool = False) -> None:
        stamp = self.receive()
        sign = Heartbeat(
            attempt_id=self.attempt.id,
            session=self._session,
            at=self._instant(stamp),
            stamp=stamp,
            left=left,
            lost=self._lost,
            item=self.here,
        )
        beat(self._ports, sign)

    def _instant(self, stamp: Stamp) -> datetime:
        at, last = reckon(self._anchor, stamp), self.attempt.last.instant
        hold = self.attempt.ledger.hold_at(last)
        # What was pressed before a suspension must not slip into it because the office wrote more since.
        return hold.since if hold is not None and at <= hold.since else max(at, last)

    def _note_clock(self, stamp: Stamp) -> None:
        """Log a wall clock that was moved since it was last noted; the deadline does not care."""
        moved = drift(self._anchor, stamp) - self._logged
        if abs(moved) > JUMP:
            self._logged += moved
            self._queue(EventKind.CLOCK_MOVED, {"milliseconds": moved // timedelta(milliseconds=1)}, stamp)

    def _queue(self, kind: EventKind, payload: Mapping[str, Json], stamp: Stamp) -> None:
        at = self._instant(stamp)
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
        return durably(
            self._ports.store, lambda: self._ports.store.append(draft, expected_seq=self.attempt.seq, standing=standing)
        )

    def _end(self, cause: EventKind, received: Stamp | None) -> Score:
        stamp = received or self.receive()
        if cause is EventKind.SUBMITTED and self._ahead.status is Status.OPEN and not self.taken_over:
            self._check_not_held(stamp)
            self._catch_up(stamp, goes_on=True)
        while self.pending:
            try:
                self.save_pending()
            except (AttemptClosed, AttemptHeld):
                continue  # it was received too late: it does not count, and the student was told so
        while not self.taken_over:
            try:
                score = durably(
                    self._ports.store,
                    lambda: finish(
                        self._ports,
                        attempt_id=self.attempt.id,
                        cause=cause,
                        at=reckon(self._anchor, stamp),
                        stamp=stamp,
                        actor=self._actor,
                        session=self._session,
                        expected_seq=self.attempt.seq,
                    ),
                )
            except OpenElsewhere:
                self._reload()
                continue
            except WrongState:  # extended, or voided, meanwhile
                self._reload()
                raise
            self._reload()
            return score
        raise _elsewhere()


def _elsewhere() -> OpenElsewhere:
    return OpenElsewhere(tr("This exam is open elsewhere."), hint=tr("Continue there, or take it over here again."))
